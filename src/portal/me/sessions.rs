//! `POST /me/sessions/…`: sessions of one's own are ended, at once and on every process.

use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;
use serde_json::json;

use super::page::{mark, own};
use crate::audit::{self, Change};
use crate::db::sessions;
use crate::portal::PortalState;
use crate::portal::fault::Fault;
use crate::portal::posted::Posted;
use crate::portal::sign_in::session::Button;
use crate::portal::viewer::Viewer;

#[derive(Deserialize)]
pub(super) struct Form {
    session: String,
}

/// One of them.
pub(super) async fn end(
    State(state): State<PortalState>,
    viewer: Viewer,
    Posted(form): Posted<Form>,
) -> Result<Response, Fault> {
    end_those(&state, &viewer, |mark| mark == form.session).await?;
    Ok(Redirect::to("/me").into_response())
}

/// All but this one.
pub(super) async fn end_others(
    State(state): State<PortalState>,
    viewer: Viewer,
    Posted(Button {}): Posted<Button>,
) -> Result<Response, Fault> {
    let this = viewer.session.as_ref().map(|session| mark(&session.token_hash)).unwrap_or_default();
    end_those(&state, &viewer, |mark| mark != this).await?;
    Ok(Redirect::to("/me").into_response())
}

/// Ends those of a person's own sessions whose mark is wanted; returns how many that were.
pub(in crate::portal) async fn end_those(
    state: &PortalState,
    viewer: &Viewer,
    wanted: impl Fn(&str) -> bool,
) -> Result<usize, Fault> {
    let ended: Vec<_> =
        own(state, viewer).await?.into_iter().filter(|session| wanted(&mark(&session.token_hash))).collect();
    if ended.is_empty() {
        return Ok(0);
    }
    let now = state.clock.now();
    let mut tx = state.db.begin().await?;
    for session in &ended {
        sessions::revoke(&mut tx, &session.token_hash, now).await?;
    }
    let change = Change {
        actor: viewer.actor(),
        action: "session.end",
        object: viewer.actor().to_string(),
        branch: None,
        detail: json!({ "sessions": ended.len() }),
        origin: &viewer.origin.address,
    };
    audit::record(&mut tx, change, now).await?;
    tx.commit().await?;
    Ok(ended.len())
}
