//! Lists that say the truth of everybody, an undone correction that wants its reason, and entries that say whom they are
//! about.

use std::time::Duration;

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use chrono::TimeDelta;
use futures::StreamExt;
use tokio::time::timeout;
use tower::ServiceExt;
use uuid::Uuid;

use super::guests::Guest;
use super::house::{House, mailed};
use super::shared::{furnish, incident, stamped};
use crate::audit;
use crate::compose::Sample;
use crate::db::audit::{Entry, Wanted};
use crate::db::incidents::Incident;
use crate::db::testing::run;
use crate::db::views::Viewed;
use crate::model::{LinkTarget, Role, ViewKind};

async fn house() -> House {
    let house = House::of(Sample::Ordinary.report(), 0).await;
    furnish(&house).await;
    house
}

async fn entries(house: &House, action: &str) -> Vec<Entry> {
    let wanted = Wanted { action: Some(action.into()), ..Wanted::default() };
    audit::found(&house.db, &wanted, 99).await.unwrap()
}

#[tokio::test]
async fn nobody_who_looked_is_said_never_to_have_however_many_did_since() {
    let house = house().await;
    let branch = house.report.site.branch.to_string();
    let (early, never) =
        (house.signed_in(Role::Branch, &[&branch]).await, house.signed_in(Role::Branch, &[&branch]).await);
    let address = async |guest: &Guest| house.db.user(guest.user.unwrap()).await.unwrap().unwrap().email;
    let (early, never) = (address(&early).await, address(&never).await);
    let look = |number: i64, person: String| Viewed {
        id: Uuid::from_u128(u128::try_from(number).unwrap() + 1),
        at: mailed() + TimeDelta::minutes(number),
        location: house.report.site.location.clone(),
        person,
        as_what: "branch".into(),
        what: ViewKind::Page,
        subject: "incidents".into(),
        origin: "192.0.2.1".into(),
        agent: "Browser".into(),
        scanner: false,
    };
    let mut looks = vec![look(0, early.clone())];
    looks.extend((1..=120).map(|number| look(number, format!("{number}@example.com"))));
    house.db.insert_views(&looks).await.unwrap();
    let all = crate::portal::branch::everybody(
        &house.state,
        &house.db.location(&house.report.site.location).await.unwrap().unwrap(),
    )
    .await
    .unwrap();
    let last = |address: &str| all.iter().find(|one| one.person == address).map(|one| (one.last_at, one.times));
    assert_eq!(last(&early), Some((Some(mailed()), 1)));
    assert_eq!(last(&never), Some((None, 0)));
    assert_eq!(all.iter().filter(|one| one.person == early).count(), 1);
}

#[tokio::test]
async fn undoing_a_correction_wants_its_reason_and_says_so() {
    let house = house().await;
    for sql in [
        "INSERT INTO contacts (ref, name, email, notify, digest) VALUES ('zoe', 'Zoe', 'zoe@example.com', true, '')",
        "INSERT INTO contact_branches (contact, branch) VALUES ('zoe', 'north')",
    ] {
        run(&house.db, sql).await;
    }
    let staff = house.signed_in(Role::Staff, &[]).await;
    let location = house.report.site.location.as_str();
    let correct = async |email: &str, reason: &str| {
        let form = [("ref", "zoe"), ("location", location), ("email", email), ("reason", reason)];
        house.post(&staff, "/desk/contact", &form).await
    };
    assert_eq!(correct("new@example.com", "a typo").await.status, StatusCode::SEE_OTHER);
    let blank = correct("", "  ").await;
    assert_eq!(blank.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(blank.text().contains("Say why") && blank.text().contains("role=\"alert\""), "{}", blank.text());
    let bad = correct("nobody", "a typo").await;
    assert!(bad.status == StatusCode::UNPROCESSABLE_ENTITY && bad.text().contains("value=\"nobody\""));
    assert_eq!(correct("", "it was right").await.status, StatusCode::SEE_OTHER);
    assert!(house.db.contact_override(&"zoe".parse().unwrap()).await.unwrap().is_none());
}

#[tokio::test]
async fn who_is_let_in_and_what_is_asked_for_anew_is_entered_by_name() {
    let house = house().await;
    let location = house.report.site.location.as_str();
    let owner = house.signed_in(Role::Operations, &[]).await;
    let form = [("location", location), ("addresses", "Zoe@example.com"), ("note", ""), ("days", "")];
    for _ in 0..2 {
        assert_eq!(house.post(&owner, "/whitelist", &form).await.status, StatusCode::SEE_OTHER);
    }
    let added = entries(&house, "whitelist.add").await;
    let listed = house.db.whitelist_of(&house.report.site.location, 9).await.unwrap();
    let id = listed.iter().find(|one| one.address == "zoe@example.com").unwrap().id;
    assert_eq!(added.len(), 2);
    for entry in &added {
        assert!(
            entry.detail.contains(&format!("whitelist:{id}")) && entry.detail.contains("zoe@example.com"),
            "{entry:?}"
        );
    }
    let raw = house.db.audit_after(0, 99).await.unwrap();
    assert!(!format!("{raw:?}").contains("zoe@example.com"), "an erasure reaches the address");

    let link = house.link(&LinkTarget::Report);
    house.clock.set(mailed() + TimeDelta::days(31));
    assert_eq!(house.get(&link).await.status, StatusCode::GONE);
    for _ in 0..2 {
        let asked = house.post(&Guest::nobody(), &link.replace("/r/", "/new-link/"), &[]).await;
        assert_eq!(asked.status, StatusCode::OK);
    }
    let asked = entries(&house, "link.request").await;
    assert_eq!(asked.len(), 1, "once");
    assert_eq!(asked[0].actor, format!("link:{}", house.delivery));
    assert_eq!(audit::verify(&house.db).await.unwrap().1, []);
}

#[tokio::test]
async fn whose_session_is_ended_sees_nothing_more_of_operations() {
    let house = house().await;
    let owner = house.signed_in(Role::Operations, &[]).await;
    let request = Request::get("/operations/events").header(header::COOKIE, owner.cookies.join("; "));
    let answer = house.router.clone().oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
    let mut live = answer.into_body().into_data_stream();
    let within = Duration::from_secs(20);
    assert!(timeout(within, live.next()).await.unwrap().is_some(), "it is live");
    run(&house.db, "UPDATE sessions SET revoked_at = '2026-03-29T05:00:00Z'").await;
    let over = timeout(within, async { while live.next().await.is_some() {} }).await;
    assert!(over.is_ok(), "it goes on for whoever was shown out");
}

#[tokio::test]
async fn a_csv_holds_every_incident_however_many_there_are() {
    let house = house().await;
    let told = incident(&house.report, 0);
    let row = |number: u32| Incident {
        incident: format!("n{number}").parse().unwrap(),
        case: None,
        transaction: None,
        ..told.clone()
    };
    let mut tx = house.db.begin().await.unwrap();
    tx.put_incidents(&(0..1_234).map(|number| stamped(row(number))).collect::<Vec<_>>()).await.unwrap();
    tx.commit().await.unwrap();
    let staff = house.signed_in(Role::Staff, &[]).await;
    let csv = house.visit(&staff, &format!("/locations/{}/incidents.csv", house.report.site.location)).await;
    assert_eq!(csv.header("content-type"), "text/csv; charset=utf-8");
    let csv = csv.text();
    assert_eq!(csv.matches("\r\nn").count(), 1_234, "each once, over several pages of rows");
    assert!(csv.contains("\r\nn0,") && csv.contains("\r\nn1233,"));
}
