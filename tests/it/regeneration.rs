//! Regeneration: a new revision from today's data, the old one untouched.

use daybreak::compose::{How, Subject};
use daybreak::db::deliveries::DeliveryFilter;
use serde_json::json;

use crate::support::{Stage, root};

const SITE: &str = "lakeside-market";
const NIGHT: &str = "2026-03-17";

async fn with_first_report() -> Stage {
    let stage = Stage::new("2026-03-18T16:00:00Z", "").await;
    stage.import(&root().join("samples")).await.unwrap_or_else(|error| panic!("{error}"));
    stage.run(None).await;
    stage
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_revision_shows_what_changed_and_mails_nobody() {
    let stage = with_first_report().await;
    let outbox = stage.outbox();
    let first = stage.report(SITE, NIGHT, 1).await;
    let (_, frozen) = stage.app.pipeline.artifact(&first, "report.json").await.unwrap();
    let before = stage.app.pipeline.frozen(&first).await.unwrap();
    let edited = &before.interactions[0];
    stage
        .import_lines(&[json!({
            "kind": "interaction", "ref": edited.interaction.as_str(), "location": SITE, "level": 1, "type": edited.kind,
            "started_at": edited.started_at, "ended_at": edited.ended_at, "notes": "seen again: it was the cleaner",
        })])
        .await;

    stage.at("2026-03-19T09:00:00Z");
    let (_, progress) = stage.regenerate(SITE, NIGHT, 2, false).await;
    assert_eq!((progress.reports, progress.failed, progress.deliveries), (1, 0, 0));
    assert_eq!(stage.outbox(), outbox, "nobody was mailed");

    let second = stage.report(SITE, NIGHT, 2).await;
    let correction = stage.app.pipeline.frozen(&second).await.unwrap().correction.unwrap();
    assert_eq!((correction.reason.as_str(), correction.by.as_str()), ("the footage shows more", "Dana"));
    let change = correction.changes.iter().find(|change| change.of == edited.interaction.as_str()).unwrap();
    assert_eq!((change.subject, change.how), (Subject::Interaction, How::Edited));
    assert!(change.fields.iter().any(|field| field == "notes"), "{:?}", change.fields);

    let (_, still) = stage.app.pipeline.artifact(&stage.report(SITE, NIGHT, 1).await, "report.json").await.unwrap();
    assert_eq!(still, frozen, "revision 1 is as it was");
    stage.app.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_correction_is_mailed_when_asked_for_and_says_that_it_is_one() {
    let stage = with_first_report().await;
    let before = stage.outbox().len();
    stage.at("2026-03-19T09:00:00Z");
    let (_, progress) = stage.regenerate(SITE, NIGHT, 2, true).await;
    assert!(progress.sent > 0);
    assert_eq!(stage.outbox().len(), before + usize::try_from(progress.sent).unwrap());
    let report = stage.report(SITE, NIGHT, 2).await;
    let filter = DeliveryFilter { report: Some(report.id), limit: 100, ..DeliveryFilter::default() };
    for row in stage.app.pipeline.db.deliveries(&filter).await.unwrap() {
        assert_eq!(row.delivery.kind, "correction");
        let (_, bytes) = stage.app.pipeline.message(&row.delivery).await.unwrap();
        let mail = mail_parser::MessageParser::default().parse(&bytes).unwrap();
        assert!(mail.body_html(0).unwrap().contains("the footage shows more"));
        assert!(mail.body_text(0).unwrap().contains("the footage shows more"));
    }
    stage.app.close().await;
}
