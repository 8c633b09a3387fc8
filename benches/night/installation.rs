//! Installation: a folder becomes Daybreak's services on embedded defaults, and these import a feed and run its night.

use std::path::Path;
use std::time::{Duration, Instant};

use daybreak::app::App;
use daybreak::clock::{Clock, FixedClock};
use daybreak::config::{Config, Environment, LINK_KEY};
use daybreak::db::reports::ReportFilter;
use daybreak::db::runs::RunProgress;
use daybreak::db::sites::Location;
use daybreak::feed::{self, Source};
use daybreak::model::{JobName, ReportState, RunId};
use daybreak::pipeline::{Request, SiteNight};
use serde::{Deserialize, Serialize};
use tokio_util::sync::CancellationToken;

use crate::failure::{Failure, Step};
use crate::feed::{INCIDENTS, NIGHT, RECORDS};
use crate::gauge;

/// After the night in every zone of the feed.
const NOW: &str = "2026-03-19T14:30:00Z";
/// A night in which nothing happens for so long does not end by itself.
const PATIENCE: Duration = Duration::from_mins(3);
/// So many PDFs are counted, one in each of the feed's languages.
const PDFS: usize = 4;

/// What an import came to.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub(crate) struct Imported {
    /// Records without incidents, and how long they took.
    pub(crate) records: u64,
    pub(crate) seconds: f64,
    /// Incidents, their photos, and how long they took together.
    pub(crate) incidents: u64,
    pub(crate) photos: u64,
    pub(crate) photo_seconds: f64,
    pub(crate) peak_mb: f64,
}

/// What a night came to.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub(crate) struct Ran {
    pub(crate) reports: u32,
    pub(crate) mails: u32,
    pub(crate) wall: f64,
    pub(crate) cpu: f64,
    pub(crate) peak_mb: f64,
    /// Pages of a PDF on average; none where nobody can tell.
    pub(crate) pages: Option<f64>,
}

/// Connects the services of the installation in `folder`: those that its `jobs.toml` and the environment name, or the
/// embedded ones where it has none.
pub(crate) async fn connect(folder: &Path) -> Result<App, Failure> {
    let file = folder.join("jobs.toml");
    let config = if file.exists() {
        Config::load(Some(&file), &Environment::process()).step("read the installation's configuration")?
    } else {
        let environment = Environment::of([(LINK_KEY, "a key of the bench, which is long enough to be one")]);
        Config::parse("", None, folder, &environment).step("read the built-in configuration")?
    };
    let now = NOW.parse().step("read the bench's date")?;
    App::build(config, Clock::Fixed(FixedClock::new(now))).await.step("start the services")
}

/// Imports the feed in `folder`.
pub(crate) async fn import(folder: &Path) -> Result<Imported, Failure> {
    let app = connect(folder).await?;
    let began = Instant::now();
    let records = import_file(&app, &folder.join("feed").join(RECORDS)).await?;
    let seconds = began.elapsed().as_secs_f64();
    let began = Instant::now();
    let incidents = import_file(&app, &folder.join("feed").join(INCIDENTS)).await?;
    let photo_seconds = began.elapsed().as_secs_f64();
    let peak_mb = gauge::peak_mb()?;
    app.close().await;
    Ok(Imported {
        records: records.total().created,
        seconds,
        incidents: incidents.total().created,
        photos: incidents.media.uploaded,
        photo_seconds,
        peak_mb,
    })
}

async fn import_file(app: &App, file: &Path) -> Result<feed::ImportSummary, Failure> {
    let source = Source::paths(&[file.to_path_buf()]).step("open the feed")?;
    let pipeline = &app.pipeline;
    let now = pipeline.clock.now();
    feed::import(&pipeline.db, &pipeline.archive, source, now, &|_| {}).await.step("import the feed")
}

/// Runs the night of every site, as `daybreak run` does.
pub(crate) async fn night(folder: &Path) -> Result<Ran, Failure> {
    let app = connect(folder).await?;
    let (began, cpu_before) = (Instant::now(), gauge::cpu_seconds()?);
    let sites = app.pipeline.db.locations().await.step("list the sites")?;
    let planned = app.pipeline.plan(&request(&app, &sites)?).await.step("plan the night")?;
    let shutdown = CancellationToken::new();
    let working = {
        let (app, shutdown) = (app.clone(), shutdown.clone());
        tokio::spawn(async move { app.work(shutdown).await })
    };
    let ended = until_done(&app, planned.run, sites.len()).await;
    let (wall, cpu) = (began.elapsed().as_secs_f64(), gauge::cpu_seconds()? - cpu_before);
    let peak_mb = gauge::peak_mb()?;
    shutdown.cancel();
    working.await.step("stop the workers")?;
    let ended = ended?;
    check(&app, planned.run, ended).await?;
    let pages = pages(&app, &sites).await?;
    app.close().await;
    let number = |count: i64| u32::try_from(count).step("count the night's reports");
    Ok(Ran { reports: number(ended.reports)?, mails: number(ended.sent)?, wall, cpu, peak_mb, pages })
}

fn request(app: &App, sites: &[Location]) -> Result<Request, Failure> {
    let night = NIGHT.parse().step("read the night's date")?;
    let wanted = sites.iter().map(|site| SiteNight { location: site.location.clone(), night, revision: 1 }).collect();
    Ok(Request::by_hand(JobName::new("bench").step("name the job")?, app.pipeline.clock.now(), wanted))
}

/// Looks at the run until nothing of it is open; a small one oftener, because it is over within a look or two, and one
/// that takes long to look at more seldom.
async fn until_done(app: &App, run: RunId, sites: usize) -> Result<RunProgress, Failure> {
    let look = Duration::from_millis(if sites < 1_000 { 10 } else { 100 });
    let (mut before, mut moved) = (RunProgress::default(), Instant::now());
    loop {
        let began = Instant::now();
        let now = app.pipeline.db.run_progress(run).await.step("look at the run")?;
        let pause = look.max(began.elapsed() * 30);
        if now.planned == 0 && now.open == 0 {
            return Ok(now);
        }
        if now != before {
            (before, moved) = (now, Instant::now());
        } else if moved.elapsed() > PATIENCE {
            return Err(Failure::new(format!("the night stands still: {now:?}")));
        }
        tokio::time::sleep(pause).await;
    }
}

/// A figure counts only where every report was built whole and every mail has left.
async fn check(app: &App, run: RunId, ended: RunProgress) -> Result<(), Failure> {
    let of_run = ReportFilter { run: Some(run), limit: i64::MAX, ..ReportFilter::default() };
    let rows = app.pipeline.db.reports(&of_run).await.step("list the reports")?;
    for row in &rows {
        if row.state != ReportState::Built || row.missing > 0 {
            let why = row.error.clone().unwrap_or_else(|| format!("{} things are missing", row.missing));
            return Err(Failure::new(format!("the report of {} is {}: {why}", row.location, row.state)));
        }
    }
    if ended.sent != ended.deliveries {
        return Err(Failure::new(format!("{} of {} mails were sent", ended.sent, ended.deliveries)));
    }
    Ok(())
}

/// How many pages the PDFs of the first sites have on average.
async fn pages(app: &App, sites: &[Location]) -> Result<Option<f64>, Failure> {
    let night = NIGHT.parse().step("read the night's date")?;
    let (mut pdfs, mut sum) = (0, 0);
    for site in sites.iter().take(PDFS) {
        let preview = app.pipeline.preview(&site.location, night).await.step("preview a report")?;
        for mail in preview.mails.into_iter().take(1) {
            let Some((_, pdf)) = mail.pdf else { continue };
            let Some(pages) = gauge::pages(&pdf)? else { return Ok(None) };
            (pdfs, sum) = (pdfs + 1, sum + pages);
        }
    }
    Ok((pdfs > 0).then(|| f64::from(sum) / f64::from(pdfs)))
}
