//! Scale: a night of thousands of sites on PostgreSQL, SeaweedFS and smtp-sink on this machine, and on SQLite beside it.
//!
//! Import and night run in a process of their own each, because the kernel tells the peak memory of a process only; the
//! servers are started for each row of the table, and PostgreSQL syncs its commits as it does out of the box. It must
//! not judge the figures: a busy machine is no defect.
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    clippy::disallowed_methods,
    reason = "a bench tells its figures, and finds its servers by the environment"
)]

mod arguments;
#[path = "../night/failure.rs"]
mod failure;
#[path = "../night/feed.rs"]
mod feed;
#[expect(dead_code, reason = "the other bench measures stages with it")]
#[path = "../night/gauge.rs"]
mod gauge;
#[path = "../night/installation.rs"]
mod installation;
#[path = "../night/media.rs"]
mod media;
#[expect(dead_code, unused_imports, reason = "the tests use all of it")]
#[path = "../../tests/it/services/mod.rs"]
mod services;

use std::path::Path;
use std::process::{Command, ExitCode, Stdio};

use serde::de::DeserializeOwned;

use arguments::{HELP, Order, Part, Plan};
use failure::{Failure, Step};
use feed::Shape;
use installation::{Imported, Ran};
use services::{Bucket, Cluster, Rows, SeaweedFs, Sink};

/// Interactions of a site's night, of which two are escalated, and its contacts: 5,000 sites are 200,000 interactions,
/// 10,000 incidents and 15,000 mails.
const INTERACTIONS: u32 = 40;
const ESCALATED_OF: u32 = 20;
const CONTACTS: u32 = 3;

/// Where the rows are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Database {
    Postgres,
    Sqlite,
}

/// A row of the table.
struct Measured {
    imported: Imported,
    ran: Ran,
    /// Processor seconds of the whole machine while the night ran: servers, sink and whatever else was at work.
    machine: f64,
}

fn main() -> ExitCode {
    let done = Order::parse(std::env::args().skip(1)).and_then(|order| match order {
        Order::Bench(plan) => bench(&plan),
        Order::Part(part, folder) => measure(part, &folder),
        Order::Help => {
            println!("{HELP}");
            Ok(())
        }
        Order::Nothing => {
            eprintln!("nothing is measured here: `cargo bench --bench scale -- --help` tells how");
            Ok(())
        }
    });
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("error: {failure}");
            ExitCode::FAILURE
        }
    }
}

/// Measures each number of sites on each database, and prints the table.
fn bench(plan: &Plan) -> Result<(), Failure> {
    if cfg!(debug_assertions) {
        eprintln!("this is a debug build; its figures say little");
    }
    let runtime = tokio::runtime::Runtime::new().step("start the runtime")?;
    let mut databases = vec![Database::Postgres];
    if plan.sqlite {
        databases.push(Database::Sqlite);
    }
    let mut lines = Vec::new();
    for database in databases {
        for sites in &plan.sites {
            let measured = night(&runtime, plan, database, *sites)?;
            lines.push(line(database, *sites, &measured));
        }
    }
    let processors = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let photos = if plan.own_photos { "each with a photo of its own" } else { "with seven photos in all" };
    let pdf = if plan.attached { "attached" } else { "linked" };
    println!(
        "{processors} processors, on which the servers run, too; each site: {INTERACTIONS} interactions, {} incidents {photos}, \
         {CONTACTS} contacts, PDF {pdf}; SeaweedFS, smtp-sink.\n",
        INTERACTIONS / ESCALATED_OF
    );
    println!(
        "| rows in | sites | import records/s | mails | wall s | mails/s | worker CPU s | machine CPU s | worker peak MB |"
    );
    println!("|---|---:|---:|---:|---:|---:|---:|---:|---:|");
    for line in lines {
        println!("{line}");
    }
    Ok(())
}

/// One import and one night, on servers of their own.
fn night(runtime: &tokio::runtime::Runtime, plan: &Plan, database: Database, sites: u32) -> Result<Measured, Failure> {
    let missing = || Failure::new("a server is missing; its name stands above");
    let cluster = (database == Database::Postgres).then(|| Cluster::start("").ok_or_else(missing)).transpose()?;
    let seaweed = SeaweedFs::start().ok_or_else(missing)?;
    let sink = Sink::start(false, &[]).ok_or_else(missing)?;
    let folder = plan.temporary_folder()?;
    let bucket = runtime.block_on(seaweed.bucket("scale"));
    let url = cluster.as_ref().map(|cluster| runtime.block_on(Rows::create(&cluster.url(), "scale")).url());
    configure(folder.path(), &bucket, &sink, plan.attached)?;
    let shape = Shape {
        sites,
        interactions: INTERACTIONS,
        contacts: CONTACTS,
        escalated_of: ESCALATED_OF,
        own_photos: plan.own_photos,
    };
    eprintln!("{database:?}, {sites} sites: the feed …");
    let feed = folder.path().join("feed");
    feed::write(shape, &feed)?;
    eprintln!("{database:?}, {sites} sites: the import …");
    let imported: Imported = child(Part::Import, folder.path(), &bucket, url.as_deref())?;
    std::fs::remove_dir_all(&feed).step("remove the feed")?;
    // What was written before is no part of what comes. Without `sync` it is not waited for.
    let _ = Command::new("sync").status();
    eprintln!("{database:?}, {sites} sites: the night …");
    let before = machine_seconds()?;
    let ran: Ran = child(Part::Night, folder.path(), &bucket, url.as_deref())?;
    let machine = machine_seconds()? - before;
    if ran.reports != sites || ran.mails != sites * CONTACTS {
        return Err(Failure::new(format!("{sites} sites came to {} reports and {} mails", ran.reports, ran.mails)));
    }
    Ok(Measured { imported, ran, machine })
}

/// The installation's jobs.toml; what is secret goes through the environment.
fn configure(folder: &Path, bucket: &Bucket, sink: &Sink, attached: bool) -> Result<(), Failure> {
    // Nothing fits into no bytes: what is too large to be attached is linked.
    let most = if attached { "" } else { "max_attachment = \"0B\"\n" };
    let toml = format!(
        "[archive]\nkind = \"s3\"\nendpoint = \"{}\"\nbucket = \"{}\"\n[mail]\ntransport = \"{}\"\nfrom = \"nights@daybreak.example\"\n{most}",
        bucket.endpoint,
        bucket.name,
        sink.transport()
    );
    std::fs::write(folder.join("jobs.toml"), toml).step("write jobs.toml")
}

/// Runs a part in a process of its own; its last line is its result.
fn child<T: DeserializeOwned>(part: Part, folder: &Path, bucket: &Bucket, url: Option<&str>) -> Result<T, Failure> {
    let program = std::env::current_exe().step("find this program")?;
    let mut command = Command::new(program);
    command.args(["--part", part.word(), "--dir"]).arg(folder).stderr(Stdio::inherit());
    command.env("DAYBREAK_S3_ACCESS_KEY_ID", &bucket.key).env("DAYBREAK_S3_SECRET_ACCESS_KEY", &bucket.secret);
    command.env("DAYBREAK_LINK_KEY", "a key of the bench, which is long enough to be one");
    match url {
        Some(url) => command.env("DAYBREAK_DATABASE_URL", url),
        None => command.env_remove("DAYBREAK_DATABASE_URL"),
    };
    let ended = command.output().step("start a process")?;
    if !ended.status.success() {
        return Err(Failure::new(format!("the process of the {} ended with {}", part.word(), ended.status)));
    }
    let text = String::from_utf8_lossy(&ended.stdout);
    serde_json::from_str(text.lines().last().unwrap_or_default()).step("understand what a process measured")
}

/// In a child process: measures one part and prints its result.
fn measure(part: Part, folder: &Path) -> Result<(), Failure> {
    tracing_subscriber::fmt()
        .with_env_filter(tracing_subscriber::EnvFilter::new("warn"))
        .with_writer(std::io::stderr)
        .init();
    let runtime = tokio::runtime::Runtime::new().step("start the runtime")?;
    let told = match part {
        Part::Import => serde_json::to_string(&runtime.block_on(installation::import(folder))?),
        Part::Night => serde_json::to_string(&runtime.block_on(installation::night(folder))?),
    };
    println!("{}", told.step("tell what was measured")?);
    Ok(())
}

/// Processor seconds that the whole machine has spent working so far.
fn machine_seconds() -> Result<f64, Failure> {
    let stat = std::fs::read_to_string("/proc/stat").step("read /proc/stat (the bench runs on Linux)")?;
    let fields: Vec<f64> =
        stat.lines().next().unwrap_or_default().split_whitespace().skip(1).filter_map(|n| n.parse().ok()).collect();
    // user, nice, system, idle, iowait, irq, softirq, …: the fourth and fifth are spent waiting. 100 ticks a second.
    let waiting: f64 = fields.iter().skip(3).take(2).sum();
    Ok((fields.iter().take(8).sum::<f64>() - waiting) / 100.0)
}

fn line(database: Database, sites: u32, measured: &Measured) -> String {
    let Measured { imported, ran, machine } = measured;
    let rows = match database {
        Database::Postgres => "PostgreSQL",
        Database::Sqlite => "SQLite",
    };
    // Records fit a u32 by far.
    let records = f64::from(u32::try_from(imported.records).unwrap_or(u32::MAX));
    format!(
        "| {rows} | {sites} | {:.0} | {} | {:.1} | {:.0} | {:.1} | {machine:.1} | {:.0} |",
        records / imported.seconds,
        ran.mails,
        ran.wall,
        f64::from(ran.mails) / ran.wall,
        ran.cpu,
        ran.peak_mb,
    )
}
