//! Truth: whether an answer is one that the document tells of, to the last field.

use std::cell::RefCell;
use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::portal::api::document;

/// The document, and which of its operations have answered well.
pub(in crate::portal) struct Truth {
    document: Value,
    done: RefCell<BTreeSet<String>>,
}

impl Truth {
    /// The document, strictly: an answer has no field that its schema does not name.
    pub(in crate::portal) fn new() -> Self {
        let mut document = document();
        for schema in document["components"]["schemas"].as_object_mut().unwrap().values_mut() {
            close(schema);
        }
        Self { document, done: RefCell::default() }
    }

    /// The operations that have answered with what they are for.
    pub(in crate::portal) fn done(&self) -> BTreeSet<String> {
        self.done.borrow().clone()
    }

    /// All operations.
    pub(in crate::portal) fn all(&self) -> BTreeSet<String> {
        let methods = self.document["paths"].as_object().unwrap().values().flat_map(|path| path.as_object().unwrap());
        methods.map(|(_, operation)| operation["operationId"].as_str().unwrap().to_owned()).collect()
    }

    /// The operation at an address.
    fn operation(&self, method: &str, address: &str) -> &Value {
        let path = address.split('?').next().unwrap();
        let segments: Vec<&str> = path.split('/').collect();
        let fits = |template: &str| {
            let wanted: Vec<&str> = template.split('/').collect();
            wanted.len() == segments.len()
                && wanted.iter().zip(&segments).all(|(wanted, is)| wanted == is || wanted.starts_with('{'))
        };
        let paths = self.document["paths"].as_object().unwrap();
        let found =
            paths.iter().filter(|(template, _)| fits(template)).min_by_key(|(path, _)| path.matches('{').count());
        let (_, methods) = found.unwrap_or_else(|| panic!("{path}: no such address"));
        &methods[method.to_lowercase()]
    }

    /// What of an answer the document does not tell of.
    pub(in crate::portal) fn faults(
        &self,
        (method, address): (&str, &str),
        (status, kind): (u16, &str),
        body: &[u8],
    ) -> Vec<String> {
        let operation = self.operation(method, address);
        let told = &operation["responses"][status.to_string()];
        if told.is_null() {
            return vec![format!("{method} {address}: nothing is told of {status}")];
        }
        if (200..400).contains(&status) {
            self.done.borrow_mut().insert(operation["operationId"].as_str().unwrap().to_owned());
        }
        let Some(content) = told.get("content").and_then(Value::as_object) else {
            let empty = body.is_empty();
            return if empty {
                Vec::new()
            } else {
                vec![format!("{method} {address} {status}: content is not told of")]
            };
        };
        let bare = kind.split(';').next().unwrap_or_default().trim();
        let Some(content) = content.get(bare).or_else(|| content.get("*/*")) else {
            return vec![format!("{method} {address} {status}: nothing is told of {kind}")];
        };
        if !bare.ends_with("json") || content["schema"] == json!(true) {
            return Vec::new();
        }
        let answer: Value = serde_json::from_slice(body).unwrap_or_else(|error| panic!("{method} {address}: {error}"));
        let schema = json!({ "allOf": [content["schema"]], "components": self.document["components"] });
        let validator = jsonschema::options().should_validate_formats(true).build(&schema).unwrap();
        let wrong = |fault: jsonschema::ValidationError<'_>| {
            format!("{method} {address} {status}: {} at {}", fault, fault.instance_path())
        };
        validator.iter_errors(&answer).map(wrong).collect()
    }
}

/// Says of a schema with properties that there are no others.
fn close(schema: &mut Value) {
    let Some(object) = schema.as_object_mut() else { return };
    if object.contains_key("properties") && !object.contains_key("additionalProperties") {
        object.insert("additionalProperties".into(), json!(false));
    }
}

#[test]
fn an_answer_that_the_document_does_not_tell_of_is_found() {
    let truth = Truth::new();
    let me = json!({"actor": "key:1", "role": "key", "name": null, "address": null, "locale": "en"});
    let faults = |status: u16, kind: &str, answer: &Value| {
        truth.faults(("GET", "/api/v1/me?x=1"), (status, kind), answer.to_string().as_bytes())
    };
    assert_eq!(faults(200, "application/json; charset=utf-8", &me), [""; 0]);
    assert_eq!(truth.done(), ["whoAmI".to_owned()].into());
    for wrong in [json!({"actor": 1}), json!([]), json!({"actor": "a", "role": "key", "more": true})] {
        assert!(!faults(200, "application/json", &wrong).is_empty(), "{wrong}");
    }
    let mut more = me.clone();
    more["secret"] = json!("s");
    assert_eq!(faults(200, "application/json", &more).len(), 1);
    assert_eq!(faults(200, "text/html", &me).len(), 1);
    assert_eq!(faults(418, "application/json", &me).len(), 1);
}
