//! Tickets: who is half way in becomes a sealed text in a form, which holds for a quarter of an hour and for as long as
//! their password and second factor are what they were.

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::access::sealed::Seal;
use crate::db::users::User;
use crate::db::users::secrets::Secrets;
use crate::model::UserId;
use crate::portal::PortalState;
use crate::portal::fault::Fault;

/// How long somebody may take for the next step.
const VALID: TimeDelta = TimeDelta::minutes(15);

#[derive(Serialize, Deserialize)]
pub(super) struct Ticket {
    user: UserId,
    /// Where to go afterwards: a path of ours.
    pub(super) next: String,
    until: DateTime<Utc>,
    /// Of the secrets as they were.
    mark: String,
}

fn mark(secrets: &Secrets) -> String {
    let mut hash = Sha256::new();
    hash.update(secrets.password.as_deref().unwrap_or_default());
    hash.update(b"\0");
    hash.update(secrets.totp.as_deref().unwrap_or_default());
    hash.update(secrets.totp_step.unwrap_or_default().to_be_bytes());
    hex::encode(&hash.finalize()[..12])
}

/// A ticket for the next step.
pub(super) fn issue(
    state: &PortalState,
    purpose: &str,
    user: &User,
    secrets: &Secrets,
    next: &str,
) -> Result<String, Fault> {
    let ticket = Ticket { user: user.id, next: next.to_owned(), until: state.clock.now() + VALID, mark: mark(secrets) };
    Ok(Seal::new(&state.pipeline.link_key)?.ticket(purpose, &ticket, &state.random)?)
}

/// Whose a ticket is; [`Fault::Form`] where it is over.
pub(super) async fn redeem(state: &PortalState, purpose: &str, text: &str) -> Result<(Ticket, User, Secrets), Fault> {
    let seal = Seal::new(&state.pipeline.link_key)?;
    let ticket: Ticket = seal.redeem(purpose, text).ok_or(Fault::Form)?;
    let user = state.db.user(ticket.user).await?.filter(|user| user.disabled_at.is_none()).ok_or(Fault::Form)?;
    let secrets = state.db.user_secrets(user.id).await?;
    if ticket.until <= state.clock.now() || ticket.mark != mark(&secrets) {
        return Err(Fault::Form);
    }
    Ok((ticket, user, secrets))
}
