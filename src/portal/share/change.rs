//! Changes of a share: a link is ended, its end is moved, or it is sent again.

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use chrono::{DateTime, TimeDelta, Utc};
use serde::Deserialize;
use serde_json::json;
use uuid::Uuid;

use super::form::DAYS;
use super::letter;
use super::piece::pieces;
use super::sent::{Desk, mailed, own};
use crate::access::share;
use crate::audit::{self, Change};
use crate::db::shares::Recipient;
use crate::db::{letters, shares, whitelist};
use crate::model::LetterKind;
use crate::portal::PortalState;
use crate::portal::fault::Fault;
use crate::portal::posted::{Open, Posted};
use crate::portal::viewer::Viewer;

/// How often one link is sent again within an hour.
const MOST_LETTERS: i64 = 3;

/// What is to be done to a share.
#[derive(Debug, Deserialize)]
pub(in crate::portal) struct Form {
    /// `revoke`, `resend` or `end`.
    what: String,
    /// To which recipient; to all of them where there is none.
    #[serde(default)]
    recipient: String,
    #[serde(default)]
    days: String,
}

pub(in crate::portal) async fn by_mail(
    State(state): State<PortalState>,
    Path((token, id)): Path<(String, String)>,
    viewer: Viewer,
    Open(form): Open<Form>,
) -> Result<Response, Fault> {
    change(&state, &viewer, &mailed(&state, &token, &id).await?, &form).await
}

pub(in crate::portal) async fn signed_in(
    State(state): State<PortalState>,
    Path(id): Path<String>,
    viewer: Viewer,
    Posted(form): Posted<Form>,
) -> Result<Response, Fault> {
    change(&state, &viewer, &own(&state, &viewer, &id).await?, &form).await
}

async fn change(state: &PortalState, viewer: &Viewer, desk: &Desk, form: &Form) -> Result<Response, Fault> {
    let recipient: Option<Uuid> = match form.recipient.as_str() {
        "" => None,
        id => Some(id.parse().map_err(|_| Fault::NoSuchPage)?),
    };
    let origin = &viewer.origin.address;
    match form.what.as_str() {
        "revoke" => revoke(state, desk, recipient, origin).await?,
        "end" => {
            let days: u16 = form.days.parse().ok().filter(|days| DAYS.contains(days)).ok_or(Fault::Form)?;
            end(state, desk, recipient, state.clock.now() + TimeDelta::days(days.into()), origin).await?;
        }
        "resend" => resend(state, desk, recipient.ok_or(Fault::Form)?, origin).await?,
        _ => return Err(Fault::Form),
    }
    Ok(Redirect::to(&desk.here).into_response())
}

fn entry<'a>(desk: &'a Desk, action: &'static str, detail: serde_json::Value, origin: &'a str) -> Change<'a> {
    let object = share::subject(desk.share.id);
    Change { actor: desk.actor.clone(), action, object, branch: Some(&desk.share.branch), detail, origin }
}

/// Ends one link of a share, or all of them.
pub(in crate::portal) async fn revoke(
    state: &PortalState,
    desk: &Desk,
    recipient: Option<Uuid>,
    origin: &str,
) -> Result<(), Fault> {
    let now = state.clock.now();
    let mut tx = state.db.begin().await?;
    let ended = share::revoke(&mut tx, &desk.share, recipient, &desk.actor.to_string(), now).await?;
    if ended > 0 {
        let detail = json!({"recipient": recipient, "links": ended});
        audit::record(&mut tx, entry(desk, "share.revoke", detail, origin), now).await?;
    }
    tx.commit().await?;
    Ok(())
}

/// Moves the end of one link of a share, or of all of them, that still work. Who was taken off what they had shared
/// moves none to later.
pub(in crate::portal) async fn end(
    state: &PortalState,
    desk: &Desk,
    recipient: Option<Uuid>,
    expires_at: DateTime<Utc>,
    origin: &str,
) -> Result<(), Fault> {
    let now = state.clock.now();
    let links = state.db.share_recipients(desk.share.id).await?;
    let meant = |link: &&Recipient| link.is_live(now) && recipient.is_none_or(|recipient| recipient == link.id);
    if links.iter().filter(meant).any(|link| link.expires_at < expires_at) && !desk.may_prolong(state).await? {
        return Err(Fault::Forbidden);
    }
    let mut tx = state.db.begin().await?;
    let moved = shares::end_at(&mut tx, desk.share.id, recipient, expires_at, now).await?;
    // Who is let in by it stays in as long as the link works, and no longer than they were.
    whitelist::end_shared(&mut tx, &desk.share.location, &moved, expires_at).await?;
    let detail = json!({"recipient": recipient, "links": moved.len(), "expires_at": expires_at});
    audit::record(&mut tx, entry(desk, "share.end", detail, origin), now).await?;
    tx.commit().await?;
    Ok(())
}

/// Sends somebody the letter with their link once more; nothing where the link has ended.
pub(in crate::portal) async fn resend(
    state: &PortalState,
    desk: &Desk,
    recipient: Uuid,
    origin: &str,
) -> Result<(), Fault> {
    let now = state.clock.now();
    let known = state.db.share_recipients(desk.share.id).await?;
    let mut known = known.into_iter().find(|known| known.id == recipient).ok_or(Fault::NoSuchPage)?;
    if !known.is_live(now) {
        return Ok(());
    }
    if !desk.may_prolong(state).await? {
        return Err(Fault::Forbidden);
    }
    let hour = TimeDelta::hours(1);
    if state.db.throttle(&format!("resend {recipient}"), hour, now).await? > MOST_LETTERS {
        return Err(Fault::TooMany);
    }
    let items = state.db.share_items(desk.share.id).await?;
    let pieces = pieces(state, &items).await?;
    let before = std::mem::replace(&mut known.letter, state.random.id()?.into());
    let letter = letter::shared(state, &desk.share, &pieces, &known, LetterKind::Share)?;
    let token = share::token(&state.pipeline.link_key, recipient);
    let mut tx = state.db.begin().await?;
    if shares::resent(&mut tx, recipient, &token.hash(), known.letter).await? {
        // What is checked when a letter leaves is checked of the latest alone: one that still waits is not needed.
        letters::withdraw(&mut tx, before).await?;
        letter.write(&mut tx, state, now).await?;
        let detail = json!({"recipient": recipient});
        audit::record(&mut tx, entry(desk, "share.resend", detail, origin), now).await?;
    }
    tx.commit().await?;
    state.pipeline.queue.wake();
    Ok(())
}
