//! Links: which open, which have ended, and which change something.

use axum::body::Body;
use axum::http::{Method, Request, StatusCode};
use chrono::TimeDelta;

use super::house::{House, mailed};
use crate::archive::Key;
use crate::compose::Sample;
use crate::model::LinkTarget;

#[tokio::test]
async fn every_answer_is_guarded() {
    let house = House::of(Sample::Ordinary.report(), 0).await;
    let unknown = format!("/r/{}", "A".repeat(27));
    for path in
        [house.link(&LinkTarget::Report), unknown, "/nowhere".into(), "/healthz".into(), "/assets/portal.css".into()]
    {
        let answer = house.get(&path).await;
        let policy = answer.header("content-security-policy");
        assert!(policy.starts_with("default-src 'none'; style-src 'self'; script-src 'self'"), "{path}: {policy}");
        assert!(!policy.contains("unsafe") && policy.contains("frame-ancestors 'none'"));
        assert_eq!(answer.header("x-content-type-options"), "nosniff");
        assert_eq!(answer.header("referrer-policy"), "no-referrer");
        let kept = path.starts_with("/assets");
        assert_eq!(answer.header("cache-control") == "no-store", !kept, "{path}");
    }
    let health = house.get("/healthz").await;
    assert_eq!((health.status, health.text().as_str()), (StatusCode::OK, "ok\n"));
    assert_eq!(house.get("/assets/portal.css").await.header("content-type"), "text/css; charset=utf-8");
    assert!(house.get("/assets/portal.css").await.text().contains("--brand: #1f4e79"));
    assert!(house.get("/assets/icon.svg").await.text().contains("fill=\"#1f4e79\""));
    assert_eq!(house.get("/assets/portal.js").await.header("content-type"), "text/javascript; charset=utf-8");
    assert_eq!(house.get("/assets/..%2Fportal.rs").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_token_opens_what_it_is_for_and_nothing_else() {
    let house = House::of(Sample::Ordinary.report(), 0).await;
    let report = house.link(&LinkTarget::Report);
    let token = report.trim_start_matches("/r/");
    for path in [format!("/u/{token}"), format!("/i/{token}"), format!("/c/{token}"), format!("/p/{token}")] {
        assert_eq!(house.get(&path).await.status, StatusCode::NOT_FOUND, "{path}");
    }
    let incident = house.link(&LinkTarget::Incident("x0001".parse().unwrap()));
    assert_eq!(house.get(&incident.replace("/i/", "/r/")).await.status, StatusCode::NOT_FOUND);
    assert_eq!(house.ask(Method::POST, &format!("/u/{token}")).await.status, StatusCode::NOT_FOUND);
    for hostile in [
        "/r/",
        "/r/x",
        "/r/%2e%2e%2f",
        "/r/'%20or%201=1--",
        "/c/%00",
        "/r/%ff%fe",
        &format!("/r/{}", "a".repeat(5_000)),
    ] {
        let answer = house.get(hostile).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{hostile}");
        assert!(answer.text().contains("<h1>"), "a page for people: {hostile}");
    }
    let wrong = house.ask(Method::DELETE, &report).await;
    assert_eq!(wrong.status, StatusCode::METHOD_NOT_ALLOWED);
    assert!(wrong.text().contains("This cannot be done here"));
}

#[tokio::test]
async fn an_expired_link_says_so_and_a_fresh_one_can_be_asked_for_once() {
    let house = House::of(Sample::Ordinary.report(), 3).await;
    let targets = [
        LinkTarget::Report,
        LinkTarget::Pdf,
        LinkTarget::Clip("x0000".parse().unwrap()),
        LinkTarget::Incident("x0000".parse().unwrap()),
    ];
    let early = house.ask(Method::POST, &house.link(&LinkTarget::Report).replace("/r/", "/new-link/")).await;
    assert_eq!(
        (early.status, early.header("location")),
        (StatusCode::SEE_OTHER, house.link(&LinkTarget::Report).as_str())
    );
    house.clock.set(mailed() + TimeDelta::days(30));
    for target in &targets {
        let link = house.link(target);
        let gone = house.get(&link).await;
        assert_eq!(gone.status, StatusCode::GONE, "{target:?}");
        let ask = format!("/new-link/{}", &link[3..]);
        assert!(gone.text().contains("Ten odnośnik wygasł") && gone.text().contains(&format!("action=\"{ask}\"")));
        assert_eq!(house.get(&ask).await.status, StatusCode::METHOD_NOT_ALLOWED, "a scanner asks for nothing");
        assert!(house.get(&link).await.text().contains("action="), "nothing was asked for yet");
        for _ in 0..2 {
            let asked = house.ask(Method::POST, &ask).await;
            assert_eq!(asked.status, StatusCode::OK);
            assert!(asked.text().contains("Poproszono o nowy odnośnik"));
        }
        let again = house.get(&link).await;
        assert!(again.status == StatusCode::GONE && !again.text().contains("action="), "it is asked for already");
    }
    let mut tx = house.db.begin().await.unwrap();
    crate::db::links::revoke(&mut tx, house.delivery, mailed()).await.unwrap();
    tx.commit().await.unwrap();
    house.clock.set(mailed());
    let revoked = house.get(&house.link(&LinkTarget::Report)).await;
    assert_eq!(revoked.status, StatusCode::GONE);
    assert!(revoked.text().contains("Ten odnośnik został wycofany"));
    assert_eq!(house.ask(Method::POST, &format!("/new-link/{}", "A".repeat(27))).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn only_a_post_unsubscribes_and_it_does_so_once_and_even_late() {
    let house = House::of(Sample::Ordinary.report(), 2).await;
    let link = house.link(&LinkTarget::Unsubscribe);
    let (contact, location) = (&house.report.recipients[2].contact, &house.report.site.location);
    for method in [Method::GET, Method::HEAD, Method::GET] {
        assert_eq!(house.ask(method, &link).await.status, StatusCode::OK);
    }
    assert!(house.get(&link).await.text().contains("Noch hat sich nichts geändert"));
    assert_eq!(house.db.unsubscribed(contact, location).await.unwrap(), None);
    let late = mailed() + TimeDelta::days(45);
    house.clock.set(late);
    for _ in 0..2 {
        // RFC 8058, section 3.1: no cookies, no redirect, this body.
        let request = Request::post(&link)
            .header("content-type", "application/x-www-form-urlencoded")
            .body(Body::from("List-Unsubscribe=One-Click"))
            .unwrap();
        let answer = house.send(request).await;
        assert_eq!(answer.status, StatusCode::OK);
        assert!(answer.text().contains("Keine E-Mails mehr über Harbor Market"));
        assert_eq!(house.db.unsubscribed(contact, location).await.unwrap(), Some(late));
        house.clock.set(late + TimeDelta::days(1));
    }
    // The way back, as an operator goes it; then once more, as the other form that RFC 8058 allows (section 3.1).
    let mut tx = house.db.begin().await.unwrap();
    assert_eq!(crate::db::unsubscribes::remove(&mut tx, contact, Some(location)).await.unwrap(), 1);
    tx.commit().await.unwrap();
    for method in [Method::GET, Method::HEAD, Method::PUT, Method::DELETE, Method::PATCH, Method::OPTIONS] {
        house.ask(method, &link).await;
        assert_eq!(house.db.unsubscribed(contact, location).await.unwrap(), None);
    }
    let form = "--b\r\nContent-Disposition: form-data; name=\"List-Unsubscribe\"\r\n\r\nOne-Click\r\n--b--\r\n";
    let request = Request::post(&link).header("content-type", "multipart/form-data; boundary=b").body(Body::from(form));
    assert_eq!(house.send(request.unwrap()).await.status, StatusCode::OK);
    assert!(house.db.unsubscribed(contact, location).await.unwrap().is_some());
    let page = house.get(&link).await.text();
    assert!(page.contains("Keine E-Mails mehr") && !page.contains("<form"), "nothing is left to do");
}

#[tokio::test]
async fn a_contact_unsubscribes_though_the_report_is_gone_or_the_archive_is_away() {
    for removed in [false, true] {
        let house = House::of(Sample::Ordinary.report(), 2).await;
        let link = house.link(&LinkTarget::Unsubscribe);
        let (contact, location) = (&house.report.recipients[2].contact, &house.report.site.location);
        let row = house.db.report(house.report.id).await.unwrap().unwrap();
        if removed {
            let mut tx = house.db.begin().await.unwrap();
            crate::db::removals::remove_artifacts(&mut tx, &row, mailed()).await.unwrap();
            tx.commit().await.unwrap();
        } else {
            house.archive.delete(&Key::external(row.object_key.unwrap().as_str()).unwrap()).await.unwrap();
        }
        let asked = house.get(&link).await;
        assert!(asked.status == StatusCode::OK && asked.text().contains("<form"), "{removed}: {}", asked.status);
        assert_eq!(house.db.unsubscribed(contact, location).await.unwrap(), None);
        let done = house.ask(Method::POST, &link).await;
        assert_eq!(done.status, StatusCode::OK, "{removed}");
        assert!(done.text().contains("Keine E-Mails mehr"), "in the contact's language: {}", done.text());
        assert!(house.db.unsubscribed(contact, location).await.unwrap().is_some());
    }
}
