//! Received: what others have shown to an address, by links that still work, and what each of these shows.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::piece::{Piece, pieces};
use crate::access::share::{self, Opened};
use crate::db::shares::{Item, Recipient};
use crate::model::ShareId;
use crate::portal::PortalState;
use crate::portal::fault::Fault;

/// Something that somebody shared with an address.
pub(in crate::portal) struct Received {
    pub(in crate::portal) opened: Opened,
    /// Its page; none where the link was made by another key, so that only its letter has it.
    pub(in crate::portal) href: Option<String>,
}

impl Received {
    async fn of(state: &PortalState, recipient: Recipient) -> Result<Option<Self>, Fault> {
        let token = share::token(&state.pipeline.link_key, recipient.id);
        let href = (token.hash().as_slice() == recipient.token_hash).then(|| format!("/s/{token}"));
        let share = state.db.share(recipient.share).await?;
        Ok(share.map(|share| Self { opened: Opened { recipient, share }, href }))
    }
}

/// What was shared with an address by links that still work, those that work longest first; behind the link `after`.
pub(in crate::portal) async fn received(
    state: &PortalState,
    address: &str,
    after: Option<(DateTime<Utc>, Uuid)>,
    limit: i64,
) -> Result<Vec<Received>, Fault> {
    let links = state.db.shared_page(address, state.clock.now(), after, limit).await?;
    let mut received = Vec::with_capacity(links.len());
    for link in links {
        received.extend(Received::of(state, link).await?);
    }
    Ok(received)
}

/// One of these.
pub(in crate::portal) async fn received_one(
    state: &PortalState,
    address: &str,
    id: ShareId,
) -> Result<Option<Received>, Fault> {
    let now = state.clock.now();
    let links = state.db.share_recipients(id).await?;
    match links.into_iter().find(|link| link.address == address && link.is_live(now)) {
        Some(link) => Received::of(state, link).await,
        None => Ok(None),
    }
}

/// Each incident of a share, with what is told of it; nothing is where retention took it away.
pub(in crate::portal) async fn contents(
    state: &PortalState,
    share: ShareId,
) -> Result<Vec<(Item, Option<Piece>)>, Fault> {
    told_of(state, state.db.share_items(share).await?).await
}

/// The incident at one place of it.
pub(in crate::portal) async fn content(
    state: &PortalState,
    share: ShareId,
    number: i32,
) -> Result<Option<(Item, Option<Piece>)>, Fault> {
    let mut items = state.db.share_items(share).await?;
    items.retain(|item| item.number == number);
    Ok(told_of(state, items).await?.pop())
}

async fn told_of(state: &PortalState, items: Vec<Item>) -> Result<Vec<(Item, Option<Piece>)>, Fault> {
    let pieces = pieces(state, &items).await?.into_iter();
    let mut pieces: BTreeMap<i32, Piece> = pieces.map(|piece| (piece.number, piece)).collect();
    let told = |item: Item| {
        let piece = pieces.remove(&item.number);
        (item, piece)
    };
    Ok(items.into_iter().map(told).collect())
}
