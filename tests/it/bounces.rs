//! Returned mail, from a night's delivery to the next night's: bounced, suppressed, reset, mailed again.

use std::process::Command;

use daybreak::bounces::{self, Taken};
use daybreak::db::deliveries::{Delivery, DeliveryFilter};
use daybreak::db::{Enqueue, Task, suppressions};
use daybreak::deliver::verp;
use daybreak::model::{Chore, DeliveryState, EmailAddress};
use serde_json::json;

use crate::support::Stage;

const TOML: &str = "[bounces]\nmaildir = \"bounces\"\n";

fn lines() -> Vec<serde_json::Value> {
    vec![
        json!({"kind": "branch", "ref": "b", "name": "Branch"}),
        json!({"kind": "location", "ref": "shop", "branch": "b", "name": "Shop", "timezone": "Europe/Berlin"}),
        json!({"kind": "watermark", "location": "shop", "complete_until": "2026-03-20T06:00:00Z"}),
        json!({"kind": "contact", "ref": "dana", "name": "Dana", "email": "Dana@customer.example.com", "locations": ["shop"], "notify": true}),
        json!({"kind": "contact", "ref": "omar", "name": "Omar", "email": "omar@customer.example.com", "locations": ["shop"], "notify": true}),
    ]
}

async fn to(stage: &Stage, contact: &str, night: &str) -> Delivery {
    let filter = DeliveryFilter {
        contact: Some(contact.parse().unwrap()),
        night: Some(night.parse().unwrap()),
        limit: 1,
        ..DeliveryFilter::default()
    };
    stage.app.pipeline.db.deliveries(&filter).await.unwrap().remove(0).delivery
}

/// What a server returns of a delivery.
fn returned(stage: &Stage, delivery: &Delivery, status: &str) -> String {
    let sender = verp::sender(&stage.app.config.mail.from, &stage.app.pipeline.settings.bounce_key, delivery.id);
    format!(
        "Return-Path: <>\nDelivered-To: {}\nFrom: MAILER-DAEMON@mx.example.com\nSubject: Undelivered\nMIME-Version: 1.0\n\
         Content-Type: multipart/report; report-type=delivery-status; boundary=r\n\n--r\n\nNot delivered.\n--r\n\
         Content-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example.com\n\nFinal-Recipient: rfc822; \
         {}\nAction: failed\nStatus: {status}\nDiagnostic-Code: smtp; 550 {status} no\n\n--r--\n",
        sender.as_str(),
        delivery.email
    )
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_address_that_is_gone_gets_no_mail_until_it_is_reset() {
    let stage = Stage::new("2026-03-18T08:00:00Z", TOML).await;
    for folder in ["new", "cur", "tmp"] {
        std::fs::create_dir_all(stage.folder.path().join("bounces").join(folder)).unwrap();
    }
    stage.import_lines(&lines()).await;
    let (_, progress) = stage.run(Some("2026-03-17")).await;
    assert_eq!((progress.sent, progress.unsent), (2, 0));
    let first = to(&stage, "dana", "2026-03-17").await;
    std::fs::write(stage.folder.path().join("bounces/new/1.a.host"), returned(&stage, &first, "5.1.1")).unwrap();

    // The chore, as a worker does it.
    let pipeline = &stage.app.pipeline;
    pipeline.handle(Task::Chore { chore: Chore::Bounces }).await;
    let bounced = to(&stage, "dana", "2026-03-17").await;
    assert_eq!(
        (bounced.state, bounced.error.as_deref()),
        (DeliveryState::Bounced, Some("came back (hard): 550 5.1.1 no"))
    );
    assert!(stage.folder.path().join("bounces/cur/1.a.host:2,S").exists());

    // At build time: the report is built, the other contact gets it, and this one's delivery says why not.
    stage.at("2026-03-19T08:00:00Z");
    let before = stage.outbox().len();
    let (_, progress) = stage.run(Some("2026-03-18")).await;
    assert_eq!((progress.sent, progress.suppressed, progress.unsent, progress.open), (1, 1, 0, 0));
    let second = to(&stage, "dana", "2026-03-18").await;
    assert_eq!(second.state, DeliveryState::Suppressed);
    assert!(second.error.unwrap().contains("because a mail to it came back for good: 550 5.1.1 no"));
    assert_eq!(stage.outbox().len(), before + 1);

    // Once it is reset, the one that was held back can be sent, and the next night is mailed again.
    let mut tx = pipeline.db.begin().await.unwrap();
    let address = EmailAddress::normalized(&second.email);
    assert!(suppressions::lift(&mut tx, &address, None, stage.now()).await.unwrap());
    let reopened = daybreak::db::deliveries::reopen(&mut tx, &[second.id], false, stage.now()).await.unwrap();
    assert_eq!(reopened, [second.id]);
    stage
        .app
        .engine
        .enqueue(&mut tx, &[Task::Deliver { delivery: second.id }], std::time::Duration::ZERO)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    pipeline.handle(Task::Deliver { delivery: second.id }).await;
    assert_eq!(to(&stage, "dana", "2026-03-18").await.state, DeliveryState::Sent);
    stage.at("2026-03-20T08:00:00Z");
    let (_, progress) = stage.run(Some("2026-03-19")).await;
    assert_eq!((progress.sent, progress.unsent), (2, 0));
    stage.app.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn returned_mail_is_left_to_a_worker_that_sees_the_mailbox_and_its_lack_is_told_in_the_end() {
    let stage = Stage::new("2026-03-18T08:00:00Z", TOML).await;
    stage.import_lines(&lines()).await;
    stage.run(Some("2026-03-17")).await;
    let pipeline = &stage.app.pipeline;
    let chore = async || pipeline.db.chore(Chore::Bounces).await.unwrap().unwrap();
    let handle = async || pipeline.handle(Task::Chore { chore: Chore::Bounces }).await;
    pipeline.enqueue_chores().await.unwrap();
    let begun = chore().await.begun_at;
    handle().await;
    assert_eq!(chore().await.finished_at, None, "passed on: this worker has no such folder");
    let passed = pipeline.db.live_tasks().await.unwrap();
    let passed = passed.iter().filter(|task| matches!(task, Task::Chore { chore: Chore::Bounces }));
    assert_eq!(passed.count(), 2, "the one that was enqueued, and the one that was passed on");

    // As a worker on another machine, which sees it.
    let folder = stage.folder.path().join("bounces");
    for name in ["new", "cur", "tmp"] {
        std::fs::create_dir_all(folder.join(name)).unwrap();
    }
    let delivery = to(&stage, "dana", "2026-03-17").await;
    std::fs::write(folder.join("new/1.a.host"), returned(&stage, &delivery, "5.1.1")).unwrap();
    handle().await;
    assert!(chore().await.finished_at.is_some());
    assert_eq!(to(&stage, "dana", "2026-03-17").await.state, DeliveryState::Bounced);

    std::fs::remove_dir_all(&folder).unwrap();
    stage.at("2026-03-18T08:05:00Z");
    pipeline.enqueue_chores().await.unwrap();
    assert_eq!(chore().await.begun_at, begun, "it is due, and left to others");
    std::fs::create_dir_all(folder.join("new")).unwrap();
    pipeline.enqueue_chores().await.unwrap();
    assert_eq!(chore().await.begun_at, stage.now(), "who sees it takes it at once");
    std::fs::remove_dir_all(&folder).unwrap();
    stage.at("2026-03-18T08:16:00Z");
    handle().await;
    let row = chore().await;
    assert!(row.finished_at.is_some() && row.error.unwrap().contains("cannot list the mails in"), "nobody sees it");
    let (code, told) = {
        std::fs::write(stage.folder.path().join("jobs.toml"), TOML).unwrap();
        let doctor = Command::new(env!("CARGO_BIN_EXE_daybreak"))
            .current_dir(stage.folder.path())
            .arg("doctor")
            .env_remove("DAYBREAK_DATABASE_URL")
            .output()
            .unwrap();
        (doctor.status.code(), String::from_utf8(doctor.stdout).unwrap())
    };
    assert_eq!(code, Some(5));
    assert!(told.contains("bounces failed at 2026-03-18 08:05 UTC: cannot list the mails in"), "{told}");
    stage.app.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_address_that_goes_between_build_and_sending_gets_nothing() {
    let stage = Stage::new("2026-03-18T08:00:00Z", "").await;
    stage.import_lines(&lines()).await;
    stage.run(Some("2026-03-17")).await;
    let first = to(&stage, "dana", "2026-03-17").await;
    let db = &stage.app.pipeline.db;
    // As if it had been deferred: it waits for its next try when its address is suppressed.
    let mut tx = db.begin().await.unwrap();
    daybreak::db::deliveries::reopen(&mut tx, &[first.id], true, stage.now()).await.unwrap();
    tx.commit().await.unwrap();
    let other = to(&stage, "omar", "2026-03-17").await;
    let take = async |delivery: &Delivery| {
        let raw = returned(&stage, delivery, "5.1.1").into_bytes();
        bounces::take(db, &stage.app.config.bounces, raw, stage.now()).await.unwrap()
    };
    assert_eq!(take(&first).await, Taken::Unmatched, "a delivery that waits was not sent: nothing can come back");
    let taken = take(&other).await;
    assert!(matches!(taken, Taken::Counted { suppressed: true, .. }), "{taken:?}");
    let mut tx = db.begin().await.unwrap();
    let manual = suppressions::Suppression {
        address: EmailAddress::normalized(&first.email),
        since: stage.now(),
        reason: daybreak::model::SuppressionReason::Manual,
        detail: "asked for it".into(),
        delivery: None,
        lifted_at: None,
        lifted_for: None,
    };
    assert!(suppressions::insert(&mut tx, &manual).await.unwrap());
    tx.commit().await.unwrap();
    let attempts = db.attempts(first.id).await.unwrap().len();
    stage.app.pipeline.handle(Task::Deliver { delivery: first.id }).await;
    let stopped = to(&stage, "dana", "2026-03-17").await;
    assert_eq!(stopped.state, DeliveryState::Suppressed);
    assert_eq!(db.attempts(first.id).await.unwrap().len(), attempts, "nothing was tried");
    stage.app.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_command_line_reads_lists_and_resets() {
    let stage = Stage::new("2026-03-18T08:00:00Z", TOML).await;
    stage.import_lines(&lines()).await;
    stage.run(Some("2026-03-17")).await;
    let delivery = to(&stage, "dana", "2026-03-17").await;
    let folder = stage.folder.path().to_path_buf();
    std::fs::write(folder.join("one.eml"), returned(&stage, &delivery, "5.1.1")).unwrap();
    std::fs::write(folder.join("jobs.toml"), TOML).unwrap();
    stage.app.close().await;
    let daybreak = |arguments: &[&str]| {
        let ran = Command::new(env!("CARGO_BIN_EXE_daybreak"))
            .current_dir(&folder)
            .args(arguments)
            .env_remove("DAYBREAK_DATABASE_URL")
            .output()
            .unwrap();
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        (ran.status.code().unwrap(), text(ran.stdout), text(ran.stderr))
    };
    let (code, told, _) = daybreak(&["bounces", "read", "one.eml"]);
    assert_eq!(code, 0);
    assert!(told.contains("hard 5.1.1, address suppressed") && told.contains(&delivery.id.to_string()), "{told}");
    assert!(told.contains("1 hard, 0 soft, 0 complaints; 1 suppressed; 0 read before"), "{told}");
    let (_, told, _) = daybreak(&["bounces", "read", "one.eml", "--json"]);
    let told: serde_json::Value = serde_json::from_str(&told).unwrap();
    assert_eq!((&told["mails"][0]["result"], &told["tally"]["again"]), (&json!("again"), &json!(1)));
    let (_, listed, _) = daybreak(&["bounces", "list", "--to", "DANA@customer.example.com", "--json"]);
    let listed: serde_json::Value = serde_json::from_str(&listed).unwrap();
    assert_eq!((&listed[0]["kind"], &listed[0]["status"]), (&json!("hard"), &json!("5.1.1")));
    let (_, shown, _) = daybreak(&["deliveries", "show", &delivery.id.to_string()]);
    assert!(
        shown.contains(": bounced") && shown.contains("daybreak suppressions reset dana@customer.example.com"),
        "{shown}"
    );
    let (_, listed, _) = daybreak(&["suppressions", "list"]);
    assert!(listed.contains("dana@customer.example.com") && listed.contains("hard-bounce"), "{listed}");

    let (code, told, _) = daybreak(&["suppressions", "reset", "Dana@customer.example.com", "--reason", "a slip"]);
    assert_eq!((code, told.as_str()), (0, "dana@customer.example.com gets mail again, from the next night on\n"));
    let (code, _, told) = daybreak(&["suppressions", "reset", "dana@customer.example.com"]);
    assert_eq!(code, 1);
    assert!(told.contains("dana@customer.example.com is not suppressed; `daybreak suppressions list` shows"), "{told}");
    let (code, told, _) = daybreak(&["suppressions", "add", "omar@customer.example.com", "--reason", "left"]);
    assert_eq!((code, told.as_str()), (0, "omar@customer.example.com gets no mail from now on\n"));
    let (code, told, _) = daybreak(&["suppressions", "list", "--lifted", "--json"]);
    let told: serde_json::Value = serde_json::from_str(&told).unwrap();
    assert_eq!((code, told.as_array().unwrap().len()), (0, 2));
    let (code, _, told) = daybreak(&["unsubscribes", "reset", "dana"]);
    assert_eq!(code, 1);
    assert!(
        told.contains("dana has not unsubscribed from any site; `daybreak unsubscribes list` shows who has"),
        "{told}"
    );
    let (code, _, told) = daybreak(&["bounces", "read", "nowhere.eml"]);
    assert_eq!(code, 1);
    assert!(told.contains("cannot read nowhere.eml"), "{told}");
}
