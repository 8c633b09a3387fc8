//! Endpoints: one value says where an operation stands, who answers it, and what the document tells of it, so that the
//! one cannot be there without the other.

use std::collections::BTreeMap;

use axum::Router;
use axum::handler::Handler;
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::routing::{MethodFilter, MethodRouter, on};
use schemars::{JsonSchema, Schema, SchemaGenerator};

use super::problem::Problem;
use crate::portal::PortalState;
use crate::portal::rooms::{self, Room, Rooms};

/// Makes the schema of a type.
pub(super) type SchemaOf = fn(&mut SchemaGenerator) -> Schema;

/// What a body or an answer holds.
#[derive(Clone, Copy)]
pub(super) struct Content {
    pub(super) media_type: &'static str,
    pub(super) schema: SchemaOf,
}

/// Who may ask.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Door {
    /// Everybody.
    Open,
    /// A program with a key.
    Key,
    /// A program with a key, or a signed-in person.
    KeyOrPerson,
    /// A signed-in person, and no program with a key.
    Person,
    /// Whoever has the key for returned mail.
    Bounces,
}

/// One method of one address.
pub(super) struct Endpoint {
    pub(super) method: &'static str,
    pub(super) path: &'static str,
    pub(super) id: &'static str,
    pub(super) summary: &'static str,
    pub(super) tag: &'static str,
    pub(super) door: Door,
    /// Names in the path, what they are, and their format.
    pub(super) parameters: Vec<(&'static str, &'static str, Option<&'static str>)>,
    pub(super) query: Option<SchemaOf>,
    pub(super) body: Option<Content>,
    /// Status, description, and content.
    pub(super) answers: Vec<(u16, &'static str, Option<Content>)>,
    /// Problems by status, with what they mean here.
    pub(super) problems: BTreeMap<u16, &'static str>,
    handler: MethodRouter<PortalState>,
}

impl Endpoint {
    fn new<H: Handler<T, PortalState>, T: 'static>(
        (method, filter): (&'static str, MethodFilter),
        path: &'static str,
        (id, tag, summary): (&'static str, &'static str, &'static str),
        handler: H,
    ) -> Self {
        Self {
            method,
            path,
            id,
            summary,
            tag,
            door: Door::KeyOrPerson,
            parameters: Vec::new(),
            query: None,
            body: None,
            answers: Vec::new(),
            problems: BTreeMap::new(),
            handler: on(filter, handler),
        }
    }

    /// An address that is read. `what` is its id, its group and one sentence.
    pub(super) fn get<H: Handler<T, PortalState>, T: 'static>(
        path: &'static str,
        what: (&'static str, &'static str, &'static str),
        handler: H,
    ) -> Self {
        Self::new(("get", MethodFilter::GET), path, what, handler)
    }

    /// An address to which something is sent.
    pub(super) fn post<H: Handler<T, PortalState>, T: 'static>(
        path: &'static str,
        what: (&'static str, &'static str, &'static str),
        handler: H,
    ) -> Self {
        Self::new(("post", MethodFilter::POST), path, what, handler)
    }

    /// An address whose thing is replaced.
    pub(super) fn put<H: Handler<T, PortalState>, T: 'static>(
        path: &'static str,
        what: (&'static str, &'static str, &'static str),
        handler: H,
    ) -> Self {
        Self::new(("put", MethodFilter::PUT), path, what, handler)
    }

    /// Behind another door than most.
    pub(super) fn behind(mut self, door: Door) -> Self {
        self.door = door;
        self
    }

    /// What a name in the path stands for.
    pub(super) fn parameter(mut self, name: &'static str, what: &'static str, format: Option<&'static str>) -> Self {
        self.parameters.push((name, what, format));
        self
    }

    /// What may stand behind the question mark.
    pub(super) fn query<T: JsonSchema>(mut self) -> Self {
        self.query = Some(T::json_schema);
        self
    }

    /// The JSON that it takes.
    pub(super) fn takes<T: JsonSchema>(self) -> Self {
        self.takes_as("application/json", SchemaGenerator::subschema_for::<T>)
            .problem(415, "The body is no JSON by its Content-Type.")
            .problem(413, "The body is too large.")
    }

    /// The bytes that it takes.
    pub(super) fn takes_as(mut self, media_type: &'static str, schema: SchemaOf) -> Self {
        self.body = Some(Content { media_type, schema });
        self
    }

    /// The JSON that it answers.
    pub(super) fn answers<T: JsonSchema>(self, status: u16, what: &'static str) -> Self {
        self.answers_as(status, what, "application/json", SchemaGenerator::subschema_for::<T>)
    }

    /// The bytes that it answers.
    pub(super) fn answers_as(
        mut self,
        status: u16,
        what: &'static str,
        media_type: &'static str,
        schema: SchemaOf,
    ) -> Self {
        self.answers.push((status, what, Some(Content { media_type, schema })));
        self
    }

    /// An answer without content.
    pub(super) fn answers_with_nothing(mut self, status: u16, what: &'static str) -> Self {
        self.answers.push((status, what, None));
        self
    }

    /// A problem that it may answer.
    pub(super) fn problem(mut self, status: u16, what: &'static str) -> Self {
        self.problems.insert(status, what);
        self
    }
}

/// The routes of endpoints; each address refuses the methods that it has not, and says which it has.
pub(super) fn mount(endpoints: Vec<Endpoint>) -> Rooms {
    let mut by_path: BTreeMap<&'static str, (Vec<&'static str>, MethodRouter<PortalState>)> = BTreeMap::new();
    let mut plan = Vec::with_capacity(endpoints.len());
    for endpoint in endpoints {
        let (method, allowed) = match endpoint.method {
            "get" => (Method::GET, "GET, HEAD"),
            "put" => (Method::PUT, "PUT"),
            _ => (Method::POST, "POST"),
        };
        plan.push(Room {
            method,
            path: endpoint.path,
            door: if endpoint.door == Door::Open { rooms::Door::Open } else { rooms::Door::Key },
        });
        let (methods, routes) = by_path.entry(endpoint.path).or_default();
        methods.push(allowed);
        *routes = std::mem::take(routes).merge(endpoint.handler);
    }
    let router = by_path.into_iter().fold(Router::new(), |router, (path, (methods, routes))| {
        let allowed = HeaderValue::from_str(&methods.join(", ")).ok();
        let refuse = move || {
            let problem = Problem::new(StatusCode::METHOD_NOT_ALLOWED, "this address has no such method");
            let allowed = allowed.clone();
            async move {
                match allowed {
                    Some(allowed) => problem.with_header(header::ALLOW, allowed),
                    None => problem,
                }
            }
        };
        router.route(path, routes.fallback(refuse))
    });
    Rooms::of(router, plan)
}
