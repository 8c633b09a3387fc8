//! `/healthz`: whether this process can answer.

use axum::extract::State;
use axum::http::StatusCode;

use crate::portal::PortalState;

/// 200 when the database answers; the archive is `doctor`'s concern, because pages say so themselves.
pub(in crate::portal) async fn health(State(state): State<PortalState>) -> (StatusCode, &'static str) {
    match state.db.schema_version().await {
        Ok(_) => (StatusCode::OK, "ok\n"),
        Err(error) => {
            tracing::warn!(error = &error as &dyn std::error::Error, "not healthy");
            (StatusCode::SERVICE_UNAVAILABLE, "the database does not answer\n")
        }
    }
}
