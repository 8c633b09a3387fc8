//! The `OpenAPI` document: what the endpoints say of themselves, with schemas from the very types that are sent.

use schemars::generate::SchemaSettings;
use schemars::{SchemaGenerator, generate::Contract};
use serde_json::{Map, Value, json};

use super::endpoint::{Content, Door, Endpoint, SchemaOf};
use super::problem::{PROBLEM_JSON, ProblemBody};
use super::repeat;

/// Where the document stands.
pub(super) const PATH: &str = "/api/v1/openapi.json";

/// Makes schemas: what we answer and what we take differ in what may be left out.
struct Schemas {
    answered: SchemaGenerator,
    taken: SchemaGenerator,
}

impl Schemas {
    fn new() -> Self {
        let of = |contract: Contract| {
            let settings = SchemaSettings::draft2020_12().with(|settings| {
                settings.definitions_path = "/components/schemas".into();
                settings.meta_schema = None;
                settings.contract = contract;
            });
            settings.into_generator()
        };
        Self { answered: of(Contract::Serialize), taken: of(Contract::Deserialize) }
    }

    fn content(generator: &mut SchemaGenerator, content: Content) -> Value {
        json!({ (content.media_type): { "schema": (content.schema)(generator) } })
    }

    fn definitions(mut self) -> Map<String, Value> {
        let mut all = self.answered.take_definitions(true);
        all.extend(self.taken.take_definitions(true));
        all
    }
}

/// The document, made from the endpoints.
pub(super) fn document(endpoints: &[Endpoint]) -> Value {
    let mut schemas = Schemas::new();
    let problem = SchemaGenerator::subschema_for::<ProblemBody>;
    let mut paths: Map<String, Value> = Map::new();
    for endpoint in endpoints {
        let operation = operation(&mut schemas, endpoint, problem);
        let path = paths.entry(endpoint.path).or_insert_with(|| json!({}));
        path[endpoint.method] = operation;
    }
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Daybreak",
            "version": "1",
            "description": "What the portal's pages show and change, and what producers send, for programs.",
            "license": { "name": "Apache-2.0", "identifier": "Apache-2.0" },
        },
        "servers": [{ "url": "/" }],
        "paths": paths,
        "components": {
            "schemas": schemas.definitions(),
            "securitySchemes": {
                "key": {
                    "type": "http",
                    "scheme": "bearer",
                    "description": "A key that `daybreak keys create` made.",
                },
                "session": {
                    "type": "apiKey",
                    "in": "cookie",
                    "name": super::SESSION_COOKIE,
                    "description": "A signed-in person's session; changes also need the header X-CSRF-Token.",
                },
                "bouncesKey": {
                    "type": "http",
                    "scheme": "bearer",
                    "description": "The value of DAYBREAK_BOUNCES_KEY.",
                },
            },
        },
    })
}

fn operation(schemas: &mut Schemas, endpoint: &Endpoint, problem: SchemaOf) -> Value {
    let mut operation = json!({
        "operationId": endpoint.id,
        "tags": [endpoint.tag],
        "summary": endpoint.summary,
        "security": security(endpoint.door),
        "responses": responses(schemas, endpoint, problem),
    });
    let parameters = parameters(schemas, endpoint);
    if !parameters.is_empty() {
        operation["parameters"] = parameters.into();
    }
    if let Some(body) = endpoint.body {
        let content = Schemas::content(&mut schemas.taken, body);
        operation["requestBody"] = json!({ "required": true, "content": content });
    }
    operation
}

fn security(door: Door) -> Value {
    match door {
        Door::Open => json!([]),
        Door::Key => json!([{ "key": [] }]),
        Door::KeyOrPerson => json!([{ "key": [] }, { "session": [] }]),
        Door::Person => json!([{ "session": [] }]),
        Door::Bounces => json!([{ "bouncesKey": [] }]),
    }
}

fn responses(schemas: &mut Schemas, endpoint: &Endpoint, problem: SchemaOf) -> Value {
    let mut responses = Map::new();
    for (status, what, content) in &endpoint.answers {
        let mut response = json!({ "description": what });
        if let Some(content) = content {
            response["content"] = Schemas::content(&mut schemas.answered, *content);
        }
        if (300..400).contains(status) {
            let location = json!({ "required": true, "schema": { "type": "string", "format": "uri-reference" } });
            response["headers"] = json!({ "Location": location });
        }
        responses.insert(status.to_string(), response);
    }
    let mut problems = endpoint.problems.clone();
    if endpoint.door != Door::Open {
        problems.entry(401).or_insert("Nobody says who asks, or the key opens nothing.");
        problems.entry(403).or_insert("Whoever asks may not.");
        problems.entry(429).or_insert("Too many keys that open nothing came from this network.");
    }
    if endpoint.query.is_some() || endpoint.body.is_some() {
        problems.entry(422).or_insert("What was sent is wrong; every fault is listed.");
    }
    if repeat::is_for(endpoint.method, endpoint.path) {
        problems.entry(400).or_insert("The address or the Idempotency-Key is none.");
        problems.entry(409).or_insert("The same request, by its Idempotency-Key, is under way.");
        problems.entry(413).or_insert("The body is too large.");
        problems.entry(422).or_insert("Another request was sent with this Idempotency-Key.");
    }
    if !endpoint.parameters.is_empty() {
        problems.entry(400).or_insert("The address is none.");
        problems.entry(404).or_insert("There is no such thing, or it is not for whoever asks.");
    }
    let content = Schemas::content(&mut schemas.answered, Content { media_type: PROBLEM_JSON, schema: problem });
    for (status, what) in problems {
        responses.insert(status.to_string(), json!({ "description": what, "content": content.clone() }));
    }
    let ours = json!({ "description": "A fault of ours, or of a service behind us.", "content": content });
    responses.insert("5XX".into(), ours);
    responses.into()
}

fn parameters(schemas: &mut Schemas, endpoint: &Endpoint) -> Vec<Value> {
    let mut parameters = Vec::new();
    for (name, what, format) in &endpoint.parameters {
        let mut schema = json!({ "type": "string", "minLength": 1, "maxLength": 128 });
        if let Some(format) = format {
            schema = json!({ "type": "string", "format": format });
        }
        parameters.push(json!({ "name": name, "in": "path", "required": true, "description": what, "schema": schema }));
    }
    if repeat::is_for(endpoint.method, endpoint.path) {
        parameters.push(json!({
            "name": repeat::HEADER,
            "in": "header",
            "description": "A new UUID for each request: sent again with the same key within 24 hours, the request is \
                            answered as before and changes nothing more.",
            "schema": { "type": "string", "minLength": 1, "maxLength": repeat::LONGEST },
        }));
    }
    let Some(query) = endpoint.query else { return parameters };
    let query = query(&mut schemas.taken).to_value();
    for (name, schema) in query["properties"].as_object().into_iter().flatten() {
        let mut schema = schema.clone();
        let what = schema.as_object_mut().and_then(|schema| schema.remove("description")).unwrap_or_default();
        parameters.push(json!({ "name": name, "in": "query", "description": what, "schema": schema }));
    }
    parameters
}
