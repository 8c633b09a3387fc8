//! `POST /sign-in/new-password`: staff who have come by a letter choose their password, and go in with it.
//! Who has a second factor has shown it by then: a letter alone changes nothing.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{Means, session, ticket};
use crate::access::{Principal, password};
use crate::audit::{self, Actor, Change};
use crate::db::sessions;
use crate::db::users::User;
use crate::db::users::secrets::{self, Secrets};
use crate::portal::PortalState;
use crate::portal::fault::Fault;
use crate::portal::posted::Open;
use crate::portal::viewer::Viewer;

const STEP: &str = "new password";

#[derive(Serialize)]
struct Page<'a> {
    ticket: String,
    /// The account's address, for password managers.
    address: &'a str,
    shortest: usize,
    say: Option<&'static str>,
}

/// Asks somebody who has read a letter of ours for a new password.
pub(super) fn page(
    state: &PortalState,
    viewer: &Viewer,
    user: &User,
    secrets: &Secrets,
    next: &str,
    say: Option<&'static str>,
) -> Result<Response, Fault> {
    let page = Page {
        ticket: ticket::issue(state, STEP, user, secrets, next)?,
        address: &user.email,
        shortest: password::SHORTEST,
        say,
    };
    let html = state.view.page("sign_in_password.html", &*viewer.l10n(state)?, viewer, &page)?;
    let status = if say.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    Ok((status, Html(html)).into_response())
}

#[derive(Deserialize)]
pub(super) struct Form {
    ticket: String,
    password: String,
    again: String,
}

pub(super) async fn renew(
    State(state): State<PortalState>,
    viewer: Viewer,
    Open(form): Open<Form>,
) -> Result<Response, Fault> {
    let (ticket, user, kept) = ticket::redeem(&state, STEP, &form.ticket).await?;
    if let Some(say) = refusal(&form.password, &form.again, &user) {
        return page(&state, &viewer, &user, &kept, &ticket.next, Some(say));
    }
    let hash = password::hash(form.password, state.random.bytes()?).await?;
    let now = state.clock.now();
    let mut tx = state.db.begin().await?;
    secrets::set_password(&mut tx, user.id, Some(&hash)).await?;
    sessions::revoke_of(&mut tx, user.id, &[], now).await?;
    let change = Change {
        actor: Actor::User(user.id),
        action: "password.set",
        object: format!("user:{}", user.id),
        branch: None,
        detail: json!({ "by": "letter" }),
        origin: &viewer.origin.address,
    };
    audit::record(&mut tx, change, now).await?;
    session::open(&state, &viewer, tx, &Principal::User(user), Means::Link, &ticket.next).await
}

/// What is wrong with a new password, as a message's key.
pub(in crate::portal) fn refusal(typed: &str, again: &str, user: &User) -> Option<&'static str> {
    if typed != again {
        return Some("signin-password-differs");
    }
    match password::check(typed, &[&user.email, &user.name]) {
        Ok(()) => None,
        Err(password::PasswordError::Told) => Some("signin-password-told"),
        Err(_) => Some("signin-password-length"),
    }
}
