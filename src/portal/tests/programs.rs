//! What programs do that the pages of the desk and of an account do: differences of revisions, corrections, withdrawals,
//! fresh links, and the rule for who opens what was shared.

use axum::body::Body;
use axum::http::{Method, Request, StatusCode, header};
use serde_json::{Value, json};

use super::guests::Guest;
use super::house::{Answer, House, mailed};
use super::shared::{furnish, stamped};
use crate::access::Token;
use crate::compose::{Report, Sample};
use crate::db::contacts::Contact;
use crate::db::links;
use crate::db::testing::run;
use crate::model::{LinkTarget, ReportId, Role};

async fn house() -> House {
    let house = House::of(Sample::Ordinary.report(), 0).await;
    furnish(&house).await;
    house
}

/// The same night once more, with another type of its first incident.
fn corrected(report: &Report) -> Report {
    let mut other = report.clone();
    other.revision = 2;
    other.id = ReportId::of(&other.site.location, other.night, 2);
    let told = other.escalations.iter_mut().find_map(|told| told.incident.as_mut()).unwrap();
    told.kind = "Another <type>".into();
    other
}

async fn send(house: &House, guest: &Guest, (method, path): (Method, &str), body: Option<Value>) -> Answer {
    let request = Request::builder()
        .method(method)
        .uri(path)
        .header(header::COOKIE, guest.cookies.join("; "))
        .header("x-csrf-token", &guest.csrf);
    let request = if body.is_some() { request.header(header::CONTENT_TYPE, "application/json") } else { request };
    house.send(request.body(body.map_or_else(Body::empty, |body| body.to_string().into())).unwrap()).await
}

async fn post(house: &House, guest: &Guest, path: &str, body: Value) -> Answer {
    send(house, guest, (Method::POST, path), Some(body)).await
}

fn json_of(answer: &Answer) -> Value {
    serde_json::from_slice(&answer.body).unwrap_or_else(|error| panic!("{error}: {}", answer.text()))
}

/// The actions of the audit log so far.
async fn actions(house: &House) -> Vec<String> {
    house.db.audit_after(0, 99).await.unwrap().into_iter().map(|entry| entry.action).collect()
}

#[tokio::test]
async fn a_program_is_told_what_changed_from_one_revision_to_another() {
    let house = house().await;
    let (first, second) = (house.report.clone(), corrected(&house.report));
    house.add(&second, 0).await;
    let staff = house.signed_in(Role::Staff, &[]).await;
    let told = async |guest: &Guest, report: &Report, query: &str| {
        house.visit(guest, &format!("/api/v1/reports/{}/changes{query}", report.id)).await
    };
    let answer = told(&staff, &second, "").await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
    let was = first.escalations.iter().find_map(|told| told.incident.as_ref()).unwrap();
    let changes = json!([{
        "subject": "incident", "ref": was.incident, "how": "edited",
        "fields": [{"field": "type", "before": was.kind, "after": "Another <type>"}],
    }]);
    assert_eq!(json_of(&answer), json!({"from": 1, "to": 2, "changes": changes}));
    // The earlier one stands first, whichever is asked about.
    assert_eq!(json_of(&told(&staff, &first, "?since=2").await)["to"], 2);
    let nothing = json!({"from": null, "to": 1, "changes": []});
    assert_eq!(json_of(&told(&staff, &first, "").await), nothing);
    for (query, status) in [("?since=2", 404), ("?since=9", 404), ("?since=0", 422), ("?since=x", 422)] {
        assert_eq!(told(&staff, &second, query).await.status.as_u16(), status, "{query}");
    }
    // Another branch's people and customers are not told; a customer of what they were mailed, and of no more.
    let own = house.signed_in(Role::Branch, &[first.site.branch.as_str()]).await;
    assert_eq!(told(&own, &second, "").await.status, StatusCode::OK);
    let stranger = house.signed_in(Role::Branch, &["elsewhere"]).await;
    assert_eq!(told(&stranger, &second, "").await.status, StatusCode::NOT_FOUND);
    let reader = house.customer(&first.recipients[0].email.to_lowercase()).await;
    assert_eq!(told(&reader, &second, "").await.status, StatusCode::NOT_FOUND, "it has not arrived");
    run(&house.db, "UPDATE deliveries SET state = 'sent' WHERE report IN (SELECT id FROM reports WHERE revision = 2)")
        .await;
    assert_eq!(json_of(&told(&reader, &second, "").await)["from"], Value::Null, "the first was never theirs");
    assert_eq!(told(&reader, &second, "?since=1").await.status, StatusCode::NOT_FOUND);
    run(&house.db, "UPDATE deliveries SET state = 'sent' WHERE report IN (SELECT id FROM reports WHERE revision = 1)")
        .await;
    assert_eq!(json_of(&told(&reader, &second, "").await)["changes"], changes);
    run(&house.db, "UPDATE reports SET artifacts_removed_at = '2026-04-01T00:00:00Z' WHERE revision = 1").await;
    assert_eq!(told(&staff, &second, "").await.status, StatusCode::GONE);
}

/// The feed's contact behind the report's first recipient.
async fn contact(house: &House) -> String {
    let recipient = &house.report.recipients[0];
    let row = Contact {
        contact: recipient.contact.clone(),
        name: recipient.name.clone(),
        email: recipient.email.parse().unwrap(),
        locale: None,
        notify: true,
        locations: vec![house.report.site.location.clone()],
        branches: Vec::new(),
    };
    let mut tx = house.db.begin().await.unwrap();
    tx.put_contacts(&[stamped(row)]).await.unwrap();
    tx.commit().await.unwrap();
    format!("/api/v1/locations/{}/contacts/{}", house.report.site.location, recipient.contact)
}

#[tokio::test]
async fn staff_correct_a_contacts_address_for_a_reason() {
    let house = house().await;
    let path = contact(&house).await;
    let fed = house.report.recipients[0].email.to_lowercase();
    let staff = house.signed_in(Role::Staff, &[]).await;
    let stands = json_of(&house.visit(&staff, &path).await);
    assert_eq!((&stands["email"], &stands["changed"]), (&json!(house.report.recipients[0].email), &Value::Null));
    let correct = async |guest: &Guest, body: Value| post(&house, guest, &format!("{path}/correct"), body).await;
    let done = correct(&staff, json!({"email": "New@Example.com", "reason": "She called."})).await;
    assert_eq!(done.status, StatusCode::OK, "{}", done.text());
    let told = json_of(&done);
    assert_eq!((&told["email"], &told["changed"]["reason"]), (&json!("new@example.com"), &json!("She called.")));
    assert_eq!(told["changed"]["by"], "A staff user");
    assert_eq!(json_of(&house.visit(&staff, &path).await), told);
    let page = house.visit(&staff, &format!("/desk/location?ref={}", house.report.site.location)).await.text();
    assert!(page.contains("new@example.com"), "the desk says the same");
    for (wrong, field) in [
        (json!({"email": "nonsense", "reason": "r"}), "email"),
        (json!({"email": "", "reason": "r"}), "email"),
        (json!({"email": "a@example.com", "reason": " \n "}), "reason"),
        (json!({"email": "a@example.com", "reason": "x".repeat(401)}), "reason"),
    ] {
        let refused = correct(&staff, wrong).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(json_of(&refused)["errors"][0]["field"], field);
    }
    let back = json_of(&correct(&staff, json!({"reason": "It was right."})).await);
    assert_eq!((back["email"].as_str().unwrap().to_lowercase(), &back["changed"]), (fed, &Value::Null));
    let owner = house.signed_in(Role::Branch, &[house.report.site.branch.as_str()]).await;
    assert_eq!(correct(&owner, json!({"reason": "r"})).await.status, StatusCode::FORBIDDEN, "that is staff's");
    assert_eq!(house.visit(&owner, &path).await.status, StatusCode::FORBIDDEN);
    let nobody = format!("/api/v1/locations/{}/contacts/nobody", house.report.site.location);
    assert_eq!(house.visit(&staff, &nobody).await.status, StatusCode::NOT_FOUND);
    assert_eq!(actions(&house).await, ["contact.change", "contact.change"]);
}

#[tokio::test]
async fn a_mails_links_are_withdrawn_and_failed_mails_sent_again() {
    let house = house().await;
    let staff = house.signed_in(Role::Staff, &[]).await;
    let link = house.link(&LinkTarget::Report);
    assert_eq!(house.get(&link).await.status, StatusCode::OK);
    let path = format!("/api/v1/deliveries/{}/withdraw", house.delivery);
    let why = json!({"reason": "It went to the wrong person."});
    let owner = house.signed_in(Role::Branch, &[house.report.site.branch.as_str()]).await;
    assert_eq!(post(&house, &owner, &path, why.clone()).await.status, StatusCode::FORBIDDEN);
    assert_eq!(post(&house, &staff, &path, json!({"reason": ""})).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(house.get(&link).await.status, StatusCode::OK);
    let done = post(&house, &staff, &path, why.clone()).await;
    assert_eq!(done.status, StatusCode::OK, "{}", done.text());
    assert!(json_of(&done)["withdrawn"].as_u64().unwrap() > 1);
    assert_eq!(house.get(&link).await.status, StatusCode::GONE);
    assert_eq!(json_of(&post(&house, &staff, &path, why).await), json!({"withdrawn": 0}));

    let (site, night) = (&house.report.site.location, house.report.night);
    let again = format!("/api/v1/locations/{site}/nights/{night}/resend-failed");
    let resend = async |guest: &Guest, path: &str| send(&house, guest, (Method::POST, path), None).await;
    assert_eq!(json_of(&resend(&staff, &again).await), json!({"deliveries": []}), "none has failed");
    run(&house.db, "UPDATE deliveries SET state = 'failed', finished_at = created_at").await;
    assert_eq!(resend(&owner, &again).await.status, StatusCode::FORBIDDEN);
    let sent = resend(&staff, &again).await;
    assert_eq!((sent.status, json_of(&sent)), (StatusCode::ACCEPTED, json!({"deliveries": [house.delivery]})));
    for nothing in ["nights/yesterday", "nights/99999-01-01"] {
        let path = format!("/api/v1/locations/{site}/{nothing}/resend-failed");
        assert_eq!(resend(&staff, &path).await.status, StatusCode::NOT_FOUND, "{nothing}");
    }
    assert_eq!(actions(&house).await, ["delivery.withdraw", "delivery.resend"]);
}

#[tokio::test]
async fn a_reader_who_asked_gets_a_fresh_link_once() {
    let house = house().await;
    let staff = house.signed_in(Role::Staff, &[]).await;
    let hash = Token::parse(&house.link(&LinkTarget::Report)[3..]).unwrap().hash();
    let mut tx = house.db.begin().await.unwrap();
    assert!(links::request(&mut tx, &hash, house.delivery, mailed()).await.unwrap());
    tx.commit().await.unwrap();
    let wanted = json_of(&house.visit(&staff, "/api/v1/link-requests").await);
    let told = &wanted["items"][0];
    assert_eq!((&told["hash"], &told["kind"]), (&json!(hex::encode(hash)), &json!("report")));
    let path = format!("/api/v1/link-requests/{}/renew", hex::encode(hash));
    let renew = async |guest: &Guest, path: &str| send(&house, guest, (Method::POST, path), None).await.status;
    let owner = house.signed_in(Role::Branch, &[house.report.site.branch.as_str()]).await;
    assert_eq!(renew(&owner, &path).await, StatusCode::FORBIDDEN);
    assert_eq!(renew(&staff, "/api/v1/link-requests/00/renew").await, StatusCode::NOT_FOUND);
    assert_eq!(renew(&staff, &path).await, StatusCode::NO_CONTENT);
    assert_eq!(renew(&staff, &path).await, StatusCode::CONFLICT);
    assert_eq!(json_of(&house.visit(&staff, "/api/v1/link-requests").await)["items"], json!([]));
    let reader = house.report.recipients[0].email.to_lowercase();
    assert_eq!(house.db.letters_to(&reader, 9).await.unwrap().len(), 1);
    assert_eq!(actions(&house).await, ["link.renew"]);
}

#[tokio::test]
async fn a_branch_says_whether_who_opens_a_shared_link_proves_their_address() {
    let house = house().await;
    let branch = house.report.site.branch.clone();
    let path = format!("/api/v1/branches/{branch}/share-rule");
    let owner = house.signed_in(Role::Branch, &[branch.as_str()]).await;
    let rule = async || json_of(&house.visit(&owner, &path).await);
    assert_eq!(rule().await, json!({"branch": branch, "prove": false, "changed_at": null, "changed_by": null}));
    let set = async |guest: &Guest, prove: bool| {
        send(&house, guest, (Method::PUT, &path), Some(json!({"prove": prove}))).await.status
    };
    assert_eq!(set(&owner, false).await, StatusCode::OK);
    assert_eq!(set(&owner, true).await, StatusCode::OK);
    assert_eq!(rule().await["prove"], true);
    let stranger = house.signed_in(Role::Branch, &["elsewhere"]).await;
    assert_eq!(set(&stranger, false).await, StatusCode::NOT_FOUND);
    let customer = house.customer("dana@example.com").await;
    assert_eq!(set(&customer, false).await, StatusCode::FORBIDDEN);
    assert_eq!(actions(&house).await, ["share.rule"], "what held already is no change");
}

#[tokio::test]
async fn who_was_mailed_a_report_says_something_about_an_event_and_staff_see_to_it() {
    let house = house().await;
    let told = house.report.escalations.iter().find_map(|told| told.incident.as_ref()).unwrap().incident.clone();
    let path = format!("/api/v1/reports/{}/feedback", house.report.id);
    let reader = house.customer(&house.report.recipients[0].email.to_lowercase()).await;
    let say = async |guest: &Guest, kind: &str, text: &str, phone: &str| {
        let body = json!({"subject": "incident", "ref": told, "kind": kind, "text": text, "phone": phone});
        post(&house, guest, &path, body).await
    };
    assert_eq!(say(&reader, "ours", "", "").await.status, StatusCode::NOT_FOUND, "the mail has not arrived");
    run(&house.db, "UPDATE deliveries SET state = 'sent'").await;
    let stranger = house.customer("nobody@example.com").await;
    assert_eq!(say(&stranger, "ours", "", "").await.status, StatusCode::NOT_FOUND);
    for (kind, text, phone, field) in
        [("nonsense", "", "", "kind"), ("other", " ", "", "text"), ("call", "", "call me", "phone")]
    {
        let refused = say(&reader, kind, text, phone).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(json_of(&refused)["errors"][0]["field"], field);
    }
    let nothing = json!({"subject": "interaction", "ref": told, "kind": "ours"});
    assert_eq!(json_of(&post(&house, &reader, &path, nothing).await)["errors"][0]["field"], "ref");
    for _ in 0..2 {
        assert_eq!(say(&reader, "ours", "The cleaner.", "+49 30 1").await.status, StatusCode::ACCEPTED);
    }
    let staff = house.signed_in(Role::Staff, &[]).await;
    let open = json_of(&house.visit(&staff, "/api/v1/feedback").await);
    let one = &open["items"][0];
    assert_eq!((open["items"].as_array().unwrap().len(), &one["words"]), (1, &json!("The cleaner.")));
    let at = format!("/api/v1/feedback/{}", one["id"].as_str().unwrap());
    assert_eq!(json_of(&house.visit(&staff, &at).await), *one);
    let done = post(&house, &staff, &format!("{at}/handle"), json!({"reply": "Thanks.", "remark": "Known."})).await;
    let done = json_of(&done);
    assert_eq!((&done["reply"], &done["remark"]), (&json!("Thanks."), &json!("Known.")));
    for (query, count) in [("", 0), ("?state=handled", 1), ("?state=all&kind=ours", 1), ("?state=all&kind=call", 0)] {
        let listed = json_of(&house.visit(&staff, &format!("/api/v1/feedback{query}")).await);
        assert_eq!(listed["items"].as_array().unwrap().len(), count, "{query}");
    }
    for wrong in ["?state=lost", "?kind=any", "?limit=0", "?cursor=x"] {
        let refused = house.visit(&staff, &format!("/api/v1/feedback{wrong}")).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{wrong}");
    }
    let mut last = StatusCode::ACCEPTED;
    for number in 0..20 {
        last = say(&reader, "other", &format!("And {number}."), "").await.status;
    }
    assert_eq!(last, StatusCode::TOO_MANY_REQUESTS);
    let log = house.db.audit_after(0, 99).await.unwrap();
    assert!(log[0].action == "feedback.give" && log[0].actor.starts_with("address:"), "{:?}", log[0]);
}
