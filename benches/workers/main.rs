//! Workers: the same night by one, two and four worker processes on one PostgreSQL, with a mail server that takes its
//! time for each message.
//!
//! It must not judge the figures: on few processors building is what more workers cannot hasten.
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    clippy::disallowed_methods,
    reason = "a bench tells its figures, and finds its servers by the environment"
)]

#[expect(dead_code, unused_imports, reason = "the tests use all of it")]
#[path = "../../tests/it/services/mod.rs"]
mod services;

use std::path::Path;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use daybreak::clock::Clock;
use daybreak::model::JobName;
use daybreak::pipeline::{Request, SiteNight};

use services::{Cluster, Installation, MailServer, Process, Rows, SeaweedFs, write_sites};

const PACE: Duration = Duration::from_millis(50);
/// Of each worker to the mail server.
const CONNECTIONS: u32 = 2;
const PATIENCE: Duration = Duration::from_mins(20);
const HELP: &str = "\
A night by 1, 2 and 4 worker processes of two connections each, with a mail server that takes 50 ms a message.

Usage: cargo bench --bench workers -- [SITES] [CONTACTS]

  SITES       [default: 40]
  CONTACTS    of each site [default: 50]";

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    if words.iter().any(|word| word == "--help") {
        println!("{HELP}");
        return ExitCode::SUCCESS;
    }
    if !words.iter().any(|word| word == "--bench") {
        eprintln!("nothing is measured here: `cargo bench --bench workers -- --help` tells how");
        return ExitCode::SUCCESS;
    }
    let numbers: Vec<u32> = words.iter().filter_map(|word| word.parse().ok()).collect();
    let (sites, contacts) = (*numbers.first().unwrap_or(&40), *numbers.get(1).unwrap_or(&50));
    let runtime = match tokio::runtime::Runtime::new() {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("error: cannot start the runtime: {error}");
            return ExitCode::FAILURE;
        }
    };
    runtime.block_on(bench(sites, contacts))
}

async fn bench(sites: u32, contacts: u32) -> ExitCode {
    let (Some(cluster), Some(seaweed)) = (Cluster::start(""), SeaweedFs::start()) else {
        eprintln!("error: a server is missing; its name stands above");
        return ExitCode::FAILURE;
    };
    let mut measured = Vec::new();
    for workers in [1_u32, 2, 4] {
        eprintln!("{workers} workers …");
        let Some(seconds) = night(&cluster, &seaweed, workers, sites, contacts).await else {
            eprintln!("error: the night of {workers} workers did not end");
            return ExitCode::FAILURE;
        };
        measured.push((workers, seconds));
    }
    let processors = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let mails = sites * contacts;
    println!(
        "{processors} processors; {sites} sites, {mails} mails; each worker has {CONNECTIONS} connections to the mail server, \
         which takes {} ms a message.\n",
        PACE.as_millis()
    );
    println!("| workers | wall s | mails/s | factor |");
    println!("|---:|---:|---:|---:|");
    let one = measured.first().map_or(1.0, |(_, seconds)| *seconds);
    for (workers, seconds) in measured {
        println!("| {workers} | {seconds:.1} | {:.0} | {:.2} |", f64::from(mails) / seconds, one / seconds);
    }
    ExitCode::SUCCESS
}

/// The seconds from the plan to the last mail; none where it does not end.
async fn night(cluster: &Cluster, seaweed: &SeaweedFs, workers: u32, sites: u32, contacts: u32) -> Option<f64> {
    let rows = Rows::create(&cluster.url(), "workers").await;
    let bucket = seaweed.bucket("workers").await;
    let mail = MailServer::start(PACE).await;
    let folder = tempfile::tempdir().ok()?;
    let program = env!("CARGO_BIN_EXE_daybreak");
    let installation = Installation::new(program, folder.path(), &rows, &bucket, &mail.transport(), "");
    hold(folder.path(), workers).ok()?;
    write_sites(folder.path(), sites, contacts, Clock::System.now());
    if !installation.run(&["import", "feed.ndjson"]).status.success() {
        return None;
    }
    let started: Vec<Process> =
        (0..workers).map(|number| installation.spawn(&format!("worker{number}"), &["worker"])).collect();
    while !started.iter().all(|worker| worker.log().contains("worker started")) {
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    let app = installation.app(Clock::System).await;
    let began = Instant::now();
    let run = app.pipeline.plan(&request(&app).await?).await.ok()?.run;
    loop {
        let now = app.pipeline.db.run_progress(run).await.ok()?;
        if now.sent == i64::from(sites * contacts) {
            break;
        }
        if began.elapsed() > PATIENCE || now.failed + now.unsent > 0 {
            eprintln!("{now:?}");
            return None;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let seconds = began.elapsed().as_secs_f64();
    app.close().await;
    drop(started);
    rows.drop().await;
    Some(seconds)
}

/// Few connections for each worker: what is measured is how workers wait beside each other, not how busy the processors
/// are. The limits hold for all workers together, so each of them brings as many.
fn hold(folder: &Path, workers: u32) -> std::io::Result<()> {
    let file = folder.join("jobs.toml");
    let toml = std::fs::read_to_string(&file)?;
    std::fs::write(file, toml.replace("[mail]\n", &format!("[mail]\nmax_connections = {}\n", CONNECTIONS * workers)))
}

async fn request(app: &daybreak::app::App) -> Option<Request> {
    let now = app.pipeline.clock.now();
    let sites = app.pipeline.db.locations().await.ok()?;
    let wanted = sites.iter().map(|site| SiteNight::last(site, now)).collect();
    Some(Request::by_hand(JobName::new("bench").ok()?, now, wanted))
}
