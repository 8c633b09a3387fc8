//! The portal's way in for programs: requests with a key become rows and answers, and problems are JSON.
//!
//! Each endpoint is mounted and told of in the `OpenAPI` document by the same value. It must not show anybody anything
//! that a page would not show them.

mod account;
mod artifacts;
mod asking;
mod board;
mod bounces;
mod brand;
mod caller;
mod changes;
mod correcting;
mod endpoint;
mod events;
mod feed;
mod feedback;
mod given;
mod hosted;
mod house;
mod incidents;
mod input;
mod jobs;
mod judging;
mod letters;
mod links;
mod lookers;
mod mail;
mod me;
mod media;
mod openapi;
mod page;
mod pdfs;
mod people;
mod places;
mod problem;
mod received;
mod repeat;
mod reports;
mod requests;
mod returned;
mod reviews;
mod rules;
mod sale;
mod secrets;
mod sending;
mod shares;
mod sharing;
mod sites;
mod spool;
mod suppressions;
mod telling;
#[cfg(test)]
pub(super) mod tests;
mod viewers;

use std::sync::Arc;

use axum::Json;
use axum::http::{StatusCode, header};
use axum::middleware::from_fn;
use axum::response::{IntoResponse, Response};
use axum::routing::any;
use schemars::{Schema, json_schema};
use serde_json::Value;

use self::endpoint::{Door, Endpoint, mount};
pub(super) use self::places::Places;
use self::problem::{Problem, only_problems};
pub(super) use self::repeat::once;
use super::PortalState;
use super::rooms::Rooms;
use crate::bounces::Taken;

/// The name of a person's cookie where pages are reached over TLS.
const SESSION_COOKIE: &str = super::viewer::SECURE_COOKIE;

/// The routes below `/api/v1`.
pub(super) fn rooms() -> Rooms {
    let document = Arc::new(document());
    let serve = move || {
        let document = Arc::clone(&document);
        async move { ([(header::CACHE_CONTROL, "public, max-age=300")], Json(Value::clone(&document))) }
    };
    let mut endpoints = endpoints();
    endpoints.push(describing(serve));
    mount(endpoints).map(|router| router.route("/api/{*rest}", any(nothing_here)).layer(from_fn(only_problems)))
}

/// The document, itself included.
fn document() -> Value {
    let mut endpoints = endpoints();
    endpoints.push(describing(async || ()));
    openapi::document(&endpoints)
}

/// Every endpoint but the document itself, which is made from them.
fn endpoints() -> Vec<Endpoint> {
    let mut all = producers();
    for more in [
        me::endpoints(),
        secrets::endpoints(),
        received::endpoints(),
        sites::endpoints(),
        correcting::endpoints(),
        brand::endpoints(),
        reviews::endpoints(),
        viewers::endpoints(),
        lookers::endpoints(),
        incidents::endpoints(),
        judging::endpoints(),
        pdfs::endpoints(),
        events::endpoints(),
        shares::endpoints(),
        sharing::endpoints(),
        requests::endpoints(),
        asking::endpoints(),
        links::endpoints(),
        reports::endpoints(),
        changes::endpoints(),
        sending::endpoints(),
        artifacts::endpoints(),
        hosted::endpoints(),
        feedback::endpoints(),
        telling::endpoints(),
        mail::endpoints(),
        letters::endpoints(),
        returned::endpoints(),
        suppressions::endpoints(),
        account::endpoints(),
        rules::endpoints(),
        people::endpoints(),
        board::endpoints(),
        jobs::endpoints(),
        house::endpoints(),
    ] {
        all.extend(more);
    }
    all
}

/// What comes from outside, with a key of its own.
fn producers() -> Vec<Endpoint> {
    vec![
        Endpoint::post(
            "/api/v1/feed",
            ("sendFeed", "producers", "Send records: all of them are taken, or none."),
            feed::send,
        )
        .behind(Door::Key)
        .takes_as(feed::NDJSON, |_| text("One JSON object a line, as the README describes; gzip is welcome."))
        .answers::<feed::Imported>(200, "What became of the records.")
        .problem(400, "The connection broke off.")
        .problem(403, "Some records are of branches that the key is not for; every fault is listed.")
        .problem(408, "Nothing came for a minute.")
        .problem(413, "The feed is larger than this server takes at once.")
        .problem(415, "The body is no feed by its Content-Type, or is encoded otherwise than with gzip.")
        .problem(422, "The feed is wrong; every fault is listed."),
        Endpoint::post(
            "/api/v1/media",
            ("bringMedium", "producers", "Ask where to upload a clip or a photo that a feed will name."),
            media::create,
        )
        .behind(Door::Key)
        .takes::<media::NewMedium>()
        .answers::<media::Medium>(200, "It is there already.")
        .answers::<media::Medium>(201, "Upload it to this address.")
        .problem(413, "It is larger than this server takes."),
        Endpoint::post(
            "/api/v1/bounces",
            ("returnMail", "mail", "Hand in a returned mail, as it came."),
            bounces::take,
        )
        .behind(Door::Bounces)
        .takes_as("message/rfc822", |_| text("The mail itself; its first 16 MiB are enough."))
        .answers::<Taken>(202, "It was read and need not be sent again.")
        .problem(413, "It is larger than 16 MiB.")
        .problem(415, "It is no mail by its Content-Type.")
        .problem(503, "This database may be a copy: the mail is the original's, or comes again."),
    ]
}

/// The address of the document.
fn describing<H: axum::handler::Handler<T, PortalState>, T: 'static>(handler: H) -> Endpoint {
    let what = ("describe", "about", "What this document says.");
    Endpoint::get(openapi::PATH, what, handler).behind(Door::Open).answers_as(
        200,
        "An OpenAPI 3.1 document.",
        "application/json",
        |_| json_schema!({ "type": "object" }),
    )
}

fn text(what: &str) -> Schema {
    json_schema!({ "type": "string", "description": what })
}

/// What a program is told where nobody got as far as an endpoint.
pub(super) fn refusal(status: StatusCode) -> Response {
    Problem::new(status, "the request was turned away before anything was looked at").into_response()
}

async fn nothing_here() -> Problem {
    Problem::new(StatusCode::NOT_FOUND, "the API has no such address; /api/v1/openapi.json lists those that it has")
}
