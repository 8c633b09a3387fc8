//! What programs change: once for each request, however often it is sent, and as the pages would.

use axum::body::Body;
use axum::http::{Request, StatusCode};
use chrono::TimeDelta;
use serde_json::{Value, json};

use super::reading::furnished;
use super::room::{Answer, Room, now};
use crate::access::Token;
use crate::access::share as links;
use crate::identity::Identity;
use crate::model::KeyRight;

async fn post(room: &Room, path: &str, key: &str, repeat: Option<&str>, body: &Value) -> Answer {
    let mut request = Request::post(path).header("authorization", format!("Bearer {key}"));
    if let Some(repeat) = repeat {
        request = request.header("idempotency-key", repeat);
    }
    request = request.header("content-type", "application/json");
    room.ask(request.body(Body::from(body.to_string())).unwrap()).await
}

async fn writer(room: &Room) -> String {
    room.key_with(&[KeyRight::Read, KeyRight::Write], Some(&["north"])).await
}

#[tokio::test]
async fn a_program_shares_sees_who_looked_and_ends_it() {
    let room = furnished().await;
    let key = writer(&room).await;
    let wish = json!({"incidents": ["north"], "addresses": ["zoe@example.com", "jan@example.com"], "note": "Ours?",
                      "may_comment": true});
    let made = post(&room, "/api/v1/shares", &key, None, &wish).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.text);
    let made = made.json();
    let id = made["share"]["id"].as_str().unwrap();
    assert!(made["share"]["by"].as_str().unwrap().starts_with("key:dbk_"), "{made}");
    assert_eq!((&made["share"]["recipients"], &made["share"]["seen"]), (&json!(2), &json!(0)));
    assert_eq!(made["share"]["expires_at"], json!(now() + TimeDelta::days(30)));
    let letters = room.db.letters_to("zoe@example.com", 9).await.unwrap();
    assert_eq!((letters.len(), letters[0].kind.as_str()), (1, "share"));
    let listed = room.get("/api/v1/shares?location=north", &key).await.json();
    assert_eq!(listed["items"].as_array().unwrap().len(), 1);
    assert_eq!(room.get("/api/v1/shares", &key).await.json()["items"][0]["id"], made["share"]["id"], "its own");
    let zoe = made["recipients"].as_array().unwrap().iter().find(|one| one["address"] == "zoe@example.com").unwrap();
    let token = links::token(&room.app.pipeline.link_key, zoe["id"].as_str().unwrap().parse().unwrap());
    assert!(Token::parse(&token.to_string()).is_some());
    let opened = async || {
        let request =
            Request::get(format!("/s/{token}")).header("accept-language", "en").header("user-agent", "Mozilla/5.0");
        room.page(request.body(Body::empty()).unwrap()).await
    };
    room.clock.set(now() + TimeDelta::hours(1));
    assert_eq!(opened().await, StatusCode::OK);
    let seen = room.get(&format!("/api/v1/shares/{id}"), &key).await.json();
    assert_eq!(seen["share"]["seen"], 1, "{seen}");
    let one = json!({"recipient": zoe["id"]});
    let revoked = post(&room, &format!("/api/v1/shares/{id}/revoke"), &key, None, &one).await.json();
    let lives =
        |share: &Value| share["recipients"].as_array().unwrap().iter().filter(|one| one["live"] == true).count();
    assert_eq!(lives(&revoked), 1);
    assert_eq!(opened().await, StatusCode::GONE);
    let end = json!({"expires_at": now() + TimeDelta::days(2)});
    assert_eq!(post(&room, &format!("/api/v1/shares/{id}/end"), &key, None, &end).await.status, StatusCode::OK);
    let far = json!({"expires_at": now() + TimeDelta::days(999)});
    let refused = post(&room, &format!("/api/v1/shares/{id}/end"), &key, None, &far).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    // Another's place beside one's own, not one's own branch, and an address that is none.
    for (incidents, addresses, status) in [
        (json!(["north", "south"]), json!(["a@example.com"]), 422),
        (json!(["south"]), json!(["a@example.com"]), 404),
        (json!(["north"]), json!(["nonsense"]), 422),
        (json!([]), json!(["a@example.com"]), 422),
    ] {
        let wish = json!({"incidents": incidents, "addresses": addresses});
        let answer = post(&room, "/api/v1/shares", &key, None, &wish).await;
        assert_eq!(answer.status.as_u16(), status, "{}", answer.text);
    }
}

#[tokio::test]
async fn a_program_shares_incidents_of_several_nights_and_of_one_place_only() {
    let room = furnished().await;
    let key = writer(&room).await;
    let feeder = room.key(None).await;
    let old = json!({"kind": "incident", "ref": "north-old", "location": "north", "type": "T", "description": "D",
        "occurred_at": "2026-03-20T23:00:00Z"});
    let near =
        json!({"kind": "location", "ref": "near", "branch": "north", "name": "Near", "timezone": "Europe/Warsaw"});
    let there = json!({"kind": "incident", "ref": "near-1", "location": "near", "type": "T", "description": "D",
        "occurred_at": "2026-03-20T23:00:00Z"});
    let feed = format!("{old}\n{near}\n{there}");
    assert_eq!(room.post("/api/v1/feed", &feeder, "application/x-ndjson", feed).await.status, StatusCode::OK);
    let wish = json!({"incidents": ["north-old", "north", "north-3"], "addresses": ["zoe@example.com"]});
    let made = post(&room, "/api/v1/shares", &key, None, &wish).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.text);
    let made = made.json();
    let told: Vec<&str> =
        made["incidents"].as_array().unwrap().iter().map(|one| one["incident"].as_str().unwrap()).collect();
    assert_eq!(told, ["north-3", "north", "north-old"], "the newest night first");
    let letter = room.db.letters_to("zoe@example.com", 9).await.unwrap().remove(0);
    assert!(letter.text.contains("March 21, 2026 to March 28, 2026"), "{}", letter.text);
    for (incidents, says) in [
        (json!(["north", "near-1"]), "one location"),
        (json!(["north", "south"]), "one location"),
        (json!(["north", "nowhere"]), "one location"),
        (json!(vec!["north"; 501]), "more than 500"),
    ] {
        let wish = json!({"incidents": incidents, "addresses": ["jan@example.com"]});
        let answer = post(&room, "/api/v1/shares", &key, None, &wish).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", answer.text);
        let error = answer.json()["errors"][0].clone();
        assert!(error["field"] == "incidents" && error["detail"].as_str().unwrap().contains(says), "{error}");
    }
    assert!(room.db.letters_to("jan@example.com", 9).await.unwrap().is_empty());
}

#[tokio::test]
async fn a_repeated_request_is_answered_as_before_and_changes_nothing_more() {
    let room = furnished().await;
    let (key, other) = (writer(&room).await, writer(&room).await);
    let path = "/api/v1/incidents/north/comments";
    let said = json!({"text": "This was our cleaner."});
    let first = post(&room, path, &key, Some("\"a-1\""), &said).await;
    assert_eq!(first.status, StatusCode::CREATED, "{}", first.text);
    let again = post(&room, path, &key, Some("a-1"), &said).await;
    assert_eq!((again.status, &again.text), (StatusCode::CREATED, &first.text));
    assert_eq!(again.header("content-type"), first.header("content-type"));
    let count = async || room.db.comments_on(&"north".parse().unwrap(), 9).await.unwrap().len();
    assert_eq!(count().await, 1);
    let changed = post(&room, path, &key, Some("a-1"), &json!({"text": "Something else."})).await;
    assert_eq!(changed.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", changed.text);
    assert_eq!(post(&room, path, &other, Some("a-1"), &said).await.status, StatusCode::CREATED, "another's key");
    assert_eq!(count().await, 2);
    for wrong in ["", "\"\"", "a b", &"x".repeat(256)] {
        let answer = post(&room, path, &key, Some(wrong), &said).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{wrong}");
    }
    // What was refused may be tried again under its key.
    assert_eq!(post(&room, path, &key, Some("a-2"), &json!({"text": " "})).await.status.as_u16(), 422);
    assert_eq!(post(&room, path, &key, Some("a-2"), &said).await.status, StatusCode::CREATED);
    assert_eq!(post(&room, path, "none", Some("a-2"), &said).await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(count().await, 3);
    room.clock.set(now() + TimeDelta::hours(25));
    assert_eq!(post(&room, path, &key, Some("a-1"), &said).await.status, StatusCode::CREATED, "a day is over");
    assert_eq!(count().await, 4);
}

#[tokio::test]
async fn the_same_share_under_one_key_is_one_share_even_where_its_answer_was_lost() {
    let room = furnished().await;
    let key = writer(&room).await;
    let wish = json!({"incidents": ["north"], "addresses": ["zoe@example.com"]});
    let first = post(&room, "/api/v1/shares", &key, Some("s-1"), &wish).await;
    crate::db::testing::run(&room.db, "DELETE FROM idempotency").await;
    let again = post(&room, "/api/v1/shares", &key, Some("s-1"), &wish).await;
    assert_eq!((first.status, again.status), (StatusCode::CREATED, StatusCode::OK), "{}", again.text);
    assert_eq!(first.json()["share"]["id"], again.json()["share"]["id"]);
    assert_eq!(room.db.letters_to("zoe@example.com", 9).await.unwrap().len(), 1);
}

#[tokio::test]
async fn looks_of_programs_and_people_are_in_the_access_log_by_name() {
    let room = furnished().await;
    let key = room.key_with(&[KeyRight::Read], Some(&["north"])).await;
    for path in ["incidents/north", "clips/north", "locations/north/incidents"] {
        assert_eq!(room.get(&format!("/api/v1/{path}"), &key).await.status, StatusCode::OK);
    }
    let mut seen = Vec::new();
    for _ in 0..100 {
        let log = room.get("/api/v1/locations/north/views", &key).await.json();
        seen = log["items"].as_array().unwrap().clone();
        if seen.len() == 3 {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    let mut subjects: Vec<&str> = seen.iter().map(|one| one["subject"].as_str().unwrap()).collect();
    subjects.sort_unstable();
    assert_eq!(subjects, ["clip:north", "incident:north", "incidents"]);
    for one in &seen {
        assert_eq!(one["came_as"], "key");
        let person = one["person"].as_str().unwrap();
        assert!(person.starts_with("key:dbk_") && person.contains("key 1"), "{person}");
    }
}

#[tokio::test]
async fn lists_of_incidents_are_filtered_and_sorted_as_on_the_pages() {
    let room = furnished().await;
    let key = writer(&room).await;
    let refs = async |query: &str| {
        let answer = room.get(&format!("/api/v1/locations/north/incidents?{query}"), &key).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
        let items = answer.json()["items"].as_array().unwrap().clone();
        items.iter().map(|one| one["ref"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(refs("sort=oldest&limit=2").await, ["north-0", "north-1"]);
    assert_eq!(refs("text=north-3").await, ["north-3"]);
    assert_eq!(refs("of=recent").await, [""; 0], "nothing is frozen yet");
    let judgement = json!({"incidents": ["north-3", "north-4"], "reason": "cut-short", "note": "n"});
    let judged = post(&room, "/api/v1/locations/north/judgements", &key, None, &judgement).await;
    assert_eq!(judged.json()["changed"], 2);
    assert_eq!(refs("said=cut-short").await, ["north-4", "north-3"]);
    assert_eq!(refs("said=open&limit=3").await, ["north", "north-6", "north-5"]);
    let told = room.get("/api/v1/incidents/north-3/judgements", &key).await.json();
    assert_eq!((&told["items"][0]["reason"], &told["items"][0]["name"]), (&json!("cut-short"), &json!("key 1")));
    for wrong in ["sort=sideways", "said=stolen", "from=yesterday", "of=never", "type="] {
        let answer = room.get(&format!("/api/v1/locations/north/incidents?{wrong}"), &key).await;
        assert_eq!(answer.status.as_u16(), if wrong == "type=" { 200 } else { 422 }, "{wrong}");
    }
    let foreign = json!({"incidents": ["south"], "reason": "cut-short"});
    assert_eq!(post(&room, "/api/v1/locations/north/judgements", &key, None, &foreign).await.status.as_u16(), 422);
}

#[tokio::test]
async fn a_job_rests_and_is_woken() {
    let room = furnished().await;
    let key = room.key_with(&[KeyRight::Read, KeyRight::Write], None).await;
    let before = room.get("/api/v1/jobs", &key).await.json()["items"][0].clone();
    assert_eq!((&before["sites"], &before["paused"]), (&json!(2), &Value::Null));
    assert_eq!(
        before["next"][0],
        json!({"at": "2026-03-30T04:30:00Z", "zone": "Europe/Warsaw"}),
        "the next is tomorrow's"
    );
    let why = json!({"reason": "a holiday"});
    let paused = post(&room, "/api/v1/jobs/morning/pause", &key, None, &why).await.json();
    assert_eq!(
        (&paused["paused"]["reason"], &paused["paused"]["by"].as_str().unwrap()[..8]),
        (&json!("a holiday"), "key:dbk_")
    );
    let woken = post(&room, "/api/v1/jobs/morning/resume", &key, None, &json!({})).await.json();
    assert_eq!(woken["paused"], Value::Null);
    assert_eq!(post(&room, "/api/v1/jobs/none/pause", &key, None, &why).await.status, StatusCode::NOT_FOUND);
    let board = room.get("/api/v1/operations", &key).await;
    assert_eq!(board.status, StatusCode::OK, "{}", board.text);
    assert_eq!(board.json()["ready"], true);
    assert_eq!(board.json()["waiting"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn a_copy_takes_no_returned_mail() {
    let room = Room::bouncing().await;
    let mail = "From: MAILER-DAEMON@example.com\r\nSubject: Undelivered\r\n\r\nno such user\r\n";
    let hand_in = async || room.post("/api/v1/bounces", super::room::BOUNCES_KEY, "message/rfc822", mail).await;
    assert_eq!(hand_in().await.status, StatusCode::ACCEPTED);
    let written = room.db.instance_value("identity").await.unwrap().unwrap();
    room.db
        .set_instance_value("identity", &written.replacen("\"name\":null", "\"name\":\"production\"", 1))
        .await
        .unwrap();
    let refused = hand_in().await;
    assert_eq!(refused.status, StatusCode::SERVICE_UNAVAILABLE, "{}", refused.text);
    assert!(refused.text.contains("may be a copy") && refused.text.contains("confirm-instance"), "{}", refused.text);
    let ours: &Identity = &room.app.pipeline.identity;
    ours.confirm(&room.db).await.unwrap();
    assert_eq!(hand_in().await.status, StatusCode::ACCEPTED);
}
