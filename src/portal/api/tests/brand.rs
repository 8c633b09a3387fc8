//! A branch's brand by its addresses.

use axum::body::Body;
use axum::http::{Request, StatusCode};
use serde_json::{Value, json};

use super::room::{Answer, Room};
use crate::model::KeyRight;

const BRAND: &str = "/api/v1/branches/north/brand";

async fn room() -> (Room, String) {
    let room = Room::new().await;
    let feeds = room.key(None).await;
    let branch = json!({"kind": "branch", "ref": "north", "name": "North"}).to_string();
    let sent = room.post("/api/v1/feed", &feeds, "application/x-ndjson", branch).await;
    assert_eq!(sent.status, StatusCode::OK, "{}", sent.text);
    let key = room.key_with(&[KeyRight::Read, KeyRight::Write], Some(&["north"])).await;
    (room, key)
}

impl Room {
    async fn put(&self, path: &str, key: &str, kind: &str, body: impl Into<Body>) -> Answer {
        let request = Request::put(path).header("content-type", kind).header("authorization", format!("Bearer {key}"));
        self.ask(request.body(body.into()).unwrap()).await
    }

    async fn set(&self, key: &str, brand: &Value) -> Answer {
        self.put(BRAND, key, "application/json", brand.to_string()).await
    }
}

fn picture(width: u32, height: u32) -> Vec<u8> {
    let mut bytes = std::io::Cursor::new(Vec::new());
    let drawn = image::RgbImage::from_pixel(width, height, image::Rgb([200, 20, 40]));
    drawn.write_to(&mut bytes, image::ImageFormat::Jpeg).unwrap();
    bytes.into_inner()
}

#[tokio::test]
async fn what_is_put_is_what_is_there_and_the_logo_has_an_address_of_its_own() {
    let (room, key) = room().await;
    let nothing = room.get(BRAND, &key).await.json();
    assert_eq!(
        (&nothing["name"], &nothing["logo"], &nothing["changed_at"]),
        (&Value::Null, &Value::Null, &Value::Null)
    );
    let logo = room.put(&format!("{BRAND}/logo"), &key, "application/octet-stream", picture(1_200, 300)).await;
    assert_eq!(logo.status, StatusCode::OK, "{}", logo.text);
    let href = logo.json()["logo"]["href"].as_str().unwrap().to_owned();
    assert!(href.starts_with("/brand/") && logo.json()["logo"]["width"] == 448);
    let set = room.set(&key, &json!({"name": "Northwind", "reply_to": "Desk@example.com", "color": "#8a1538"})).await;
    let told = set.json();
    assert_eq!((&told["name"], &told["reply_to"]), (&json!("Northwind"), &json!("desk@example.com")));
    assert_eq!(told["logo"]["href"], href.as_str(), "the logo stays");
    assert_eq!(room.get(BRAND, &key).await.json(), told);
    // What is left out is the installation's again.
    assert_eq!(room.set(&key, &json!({"name": "Northwind"})).await.json()["color"], Value::Null);
    let request = Request::post(format!("{BRAND}/logo/remove")).header("authorization", format!("Bearer {key}"));
    assert_eq!(room.ask(request.body(Body::empty()).unwrap()).await.status, StatusCode::NO_CONTENT);
    assert_eq!(room.get(BRAND, &key).await.json()["logo"], Value::Null);
}

#[tokio::test]
async fn every_fault_of_a_brand_is_listed_by_its_field() {
    let (room, key) = room().await;
    let wrong = json!({"name": "x".repeat(81), "sender": "a@b", "reply_to": "nobody", "color": "#ffee00", "color_dark": "#000000"});
    let answer = room.set(&key, &wrong).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    let fields: Vec<Value> =
        answer.json()["errors"].as_array().unwrap().iter().map(|error| error["field"].clone()).collect();
    assert_eq!(fields, ["name", "sender", "reply_to", "color", "color_dark"]);
    for wrong in [json!({"colour": "#8a1538"}), json!({"reply_to": ""}), json!({"color": "red"}), json!([])] {
        assert_eq!(room.set(&key, &wrong).await.status, StatusCode::UNPROCESSABLE_ENTITY, "{wrong}");
    }
    for (body, status) in [
        (b"<svg/>".to_vec(), StatusCode::UNPROCESSABLE_ENTITY),
        (picture(2_000, 100), StatusCode::UNPROCESSABLE_ENTITY),
        (vec![0; (1 << 20) + 1], StatusCode::PAYLOAD_TOO_LARGE),
    ] {
        let answer = room.put(&format!("{BRAND}/logo"), &key, "application/octet-stream", body).await;
        assert_eq!(answer.status, status, "{}", answer.text);
    }
    let reads = room.key_with(&[KeyRight::Read], None).await;
    assert_eq!(room.get(BRAND, &reads).await.status, StatusCode::FORBIDDEN, "a brand is part of the account");
    let all = room.key_with(&[KeyRight::Write], None).await;
    assert_eq!(room.get("/api/v1/branches/none/brand", &all).await.status, StatusCode::NOT_FOUND);
    assert_eq!(room.get("/api/v1/branches/south/brand", &key).await.status, StatusCode::NOT_FOUND);
}
