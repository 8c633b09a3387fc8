//! Order: which incidents, for whom, with what note, until when; checked, it becomes a share: links, letters, who is let
//! in, and an entry of the audit log, in one step. Forms and programs order alike.

use std::collections::BTreeSet;

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::json;

use super::form::LONGEST_NOTE;
use super::found::{narrowed, objects_of};
use super::letter;
use super::offer::Pick;
use super::piece::Piece;
use super::sharer::Sharer;
use crate::access::share::{self, Addresses, MOST_ADDRESSES, Wanted};
use crate::audit::{self, Change};
use crate::db::shares::{Item, Recipient, Share};
use crate::model::{EmailAddress, IncidentRef, ShareId};
use crate::portal::PortalState;
use crate::portal::fault::Fault;

/// How often somebody may share within a day.
const MOST_A_DAY: i64 = 50;
/// So many incidents are shared at once.
pub(in crate::portal) const MOST_INCIDENTS: usize = 500;
/// The longest that something is shared.
pub(in crate::portal) const LONGEST: TimeDelta = TimeDelta::days(366);

/// What somebody wants to show to others.
#[derive(Debug)]
pub(in crate::portal) struct Order {
    /// Its id: the same order sent twice shares once.
    pub(in crate::portal) id: ShareId,
    /// Incidents of the sharer's offer.
    pub(in crate::portal) incidents: Vec<IncidentRef>,
    /// To whom, as it was written.
    pub(in crate::portal) addresses: String,
    pub(in crate::portal) note: String,
    /// Until when; none for what cannot be chosen.
    pub(in crate::portal) until: Option<DateTime<Utc>>,
    pub(in crate::portal) may_comment: bool,
}

/// What is wrong with an order, or with whom somebody wants to let in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::portal) enum Wrong {
    /// It is of no incident.
    Nothing,
    /// So many of its incidents are not the sharer's to show, or not of the same location.
    Incidents(usize),
    /// It is of more incidents than this.
    ManyIncidents(usize),
    /// These are no addresses.
    Addresses(Vec<String>),
    /// To these the account's rules let nothing go.
    Domains(Vec<String>),
    /// It is for nobody.
    Nobody,
    /// It is for too many.
    Many,
    /// The note is too long.
    Note,
    /// It ends at no time that can be chosen.
    End,
}

/// What became of an order.
#[derive(Debug)]
pub(in crate::portal) enum Ordered {
    /// It is a share now.
    New,
    /// It was one already.
    Before,
    /// It cannot be.
    Wrong(Vec<Wrong>),
}

/// What is wrong with addresses and note.
pub(super) fn wrong_with(addresses: &Addresses, note: &str) -> Vec<Wrong> {
    let mut wrong = Vec::new();
    if !addresses.bad.is_empty() {
        wrong.push(Wrong::Addresses(addresses.bad.clone()));
    }
    if !addresses.refused.is_empty() {
        wrong.push(Wrong::Domains(addresses.refused.clone()));
    }
    if addresses.good.is_empty() && wrong.is_empty() {
        wrong.push(Wrong::Nobody);
    }
    if addresses.good.len() > MOST_ADDRESSES {
        wrong.push(Wrong::Many);
    }
    if note.chars().count() > LONGEST_NOTE {
        wrong.push(Wrong::Note);
    }
    wrong
}

/// Checks an order and does it.
pub(in crate::portal) async fn place(state: &PortalState, sharer: &Sharer, order: &Order) -> Result<Ordered, Fault> {
    let now = state.clock.now();
    if let Some(known) = state.db.share(order.id).await? {
        // Sent twice: the first time counted.
        return if known.actor == sharer.actor.to_string() { Ok(Ordered::Before) } else { Err(Fault::Form) };
    }
    let branch = &sharer.found.report.site.branch;
    let addresses = Addresses::parse(&order.addresses, &state.db.domain_rules(branch).await?);
    let mut wrong = wrong_with_incidents(sharer, &order.incidents);
    wrong.extend(wrong_with(&addresses, &order.note));
    let until = order.until.filter(|until| *until > now && *until <= now + LONGEST);
    let Some(expires_at) = until.filter(|_| wrong.is_empty()) else {
        if until.is_none() {
            wrong.push(Wrong::End);
        }
        return Ok(Ordered::Wrong(wrong));
    };
    let tries = state.db.throttle(&format!("share {}", sharer.address), TimeDelta::days(1), now).await?;
    if tries > MOST_A_DAY {
        return Err(Fault::TooMany);
    }
    let share = Share {
        id: order.id,
        location: sharer.found.report.site.location.clone(),
        branch: branch.clone(),
        actor: sharer.actor.to_string(),
        by_address: sharer.address.clone(),
        by_name: sharer.name.clone(),
        note: order.note.trim().to_owned(),
        may_comment: order.may_comment,
        created_at: now,
        expires_at,
    };
    make(state, sharer, &share, &sharer.offer.picked(&order.incidents), &addresses.good).await?;
    Ok(Ordered::New)
}

/// What is wrong with the incidents of an order.
fn wrong_with_incidents(sharer: &Sharer, incidents: &[IncidentRef]) -> Vec<Wrong> {
    let missing = sharer.offer.missing(incidents);
    if incidents.is_empty() {
        vec![Wrong::Nothing]
    } else if incidents.len() > MOST_INCIDENTS {
        vec![Wrong::ManyIncidents(MOST_INCIDENTS)]
    } else if missing > 0 {
        vec![Wrong::Incidents(missing)]
    } else {
        Vec::new()
    }
}

/// The rows of what was chosen, and the objects that those need which are in no frozen report.
fn items_of(chosen: &[Pick]) -> Result<(Vec<Item>, BTreeSet<String>), Fault> {
    let mut objects = BTreeSet::new();
    let mut items = Vec::with_capacity(chosen.len());
    for Pick { piece, id } in chosen {
        let frozen = if id.is_none() {
            let narrow = narrowed(&piece.report, &BTreeSet::from([&piece.incident]));
            objects.extend(objects_of(&narrow));
            Some(serde_json::to_string(&narrow).map_err(|error| Fault::Damaged(error.to_string()))?)
        } else {
            None
        };
        items.push(Item { number: piece.number, incident: piece.incident.clone(), report: *id, frozen });
    }
    Ok((items, objects))
}

async fn make(
    state: &PortalState,
    sharer: &Sharer,
    share: &Share,
    chosen: &[Pick],
    addresses: &[EmailAddress],
) -> Result<(), Fault> {
    let (items, objects) = items_of(chosen)?;
    let mut recipients = Vec::with_capacity(addresses.len());
    for address in addresses {
        let locale = letter::locale_of(state, address.as_str()).await?;
        let language = locale.unwrap_or_else(|| sharer.l10n.tag().to_owned());
        recipients.push(recipient(state, share, address.as_str(), language)?);
    }
    let pieces: Vec<Piece> = chosen.iter().map(|pick| pick.piece.clone()).collect();
    let letters = letter::shares(state, share, &pieces, &recipients)?;
    let now = share.created_at;
    let mut tx = state.db.begin().await?;
    let wanted = Wanted { share, items: &items, objects: &objects, recipients: &recipients };
    if !share::create(&mut tx, &wanted).await? {
        return Ok(());
    }
    for letter in &letters {
        letter.write(&mut tx, state, now).await?;
    }
    let change = Change {
        actor: sharer.actor.clone(),
        action: "share.create",
        object: share::subject(share.id),
        branch: Some(&share.branch),
        detail: json!({
            "location": share.location,
            "incidents": items.iter().map(|item| &item.incident).collect::<Vec<_>>(),
            "recipients": recipients.len(),
            "with": recipients.iter().map(|one| &one.address).collect::<Vec<_>>(),
            "expires_at": share.expires_at,
            "may_comment": share.may_comment,
        }),
        origin: &sharer.origin,
    };
    audit::record(&mut tx, change, now).await?;
    tx.commit().await?;
    state.pipeline.queue.wake();
    tracing::info!(share = %share.id, recipients = recipients.len(), "incidents were shared");
    Ok(())
}

/// A link for an address.
pub(super) fn recipient(
    state: &PortalState,
    share: &Share,
    address: &str,
    language: String,
) -> Result<Recipient, Fault> {
    let id = state.random.id()?;
    Ok(Recipient {
        id,
        share: share.id,
        address: address.to_owned(),
        language,
        token_hash: share::token(&state.pipeline.link_key, id).hash().to_vec(),
        letter: state.random.id()?.into(),
        expires_at: share.expires_at,
        revoked_at: None,
    })
}
