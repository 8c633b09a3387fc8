//! Operations: jobs run now, rest and are woken, over several processes; held reports go; pages are live and stop.

use std::time::Duration;

use axum::body::Body;
use axum::http::{Request, StatusCode};
use daybreak::app::App;
use daybreak::clock::{Clock, FixedClock};
use daybreak::config::{Config, Environment};
use daybreak::db::reports::ReportFilter;
use daybreak::db::suppressions::{self, Suppression};
use daybreak::model::{ReportState, Role, SuppressionReason, Trigger};
use daybreak::portal;
use daybreak::schedule;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio_util::sync::CancellationToken;
use tower::ServiceExt;

use super::browser::{Browser, audited, portal as pages};
use crate::support::{Stage, root};

const JOB: &str = "[[job]]\nname = \"morning\"\nkind = \"night-report\"\nschedule = \"30 6 * * *\"\ntimezone = \"location\"\n\
    catch_up = { policy = \"latest\", max_age = \"36h\" }\ndeadline = \"08:00\"\n";
const AFTERNOON: &str = "2026-03-18T16:00:00Z";

async fn stage(toml: &str) -> Stage {
    let stage = Stage::new(AFTERNOON, toml).await;
    stage.import(&root().join("samples")).await.unwrap_or_else(|error| panic!("{error}"));
    stage
}

/// Another process on the same database.
async fn beside(stage: &Stage, now: &str) -> (App, FixedClock) {
    let clock = FixedClock::new(now.parse().unwrap());
    let environment = Environment::of([("DAYBREAK_LINK_KEY", "a key of tests, which is long enough to be one")]);
    let folder = stage.folder.path();
    let config = Config::parse(JOB, Some(&folder.join("jobs.toml")), folder, &environment).unwrap();
    (App::build(config, Clock::Fixed(clock.clone())).await.unwrap(), clock)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_pause_holds_in_every_process_and_what_it_passed_over_is_caught_up() {
    let stage = stage(JOB).await;
    let operations = Browser::of(&stage, &pages(&stage, CancellationToken::new()).await, Role::Operations, 1).await;
    let (other, other_clock) = beside(&stage, AFTERNOON).await;
    let jobs = &stage.app.config.jobs;
    // From now on schedules are kept.
    schedule::tick(&stage.app.pipeline, jobs).await.unwrap();
    schedule::promise(&stage.app.pipeline.db, jobs, stage.now()).await.unwrap();
    assert!(!stage.app.pipeline.db.promised(stage.now()).await.unwrap().is_empty());

    let paused = operations.post("/operations/pause", &[("job", "morning"), ("reason", "the feed <b>lies</b>")]).await;
    assert!(paused.location.ends_with("said=paused"), "{}", paused.location);
    assert!(
        operations
            .post("/operations/pause", &[("job", "morning"), ("reason", "again")])
            .await
            .location
            .ends_with("said=paused-before")
    );
    let page = operations.get("/operations").await.text();
    assert!(page.contains("the feed &lt;b&gt;lies&lt;/b&gt;") && page.contains("Paused since"));
    let job = operations.get("/operations/job?name=morning").await.text();
    assert!(job.contains("only the latest runs"), "what becomes of it is said in words");
    assert!(stage.app.pipeline.db.promised(stage.now()).await.unwrap().is_empty(), "nobody is woken for it");

    // The morning after, everywhere.
    stage.at("2026-03-19T16:00:00Z");
    other_clock.set("2026-03-19T16:00:00Z".parse().unwrap());
    for app in [&stage.app, &other] {
        assert!(schedule::tick(&app.pipeline, &app.config.jobs).await.unwrap().is_empty(), "it rests");
        schedule::promise(&app.pipeline.db, &app.config.jobs, stage.now()).await.unwrap();
        assert!(app.pipeline.db.promised(stage.now()).await.unwrap().is_empty());
    }
    assert!(stage.app.pipeline.db.runs(10).await.unwrap().is_empty());

    // A process that had asked what is due before the pause fires nothing either.
    let due = daybreak::pipeline::Request {
        job: "morning".parse().unwrap(),
        cause: Trigger::Schedule,
        occurrence: stage.now(),
        zone: "UTC".into(),
        by: None,
        reason: None,
        send: true,
        attach_pdf: true,
        skip_quiet: false,
        wait_until: None,
        hold: false,
        late_since: None,
        sites: Vec::new(),
    };
    assert!(!other.pipeline.plan(&due).await.unwrap().new);

    let resumed = operations.post("/operations/resume", &[("job", "morning")]).await;
    assert!(resumed.location.ends_with("said=resumed"), "{}", resumed.location);
    let caught_up = schedule::tick(&other.pipeline, &other.config.jobs).await.unwrap();
    assert!(!caught_up.is_empty() && caught_up.iter().all(|run| run.new), "the latest is caught up in each zone");
    let twice = schedule::tick(&stage.app.pipeline, jobs).await.unwrap();
    assert!(twice.iter().all(|run| !run.new), "once, over both processes");
    let log: Vec<_> = audited(&stage).await.into_iter().map(|(_, action, object)| (action, object)).collect();
    let entry = |action: &str| (action.to_owned(), "job:morning".to_owned());
    assert_eq!(log, [entry("job.pause"), entry("job.resume")]);
    other.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_job_runs_now_once_however_often_the_button_is_pressed() {
    let stage = stage(JOB).await;
    let operations = Browser::of(&stage, &pages(&stage, CancellationToken::new()).await, Role::Operations, 1).await;
    // Also while it rests.
    operations.post("/operations/pause", &[("job", "morning"), ("reason", "quiet please")]).await;
    let run = [("job", "morning")];
    let (first, second) =
        tokio::join!(operations.post("/operations/run", &run), operations.post("/operations/run", &run));
    let mut said = [first.location, second.location].map(|at| at.rsplit('=').next().unwrap().to_owned());
    said.sort();
    assert_eq!(said, ["run", "run-twice"]);
    let runs = stage.app.pipeline.db.runs(10).await.unwrap();
    assert_eq!(runs.len(), 1);
    assert_eq!((runs[0].cause, runs[0].requested_by.as_deref()), (Trigger::Manual, Some("Sam 1")));
    let progress = stage.work_until_done(runs[0].id).await;
    assert!(progress.failed == 0 && progress.sent > 0, "{progress:?}");
    let page = operations.get("/operations").await.text();
    assert!(page.contains("Sam 1") && page.contains("mailing "), "its stages have times");
    let own = operations.get(&format!("/operations/runs/{}", runs[0].id)).await.text();
    assert!(own.contains("Last mail final") && own.contains("Lakeside"));
    let twice = audited(&stage).await.into_iter().filter(|(_, action, _)| action == "job.run").count();
    assert_eq!(twice, 1);
    assert_eq!(operations.post("/operations/run", &[("job", "nothing")]).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_held_report_is_released_and_an_address_is_mailed_again() {
    let stage = stage(&format!("{JOB}wait_for_data = \"1m\"\nincomplete = \"hold\"\n")).await;
    let operations = Browser::of(&stage, &pages(&stage, CancellationToken::new()).await, Role::Operations, 1).await;
    let db = &stage.app.pipeline.db;
    schedule::tick(&stage.app.pipeline, &stage.app.config.jobs).await.unwrap();
    stage.at("2026-03-20T16:00:00Z"); // no feed has said so much
    schedule::tick(&stage.app.pipeline, &stage.app.config.jobs).await.unwrap();
    let waiting = operations.get("/operations").await.text();
    assert!(waiting.contains("In the queue"), "{waiting}");
    let filter = ReportFilter { state: Some(ReportState::Held), limit: 100, ..ReportFilter::default() };
    let held = stage
        .work_while(|| async {
            let held = db.reports(&filter).await.unwrap();
            (!held.is_empty() && db.waiting_reports(1, 0).await.unwrap().is_empty()).then_some(held)
        })
        .await;
    let page = operations.get("/operations").await.text();
    assert!(page.contains(&format!("name=\"report\" value=\"{}\"", held[0].id)));
    let all = operations.get("/operations/list?what=held").await.text();
    assert_eq!(all.matches("name=\"report\"").count(), held.len());
    for other in ["waiting", "failed", "mails"] {
        let none = operations.get(&format!("/operations/list?what={other}&page=7")).await;
        assert!(none.text().contains("Nothing is left of these."), "{other}");
    }
    assert_eq!(operations.get("/operations/list?what=all").await.status, StatusCode::NOT_FOUND);
    let id = held[0].id.to_string();
    let released = operations.post("/operations/release", &[("report", &id)]).await;
    assert!(released.location.ends_with("said=released"), "{}", released.location);
    assert!(operations.post("/operations/release", &[("report", &id)]).await.location.ends_with("said=not-held"));
    stage
        .work_while(|| async {
            let row = db.report(held[0].id).await.unwrap().unwrap();
            (row.state == ReportState::Built).then_some(())
        })
        .await;

    let suppression = Suppression {
        address: "dana@example.com".into(),
        since: stage.now(),
        reason: SuppressionReason::HardBounce,
        detail: "550 <script>alert(1)</script>".into(),
        delivery: None,
        lifted_at: None,
        lifted_for: None,
    };
    let mut tx = db.begin().await.unwrap();
    suppressions::insert(&mut tx, &suppression).await.unwrap();
    tx.commit().await.unwrap();
    tokio::time::sleep(Duration::from_millis(1_100)).await;
    let page = operations.get("/operations").await.text();
    assert!(
        page.contains("dana@example.com") && page.contains("&lt;script&gt;alert(1)") && !page.contains("<script>alert")
    );
    let lift = [("address", "Dana@Example.com")];
    assert!(operations.post("/operations/lift", &lift).await.location.ends_with("said=lifted"));
    assert!(operations.post("/operations/lift", &lift).await.location.ends_with("said=not-suppressed"));
    let lifted = db.suppressions(true, 5).await.unwrap();
    assert_eq!(lifted[0].lifted_for.as_deref(), Some("Sam 1"));
    let log: Vec<String> = audited(&stage).await.into_iter().map(|(_, action, _)| action).collect();
    assert_eq!(log, ["report.release", "suppression.lift"]);
}

/// Reads from a connection until it says `wanted`, and returns everything that it said.
async fn read_until(stream: &mut TcpStream, wanted: &str) -> String {
    let mut said = Vec::new();
    let mut chunk = [0_u8; 8_192];
    tokio::time::timeout(Duration::from_secs(20), async {
        while !String::from_utf8_lossy(&said).contains(wanted) {
            let read = stream.read(&mut chunk).await.unwrap();
            assert!(read > 0, "it ended before it said {wanted}: {}", String::from_utf8_lossy(&said));
            said.extend_from_slice(&chunk[..read]);
        }
    })
    .await
    .unwrap_or_else(|_| panic!("it never said {wanted}"));
    String::from_utf8_lossy(&said).into_owned()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_overview_is_live_and_ends_promptly_when_the_process_stops() {
    let stage = stage(JOB).await;
    let shutdown = CancellationToken::new();
    let router = pages(&stage, shutdown.clone()).await;
    let operations = Browser::of(&stage, &router, Role::Operations, 1).await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let at = listener.local_addr().unwrap();
    let serving = tokio::spawn(portal::serve(listener, router, shutdown.clone()));
    let mut listeners = Vec::new();
    for _ in 0..3 {
        let mut stream = TcpStream::connect(at).await.unwrap();
        let ask =
            format!("GET /operations/events HTTP/1.1\r\nHost: localhost\r\nCookie: {}\r\n\r\n", operations.cookie());
        stream.write_all(ask.as_bytes()).await.unwrap();
        let begun = read_until(&mut stream, "event: board").await;
        assert!(begun.contains("text/event-stream"), "{begun}");
        listeners.push(stream);
    }
    operations.post("/operations/pause", &[("job", "morning"), ("reason", "told to everybody at once")]).await;
    for stream in &mut listeners {
        read_until(stream, "told to everybody at once").await;
    }
    shutdown.cancel();
    tokio::time::timeout(Duration::from_secs(5), serving).await.expect("it stops promptly").unwrap().unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn operations_are_for_operations() {
    let stage = stage(JOB).await;
    let router = pages(&stage, CancellationToken::new()).await;
    let staff = Browser::of(&stage, &router, Role::Staff, 1).await;
    let operations = Browser::of(&stage, &router, Role::Operations, 2).await;
    let changes = ["/operations/run", "/operations/pause", "/operations/resume"];
    for path in changes {
        let fields = [("job", "morning"), ("reason", "why")];
        assert_eq!(staff.post(path, &fields).await.status, StatusCode::FORBIDDEN, "{path}");
        assert_eq!(Browser::nobody(&router).post(path, &fields).await.status, StatusCode::UNAUTHORIZED, "{path}");
        assert_eq!(operations.post_with(path, &fields, "").await.status, StatusCode::FORBIDDEN, "{path}");
        let get = Request::get(path).header("cookie", operations.cookie()).body(Body::empty()).unwrap();
        assert_eq!(router.clone().oneshot(get).await.unwrap().status(), StatusCode::METHOD_NOT_ALLOWED, "{path}");
    }
    for path in ["/operations/release", "/operations/lift"] {
        assert_eq!(staff.post(path, &[("address", "x@example.com")]).await.status, StatusCode::FORBIDDEN, "{path}");
    }
    assert!(audited(&stage).await.is_empty() && stage.app.pipeline.db.runs(5).await.unwrap().is_empty());
    assert!(stage.app.pipeline.db.pauses().await.unwrap().is_empty());
    let size = operations.get("/operations").await.bytes.len();
    assert!(size < 100_000, "{size}");
}
