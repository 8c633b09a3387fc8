//! Who may read and change what through the API: every endpoint, each role, one's own and another branch's things.

use axum::body::Body;
use axum::http::{Method, Request, StatusCode};
use chrono::TimeDelta;
use serde_json::{Value, json};

use super::addresses::{addresses, expected};
use super::room::{Answer, Room, now};
use super::truth::Truth;
use crate::access::Token;
use crate::db::sessions::{self, Session};
use crate::db::users::{self, User};
use crate::db::whitelist::{self, Listed};
use crate::model::{KeyRight, Role, UserId};
use crate::pipeline::{Request as Wanted, SiteNight};
use crate::portal::viewer::csrf;

/// Two branches with a location of the same name each, which has a contact, an incident with a photo, an interaction, a
/// clip and a planned report.
pub(super) async fn furnished() -> Room {
    let room = Room::with(
        "[[job]]\nname = \"morning\"\nkind = \"night-report\"\nschedule = \"30 6 * * *\"\ntimezone = \"location\"\n",
    )
    .await;
    let mut lines = Vec::new();
    for name in ["north", "south"] {
        lines.extend([
            json!({"kind": "branch", "ref": name, "name": name}),
            json!({"kind": "location", "ref": name, "branch": name, "name": "L\u{0}", "timezone": "Europe/Warsaw"}),
            json!({"kind": "contact", "ref": name, "name": "Dana", "email": "dana@example.com", "branches": [name],
                   "notify": true}),
            json!({"kind": "clip", "ref": name, "location": name, "recorded_at": "2026-03-28T20:00:00Z",
                   "external_url": "https://footage.example.com/1", "password": "p"}),
        ]);
        for number in 0..7 {
            lines.push(json!({"kind": "incident", "ref": format!("{name}-{number}"), "location": name, "type": "T",
                "occurred_at": format!("2026-03-28T20:00:0{}Z", number / 2), "description": "D", "case": "thief"}));
            lines.push(json!({"kind": "interaction", "ref": format!("{name}-{number}"), "location": name, "level": 1,
                "type": "T", "started_at": "2026-03-28T20:00:00Z", "notes": "n"}));
        }
        lines.push(json!({"kind": "incident", "ref": name, "location": name, "type": "T", "description": "D",
            "occurred_at": "2026-03-28T21:00:00Z", "photo": "s3:photos/none.jpg"}));
    }
    let feed: Vec<String> = lines.iter().map(Value::to_string).collect();
    let key = room.key(None).await;
    let sent = room.post("/api/v1/feed", &key, "application/x-ndjson", feed.join("\n")).await;
    assert_eq!(sent.status, StatusCode::OK, "{}", sent.text);
    let sites = ["north", "south"].map(|name| SiteNight {
        location: name.parse().unwrap(),
        night: "2026-03-28".parse().unwrap(),
        revision: 1,
    });
    let wanted = Wanted {
        job: "morning".parse().unwrap(),
        cause: crate::model::Trigger::Manual,
        occurrence: now() - TimeDelta::hours(1),
        zone: String::new(),
        by: None,
        reason: None,
        send: true,
        attach_pdf: true,
        skip_quiet: false,
        wait_until: None,
        hold: false,
        late_since: None,
        sites: sites.to_vec(),
    };
    room.app.pipeline.plan(&wanted).await.unwrap();
    room
}

/// A cookie and the word that changes need: of a user in that role, or of a customer.
pub(super) async fn sign_in(room: &Room, number: u8, role: Option<Role>) -> (String, String) {
    let token = Token::random([number; 20]);
    let id = UserId::from(uuid::Uuid::from_u128(u128::from(number)));
    let address = format!("person{number}@example.com");
    let mut tx = room.db.begin().await.unwrap();
    if let Some(role) = role {
        let user = User {
            id,
            email: address.clone(),
            name: "P".into(),
            locale: None,
            role,
            branches: vec!["north".parse().unwrap()],
            created_at: now(),
            disabled_at: None,
        };
        assert!(users::insert(&mut tx, &user).await.unwrap());
    } else {
        let listed = Listed {
            id: uuid::Uuid::from_u128(1).into(),
            address: address.clone(),
            location: "north".parse().unwrap(),
            since: now(),
            expires_at: None,
            granted_by: "tests".into(),
            note: String::new(),
            revoked_at: None,
            whole: true,
        };
        whitelist::insert(&mut tx, &listed).await.unwrap();
    }
    let session = Session {
        token_hash: token.hash().to_vec(),
        user_id: role.map(|_| id),
        address: role.is_none().then_some(address),
        language: "en".into(),
        created_at: now(),
        seen_at: now(),
        expires_at: now() + TimeDelta::days(1),
        revoked_at: None,
        origin: String::new(),
        agent: String::new(),
    };
    sessions::insert(&mut tx, &session).await.unwrap();
    tx.commit().await.unwrap();
    (format!("daybreak={token}"), csrf(&token))
}

pub(super) async fn ask(
    room: &Room,
    method: &Method,
    path: &str,
    headers: &[(&str, String)],
    body: Option<Value>,
) -> Answer {
    let mut request = Request::builder().method(method).uri(path);
    for (name, value) in headers {
        request = request.header(*name, value);
    }
    if body.is_some() {
        request = request.header("content-type", "application/json");
    }
    room.ask(request.body(body.map_or_else(Body::empty, |body| body.to_string().into())).unwrap()).await
}

/// What a caller is told at each address of `name`'s things, but for those that belong to nobody's branch.
async fn walk(room: &Room, headers: &[(&str, String)], name: &str) -> Vec<(String, u16)> {
    let mut told = Vec::new();
    let truth = Truth::new();
    for (method, path, body) in addresses(room, name).await {
        let answer = ask(room, &method, &path, headers, body).await;
        assert!(!answer.status.is_server_error(), "{method} {path}: {}", answer.text);
        let is = (answer.status.as_u16(), answer.header("content-type"));
        let faults = truth.faults((method.as_str(), &path), is, answer.text.as_bytes());
        assert_eq!(faults, [""; 0], "{}", answer.text);
        told.push((format!("{method} {path}"), answer.status.as_u16()));
    }
    told
}

fn is_of_a_branch(address: &str, name: &str) -> bool {
    address.contains(&format!("/{name}")) || address.contains("/reports/")
}

#[tokio::test]
async fn nobody_and_no_feeding_key_reads_anything() {
    let room = furnished().await;
    for (address, status) in walk(&room, &[], "north").await {
        assert_eq!(status, 401, "{address}");
    }
    let feeds = room.key(None).await;
    for (address, status) in walk(&room, &[("authorization", format!("Bearer {feeds}"))], "north").await {
        assert!(matches!(status, 403 | 404) || address == "GET /api/v1/me", "{address}: {status}");
    }
}

#[tokio::test]
async fn a_branchs_people_and_keys_meet_404_or_403_at_another_branchs_things() {
    let room = furnished().await;
    let (cookie, word) = sign_in(&room, 1, Some(Role::Branch)).await;
    let key = room.key_with(&[KeyRight::Read, KeyRight::Write], Some(&["north"])).await;
    let (customer, customers_word) = sign_in(&room, 2, None).await;
    for headers in [
        vec![("cookie", cookie.clone()), ("x-csrf-token", word)],
        vec![("authorization", format!("Bearer {key}"))],
        vec![("cookie", customer), ("x-csrf-token", customers_word)],
    ] {
        for (address, status) in walk(&room, &headers, "south").await {
            if is_of_a_branch(&address, "south") {
                assert!(matches!(status, 403 | 404), "{address}: {status} for {headers:?}");
            }
        }
        for (address, status) in walk(&room, &headers, "north").await {
            let reads = ["locations/north", "incidents/north", "clips/north"];
            if reads.iter().any(|path| address.strip_prefix("GET /api/v1/") == Some(path)) {
                assert_eq!(status, 200, "{address} for {headers:?}");
            }
            let house =
                ["/api/v1/audit", "/api/v1/runs", "/api/v1/jobs", "/api/v1/suppressions", "/api/v1/deliveries?"];
            if house.iter().any(|path| address.contains(path)) {
                assert!(matches!(status, 403 | 404), "{address}: {status} for {headers:?}");
            }
        }
        // Lists hold one's own only.
        let lists = [("locations", "ref"), ("branches", "ref")];
        for (list, field) in lists {
            let answer = ask(&room, &Method::GET, &format!("/api/v1/{list}"), &headers, None).await;
            for item in answer.json()["items"].as_array().unwrap() {
                assert_eq!(item[field], "north", "{list}");
            }
        }
    }
    let reports = ask(&room, &Method::GET, "/api/v1/reports", &[("cookie", cookie.clone())], None).await.json();
    let sites: Vec<&str> =
        reports["items"].as_array().unwrap().iter().map(|item| item["location"].as_str().unwrap()).collect();
    assert_eq!(sites, ["north"]);
    // A change needs the session's word.
    let body = Some(json!({"address": "new@example.com"}));
    let path = "/api/v1/locations/north/whitelist";
    for headers in [vec![("cookie", cookie.clone())], vec![("cookie", cookie), ("x-csrf-token", "wrong".into())]] {
        assert_eq!(ask(&room, &Method::POST, path, &headers, body.clone()).await.status, StatusCode::FORBIDDEN);
    }
}

#[tokio::test]
async fn operations_read_everything_and_each_change_is_in_the_audit_log() {
    let room = furnished().await;
    let (cookie, word) = sign_in(&room, 3, Some(Role::Operations)).await;
    let headers = [("cookie", cookie), ("x-csrf-token", word)];
    for (address, status) in walk(&room, &headers, "south").await {
        assert_eq!(status, expected(&address), "{address}");
    }
    let log = ask(&room, &Method::GET, "/api/v1/audit", &headers, None).await.json();
    let actions: Vec<&str> =
        log["items"].as_array().unwrap().iter().map(|item| item["action"].as_str().unwrap()).collect();
    for action in [
        "whitelist.add",
        "suppression.add",
        "suppression.lift",
        "job.run",
        "job.pause",
        "job.resume",
        "incident.judge",
        "incident.comment",
        "share.create",
        "contact.change",
        "domain.rule",
        "domain.free",
        "share.rule",
        "user.language",
        "user.add",
    ] {
        assert_eq!(actions.iter().filter(|known| **known == action).count(), 1, "{actions:?}");
    }
    assert_eq!(crate::audit::verify(&room.db).await.unwrap().1, []);
    let me = ask(&room, &Method::GET, "/api/v1/me", &headers, None).await.json();
    assert_eq!((&me["role"], &me["csrf"]), (&json!("operations"), &json!(headers[1].1)));
}

#[tokio::test]
async fn pages_join_to_the_whole_list() {
    let room = furnished().await;
    let key = room.key_with(&[KeyRight::Read], None).await;
    for (path, field, expected) in [
        (
            "/api/v1/locations/north/incidents",
            "ref",
            vec!["north", "north-6", "north-5", "north-4", "north-3", "north-2", "north-1", "north-0"],
        ),
        (
            "/api/v1/locations/north/interactions",
            "ref",
            vec!["north-6", "north-5", "north-4", "north-3", "north-2", "north-1", "north-0"],
        ),
        ("/api/v1/locations", "ref", vec!["north", "south"]),
        ("/api/v1/reports?from=2026-03-01", "location", vec!["north", "south"]),
        ("/api/v1/runs", "job", vec!["morning"]),
        ("/api/v1/locations/north/contacts", "ref", vec!["north"]),
    ] {
        for limit in [1, 3, 500] {
            let mut found = Vec::new();
            let mut cursor = String::new();
            loop {
                let and = if path.contains('?') { '&' } else { '?' };
                let page = room.get(&format!("{path}{and}limit={limit}{cursor}"), &key).await;
                assert_eq!(page.status, StatusCode::OK, "{}", page.text);
                let page = page.json();
                let items = page["items"].as_array().unwrap();
                assert!(items.len() <= limit);
                found.extend(items.iter().map(|item| item[field].as_str().unwrap().to_owned()));
                match page["next"].as_str() {
                    Some(next) => cursor = format!("&cursor={next}"),
                    None => break,
                }
            }
            assert_eq!(found, expected, "{path} by {limit}");
        }
        for wrong in ["limit=0", "limit=501", "limit=x", "cursor=x", "cursor=IngieCI"] {
            let and = if path.contains('?') { '&' } else { '?' };
            let answer = room.get(&format!("{path}{and}{wrong}"), &key).await;
            let reads_any_text =
                wrong.starts_with("cursor=Ing") && field == "ref" && !path.contains("inc") && !path.contains("int");
            assert!(
                answer.status == StatusCode::UNPROCESSABLE_ENTITY || reads_any_text,
                "{path} {wrong}: {}",
                answer.text
            );
        }
    }
}
