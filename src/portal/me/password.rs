//! `POST /me/password`: a password is set, or replaced by who knows the old one; every other session ends.

use axum::extract::State;
use axum::response::Response;
use serde::Deserialize;
use serde_json::json;

use super::page::{page, user};
use crate::access::password;
use crate::audit::{self, Change};
use crate::db::sessions;
use crate::db::users::secrets;
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
    hold(&state, &viewer, Limit::Passwords, &user.email).await?;
    let kept = state.db.user_secrets(user.id).await?;
    if kept.password.is_some() && !password::matches(form.current, kept.password).await {
        return page(&state, &viewer, Some("me-password-wrong"), true).await;
    }
    if let Some(say) = refusal(&form.password, &form.again, user) {
        return page(&state, &viewer, Some(say), true).await;
    }
    let hash = password::hash(form.password, state.random.bytes()?).await?;
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
        detail: json!({ "by": "page" }),
        origin: &viewer.origin.address,
    };
    audit::record(&mut tx, change, now).await?;
    tx.commit().await?;
    page(&state, &viewer, Some("me-password-done"), false).await
}
