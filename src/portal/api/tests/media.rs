//! `POST /api/v1/media`: an address takes what it was signed for, and a feed names only what it says it is.

use std::io::{Read, Write};
use std::net::TcpStream;

use axum::http::StatusCode;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use url::{Position, Url};

use super::room::{Answer, Room};
use crate::clock::Clock;

const PATH: &str = "/api/v1/media";
const MP4: &[u8] = b"\0\0\0\x20ftypisom\0\0\x02\0isomiso2avc1mp41 and so on";
const PAGE: &[u8] = b"<html><script>alert(1)</script></html>";

fn medium(bytes: &[u8], kind: &str) -> Value {
    json!({"content_type": kind, "size": bytes.len(), "sha256": hex::encode(Sha256::digest(bytes))})
}

async fn bring(room: &Room, key: &str, medium: &Value) -> Answer {
    room.post(PATH, key, "application/json", medium.to_string()).await
}

/// Uploads as curl would, with the headers that the answer names; `change` may tamper with them.
async fn upload(to: &Value, bytes: &'static [u8], change: impl Fn(&str, &str) -> String) -> u16 {
    let url: Url = to["url"].as_str().unwrap().parse().unwrap();
    let mut head = format!("PUT {} HTTP/1.1\r\nconnection: close\r\n", &url[Position::BeforePath..]);
    for (name, value) in to["headers"].as_object().unwrap() {
        let value = change(name, value.as_str().unwrap());
        head.extend([name, ": ", &value, "\r\n"]);
    }
    if !head.contains("\r\nhost: ") {
        let port = url.port().unwrap().to_string();
        head.extend(["host: ", url.host_str().unwrap(), ":", &port, "\r\n"]);
    }
    let address = (url.host_str().unwrap().to_owned(), url.port().unwrap());
    tokio::task::spawn_blocking(move || {
        let mut socket = TcpStream::connect(address).unwrap();
        socket.write_all(format!("{head}\r\n").as_bytes()).unwrap();
        let _ = socket.write_all(bytes);
        let mut answer = String::new();
        let _ = socket.read_to_string(&mut answer);
        answer[9..12].parse().unwrap()
    })
    .await
    .unwrap()
}

fn as_told(_: &str, value: &str) -> String {
    value.to_owned()
}

fn incident_feed(clip: &Value, kind: &str, photo: Option<&Value>) -> String {
    [
        json!({"kind": "branch", "ref": "north", "name": "N"}),
        json!({"kind": "location", "ref": "l", "branch": "north", "name": "L", "timezone": "Europe/Warsaw"}),
        json!({"kind": "clip", "ref": "k", "location": "l", "recorded_at": "2026-03-28T20:00:00Z", "media": clip,
               "content_type": kind}),
        json!({"kind": "incident", "ref": "i", "location": "l", "occurred_at": "2026-03-28T20:00:00Z", "type": "T",
               "description": "D", "clips": ["k"], "photo": photo}),
    ]
    .map(|line| line.to_string())
    .join("\n")
}

#[tokio::test]
async fn an_address_takes_these_bytes_and_no_others() {
    let room = Room::new().await;
    room.clock.set(Clock::System.now()); // The archive judges expiry by the machine's own clock.
    let key = room.key(Some(&["north"])).await;
    let wanted = medium(MP4, "video/mp4");
    let answer = bring(&room, &key, &wanted).await;
    assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text);
    let told = answer.json();
    let other: &'static [u8] = b"\0\0\0\x20ftypisom\0\0\x02\0isomiso2avc1mp41 and so ON";
    assert_eq!(other.len(), MP4.len());
    assert_ne!(upload(&told["upload"], other, as_told).await, 200, "other bytes of the same length");
    let tampered = |from: &'static str| {
        move |name: &str, value: &str| if name == from { "text/html".to_owned() } else { value.to_owned() }
    };
    assert_eq!(upload(&told["upload"], MP4, tampered("content-type")).await, 403, "another type");
    let longer = |name: &str, value: &str| if name == "content-length" { "9999".to_owned() } else { value.to_owned() };
    assert_eq!(upload(&told["upload"], MP4, longer).await, 403, "another length");
    let mut elsewhere = told["upload"].clone();
    elsewhere["url"] = told["upload"]["url"].as_str().unwrap().replacen("uploads/", "media/", 1).into();
    assert_eq!(upload(&elsewhere, MP4, as_told).await, 403, "another key");
    assert_eq!(bring(&room, &key, &wanted).await.json()["present"], false);
    assert_eq!(upload(&told["upload"], MP4, as_told).await, 200);
    let again = bring(&room, &key, &wanted).await;
    assert_eq!((again.status, &again.json()["media"]), (StatusCode::OK, &told["media"]));
    assert_eq!(again.json()["present"], true);
    let feed = incident_feed(&told["media"], "video/mp4", None);
    let sent = room.post("/api/v1/feed", &key, "application/x-ndjson", feed).await;
    assert_eq!((sent.status, &sent.json()["media"]["known"]), (StatusCode::OK, &json!(1)), "{}", sent.text);
    let stored =
        room.archive.head(&crate::archive::Key::external(&told["media"].as_str().unwrap()[3..]).unwrap()).await;
    assert_eq!(stored.unwrap().unwrap().content_type.as_deref(), Some("video/mp4"));
    // Another branch's key is given another place for the same content, and cannot name this one.
    let south = room.key(Some(&["south"])).await;
    let elsewhere = bring(&room, &south, &wanted).await.json();
    assert_ne!(elsewhere["media"], told["media"]);
    assert_eq!(elsewhere["present"], false);
}

#[tokio::test]
async fn a_medium_that_is_not_what_the_record_says_is_a_fault() {
    let room = Room::new().await;
    room.clock.set(Clock::System.now());
    let key = room.key(None).await;
    let mut names = Vec::new();
    for (bytes, kind) in [(PAGE, "video/mp4"), (MP4, "video/mp4")] {
        let told = bring(&room, &key, &medium(bytes, kind)).await.json();
        assert_eq!(upload(&told["upload"], bytes, as_told).await, 200);
        names.push(told["media"].clone());
    }
    for (clip, kind, photo, fault) in [
        (&names[0], "video/mp4", None, Some("3: content_type: ")),
        (&names[1], "video/webm", None, Some("3: content_type: ")),
        (&names[1], "video/mp4", Some(&names[1]), Some("4: photo: ")),
        (&names[1], "video/mp4", None, None),
    ] {
        let answer = room.post("/api/v1/feed", &key, "application/x-ndjson", incident_feed(clip, kind, photo)).await;
        let Some(fault) = fault else {
            assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
            continue;
        };
        let error = &answer.json()["errors"][0];
        let told = format!("{}: {}: ", error["line"], error["field"].as_str().unwrap());
        assert_eq!((answer.status, told.as_str()), (StatusCode::UNPROCESSABLE_ENTITY, fault), "{}", answer.text);
    }
}

#[tokio::test]
async fn what_no_browser_shows_or_nobody_may_bring_gets_no_address() {
    let room = Room::new().await;
    let key = room.key(Some(&["north", "south"])).await;
    let good = json!({"content_type": "image/png", "size": 8, "sha256": "ab".repeat(32), "branch": "north"});
    assert_eq!(bring(&room, &key, &good).await.status, StatusCode::CREATED);
    for (field, value, status) in [
        ("content_type", json!("text/html"), 422),
        ("content_type", json!("image/svg+xml"), 422),
        ("size", json!(0), 422),
        ("size", json!(-1), 422),
        ("size", json!(99_000_000_000_u64), 413),
        ("sha256", json!("abc"), 422),
        ("branch", json!("west"), 403),
        ("branch", json!(null), 422),
        ("branch", json!(""), 422),
        ("colour", json!("red"), 422),
    ] {
        let mut wrong = good.clone();
        wrong[field] = value;
        let answer = bring(&room, &key, &wrong).await;
        assert_eq!(answer.status.as_u16(), status, "{wrong}: {}", answer.text);
    }
    assert_eq!(room.post(PATH, &key, "text/plain", good.to_string()).await.status.as_u16(), 415);
    assert_eq!(room.post(PATH, &key, "application/json", " ".repeat(100_000)).await.status.as_u16(), 413);
    assert_eq!(room.post(PATH, "dbk_x", "text/plain", good.to_string()).await.status.as_u16(), 401);
}
