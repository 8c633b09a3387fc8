//! Who was not given something asks for it, and whoever was sees what others have shared with them.

use axum::http::{Method, StatusCode};
use chrono::TimeDelta;
use serde_json::{Value, json};

use super::reading::{ask, furnished, sign_in};
use super::room::{Answer, Room, now};
use crate::model::{KeyRight, Role};

type Headers = [(&'static str, String); 2];

async fn signed_in(room: &Room, number: u8, role: Option<Role>) -> Headers {
    let (cookie, word) = sign_in(room, number, role).await;
    [("cookie", cookie), ("x-csrf-token", word)]
}

async fn get(room: &Room, path: &str, headers: &[(&str, String)]) -> Answer {
    ask(room, &Method::GET, path, headers, None).await
}

async fn post(room: &Room, path: &str, headers: &[(&str, String)], body: Value) -> Answer {
    ask(room, &Method::POST, path, headers, Some(body)).await
}

/// Shares the north's incident with an address; returns the share's id.
async fn share(room: &Room, owner: &Headers, incident: &str, more: &Value) -> String {
    let mut wish = json!({"incidents": [incident], "addresses": ["person2@example.com"], "note": "Ours?"});
    for (name, value) in more.as_object().unwrap() {
        wish[name] = value.clone();
    }
    let made = post(room, "/api/v1/shares", owner, wish).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.text);
    made.json()["share"]["id"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn who_is_signed_in_asks_the_owners_and_hears_the_same_whatever_there_is() {
    const PATH: &str = "/api/v1/requests";
    let room = furnished().await;
    let owner = signed_in(&room, 1, Some(Role::Branch)).await;
    let customer = signed_in(&room, 2, None).await;
    let open = async || get(&room, PATH, &owner).await.json()["items"].as_array().unwrap().clone();
    let wish = json!({"incident": "north", "name": "Zoe <b>", "note": "I was there"});
    let asked = post(&room, PATH, &customer, wish.clone()).await;
    assert_eq!((asked.status, asked.text.as_str()), (StatusCode::ACCEPTED, ""));
    // It is written down after the answer, which tells nothing by its time either.
    for _ in 0..500 {
        if !open().await.is_empty() {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    let waiting = open().await;
    assert_eq!(waiting.len(), 1);
    assert_eq!((&waiting[0]["address"], &waiting[0]["name"]), (&json!("person2@example.com"), &json!("Zoe <b>")));
    assert_eq!((&waiting[0]["incident"], &waiting[0]["state"]), (&json!("north"), &json!("open")));
    let letters = async || room.db.letters_to("person1@example.com", 9).await.unwrap().len();
    assert_eq!(letters().await, 1, "the owner is written to");
    // The same again, and what is not there, is answered alike.
    for incident in ["north", "nothing-of-the-kind"] {
        let answer = post(&room, PATH, &customer, json!({"incident": incident, "name": "Zoe"})).await;
        assert_eq!((answer.status, answer.text.as_str()), (StatusCode::ACCEPTED, ""), "{incident}");
    }
    assert_eq!((open().await.len(), letters().await), (1, 1));
    // Whoever lets others in need not ask, and a program has no address.
    assert_eq!(post(&room, PATH, &owner, wish.clone()).await.status, StatusCode::ACCEPTED);
    assert_eq!(open().await.len(), 1);
    let key = room.key_with(&[KeyRight::Read, KeyRight::Write], None).await;
    let by_key = [("authorization", format!("Bearer {key}"))];
    assert_eq!(post(&room, PATH, &by_key, wish.clone()).await.status, StatusCode::FORBIDDEN);
    assert_eq!(post(&room, PATH, &[], wish.clone()).await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(post(&room, PATH, &customer[..1], wish.clone()).await.status, StatusCode::FORBIDDEN, "no word");
    let id = uuid::Uuid::nil();
    for (wrong, field) in [
        (json!({"name": "Zoe"}), "incident"),
        (json!({"incident": "north", "share": id, "name": "Zoe"}), "incident"),
        (json!({"incident": "north", "name": " "}), "name"),
        (json!({"incident": "north", "name": "x".repeat(81)}), "name"),
        (json!({"incident": "north", "name": "Zoe", "note": "x".repeat(1_001)}), "note"),
    ] {
        let refused = post(&room, PATH, &customer, wrong).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(refused.json()["errors"][0]["field"], field, "{}", refused.text);
    }
    // Five times within a day, then not any more.
    let mut told = Vec::new();
    for _ in 0..3 {
        told.push(post(&room, PATH, &customer, wish.clone()).await.status.as_u16());
    }
    assert_eq!(told, [202, 202, 429]);
    let log = room.db.audit_after(0, 99).await.unwrap();
    assert_eq!(log.iter().filter(|entry| entry.action == "access.ask").count(), 1);
}

#[tokio::test]
async fn a_link_that_has_ended_is_asked_for_and_one_that_works_is_not() {
    const PATH: &str = "/api/v1/requests";
    let room = furnished().await;
    let owner = signed_in(&room, 1, Some(Role::Branch)).await;
    let customer = signed_in(&room, 2, None).await;
    let id = share(&room, &owner, "north", &json!({})).await;
    let wish = json!({"share": id, "name": "Zoe"});
    assert_eq!(post(&room, PATH, &customer, wish.clone()).await.status, StatusCode::CONFLICT);
    assert_eq!(post(&room, &format!("/api/v1/shares/{id}/revoke"), &owner, json!({})).await.status, StatusCode::OK);
    assert_eq!(post(&room, PATH, &customer, wish.clone()).await.status, StatusCode::ACCEPTED);
    let waiting = get(&room, PATH, &owner).await.json()["items"][0].clone();
    assert_eq!((&waiting["share"], &waiting["address"]), (&json!(id), &json!("person2@example.com")));
    // Nothing was shared with the sharer.
    assert_eq!(post(&room, PATH, &owner, wish).await.status, StatusCode::ACCEPTED);
    assert_eq!(get(&room, PATH, &owner).await.json()["items"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn what_was_shared_with_one_is_listed_shown_and_answered_until_its_link_ends() {
    const PATH: &str = "/api/v1/me/shared";
    let room = furnished().await;
    let owner = signed_in(&room, 1, Some(Role::Branch)).await;
    let customer = signed_in(&room, 2, None).await;
    let end = now() + TimeDelta::days(3);
    let first = share(&room, &owner, "north", &json!({"expires_at": end})).await;
    let second = share(&room, &owner, "north-3", &json!({"may_comment": true})).await;
    let page = get(&room, &format!("{PATH}?limit=1"), &customer).await.json();
    assert_eq!((&page["items"][0]["id"], page["items"].as_array().unwrap().len()), (&json!(second), 1));
    let next = page["next"].as_str().unwrap();
    let page = get(&room, &format!("{PATH}?limit=1&cursor={next}"), &customer).await.json();
    assert_eq!((&page["items"][0]["id"], &page["next"]), (&json!(first), &Value::Null), "what works longest first");
    let listed = &page["items"][0];
    assert_eq!(
        (&listed["by_name"], &listed["note"], &listed["expires_at"]),
        (&json!("P"), &json!("Ours?"), &json!(end))
    );
    let href = listed["href"].as_str().unwrap().to_owned();
    assert_eq!(get(&room, &format!("{PATH}?cursor=x"), &customer).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(get(&room, PATH, &owner).await.json()["items"], json!([]), "nothing was shared with the sharer");

    let shown = get(&room, &format!("{PATH}/{first}"), &customer).await;
    assert_eq!(shown.status, StatusCode::OK, "{}", shown.text);
    let told = &shown.json()["incidents"][0];
    assert_eq!((&told["number"], &told["incident"]), (&json!(1), &json!("north")));
    assert_eq!((&told["told"]["type"], &told["told"]["description"]), (&json!("T"), &json!("D")));
    assert_eq!((&told["told"]["photo"], &told["told"]["clips"]), (&Value::Null, &json!([])), "its photo is missing");
    let opened = axum::http::Request::get(&href).header("accept-language", "en").body(axum::body::Body::empty());
    assert_eq!(room.page(opened.unwrap()).await, StatusCode::OK, "its page is there");
    let seen = async || get(&room, &format!("/api/v1/shares/{first}"), &owner).await.json()["share"]["seen"].clone();
    for _ in 0..100 {
        if seen().await == 1 {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    assert_eq!(seen().await, 1, "the sharer sees that they have looked");

    let say = async |id: &str, number: i32, text: &str| {
        let body = json!({"number": number, "text": text});
        post(&room, &format!("{PATH}/{id}/comments"), &customer, body).await.status.as_u16()
    };
    assert_eq!(say(&first, 1, "This was our cleaner.").await, 403, "the sharer does not let them");
    assert_eq!(say(&second, 2, "There is no second one.").await, 404);
    assert_eq!((say(&second, 1, " ").await, say(&second, 1, &"x".repeat(2_001)).await), (422, 422));
    assert_eq!(say(&second, 1, "This was our cleaner.").await, 201);
    assert_eq!(say(&second, 1, "This was our cleaner.").await, 201, "the same again");
    let comments = get(&room, "/api/v1/incidents/north-3/comments", &owner).await.json();
    assert_eq!(comments["items"].as_array().unwrap().len(), 1);
    assert_eq!(comments["items"][0]["text"], "This was our cleaner.");

    // Each incident alone has what its page has: what was said, and what else of its case was given to the reader.
    let alone = async |id: &str, number: &str| get(&room, &format!("{PATH}/{id}/incidents/{number}"), &customer).await;
    let third = share(&room, &owner, "north-4", &json!({"expires_at": end})).await;
    let one = alone(&second, "1").await.json();
    assert_eq!((&one["incident"], &one["told"]["type"]), (&json!("north-3"), &json!("T")));
    assert_eq!(one["comments"].as_array().unwrap().len(), 1);
    assert_eq!(one["comments"][0]["text"], "This was our cleaner.");
    assert_eq!(one["comments"][0]["name"], "p***@example.com", "an address is no name to show to others");
    let before = alone(&third, "1").await.json();
    assert_eq!((&before["incident"], &before["comments"]), (&json!("north-4"), &json!([])));
    for (told, other) in [(&one, "north-4"), (&before, "north-3")] {
        assert_eq!(told["history"].as_array().unwrap().len(), 1, "{told}");
        assert_eq!(told["history"][0]["incident"], other);
        assert!(told["history"][0]["href"].as_str().unwrap().starts_with("/s/"), "{told}");
    }
    assert_eq!(alone(&first, "1").await.json()["history"], json!([]), "it belongs to no case");
    for number in ["0", "2", "-1", "x", "99999999999"] {
        assert_eq!(alone(&first, number).await.status, StatusCode::NOT_FOUND, "{number}");
    }

    post(&room, &format!("/api/v1/shares/{third}/revoke"), &owner, json!({})).await;
    assert_eq!(alone(&second, "1").await.json()["history"], json!([]), "nor is it history any more");

    // For nobody else, for no program, and not any more once it has ended.
    let key = room.key_with(&[KeyRight::Read, KeyRight::Write], None).await;
    let by_key = [("authorization", format!("Bearer {key}"))];
    for path in [PATH.to_owned(), format!("{PATH}/{first}"), format!("{PATH}/{first}/incidents/1")] {
        assert_eq!(get(&room, &path, &by_key).await.status, StatusCode::FORBIDDEN, "{path}");
    }
    for path in [format!("{PATH}/{first}"), format!("{PATH}/{first}/incidents/1")] {
        assert_eq!(get(&room, &path, &owner).await.status, StatusCode::NOT_FOUND, "{path}");
    }
    post(&room, &format!("/api/v1/shares/{second}/revoke"), &owner, json!({})).await;
    assert_eq!(get(&room, &format!("{PATH}/{second}"), &customer).await.status, StatusCode::NOT_FOUND);
    assert_eq!(alone(&second, "1").await.status, StatusCode::NOT_FOUND);
    assert_eq!(say(&second, 1, "Still there?").await, 404);
    let left = get(&room, PATH, &customer).await.json();
    assert_eq!((&left["items"][0]["id"], left["items"].as_array().unwrap().len()), (&json!(first), 1));
}
