//! `/whitelist` without a location: those whose list somebody keeps, to choose from, with how many are let in.

use axum::response::Html;
use serde::Serialize;

use crate::access::Principal;
use crate::db::summaries::{LocationFilter, LocationOrder, Scope};
use crate::model::LocationRef;
use crate::portal::PortalState;
use crate::portal::fault::Fault;
use crate::portal::shown::line;
use crate::portal::viewer::Viewer;
use crate::render::l10n::{Arg, L10n};

/// The most locations on the page; more are found by their name.
const MOST: i64 = 50;
/// The most entries of a list that are counted.
const COUNTED: i64 = 500;

#[derive(Serialize)]
struct Page {
    q: String,
    sites: Vec<Site>,
    /// How many more match.
    more: i64,
}

#[derive(Serialize)]
struct Site {
    name: String,
    branch: String,
    href: String,
    /// How many are let in, in words.
    people: String,
}

/// The page.
pub(super) async fn page(state: &PortalState, viewer: &Viewer, q: &str) -> Result<Html<String>, Fault> {
    let scope = match &viewer.principal {
        Principal::User(user) if user.role.is_ours() => Scope::All,
        Principal::User(user) => Scope::Branches(&user.branches),
        _ => return Err(Fault::Forbidden),
    };
    let filter = LocationFilter {
        scope,
        branch: None,
        text: line(q, 200),
        incidents: None,
        sells: None,
        since: None,
        order: LocationOrder::Name,
        limit: MOST,
        offset: 0,
        counted: true,
    };
    let l10n = viewer.l10n(state)?;
    let listed = state.db.listed_locations(&filter).await?;
    let total = listed.first().and_then(|one| one.total).unwrap_or(0);
    let mut sites = Vec::with_capacity(listed.len());
    for one in &listed {
        sites.push(Site {
            name: line(&one.name, 120),
            branch: line(&one.branch_name, 120),
            href: format!("/whitelist?{}", super::whitelist::query(&one.location)),
            people: people(state, &one.location, &l10n).await?,
        });
    }
    let more = total - i64::try_from(sites.len()).unwrap_or(total);
    let page = Page { q: filter.text, sites, more };
    state.view.page("share/whitelists.html", &l10n, viewer, &page).map(Html)
}

async fn people(state: &PortalState, location: &LocationRef, l10n: &L10n) -> Result<String, Fault> {
    let now = state.clock.now();
    let listed = state.db.whitelist_of(location, COUNTED).await?;
    let live = listed.iter().filter(|one| one.revoked_at.is_none() && one.expires_at.is_none_or(|end| end > now));
    Ok(l10n.message("share-whitelist-count", &[("count", Arg::from(live.count()))]))
}
