//! The portal's way in for programs: requests with a key become rows, answers and problems are JSON.
//!
//! It must not show anything of a night: pages do, behind their links.

mod bounces;
mod problem;

use axum::Router;
use axum::routing::post;

use super::PortalState;

/// The routes below `/api/v1`.
pub(super) fn routes() -> Router<PortalState> {
    Router::new().route("/api/v1/bounces", post(bounces::take).fallback(bounces::only_post))
}
