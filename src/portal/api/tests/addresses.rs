//! The API's addresses with things in them, what each takes, and what each answers to those who may do everything.

use axum::http::Method;
use serde_json::{Value, json};

use super::room::Room;
use crate::portal::api::document;

/// Each documented address that shows or changes things, filled in with `name`'s things.
pub(super) async fn addresses(room: &Room, name: &str) -> Vec<(Method, String, Option<Value>)> {
    let reports = room.db.revisions(&name.parse().unwrap(), "2026-03-28".parse().unwrap()).await.unwrap();
    let mut found = Vec::new();
    for (path, methods) in document()["paths"].as_object().unwrap() {
        let path = path
            .replace("{location}", name)
            .replace("{incident}", name)
            .replace("{interaction}", &format!("{name}-0"))
            .replace("{clip}", name)
            .replace("{branch}", name)
            .replace("{contact}", name)
            .replace("{session}", "0")
            .replace("{hash}", "0")
            .replace("{night}", "2026-03-28")
            .replace("{name}", "report.json")
            .replace("{job}", "morning");
        for (method, operation) in methods.as_object().unwrap() {
            let id = if path.contains("/reports/") { reports[0].id.to_string() } else { uuid::Uuid::nil().to_string() };
            let id_of = operation["operationId"].as_str().unwrap();
            if ["sendFeed", "setLogo", "bringMedium", "returnMail", "describe"].contains(&id_of) {
                continue;
            }
            let body = body_of(id_of, name);
            let needs_address = ["listDeliveries", "listBounces", "listLetters", "listTestMails"].contains(&id_of);
            let query = if needs_address { "?address=dana@example.com" } else { "" };
            let method = method.to_uppercase().parse().unwrap();
            found.push((method, format!("{}{query}", path.replace("{id}", &id)), body));
        }
    }
    assert!(found.len() >= 30);
    found
}

/// What an operation takes.
fn body_of(operation: &str, name: &str) -> Option<Value> {
    let end = "2026-04-20T00:00:00Z";
    Some(match operation {
        "addToWhitelist" => json!({"address": "new@example.com"}),
        "regenerateReport" | "withdraw" => json!({"reason": "r"}),
        "runJob" | "resend" | "revokeShare" | "handleFeedback" | "pauseJob" | "sendReport" => json!({}),
        "suppress" | "liftSuppression" => json!({"address": "dana@example.com"}),
        "createShare" => json!({"incidents": [name], "addresses": ["new@example.com"]}),
        "endShare" | "grantRequest" | "endWhitelistEntry" => json!({"expires_at": end}),
        "resendShare" => json!({"recipient": uuid::Uuid::nil()}),
        "judgeIncidents" => json!({"incidents": [name], "reason": "not-a-theft"}),
        "addComment" => json!({"text": "t"}),
        "setBrand" => json!({"name": "N"}),
        "changeContact" => json!({"email": "other@example.com", "notify": true}),
        "addDomain" => json!({"domain": "example.org", "allowed": false}),
        "removeDomain" => json!({"domain": "example.org"}),
        "askForAccess" => json!({"incident": name, "name": "P"}),
        "correctContact" => json!({"email": "other@example.com", "reason": "r"}),
        "setShareRule" => json!({"prove": true}),
        "setLanguage" => json!({"locale": "de"}),
        "setPassword" => json!({"password": "short"}),
        "confirmSecondFactor" => json!({"sealed": "x", "code": "1"}),
        "removeSecondFactor" => json!({"code": "1"}),
        "giveFeedback" => json!({"subject": "incident", "ref": name, "kind": "ours"}),
        "commentOnShared" => json!({"number": 1, "text": "t"}),
        "addUser" => json!({"email": "user@example.com", "name": "U", "role": "staff"}),
        "assignUser" => json!({"role": "staff"}),
        _ => return None,
    })
}

/// What operations are answered in a furnished room.
pub(super) fn expected(address: &str) -> u16 {
    let has = |parts: &[&str]| parts.iter().any(|part| address.contains(part));
    // Nothing of the kind is there.
    let gone = [
        "photo",
        "artifacts/",
        "bundle",
        "deliveries/0",
        "runs/0",
        "whitelist/0",
        "shares/0",
        "requests/0",
        "/feedback/0",
        "users/0",
        "sessions/0",
        "me/shared/",
        "/report.pdf",
        "/send",
        "/events",
        "/recipients",
    ];
    match address {
        _ if address.ends_with("/test") || has(&gone) => 404,
        // Nobody was mailed anything.
        _ if address.contains("/api/v1/reports/") && address.ends_with("/feedback") => 404,
        _ if has(&["lift", "logo/remove", "domains/remove", "end-others", "me/language"]) => 204,
        _ if has(&["/me/password", "second-factor/confirm", "second-factor/remove"]) => 422,
        _ if has(&["/judgements", "/contacts/", "/pause", "/resume", "/release", "second-factor/begin"]) => 200,
        _ if address.contains("clips/south/media") => 302,
        _ if address.contains("regenerate") => 409,
        "POST /api/v1/requests" => 202,
        _ if address.starts_with("POST") && has(&["/run", "/resend-failed"]) => 202,
        _ if address.starts_with("POST") => 201,
        _ => 200,
    }
}
