//! `POST /api/v1/bounces`: who may hand in what.

use axum::body::Body;
use axum::http::{Method, Request, StatusCode};

use super::house::{BOUNCES_KEY, House, mailed};
use crate::compose::Sample;
use crate::db::attempts::{self, AttemptEnd};
use crate::deliver::verp;
use crate::model::{AttemptOutcome, DeliveryState, EmailAddress};

const PATH: &str = "/api/v1/bounces";

fn handed_in(key: &str, kind: &str, body: impl Into<Body>) -> Request<Body> {
    let request = Request::post(PATH).header("content-type", kind);
    let request = if key.is_empty() { request } else { request.header("authorization", format!("Bearer {key}")) };
    request.body(body.into()).unwrap()
}

#[tokio::test]
async fn who_has_the_key_hands_in_a_returned_mail_and_learns_what_came_of_it() {
    let house = House::of(Sample::Ordinary.report(), 0).await;
    let mut tx = house.db.begin().await.unwrap();
    let number = attempts::begin(&mut tx, house.delivery, "mx", mailed()).await.unwrap().unwrap();
    let end = AttemptEnd {
        outcome: AttemptOutcome::Accepted,
        state: DeliveryState::Sent,
        reply: "250 ok".into(),
        duration_ms: 1,
        next_at: None,
    };
    assert!(attempts::end(&mut tx, house.delivery, number, &end, mailed()).await.unwrap());
    tx.commit().await.unwrap();
    let base = "nights@daybreak.example".parse().unwrap();
    let key = verp::BounceKey::load(&house.db).await.unwrap();
    let mail = format!(
        "To: {}\r\nFrom: MAILER-DAEMON@mx.example.com\r\nSubject: failure notice\r\n\r\nUndeliverable: no such user.\r\n",
        verp::sender(&base, &key, house.delivery).as_str()
    );
    for (result, suppressed) in [("counted", Some(true)), ("again", None)] {
        let answer = house.send(handed_in(BOUNCES_KEY, "Message/RFC822; charset=x", mail.clone())).await;
        assert_eq!(answer.status, StatusCode::ACCEPTED);
        let told: serde_json::Value = serde_json::from_slice(&answer.body).unwrap();
        assert_eq!((told["result"].as_str(), told["suppressed"].as_bool()), (Some(result), suppressed), "{told}");
        assert_eq!(told["delivery"], house.delivery.to_string());
    }
    let delivery = house.db.delivery(house.delivery).await.unwrap().unwrap();
    assert_eq!(delivery.state, DeliveryState::Bounced);
    assert!(house.db.suppression(&EmailAddress::normalized(&delivery.email)).await.unwrap().is_some());
    let other = house.send(handed_in(BOUNCES_KEY, "message/rfc822", "Subject: hello\n\nhello")).await;
    assert_eq!((other.status, other.text().as_str()), (StatusCode::ACCEPTED, r#"{"result":"other"}"#));
}

#[tokio::test]
async fn who_has_no_key_or_no_mail_is_told_so() {
    let house = House::of(Sample::Ordinary.report(), 0).await;
    let problem = async |request| {
        let answer = house.send(request).await;
        assert_eq!(answer.header("content-type"), "application/problem+json");
        let told: serde_json::Value = serde_json::from_slice(&answer.body).unwrap();
        assert_eq!(told["status"], answer.status.as_u16());
        assert!(told["detail"].as_str().unwrap().len() > 20 && told["title"].is_string());
        (answer.status, answer.header("www-authenticate").to_owned(), answer.header("allow").to_owned())
    };
    let mail = "Subject: hello\n\nhello";
    for key in ["", "wrong", &BOUNCES_KEY[1..], &format!("{BOUNCES_KEY}x")] {
        let told = problem(handed_in(key, "message/rfc822", mail)).await;
        assert_eq!(told, (StatusCode::UNAUTHORIZED, "Bearer".into(), String::new()), "{key}");
    }
    let basic = Request::post(PATH).header("authorization", format!("Basic  {BOUNCES_KEY}")).body(Body::from(mail));
    assert_eq!(problem(basic.unwrap()).await.0, StatusCode::UNAUTHORIZED);
    // A stranger is refused before a byte of the body is read.
    let endless = Body::from_stream(futures::stream::repeat_with(|| Ok::<_, std::io::Error>(vec![b'x'; 1 << 16])));
    assert_eq!(problem(handed_in("wrong", "message/rfc822", endless)).await.0, StatusCode::UNAUTHORIZED);
    let endless = Body::from_stream(futures::stream::repeat_with(|| Ok::<_, std::io::Error>(vec![b'x'; 1 << 16])));
    assert_eq!(problem(handed_in(BOUNCES_KEY, "message/rfc822", endless)).await.0, StatusCode::PAYLOAD_TOO_LARGE);
    let mut declared = handed_in(BOUNCES_KEY, "message/rfc822", mail);
    declared.headers_mut().insert("content-length", "99999999".parse().unwrap());
    assert_eq!(problem(declared).await.0, StatusCode::PAYLOAD_TOO_LARGE);
    for kind in ["application/json", "text/plain", ""] {
        assert_eq!(problem(handed_in(BOUNCES_KEY, kind, mail)).await.0, StatusCode::UNSUPPORTED_MEDIA_TYPE, "{kind}");
    }
    assert_eq!(problem(handed_in(BOUNCES_KEY, "message/rfc822", "")).await.0, StatusCode::UNPROCESSABLE_ENTITY);
    let put = Request::builder().method(Method::PUT).uri(PATH).body(Body::empty()).unwrap();
    assert_eq!(problem(put).await, (StatusCode::METHOD_NOT_ALLOWED, String::new(), "POST, GET, HEAD".into()));
}
