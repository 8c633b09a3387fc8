//! Staff: a night that was told wrongly is found, set right, looked at, and sent to whom it concerns.

use axum::http::StatusCode;
use daybreak::db::deliveries::{DeliveryFilter, ListedDelivery};
use daybreak::model::{DeliveryState, ReportId, Role};
use mail_parser::MessageParser;
use serde_json::json;
use tokio_util::sync::CancellationToken;

use super::browser::{Answer, Browser, audited, portal};
use crate::support::{Stage, root};

const SITE: &str = "lakeside-market";
const NIGHT: &str = "2026-03-17";
const NIGHT_PAGE: &str = "/desk/night?location=lakeside-market&night=2026-03-17";
const DANA: &str = "dana.whitfield@lakeside.example.com";

async fn with_first_report() -> Stage {
    let stage = Stage::new("2026-03-18T16:00:00Z", "").await;
    stage.import(&root().join("samples")).await.unwrap_or_else(|error| panic!("{error}"));
    stage.run(Some(NIGHT)).await;
    stage
}

/// The operator's notes on the night's first interaction were wrong.
async fn correct_the_feed(stage: &Stage) {
    let first = stage.report(SITE, NIGHT, 1).await;
    let edited = stage.app.pipeline.frozen(&first).await.unwrap().interactions[0].clone();
    stage
        .import_lines(&[json!({
            "kind": "interaction", "ref": edited.interaction.as_str(), "location": SITE, "level": 1, "type": edited.kind,
            "started_at": edited.started_at, "ended_at": edited.ended_at, "notes": "seen again: <b>it was</b> the cleaner",
        })])
        .await;
}

async fn built(stage: &Stage, id: ReportId) {
    stage
        .work_while(|| async move {
            let row = stage.app.pipeline.db.report(id).await.unwrap().unwrap();
            row.object_key.is_some().then_some(())
        })
        .await;
}

async fn mails_of(stage: &Stage, report: ReportId) -> Vec<ListedDelivery> {
    let filter = DeliveryFilter { report: Some(report), limit: 100, ..DeliveryFilter::default() };
    let mut mails = stage.app.pipeline.db.deliveries(&filter).await.unwrap();
    mails.sort_by(|a, b| a.delivery.email.cmp(&b.delivery.email));
    mails
}

async fn all_sent(stage: &Stage, report: ReportId) {
    stage
        .work_while(|| async move {
            let mails = mails_of(stage, report).await;
            mails.iter().all(|mail| mail.delivery.state == DeliveryState::Sent).then_some(())
        })
        .await;
}

/// Asks for revision 2 and builds it; returns its id.
async fn regenerated(stage: &Stage, staff: &Browser) -> ReportId {
    stage.at("2026-03-19T09:00:00Z");
    let fields = [("location", SITE), ("night", NIGHT), ("reason", "the footage shows <b>more</b>")];
    let answer = staff.post("/desk/regenerate", &fields).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    let id: ReportId = answer.location.rsplit('/').next().unwrap().parse().unwrap();
    built(stage, id).await;
    id
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_location_and_a_night_are_found_by_whatever_is_known() {
    let stage = with_first_report().await;
    let staff = Browser::of(&stage, &portal(&stage, CancellationToken::new()).await, Role::Staff, 1).await;
    for q in ["lakeside", "LAKESIDE%20market", DANA, "Dana.Whitfield@LAKESIDE.example.com"] {
        let page = staff.get(&format!("/desk?q={q}")).await;
        assert!(page.status == StatusCode::OK && page.text().contains("/desk/location?ref=lakeside-market"), "{q}");
    }
    let dated = staff.get(&format!("/desk?q=lakeside&night={NIGHT}")).await.text();
    assert!(dated.contains(&NIGHT_PAGE.replace('&', "&amp;")), "{dated}");
    assert!(staff.get("/desk?q=nowhere+at+all").await.text().contains("No location matches"));
    let location = staff.get("/desk/location?ref=lakeside-market").await.text();
    assert!(location.contains(DANA) && location.contains("17 March 2026"));
    let night = staff.get(NIGHT_PAGE).await.text();
    assert!(night.contains("Revision 1") && night.contains("By hand") && night.contains(DANA));
    assert!(night.contains("name=\"reason\""));
    for nowhere in [
        "/desk/location?ref=nowhere",
        "/desk/location?ref=",
        "/desk/night?location=nowhere&night=2026-03-17",
        "/desk/night?location=lakeside-market&night=17",
        "/desk/reports/x",
        "/desk/reports/00000000-0000-5000-8000-000000000000",
        "/desk/mails/00000000-0000-5000-8000-000000000000",
        "/desk/contact?ref=nobody&location=lakeside-market",
    ] {
        assert_eq!(staff.get(nowhere).await.status, StatusCode::NOT_FOUND, "{nowhere}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_correction_is_looked_at_first_and_then_sent_to_some_to_oneself_and_to_all() {
    let stage = with_first_report().await;
    let staff = Browser::of(&stage, &portal(&stage, CancellationToken::new()).await, Role::Staff, 1).await;
    correct_the_feed(&stage).await;
    let outbox = stage.outbox().len();
    let without = staff.post("/desk/regenerate", &[("location", SITE), ("night", NIGHT), ("reason", " ")]).await;
    assert!(without.location.ends_with("said=reason"), "{}", without.location);
    stage.at("2026-03-19T09:00:00Z");
    let fields = [("location", SITE), ("night", NIGHT), ("reason", "the footage shows <b>more</b>")];
    let asked = staff.post("/desk/regenerate", &fields).await;
    let (page, id) = (asked.location.clone(), asked.location.rsplit('/').next().unwrap().parse().unwrap());
    let waiting = staff.get(&page).await.text();
    assert!(
        waiting.contains("is being built")
            && waiting.contains("http-equiv=\"refresh\"")
            && waiting.contains(&format!("data-live=\"{page}/events\""))
    );
    built(&stage, id).await;
    let events = staff.get(&format!("{page}/events")).await;
    assert_eq!(events.kind, "text/event-stream");
    assert!(events.text().contains("event: done"), "{}", events.text());

    let report = staff.get(&page).await.text();
    assert!(report.contains("seen again: &lt;b&gt;it was&lt;/b&gt; the cleaner") && report.contains("Sam 1"));
    let difference = staff.get(&format!("{page}/difference")).await.text();
    assert!(difference.contains("<ins dir=\"auto\">seen again: &lt;b&gt;it was") && difference.contains("<del "));
    assert_eq!(stage.outbox().len(), outbox, "nobody was mailed");
    let send = format!("{page}/send");
    let readers = staff.get(&send).await.text();
    assert!(readers.contains("seen again") && readers.contains(DANA));
    let all = readers.matches("name=\"contact\"").count();
    assert!(all > 1 && readers.contains(&format!("Send to all {all}")));

    let tested = staff.post(&format!("{page}/test"), &[]).await;
    assert!(tested.location.ends_with("said=test-sent"), "{}", tested.location);
    assert_eq!(stage.outbox().len(), outbox + 1);
    assert!(mails_of(&stage, id).await.is_empty(), "a test is nobody's mail");

    let nobody = staff.post(&send, &[("to", "some")]).await;
    assert!(nobody.location.ends_with("said=nobody"), "{}", nobody.location);
    let some = staff.post(&send, &[("to", "some"), ("contact", "lakeside-market-contact1")]).await;
    assert!(some.location.ends_with("said=sent"), "{}", some.location);
    all_sent(&stage, id).await;
    let mails = mails_of(&stage, id).await;
    assert_eq!(mails.len(), 1);
    assert_eq!((mails[0].delivery.email.as_str(), mails[0].delivery.kind.as_str()), (DANA, "correction"));
    for _ in 0..2 {
        staff.post(&send, &[("to", "all")]).await;
    }
    all_sent(&stage, id).await;
    assert_eq!(mails_of(&stage, id).await.len(), all, "each had it once");
    assert_eq!(stage.outbox().len(), outbox + 1 + all);
    every_artifact_is_what_was_frozen(&stage, id, all).await;
    let log: Vec<String> = audited(&stage).await.into_iter().map(|(_, action, _)| action).collect();
    assert_eq!(log, ["report.regenerate", "report.test", "report.send", "report.send"]);
    let first = format!("/desk/reports/{}/send", stage.report(SITE, NIGHT, 1).await.id);
    let older = staff.post(&first, &[("to", "all")]).await;
    assert!(older.location.ends_with("said=superseded"), "{}", older.location);
}

/// The mails were added to the report's one object; nothing else of it changed, and the old object is to go.
async fn every_artifact_is_what_was_frozen(stage: &Stage, id: ReportId, mails: usize) {
    let pipeline = &stage.app.pipeline;
    let row = pipeline.db.report(id).await.unwrap().unwrap();
    let artifacts = pipeline.db.artifacts(id).await.unwrap();
    assert_eq!(artifacts.iter().filter(|artifact| artifact.name.starts_with("deliveries/")).count(), mails);
    for artifact in &artifacts {
        pipeline.artifact_bytes(&row, artifact).await.unwrap();
    }
    let data = artifacts.iter().find(|artifact| artifact.name == "report.json").unwrap();
    assert_eq!(Some(&data.sha256), row.data_sha256.as_ref());
    for mail in mails_of(stage, id).await {
        let (_, bytes) = pipeline.message(&mail.delivery).await.unwrap();
        let parsed = MessageParser::default().parse(&bytes).unwrap();
        assert!(parsed.body_text(0).unwrap().contains("the footage shows"), "it says that it is a correction, and why");
        let kept = stage.outbox().into_iter().any(|(_, sent)| sent == bytes);
        assert!(kept, "what was sent is what is archived");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_they_got_is_shown_to_the_byte_and_can_do_nothing() {
    let stage = with_first_report().await;
    let staff = Browser::of(&stage, &portal(&stage, CancellationToken::new()).await, Role::Staff, 1).await;
    let first = stage.report(SITE, NIGHT, 1).await;
    let mail = mails_of(&stage, first.id).await.remove(0).delivery;
    let path = format!("/desk/mails/{}", mail.id);
    let listed = staff.get(&format!("/desk/mails?q={DANA}")).await.text();
    assert!(listed.contains(&path) && listed.contains("sent"));
    let by_message = staff.get(&format!("/desk/mails?q=%3C{}%3E", mail.message_id)).await.text();
    assert!(by_message.contains(&path));
    assert_eq!(staff.get(&format!("/desk/mails?q={}", mail.id)).await.location, path);
    assert!(staff.get("/desk/mails?q=nobody@example.com").await.text().contains("No mail is known"));

    let page = staff.get(&path).await;
    assert!(page.policy.ends_with("frame-src 'self'"), "{}", page.policy);
    let text = page.text();
    assert!(text.contains("sandbox=\"\"") && text.contains(&mail.message_id) && text.contains("accepted"));
    let html = staff.get(&format!("{path}/html")).await;
    assert!(
        html.policy.contains("sandbox") && html.policy.contains("img-src data:") && !html.policy.contains("script")
    );
    assert!(!html.text().contains("cid:"), "pictures are in it");
    assert_eq!(staff.get(&format!("{path}/text")).await.kind, "text/plain; charset=utf-8");
    let source = staff.get(&format!("{path}/source")).await;
    assert!(stage.outbox().iter().any(|(_, sent)| *sent == source.bytes));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_links_of_a_mail_lead_nowhere_once_they_are_withdrawn() {
    let stage = with_first_report().await;
    let router = portal(&stage, CancellationToken::new()).await;
    let staff = Browser::of(&stage, &router, Role::Staff, 1).await;
    let first = stage.report(SITE, NIGHT, 1).await;
    let mail = mails_of(&stage, first.id).await.remove(0).delivery;
    let path = format!("/desk/mails/{}", mail.id);
    let text = staff.get(&format!("{path}/text")).await.text();
    let token = text.split_once("/r/").expect("a link to the report").1;
    let link: String =
        token.chars().take_while(|letter| letter.is_ascii_alphanumeric() || "-_".contains(*letter)).collect();
    let link = format!("/r/{link}");
    assert_eq!(staff.get(&link).await.status, StatusCode::OK);
    assert!(staff.get(&path).await.text().contains("work until"));
    let silent = staff.post(&format!("{path}/withdraw"), &[("reason", " ")]).await;
    assert!(silent.location.ends_with("said=why"), "{}", silent.location);
    assert!(staff.get(&silent.location).await.text().contains("Give a reason"));
    assert_eq!(staff.get(&link).await.status, StatusCode::OK);
    let done = staff.post(&format!("{path}/withdraw"), &[("reason", "the wrong person")]).await;
    assert!(done.location.ends_with("said=withdrawn"), "{}", done.location);
    assert!(staff.get(&done.location).await.text().contains("lead nowhere any more"));
    assert_eq!(staff.get(&link).await.status, StatusCode::GONE);
    assert!(!staff.get(&path).await.text().contains("/withdraw"), "there is nothing left to withdraw");
    let again = staff.post(&format!("{path}/withdraw"), &[("reason", "once more")]).await;
    assert!(again.location.ends_with("said=withdrawn-before"), "{}", again.location);
    let log = audited(&stage).await;
    assert_eq!(log.iter().filter(|entry| entry.1 == "delivery.withdraw").count(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_mail_that_may_have_arrived_goes_out_again_only_after_a_second_question() {
    let stage = with_first_report().await;
    let staff = Browser::of(&stage, &portal(&stage, CancellationToken::new()).await, Role::Staff, 1).await;
    let first = stage.report(SITE, NIGHT, 1).await;
    let mail = mails_of(&stage, first.id).await.remove(0).delivery;
    let path = format!("/desk/mails/{}/resend", mail.id);
    let asked: Answer = staff.post(&path, &[]).await;
    assert!(asked.status == StatusCode::OK && asked.text().contains("arrive twice"));
    assert_eq!(stage.app.pipeline.db.delivery(mail.id).await.unwrap().unwrap().state, DeliveryState::Sent);
    let done = staff.post(&path, &[("again", "yes")]).await;
    assert!(done.location.ends_with("said=resent"), "{}", done.location);
    all_sent(&stage, first.id).await;
    let after = stage.app.pipeline.db.delivery(mail.id).await.unwrap().unwrap();
    assert_eq!((after.attempts, after.message_id), (2, mail.message_id));
    let nothing = staff.post("/desk/resend-failed", &[("location", SITE), ("night", NIGHT)]).await;
    assert!(nothing.location.ends_with("said=nothing"), "what was sent has not failed");
    let log = audited(&stage).await;
    assert_eq!(log.len(), 1);
    assert_eq!(log[0].1, "delivery.resend");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_corrected_address_gets_what_is_sent_from_then_on() {
    let stage = with_first_report().await;
    let staff = Browser::of(&stage, &portal(&stage, CancellationToken::new()).await, Role::Staff, 1).await;
    let id = regenerated(&stage, &staff).await;
    let wrong = [("ref", "lakeside-market-contact1"), ("location", SITE), ("email", "no address"), ("reason", "x")];
    let refused = staff.post("/desk/contact", &wrong).await;
    assert!(refused.status == StatusCode::UNPROCESSABLE_ENTITY && refused.text().contains("can be one"));
    let right = [
        ("ref", "lakeside-market-contact1"),
        ("location", SITE),
        ("email", "Dana.W@Example.com"),
        ("reason", "she moved"),
    ];
    let done = staff.post("/desk/contact", &right).await;
    assert!(done.location.ends_with("said=corrected"), "{}", done.location);
    let page = staff.get("/desk/location?ref=lakeside-market").await.text();
    assert!(page.contains("dana.w@example.com") && page.contains("the feed says") && page.contains(DANA));
    // The revision was frozen before; it goes to where she is now.
    staff.post(&format!("/desk/reports/{id}/send"), &[("to", "some"), ("contact", "lakeside-market-contact1")]).await;
    all_sent(&stage, id).await;
    assert_eq!(mails_of(&stage, id).await[0].delivery.email, "dana.w@example.com");
    stage.at("2026-03-19T10:00:00Z");
    let (_, progress) = stage.regenerate(SITE, NIGHT, 3, true).await;
    assert!(progress.sent > 1 && progress.unsent == 0, "{progress:?}");
    let third = stage.report(SITE, NIGHT, 3).await;
    assert!(mails_of(&stage, third.id).await.iter().any(|mail| mail.delivery.email == "dana.w@example.com"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_desk_is_for_staff_and_changes_nothing_without_its_own_form() {
    let stage = with_first_report().await;
    let router = portal(&stage, CancellationToken::new()).await;
    let staff = Browser::of(&stage, &router, Role::Staff, 1).await;
    let branch = Browser::of(&stage, &router, Role::Branch, 2).await;
    let nobody = Browser::nobody(&router);
    let first = stage.report(SITE, NIGHT, 1).await;
    let mail = mails_of(&stage, first.id).await.remove(0).delivery.id;
    let pages = [
        "/desk".to_owned(),
        "/desk/location?ref=lakeside-market".into(),
        NIGHT_PAGE.into(),
        format!("/desk/reports/{}", first.id),
        format!("/desk/reports/{}/send", first.id),
        format!("/desk/mails/{mail}"),
        format!("/desk/mails/{mail}/html"),
        format!("/desk/mails/{mail}/source"),
    ];
    for page in &pages {
        assert_eq!(staff.get(page).await.status, StatusCode::OK, "{page}");
        assert_eq!(branch.get(page).await.status, StatusCode::FORBIDDEN, "{page}");
        assert_eq!(nobody.get(page).await.status, StatusCode::SEE_OTHER, "{page}");
        let size = staff.get(page).await.bytes.len();
        assert!(size < 100_000 || page.contains("mails/"), "{page} has {size} bytes");
    }
    let changes: [(String, Vec<(&str, &str)>); 4] = [
        ("/desk/regenerate".into(), vec![("location", SITE), ("night", NIGHT), ("reason", "why")]),
        (format!("/desk/reports/{}/send", first.id), vec![("to", "all")]),
        (format!("/desk/mails/{mail}/resend"), vec![("again", "yes")]),
        (
            "/desk/contact".into(),
            vec![("ref", "lakeside-market-contact1"), ("location", SITE), ("email", "x@example.com"), ("reason", "y")],
        ),
    ];
    for (path, fields) in &changes {
        assert_eq!(branch.post(path, fields).await.status, StatusCode::FORBIDDEN, "{path}");
        assert_eq!(nobody.post(path, fields).await.status, StatusCode::UNAUTHORIZED, "{path}");
        assert_eq!(staff.post_with(path, fields, "forged").await.status, StatusCode::FORBIDDEN, "{path}");
    }
    assert!(audited(&stage).await.is_empty(), "nothing was changed");
    for page in ["/operations", "/operations/events", "/operations/job?name=morning"] {
        assert_eq!(staff.get(page).await.status, StatusCode::FORBIDDEN, "{page}");
    }
}
