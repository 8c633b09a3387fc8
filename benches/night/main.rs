//! The night, measured: N sites' feeds become mails in an outbox, and the figures a Markdown table.
//!
//! Each import and each night runs in a process of its own, because the kernel tells the peak memory of a process only.
//! It must not judge the figures: a busy machine is no defect.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a bench tells its figures")]

mod arguments;
mod failure;
mod feed;
mod gauge;
mod installation;
mod media;
mod stages;

use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};

use serde::Serialize;
use serde::de::DeserializeOwned;
use tempfile::TempDir;

use arguments::{HELP, Order, Part, Plan};
use failure::{Failure, Step};
use feed::Shape;
use installation::{Imported, Ran};
use stages::Figure;

/// Sites of the installation on which single stages are measured.
const STAGE_SITES: u32 = 100;

fn main() -> ExitCode {
    let done = Order::parse(std::env::args().skip(1)).and_then(|order| match order {
        Order::Bench(plan) => bench(&plan),
        Order::Part(part, folder) => measure(part, &folder),
        Order::Help => {
            println!("{HELP}");
            Ok(())
        }
        Order::Nothing => {
            eprintln!("nothing is measured here: `cargo bench --bench night -- --help` tells how");
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

/// Measures everything in child processes, and prints the tables.
fn bench(plan: &Plan) -> Result<(), Failure> {
    if cfg!(debug_assertions) {
        eprintln!("this is a debug build; its figures say little");
    }
    let mut rows = Vec::new();
    for sites in &plan.sites {
        rows.push((*sites, night(plan, *sites)?));
    }
    println!("{}", about(plan));
    println!();
    println!(
        "| sites | records | import records/s | import peak MB | reports/s | mails/s | wall s | CPU s | peak MB |"
    );
    println!("|---:|---:|---:|---:|---:|---:|---:|---:|---:|");
    for (sites, (imported, ran)) in &rows {
        println!("{}", row(*sites, imported, ran));
    }
    println!();
    for (sites, (imported, ran)) in &rows {
        println!("- {}", remark(*sites, imported, ran));
    }
    if plan.stages {
        let figures = stages_alone(plan)?;
        println!();
        println!("| stage, alone | figure |");
        println!("|---|---:|");
        for Figure { what, figure } in figures {
            println!("| {what} | {figure} |");
        }
    }
    Ok(())
}

/// One import and one night of so many sites.
fn night(plan: &Plan, sites: u32) -> Result<(Imported, Ran), Failure> {
    let (folder, imported) = installed(plan, sites)?;
    eprintln!("{} sites: the night …", shown(sites));
    let ran: Ran = child(Part::Night, folder.path())?;
    if ran.reports != sites || ran.mails != sites * plan.contacts {
        return Err(Failure::new(format!(
            "{sites} sites with {} contacts each came to {} reports and {} mails",
            plan.contacts, ran.reports, ran.mails
        )));
    }
    let outbox = folder.path().join("daybreak-data/outbox");
    let written = std::fs::read_dir(&outbox).map_or(0, Iterator::count);
    if u32::try_from(written) != Ok(ran.mails) {
        return Err(Failure::new(format!("the outbox holds {written} mails, and {} were sent", ran.mails)));
    }
    Ok((imported, ran))
}

/// A temporary installation that has imported the feed of so many sites.
fn installed(plan: &Plan, sites: u32) -> Result<(TempDir, Imported), Failure> {
    let base = plan.folder.clone().unwrap_or_else(temporary);
    std::fs::create_dir_all(&base).step("make the folder of the temporary installations")?;
    let folder = tempfile::Builder::new().prefix("daybreak-bench-").tempdir_in(&base);
    let folder = folder.step("make a temporary installation")?;
    eprintln!("{} sites: the feed …", shown(sites));
    let Plan { interactions, contacts, own_photos, .. } = *plan;
    let feed = folder.path().join("feed");
    let written = feed::write(Shape { sites, interactions, contacts, escalated_of: 10, own_photos }, &feed)?;
    settle();
    eprintln!("{} sites: the import …", shown(sites));
    let imported: Imported = child(Part::Import, folder.path())?;
    if imported.records != u64::from(written.records) || imported.incidents != u64::from(written.incidents) {
        return Err(Failure::new(format!("the feed held {written:?}, and the import came to {imported:?}")));
    }
    std::fs::remove_dir_all(&feed).step("remove the feed")?;
    settle();
    Ok((folder, imported))
}

/// The stages, each alone.
fn stages_alone(plan: &Plan) -> Result<Vec<Figure>, Failure> {
    let (folder, _) = installed(plan, STAGE_SITES)?;
    eprintln!("the stages, each alone …");
    child(Part::Stages, folder.path())
}

/// Runs a part in a process of its own; its last line is its result.
fn child<T: DeserializeOwned>(part: Part, folder: &Path) -> Result<T, Failure> {
    let program = std::env::current_exe().step("find this program")?;
    let ended = Command::new(program)
        .args(["--part", part.word(), "--dir"])
        .arg(folder)
        .stderr(Stdio::inherit())
        .output()
        .step("start a process")?;
    if !ended.status.success() {
        return Err(Failure::new(format!("the process of the {} ended with {}", part.word(), ended.status)));
    }
    let text = String::from_utf8_lossy(&ended.stdout);
    let last = text.lines().last().unwrap_or_default();
    serde_json::from_str(last).step("understand what a process measured")
}

/// In a child process: measures one part and prints its result.
fn measure(part: Part, folder: &Path) -> Result<(), Failure> {
    // As in the real program: warnings are shown, everything else is filtered.
    tracing_subscriber::fmt()
        .with_env_filter(tracing_subscriber::EnvFilter::new("warn"))
        .with_writer(std::io::stderr)
        .init();
    let runtime = tokio::runtime::Runtime::new().step("start the runtime")?;
    match part {
        Part::Import => tell(&runtime.block_on(installation::import(folder))?),
        Part::Night => tell(&runtime.block_on(installation::night(folder))?),
        Part::Stages => tell(&runtime.block_on(stages::measure(folder))?),
    }
}

fn tell(result: &impl Serialize) -> Result<(), Failure> {
    println!("{}", serde_json::to_string(result).step("tell what was measured")?);
    Ok(())
}

/// Where temporary installations go.
fn temporary() -> PathBuf {
    std::env::var_os("TMPDIR").map_or_else(|| PathBuf::from(env!("CARGO_TARGET_TMPDIR")), PathBuf::from)
}

/// Lets the disk finish what was written before, which is no part of what comes. Without `sync` it is not waited for.
fn settle() {
    let _ = Command::new("sync").status();
}

fn about(plan: &Plan) -> String {
    let processors = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let photos =
        if plan.own_photos { "each incident with a photo of its own" } else { "seven photos for all incidents" };
    format!(
        "{processors} processors; each site: {} interactions in the night, every tenth (at least one) escalated with \
         incident, photo and transaction; {} contacts, PDF attached; {photos}; SQLite, embedded S3, outbox.",
        plan.interactions, plan.contacts
    )
}

fn row(sites: u32, imported: &Imported, ran: &Ran) -> String {
    let records = imported.records + imported.incidents;
    format!(
        "| {} | {} | {} | {:.0} | {:.0} | {:.0} | {:.1} | {:.1} | {:.0} |",
        shown(sites),
        shown(whole(records)),
        shown(f64::from(whole(imported.records)) / imported.seconds),
        imported.peak_mb,
        f64::from(ran.reports) / ran.wall,
        f64::from(ran.mails) / ran.wall,
        ran.wall,
        ran.cpu,
        ran.peak_mb,
    )
}

/// What the table has no column for.
fn remark(sites: u32, imported: &Imported, ran: &Ran) -> String {
    let photos = whole(imported.photos);
    let pages = match ran.pages {
        Some(pages) => format!(
            "a PDF has {pages} pages, which makes {} pages a second within the night",
            shown(pages * f64::from(ran.reports) / ran.wall)
        ),
        None => "no PDF's pages were counted".to_owned(),
    };
    format!(
        "{} sites: {} incidents with {} photos came in within {:.1} s ({} photos a second); {pages}.",
        shown(sites),
        shown(whole(imported.incidents)),
        shown(photos),
        imported.photo_seconds,
        shown(f64::from(photos) / imported.photo_seconds),
    )
}

fn whole(count: u64) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

/// A whole number with its thousands apart.
pub(crate) fn shown(number: impl Into<f64>) -> String {
    let digits = format!("{:.0}", number.into());
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}
