//! Several processes on one PostgreSQL: workers share the night, the portal shows it, a dead one is replaced.

use std::time::{Duration, Instant};

use daybreak::app::App;
use daybreak::clock::Clock;
use daybreak::db::runs::RunProgress;
use daybreak::model::{JobName, RunId};
use daybreak::pipeline::{Request, SiteNight};
use url::Url;

use crate::services::{
    Bucket, Installation, MailServer, Process, Rows, SITE_ZONES, open, shared_archive, shared_postgres, write_sites,
};

pub(super) const PROGRAM: &str = env!("CARGO_BIN_EXE_daybreak");
/// The job of every minute, for each zone.
const JOB: &str =
    "[[job]]\nname = \"minutely\"\nkind = \"night-report\"\nschedule = \"* * * * *\"\ntimezone = \"location\"\n";
const SITES: u32 = 12;
/// More than one worker fetches at once.
const MANY: u32 = 40;
const CONTACTS: u32 = 2;

/// The last night of every site of an installation, wanted once.
pub(crate) struct Night {
    pub(crate) app: App,
    run: RunId,
}

impl Night {
    /// Plans it; workers elsewhere do it.
    pub(crate) async fn plan(installation: &Installation) -> Self {
        let app = installation.app(Clock::System).await;
        let run = want(&app, 0, usize::MAX).await;
        Self { app, run }
    }

    /// How far it is.
    pub(crate) async fn progress(&self) -> RunProgress {
        self.app.pipeline.db.run_progress(self.run).await.unwrap()
    }

    /// Waits until it is so far.
    pub(crate) async fn until(
        &self,
        what: &str,
        patience: Duration,
        is_so: impl Fn(&RunProgress) -> bool,
    ) -> RunProgress {
        let began = Instant::now();
        loop {
            let now = self.progress().await;
            if is_so(&now) {
                return now;
            }
            assert!(began.elapsed() < patience, "{what}: not within {} s: {now:?}", patience.as_secs());
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }
}

/// Wants the last night of some of an installation's sites, in the order of their names.
pub(crate) async fn want(app: &App, from: usize, count: usize) -> RunId {
    let now = app.pipeline.clock.now();
    let mut sites = app.pipeline.db.locations().await.unwrap();
    sites.sort_by(|a, b| a.location.cmp(&b.location));
    let sites = sites.into_iter().skip(from).take(count);
    let wanted = sites.map(|site| SiteNight::last(&site, now)).collect();
    let request = Request::by_hand(JobName::new("test").unwrap(), now, wanted);
    app.pipeline.plan(&request).await.unwrap().run
}

struct House {
    folder: tempfile::TempDir,
    rows: Rows,
    mail: MailServer,
    installation: Installation,
}

impl House {
    async fn build(server: &str, bucket: &Bucket, what: &str, (sites, pace): (u32, Duration), more: &str) -> Self {
        let rows = Rows::create(server, what).await;
        let mail = MailServer::start(pace).await;
        let folder = tempfile::tempdir().unwrap();
        let installation = Installation::new(PROGRAM, folder.path(), &rows, bucket, &mail.transport(), more);
        write_sites(folder.path(), sites, CONTACTS, Clock::System.now());
        let imported = installation.run(&["import", "feed.ndjson"]);
        assert!(imported.status.success(), "{}", String::from_utf8_lossy(&imported.stderr));
        Self { folder, rows, mail, installation }
    }

    fn workers(&self, count: u32) -> Vec<Process> {
        (0..count).map(|number| self.installation.spawn(&format!("worker{number}"), &["worker"])).collect()
    }
}

/// Stops everybody with SIGTERM: each ends well and soon, and leaves no connection behind.
async fn stop_all(processes: &mut [Process], rows: &Rows) {
    for process in processes.iter_mut() {
        let ended = process.stop(Duration::from_secs(30));
        assert!(ended.is_some_and(|status| status.success()), "{ended:?}: {}", process.log());
    }
    let left: Vec<String> = sqlx::query_scalar(
        "SELECT query FROM pg_stat_activity WHERE datname = current_database() AND application_name <> 'test'",
    )
    .fetch_all(&rows.pool().await)
    .await
    .unwrap();
    assert!(left.is_empty(), "connections that nobody closed: {left:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn three_workers_and_a_portal_send_a_scheduled_night_once() {
    let (Some(server), Some(bucket)) = (shared_postgres(), shared_archive("processes").await) else { return };
    let house = House::build(&server, &bucket, "processes", (MANY, Duration::ZERO), JOB).await;
    let mut processes = house.workers(3);
    processes.push(house.installation.spawn("portal", &["serve"]));
    let pool = house.rows.pool().await;
    let wanted = i64::from(MANY * CONTACTS);
    let began = Instant::now();
    // The next whole minute is at most a minute away, and a worker looks three times in it.
    let count = async |sql: &'static str| -> i64 { sqlx::query_scalar(sql).fetch_one(&pool).await.unwrap() };
    while count("SELECT count(*) FROM deliveries WHERE state = 'sent'").await < wanted {
        assert!(began.elapsed() < Duration::from_secs(160), "{}", processes[0].log());
        tokio::time::sleep(Duration::from_millis(250)).await;
    }
    // Another minute's occurrence finds every report standing.
    let runs = count("SELECT count(*) FROM runs").await;
    while count("SELECT count(*) FROM runs").await == runs && began.elapsed() < Duration::from_secs(250) {
        tokio::time::sleep(Duration::from_millis(250)).await;
    }
    let answer =
        open(&Url::parse(&format!("http://127.0.0.1:{}/healthz", house.installation.portal)).unwrap(), "").await;
    assert_eq!(answer.status, 200, "{}", String::from_utf8_lossy(&answer.body));
    stop_all(&mut processes, &house.rows).await;

    let runs: Vec<(String, chrono::DateTime<chrono::Utc>, i64)> = sqlx::query_as(
        "SELECT zone, occurrence, count(*) FROM runs WHERE cause = 'schedule' GROUP BY zone, occurrence",
    )
    .fetch_all(&pool)
    .await
    .unwrap();
    assert!(runs.len() > SITE_ZONES.len() && runs.iter().all(|run| run.2 == 1), "each occurrence once: {runs:?}");
    let reports = count("SELECT count(*) FROM reports WHERE state = 'built' AND revision = 1").await;
    assert_eq!(reports, i64::from(MANY));
    let taken = house.mail.taken();
    assert_eq!(i64::try_from(taken.len()).unwrap(), wanted);
    assert!(taken.values().all(|times| *times == 1), "{taken:?}");
    assert_eq!(count("SELECT count(*) FROM attempts").await, wanted, "each was tried once");
    // More than one had a hand in it; how much sooner that makes the night end is the matter of a bench.
    let built = |process: &Process| {
        process.log().matches("report built").count() + process.log().matches("attempt ended").count()
    };
    let shares: Vec<usize> = processes[..3].iter().map(built).collect();
    assert!(shares.iter().filter(|share| **share > 0).count() >= 2, "{shares:?}");
    pool.close().await;
    drop(house.folder);
    house.rows.drop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_worker_that_dies_is_noticed_and_its_tasks_are_taken_over_within_a_minute() {
    let (Some(server), Some(bucket)) = (shared_postgres(), shared_archive("takeover").await) else { return };
    let house = House::build(&server, &bucket, "takeover", (SITES, Duration::from_secs(3)), "").await;
    let night = Night::plan(&house.installation).await;
    let mut first = house.installation.spawn("first", &["worker"]);
    let pool = house.rows.pool().await;
    let sending = async || -> i64 {
        let count = sqlx::query_scalar("SELECT count(*) FROM deliveries WHERE state = 'sending'");
        count.fetch_one(&pool).await.unwrap()
    };
    let began = Instant::now();
    while sending().await == 0 {
        assert!(began.elapsed() < Duration::from_secs(90), "{}", first.log());
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    first.kill();
    let died = Instant::now();
    // What was being sent at the moment of the kill waits for its patience to run out; all the rest is done.
    let in_hand = sending().await;
    let mut second = [house.installation.spawn("second", &["worker"])];
    let done =
        night.until("it is taken over", Duration::from_secs(75), |now| now.planned == 0 && now.open <= in_hand).await;
    assert_eq!((done.failed, done.deferred, done.sent), (0, 0, i64::from(SITES * CONTACTS) - done.open), "{done:?}");
    println!("taken over after {:.0} s; {in_hand} mails were in hand", died.elapsed().as_secs_f64());
    assert!(in_hand > 0 && done.open == in_hand, "{in_hand} mails were in hand: {done:?}");
    ten_minutes_pass(&pool).await;
    let done = night.until("nobody knows of the rest", Duration::from_secs(30), |now| now.open == 0).await;
    assert_eq!(done.unsent, in_hand, "each is unknown, and listed for an operator");
    pool.close().await;
    assert!(house.mail.taken().values().all(|times| *times == 1), "nobody got a mail twice");
    night.app.close().await;
    stop_all(&mut second, &house.rows).await;
    house.rows.drop().await;
}

/// Every instant that something waits for, and every one that is counted from, moves ten minutes into the past.
pub(crate) async fn ten_minutes_pass(pool: &sqlx::PgPool) {
    for statement in [
        "UPDATE deliveries SET next_at = next_at - interval '10 minutes', created_at = created_at - interval '10 minutes' \
         WHERE finished_at IS NULL",
        "UPDATE attempts SET started_at = started_at - interval '10 minutes' WHERE finished_at IS NULL",
        "UPDATE reports SET planned_at = planned_at - interval '10 minutes' WHERE state = 'planned'",
        "UPDATE apalis.jobs SET run_at = run_at - interval '10 minutes' WHERE status = 'Pending'",
    ] {
        sqlx::query(statement).execute(pool).await.unwrap();
    }
}
