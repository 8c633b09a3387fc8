//! Watching: how a process is, for monitoring: `/healthz`, `/readyz` and `/metrics`, without anything that a page needs.

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use axum::routing::get;
use axum::{Json, Router};

use crate::watch::{CONTENT_TYPE, Watcher};

/// `/readyz`, and where `metrics` is wanted `/metrics`.
pub fn watching(watcher: Watcher, metrics: bool) -> Router {
    let mut routes = Router::new().route("/readyz", get(ready));
    if metrics {
        routes = routes.route("/metrics", get(figures));
    }
    routes.with_state(watcher)
}

/// All three, for a process without pages.
pub fn watching_alone(watcher: Watcher) -> Router {
    watching(watcher, true).route("/healthz", get(alive))
}

/// 200 while the process answers at all; whether it can work is what `/readyz` says.
async fn alive() -> &'static str {
    "ok\n"
}

/// 200 when everything is there that the process needs, else 503; the reasons in both.
async fn ready(State(watcher): State<Watcher>) -> impl IntoResponse {
    let readiness = watcher.readiness().await;
    let is_ready = readiness.is_ready();
    if !is_ready {
        tracing::warn!(?readiness, "not ready");
    }
    let status = if is_ready { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    let body = serde_json::json!({ "ready": is_ready, "checks": readiness.checks });
    (status, [(header::CACHE_CONTROL, "no-store")], Json(body))
}

async fn figures(State(watcher): State<Watcher>) -> impl IntoResponse {
    ([(header::CONTENT_TYPE, CONTENT_TYPE), (header::CACHE_CONTROL, "no-store")], watcher.metrics().await)
}
