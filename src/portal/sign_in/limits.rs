//! Limits: how often something may be tried, by all processes together, before it is answered 429; a burst of tries
//! leaves one entry in the audit log.

use chrono::TimeDelta;
use serde_json::json;
use sha2::{Digest, Sha256};

use crate::audit::{self, Actor, Change};
use crate::portal::PortalState;
use crate::portal::fault::Fault;
use crate::portal::viewer::Viewer;

/// What is limited.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::portal) enum Limit {
    /// Letters to one address that one network asks for.
    Letters,
    /// Letters to one address, whoever asks.
    LettersTo,
    /// Letters that one network asks for.
    LettersFrom,
    /// Codes and links that one network tries.
    ProofsFrom,
    /// Passwords of one address that one network tries.
    Passwords,
    /// Passwords of one address, whoever tries them.
    PasswordsOf,
    /// Passwords that one network tries.
    PasswordsFrom,
    /// Second factors of one user.
    Seconds,
}

impl Limit {
    /// What is counted, how often it may be, and within how long.
    const fn rule(self) -> (&'static str, i64, TimeDelta) {
        match self {
            Self::Letters => ("letters", 6, TimeDelta::hours(1)),
            Self::LettersTo => ("letters-to", 30, TimeDelta::hours(1)),
            Self::LettersFrom => ("letters-from", 60, TimeDelta::hours(1)),
            Self::ProofsFrom => ("proofs-from", 60, TimeDelta::minutes(15)),
            Self::Passwords => ("passwords", 10, TimeDelta::minutes(15)),
            Self::PasswordsOf => ("passwords-of", 100, TimeDelta::minutes(15)),
            Self::PasswordsFrom => ("passwords-from", 100, TimeDelta::minutes(15)),
            Self::Seconds => ("seconds", 10, TimeDelta::minutes(15)),
        }
    }

    /// The row that counts it for `whom`; hashed, because it may be an address that somebody mistyped a password into.
    fn row(self, whom: &str) -> String {
        format!("{} {}", self.rule().0, hex::encode(&Sha256::digest(whom.as_bytes())[..16]))
    }
}

/// Counts one more try of `whom`: a network, the id of a user, or what the audit log calls them.
///
/// # Errors
/// [`Fault::TooMany`] beyond the limit.
pub(in crate::portal) async fn hold(
    state: &PortalState,
    viewer: &Viewer,
    limit: Limit,
    whom: &str,
) -> Result<(), Fault> {
    if count(state, limit, whom, viewer, async || Ok(whom.to_owned())).await? { Ok(()) } else { Err(Fault::TooMany) }
}

/// Counts one more try at an address: from this network, and from all of them, so that nobody can lock somebody out from
/// one place. Only an address that somebody has here stands in the log: what is none may be a password in the wrong field.
///
/// # Errors
/// [`Fault::TooMany`] beyond either limit.
pub(super) async fn hold_address(
    state: &PortalState,
    viewer: &Viewer,
    (here, anywhere): (Limit, Limit),
    address: &str,
) -> Result<(), Fault> {
    let named = async || called(state, address).await;
    let from_here = count(state, here, &pair(viewer, address), viewer, named).await?;
    let from_anywhere = count(state, anywhere, address, viewer, named).await?;
    if from_here && from_anywhere { Ok(()) } else { Err(Fault::TooMany) }
}

/// What the audit log calls an address that somebody typed.
pub(super) async fn called(state: &PortalState, address: &str) -> Result<String, Fault> {
    // Both are asked in any case: how long it takes must not tell who is known.
    let is_user = state.db.user_by_email(address).await?.is_some();
    let is_customer = state.db.is_customer(address, state.clock.now()).await?;
    Ok(if is_user || is_customer { address.to_owned() } else { "unknown".to_owned() })
}

fn pair(viewer: &Viewer, address: &str) -> String {
    format!("{address}\0{}", viewer.origin.network())
}

/// Counts one more try; false beyond the limit, of which the first is entered.
async fn count(
    state: &PortalState,
    limit: Limit,
    whom: &str,
    viewer: &Viewer,
    named: impl AsyncFnOnce() -> Result<String, Fault>,
) -> Result<bool, Fault> {
    let (what, most, within) = limit.rule();
    let now = state.clock.now();
    let count = state.db.throttle(&limit.row(whom), within, now).await?;
    if count == most + 1 {
        let object = format!("{what}:{}", named().await?);
        let mut tx = state.db.begin().await?;
        let change = Change {
            actor: Actor::Daybreak,
            action: "sign-in.limit",
            object,
            branch: None,
            detail: json!({ "tries": count, "minutes": within.num_minutes() }),
            origin: &viewer.origin.address,
        };
        audit::record(&mut tx, change, now).await?;
        tx.commit().await?;
        tracing::warn!(what, "too many tries to sign in");
    }
    Ok(count <= most)
}

/// Forgets the tries of `whom`: one of them succeeded.
pub(super) async fn forget(state: &PortalState, limit: Limit, whom: &str) -> Result<(), Fault> {
    Ok(state.db.forget_throttle(&limit.row(whom)).await?)
}

/// The same of an address, as far as they came from this network; those from elsewhere may be somebody else's.
pub(super) async fn forget_address(
    state: &PortalState,
    viewer: &Viewer,
    limit: Limit,
    address: &str,
) -> Result<(), Fault> {
    forget(state, limit, &pair(viewer, address)).await
}
