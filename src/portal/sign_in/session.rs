//! Sessions: whoever has proved who they are gets a cookie; the one they came with is worth nothing afterwards.

use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Redirect, Response};
use chrono::TimeDelta;
use serde::Deserialize;
use serde_json::json;

use super::Means;
use crate::access::{Principal, Token};
use crate::audit::{self, Actor, Change};
use crate::db::sessions::{self, Session};
use crate::db::{Tx, sign_ins};
use crate::model::Role;
use crate::portal::PortalState;
use crate::portal::fault::Fault;
use crate::portal::posted::Posted;
use crate::portal::viewer::{self, Viewer};

/// How long a session lasts at most.
fn lifetime(principal: &Principal) -> TimeDelta {
    match principal.role() {
        Some(Role::Staff | Role::Operations) => TimeDelta::hours(12),
        _ => TimeDelta::days(30),
    }
}

/// Opens a session as the last step of `tx`, and leads on.
pub(in crate::portal) async fn open(
    state: &PortalState,
    viewer: &Viewer,
    mut tx: Tx,
    principal: &Principal,
    means: Means,
    next: &str,
) -> Result<Response, Fault> {
    let now = state.clock.now();
    let token = Token::random(state.random.bytes()?);
    let (user_id, address, locale) = match principal {
        Principal::User(user) => (Some(user.id), None, user.locale.clone()),
        other => (None, other.address().map(str::to_owned), None),
    };
    let lifetime = lifetime(principal);
    let session = Session {
        token_hash: token.hash().to_vec(),
        user_id,
        address,
        language: locale.unwrap_or_else(|| viewer.locale.clone()),
        created_at: now,
        seen_at: now,
        expires_at: now + lifetime,
        revoked_at: None,
        origin: viewer.origin.address.clone(),
        agent: viewer.origin.agent.clone(),
    };
    if let Some(old) = &viewer.session {
        sessions::revoke(&mut tx, &old.token_hash, now).await?;
    }
    if let Some(address) = principal.address() {
        sign_ins::end_of(&mut tx, address, now).await?;
    }
    sessions::insert(&mut tx, &session).await?;
    let (actor, object) = match principal {
        Principal::User(user) => (Actor::User(user.id), format!("user:{}", user.id)),
        other => {
            let address = other.address().unwrap_or_default();
            (Actor::Address(address.to_owned()), format!("address:{address}"))
        }
    };
    let change = Change {
        actor,
        action: "session.open",
        object,
        branch: None,
        detail: json!({ "by": means.word() }),
        origin: &viewer.origin.address,
    };
    audit::record(&mut tx, change, now).await?;
    tx.commit().await?;
    let next = if next == "/" { home(principal) } else { next };
    let cookie = cookie(state, viewer::cookie_name(state), &token.to_string(), lifetime);
    Ok(([(header::SET_COOKIE, cookie)], Redirect::to(next)).into_response())
}

/// Where somebody begins.
pub(super) fn home(principal: &Principal) -> &'static str {
    match principal.role() {
        Some(Role::Operations) => "/operations",
        Some(Role::Staff) => "/desk",
        _ => "/locations",
    }
}

/// A cookie that scripts and other sites' pages do not get.
pub(super) fn cookie(state: &PortalState, name: &str, value: &str, lifetime: TimeDelta) -> HeaderValue {
    let secure = if state.is_secure() { "; Secure" } else { "" };
    let age = lifetime.num_seconds();
    let text = format!("{name}={value}; Path=/; HttpOnly; SameSite=Lax; Max-Age={age}{secure}");
    // Names and values are made here, of letters and digits.
    HeaderValue::from_str(&text).unwrap_or(HeaderValue::from_static(""))
}

/// A form with nothing in it but its button.
#[derive(Deserialize)]
pub(in crate::portal) struct Button {}

/// Ends the session.
pub(in crate::portal) async fn sign_out(
    State(state): State<PortalState>,
    viewer: Viewer,
    Posted(Button {}): Posted<Button>,
) -> Result<Response, Fault> {
    let Some(session) = &viewer.session else { return Err(Fault::Form) };
    let now = state.clock.now();
    let mut tx = state.db.begin().await?;
    sessions::revoke(&mut tx, &session.token_hash, now).await?;
    let change = Change {
        actor: viewer.actor(),
        action: "session.close",
        object: viewer.actor().to_string(),
        branch: None,
        detail: json!({}),
        origin: &viewer.origin.address,
    };
    audit::record(&mut tx, change, now).await?;
    tx.commit().await?;
    let gone = cookie(&state, viewer::cookie_name(&state), "", TimeDelta::zero());
    Ok(([(header::SET_COOKIE, gone)], Redirect::to("/sign-in?out=1")).into_response())
}
