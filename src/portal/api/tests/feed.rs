//! `POST /api/v1/feed`: what is taken, from whom, and what is told of what is wrong.

use std::io::Write;

use axum::body::Body;
use axum::http::{Method, Request, StatusCode};
use flate2::Compression;
use flate2::write::GzEncoder;
use futures::stream;
use serde_json::{Value, json};

use super::room::{Answer, Room, now};
use crate::model::KeyRight;

const PATH: &str = "/api/v1/feed";
const NDJSON: &str = "application/x-ndjson";

/// A branch with a location of the same name, its camera, contact, and an interaction with a clip.
fn branch(name: &str) -> String {
    [
        json!({"kind": "branch", "ref": name, "name": name}),
        json!({"kind": "location", "ref": name, "branch": name, "name": name, "timezone": "Europe/Warsaw"}),
        json!({"kind": "camera", "ref": format!("{name}-camera"), "location": name, "name": "Door"}),
        json!({"kind": "contact", "ref": format!("{name}-contact"), "name": "Dana", "email": "dana@example.com",
               "locations": [name], "notify": true}),
        json!({"kind": "clip", "ref": format!("{name}-clip"), "location": name, "recorded_at": "2026-03-28T20:00:00Z",
               "external_url": "https://footage.example.com/1"}),
        json!({"kind": "interaction", "ref": format!("{name}-1"), "location": name, "camera": format!("{name}-camera"),
               "level": 1, "type": "Delivery", "started_at": "2026-03-28T20:00:00Z", "notes": "<b>",
               "clip": format!("{name}-clip")}),
    ]
    .map(|line| line.to_string())
    .join("\n")
}

async fn send(room: &Room, key: &str, feed: impl Into<Body>) -> Answer {
    room.post(PATH, key, NDJSON, feed).await
}

fn faults(answer: &Answer) -> Vec<String> {
    let problem = answer.json();
    let line = |fault: &Value| {
        format!("{}: {}: {}", fault["line"], fault["field"].as_str().unwrap(), fault["detail"].as_str().unwrap())
    };
    problem["errors"].as_array().into_iter().flatten().map(line).collect()
}

#[tokio::test]
async fn a_feed_is_taken_whole_and_again_changes_nothing() {
    let room = Room::new().await;
    let key = room.key(None).await;
    let feed = branch("north");
    let first = send(&room, &key, feed.clone()).await;
    assert_eq!(first.status, StatusCode::OK, "{}", first.text);
    assert_eq!(first.json()["total"], json!({"created": 6, "updated": 0, "unchanged": 0}));
    assert_eq!(first.json()["kinds"]["camera"]["created"], 1);
    let again = send(&room, &key, feed.clone()).await;
    assert_eq!(again.json()["total"], json!({"created": 0, "updated": 0, "unchanged": 6}));
    // Compressed, in pieces, with a parameter behind the type.
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(feed.replace("Door", "Gate").as_bytes()).unwrap();
    let pieces: Vec<_> =
        encoder.finish().unwrap().chunks(7).map(|piece| Ok::<_, std::io::Error>(piece.to_vec())).collect();
    let request = Request::post(PATH)
        .header("authorization", format!("bearer {key}"))
        .header("content-type", "Application/X-NDJSON; charset=utf-8")
        .header("content-encoding", "gzip")
        .body(Body::from_stream(stream::iter(pieces)));
    let edited = room.ask(request.unwrap()).await;
    assert_eq!(edited.json()["total"], json!({"created": 0, "updated": 1, "unchanged": 5}), "{}", edited.text);
    let known = room.db.api_keys(false, now()).await.unwrap();
    assert_eq!(known[0].last_used_at, Some(now()));
}

#[tokio::test]
async fn every_fault_is_told_and_nothing_is_taken() {
    let room = Room::new().await;
    let key = room.key(None).await;
    let feed = format!(
        "{}\nnot json\n{}\n{}\n",
        branch("north"),
        json!({"kind": "camera", "ref": "c", "location": "nowhere", "name": "C", "colour": "red"}),
        json!({"kind": "interaction", "ref": "i", "location": "north", "level": 0, "type": "T",
               "started_at": "2026-03-28T20:00:00", "notes": "", "clip": "none"}),
    );
    let answer = send(&room, &key, feed).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    let faults = faults(&answer);
    assert_eq!(faults.len(), 6, "{faults:#?}");
    for (fault, begins) in faults.iter().zip([
        "7: line: invalid JSON",
        "8: colour: ",
        "8: location: ",
        "9: level: ",
        "9: started_at: ",
        "9: clip: ",
    ]) {
        assert!(fault.starts_with(begins), "{faults:#?}");
    }
    assert!(room.db.locations().await.unwrap().is_empty());
    let nothing = send(&room, &key, "").await;
    assert_eq!((nothing.status, nothing.json()["total"]["created"].as_u64()), (StatusCode::OK, Some(0)));
}

#[tokio::test]
async fn a_key_of_a_branch_writes_and_names_only_what_is_that_branchs() {
    let room = Room::new().await;
    let all = room.key(None).await;
    assert_eq!(send(&room, &all, format!("{}\n{}", branch("north"), branch("south"))).await.status, StatusCode::OK);
    let north = room.key(Some(&["north"])).await;
    let own = send(&room, &north, branch("north")).await;
    assert_eq!((own.status, own.json()["total"]["unchanged"].as_u64()), (StatusCode::OK, Some(6)), "{}", own.text);
    let foreign = send(&room, &north, branch("south")).await;
    assert_eq!((foreign.status, faults(&foreign).len() >= 6), (StatusCode::FORBIDDEN, true), "{}", foreign.text);
    let incident = |reference: &str, location: &str, case: &str| {
        json!({"kind": "incident", "ref": reference, "location": location, "case": case, "type": "T",
               "occurred_at": "2026-03-28T20:00:00Z", "description": ""})
    };
    assert_eq!(send(&room, &all, incident("s", "south", "south-case").to_string()).await.status, StatusCode::OK);
    let clip = |reference: &str, media: &str| {
        json!({"kind": "clip", "ref": reference, "location": "north", "recorded_at": "2026-03-28T20:00:00Z",
               "media": media, "content_type": "video/mp4"})
    };
    for (line, field) in [
        // Another branch's record becomes ours.
        (json!({"kind": "camera", "ref": "south-camera", "location": "north", "name": "Mine"}), "ref"),
        (
            json!({"kind": "location", "ref": "south", "branch": "north", "name": "Mine", "timezone": "Europe/Warsaw"}),
            "ref",
        ),
        (
            json!({"kind": "contact", "ref": "south-contact", "name": "Eve", "email": "eve@example.com",
                "locations": ["north"], "notify": true}),
            "ref",
        ),
        // Ours is given away, or shows what is another branch's.
        (
            json!({"kind": "location", "ref": "north", "branch": "south", "name": "N", "timezone": "Europe/Warsaw"}),
            "branch",
        ),
        (
            json!({"kind": "interaction", "ref": "n", "location": "north", "level": 1, "type": "T", "notes": "",
                "started_at": "2026-03-28T20:00:00Z", "clip": "south-clip"}),
            "clip",
        ),
        (
            json!({"kind": "contact", "ref": "eve", "name": "Eve", "email": "eve@example.com",
                "locations": ["north", "south"], "notify": true}),
            "locations[1]",
        ),
        (
            json!({"kind": "contact", "ref": "eve", "name": "Eve", "email": "eve@example.com", "notify": true}),
            "branches",
        ),
        (json!({"kind": "branch", "ref": "west", "name": "West"}), "ref"),
        (json!({"kind": "watermark", "location": "south", "complete_until": "2026-03-29T04:00:00Z"}), "location"),
        (
            json!({"kind": "activity", "location": "south", "night": "2026-03-28", "detections": 1, "filtered": 0,
                "reviewed": 1}),
            "location",
        ),
        (clip("n", "s3:media/of-somebody-else"), "media"),
        // Another branch's offender would be told of in ours, and ours keep their data.
        (incident("n", "north", "south-case"), "case"),
    ] {
        let answer = send(&room, &north, line.to_string()).await;
        let faults = faults(&answer);
        assert_eq!((answer.status, faults.len()), (StatusCode::FORBIDDEN, 1), "{line}: {faults:?}");
        assert!(faults[0].starts_with(&format!("1: {field}: ")), "{faults:?}");
    }
    let own = incident("n", "north", "north-case").to_string();
    assert_eq!(send(&room, &north, own.clone()).await.status, StatusCode::OK, "a new one");
    assert_eq!(send(&room, &all, incident("s", "south", "north-case").to_string()).await.status, StatusCode::OK);
    assert_eq!(send(&room, &north, own).await.status, StatusCode::OK, "it is theirs, too");
    let both = room.key(Some(&["south", "north"])).await;
    assert_eq!(send(&room, &both, branch("south")).await.status, StatusCode::OK);
}

#[tokio::test]
async fn who_may_not_or_sends_what_is_no_feed_is_told_so() {
    let room = Room::with("[portal]\nmax_feed = \"2MB\"").await;
    let key = room.key(None).await;
    let reader = room.key_with(&[KeyRight::Read], None).await;
    for (wrong, status) in [
        ("", StatusCode::UNAUTHORIZED),
        ("dbk_", StatusCode::UNAUTHORIZED),
        (&key[1..], StatusCode::UNAUTHORIZED),
        (&reader, StatusCode::FORBIDDEN),
    ] {
        let answer = send(&room, wrong, branch("north")).await;
        assert_eq!(answer.status, status, "{wrong}");
        assert_eq!(answer.header("www-authenticate"), if status == StatusCode::UNAUTHORIZED { "Bearer" } else { "" });
    }
    let answer = room.post(PATH, &key, "application/json", "{}").await;
    assert_eq!((answer.status, answer.header("accept")), (StatusCode::UNSUPPORTED_MEDIA_TYPE, NDJSON));
    let request = Request::post(PATH)
        .header("authorization", format!("Bearer {key}"))
        .header("content-type", NDJSON)
        .header("content-encoding", "br")
        .body(Body::empty());
    let answer = room.ask(request.unwrap()).await;
    assert_eq!((answer.status, answer.header("accept-encoding")), (StatusCode::UNSUPPORTED_MEDIA_TYPE, "gzip"));
    let long = "\n".repeat(2_000_001);
    assert_eq!(send(&room, &key, long.clone()).await.status, StatusCode::PAYLOAD_TOO_LARGE);
    let unannounced = Body::from_stream(stream::iter([Ok::<_, std::io::Error>(long)]));
    assert_eq!(send(&room, &key, unannounced).await.status, StatusCode::PAYLOAD_TOO_LARGE);
    let get = room.plain(Method::GET, PATH).await;
    assert_eq!((get.status, get.header("allow")), (StatusCode::METHOD_NOT_ALLOWED, "POST"));
    assert_eq!(room.plain(Method::GET, "/api/v1/nothing").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_connection_that_breaks_off_leaves_nothing() {
    let room = Room::new().await;
    let key = room.key(None).await;
    let pieces = [Ok(branch("north")), Err(std::io::Error::from(std::io::ErrorKind::ConnectionReset))];
    let answer = send(&room, &key, Body::from_stream(stream::iter(pieces))).await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST);
    assert!(room.db.locations().await.unwrap().is_empty());
}
