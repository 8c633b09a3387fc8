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
    /// Letters to one address.
    Letters,
    /// Letters that one network address asks for.
    LettersFrom,
    /// Codes and links that one network address tries.
    ProofsFrom,
    /// Passwords of one address.
    Passwords,
    /// Passwords that one network address tries.
    PasswordsFrom,
    /// Second factors of one user.
    Seconds,
}

impl Limit {
    /// What is counted, how often it may be, and within how long.
    const fn rule(self) -> (&'static str, i64, TimeDelta) {
        match self {
            Self::Letters => ("letters", 6, TimeDelta::hours(1)),
            Self::LettersFrom => ("letters-from", 60, TimeDelta::hours(1)),
            Self::ProofsFrom => ("proofs-from", 60, TimeDelta::minutes(15)),
            Self::Passwords => ("passwords", 10, TimeDelta::minutes(15)),
            Self::PasswordsFrom => ("passwords-from", 100, TimeDelta::minutes(15)),
            Self::Seconds => ("seconds", 10, TimeDelta::minutes(15)),
        }
    }

    /// The row that counts it for `whom`; hashed, because it may be an address that somebody mistyped a password into.
    fn row(self, whom: &str) -> String {
        format!("{} {}", self.rule().0, hex::encode(&Sha256::digest(whom.as_bytes())[..16]))
    }
}

/// Counts one more try of `whom`.
///
/// # Errors
/// [`Fault::TooMany`] beyond the limit.
pub(in crate::portal) async fn hold(
    state: &PortalState,
    viewer: &Viewer,
    limit: Limit,
    whom: &str,
) -> Result<(), Fault> {
    let (what, most, within) = limit.rule();
    let now = state.clock.now();
    let count = state.db.throttle(&limit.row(whom), within, now).await?;
    if count == most + 1 {
        let mut tx = state.db.begin().await?;
        let change = Change {
            actor: Actor::Daybreak,
            action: "sign-in.limit",
            object: format!("{what}:{whom}"),
            branch: None,
            detail: json!({ "tries": count, "minutes": within.num_minutes() }),
            origin: &viewer.origin.address,
        };
        audit::record(&mut tx, change, now).await?;
        tx.commit().await?;
        tracing::warn!(what, "too many tries to sign in");
    }
    if count > most { Err(Fault::TooMany) } else { Ok(()) }
}

/// Forgets the tries of `whom`: one of them succeeded.
pub(super) async fn forget(state: &PortalState, limit: Limit, whom: &str) -> Result<(), Fault> {
    Ok(state.db.forget_throttle(&limit.row(whom)).await?)
}
