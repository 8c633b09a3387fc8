//! Watching: what went wrong is told, what is stuck is found, a copy mails nobody, and late reports say so.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use daybreak::db::deliveries::DeliveryFilter;
use daybreak::db::reports::ReportFilter;
use daybreak::db::{DbError, Enqueue, Task, Tx};
use daybreak::model::{DeliveryState, JobName, ReportState, RunState};
use daybreak::pipeline::{BuildOutcome, Pipeline, Request, SiteNight};
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use crate::support::Stage;

const JOB: &str =
    "[[job]]\nname = \"morning\"\nkind = \"night-report\"\nschedule = \"30 6 * * *\"\ntimezone = \"location\"\n";

/// Two sites in two zones, with a contact each.
pub(crate) fn sites() -> Vec<serde_json::Value> {
    let mut lines = vec![json!({"kind": "branch", "ref": "b", "name": "Branch"})];
    for (site, zone) in [("altona", "Europe/Berlin"), ("harbor", "America/Chicago")] {
        lines.push(json!({"kind": "location", "ref": site, "branch": "b", "name": site, "timezone": zone}));
        lines.push(json!({"kind": "contact", "ref": format!("{site}-c"), "name": "C", "email": format!("{site}@example.com"), "locations": [site], "notify": true}));
    }
    lines
}

fn complete(site: &str, until: &str) -> serde_json::Value {
    json!({"kind": "watermark", "location": site, "complete_until": until})
}

/// The queue of a process that dies before it pushes anything.
#[derive(Debug, Clone)]
struct Lost;

impl Enqueue for Lost {
    async fn enqueue(&self, _: &mut Tx, _: &[Task], _: Duration) -> Result<(), DbError> {
        Ok(())
    }
}

fn losing(stage: &Stage) -> Pipeline<Lost> {
    let real = stage.app.pipeline.clone();
    Pipeline {
        db: real.db,
        archive: real.archive,
        renderer: real.renderer,
        post: real.post,
        clock: real.clock,
        link_key: real.link_key,
        settings: real.settings,
        identity: real.identity,
        operators: real.operators,
        meter: real.meter,
        queue: Lost,
    }
}

pub(crate) fn manual(stage: &Stage, sites: &[&str]) -> Request {
    let night = "2026-03-17".parse().unwrap();
    let wanted = |site: &&str| SiteNight { location: site.parse().unwrap(), night, revision: 1 };
    Request::by_hand(JobName::new("morning").unwrap(), stage.now(), sites.iter().map(wanted).collect())
}

fn alerts(stage: &Stage) -> Vec<String> {
    let mails = stage.outbox().into_iter().filter(|(name, _)| name.contains("_ALERT_"));
    mails
        .map(|(_, bytes)| {
            let mail = mail_parser::MessageParser::default().parse(&bytes[..]).unwrap();
            format!("{}\n{}", mail.subject().unwrap(), mail.body_text(0).unwrap())
        })
        .collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_deadline_is_told_though_no_worker_ever_ran_and_so_is_its_end() {
    let toml = format!("{JOB}deadline = \"08:00\"\n[alerts]\nto = \"operations@example.com\"\n");
    let stage = Stage::new("2026-03-17T12:00:00Z", &toml).await;
    stage.import_lines(&sites()).await;
    let (pipeline, jobs) = (&stage.app.pipeline, &stage.app.config.jobs);
    assert!(daybreak::schedule::tick(pipeline, jobs).await.unwrap().is_empty(), "schedules are kept from now on");
    daybreak::schedule::promise(&pipeline.db, jobs, stage.now()).await.unwrap();

    // No worker any more; a portal looks every minute.
    stage.at("2026-03-18T06:59:00Z");
    pipeline.watch_if_due().await.unwrap();
    assert_eq!(alerts(&stage), [""; 0], "it is 07:59 in Berlin");
    stage.at("2026-03-18T07:00:30Z");
    pipeline.watch_if_due().await.unwrap();
    let told = alerts(&stage);
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(told[0].contains("1 deadline missed"), "{}", told[0]);
    assert!(
        told[0].contains("morning in Europe/Berlin: due Wed 18 Mar 06:30, to be delivered by 08:00 CET"),
        "{}",
        told[0]
    );
    assert!(told[0].contains("nothing has run"), "{}", told[0]);

    // Watching again, by whomever, tells nothing twice.
    stage.at("2026-03-18T07:02:00Z");
    tokio::try_join!(pipeline.watch(), pipeline.watch()).unwrap();
    assert_eq!(alerts(&stage).len(), 1);

    // A worker comes back: the mails leave, late, and that is told too.
    let fired = daybreak::schedule::tick(pipeline, jobs).await.unwrap();
    assert_eq!(fired.len(), 1);
    stage.work_until_done(fired[0].run).await;
    stage.at("2026-03-18T07:10:00Z");
    pipeline.watch().await.unwrap();
    assert_eq!(alerts(&stage).len(), 1, "one mail an hour");
    stage.at("2026-03-18T08:01:00Z");
    pipeline.watch().await.unwrap();
    let told = alerts(&stage);
    assert_eq!(told.len(), 2);
    assert!(told.iter().any(|alert| alert.contains("1 deadline made up")), "{told:?}");
    let rows = pipeline.db.alerts(9).await.unwrap();
    assert!(rows.iter().all(|alert| alert.state == "sent" && alert.attempts == 1), "{rows:?}");
    stage.app.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn failures_are_told_at_once_then_hourly_and_no_failed_run_shows_as_done() {
    let stage = Stage::new("2026-03-18T16:00:00Z", "[alerts]\nto = \"operations@example.com\"\n").await;
    stage.import_lines(&sites()).await;
    let pipeline = &stage.app.pipeline;
    let fail = async |site: &str| {
        let run = pipeline.plan(&manual(&stage, &[site])).await.unwrap().run;
        stage.work_until_done(run).await;
        let filter = DeliveryFilter { location: Some(site.parse().unwrap()), limit: 1, ..DeliveryFilter::default() };
        let delivery = pipeline.db.deliveries(&filter).await.unwrap().remove(0).delivery.id;
        let mut tx = pipeline.db.begin().await.unwrap();
        daybreak::db::deliveries::reopen(&mut tx, &[delivery], true, stage.now()).await.unwrap();
        daybreak::db::deliveries::fail(&mut tx, delivery, "550 <script>no such user</script>", stage.now())
            .await
            .unwrap();
        tx.commit().await.unwrap();
        (run, delivery)
    };
    let (run, _) = fail("altona").await;
    assert_eq!(pipeline.db.run_progress(run).await.unwrap().state(), RunState::Failed);
    pipeline.watch().await.unwrap();
    assert_eq!(pipeline.db.run(run).await.unwrap().unwrap().state, RunState::Failed, "the row says so, too");
    let told = alerts(&stage);
    assert_eq!(told.len(), 1);
    assert!(told[0].contains("1 mail not delivered") && told[0].contains("550 <script>"), "{}", told[0]);

    stage.at("2026-03-18T16:10:00Z");
    let (_, delivery) = fail("harbor").await;
    pipeline.watch().await.unwrap();
    assert_eq!(alerts(&stage).len(), 1, "the second waits for the hour");
    stage.at("2026-03-18T17:00:00Z");
    pipeline.watch().await.unwrap();
    assert_eq!(alerts(&stage).len(), 2);

    let mut tx = pipeline.db.begin().await.unwrap();
    daybreak::db::deliveries::reopen(&mut tx, &[delivery], true, stage.now()).await.unwrap();
    stage.app.engine.enqueue(&mut tx, &[Task::Deliver { delivery }], Duration::ZERO).await.unwrap();
    tx.commit().await.unwrap();
    stage
        .work_while(async || {
            let row = pipeline.db.delivery(delivery).await.unwrap().unwrap();
            (row.state == DeliveryState::Sent).then_some(())
        })
        .await;
    stage.at("2026-03-18T18:01:00Z");
    pipeline.watch().await.unwrap();
    assert!(alerts(&stage).iter().any(|alert| alert.contains("1 mail sent after all")), "{:?}", alerts(&stage));
    stage.app.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_webhook_gets_each_alert_and_a_refusing_one_gets_it_again() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let posts: Arc<Mutex<Vec<serde_json::Value>>> = Arc::default();
    let log = Arc::clone(&posts);
    tokio::spawn(async move {
        for answer in ["500 Not Now", "204 Taken"] {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut request = Vec::new();
            let body = loop {
                let mut buffer = [0; 4096];
                let read = stream.read(&mut buffer).await.unwrap();
                request.extend_from_slice(&buffer[..read]);
                let text = String::from_utf8_lossy(&request).into_owned();
                if let Some((_, body)) = text.split_once("\r\n\r\n")
                    && let Ok(body) = serde_json::from_str(body)
                {
                    break body;
                }
            };
            log.lock().unwrap().push(body);
            let answer = format!("HTTP/1.1 {answer}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
            stream.write_all(answer.as_bytes()).await.unwrap();
        }
    });
    let toml = format!("{JOB}deadline = \"90m\"\n[alerts]\nwebhook = \"http://127.0.0.1:{port}/hook\"\n");
    let stage = Stage::new("2026-03-17T12:00:00Z", &toml).await;
    stage.import_lines(&sites()).await;
    let pipeline = &stage.app.pipeline;
    daybreak::schedule::promise(&pipeline.db, &stage.app.config.jobs, stage.now()).await.unwrap();
    stage.at("2026-03-18T07:01:00Z");
    pipeline.watch().await.unwrap();
    assert_eq!(pipeline.db.alerts(9).await.unwrap()[0].state, "pending", "it was refused");
    stage.at("2026-03-18T07:04:00Z");
    pipeline.watch().await.unwrap();
    let alert = pipeline.db.alerts(9).await.unwrap().remove(0);
    assert_eq!((alert.state.as_str(), alert.attempts, alert.reply.as_deref()), ("sent", 2, Some("HTTP 204")));
    let posts = posts.lock().unwrap().clone();
    assert_eq!(posts[0], posts[1], "the same alert, by its id");
    assert_eq!(posts[0]["groups"][0]["kind"], "deadline");
    assert!(posts[0]["text"].as_str().unwrap().contains("1 deadline missed"));
    stage.app.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_lost_its_task_is_found_within_ten_minutes_and_what_waits_in_the_queue_is_left_alone() {
    let stage = Stage::new("2026-03-18T16:00:00Z", "").await;
    stage.import_lines(&sites()).await;
    let waiting = stage.app.pipeline.plan(&manual(&stage, &["altona"])).await.unwrap();
    let lost = losing(&stage);
    stage.at("2026-03-18T16:00:01Z");
    let lost = lost.plan(&manual(&stage, &["harbor"])).await.unwrap();
    stage.at("2026-03-18T16:04:00Z");
    assert_eq!(stage.app.pipeline.rescue().await.unwrap(), 0, "nothing is overdue yet");
    stage.at("2026-03-18T16:09:00Z");
    assert_eq!(stage.app.pipeline.rescue().await.unwrap(), 1, "one has a task, and one has lost it");
    assert_eq!(stage.app.pipeline.rescue().await.unwrap(), 0, "once");
    stage.work_until_done(waiting.run).await;
    stage.work_until_done(lost.run).await;
    assert_eq!(stage.outbox().len(), 2);

    // One that is waited for has a task too, and is found when that is lost.
    let mut patient = manual(&stage, &["altona"]);
    patient.sites[0].night = "2026-03-16".parse().unwrap();
    patient.wait_until = Some("2026-03-19T00:00:00Z".parse().unwrap());
    losing(&stage).plan(&patient).await.unwrap();
    stage.at("2026-03-18T16:15:00Z");
    assert_eq!(stage.app.pipeline.rescue().await.unwrap(), 1, "long before the wait is over");
    stage.app.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_incomplete_site_is_held_until_its_feed_comes_or_a_person_lets_it_go() {
    let toml =
        format!("{JOB}wait_for_data = \"45m\"\nincomplete = \"hold\"\n[alerts]\nto = \"operations@example.com\"\n");
    let stage = Stage::new("2026-03-17T10:00:00Z", &toml).await;
    let mut lines = sites();
    lines[3]["timezone"] = json!("Europe/Berlin");
    stage.import_lines(&lines).await;
    let pipeline = &stage.app.pipeline;
    assert!(daybreak::schedule::tick(pipeline, &stage.app.config.jobs).await.unwrap().is_empty());
    stage.at("2026-03-18T05:30:10Z");
    let run = daybreak::schedule::tick(pipeline, &stage.app.config.jobs).await.unwrap().remove(0);
    let build = async |site: &str| {
        let report = stage.report(site, "2026-03-17", 1).await.id;
        Box::pin(pipeline.build(report)).await.unwrap()
    };
    assert!(matches!(build("altona").await, BuildOutcome::NotReady { .. }));
    stage.at("2026-03-18T06:15:00Z");
    assert_eq!((build("altona").await, build("harbor").await), (BuildOutcome::Held, BuildOutcome::Held));
    let progress = pipeline.db.run_progress(run.run).await.unwrap();
    assert_eq!((progress.held, progress.state()), (2, RunState::Running), "a run that holds a report is not done");
    pipeline.watch().await.unwrap();
    assert!(alerts(&stage)[0].contains("2 reports held"), "{:?}", alerts(&stage));
    assert!(stage.outbox().iter().all(|(name, _)| name.contains("ALERT")), "nobody else was mailed");

    // The rest of one feed arrives; a person lets the other go.
    stage.import_lines(&[complete("altona", "2026-03-18T06:00:00Z")]).await;
    stage.at("2026-03-18T06:20:00Z");
    pipeline.watch().await.unwrap();
    assert_eq!(stage.report("altona", "2026-03-17", 1).await.state, ReportState::Planned);
    assert_eq!(stage.report("harbor", "2026-03-17", 1).await.state, ReportState::Held);
    let harbor = stage.report("harbor", "2026-03-17", 1).await.id;
    assert_eq!(pipeline.release(&[harbor]).await.unwrap(), [harbor]);
    assert!(pipeline.release(&[harbor]).await.unwrap().is_empty(), "once");
    stage.work_until_done(run.run).await;
    let (altona, harbor) =
        (stage.report("altona", "2026-03-17", 1).await, stage.report("harbor", "2026-03-17", 1).await);
    assert_eq!((altona.state, altona.missing), (ReportState::Built, 1), "only the count of detections is missing");
    assert_eq!((harbor.state, harbor.missing), (ReportState::Built, 2), "it says that its feed is incomplete");
    stage.at("2026-03-18T07:16:00Z");
    pipeline.watch().await.unwrap();
    assert_eq!(pipeline.db.run(run.run).await.unwrap().unwrap().state, RunState::Done);
    assert!(alerts(&stage).iter().any(|alert| alert.contains("2 reports released")), "{:?}", alerts(&stage));
    stage.app.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn after_three_days_without_power_each_policy_mails_what_it_says_and_the_mails_say_that_they_are_late() {
    for (policy, nights) in [("skip", 0), ("latest", 1), ("all", 3)] {
        let toml = format!("{JOB}wait_for_data = \"0s\"\ncatch_up = {{ policy = \"{policy}\", max_age = \"4d\" }}\n");
        let stage = Stage::new("2026-03-14T20:00:00Z", &toml).await;
        stage.import_lines(&sites()).await;
        let tick = async || daybreak::schedule::tick(&stage.app.pipeline, &stage.app.config.jobs).await.unwrap();
        assert!(tick().await.is_empty());
        // Three mornings pass (15, 16 and 17 March) in both zones.
        stage.at("2026-03-17T20:00:00Z");
        for run in tick().await {
            stage.work_until_done(run.run).await;
        }
        assert!(tick().await.is_empty(), "{policy}: each once");
        let reports =
            stage.app.pipeline.db.reports(&ReportFilter { limit: 99, ..ReportFilter::default() }).await.unwrap();
        assert_eq!(reports.len(), nights * 2, "{policy}");
        assert!(reports.iter().all(|report| report.late_since.is_some()), "{policy}: {reports:?}");
        let mails = stage.outbox();
        assert_eq!(mails.len(), nights * 2, "{policy}");
        for (name, bytes) in mails {
            let mail = mail_parser::MessageParser::default().parse(&bytes[..]).unwrap();
            let (text, html) = (mail.body_text(0).unwrap(), mail.body_html(0).unwrap());
            assert!(text.contains("This report is late.") && text.contains("was due on"), "{name}: {text}");
            assert!(html.contains("This report is late."), "{name}");
        }
        stage.app.close().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_report_on_time_says_nothing_of_being_late() {
    let stage = Stage::new("2026-03-17T20:00:00Z", JOB).await;
    let mut lines = sites();
    lines.extend(["altona", "harbor"].map(|site| complete(site, "2026-03-19T00:00:00Z")));
    stage.import_lines(&lines).await;
    let tick = async || daybreak::schedule::tick(&stage.app.pipeline, &stage.app.config.jobs).await.unwrap();
    assert!(tick().await.is_empty());
    stage.at("2026-03-18T05:31:00Z");
    let run = tick().await.remove(0);
    stage.work_until_done(run.run).await;
    let (_, bytes) = stage.outbox().remove(0);
    let mail = mail_parser::MessageParser::default().parse(&bytes[..]).unwrap();
    assert!(!mail.body_text(0).unwrap().contains("late"));
    stage.app.close().await;
}
