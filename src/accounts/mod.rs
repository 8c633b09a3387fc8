//! Accounts: what somebody decides about a user becomes rows, an entry in the audit log and, for a new one, a letter with
//! which they come in. Pages and commands decide alike through here.
//!
//! It must not decide who may decide: the policy does.

pub mod brands;
pub mod contacts;
mod invite;
#[cfg(test)]
mod tests;

use chrono::{DateTime, Utc};
use serde_json::{Value, json};

pub use invite::{Desk, Invitation, invite};

use crate::audit::{self, Actor, Change};
use crate::db::users::{self, User, list, secrets};
use crate::db::{DbError, Enqueue, Tx, sessions, sign_ins};
use crate::letters::LetterError;
use crate::model::{AddressError, BranchRef, EmailAddress, Role, UserId};
use crate::random::NoRandom;

/// Why an account was not changed.
#[derive(Debug, thiserror::Error)]
pub enum AccountError {
    /// The address has a user.
    #[error("there is a user with this address already")]
    Taken,
    /// Nobody could let anybody in any more.
    #[error("this is the last user of operations; make another first")]
    Last,
    /// The address cannot be written to.
    #[error("the address cannot be mailed to")]
    Address(#[from] AddressError),
    /// The letter.
    #[error("cannot write the letter")]
    Letter(#[from] LetterError),
    /// Its texts.
    #[error("cannot word the letter")]
    Words(#[from] crate::render::RenderError),
    /// Tokens need randomness.
    #[error("cannot make a link")]
    Random(#[from] NoRandom),
    /// The rows.
    #[error("cannot keep the change")]
    Db(#[from] DbError),
}

/// Who decides, from where and when.
#[derive(Debug, Clone)]
pub struct By<'a> {
    /// Who.
    pub actor: Actor,
    /// From which network address; empty for none.
    pub origin: &'a str,
    /// When.
    pub now: DateTime<Utc>,
}

impl By<'_> {
    async fn record(
        &self,
        tx: &mut Tx,
        action: &'static str,
        user: UserId,
        branch: Option<&BranchRef>,
        detail: Value,
    ) -> Result<(), DbError> {
        let object = format!("user:{user}");
        let change = Change { actor: self.actor.clone(), action, object, branch, detail, origin: self.origin };
        audit::record(tx, change, self.now).await
    }
}

/// A user to be.
#[derive(Debug, Clone)]
pub struct NewUser {
    /// Their address.
    pub email: EmailAddress,
    /// Their name.
    pub name: String,
    /// Their locale (BCP 47), where it is known.
    pub locale: Option<String>,
    /// What they are.
    pub role: Role,
    /// Their branches, where they are of a client's team.
    pub branches: Vec<BranchRef>,
}

/// Makes a user and writes them their letter. Wake the queue after the commit.
pub async fn add<Q: Enqueue>(
    tx: &mut Tx,
    desk: &Desk<'_, Q>,
    new: NewUser,
    by: &By<'_>,
) -> Result<(User, Invitation), AccountError> {
    let user = User {
        id: desk.random.id()?.into(),
        email: EmailAddress::normalized(new.email.as_str()),
        name: new.name,
        locale: new.locale,
        role: new.role,
        branches: if new.role == Role::Branch { new.branches } else { Vec::new() },
        created_at: by.now,
        disabled_at: None,
    };
    if !users::insert(tx, &user).await? {
        return Err(AccountError::Taken);
    }
    let invitation = invite(tx, desk, &user, by.now).await?;
    let detail = json!({ "email": user.email, "role": user.role, "branches": user.branches });
    by.record(tx, "user.add", user.id, only(&user.branches), detail).await?;
    Ok((user, invitation))
}

/// Writes a user another letter with which they come in. Wake the queue after the commit.
pub async fn invite_again<Q: Enqueue>(
    tx: &mut Tx,
    desk: &Desk<'_, Q>,
    user: &User,
    by: &By<'_>,
) -> Result<Invitation, AccountError> {
    sign_ins::end_of(tx, &user.email, by.now).await?;
    let invitation = invite(tx, desk, user, by.now).await?;
    by.record(tx, "user.invite", user.id, only(&user.branches), json!({})).await?;
    Ok(invitation)
}

/// Changes role and branches of a user. Whoever loses a role loses its sessions.
pub async fn assign(
    tx: &mut Tx,
    user: &User,
    role: Role,
    branches: &[BranchRef],
    by: &By<'_>,
) -> Result<(), AccountError> {
    let branches = if role == Role::Branch { branches } else { &[] };
    if user.role == role && user.branches == branches {
        return Ok(());
    }
    list::set_role(tx, user.id, role).await?;
    users::set_branches(tx, user.id, branches).await?;
    if user.role != role {
        sessions::revoke_of(tx, user.id, &[], by.now).await?;
    }
    if user.role == Role::Operations && list::operators(tx).await? == 0 {
        return Err(AccountError::Last);
    }
    let detail = json!({
        "role": [user.role, role],
        "branches": [user.branches, branches],
    });
    Ok(by.record(tx, "user.assign", user.id, only(branches), detail).await?)
}

/// Shuts a user out at once, on every process, or lets them in again.
pub async fn set_disabled(tx: &mut Tx, user: &User, disabled: bool, by: &By<'_>) -> Result<(), AccountError> {
    if user.disabled_at.is_some() == disabled {
        return Ok(());
    }
    list::set_disabled(tx, user.id, disabled.then_some(by.now)).await?;
    if disabled {
        sessions::revoke_of(tx, user.id, &[], by.now).await?;
        sign_ins::end_of(tx, &user.email, by.now).await?;
        if user.role == Role::Operations && list::operators(tx).await? == 0 {
            return Err(AccountError::Last);
        }
    }
    let action = if disabled { "user.disable" } else { "user.enable" };
    Ok(by.record(tx, action, user.id, only(&user.branches), json!({})).await?)
}

/// Sets a password (a PHC string), or takes it and the second factor away; every session ends.
pub async fn reset(tx: &mut Tx, user: &User, hash: Option<&str>, by: &By<'_>) -> Result<(), AccountError> {
    secrets::set_password(tx, user.id, hash).await?;
    if hash.is_none() {
        secrets::set_totp(tx, user.id, None, &[]).await?;
    }
    sessions::revoke_of(tx, user.id, &[], by.now).await?;
    let action = if hash.is_some() { "password.set" } else { "user.reset" };
    Ok(by.record(tx, action, user.id, only(&user.branches), json!({})).await?)
}

/// The branch that a change is of, where it is of one only.
fn only(branches: &[BranchRef]) -> Option<&BranchRef> {
    if let [branch] = branches { Some(branch) } else { None }
}
