//! Several workers on one database: each occurrence fires once, and what a dead one leaves is taken over.

use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::str::FromStr;
use std::time::{Duration, Instant};

use daybreak::app::App;
use daybreak::clock::{Clock, FixedClock};
use daybreak::config::{Config, Environment};
use daybreak::db::Db;
use daybreak::db::deliveries::DeliveryFilter;
use daybreak::feed::{self, Source};
use daybreak::model::{DeliveryState, JobName, RunId, RunState};
use daybreak::pipeline::{Request, SiteNight};
use serde_json::json;
use sqlx::postgres::PgConnectOptions;
use sqlx::{ConnectOptions, Executor};
use tempfile::TempDir;

const JOB: &str =
    "[[job]]\nname = \"morning\"\nkind = \"night-report\"\nschedule = \"30 6 * * *\"\ntimezone = \"location\"\n";

/// A folder with jobs.toml, and the database of the installation: SQLite within it, or PostgreSQL elsewhere.
struct Home {
    folder: TempDir,
    postgres: Option<(PgConnectOptions, String, String)>,
}

/// An installation on SQLite, and one on PostgreSQL where the environment names a server.
async fn homes(name: &str) -> Vec<Home> {
    let home = |postgres| {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("jobs.toml"), JOB).unwrap();
        Home { folder, postgres }
    };
    let mut homes = vec![home(None)];
    if let Ok(server) = std::env::var("DAYBREAK_TEST_POSTGRES_URL") {
        let options = PgConnectOptions::from_str(&server).unwrap();
        let database = format!("daybreak_{}_{name}", std::process::id());
        let mut admin = options.connect().await.unwrap();
        admin.execute(sqlx::AssertSqlSafe(format!(r#"CREATE DATABASE "{database}""#))).await.unwrap();
        let mut url = url::Url::parse(&server).unwrap();
        url.set_path(&database);
        homes.push(home(Some((options, database, url.to_string()))));
    }
    homes
}

impl Home {
    fn environment(&self) -> Environment {
        const KEY: (&str, &str) = ("DAYBREAK_LINK_KEY", "a key of tests, which is long enough to be one");
        match &self.postgres {
            Some((_, _, url)) => Environment::of([KEY, ("DAYBREAK_DATABASE_URL", url)]),
            None => Environment::of([KEY]),
        }
    }

    fn config(&self) -> Config {
        Config::load(Some(&self.folder.path().join("jobs.toml")), &self.environment()).unwrap()
    }

    async fn app(&self, clock: Clock) -> App {
        App::build(self.config(), clock).await.unwrap()
    }

    /// A worker in a process of its own.
    fn worker(&self) -> Child {
        let mut command = Command::new(env!("CARGO_BIN_EXE_daybreak"));
        command.arg("worker").current_dir(self.folder.path()).stdout(Stdio::null()).stderr(Stdio::null());
        command.env("DAYBREAK_LINK_KEY", "a key of tests, which is long enough to be one");
        match &self.postgres {
            Some((_, _, url)) => command.env("DAYBREAK_DATABASE_URL", url),
            None => command.env_remove("DAYBREAK_DATABASE_URL"),
        };
        command.spawn().unwrap()
    }

    /// So many sites with a contact each, and a run that wants a report of each.
    async fn plan(&self, sites: usize) -> RunId {
        let app = self.app(Clock::System).await;
        import(&app, self.folder.path(), sites).await;
        let now = app.pipeline.clock.now();
        let locations = app.pipeline.db.locations().await.unwrap();
        let wanted = locations.iter().map(|site| SiteNight::last(site, now)).collect();
        let request = Request::by_hand(JobName::new("morning").unwrap(), now, wanted);
        let run = app.pipeline.plan(&request).await.unwrap().run;
        app.close().await;
        run
    }

    async fn gone(self) {
        if let Some((options, database, _)) = self.postgres {
            let mut admin = options.connect().await.unwrap();
            admin.execute(sqlx::AssertSqlSafe(format!(r#"DROP DATABASE "{database}" WITH (FORCE)"#))).await.unwrap();
        }
    }
}

async fn import(app: &App, folder: &Path, sites: usize) {
    let mut lines = vec![json!({"kind": "branch", "ref": "b", "name": "Branch"})];
    for number in 0..sites {
        let (site, zone) = (format!("site-{number}"), ["Europe/Berlin", "America/Chicago"][number % 2]);
        lines.push(json!({"kind": "location", "ref": site, "branch": "b", "name": site, "timezone": zone}));
        lines.push(json!({"kind": "contact", "ref": format!("{site}-c"), "name": "C", "email": format!("{site}@example.com"), "locations": [site], "notify": true}));
    }
    let path = folder.join("lines.ndjson");
    std::fs::write(&path, lines.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")).unwrap();
    let source = Source::paths(&[path]).unwrap();
    let (db, archive) = (&app.pipeline.db, &app.pipeline.archive);
    feed::import(db, archive, source, app.pipeline.clock.now(), &|_| {})
        .await
        .unwrap_or_else(|error| panic!("{error}"));
}

/// Every statement of the watch, on either database.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_watch_is_kept_on_either_database() {
    for home in homes("the_watch_is_kept").await {
        let toml =
            format!("{JOB}deadline = \"08:00\"\nincomplete = \"hold\"\n[alerts]\nto = \"operations@example.com\"\n");
        std::fs::write(home.folder.path().join("jobs.toml"), toml).unwrap();
        let clock = FixedClock::new("2026-03-17T12:00:00Z".parse().unwrap());
        let app = home.app(Clock::Fixed(clock.clone())).await;
        import(&app, home.folder.path(), 2).await;
        let (pipeline, jobs) = (&app.pipeline, &app.config.jobs);
        let db = &pipeline.db;
        let at = async |now: &str| {
            clock.set(now.parse().unwrap());
            pipeline.watch().await.unwrap();
            db.alerts(9).await.unwrap().into_iter().map(|alert| alert.subject).collect::<Vec<_>>()
        };
        let promise = async || daybreak::schedule::promise(db, jobs, pipeline.clock.now()).await.unwrap();
        assert!(daybreak::schedule::tick(pipeline, jobs).await.unwrap().is_empty());
        promise().await;
        let promised = db.promised(pipeline.clock.now()).await.unwrap();
        assert_eq!(promised.len(), 4, "two mornings in each of two zones");
        promise().await;
        assert_eq!(db.promised(pipeline.clock.now()).await.unwrap(), promised, "again");
        daybreak::schedule::promise_missing(db, &[], pipeline.clock.now()).await.unwrap();
        assert_eq!(
            db.promised(pipeline.clock.now()).await.unwrap(),
            promised,
            "a portal with another file forgets nothing"
        );
        daybreak::schedule::promise(db, &[], pipeline.clock.now()).await.unwrap();
        assert!(db.promised(pipeline.clock.now()).await.unwrap().is_empty(), "the job is gone");
        daybreak::schedule::promise_missing(db, jobs, pipeline.clock.now()).await.unwrap();
        assert_eq!(db.promised(pipeline.clock.now()).await.unwrap().len(), 4, "a portal writes what nobody wrote");
        promise().await;

        clock.set("2026-03-18T05:30:05Z".parse().unwrap());
        let run = daybreak::schedule::tick(pipeline, jobs).await.unwrap().remove(0);
        let waiting = app.watcher().metrics().await;
        assert!(
            waiting.contains("daybreak_gate_waiting 1") && waiting.contains("daybreak_queue_waiting{lane=\"build\"} 1"),
            "{waiting}"
        );
        clock.set("2026-03-18T06:15:05Z".parse().unwrap());
        Box::pin(pipeline.build(run.reports[0])).await.unwrap();
        assert_eq!(at("2026-03-18T06:16:00Z").await, ["Daybreak: 1 report held"]);
        assert_eq!(at("2026-03-18T07:17:00Z").await[0], "Daybreak: 1 deadline missed");
        assert_eq!(pipeline.release(&run.reports).await.unwrap(), run.reports);
        Box::pin(pipeline.build(run.reports[0])).await.unwrap();
        assert_eq!(db.waiting_deliveries().await.unwrap().0, 1);
        assert_eq!(db.mails_of(&run.reports).await.unwrap(), [(run.reports[0], "pending".to_owned(), 1)]);
        // A mail that never arrives.
        let mut tx = db.begin().await.unwrap();
        let why = "a test gives it up";
        assert_eq!(daybreak::db::deliveries::discard_waiting(&mut tx, why, pipeline.clock.now()).await.unwrap(), 1);
        tx.commit().await.unwrap();
        let told = at("2026-03-18T08:18:00Z").await;
        assert_eq!(told[0], "Daybreak: 1 mail not delivered, 1 deadline made up, 1 report released");
        assert_eq!(db.run(run.run).await.unwrap().unwrap().state, RunState::Failed);
        let page = app.watcher().metrics().await;
        for line in ["daybreak_findings_open{kind=\"mail\"} 1", "daybreak_runs{state=\"failed\"} 1", "daybreak_up 1"] {
            assert!(page.lines().any(|known| known == line), "{line} is not in\n{page}");
        }
        // Resent and sent.
        let delivery =
            db.deliveries(&DeliveryFilter { limit: 1, ..DeliveryFilter::default() }).await.unwrap().remove(0);
        let mut tx = db.begin().await.unwrap();
        daybreak::db::deliveries::reopen(&mut tx, &[delivery.delivery.id], false, pipeline.clock.now()).await.unwrap();
        tx.commit().await.unwrap();
        pipeline.handle(daybreak::db::Task::Deliver { delivery: delivery.delivery.id }).await;
        let told = at("2026-03-18T09:19:00Z").await;
        assert_eq!(told[0], "Daybreak: 1 mail sent after all");
        assert_eq!(db.run(run.run).await.unwrap().unwrap().state, RunState::Done);
        assert!(db.alerts(9).await.unwrap().iter().all(|alert| alert.state == "sent"));
        // Much later nothing is left over, and what is done is forgotten.
        assert_eq!(at("2026-03-30T08:00:00Z").await.len(), told.len());
        app.close().await;
        home.gone().await;
    }
}

async fn until<F: Future<Output = bool>>(limit: Duration, what: &str, done: impl Fn() -> F) -> Duration {
    let began = Instant::now();
    while !done().await {
        assert!(began.elapsed() < limit, "{what} took longer than {limit:?}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    began.elapsed()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_several_schedulers_one_fires_each_occurrence() {
    for home in homes("one_fires_each_occurrence").await {
        let clock = FixedClock::new("2026-03-17T12:00:00Z".parse().unwrap());
        let (first, second) =
            (home.app(Clock::Fixed(clock.clone())).await, home.app(Clock::Fixed(clock.clone())).await);
        import(&first, home.folder.path(), 6).await;
        let tick = async |app: &App| daybreak::schedule::tick(&app.pipeline, &app.config.jobs).await.unwrap();
        assert!(tick(&first).await.is_empty());
        for (now, runs) in [("2026-03-18T05:30:05Z", 1), ("2026-03-18T11:30:05Z", 2), ("2026-03-19T05:30:05Z", 3)] {
            clock.set(now.parse().unwrap());
            let (one, two, three) = tokio::join!(tick(&first), tick(&second), tick(&second));
            let new = [one, two, three].concat().into_iter().filter(|run| run.new).count();
            assert_eq!(new, 1, "{now}: one of them fires it");
            assert_eq!(first.pipeline.db.runs(9).await.unwrap().len(), runs, "{now}");
        }
        let builds = first.pipeline.db.live_tasks().await.unwrap().len();
        assert_eq!(builds, 9, "three sites in each of three occurrences, one task each");
        first.close().await;
        second.close().await;
        home.gone().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_killed_workers_tasks_are_taken_over_within_a_minute() {
    for home in homes("a_killed_worker").await {
        const SITES: usize = 60;
        let run = home.plan(SITES).await;
        let db = Db::connect(&home.config().database).await.unwrap();
        let built = async || {
            let progress = db.run_progress(run).await.unwrap();
            usize::try_from(progress.reports - progress.planned).unwrap()
        };
        let mut first = home.worker();
        until(Duration::from_mins(1), "the first report", async || built().await > 0).await;
        let mut second = home.worker();
        // SIGKILL: it can say nothing any more.
        first.kill().unwrap();
        first.wait().unwrap();
        assert!(built().await < SITES, "it died in the middle");
        let took = until(Duration::from_secs(100), "the takeover", async || {
            let progress = db.run_progress(run).await.unwrap();
            progress.planned + progress.open + progress.deferred == 0
        })
        .await;
        println!("taken over and done {took:?} after the kill");
        let filter = DeliveryFilter { limit: 999, ..DeliveryFilter::default() };
        let deliveries = db.deliveries(&filter).await.unwrap();
        assert_eq!(deliveries.len(), SITES);
        assert!(deliveries.iter().all(|row| row.delivery.state == DeliveryState::Sent));
        let outbox = std::fs::read_dir(home.folder.path().join("daybreak-data/outbox")).unwrap();
        let mails = outbox.filter(|mail| mail.as_ref().unwrap().path().extension().is_some_and(|end| end == "eml"));
        assert_eq!(mails.count(), SITES, "each mail once");
        let alive = db.workers_alive(Clock::System.now()).await.unwrap();
        assert!((1..=2).contains(&alive), "{alive}");
        second.kill().unwrap();
        second.wait().unwrap();
        db.close().await;
        home.gone().await;
    }
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stopped_worker_gives_back_at_once_what_it_had_fetched() {
    for home in homes("a_stopped_worker").await {
        const SITES: usize = 120;
        let run = home.plan(SITES).await;
        let db = Db::connect(&home.config().database).await.unwrap();
        let mut worker = home.worker();
        until(Duration::from_mins(1), "the first report", async || {
            let progress = db.run_progress(run).await.unwrap();
            progress.planned < progress.reports
        })
        .await;
        let told = Command::new("kill").args(["-TERM", &worker.id().to_string()]).status().unwrap();
        assert!(told.success());
        assert!(worker.wait().unwrap().success());
        let now = Clock::System.now() + Duration::from_secs(2);
        let free: i64 = db.queue_depths(now).await.unwrap().iter().map(|lane| lane.waiting).sum();
        let live = db.live_tasks().await.unwrap().len();
        assert!(live > 0, "there was something left to do");
        assert_eq!(usize::try_from(free).unwrap(), live, "nothing is kept by the worker that is gone");
        assert_eq!(db.workers_alive(Clock::System.now()).await.unwrap(), 0);
        db.close().await;
        home.gone().await;
    }
}
