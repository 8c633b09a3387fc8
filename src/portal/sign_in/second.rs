//! `POST /sign-in/second`: the second factor, a phone's one-time password or a spare code.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::limits::{Limit, forget, hold};
use super::{Means, renewal, session, ticket};
use crate::access::Principal;
use crate::access::sealed::Seal;
use crate::access::totp::{Secret, spare_hash};
use crate::audit::{self, Actor, Change};
use crate::db::Tx;
use crate::db::users::User;
use crate::db::users::secrets::{self, Secrets};
use crate::portal::PortalState;
use crate::portal::fault::Fault;
use crate::portal::posted::Open;
use crate::portal::viewer::Viewer;

/// What a user's secret is sealed for.
pub(in crate::portal) fn purpose(user: &User) -> String {
    format!("second factor {}", user.id)
}

const STEP: &str = "second step";
const STEP_TO_PASSWORD: &str = "second step before a new password";

/// What comes after the second factor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Then {
    /// They are in.
    In,
    /// They choose a new password, because they have come by a letter.
    Password,
}

impl Then {
    const fn step(self) -> &'static str {
        match self {
            Self::In => STEP,
            Self::Password => STEP_TO_PASSWORD,
        }
    }
}

#[derive(Serialize)]
struct Page {
    ticket: String,
    wrong: bool,
}

/// Asks for the second factor of somebody who has shown the first.
pub(super) fn page(
    state: &PortalState,
    viewer: &Viewer,
    user: &User,
    secrets: &Secrets,
    (next, then): (&str, Then),
    wrong: Option<()>,
) -> Result<Response, Fault> {
    let page = Page { ticket: ticket::issue(state, then.step(), user, secrets, next)?, wrong: wrong.is_some() };
    let html = state.view.page("sign_in_second.html", &*viewer.l10n(state)?, viewer, &page)?;
    let status = if wrong.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    Ok((status, Html(html)).into_response())
}

#[derive(Deserialize)]
pub(super) struct Form {
    ticket: String,
    code: String,
}

pub(super) async fn enter(
    State(state): State<PortalState>,
    viewer: Viewer,
    Open(form): Open<Form>,
) -> Result<Response, Fault> {
    let (ticket, user, secrets, then) = match ticket::redeem(&state, STEP, &form.ticket).await {
        Ok((ticket, user, secrets)) => (ticket, user, secrets, Then::In),
        Err(Fault::Form) => {
            let (ticket, user, secrets) = ticket::redeem(&state, STEP_TO_PASSWORD, &form.ticket).await?;
            (ticket, user, secrets, Then::Password)
        }
        Err(fault) => return Err(fault),
    };
    let whom = user.id.to_string();
    hold(&state, &viewer, Limit::Seconds, &whom).await?;
    let mut tx = state.db.begin().await?;
    let shown = shows(&state, &mut tx, &user, &secrets, &form.code).await?;
    let change = |action, detail| Change {
        actor: Actor::User(user.id),
        action,
        object: format!("user:{}", user.id),
        branch: None,
        detail,
        origin: &viewer.origin.address,
    };
    let Some(how) = shown else {
        audit::record(&mut tx, change("session.refuse", json!({ "by": "second factor" })), state.clock.now()).await?;
        tx.commit().await?;
        return page(&state, &viewer, &user, &secrets, (&ticket.next, then), Some(()));
    };
    if how == "spare" {
        audit::record(&mut tx, change("second-factor.spare", json!({})), state.clock.now()).await?;
    }
    let answer = if then == Then::Password {
        tx.commit().await?;
        // What was shown is used up: the next ticket is of the secrets as they are now.
        let secrets = state.db.user_secrets(user.id).await?;
        renewal::page(&state, &viewer, &user, &secrets, &ticket.next, None)?
    } else {
        session::open(&state, &viewer, tx, &Principal::User(user), Means::Password, &ticket.next).await?
    };
    // Not before the transaction is over: it holds SQLite's one writer.
    forget(&state, Limit::Seconds, &whom).await?;
    Ok(answer)
}

/// Uses up what somebody shows as their second factor; none where it is not.
pub(in crate::portal) async fn shows(
    state: &PortalState,
    tx: &mut Tx,
    user: &User,
    kept: &Secrets,
    code: &str,
) -> Result<Option<&'static str>, Fault> {
    let now = state.clock.now();
    let sealed = kept.totp.as_deref().unwrap_or_default();
    let seal = Seal::new(&state.pipeline.link_key)?;
    let secret = seal.open(&purpose(user), sealed).and_then(|bytes| Secret::from_slice(&bytes));
    if let Some(step) = secret.and_then(|secret| secret.step_of(code, kept.totp_step, now))
        && secrets::use_step(tx, user.id, step).await?
    {
        return Ok(Some("phone"));
    }
    let spare = spare_hash(&user.id.to_string(), code);
    Ok(secrets::use_spare(tx, user.id, &spare, now).await?.then_some("spare"))
}
