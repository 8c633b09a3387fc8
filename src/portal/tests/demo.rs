//! The demo's index, and the mails behind it.

use axum::body::Body;
use axum::http::{Request, StatusCode};

use super::house::House;
use crate::compose::Sample;

#[tokio::test]
async fn each_mail_opens_as_its_recipient_sees_it() {
    let house = House::of(Sample::Ordinary.report(), 1).await;
    let index = house.get("/").await.text();
    assert!(index.contains("c***@customers.example.com") && !index.contains("contact.1@"), "addresses are masked");
    assert!(index.contains("Harbor Market &lt;b&gt;night"));
    let path = format!("/demo/mail/{}", house.delivery);
    assert!(index.contains(&path));
    let mail = house.get(&path).await;
    assert_eq!(mail.status, StatusCode::OK);
    assert!(mail.text().contains("The night") && mail.text().contains(&format!("src=\"{path}/part/")));
    assert!(mail.header("content-security-policy").contains("style-src 'unsafe-inline'"));
    assert!(!mail.header("content-security-policy").contains("script"));
    let picture = mail.text().split("src=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let picture = house.get(&picture).await;
    assert_eq!((picture.status, picture.header("content-type")), (StatusCode::OK, "image/png"));
    assert_eq!(&picture.body[..], b"\x89PNG\r\n\x1a\n");
    assert!(house.get(&format!("{path}/source")).await.text().starts_with("From: a@example.com"));
    for path in [
        "/demo/mail/x",
        "/demo/mail/00000000-0000-5000-8000-000000000000",
        &format!("{path}/part/0"),
        &format!("{path}/part/99"),
    ] {
        assert_eq!(house.get(path).await.status, StatusCode::NOT_FOUND, "{path}");
    }
}

#[tokio::test]
async fn the_index_answers_to_the_loopbacks_names_only() {
    let house = House::of(Sample::Quiet.report(), 0).await;
    let as_host =
        async |host: &str| house.send(Request::get("/").header("host", host).body(Body::empty()).unwrap()).await.status;
    for host in ["localhost:8080", "127.0.0.1:8080", "[::1]:8080", "localhost"] {
        assert_eq!(as_host(host).await, StatusCode::OK, "{host}");
    }
    for host in ["rebound.example", "localhost.example:8080", "10.0.0.7", "", "a b"] {
        assert_eq!(as_host(host).await, StatusCode::NOT_FOUND, "{host}");
    }
}
