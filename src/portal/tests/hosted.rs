//! The hosted report: the night drawn, leaves, other nights, revisions, and what readers say back.

use axum::body::Body;
use axum::http::{Method, Request, StatusCode, header};
use chrono::TimeDelta;

use super::house::{Answer, House, mailed};
use crate::compose::{Report, Sample};
use crate::db::attempts::{self, AttemptEnd};
use crate::db::links;
use crate::model::{AttemptOutcome, DeliveryId, DeliveryState, LinkTarget, ReportId, ViewKind};

/// The same site's report of another night or revision.
fn another(report: &Report, days: i64, revision: i32) -> Report {
    let mut other = report.clone();
    let days_off = days.unsigned_abs();
    other.night = if days < 0 { report.night.minus(days_off) } else { report.night.plus(days_off) };
    other.revision = revision;
    other.id = ReportId::of(&other.site.location, other.night, revision);
    other
}

/// A report that was mailed to a reader, whose mail has arrived.
async fn arrived(house: &House, report: &Report, reader: usize) {
    let delivery = DeliveryId::of(report.id, &report.recipients[reader].contact);
    let mut tx = house.db.begin().await.unwrap();
    let number = attempts::begin(&mut tx, delivery, "mx", mailed()).await.unwrap().unwrap();
    let end = AttemptEnd {
        outcome: AttemptOutcome::Accepted,
        state: DeliveryState::Sent,
        reply: "250 ok".into(),
        duration_ms: 1,
        next_at: None,
    };
    assert!(attempts::end(&mut tx, delivery, number, &end, mailed()).await.unwrap());
    tx.commit().await.unwrap();
}

async fn given(house: &House, report: &Report, reader: usize) {
    house.add(report, reader).await;
    arrived(house, report, reader).await;
}

async fn send(house: &House, path: &str, body: &str) -> Answer {
    let request = Request::builder()
        .method(Method::POST)
        .uri(path)
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(Body::from(body.to_owned()))
        .unwrap();
    house.send(request).await
}

#[tokio::test]
async fn a_busy_night_is_read_in_leaves_under_a_hundred_kilobytes() {
    let house = House::of(Sample::Busy.report(), 0).await;
    let base = house.link(&LinkTarget::Report);
    let style = house.get("/assets/portal.css").await.body.len() + house.get("/assets/portal.js").await.body.len();
    let (mut seen, mut next, mut leaves) = (0, Some(String::new()), 0);
    while let Some(query) = next {
        let html = house.get(&format!("{base}{query}")).await.text();
        assert!(html.len() + style < 100_000, "{} + {style} bytes of {query}", html.len());
        seen += html.matches("<article").count();
        leaves += 1;
        let link = html.split("rel=\"next\" href=\"").find(|rest| rest.starts_with('?'));
        next = link.map(|rest| rest.split(['"', '#']).next().unwrap().replace("&amp;", "&"));
    }
    assert!(leaves > 3 && seen == 540, "{seen} events on {leaves} leaves");
    let first = house.get(&base).await.text();
    assert!(first.contains("href=\"#e1\"") && first.contains("#e540\"") || first.contains("events, "), "marks");
    let filtered = house.get(&format!("{base}?level=escalated")).await.text();
    assert!(filtered.contains("class=\"faint\""), "what the filter leaves out is faint");
    assert!(!first.contains("class=\"faint\""));
}

#[tokio::test]
async fn a_reader_is_led_to_their_other_nights_by_their_own_links_only() {
    let house = House::of(Sample::Ordinary.report(), 0).await;
    let (before, long_before, after) =
        (another(&house.report, -1, 1), another(&house.report, -9, 1), another(&house.report, 2, 1));
    arrived(&house, &house.report, 0).await;
    for report in [&long_before, &before, &after] {
        given(&house, report, 0).await;
    }
    given(&house, &another(&house.report, 1, 1), 1).await;
    // One that has not arrived is nobody's yet.
    house.add(&another(&house.report, -2, 1), 0).await;
    let base = house.link(&LinkTarget::Report);
    let html = house.get(&base).await.text();
    let (previous, next) = (house.link_to(&before, 0), house.link_to(&after, 0));
    assert!(html.contains(&format!("rel=\"prev\" href=\"{previous}\"")), "the nearest one before");
    assert!(html.contains(&format!("rel=\"next\" href=\"{next}\"")), "another reader's night is passed over");
    assert_eq!(house.get(&previous).await.status, StatusCode::OK);
    let ends = house.get(&next).await.text();
    assert!(ends.contains(&format!("rel=\"prev\" href=\"{base}\"")) && !ends.contains("rel=\"next\" href=\"/r/"));
    // A link that was withdrawn is passed over, and so is one that has expired.
    let mut tx = house.db.begin().await.unwrap();
    let delivery = DeliveryId::of(before.id, &before.recipients[0].contact);
    links::revoke(&mut tx, delivery, mailed()).await.unwrap();
    tx.commit().await.unwrap();
    let html = house.get(&base).await.text();
    assert!(html.contains(&format!("rel=\"prev\" href=\"{}\"", house.link_to(&long_before, 0))));
}

#[tokio::test]
async fn the_revisions_that_a_reader_was_sent_say_what_changed() {
    let house = House::of(Sample::Ordinary.report(), 0).await;
    arrived(&house, &house.report, 0).await;
    let base = house.link(&LinkTarget::Report);
    assert!(!house.get(&base).await.text().contains("/revisions"), "one revision is nothing to compare");
    let alone = house.get(&format!("{base}/revisions")).await;
    assert!(alone.status == StatusCode::OK && alone.text().contains("one revision only"));
    let mut second = another(&house.report, 0, 2);
    second.interactions[0].notes = "<b>Looked</b> again: the courier.".into();
    second.interactions.remove(1);
    given(&house, &second, 0).await;
    given(&house, &another(&house.report, 0, 3), 1).await;
    let html = house.get(&base).await.text();
    assert!(html.contains("What changed in 2 revisions") && html.contains("there is a revision 3"));
    let page = house.get(&format!("{base}/revisions")).await.text();
    for said in [
        "Changed since revision 1",
        "&lt;b&gt;Looked&lt;&#x2F;b&gt; again",
        "<strong>Changed:</strong>",
        "<strong>Removed:</strong>",
        "<dt>notes</dt>",
        &house.link_to(&second, 0),
    ] {
        assert!(page.contains(said) || page.contains(&said.replace("&#x2F;", "/")), "{said}: {page}");
    }
    assert!(!page.contains("revision 3") && !page.contains(&house.link_to(&another(&house.report, 0, 3), 1)));
}

#[tokio::test]
async fn a_reader_says_something_once_and_staff_find_it_on_the_interaction() {
    let house = House::of(Sample::Ordinary.report(), 0).await;
    let base = house.link(&LinkTarget::Report);
    let path = format!("{base}/feedback");
    for method in [Method::GET, Method::HEAD] {
        let form = house.ask(method.clone(), &format!("{path}?event=e2&kind=ours&text=x")).await;
        assert_eq!(form.status, StatusCode::OK);
        assert!(method == Method::HEAD || !form.text().contains("checked"), "an address fills nothing in");
    }
    assert!(house.db.open_feedback(None, 9).await.unwrap().is_empty(), "looking says nothing");
    let body = "event=e1&kind=ours&text=Our+%3Cb%3Ecleaner%3C%2Fb%3E%0D%0Atwice&phone=%2B49+171+1";
    for _ in 0..2 {
        let sent = send(&house, &path, body).await;
        assert_eq!(sent.status, StatusCode::SEE_OTHER);
        assert_eq!(sent.header("location"), format!("{base}#e1"));
        house.clock.set(mailed() + TimeDelta::minutes(3));
    }
    let open = house.db.open_feedback(Some(&house.report.site.location), 9).await.unwrap();
    assert_eq!(open.len(), 1, "a double submit is one");
    let incident = house.report.escalations[0].incident.as_ref().unwrap();
    assert_eq!((open[0].subject.as_str(), open[0].of.as_str()), ("incident", incident.incident.as_str()));
    let behind = house.report.escalations[0].interaction.as_ref().map(|handled| handled.interaction.to_string());
    assert_eq!(open[0].interaction, behind);
    assert_eq!((open[0].words.as_str(), open[0].phone.as_deref()), ("Our <b>cleaner</b>\ntwice", Some("+49 171 1")));
    assert_eq!((open[0].email.as_str(), open[0].at), (house.report.recipients[0].email.as_str(), mailed()));
    let html = house.get(&base).await.text();
    assert!(html.contains("You told staff on") && html.contains("Our &lt;b&gt;cleaner"));
    for (body, said) in [
        ("event=e1&kind=nonsense", "Choose what it is about"),
        ("event=e1&kind=other&text=+", "Write what it is about"),
        ("event=e1&kind=ours&phone=call%20me", "telephone number may have"),
    ] {
        let refused = send(&house, &path, body).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{body}");
        assert!(refused.text().contains(said), "{body}");
    }
    for body in ["", "event=e0&kind=ours", "event=e999&kind=ours", "kind=ours", "\u{0}%ff%fe="] {
        assert_eq!(send(&house, &path, body).await.status, StatusCode::NOT_FOUND, "{body:?}");
    }
    assert_eq!(send(&house, &format!("/r/{}/feedback", "A".repeat(27)), body).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn one_link_says_only_so_much_in_a_day() {
    let house = House::of(Sample::Ordinary.report(), 0).await;
    let path = format!("{}/feedback", house.link(&LinkTarget::Report));
    let mut answers = Vec::new();
    for number in 0..22 {
        answers.push(send(&house, &path, &format!("event=e1&kind=other&text=n{number}")).await.status);
    }
    assert_eq!(answers.iter().filter(|status| **status == StatusCode::SEE_OTHER).count(), 20);
    assert_eq!(answers[21], StatusCode::TOO_MANY_REQUESTS);
    house.clock.set(mailed() + TimeDelta::hours(25));
    assert_eq!(send(&house, &path, "event=e1&kind=other&text=later").await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn who_opens_a_link_stands_in_the_access_log_and_programs_are_told_apart() {
    const FIREFOX: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";
    let house = House::of(Sample::Ordinary.report(), 0).await;
    arrived(&house, &house.report, 0).await;
    house.clock.set(mailed() + TimeDelta::minutes(20));
    let look = async |method: Method, path: &str, agent: &str| {
        let request = Request::builder().method(method).uri(path).header(header::USER_AGENT, agent);
        let request = request.header(header::ACCEPT_LANGUAGE, "en").body(Body::empty()).unwrap();
        house.send(request).await.status
    };
    let report = house.link(&LinkTarget::Report);
    for path in [report.as_str(), report.as_str(), &format!("{report}/clip/0"), &format!("{report}/clip/0")] {
        look(Method::GET, path, FIREFOX).await;
    }
    assert_eq!(look(Method::GET, &house.link(&LinkTarget::Pdf), FIREFOX).await, StatusCode::OK);
    assert_eq!(look(Method::HEAD, &report, FIREFOX).await, StatusCode::OK);
    assert_eq!(look(Method::GET, &report, "curl/8").await, StatusCode::OK);
    let location = &house.report.site.location;
    let log = house.db.views_of(location, mailed() + TimeDelta::days(1), 99).await.unwrap();
    let mut seen: Vec<_> = log.iter().map(|view| (view.what, view.subject.as_str(), view.scanner)).collect();
    seen.sort_by_key(|(what, subject, scanner)| (what.as_str(), subject.to_string(), *scanner));
    let (page, clip) = (format!("report:{}", house.report.id), format!("clip:{}", house.report.clips[0].clip));
    let expected = [
        (ViewKind::Clip, clip.as_str(), false),
        (ViewKind::Page, page.as_str(), false),
        (ViewKind::Page, page.as_str(), true),
        (ViewKind::Page, page.as_str(), true),
        (ViewKind::Pdf, page.as_str(), false),
    ];
    assert_eq!(seen, expected, "the same look within a minute is one");
    let person = &house.report.recipients[0].email;
    assert!(log.iter().all(|view| view.person == person.to_lowercase() && view.as_what == "link"));
}
