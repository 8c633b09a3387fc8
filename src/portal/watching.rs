//! Watching: how a process is, for monitoring: `/healthz`, `/readyz` and `/metrics`, without anything that a page needs.
//!
//! What stands on the portal is for everybody: ready or not, and what is missing by name. It must not tell paths, hosts
//! or errors there; those, and the figures, have an address of their own.

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use serde_json::{Value, json};

use crate::watch::{CONTENT_TYPE, Readiness, Watcher};

/// `/readyz` for everybody, beside the pages.
pub fn watching(watcher: Watcher) -> Router {
    Router::new().route("/readyz", get(ready_or_not)).with_state(watcher)
}

/// All three, with the details, for an address of operators' own.
pub fn watching_alone(watcher: Watcher) -> Router {
    Router::new()
        .route("/healthz", get(alive))
        .route("/readyz", get(ready))
        .route("/metrics", get(figures))
        .with_state(watcher)
}

/// 200 while the process answers at all; whether it can work is what `/readyz` says.
async fn alive() -> &'static str {
    "ok\n"
}

/// 200 when everything is there that the process needs, else 503 and the names of what is missing.
async fn ready_or_not(State(watcher): State<Watcher>) -> impl IntoResponse {
    answer(&watcher.readiness().await, |readiness| {
        let missing: Vec<&str> = readiness
            .checks
            .iter()
            .filter(|check| check.fault.is_some() && !check.bearable)
            .map(|check| check.what)
            .collect();
        json!({ "ready": readiness.is_ready(), "missing": missing })
    })
}

/// The same with the reasons.
async fn ready(State(watcher): State<Watcher>) -> impl IntoResponse {
    answer(&watcher.readiness().await, |readiness| json!({ "ready": readiness.is_ready(), "checks": readiness.checks }))
}

fn answer(readiness: &Readiness, body: fn(&Readiness) -> Value) -> Response {
    let is_ready = readiness.is_ready();
    if !is_ready {
        tracing::warn!(?readiness, "not ready");
    }
    let status = if is_ready { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    (status, [(header::CACHE_CONTROL, "no-store")], Json(body(readiness))).into_response()
}

async fn figures(State(watcher): State<Watcher>) -> impl IntoResponse {
    ([(header::CONTENT_TYPE, CONTENT_TYPE), (header::CACHE_CONTROL, "no-store")], watcher.metrics().await)
}
