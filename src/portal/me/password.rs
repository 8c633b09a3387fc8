//! `POST /me/password`: a password is set, or replaced by who knows the old one; every other session ends.

use axum::extract::State;
use axum::response::Response;
use serde::Deserialize;
use serde_json::json;

use super::page::{page, user};
use crate::access::password;
use crate::audit::{self, Change};
use crate::db::sessions;
use crate::db::users::{User, secrets};
use crate::portal::PortalState;
use crate::portal::fault::Fault;
use crate::portal::posted::Posted;
use crate::portal::sign_in::{Limit, hold, refusal};
use crate::portal::viewer::Viewer;

#[derive(Deserialize)]
pub(super) struct Form {
    #[serde(default)]
    current: String,
    password: String,
    again: String,
}

pub(super) async fn set(
    State(state): State<PortalState>,
    viewer: Viewer,
    Posted(form): Posted<Form>,
) -> Result<Response, Fault> {
    let user = user(&viewer)?;
    let Form { current, password, again } = form;
    match change(&state, &viewer, user, (current, password, &again), "page").await? {
        Some(say) => page(&state, &viewer, Some(say), true).await,
        None => page(&state, &viewer, Some("me-password-done"), false).await,
    }
}

/// What is said where the old password is not the one that is kept.
pub(in crate::portal) const WRONG: &str = "me-password-wrong";

/// Sets a password (the old one, the new one, and the new one again) and ends the user's other sessions; or returns the
/// key of a message that says why not. `by` is how they came, for the audit log.
pub(in crate::portal) async fn change(
    state: &PortalState,
    viewer: &Viewer,
    user: &User,
    (current, new, again): (String, String, &str),
    by: &'static str,
) -> Result<Option<&'static str>, Fault> {
    hold(state, viewer, Limit::Passwords, &user.email).await?;
    let kept = state.db.user_secrets(user.id).await?;
    if kept.password.is_some() && !password::matches(current, kept.password).await {
        return Ok(Some(WRONG));
    }
    if let Some(say) = refusal(&new, again, user) {
        return Ok(Some(say));
    }
    let hash = password::hash(new, state.random.bytes()?).await?;
    let now = state.clock.now();
    let this = viewer.session.as_ref().map(|session| session.token_hash.clone()).unwrap_or_default();
    let mut tx = state.db.begin().await?;
    secrets::set_password(&mut tx, user.id, Some(&hash)).await?;
    sessions::revoke_of(&mut tx, user.id, &this, now).await?;
    let change = Change {
        actor: viewer.actor(),
        action: "password.set",
        object: format!("user:{}", user.id),
        branch: None,
        detail: json!({ "by": by }),
        origin: &viewer.origin.address,
    };
    audit::record(&mut tx, change, now).await?;
    tx.commit().await?;
    Ok(None)
}
