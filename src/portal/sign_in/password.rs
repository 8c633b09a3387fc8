//! `POST /sign-in/password`: an address and its password. What is unknown is refused like what is wrong, and as slowly.

use axum::extract::State;
use axum::response::Response;
use serde::Deserialize;
use serde_json::json;
use uuid::Uuid;

use super::limits::{Limit, forget, hold};
use super::pages::{self, Say, own_path};
use super::{Means, Proven, admit};
use crate::access::password;
use crate::audit::{self, Actor, Change};
use crate::model::EmailAddress;
use crate::portal::PortalState;
use crate::portal::fault::Fault;
use crate::portal::posted::Open;
use crate::portal::viewer::Viewer;

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
    let address = EmailAddress::normalized(&form.address);
    hold(&state, &viewer, Limit::PasswordsFrom, &viewer.origin.address).await?;
    hold(&state, &viewer, Limit::Passwords, &address).await?;
    let user = state.db.user_by_email(&address).await?.filter(|user| user.disabled_at.is_none());
    // Of nobody they are looked up, too: it takes a moment.
    let secrets = state.db.user_secrets(user.as_ref().map_or(Uuid::nil().into(), |user| user.id)).await?;
    let typed: String = form.password.chars().take(password::LONGEST + 1).collect();
    let is_theirs = password::matches(typed, secrets.password).await;
    match user {
        Some(user) if is_theirs => {
            forget(&state, Limit::Passwords, &address).await?;
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
    let mut tx = state.db.begin().await?;
    let change = Change {
        actor: Actor::Daybreak,
        action: "session.refuse",
        object: format!("address:{}", address.chars().take(254).collect::<String>()),
        branch: None,
        detail: json!({ "by": Means::Password.word() }),
        origin: &viewer.origin.address,
    };
    audit::record(&mut tx, change, state.clock.now()).await?;
    Ok(tx.commit().await?)
}
