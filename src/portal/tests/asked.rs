//! What a program meets that asks for somebody: a customer has what the pages give them and nothing more, nobody the
//! mails of others, and what is done in somebody's name carries it.

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use serde_json::{Value, json};

use super::guests::Guest;
use super::house::{Answer, House, mailed};
use super::shared::{earlier, furnish, furnish_with, stamped};
use crate::access::{NewKey, RANDOM_BYTES, mint_key};
use crate::compose::{Footage, Report, Sample};
use crate::db::clips::Clip;
use crate::db::interactions::Interaction;
use crate::db::testing::run;
use crate::model::{KeyRight, Role};

/// The rows behind a report's events, as the feed brought them.
async fn feed(house: &House, report: &Report) {
    let location = &report.site.location;
    let mut tx = house.db.begin().await.unwrap();
    for clip in &report.clips {
        let (object_key, content_type) = match &clip.footage {
            Footage::Archive { key, content_type, .. } => (Some(key.clone()), Some(content_type.clone())),
            _ => (None, None),
        };
        let row = Clip {
            clip: clip.clip.clone(),
            location: location.clone(),
            camera: None,
            recorded_at: clip.recorded_at,
            duration_ms: clip.duration_ms,
            object_key,
            content_type,
            external_url: None,
            password: None,
        };
        tx.put_clips(&[stamped(row)]).await.unwrap();
    }
    let escalated = report.escalations.iter().filter_map(|told| told.interaction.as_ref());
    for handled in report.interactions.iter().chain(escalated) {
        let row = Interaction {
            interaction: handled.interaction.clone(),
            location: location.clone(),
            camera: None,
            level: handled.level,
            kind: handled.kind.clone(),
            started_at: handled.started_at,
            ended_at: handled.ended_at,
            operator: handled.operator.clone(),
            notes: "What was noted since the report.".into(),
            actions: handled.actions.clone(),
            clip: handled.clip.clone(),
        };
        tx.put_interactions(&[stamped(row)]).await.unwrap();
    }
    tx.commit().await.unwrap();
}

/// A house with the sample's night, mailed to the first of its readers, and one five days before, mailed to the second.
async fn two_nights() -> (House, Report) {
    let house = Box::pin(House::of(Sample::Ordinary.report(), 0)).await;
    furnish(&house).await;
    let before = earlier(&house.report, 5);
    house.add(&before, 1).await;
    furnish_with(&house, &before).await;
    for report in [&house.report, &before] {
        feed(&house, report).await;
    }
    for sql in [
        "UPDATE deliveries SET state = 'sent', finished_at = created_at",
        "INSERT INTO location_summaries (location, report, night, revision, reviewed_at, interactions, incidents, missing, \
         sells) SELECT location, id, night, revision, planned_at, 7, 2, 0, false FROM reports ORDER BY night DESC LIMIT 1",
    ] {
        run(&house.db, sql).await;
    }
    let mut tx = house.db.begin().await.unwrap();
    for report in [&house.report, &before] {
        let told: Vec<_> = report.escalations.iter().filter_map(|told| told.incident.as_ref()).collect();
        let refs: Vec<_> = told.iter().map(|told| &told.incident).collect();
        crate::db::backlog::tells_of(&mut tx, (report.id, &report.site.location), &refs).await.unwrap();
    }
    tx.commit().await.unwrap();
    (house, before)
}

async fn get(house: &House, guest: &Guest, path: &str) -> Answer {
    house.visit(guest, &format!("/api/v1/{path}")).await
}

async fn status(house: &House, guest: &Guest, path: &str) -> u16 {
    get(house, guest, path).await.status.as_u16()
}

fn told(answer: &Answer) -> Value {
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
    serde_json::from_slice(&answer.body).unwrap()
}

fn column<'a>(page: &'a Value, name: &str) -> Vec<&'a str> {
    page["items"].as_array().unwrap().iter().map(|item| item[name].as_str().unwrap()).collect()
}

async fn post(house: &House, guest: &Guest, path: &str, body: Value) -> Answer {
    let request = Request::post(format!("/api/v1/{path}"))
        .header(header::COOKIE, guest.cookies.join("; "))
        .header("x-csrf-token", &guest.csrf)
        .header(header::CONTENT_TYPE, "application/json");
    house.send(request.body(Body::from(body.to_string())).unwrap()).await
}

async fn key(house: &House, rights: &[KeyRight]) -> String {
    let new = NewKey { name: "a program".into(), rights: rights.to_vec(), branches: None, expires_at: None };
    let random: [u8; RANDOM_BYTES] = house.random.bytes().unwrap();
    let mut tx = house.db.begin().await.unwrap();
    let minted = mint_key(&mut tx, new, &random, "tests", mailed()).await.unwrap();
    tx.commit().await.unwrap();
    minted.text.reveal().to_owned()
}

async fn by_key(house: &House, key: &str, path: &str) -> Answer {
    let request = Request::get(format!("/api/v1/{path}")).header(header::AUTHORIZATION, format!("Bearer {key}"));
    house.send(request.body(Body::empty()).unwrap()).await
}

#[tokio::test]
async fn nobody_but_the_house_has_the_mails_and_a_customer_no_other_readers_name() {
    let (house, _) = two_nights().await;
    let report = &house.report;
    let path = format!("reports/{}/artifacts", report.id);
    let reader = house.customer(&report.recipients[0].email.to_lowercase()).await;
    let branch = house.signed_in(Role::Branch, &[report.site.branch.as_str()]).await;
    let read = key(&house, &[KeyRight::Read]).await;
    let mail = format!("{path}/deliveries%2F{}.eml", house.delivery);
    for who in [Some(&reader), Some(&branch), None] {
        let ask = async |path: &str| match who {
            Some(guest) => get(&house, guest, path).await,
            None => by_key(&house, &read, path).await,
        };
        let listed = told(&ask(&path).await);
        let mut names = column(&listed, "name");
        names.sort_unstable();
        assert_eq!(names, ["mail/en.html", "mail/en.txt", "report.en.pdf", "report.json", "report.pl.pdf"]);
        for hidden in [mail.clone(), format!("{path}/clips.json"), format!("{path}/nothing")] {
            assert_eq!(ask(&hidden).await.status, StatusCode::NOT_FOUND, "{hidden}");
        }
        assert_eq!(ask(&format!("reports/{}/bundle", report.id)).await.status, StatusCode::FORBIDDEN);
        let data = ask(&format!("{path}/report.json")).await;
        let text = data.text();
        for other in &report.recipients {
            assert!(!text.contains(&other.email) && !text.contains(&other.name), "{text}");
        }
        let value = told(&data);
        assert!(value.get("recipients").is_none());
        assert_eq!(value["escalations"].as_array().unwrap().len(), report.escalations.len());
        let row = listed["items"].as_array().unwrap().iter().find(|one| one["name"] == "report.json").unwrap();
        assert_eq!(row["size"], data.body.len());
        assert_eq!(data.header("etag"), format!("\"{}\"", row["sha256"].as_str().unwrap()));
        assert_eq!(ask(&format!("{path}/report.en.pdf")).await.status, StatusCode::OK);
    }
    let staff = house.signed_in(Role::Staff, &[]).await;
    assert_eq!(get(&house, &staff, &mail).await.status, StatusCode::OK);
    let whole = told(&get(&house, &staff, &format!("{path}/report.json")).await);
    assert_eq!(whole["recipients"].as_array().unwrap().len(), report.recipients.len());
    assert_eq!(status(&house, &staff, &format!("{path}/clips.json")).await, 404, "it is nobody's");
    assert_eq!(status(&house, &staff, &format!("reports/{}/bundle", report.id)).await, 302);
}

#[tokio::test]
async fn a_customer_meets_what_they_were_mailed_and_nothing_else_of_the_place() {
    let (house, before) = two_nights().await;
    let (report, site) = (&house.report, &house.report.site.location);
    let reader = house.customer(&report.recipients[0].email.to_lowercase()).await;
    let other = house.customer(&report.recipients[1].email.to_lowercase()).await;
    let stranger = house.customer("nobody@example.com").await;

    for guest in [&reader, &other] {
        assert_eq!(column(&told(&get(&house, guest, "locations").await), "ref"), [site.as_str()]);
        let place = told(&get(&house, guest, &format!("locations/{site}")).await);
        assert_eq!((&place["night_hours"]["from"], &place["incident_types"]), (&json!("18:00"), &Value::Null));
        // The page of the location is there for the same people.
        assert_eq!(house.visit(guest, &format!("/locations/{site}")).await.status, StatusCode::OK);
        for whole in ["interactions", "cameras"] {
            assert_eq!(status(&house, guest, &format!("locations/{site}/{whole}")).await, 404, "{whole}");
        }
    }
    assert_eq!(told(&get(&house, &reader, "locations?branch=elsewhere").await)["items"], json!([]));
    assert_eq!(told(&get(&house, &stranger, "locations").await)["items"], json!([]));
    assert_eq!(status(&house, &stranger, &format!("locations/{site}")).await, 404);

    for (guest, own, foreign) in [(&reader, report, &before), (&other, &before, report)] {
        for query in [String::new(), format!("?location={site}")] {
            let reports = told(&get(&house, guest, &format!("reports{query}")).await);
            assert_eq!(column(&reports, "id"), [own.id.to_string()], "{query}");
        }
        let incident = |report: &Report| {
            report.escalations.iter().find_map(|told| told.incident.as_ref()).unwrap().incident.to_string()
        };
        let archived = |report: &Report| {
            let clip = report.clips.iter().find(|clip| matches!(clip.footage, Footage::Archive { .. })).unwrap();
            clip.clip.to_string()
        };
        let handled = |report: &Report| report.interactions[0].interaction.to_string();
        for (path, found) in [
            (format!("reports/{}", own.id), 200),
            (format!("reports/{}/events", own.id), 200),
            (format!("reports/{}/feedback", own.id), 200),
            (format!("incidents/{}", incident(own)), 200),
            (format!("clips/{}", archived(own)), 200),
            (format!("clips/{}/media", archived(own)), 302),
            (format!("interactions/{}", handled(own)), 200),
            (format!("reports/{}", foreign.id), 404),
            (format!("reports/{}/events", foreign.id), 404),
            (format!("reports/{}/feedback", foreign.id), 404),
            (format!("incidents/{}", incident(foreign)), 404),
            (format!("clips/{}", archived(foreign)), 404),
            (format!("clips/{}/media", archived(foreign)), 404),
            (format!("interactions/{}", handled(foreign)), 404),
            (format!("locations/{site}/contacts"), 403),
            (format!("reports/{}/recipients", own.id), 403),
        ] {
            assert_eq!(status(&house, guest, &path).await, found, "{path}");
            assert_ne!(status(&house, &stranger, &path).await / 100, 2, "{path}");
        }
        // As the report told it, and not as it is told since.
        let interaction = told(&get(&house, guest, &format!("interactions/{}", handled(own))).await);
        assert_eq!(interaction["notes"], own.interactions[0].notes);
    }
    assert_eq!(told(&get(&house, &stranger, "reports").await)["items"], json!([]));

    // The list of the latest reports says as much as the page: the latest is the first reader's.
    let review = async |guest: &Guest| told(&get(&house, guest, "reviews").await)["items"][0].clone();
    let (own, foreign) = (review(&reader).await, review(&other).await);
    assert_eq!((&own["report"], &own["incidents"]), (&json!(report.id), &json!(2)));
    assert_eq!((&own["mails"], &own["set_aside"]), (&Value::Null, &json!(0)));
    assert_eq!(foreign["location"], json!(site));
    for field in ["report", "night", "incidents", "missing", "set_aside", "mails", "sells"] {
        assert_eq!(foreign[field], Value::Null, "{field}");
    }
    let staff = house.signed_in(Role::Staff, &[]).await;
    let whole = review(&staff).await;
    assert_eq!((&whole["mails"], &whole["mails_sent"]), (&json!(1), &json!(1)));
}

#[tokio::test]
async fn a_reports_events_are_filtered_as_on_its_page() {
    let (house, _) = two_nights().await;
    let report = &house.report;
    let reader = house.customer(&report.recipients[0].email.to_lowercase()).await;
    let events = async |query: &str| told(&get(&house, &reader, &format!("reports/{}/events{query}", report.id)).await);
    let all = events("").await;
    let count = report.escalations.len() + report.interactions.len();
    assert_eq!(column(&all, "ref").len(), count.min(50));
    let sold = all["items"].as_array().unwrap().iter().find(|one| one["sale"].is_object()).unwrap();
    assert!(sold["sale"]["lines"].as_array().unwrap().iter().any(|line| line["paid"] == false), "{sold}");
    assert_eq!(column(&events("?level=escalated").await, "ref").len(), report.escalations.len());
    let camera = report.interactions.iter().find_map(|handled| handled.camera.clone()).unwrap();
    let seen = events(&format!("?camera={}", camera.replace(' ', "%20"))).await;
    assert!(!seen["items"].as_array().unwrap().is_empty());
    let by_it = |one: &Value| {
        let mut clips = one["clips"].as_array().unwrap().iter();
        one["camera_name"] == json!(camera) || clips.any(|clip| clip["camera_name"] == json!(camera))
    };
    let listed = |page: &Value| page["items"].as_array().unwrap().clone();
    assert!(listed(&seen).iter().all(by_it), "{seen}");
    assert_eq!(listed(&seen).len(), listed(&events("?limit=500").await).iter().filter(|one| by_it(one)).count());
    assert_eq!(events("?text=no-such-words-anywhere").await["items"], json!([]));
    // Pages join to the whole.
    let (mut joined, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = events(&format!("?limit=2{cursor}")).await;
        joined.extend(column(&page, "ref").into_iter().map(str::to_owned));
        match page["next"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => break,
        }
    }
    let whole = events("?limit=500").await;
    assert_eq!(joined, column(&whole, "ref"));
    let latest = events("?sort=latest&limit=500").await;
    let at = column(&latest, "at");
    assert!(at.is_sorted_by(|one, other| one >= other), "{at:?}");
    for wrong in ["level=loud", "sort=sideways", "limit=0", "cursor=x"] {
        let path = format!("reports/{}/events?{wrong}", report.id);
        assert_eq!(status(&house, &reader, &path).await, 422, "{wrong}");
    }
}

#[tokio::test]
async fn a_correction_and_a_run_are_signed_by_name_and_entered_as_the_pages_do() {
    let (house, _) = two_nights().await;
    let staff = house.signed_in(Role::Staff, &[]).await;
    let path = format!("reports/{}/regenerate", house.report.id);
    let wish = json!({"reason": "The camera's clock\nwas wrong.", "send": true});
    let planned = post(&house, &staff, &path, wish.clone()).await;
    assert_eq!(planned.status, StatusCode::ACCEPTED, "{}", planned.text());
    let planned: Value = serde_json::from_slice(&planned.body).unwrap();
    let id = planned["reports"][0].as_str().unwrap();
    let row = told(&get(&house, &staff, &format!("reports/{id}")).await);
    assert_eq!((&row["requested_by"], &row["cause"]), (&json!("A staff user"), &json!("regenerate")));
    assert_eq!(row["reason"], "The camera's clock was wrong.");
    let log = house.db.audit_after(0, 99).await.unwrap();
    let entry = log.iter().find(|entry| entry.action == "report.regenerate").unwrap();
    assert_eq!(entry.object, format!("report:{id}"));
    assert!(entry.detail.contains("\"revision\":2"), "{}", entry.detail);
    assert_eq!(post(&house, &staff, &path, wish.clone()).await.status, StatusCode::CONFLICT, "it is under way");
    // A night of which nothing was ever built is not corrected.
    run(&house.db, "UPDATE reports SET state = 'failed', object_key = NULL").await;
    let refused = post(&house, &staff, &path, wish).await;
    assert_eq!(refused.status, StatusCode::CONFLICT, "{}", refused.text());
    assert!(refused.text().contains("ever built"), "{}", refused.text());
}

#[tokio::test]
async fn a_mail_is_sent_again_as_from_its_page_and_says_how_it_stands() {
    let (house, _) = two_nights().await;
    let staff = house.signed_in(Role::Staff, &[]).await;
    let branch = house.signed_in(Role::Branch, &[house.report.site.branch.as_str()]).await;
    let path = format!("deliveries/{}", house.delivery);
    let mail = told(&get(&house, &staff, &path).await);
    assert_eq!((&mail["links"]["state"], &mail["suppressed"]), (&json!("working"), &Value::Null));
    assert!(mail["size"].is_number() && mail["language"].is_string());
    assert_eq!(told(&get(&house, &branch, &path).await)["links"], Value::Null, "that is the desk's");
    let again = async |body: Value| post(&house, &staff, &format!("{path}/resend"), body).await.status;
    for sql in [
        "UPDATE deliveries SET state = 'sent', artifact = 'deliveries/x.eml'",
        "UPDATE deliveries SET state = 'unknown', artifact = 'deliveries/x.eml'",
    ] {
        run(&house.db, sql).await;
        assert_eq!(again(json!({})).await, StatusCode::CONFLICT, "it may have arrived: {sql}");
    }
    assert_eq!(again(json!({"even_sent": true})).await, StatusCode::ACCEPTED);
    assert_eq!(again(json!({"even_sent": true})).await, StatusCode::CONFLICT, "it is on its way");
    let entry = house.db.audit_after(0, 99).await.unwrap().pop().unwrap();
    assert!(entry.action == "delivery.resend" && entry.detail.contains("\"unknown\""), "{entry:?}");
    let readers = told(&get(&house, &staff, &format!("reports/{}/recipients", house.report.id)).await);
    let first = &readers["items"][0];
    assert_eq!(readers["items"].as_array().unwrap().len(), house.report.recipients.len());
    assert_eq!((&first["delivery"], &first["state"]), (&json!(house.delivery), &json!("pending")));
}

#[tokio::test]
async fn a_suppression_says_who_wanted_it_and_why_in_row_and_log() {
    let (house, _) = two_nights().await;
    let operations = house.signed_in(Role::Operations, &[]).await;
    let staff = house.signed_in(Role::Staff, &[]).await;
    let body = json!({"address": "Dana@Example.com", "reason": "She asked jan@example.com for it."});
    let made = post(&house, &operations, "suppressions", body.clone()).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.text());
    assert_eq!(post(&house, &operations, "suppressions", body.clone()).await.status, StatusCode::OK);
    let found = told(&get(&house, &staff, "suppressions?address=dana@example.com").await);
    assert_eq!(found["items"][0]["detail"], "A operations user: She asked jan@example.com for it.");
    assert_eq!(status(&house, &staff, "suppressions").await, 403, "the list is operations'");
    assert_eq!(post(&house, &operations, "suppressions/lift", body).await.status, StatusCode::NO_CONTENT);
    assert_eq!(told(&get(&house, &staff, "suppressions?address=dana@example.com").await)["items"], json!([]));
    let lifted = told(&get(&house, &operations, "suppressions?lifted=true").await);
    assert_eq!(lifted["items"][0]["lifted_for"], "A operations user: She asked jan@example.com for it.");
    let raw = house.db.audit_after(0, 99).await.unwrap();
    assert_eq!(raw.iter().map(|one| one.action.as_str()).collect::<Vec<_>>(), ["suppression.add", "suppression.lift"]);
    for entry in &raw {
        assert!(
            !format!("{entry:?}").to_lowercase().contains("@example.com"),
            "addresses stand beside the log: {entry:?}"
        );
    }
    let log = told(&get(&house, &operations, "audit").await);
    for entry in log["items"].as_array().unwrap() {
        assert_eq!(entry["object"], "address:dana@example.com");
        assert!(entry["detail"].to_string().contains("She asked jan@example.com for it."), "{entry}");
    }
    let standing = told(&get(&house, &operations, "audit/verify").await);
    assert_eq!(standing, json!({"verified": 2, "whole": true, "broken": null}));
    run(&house.db, "UPDATE audit SET detail = '{}' WHERE number = 1").await;
    assert_eq!(told(&get(&house, &operations, "audit/verify").await)["broken"], 1);
    assert_eq!(status(&house, &staff, "audit/verify").await, 403);
}
