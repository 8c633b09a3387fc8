//! `POST /sign-in/password`: an address and its password. What is unknown is refused like what is wrong, and as slowly.

use axum::extract::State;
use axum::response::Response;
use serde::Deserialize;
use serde_json::json;
use uuid::Uuid;

use super::limits::{Limit, called, forget_address, hold, hold_address};
use super::pages::{self, Say, own_path};
use super::{Means, Proven, admit};
use crate::access::password;
use crate::audit::{self, Actor, Change};
use crate::portal::PortalState;
use crate::portal::fault::Fault;
use crate::portal::posted::Open;
use crate::portal::viewer::{Viewer, address_in};

/// Whose everything is that is no address.
const NOBODY: &str = "";

#[derive(Deserialize)]
pub(super) struct Form {
    address: String,
    password: String,
    #[serde(default)]
    next: String,
}

pub(super) async fn enter(
    State(state): State<PortalState>,
    viewer: Viewer,
    Open(form): Open<Form>,
) -> Result<Response, Fault> {
    let next = own_path(&form.next);
    hold(&state, &viewer, Limit::PasswordsFrom, &viewer.origin.network()).await?;
    // What is no address is nobody's, and refused like one; nothing of it is kept.
    let address = address_in(&form.address).map_or_else(|| NOBODY.to_owned(), String::from);
    hold_address(&state, &viewer, (Limit::Passwords, Limit::PasswordsOf), &address).await?;
    let user = state.db.user_by_email(&address).await?.filter(|user| user.disabled_at.is_none());
    // Of nobody they are looked up, too: it takes a moment.
    let secrets = state.db.user_secrets(user.as_ref().map_or(Uuid::nil().into(), |user| user.id)).await?;
    let typed: String = form.password.chars().take(password::LONGEST + 1).collect();
    let is_theirs = password::matches(typed, secrets.password).await;
    match user {
        Some(user) if is_theirs => {
            forget_address(&state, &viewer, Limit::Passwords, &address).await?;
            let tx = state.db.begin().await?;
            admit(&state, &viewer, tx, Proven::User(user), Means::Password, &next).await
        }
        _ => {
            refused(&state, &viewer, &address).await?;
            pages::page(&state, &viewer, &next, &form.address, Say::Wrong)
        }
    }
}

/// Every refused password is entered, known or not: so many in a row are somebody's attack.
async fn refused(state: &PortalState, viewer: &Viewer, address: &str) -> Result<(), Fault> {
    let object = format!("address:{}", called(state, address).await?);
    let mut tx = state.db.begin().await?;
    let change = Change {
        actor: Actor::Daybreak,
        action: "session.refuse",
        object,
        branch: None,
        detail: json!({ "by": Means::Password.word() }),
        origin: &viewer.origin.address,
    };
    audit::record(&mut tx, change, state.clock.now()).await?;
    Ok(tx.commit().await?)
}
