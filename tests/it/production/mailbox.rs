//! A whole Postfix: a night ends in a mailbox, and what it cannot deliver comes back to the sender.

use std::path::{Path, PathBuf};
use std::time::Duration;

use mail_parser::{MessageParser, MimeHeaders};
use serde_json::json;

use super::stage;
use crate::services::{Rows, named, shared_archive, shared_postgres};

const NIGHT: &str = "2026-03-17";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_night_ends_in_a_mailbox_and_an_unknown_recipient_comes_back_as_a_bounce() {
    let (Some(server), Some(bucket)) = (shared_postgres(), shared_archive("mailbox").await) else { return };
    let what = "a whole Postfix";
    let Some(postfix) = named("DAYBREAK_TEST_POSTFIX", what) else { return };
    let Some(boxes) = named("DAYBREAK_TEST_POSTFIX_MAILDIR", what).map(PathBuf::from) else { return };
    let rows = Rows::create(&server, "mailbox").await;
    let stage = stage(&rows, &bucket, &format!("smtp://{postfix}?tls=none")).await;
    let site = format!("shop-{}", std::process::id());
    let contact = |name: &str, email: &str| json!({"kind": "contact", "ref": name, "name": name, "email": email, "locations": [site], "notify": true});
    stage
        .import_lines(&[
            json!({"kind": "branch", "ref": "b", "name": "Branch"}),
            json!({"kind": "location", "ref": site, "branch": "b", "name": "Späti Ünder", "timezone": "Europe/Berlin"}),
            json!({"kind": "activity", "location": site, "night": NIGHT, "detections": 3, "filtered": 3, "reviewed": 0}),
            json!({"kind": "incident", "ref": "i", "location": site, "occurred_at": "2026-03-17T22:00:00Z", "type": "Theft", "description": "Two bars.\n.\nA line of one dot must survive."}),
            json!({"kind": "watermark", "location": site, "complete_until": "2026-03-18T06:00:00Z"}),
            contact("keeper", "keeper@inbox.example"),
            contact("gone", "left-last-year@inbox.example"),
        ])
        .await;
    let (_, progress) = stage.run(Some(NIGHT)).await;
    assert_eq!((progress.sent, progress.unsent, progress.open), (2, 0, 0), "Postfix takes both: {progress:?}");

    let deliveries = stage.report(&site, NIGHT, 1).await;
    let filter =
        daybreak::db::deliveries::DeliveryFilter { report: Some(deliveries.id), limit: 9, ..Default::default() };
    let sent = stage.app.pipeline.db.deliveries(&filter).await.unwrap();
    let of = |name: &str| &sent.iter().find(|row| row.delivery.contact.as_str() == name).unwrap().delivery;

    // The mail in the box is, below the lines that servers put on top, byte for byte what was frozen.
    let found = arrival(&boxes.join("keeper"), &of("keeper").message_id).await;
    let (_, frozen) = stage.app.pipeline.message(of("keeper")).await.unwrap();
    let unix = String::from_utf8(frozen).unwrap().replace("\r\n", "\n");
    let delivered = String::from_utf8(found).unwrap();
    // A mail library may add a line's end before the dot.
    assert!(delivered.trim_end().ends_with(unix.trim_end()), "the message arrived as it was frozen");
    assert!(delivered.contains("\nReceived: "), "it has been through a mail server");

    // The other one comes back to the envelope's sender: a report of RFC 3464 about that message.
    let bounce = arrival(&boxes.join("returned"), &of("gone").message_id).await;
    let bounce = MessageParser::default().parse(&bounce).unwrap();
    let kind = bounce.content_type().unwrap();
    assert_eq!((kind.subtype(), kind.attribute("report-type")), (Some("report"), Some("delivery-status")));
    assert_eq!(
        bounce.return_path().as_text().unwrap_or_default(),
        "",
        "a bounce has no sender, so that none answers it"
    );
    let text = String::from_utf8_lossy(bounce.raw_message());
    assert!(text.contains("Action: failed") && text.contains("Status: 5.1.1"), "{text}");
    assert!(text.contains("left-last-year@inbox.example"), "{text}");
    stage.app.close().await;
    rows.drop().await;
}

/// The mail in a Maildir in which that Message-ID stands; waits for it, because a mail server takes its time.
async fn arrival(maildir: &Path, message_id: &str) -> Vec<u8> {
    for _ in 0..300 {
        let new = std::fs::read_dir(maildir.join("new")).into_iter().flatten();
        for mail in new.filter_map(|entry| std::fs::read(entry.ok()?.path()).ok()) {
            if String::from_utf8_lossy(&mail).contains(message_id) {
                return mail;
            }
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("no mail with {message_id} came to {}", maildir.display());
}
