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
use crate::model::EmailAddress;
use crate::portal::PortalState;
use crate::portal::fault::Fault;
use crate::portal::frozen;
use crate::portal::posted::Posted;
use crate::portal::viewer::Viewer;

#[derive(Debug, Deserialize)]
pub(in crate::portal) struct Form {}

/// `POST /requests/links/{hash}`: makes a link to the same thing, which works as long as that of a new mail.
pub(in crate::portal) async fn send(
    State(state): State<PortalState>,
    Path(hash): Path<String>,
    viewer: Viewer,
    Posted(Form {}): Posted<Form>,
) -> Result<Response, Fault> {
    viewer.may(Action::Correct, Place::INSTALLATION)?;
    let hash: [u8; 32] = hex::decode(hash).ok().and_then(|hash| hash.try_into().ok()).ok_or(Fault::NoSuchPage)?;
    let old = state.db.link(&hash).await?.ok_or(Fault::NoSuchPage)?;
    state.db.link_requested(&hash).await?.ok_or(Fault::NoSuchPage)?;
    // A link to what is gone cannot be renewed, and an erased contact has no address.
    frozen::not_removed(&state, old.report).await?;
    let row = state.db.report(old.report).await?.ok_or(Fault::NoSuchPage)?;
    let delivery = state.db.delivery(old.delivery).await?.ok_or(Fault::NoSuchPage)?;
    let Ok(to) = EmailAddress::new(EmailAddress::normalized(&delivery.email)) else {
        return Ok(back("share-done-gone"));
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
    let letter = letter::fresh(&state, (to, &delivery.language), (&site, row.night), (url, until))?;
    let link = NewLink {
        token_hash: token.hash(),
        delivery: old.delivery,
        report: old.report,
        target: old.target,
        expires_at: until,
    };
    let mut tx = state.db.begin().await?;
    if !links::handled(&mut tx, &hash, now).await? {
        return Ok(back("share-done-answered"));
    }
    links::insert(&mut tx, &[link]).await?;
    letter.write(&mut tx, &state, now).await?;
    let change = Change {
        actor: viewer.actor(),
        action: "link.renew",
        object: format!("delivery:{}", old.delivery),
        branch: None,
        detail: json!({"location": row.location, "night": row.night, "expires_at": until}),
        origin: &viewer.origin.address,
    };
    audit::record(&mut tx, change, now).await?;
    tx.commit().await?;
    state.pipeline.queue.wake();
    Ok(back("share-done-link"))
}
