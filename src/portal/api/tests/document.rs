//! The `OpenAPI` document says what is there, in schemas that are schemas.

use std::collections::BTreeSet;

use axum::http::{Method, StatusCode};
use serde_json::Value;

use super::room::Room;
use crate::portal::api::document;

#[tokio::test]
async fn the_document_is_served_to_everybody_and_each_of_its_addresses_is_there() {
    let room = Room::new().await;
    let answer = room.plain(Method::GET, "/api/v1/openapi.json").await;
    assert_eq!((answer.status, answer.header("content-type")), (StatusCode::OK, "application/json"));
    let told = answer.json();
    assert_eq!(told, document());
    let mut operations = BTreeSet::new();
    for (path, methods) in told["paths"].as_object().unwrap() {
        for (method, operation) in methods.as_object().unwrap() {
            assert!(operations.insert(operation["operationId"].as_str().unwrap().to_owned()), "{path}: an id twice");
            let path = path.replace("{id}", "00000000-0000-0000-0000-000000000000").replace(['{', '}'], "");
            let answer = room.plain(method.to_uppercase().parse().unwrap(), &path).await;
            let documented = operation["responses"].get(answer.status.as_str());
            assert!(documented.is_some(), "{method} {path} answers {}", answer.status);
            let open = operation["security"] == serde_json::json!([]);
            assert_eq!(answer.status == StatusCode::UNAUTHORIZED, !open, "{method} {path}: {}", answer.status);
            let other = room.plain(Method::DELETE, &path).await;
            assert_eq!(other.status, StatusCode::METHOD_NOT_ALLOWED, "{path}");
            assert!(!other.header("allow").is_empty());
        }
    }
    assert!(operations.len() >= 30, "{operations:?}");
}

#[test]
fn every_schema_is_one_and_every_reference_leads_somewhere() {
    let document = document();
    let schemas = document["components"]["schemas"].as_object().unwrap();
    for (name, schema) in schemas {
        assert!(jsonschema::meta::is_valid(schema), "{name}");
    }
    let mut references = Vec::new();
    gather(&document, &mut references);
    assert!(!references.is_empty());
    for reference in references {
        let name = reference.strip_prefix("#/components/schemas/").unwrap_or_else(|| panic!("{reference}"));
        assert!(schemas.contains_key(name), "{reference}");
    }
}

fn gather(value: &Value, references: &mut Vec<String>) {
    match value {
        Value::Object(object) => {
            references.extend(object.get("$ref").and_then(Value::as_str).map(str::to_owned));
            object.values().for_each(|value| gather(value, references));
        }
        Value::Array(list) => list.iter().for_each(|value| gather(value, references)),
        _ => {}
    }
}
