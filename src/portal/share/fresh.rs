//! A fresh link in place of one that has ended: staff press a button, and the mail's own address gets a letter.

use axum::extract::{Path, State};
use axum::response::Response;
use chrono::TimeDelta;
use serde::Deserialize;
use serde_json::json;

use super::letter;
use super::requests::back;
use crate::access::{Action, Place, Token};
use crate::audit::{self, Change};
use crate::db::links::{self, NewLink};
use crate::model::{EmailAddress, LinkTarget};
use crate::portal::PortalState;
use crate::portal::fault::Fault;
use crate::portal::frozen;
use crate::portal::posted::Posted;
use crate::portal::viewer::Viewer;

#[derive(Debug, Deserialize)]
pub(in crate::portal) struct Form {
    /// Filled in where a link is wanted although the old one was withdrawn.
    #[serde(default)]
    sure: String,
}

/// `POST /requests/links/{hash}`: makes a link to the same thing, which works as long as that of a new mail.
pub(in crate::portal) async fn send(
    State(state): State<PortalState>,
    Path(hash): Path<String>,
    viewer: Viewer,
    Posted(form): Posted<Form>,
) -> Result<Response, Fault> {
    Ok(back(match renew(&state, &viewer, &hash, form.sure == "yes").await? {
        Renewed::Sent => "share-done-link",
        Renewed::Before => "share-done-answered",
        Renewed::Gone => "share-done-gone",
        Renewed::Withdrawn => "share-done-sure",
    }))
}

/// What became of a wish for a fresh link.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::portal) enum Renewed {
    /// It is on its way.
    Sent,
    /// Somebody was quicker.
    Before,
    /// There is no address any more to which it could go.
    Gone,
    /// The old one was withdrawn on purpose, and nobody said that a new one is to be sent all the same.
    Withdrawn,
}

/// Sends whoever asked for it a link to what theirs has led to; `hash` is of the old one's token, in hexadecimal digits.
/// In the place of one that was withdrawn only where whoever sends it is `sure`; of a report that gives back the report.
pub(in crate::portal) async fn renew(
    state: &PortalState,
    viewer: &Viewer,
    hash: &str,
    sure: bool,
) -> Result<Renewed, Fault> {
    viewer.may(Action::Correct, Place::INSTALLATION)?;
    let hash: [u8; 32] = hex::decode(hash).ok().and_then(|hash| hash.try_into().ok()).ok_or(Fault::NoSuchPage)?;
    let old = state.db.link(&hash).await?.ok_or(Fault::NoSuchPage)?;
    state.db.link_requested(&hash).await?.ok_or(Fault::NoSuchPage)?;
    let withdrawn = old.revoked_at.is_some();
    if withdrawn && !sure {
        return Ok(Renewed::Withdrawn);
    }
    // A link to what is gone cannot be renewed, and an erased contact has no address.
    frozen::not_removed(state, old.report).await?;
    let row = state.db.report(old.report).await?.ok_or(Fault::NoSuchPage)?;
    let delivery = state.db.delivery(old.delivery).await?.ok_or(Fault::NoSuchPage)?;
    let Ok(to) = EmailAddress::new(EmailAddress::normalized(&delivery.email)) else {
        return Ok(Renewed::Gone);
    };
    let site = state.db.location(&row.location).await?;
    let site = match site {
        Some(site) => letter::Place { name: site.name, branch: Some(site.branch) },
        None => letter::Place { name: row.location.to_string(), branch: None },
    };
    let now = state.clock.now();
    let until = now + TimeDelta::from_std(state.links.valid_for).unwrap_or(TimeDelta::days(30));
    let token = Token::random(state.random.bytes()?);
    let url = state.url(&format!("/{}/{token}", old.target.path_prefix()));
    let letter = letter::fresh(state, (to, &delivery.language), (&site, row.night), (url, until))?;
    let link = NewLink {
        token_hash: token.hash(),
        delivery: old.delivery,
        report: old.report,
        target: old.target,
        expires_at: until,
    };
    let gives_back = withdrawn && link.target == LinkTarget::Report;
    let mut tx = state.db.begin().await?;
    if !links::handled(&mut tx, &hash, now).await? {
        return Ok(Renewed::Before);
    }
    links::insert(&mut tx, &[link]).await?;
    if gives_back {
        links::give_back(&mut tx, old.delivery).await?;
    }
    letter.write(&mut tx, state, now).await?;
    let change = Change {
        actor: viewer.actor(),
        action: "link.renew",
        object: format!("delivery:{}", old.delivery),
        branch: None,
        detail: json!({"location": row.location, "night": row.night, "expires_at": until, "withdrawn": withdrawn}),
        origin: &viewer.origin.address,
    };
    audit::record(&mut tx, change, now).await?;
    tx.commit().await?;
    state.pipeline.queue.wake();
    Ok(Renewed::Sent)
}
