//! Every body that is taken as JSON is one object: a list of its fields, a text or nothing is refused and changes nothing.

use std::collections::BTreeMap;

use axum::body::Body;
use axum::http::{Method, Request};

use super::addresses::addresses;
use super::reading::{furnished, sign_in};
use super::room::Room;
use crate::db::testing::contents;
use crate::model::Role;

/// What is written whoever asks, and for what.
const ANYHOW: [&str; 3] = ["views", "sessions", "throttles"];

async fn send(room: &Room, (cookie, word): (&str, &str), (method, path): (&Method, &str), body: &str) -> (u16, String) {
    let request = Request::builder()
        .method(method)
        .uri(path)
        .header("cookie", cookie)
        .header("x-csrf-token", word)
        .header("content-type", "application/json");
    let answer = room.ask(request.body(Body::from(body.to_owned())).unwrap()).await;
    (answer.status.as_u16(), answer.text)
}

#[tokio::test]
async fn no_operation_takes_a_body_that_is_no_object() {
    let room = furnished().await;
    let (cookie, word) = sign_in(&room, 3, Some(Role::Operations)).await;
    let before = contents(&room.db, &ANYHOW).await;
    let mut refused: BTreeMap<String, usize> = BTreeMap::new();
    for (method, path, body) in addresses(&room, "south").await {
        if body.is_none() {
            continue;
        }
        for wrong in ["[]", " [1]", "[[]]", "null", "true", "1", "\"text\"", "", "\n", "{", "{}{}"] {
            let (status, told) = send(&room, (&cookie, &word), (&method, &path), wrong).await;
            // What is not there is not there, whatever is sent.
            assert!(matches!(status, 404 | 422), "{method} {path} {wrong}: {status} {told}");
            let is_object = wrong.starts_with('{');
            if status == 422 && !is_object {
                assert!(told.contains("must be a JSON object"), "{method} {path} {wrong}: {told}");
                *refused.entry(method.to_string()).or_default() += 1;
            }
        }
    }
    assert!(refused["POST"] > 100 && refused["PUT"] >= 18, "{refused:?}");
    assert_eq!(contents(&room.db, &ANYHOW).await, before);
}
