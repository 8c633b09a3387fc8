//! Sign-in: an address that proves itself by a letter, a password with its second factor, or an account at an OpenID
//! provider becomes a session.
//!
//! What is answered, and how long it takes, does not tell whether an address is known. A link's GET changes nothing,
//! because mail scanners open links; its button's POST signs in. It must not decide what somebody may do afterwards.

mod ask;
mod letter;
mod limits;
mod link;
mod openid;
mod pages;
mod password;
mod provider;
mod renewal;
mod second;
pub(in crate::portal) mod session;
mod ticket;

pub(in crate::portal) use limits::{Limit, hold};
pub(in crate::portal) use provider::Provided;
pub(in crate::portal) use renewal::refusal;
pub(in crate::portal) use second::{purpose, shows};

use axum::response::Response;

use second::Then;

use super::fault::Fault;
use super::rooms::{Door, Rooms};
use super::viewer::Viewer;
use super::{Action, PortalState};
use crate::access::Principal;
use crate::db::Tx;
use crate::db::users::User;

/// The pages of the sign-in, and the way out.
pub(super) fn rooms() -> Rooms {
    Rooms::default()
        .get("/sign-in", Door::Open, pages::sign_in)
        .post("/sign-in", Door::Open, ask::ask)
        .get("/sign-in/code", Door::Open, pages::code)
        .post("/sign-in/code", Door::Open, link::code)
        .get("/sign-in/link/{token}", Door::Token, link::look)
        .post("/sign-in/link/{token}", Door::Token, link::enter)
        .post("/sign-in/password", Door::Open, password::enter)
        .post("/sign-in/second", Door::Open, second::enter)
        .post("/sign-in/new-password", Door::Open, renewal::renew)
        .get("/sign-in/openid", Door::Open, openid::begin)
        .get("/sign-in/openid/back", Door::Open, openid::back)
        .post("/sign-out", Door::Signed(Action::ManageSelf), session::sign_out)
}

/// Who has proved an address.
enum Proven {
    /// A user.
    User(User),
    /// An end customer.
    Customer(String),
}

/// How an address was proved, as the audit log writes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::portal) enum Means {
    /// The link of a letter.
    Link,
    /// The code of a letter.
    Code,
    /// A password.
    Password,
    /// An OpenID provider.
    OpenId,
}

impl Means {
    const fn word(self) -> &'static str {
        match self {
            Self::Link => "link",
            Self::Code => "code",
            Self::Password => "password",
            Self::OpenId => "openid",
        }
    }
}

/// Who may sign in with an address, if anybody.
async fn comer(state: &PortalState, normalized: &str) -> Result<Option<Proven>, Fault> {
    let user = state.db.user_by_email(normalized).await?;
    let is_customer = state.db.is_customer(normalized, state.clock.now()).await?;
    Ok(match user {
        Some(user) if user.disabled_at.is_none() => Some(Proven::User(user)),
        // Whoever was shut out does not come in by another door.
        Some(_) => None,
        None => is_customer.then(|| Proven::Customer(normalized.to_owned())),
    })
}

/// Where a letter was read, its reader is let in, or led to what is still missing: staff choose a password, and whoever
/// has a second factor shows it.
async fn admit(
    state: &PortalState,
    viewer: &Viewer,
    tx: Tx,
    proven: Proven,
    means: Means,
    next: &str,
) -> Result<Response, Fault> {
    let user = match proven {
        Proven::Customer(address) => {
            return session::open(state, viewer, tx, &Principal::Customer { address }, means, next).await;
        }
        Proven::User(user) => user,
    };
    let secrets = state.db.user_secrets(user.id).await?;
    let by_letter = matches!(means, Means::Link | Means::Code);
    let then = if by_letter && user.role.is_ours() { Then::Password } else { Then::In };
    // The provider has asked for its own second factor.
    if secrets.totp.is_some() && means != Means::OpenId {
        tx.commit().await?;
        return second::page(state, viewer, &user, &secrets, (next, then), None);
    }
    if then == Then::Password {
        tx.commit().await?;
        return renewal::page(state, viewer, &user, &secrets, next, None);
    }
    session::open(state, viewer, tx, &Principal::User(user), means, next).await
}
