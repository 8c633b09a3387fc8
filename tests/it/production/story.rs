//! The story of the samples, on PostgreSQL, SeaweedFS and smtp-sink.

use std::collections::BTreeSet;

use daybreak::db::deliveries::DeliveryFilter;
use mail_parser::MessageParser;
use sha2::{Digest, Sha256};

use super::stage;
use crate::services::{Rows, Sink, shared_archive, shared_postgres};
use crate::support::root;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_samples_night_reaches_every_contact_once_on_real_services() {
    let (Some(server), Some(bucket)) = (shared_postgres(), shared_archive("story").await) else { return };
    let Some(sink) = Sink::start(true, &[]) else { return };
    let rows = Rows::create(&server, "story").await;
    let stage = stage(&rows, &bucket, &sink.transport()).await;
    stage.import(&root().join("samples")).await.unwrap_or_else(|error| panic!("{error}"));
    let (_, progress) = stage.run(None).await;
    assert_eq!((progress.failed, progress.open, progress.deferred, progress.unsent), (0, 0, 0, 0), "{progress:?}");
    assert!(progress.reports >= 6 && progress.sent >= progress.reports, "{progress:?}");

    // What arrived is what the rows say, and what the archive holds.
    let all = DeliveryFilter { limit: 1_000, ..DeliveryFilter::default() };
    let deliveries = stage.app.pipeline.db.deliveries(&all).await.unwrap();
    let arrived: Vec<String> = sink.mails().iter().map(|mail| message_id(mail)).collect();
    let distinct: BTreeSet<&str> = arrived.iter().map(String::as_str).collect();
    assert_eq!(arrived.len(), distinct.len(), "each Message-ID once");
    let recorded: BTreeSet<&str> = deliveries.iter().map(|row| row.delivery.message_id.as_str()).collect();
    assert_eq!(distinct, recorded);
    for row in &deliveries {
        let (_, bytes) = stage.app.pipeline.message(&row.delivery).await.unwrap();
        assert_eq!(hex::encode(Sha256::digest(&bytes)), row.delivery.sha256);
        let wanted = format!("Message-ID: <{}>", row.delivery.message_id);
        assert!(String::from_utf8_lossy(&bytes).contains(&wanted), "{wanted}");
    }

    stage.at("2026-03-18T16:05:00Z");
    let (_, again) = stage.run(None).await;
    assert_eq!((again.reports, again.sent), (0, 0));
    assert_eq!(sink.mails().len(), arrived.len(), "a second run sends nothing");
    stage.app.close().await;
    rows.drop().await;
}

/// smtp-sink writes the envelope as X- headers before the message, so that it is one message all the same.
fn message_id(mail: &[u8]) -> String {
    MessageParser::default().parse(mail).and_then(|mail| mail.message_id().map(str::to_owned)).expect("a Message-ID")
}
