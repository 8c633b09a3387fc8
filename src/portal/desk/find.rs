//! `/desk`: a few letters become locations, and a location its nights and contacts.

use axum::extract::{Query, State};
use axum::response::{Html, IntoResponse, Redirect, Response};
use serde::{Deserialize, Serialize};

use super::words::{self, Revision, Said, Site};
use crate::access::policy::{Action, Place};
use crate::db::reports::ReportFilter;
use crate::db::sites::Location;
use crate::model::{LocationRef, NightDate};
use crate::portal::PortalState;
use crate::portal::fault::Fault;
use crate::portal::shown::line;
use crate::portal::viewer::Viewer;
use crate::render::l10n::L10n;

/// So many locations are listed.
const MOST: usize = 50;
/// So many reports of a location are listed.
const NIGHTS: i64 = 45;

#[derive(Deserialize)]
pub(super) struct Wish {
    #[serde(default)]
    q: String,
    #[serde(default)]
    night: String,
}

#[derive(Serialize)]
struct Page {
    q: String,
    night: String,
    /// What was typed is no date.
    bad_night: bool,
    asked: bool,
    found: Vec<Found>,
    more: usize,
    /// What was typed is an address: its mails can be looked up.
    mails: Option<String>,
    /// How much that readers said is still to be handled.
    feedback: i64,
}

#[derive(Serialize)]
struct Found {
    site: Site,
    href: String,
    latest: Option<Latest>,
}

#[derive(Serialize)]
struct Latest {
    night: String,
    state: &'static str,
    revision: i32,
    incidents: String,
}

pub(super) async fn find(
    State(state): State<PortalState>,
    Query(wish): Query<Wish>,
    viewer: Viewer,
) -> Result<Html<String>, Fault> {
    viewer.may(Action::LookUp, Place::INSTALLATION)?;
    let l10n = viewer.l10n(&state)?;
    let q = line(&wish.q, 254);
    let night: Option<NightDate> = wish.night.trim().parse().ok();
    let sites = if q.is_empty() { Vec::new() } else { matching(&state, &q).await? };
    let more = sites.len().saturating_sub(MOST);
    let mut found = Vec::new();
    for site in sites.iter().take(MOST) {
        found.push(shown(&state, site, night, &l10n).await?);
    }
    let page = Page {
        bad_night: night.is_none() && !wish.night.trim().is_empty(),
        night: night.map(|night| night.to_string()).unwrap_or_default(),
        asked: !q.is_empty(),
        mails: words::is_address(&q).then(|| words::path("/desk/mails", &[("q", &q)])),
        feedback: state.db.open_feedback_count().await?,
        q,
        found,
        more,
    };
    state.view.page("desk/find.html", &l10n, &viewer, &page).map(Html)
}

async fn shown(state: &PortalState, site: &Location, night: Option<NightDate>, l10n: &L10n) -> Result<Found, Fault> {
    let filter = ReportFilter {
        location: Some(site.location.clone()),
        from: night,
        to: night,
        limit: 1,
        ..ReportFilter::default()
    };
    let latest = state.db.reports(&filter).await?.pop().map(|row| Latest {
        night: l10n.date(row.night),
        state: row.state.as_str(),
        revision: row.revision,
        incidents: l10n.integer(row.incidents),
    });
    let href = match night {
        Some(night) => words::night_path(&site.location, night),
        None => words::location_path(&site.location),
    };
    Ok(Found { site: Site::of(site, state.clock.now(), l10n), href, latest })
}

/// Locations by ref, name, postal address, branch, or by the address of one of their contacts. Compared here and not by
/// the database: SQLite knows the small letters of English only.
async fn matching(state: &PortalState, q: &str) -> Result<Vec<Location>, Fault> {
    let words: Vec<String> = q.to_lowercase().split_whitespace().map(str::to_owned).collect();
    let known = if words::is_address(q) {
        state.db.locations_of_address(&crate::model::EmailAddress::normalized(q), 500).await?
    } else {
        Vec::new()
    };
    let mut sites = state.db.locations().await?;
    sites.retain(|site| {
        let text = format!(
            "{}\n{}\n{}\n{}",
            site.location,
            site.name,
            site.branch,
            site.address.as_deref().unwrap_or_default()
        )
        .to_lowercase();
        known.contains(&site.location) || words.iter().all(|word| text.contains(word))
    });
    Ok(sites)
}

#[derive(Deserialize)]
pub(super) struct Which {
    #[serde(rename = "ref")]
    location: String,
    #[serde(default)]
    night: String,
}

#[derive(Serialize)]
struct Known {
    site: Site,
    location: String,
    said: Option<String>,
    revisions: Vec<Revision>,
    full: bool,
    contacts: Vec<Reached>,
    may_correct: bool,
}

#[derive(Serialize)]
struct Reached {
    contact: String,
    name: String,
    email: String,
    /// What the feed says, where it says otherwise.
    fed: Option<String>,
    notify: bool,
    unsubscribed: Option<String>,
    suppressed: bool,
    mails: String,
    correct: String,
}

pub(super) async fn location(
    State(state): State<PortalState>,
    Query(which): Query<Which>,
    Query(said): Query<Said>,
    viewer: Viewer,
) -> Result<Response, Fault> {
    let location: LocationRef = which.location.parse().map_err(|_| Fault::NoSuchPage)?;
    let site = state.db.location(&location).await?.ok_or(Fault::NoSuchPage)?;
    viewer.may(Action::LookUp, Place::of(&site.branch))?;
    if let Ok(night) = which.night.parse::<NightDate>() {
        return Ok(Redirect::to(&words::night_path(&location, night)).into_response());
    }
    let l10n = viewer.l10n(&state)?;
    let filter = ReportFilter { location: Some(location.clone()), limit: NIGHTS, ..ReportFilter::default() };
    let rows = state.db.reports(&filter).await?;
    let page = Known {
        said: said.of(&["corrected"]),
        revisions: words::revisions(&state, &rows, site.timezone, &l10n).await?,
        full: i64::try_from(rows.len()).unwrap_or(i64::MAX) == NIGHTS,
        contacts: contacts(&state, &site, &l10n).await?,
        may_correct: viewer.may(Action::Correct, Place::of(&site.branch)).is_ok(),
        location: location.to_string(),
        site: Site::of(&site, state.clock.now(), &l10n),
    };
    Ok(Html(state.view.page("desk/location.html", &l10n, &viewer, &page)?).into_response())
}

async fn contacts(state: &PortalState, site: &Location, l10n: &L10n) -> Result<Vec<Reached>, Fault> {
    let rows = state.db.contacts_at(&site.location, &site.branch).await?;
    let addresses: Vec<String> = rows.iter().map(|row| crate::model::EmailAddress::normalized(&row.email)).collect();
    let suppressed = state.db.suppressed(&addresses).await?;
    let shown = rows.iter().zip(&addresses).map(|(row, address)| Reached {
        contact: line(row.contact.as_str(), 128),
        name: line(&row.name, 100),
        email: line(&row.email, 254),
        fed: (row.fed != row.email).then(|| line(&row.fed, 254)),
        notify: row.notify,
        unsubscribed: row.unsubscribed_at.map(|at| l10n.date_time(at, site.timezone)),
        suppressed: suppressed.contains_key(address),
        mails: words::path("/desk/mails", &[("q", &row.email)]),
        correct: words::path("/desk/contact", &[("ref", row.contact.as_str()), ("location", site.location.as_str())]),
    });
    Ok(shown.collect())
}
