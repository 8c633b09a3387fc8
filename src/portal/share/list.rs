//! `/shares`: one's own, or those of a location.

use axum::extract::{Query, State};
use axum::response::Html;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::received;
use super::sent::{Shown, branch_now, shown, zone};
use crate::access::{Action, Place, Principal, share};
use crate::db::shares::Recipient;
use crate::model::LocationRef;
use crate::portal::PortalState;
use crate::portal::fault::Fault;
use crate::portal::shown::line;
use crate::portal::viewer::Viewer;
use crate::render::l10n::{Arg, L10n};

/// The most shares on a page.
const MOST: i64 = 200;
/// So many incidents of each are named.
const NAMED: usize = 3;

#[derive(Debug, Serialize)]
struct List {
    shares: Vec<Line>,
    /// What others have shared with them.
    received: Vec<Received>,
    location: Option<String>,
}

/// A share in a list.
#[derive(Debug, Serialize)]
struct Line {
    share: Shown,
    /// `live`, `expired` or `revoked`: the best that is left of its links.
    state: &'static str,
    seen: String,
}

/// Something that somebody shared with the reader.
#[derive(Debug, Serialize)]
struct Received {
    share: Shown,
    href: String,
}

#[derive(Debug, Default, Deserialize)]
pub(in crate::portal) struct Which {
    #[serde(default)]
    location: String,
}

/// `/shares`: one's own, or (with `?location=`) those of a location of one's branch.
pub(in crate::portal) async fn page(
    State(state): State<PortalState>,
    Query(which): Query<Which>,
    viewer: Viewer,
) -> Result<Html<String>, Fault> {
    let l10n = viewer.l10n(&state)?;
    let (found, location) = if which.location.is_empty() {
        (state.db.shares_by(viewer.principal.address().unwrap_or_default(), MOST).await?, None)
    } else {
        let location = LocationRef::new(which.location).map_err(|_| Fault::NoSuchPage)?;
        let site = state.db.location(&location).await?.ok_or(Fault::NoSuchPage)?;
        viewer.may(Action::ManageWhitelist, Place::of(&site.branch))?;
        (state.db.shares_of(&location, MOST).await?, Some(line(&site.name, 120)))
    };
    let mut lines = Vec::with_capacity(found.len());
    for share in found {
        let made = viewer.principal.address() == Some(share.by_address.as_str());
        let is_user = matches!(viewer.principal, Principal::User(_));
        if is_user && viewer.may(Action::Share, Place::given(&branch_now(&state, &share).await?, made)).is_err() {
            continue;
        }
        let zone = zone(&state, &share.location).await?;
        let guests = state.db.share_recipients(share.id).await?;
        let (recipients, left) = (guests.len(), far(&guests, state.clock.now()));
        let seen = share::looks(&state.db, share.id).await?.len();
        let args = [("seen", Arg::from(seen)), ("all", Arg::from(recipients))];
        let shown = shown(&state, &share, NAMED, (zone, &l10n)).await?;
        lines.push(Line { share: shown, state: left, seen: l10n.message("share-seen", &args) });
    }
    let received = if location.is_none() { others(&state, &viewer, &l10n).await? } else { Vec::new() };
    state.view.page("share/list.html", &l10n, &viewer, &List { shares: lines, received, location }).map(Html)
}

/// How far a share is with these links.
fn far(links: &[Recipient], now: DateTime<Utc>) -> &'static str {
    if links.iter().any(|link| link.is_live(now)) {
        "live"
    } else if links.iter().any(|link| link.revoked_at.is_none()) {
        "expired"
    } else {
        "revoked"
    }
}

/// What others have shared with a viewer by links that still work.
async fn others(state: &PortalState, viewer: &Viewer, l10n: &L10n) -> Result<Vec<Received>, Fault> {
    let Some(address) = viewer.principal.address() else { return Ok(Vec::new()) };
    let mut shown_here = Vec::new();
    for one in received::received(state, address, None, MOST).await? {
        // Another key makes other tokens: the letter's own still works.
        let Some(href) = one.href else { continue };
        let share = &one.opened.share;
        let zone = zone(state, &share.location).await?;
        shown_here.push(Received { share: shown(state, share, NAMED, (zone, l10n)).await?, href });
    }
    Ok(shown_here)
}
