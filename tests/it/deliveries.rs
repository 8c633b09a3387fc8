//! Deliveries: each in one final state, whatever the way out does.

use std::sync::{Arc, Mutex};

use daybreak::db::attempts;
use daybreak::db::deliveries::{self, DeliveryFilter};
use daybreak::db::{Enqueue, Task};
use daybreak::deliver::Post;
use daybreak::model::{AttemptOutcome, DeliveryState};
use serde_json::json;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpListener;

use crate::support::Stage;

const NOW: &str = "2026-03-18T08:00:00Z";

fn site(contacts: &[(&str, &str)]) -> Vec<serde_json::Value> {
    let mut lines = vec![
        json!({"kind": "branch", "ref": "b", "name": "Branch"}),
        json!({"kind": "location", "ref": "shop", "branch": "b", "name": "Shop", "timezone": "Europe/Berlin"}),
        json!({"kind": "activity", "location": "shop", "night": "2026-03-17", "detections": 3, "filtered": 3, "reviewed": 0}),
        json!({"kind": "watermark", "location": "shop", "complete_until": "2026-03-18T06:00:00Z"}),
    ];
    lines.extend(contacts.iter().map(|(name, email)| {
        json!({"kind": "contact", "ref": name, "name": name, "email": email, "locations": ["shop"], "notify": true})
    }));
    lines
}

/// A mail server that answers each RCPT by what the address says: `later`, `never`, or fine; counts what it took.
async fn server() -> (u16, Arc<Mutex<Vec<String>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let taken = Arc::new(Mutex::new(Vec::new()));
    let log = Arc::clone(&taken);
    tokio::spawn(async move {
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            tokio::spawn(dialogue(BufReader::new(stream), Arc::clone(&log)));
        }
    });
    (port, taken)
}

async fn dialogue(mut stream: BufReader<tokio::net::TcpStream>, taken: Arc<Mutex<Vec<String>>>) -> Option<()> {
    stream.write_all(b"220 test ESMTP\r\n").await.ok()?;
    let (mut line, mut to, mut message) = (String::new(), String::new(), None::<String>);
    let mut in_transaction = false;
    loop {
        line.clear();
        if stream.read_line(&mut line).await.ok()? == 0 {
            return None;
        }
        if let Some(text) = &mut message {
            if line != ".\r\n" {
                text.push_str(&line);
                continue;
            }
            message = None;
            in_transaction = false;
            if to.contains("vanish") {
                return None;
            }
            taken.lock().unwrap().push(to.clone());
            stream.write_all(b"250 queued\r\n").await.ok()?;
            continue;
        }
        let answer = match line.split_whitespace().next().unwrap_or_default() {
            "MAIL" if in_transaction => "503 nested MAIL",
            "MAIL" => {
                in_transaction = true;
                "250 ok"
            }
            "EHLO" | "RSET" => {
                in_transaction = false;
                "250 ok"
            }
            "RCPT" => {
                to = line.trim().to_owned();
                if line.contains("later") {
                    "450 try later"
                } else if line.contains("never") {
                    "550 no such user"
                } else {
                    "250 ok"
                }
            }
            "DATA" => {
                message = Some(String::new());
                "354 go"
            }
            _ => "250 ok",
        };
        stream.write_all(format!("{answer}\r\n").as_bytes()).await.ok()?;
    }
}

async fn states(stage: &Stage) -> Vec<(String, DeliveryState, i32)> {
    let rows =
        stage.app.pipeline.db.deliveries(&DeliveryFilter { limit: 100, ..DeliveryFilter::default() }).await.unwrap();
    let mut states: Vec<_> = rows
        .into_iter()
        .map(|row| (row.delivery.contact.to_string(), row.delivery.state, row.delivery.attempts))
        .collect();
    states.sort();
    states
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn only_the_contact_that_failed_is_tried_again() {
    let (port, taken) = server().await;
    let toml =
        format!("[mail]\ntransport = \"smtp://127.0.0.1:{port}?tls=none\"\nfrom = \"nights@daybreak.example\"\n");
    let stage = Stage::new(NOW, &toml).await;
    let contacts = [
        ("fine", "fine@a.example"),
        ("later", "later@b.example"),
        ("never", "never@c.example"),
        ("vanish", "vanish@d.example"),
    ];
    stage.import_lines(&site(&contacts)).await;
    let (_, progress) = stage.run(Some("2026-03-17")).await;
    assert_eq!((progress.deliveries, progress.sent, progress.open), (4, 1, 0));
    let expected = |later, attempts| {
        vec![
            ("fine".to_owned(), DeliveryState::Sent, 1),
            ("later".to_owned(), later, attempts),
            ("never".to_owned(), DeliveryState::Failed, 1),
            ("vanish".to_owned(), DeliveryState::Unknown, 1),
        ]
    };
    assert_eq!(states(&stage).await, expected(DeliveryState::Deferred, 1));
    assert_eq!(taken.lock().unwrap().len(), 1);

    let rows =
        stage.app.pipeline.db.deliveries(&DeliveryFilter { limit: 9, ..DeliveryFilter::default() }).await.unwrap();
    let later = rows.iter().find(|row| row.delivery.contact.as_str() == "later").unwrap();
    let wait = (later.delivery.next_at.unwrap() - stage.now()).num_seconds();
    assert!((60..=72).contains(&wait), "the next try is in a minute and some: {wait} s");
    assert!(later.delivery.error.as_deref().unwrap().contains("450"), "what the server said is on record");
    stage.app.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_contact_with_an_impossible_address_fails_alone_and_visibly() {
    let stage = Stage::new(NOW, "").await;
    let long = format!("{}@{}.example", "x".repeat(60), "y".repeat(60));
    let contacts = [("fine", "fine@a.example"), ("odd", long.as_str()), ("quoted", "\"a b\"@c.example")];
    stage.import_lines(&site(&contacts)).await;
    let (_, progress) = stage.run(Some("2026-03-17")).await;
    assert_eq!((progress.failed, progress.open), (0, 0));
    assert!(progress.sent >= 1, "the others get their mail: {progress:?}");
    for row in
        stage.app.pipeline.db.deliveries(&DeliveryFilter { limit: 9, ..DeliveryFilter::default() }).await.unwrap()
    {
        match row.delivery.state {
            DeliveryState::Sent => {}
            DeliveryState::Failed => assert!(row.delivery.error.is_some(), "a failure says why"),
            other => panic!("{other}"),
        }
    }
    stage.app.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_worker_that_died_while_sending_leaves_nothing_lost_and_nothing_doubled() {
    let stage = Stage::new(NOW, "").await;
    stage.import_lines(&site(&[("fine", "fine@a.example")])).await;
    stage.run(Some("2026-03-17")).await;
    let db = &stage.app.pipeline.db;
    let row = db.deliveries(&DeliveryFilter { limit: 9, ..DeliveryFilter::default() }).await.unwrap().remove(0);
    let outbox = stage.outbox();

    // As if a worker had claimed it and died a minute ago: the outbox is written again, to the same file with the same bytes.
    let claim = async || {
        let mut tx = db.begin().await.unwrap();
        deliveries::reopen(&mut tx, &[row.delivery.id], true, stage.now()).await.unwrap();
        let number = attempts::begin(&mut tx, row.delivery.id, "outbox", stage.now()).await.unwrap();
        stage
            .app
            .engine
            .enqueue(&mut tx, &[Task::Deliver { delivery: row.delivery.id }], std::time::Duration::ZERO)
            .await
            .unwrap();
        tx.commit().await.unwrap();
        number.unwrap()
    };
    let finished = async || {
        let delivery = db.delivery(row.delivery.id).await.unwrap().unwrap();
        delivery.state.is_final().then_some(delivery)
    };
    let number = claim().await;
    stage.at("2026-03-18T08:01:00Z");
    let delivery = stage.work_while(finished).await;
    assert_eq!((delivery.state, delivery.attempts), (DeliveryState::Sent, number + 1));
    assert_eq!(stage.outbox(), outbox);

    // A mail server cannot take back: nobody knows, and it is not sent again silently.
    claim().await;
    stage.at("2026-03-18T08:11:00Z");
    let mut elsewhere = stage.app.clone();
    elsewhere.pipeline.post = Post::Memory(Arc::default());
    elsewhere.pipeline.handle(Task::Deliver { delivery: row.delivery.id }).await;
    let delivery = db.delivery(row.delivery.id).await.unwrap().unwrap();
    assert_eq!(delivery.state, DeliveryState::Unknown);
    let Post::Memory(taken) = &elsewhere.pipeline.post else { unreachable!() };
    assert!(taken.lock().unwrap().is_empty());
    let last = db.attempts(row.delivery.id).await.unwrap().pop().unwrap();
    assert_eq!(last.outcome.as_deref(), Some(AttemptOutcome::Unknown.as_str()));
    stage.app.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_same_occurrence_fires_once_however_many_ask() {
    let toml = "[[job]]\nname = \"morning\"\nkind = \"night-report\"\nschedule = \"30 6 * * *\"\ntimezone = \"location\"\nwait_for_data = \"45m\"\n";
    let stage = Stage::new("2026-03-17T12:00:00Z", toml).await;
    let mut lines = site(&[("fine", "fine@a.example")]);
    lines.retain(|line| line["kind"] != "watermark");
    stage.import_lines(&lines).await;
    let jobs = stage.app.config.jobs.clone();
    let tick = async || daybreak::schedule::tick(&stage.app.pipeline, &jobs).await.unwrap();
    assert!(tick().await.is_empty(), "the clock starts now; nothing before is due");
    stage.at("2026-03-18T05:31:00Z");
    let fired = tick().await;
    assert_eq!(fired.len(), 1);
    assert!(tick().await.is_empty(), "it has its run");

    // The feed is not complete: the site is waited for, then reported with a label.
    let report = stage.report("shop", "2026-03-17", 1).await;
    let outcome = stage.app.pipeline.build(report.id).await.unwrap();
    assert!(matches!(outcome, daybreak::pipeline::BuildOutcome::NotReady { .. }), "{outcome:?}");
    assert!(stage.outbox().is_empty());
    stage.at("2026-03-18T06:16:00Z");
    assert_eq!(stage.app.pipeline.build(report.id).await.unwrap(), daybreak::pipeline::BuildOutcome::Done);
    let report = stage.report("shop", "2026-03-17", 1).await;
    assert_eq!(report.missing, 1, "the feed's end is missing, and it says so");
    assert_eq!(stage.app.pipeline.build(report.id).await.unwrap(), daybreak::pipeline::BuildOutcome::NotMine, "once");
    stage.app.close().await;
}
