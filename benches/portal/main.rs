//! The portal, measured: thousands of locations with hundreds of thousands of incidents, whose pages are asked for while
//! nothing else happens, and while a night of all locations is running in the same process.
//!
//! The requests go through the real router, one after another, as a person's browser would make them over the shortest of
//! lines. It must not judge the figures: a busy machine is no defect.
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    clippy::disallowed_methods,
    reason = "a bench tells its figures, and finds its servers by the environment"
)]

#[path = "../night/failure.rs"]
mod failure;
#[path = "../night/feed.rs"]
mod feed;
mod fill;
#[path = "../night/gauge.rs"]
#[expect(dead_code, reason = "the bench of the night uses all of it")]
mod gauge;
#[path = "../night/media.rs"]
mod media;
mod pages;
#[expect(dead_code, unused_imports, reason = "the tests use all of it")]
#[path = "../../tests/it/services/mod.rs"]
mod services;
mod upload;

use std::path::Path;
use std::process::ExitCode;
use std::time::Duration;

use daybreak::app::App;
use daybreak::clock::{Clock, FixedClock};
use daybreak::config::{Config, Environment, LINK_KEY};
use tokio_util::sync::CancellationToken;

use failure::{Failure, Step};
use feed::{INCIDENTS, NIGHT, RECORDS, Shape};
use pages::Timed;
use services::{Cluster, Rows};

/// After the night in every zone of the feed.
const NOW: &str = "2026-03-19T14:30:00Z";
const HELP: &str = "usage: cargo bench --bench portal -- [--locations N] [--incidents N]   (5000 and 200000)\n       \
    cargo bench --bench portal -- --feed LINES   one request with a feed of so many lines instead\n\
    PostgreSQL is measured where `initdb` is installed; SQLite always.";
/// How long pages are asked for at most, idle and beside the night.
const LONG: Duration = Duration::from_secs(40);

/// What is measured.
#[derive(Debug, Clone, Copy)]
struct Size {
    locations: u32,
    incidents: u32,
}

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    // `cargo test --benches` and nextest start it with words of their own.
    if !words.iter().any(|word| ["--bench", "--locations", "--incidents", "--feed"].contains(&word.as_str())) {
        eprintln!("nothing is measured here\n{HELP}");
        return ExitCode::SUCCESS;
    }
    let number = |name: &str, otherwise: u32| {
        let place = words.iter().position(|word| word == name);
        place.and_then(|at| words.get(at + 1)?.parse().ok()).unwrap_or(otherwise)
    };
    let lines = number("--feed", 0);
    let size = Size { locations: number("--locations", 5_000), incidents: number("--incidents", 200_000) };
    let runtime = tokio::runtime::Runtime::new().step("start the runtime");
    let measured = runtime.and_then(|runtime| {
        runtime.block_on(async { if lines > 0 { upload::measure(lines).await } else { bench(size).await } })
    });
    match measured {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("error: {failure}");
            ExitCode::FAILURE
        }
    }
}

async fn bench(size: Size) -> Result<(), Failure> {
    if cfg!(debug_assertions) {
        eprintln!("this is a debug build; its figures say little");
    }
    let processors = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    println!(
        "{processors} processors; {} locations, {} incidents; the night is one of all locations, in the same process.",
        size.locations, size.incidents
    );
    println!();
    println!("| page | database | bytes | idle: median ms | p99 ms | beside a night: median ms | p99 ms |");
    println!("|---|---|---:|---:|---:|---:|---:|");
    measure("SQLite", size, None).await?;
    match Cluster::start("") {
        Some(cluster) => {
            let rows = Rows::create(&cluster.url(), "portal").await;
            measure("PostgreSQL", size, Some(rows.url())).await?;
        }
        None => eprintln!("PostgreSQL is not installed; its rows are left out"),
    }
    Ok(())
}

/// Fills a database, and asks for its pages.
async fn measure(name: &str, size: Size, url: Option<String>) -> Result<(), Failure> {
    let folder = tempfile::tempdir().step("make a temporary installation")?;
    eprintln!("{name}: filling …");
    let app = connect(folder.path(), url).await?;
    let shape = Shape { sites: size.locations, interactions: 10, contacts: 1, escalated_of: 10, own_photos: false };
    let written = feed::write(shape, &folder.path().join("feed"))?;
    for file in [RECORDS, INCIDENTS] {
        let source = daybreak::feed::Source::paths(&[folder.path().join("feed").join(file)]).step("open the feed")?;
        let (pipeline, now) = (&app.pipeline, app.pipeline.clock.now());
        let imported = daybreak::feed::import(&pipeline.db, &pipeline.archive, source, now, &|_| {}).await;
        imported.step("import the feed")?;
    }
    let sites = app.pipeline.db.locations().await.step("list the locations")?;
    fill::past(&app.pipeline.db, &sites, size.incidents.saturating_sub(written.incidents)).await?;
    let visitors = pages::Visitors::sign_in(&app, &sites).await?;
    eprintln!("{name}: idle …");
    let never = CancellationToken::new();
    let idle = visitors.ask(LONG, &never).await?;
    eprintln!("{name}: beside a night …");
    let night = NIGHT.parse().step("read the night's date")?;
    let run = app.pipeline.plan(&fill::request(&app, &sites, night)?).await.step("plan the night")?.run;
    let (shutdown, over) = (CancellationToken::new(), CancellationToken::new());
    let working = {
        let (app, shutdown) = (app.clone(), shutdown.clone());
        tokio::spawn(async move { app.work(shutdown).await })
    };
    let watching = {
        let (db, over) = (app.pipeline.db.clone(), over.clone());
        tokio::spawn(async move {
            while db.run_progress(run).await.is_ok_and(|now| now.planned > 0 || now.open > 0) {
                tokio::time::sleep(Duration::from_millis(500)).await;
            }
            over.cancel();
        })
    };
    let busy = visitors.ask(LONG, &over).await?;
    eprintln!("{name}: the night {}", if over.is_cancelled() { "ended first" } else { "was still running at the end" });
    shutdown.cancel();
    working.await.step("stop the workers")?;
    watching.abort();
    for (idle, busy) in idle.iter().zip(&busy) {
        println!("{}", row(name, idle, busy));
    }
    app.close().await;
    Ok(())
}

async fn connect(folder: &Path, url: Option<String>) -> Result<App, Failure> {
    let key = (LINK_KEY, "a key of the bench, which is long enough to be one");
    let environment = match &url {
        Some(url) => Environment::of([key, ("DAYBREAK_DATABASE_URL", url.as_str())]),
        None => Environment::of([key]),
    };
    let config = Config::parse("", None, folder, &environment).step("read the built-in configuration")?;
    let now = NOW.parse().step("read the bench's date")?;
    App::build(config, Clock::Fixed(FixedClock::new(now))).await.step("start the services")
}

fn row(name: &str, idle: &Timed, busy: &Timed) -> String {
    format!(
        "| {} | {name} | {} | {:.1} | {:.1} | {:.1} | {:.1} |",
        idle.what,
        idle.bytes,
        idle.quantile(50),
        idle.quantile(99),
        busy.quantile(50),
        busy.quantile(99)
    )
}
