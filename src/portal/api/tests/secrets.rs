//! One's own password and second factor: changed by who knows them, told once, and kept nowhere that others read.

use axum::body::Body;
use axum::http::{Method, Request, StatusCode};
use chrono::TimeDelta;
use serde_json::{Value, json};

use super::reading::{ask, furnished, sign_in};
use super::room::{Answer, Room, now};
use crate::access::Token;
use crate::access::sealed::Seal;
use crate::access::totp::Secret;
use crate::db::sessions::{self, Session};
use crate::db::testing::contents;
use crate::db::users::User;
use crate::model::{KeyRight, Role, UserId};
use crate::portal::sign_in::purpose;
use crate::portal::viewer::csrf;

const LONG: &str = "correct horse battery";
const OTHER: &str = "a staple that nobody knows";

type Headers = [(&'static str, String); 2];

/// Somebody who is signed in twice.
async fn person(room: &Room, number: u8, role: Role) -> (User, Headers, Headers) {
    let (cookie, word) = sign_in(room, number, Some(role)).await;
    let user: UserId = uuid::Uuid::from_u128(number.into()).into();
    let token = Token::random([number + 100; 20]);
    let another = Session {
        token_hash: token.hash().to_vec(),
        user_id: Some(user),
        address: None,
        language: "en".into(),
        created_at: now(),
        seen_at: now(),
        expires_at: now() + TimeDelta::days(1),
        revoked_at: None,
        origin: String::new(),
        agent: String::new(),
    };
    let mut tx = room.db.begin().await.unwrap();
    sessions::insert(&mut tx, &another).await.unwrap();
    tx.commit().await.unwrap();
    let user = room.db.user(user).await.unwrap().unwrap();
    let other = [("cookie", format!("daybreak={token}")), ("x-csrf-token", csrf(&token))];
    (user, [("cookie", cookie), ("x-csrf-token", word)], other)
}

async fn post(room: &Room, path: &str, headers: &[(&str, String)], body: &Value) -> Answer {
    ask(room, &Method::POST, path, headers, Some(body.clone())).await
}

/// The field that a refusal names.
fn field(answer: &Answer) -> (u16, String) {
    (answer.status.as_u16(), answer.json()["errors"][0]["field"].as_str().unwrap_or_default().to_owned())
}

/// Whether somebody is still signed in.
async fn is_in(room: &Room, headers: &Headers) -> bool {
    ask(room, &Method::GET, "/api/v1/me", headers, None).await.status == StatusCode::OK
}

#[tokio::test]
async fn who_knows_the_old_password_sets_a_new_one_and_other_sessions_end() {
    const PATH: &str = "/api/v1/me/password";
    let room = furnished().await;
    let (user, own, other) = person(&room, 5, Role::Staff).await;
    let set =
        async |current: &str, new: &str| post(&room, PATH, &own, &json!({"current": current, "password": new})).await;
    for (new, why) in [("short", "characters"), (user.email.as_str(), "your own name"), ("aaaaaaaaaaaa", "guessed")] {
        let refused = set("", new).await;
        assert_eq!(field(&refused), (422, "password".into()), "{new}");
        assert!(refused.text.contains(why), "{}", refused.text);
    }
    assert!(is_in(&room, &other).await);
    let done = post(&room, PATH, &own, &json!({"password": LONG})).await;
    assert_eq!((done.status, done.header("cache-control")), (StatusCode::NO_CONTENT, "no-store"), "{}", done.text);
    assert!(is_in(&room, &own).await && !is_in(&room, &other).await);
    assert_eq!(field(&set("", OTHER).await), (422, "current".into()));
    assert_eq!(field(&set(OTHER, OTHER).await), (422, "current".into()));
    assert_eq!(set(LONG, OTHER).await.status, StatusCode::NO_CONTENT);
    // So often and no oftener, whatever is typed; and again after a while.
    let mut last = 0;
    for _ in 0..6 {
        last = set("wrong", LONG).await.status.as_u16();
    }
    assert_eq!(last, 429);
    assert_eq!(set(OTHER, LONG).await.status.as_u16(), 429);
    room.clock.set(now() + TimeDelta::minutes(16));
    assert_eq!(set(OTHER, LONG).await.status, StatusCode::NO_CONTENT);
    let log = room.db.audit_after(0, 99).await.unwrap();
    let all = |action: &str| log.iter().filter(|entry| entry.action == action).collect::<Vec<_>>();
    assert_eq!((all("password.set").len(), all("sign-in.limit").len()), (3, 1));
    assert!(all("password.set").iter().all(|entry| entry.detail.contains("api")));
    let rows = contents(&room.db, &[]).await;
    assert!(rows.values().all(|rows| !rows.contains(LONG) && !rows.contains(OTHER)));
}

#[tokio::test]
async fn a_phone_becomes_the_second_factor_by_a_code_and_its_spare_codes_are_told_once() {
    const PATH: &str = "/api/v1/me/second-factor";
    let room = furnished().await;
    let (user, own, other) = person(&room, 6, Role::Operations).await;
    let (stranger, strangers, _) = person(&room, 7, Role::Staff).await;
    let stands = async || ask(&room, &Method::GET, PATH, &own, None).await.json();
    assert_eq!(stands().await, json!({"set": false, "spares": 0, "password": false}));
    let begun = ask(&room, &Method::POST, &format!("{PATH}/begin"), &own, None).await;
    assert_eq!((begun.status, begun.header("cache-control")), (StatusCode::OK, "no-store"), "{}", begun.text);
    let begun = begun.json();
    let (sealed, uri) = (begun["sealed"].as_str().unwrap(), begun["uri"].as_str().unwrap());
    let seal = Seal::new(&room.app.pipeline.link_key).unwrap();
    let open = |user: &User| seal.open(&purpose(user), &from_url(sealed));
    assert!(open(&stranger).is_none(), "sealed for one user");
    let secret = Secret::from_slice(&open(&user).unwrap()).unwrap();
    assert_eq!(begun["secret"], secret.text());
    assert!(uri.starts_with("otpauth://totp/") && uri.contains(&secret.text()), "{uri}");
    assert_eq!(stands().await["set"], false, "nothing is kept yet");

    let code = secret.code(now().timestamp() / 30);
    let confirm = async |headers: &Headers, sealed: &str, code: &str| {
        post(&room, &format!("{PATH}/confirm"), headers, &json!({"sealed": sealed, "code": code})).await
    };
    assert_eq!(confirm(&strangers, sealed, &code).await.status.as_u16(), 422, "another's secret");
    assert_eq!(confirm(&own, "nonsense", &code).await.status.as_u16(), 422);
    assert_eq!(field(&confirm(&own, sealed, "000000").await), (422, "code".into()));
    assert!(is_in(&room, &other).await);
    let kept = keyed(&room, &format!("{PATH}/confirm"), &own, &json!({"sealed": sealed, "code": code})).await;
    assert_eq!((kept.status, kept.header("cache-control")), (StatusCode::OK, "no-store"), "{}", kept.text);
    let spares: Vec<String> = serde_json::from_value(kept.json()["spares"].clone()).unwrap();
    assert_eq!((spares.len(), stands().await), (10, json!({"set": true, "spares": 10, "password": false})));
    assert!(!is_in(&room, &other).await && is_in(&room, &own).await);
    let again = keyed(&room, &format!("{PATH}/confirm"), &own, &json!({"sealed": sealed, "code": code})).await;
    assert_eq!(again.status, StatusCode::CONFLICT, "nothing is told twice: {}", again.text);
    // Nowhere does anybody read the secret or a spare code: not in the answers that are kept for repeats, either.
    let rows = contents(&room.db, &[]).await;
    assert_eq!(rows["idempotency"], "");
    for hidden in spares.iter().map(String::as_str).chain([secret.text().as_str()]) {
        assert!(rows.values().all(|rows| !rows.contains(hidden)), "{hidden}");
    }

    let remove = async |code: &str| post(&room, &format!("{PATH}/remove"), &own, &json!({"code": code})).await;
    assert_eq!(field(&remove("000000").await), (422, "code".into()));
    assert_eq!(field(&remove(&code).await), (422, "code".into()), "that step is used up");
    assert_eq!(remove(&spares[3]).await.status, StatusCode::NO_CONTENT);
    assert_eq!(stands().await, json!({"set": false, "spares": 0, "password": false}));
    let mut last = 0;
    for _ in 0..8 {
        last = remove("000000").await.status.as_u16();
    }
    assert_eq!(last, 429);
    let log = room.db.audit_after(0, 99).await.unwrap();
    let all = |action: &str| log.iter().filter(|entry| entry.action == action).count();
    assert_eq!((all("second-factor.set"), all("second-factor.remove"), all("sign-in.limit")), (1, 1, 1));
}

/// The same with an `Idempotency-Key`.
async fn keyed(room: &Room, path: &str, headers: &Headers, body: &Value) -> Answer {
    let headers = [&headers[..], &[("idempotency-key", "the-same".to_owned())]].concat();
    post(room, path, &headers, body).await
}

fn from_url(text: &str) -> Vec<u8> {
    use base64::Engine as _;
    base64::prelude::BASE64_URL_SAFE_NO_PAD.decode(text).unwrap()
}

#[tokio::test]
async fn no_program_no_customer_and_no_other_site_touches_a_persons_secrets() {
    let room = furnished().await;
    let (_, own, _) = person(&room, 8, Role::Branch).await;
    let key = room.key_with(&[KeyRight::Feed, KeyRight::Read, KeyRight::Write], None).await;
    let (cookie, word) = sign_in(&room, 9, None).await;
    let customer = [("cookie", cookie), ("x-csrf-token", word)];
    let before = contents(&room.db, &["throttles", "sessions", "api_keys"]).await;
    for (method, path, body) in [
        (Method::POST, "password", Some(json!({"password": LONG}))),
        (Method::POST, "language", Some(json!({"locale": "pl"}))),
        (Method::GET, "second-factor", None),
        (Method::POST, "second-factor/begin", None),
        (Method::POST, "second-factor/confirm", Some(json!({"sealed": "x", "code": "1"}))),
        (Method::POST, "second-factor/remove", Some(json!({"code": "1"}))),
    ] {
        let path = format!("/api/v1/me/{path}");
        let by =
            async |headers: &[(&str, String)]| ask(&room, &method, &path, headers, body.clone()).await.status.as_u16();
        assert_eq!(by(&[]).await, 401, "{path}");
        assert_eq!(by(&[("authorization", format!("Bearer {key}"))]).await, 403, "{path}");
        // A key beside a cookie is what counts.
        let both = [&own[..], &[("authorization", format!("Bearer {key}"))]].concat();
        assert_eq!(by(&both).await, 403, "{path}");
        assert_eq!(by(&customer).await, 403, "{path}");
        if method == Method::POST {
            assert_eq!(by(&own[..1]).await, 403, "{path} without the session's word");
            assert_eq!(by(&[own[0].clone(), ("x-csrf-token", "forged".into())]).await, 403, "{path}");
            let foreign = [&own[..], &[("sec-fetch-site", "cross-site".to_owned())]].concat();
            assert_eq!(by(&foreign).await, 403, "{path} from another site");
        }
    }
    assert_eq!(contents(&room.db, &["throttles", "sessions", "api_keys"]).await, before);
}

#[tokio::test]
async fn the_document_offers_no_repeats_of_what_is_never_kept() {
    let document = crate::portal::api::document();
    for path in ["password", "second-factor/begin", "second-factor/confirm", "second-factor/remove"] {
        let operation = &document["paths"][format!("/api/v1/me/{path}")]["post"];
        assert!(operation.is_object() && operation["parameters"].is_null(), "{path}: {operation}");
    }
    assert!(document["paths"]["/api/v1/me/language"]["post"]["parameters"].is_array());
    // A page of another address is no way around it.
    let room = furnished().await;
    let (_, own, _) = person(&room, 8, Role::Staff).await;
    let request = Request::post("/api/v1/me/second%2Dfactor/begin")
        .header("cookie", &own[0].1)
        .header("x-csrf-token", &own[1].1)
        .header("idempotency-key", "k");
    assert_eq!(room.ask(request.body(Body::empty()).unwrap()).await.status, StatusCode::NOT_FOUND);
}
