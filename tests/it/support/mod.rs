//! A whole installation in a temporary folder, with a clock that a test sets.

use std::path::{Path, PathBuf};
use std::time::Duration;

use chrono::{DateTime, Utc};
use daybreak::app::App;
use daybreak::clock::{Clock, FixedClock};
use daybreak::config::{Config, Environment};
use daybreak::db::runs::RunProgress;
use daybreak::feed::{self, ImportError, ImportSummary, Source};
use daybreak::model::{JobName, LocationRef, NightDate, RunId, Trigger};
use daybreak::pipeline::{Request, SiteNight};
use tempfile::TempDir;
use tokio_util::sync::CancellationToken;

/// The repository.
pub(crate) fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// The week of real events beside the repository, where it is there.
pub(crate) fn minneapolis() -> Option<PathBuf> {
    let feed = root().join("../shared/data/minneapolis/feed.ndjson");
    if !feed.exists() {
        println!("skipped: {} is not there", feed.display());
        return None;
    }
    Some(feed)
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &to.join(entry.file_name()));
        } else {
            std::fs::copy(entry.path(), to.join(entry.file_name())).unwrap();
        }
    }
}

/// An installation.
pub(crate) struct Stage {
    pub(crate) folder: TempDir,
    pub(crate) app: App,
    pub(crate) clock: FixedClock,
}

/// Without secrets of services.
fn plain() -> Environment {
    Environment::of([("DAYBREAK_LINK_KEY", "a key of tests, which is long enough to be one")])
}

impl Stage {
    /// An empty one, at that instant, with `toml` as its jobs.toml.
    pub(crate) async fn new(now: &str, toml: &str) -> Self {
        Self::within(tempfile::tempdir().unwrap(), now, toml, &plain()).await
    }

    /// An empty one, with its secrets in that environment.
    pub(crate) async fn with(now: &str, toml: &str, environment: &Environment) -> Self {
        Self::within(tempfile::tempdir().unwrap(), now, toml, environment).await
    }

    /// A copy of the data of another installation, which has ended, in a folder of its own.
    pub(crate) async fn restored(from: &Path, now: &str, toml: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        copy(from, folder.path());
        Self::within(folder, now, toml, &plain()).await
    }

    async fn within(folder: TempDir, now: &str, toml: &str, environment: &Environment) -> Self {
        let clock = FixedClock::new(now.parse().unwrap());
        let config = Config::parse(toml, Some(&folder.path().join("jobs.toml")), folder.path(), environment);
        let config = config.unwrap_or_else(|faults| panic!("{faults}"));
        let app = App::build(config, Clock::Fixed(clock.clone())).await.unwrap();
        Self { folder, app, clock }
    }

    /// Moves the clock.
    pub(crate) fn at(&self, now: &str) {
        self.clock.set(now.parse().unwrap());
    }

    pub(crate) fn now(&self) -> DateTime<Utc> {
        self.app.pipeline.clock.now()
    }

    /// Imports files or folders.
    pub(crate) async fn import(&self, path: &Path) -> Result<ImportSummary, ImportError> {
        let pipeline = &self.app.pipeline;
        let source = Source::paths(&[path.to_path_buf()]).unwrap();
        feed::import(&pipeline.db, &pipeline.archive, source, self.now(), &|_| {}).await
    }

    /// Imports records written as lines.
    pub(crate) async fn import_lines(&self, lines: &[serde_json::Value]) -> ImportSummary {
        let path = self.folder.path().join("lines.ndjson");
        let text = lines.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n");
        std::fs::write(&path, text).unwrap();
        self.import(&path).await.unwrap_or_else(|error| panic!("{error}"))
    }

    /// Wants reports of all sites for a night (or each site's last one), and works until they are done.
    pub(crate) async fn run(&self, night: Option<&str>) -> (RunId, RunProgress) {
        let sites = self.app.pipeline.db.locations().await.unwrap();
        let night: Option<NightDate> = night.map(|night| night.parse().unwrap());
        let now = self.now();
        let sites = sites
            .into_iter()
            .map(|site| SiteNight {
                night: night.unwrap_or_else(|| site.hours.last_ended(now, site.timezone)),
                location: site.location,
                revision: 1,
            })
            .collect();
        self.request(sites, None, true).await
    }

    /// Wants the next revision of one site's night.
    pub(crate) async fn regenerate(
        &self,
        location: &str,
        night: &str,
        revision: i32,
        send: bool,
    ) -> (RunId, RunProgress) {
        let site = SiteNight { location: location.parse().unwrap(), night: night.parse().unwrap(), revision };
        self.request(vec![site], Some("the footage shows more"), send).await
    }

    async fn request(&self, sites: Vec<SiteNight>, reason: Option<&str>, send: bool) -> (RunId, RunProgress) {
        let request = Request {
            cause: if reason.is_some() { Trigger::Regenerate } else { Trigger::Manual },
            by: reason.map(|_| "Dana".into()),
            reason: reason.map(Into::into),
            send,
            ..Request::by_hand(JobName::new("test").unwrap(), self.now(), sites)
        };
        let planned = self.app.pipeline.plan(&request).await.unwrap();
        (planned.run, self.work_until_done(planned.run).await)
    }

    /// Works on the queue until a run has nothing open any more.
    pub(crate) async fn work_until_done(&self, run: RunId) -> RunProgress {
        self.work_while(|| async move {
            let now = self.app.pipeline.db.run_progress(run).await.unwrap();
            (now.planned == 0 && now.open == 0).then_some(now)
        })
        .await
    }

    /// Works on the queue until `done` gives a value; panics after two minutes.
    pub(crate) async fn work_while<T, F: Future<Output = Option<T>>>(&self, done: impl Fn() -> F) -> T {
        let shutdown = CancellationToken::new();
        let working = {
            let (app, shutdown) = (self.app.clone(), shutdown.clone());
            tokio::spawn(async move { app.work(shutdown).await })
        };
        let value = tokio::time::timeout(Duration::from_mins(2), async {
            loop {
                if let Some(value) = done().await {
                    break value;
                }
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        })
        .await
        .expect("the work is done within two minutes");
        shutdown.cancel();
        working.await.unwrap();
        value
    }

    /// The mails of the outbox by file name.
    pub(crate) fn outbox(&self) -> Vec<(String, Vec<u8>)> {
        let folder = self.folder.path().join("daybreak-data/outbox");
        let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
        let mut mails: Vec<(String, Vec<u8>)> = entries
            .map(|entry| entry.unwrap())
            .map(|entry| (entry.file_name().into_string().unwrap(), std::fs::read(entry.path()).unwrap()))
            .collect();
        mails.sort();
        mails
    }

    /// The one report of a site's night in that revision.
    pub(crate) async fn report(&self, location: &str, night: &str, revision: i32) -> daybreak::db::reports::ReportRow {
        let location: LocationRef = location.parse().unwrap();
        let revisions = self.app.pipeline.db.revisions(&location, night.parse().unwrap()).await.unwrap();
        revisions.into_iter().find(|row| row.revision == revision).expect("the report is there")
    }
}
