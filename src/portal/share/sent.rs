//! Sent: what somebody has shared, with whom, and who has looked.

use std::collections::BTreeMap;

use axum::extract::{Path, State};
use axum::response::Html;
use serde::Serialize;
use uuid::Uuid;

use super::form::{End, ends};
use super::piece::{Lines, lines, pieces};
use crate::access::{Action, Place, Principal, share};
use crate::audit::Actor;
use crate::db::shares::{Recipient, Share};
use crate::model::{BranchRef, EmailAddress, LocationRef};
use crate::portal::PortalState;
use crate::portal::fault::Fault;
use crate::portal::pages;
use crate::portal::shown::line;
use crate::portal::viewer::Viewer;
use crate::portal::visitor::Visitor;
use crate::render::l10n::{Arg, L10n};

#[derive(Debug, Serialize)]
struct Page<'a> {
    share: Shown,
    action: String,
    back: &'a str,
    rows: Vec<Row>,
    /// Whether links can be sent again or given more time.
    may_prolong: bool,
    /// How many have looked, of how many.
    seen: String,
    ends: Vec<End>,
    live: bool,
}

/// A share as a page tells of it.
#[derive(Debug, Serialize)]
pub(super) struct Shown {
    id: String,
    site: String,
    by: String,
    at: String,
    until: String,
    note: String,
    may_comment: bool,
    /// The incidents, night by night.
    nights: Vec<Lines>,
    /// How many are not named.
    more: usize,
    /// How many of the others retention took away.
    gone: usize,
}

/// A recipient.
#[derive(Debug, Serialize)]
struct Row {
    id: String,
    address: String,
    /// `live`, `expired` or `revoked`.
    state: &'static str,
    when: String,
    /// How far the letter is.
    letter: String,
    looks: String,
    first: Option<String>,
    last: Option<String>,
}

/// Somebody before a share of theirs.
pub(in crate::portal) struct Desk {
    pub(in crate::portal) share: Share,
    l10n: std::sync::Arc<L10n>,
    pub(super) actor: Actor,
    /// Set for a customer, who shares what was given to this address.
    customer: Option<String>,
    /// Address of the page.
    pub(super) here: String,
    back: String,
}

/// Who shared it by the link of an incident in their mail.
pub(super) async fn mailed(state: &PortalState, token: &str, id: &str) -> Result<Desk, Fault> {
    let (visitor, _) = pages::admitted(state, token).await?;
    let share = find(state, id).await?;
    let Visitor { access, delivery } = &visitor;
    let customer = delivery.as_ref().map(|delivery| EmailAddress::normalized(&delivery.email));
    if customer.as_ref().is_none_or(|own| *own != share.by_address) {
        return Err(Fault::NoSuchPage);
    }
    let language = visitor.language();
    let l10n = state.view.l10n(language, language.tag())?;
    let back = format!("/i/{token}");
    let (actor, here) = (Actor::Link(access.delivery), format!("{back}/shares/{}", share.id));
    Ok(Desk { share, l10n, actor, customer, here, back })
}

/// Who shared it, or keeps the whitelist of its branch.
pub(in crate::portal) async fn own(state: &PortalState, viewer: &Viewer, id: &str) -> Result<Desk, Fault> {
    let share = find(state, id).await?;
    let made = is_by(viewer, &share);
    let action = if made { Action::Share } else { Action::ManageWhitelist };
    // A user whose branch it is not any more does not see it any more, either; nor one of a branch that its location left.
    viewer.may(action, Place::given(&branch_now(state, &share).await?, made))?;
    let here = format!("/shares/{}", share.id);
    let customer = match &viewer.principal {
        Principal::Customer { address } => Some(address.clone()),
        _ => None,
    };
    Ok(Desk { actor: viewer.actor(), customer, l10n: viewer.l10n(state)?, here, back: "/shares".into(), share })
}

impl Desk {
    /// Whether what was shared may still be given more time, or be sent again: a customer must have what they pass on.
    /// To end it, nobody needs it.
    pub(super) async fn may_prolong(&self, state: &PortalState) -> Result<bool, Fault> {
        let Some(address) = &self.customer else { return Ok(true) };
        let (share, now) = (&self.share, state.clock.now());
        if state.db.is_whitelisted(address, &share.location, now).await? {
            return Ok(true);
        }
        for item in state.db.share_items(share.id).await? {
            // What retention took away shows nothing more to anybody.
            let is_there = state.db.incident_place(&item.incident).await?.is_some();
            if is_there && state.db.incident_mailed(address, &item.incident).await?.is_empty() {
                return Ok(false);
            }
        }
        Ok(true)
    }
}

/// The branch to which a share's location belongs now; that of then where the location is gone.
pub(super) async fn branch_now(state: &PortalState, share: &Share) -> Result<BranchRef, Fault> {
    let site = state.db.location(&share.location).await?;
    Ok(site.map_or_else(|| share.branch.clone(), |site| site.branch))
}

/// Whether a viewer made a share.
pub(in crate::portal) fn is_by(viewer: &Viewer, share: &Share) -> bool {
    let person = viewer.person();
    !person.is_empty() && person == share.by_address
}

async fn find(state: &PortalState, id: &str) -> Result<Share, Fault> {
    let id: Uuid = id.parse().map_err(|_| Fault::NoSuchPage)?;
    state.db.share(id.into()).await?.ok_or(Fault::NoSuchPage)
}

pub(in crate::portal) async fn by_mail(
    State(state): State<PortalState>,
    Path((token, id)): Path<(String, String)>,
    viewer: Viewer,
) -> Result<Html<String>, Fault> {
    page(&state, &viewer, &mailed(&state, &token, &id).await?).await
}

pub(in crate::portal) async fn signed_in(
    State(state): State<PortalState>,
    Path(id): Path<String>,
    viewer: Viewer,
) -> Result<Html<String>, Fault> {
    page(&state, &viewer, &own(&state, &viewer, &id).await?).await
}

async fn page(state: &PortalState, viewer: &Viewer, desk: &Desk) -> Result<Html<String>, Fault> {
    let (share, now) = (&desk.share, state.clock.now());
    let recipients = state.db.share_recipients(share.id).await?;
    let looks = share::looks(&state.db, share.id).await?;
    let letters: BTreeMap<Uuid, String> =
        state.db.share_letters(share.id).await?.into_iter().map(|(id, far, _)| (id, far)).collect();
    let zone = zone(state, &share.location).await?;
    let l10n = &desk.l10n;
    let row = |recipient: &Recipient| {
        let look = looks.get(&recipient.address);
        let (word, when) = match recipient.revoked_at {
            Some(at) => ("revoked", at),
            None if recipient.expires_at <= now => ("expired", recipient.expires_at),
            None => ("live", recipient.expires_at),
        };
        Row {
            id: recipient.id.to_string(),
            address: recipient.address.clone(),
            state: word,
            when: l10n.date_time(when, zone),
            letter: letters.get(&recipient.id).cloned().unwrap_or_default(),
            looks: l10n.integer(look.map_or(0, |look| look.count)),
            first: look.map(|look| l10n.date_time(look.first_at, zone)),
            last: look.map(|look| l10n.date_time(look.last_at, zone)),
        }
    };
    let seen = recipients.iter().filter(|recipient| looks.contains_key(&recipient.address)).count();
    let args = [("seen", Arg::from(seen)), ("all", Arg::from(recipients.len()))];
    let page = Page {
        share: shown(state, share, usize::MAX, (zone, l10n)).await?,
        action: desk.here.clone(),
        back: &desk.back,
        rows: recipients.iter().map(row).collect(),
        may_prolong: desk.may_prolong(state).await?,
        seen: l10n.message("share-seen", &args),
        ends: ends(None, l10n),
        live: recipients.iter().any(|recipient| recipient.is_live(now)),
    };
    state.view.page("share/sent.html", l10n, viewer, &page).map(Html)
}

pub(super) async fn zone(state: &PortalState, location: &LocationRef) -> Result<chrono_tz::Tz, Fault> {
    Ok(state.db.location(location).await?.map_or(chrono_tz::Tz::UTC, |site| site.timezone))
}

/// A share in words, naming its first `most` incidents.
pub(super) async fn shown(
    state: &PortalState,
    share: &Share,
    most: usize,
    (zone, l10n): (chrono_tz::Tz, &L10n),
) -> Result<Shown, Fault> {
    let site = state.db.location(&share.location).await?;
    let mut items = state.db.share_items(share.id).await?;
    let more = items.len().saturating_sub(most);
    items.truncate(most);
    let pieces = pieces(state, &items).await?;
    Ok(Shown {
        id: share.id.to_string(),
        site: line(site.as_ref().map_or(share.location.as_str(), |site| &site.name), 120),
        by: line(&share.by_name, 80),
        at: l10n.date_time(share.created_at, zone),
        until: l10n.date_time(share.expires_at, zone),
        note: crate::model::clean(&share.note),
        may_comment: share.may_comment,
        nights: lines(&pieces, l10n),
        more,
        gone: items.len() - pieces.len(),
    })
}
