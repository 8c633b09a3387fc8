//! `/incidents/{ref}`: the same page for who is signed in. Whoever was not given the incident is told the same as for one
//! that does not exist, and can ask.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};
use serde::Serialize;
use url::form_urlencoded::byte_serialize;

use super::found::{Found, shown_to};
use super::thread::{self, Before, Comment, Mine};
use crate::access::Principal;
use crate::model::{IncidentRef, ViewKind};
use crate::portal::PortalState;
use crate::portal::fault::Fault;
use crate::portal::looked::{Looker, Someone, looked_as};
use crate::portal::pages;
use crate::portal::shown::{self, Banners, Event, Heading};
use crate::portal::viewer::Viewer;

#[derive(Serialize)]
struct Page {
    heading: Heading,
    banners: Banners,
    event: Event,
    comments: Vec<Comment>,
    unshown: Option<String>,
    history: Vec<Before>,
    share: Option<String>,
    mine: Vec<Mine>,
}

#[derive(Serialize)]
struct NotGiven {
    ask: String,
}

/// The page's address.
pub(super) fn address(incident: &IncidentRef) -> String {
    let name: String = byte_serialize(incident.as_str().as_bytes()).collect();
    format!("/incidents/{}", name.replace('+', "%20"))
}

async fn find(state: &PortalState, viewer: &Viewer, incident: &str) -> Result<Option<Found>, Fault> {
    match IncidentRef::new(incident) {
        Ok(incident) => shown_to(state, viewer, &incident).await,
        Err(_) => Ok(None),
    }
}

pub(in crate::portal) async fn page(
    State(state): State<PortalState>,
    Path(incident): Path<String>,
    looker: Looker,
    viewer: Viewer,
) -> Result<Response, Fault> {
    let l10n = viewer.l10n(&state)?;
    let Some(found) = find(&state, &viewer, &incident).await? else {
        let ask = match IncidentRef::new(incident) {
            Ok(incident) => format!("{}/request", address(&incident)),
            Err(_) => return Err(Fault::NoSuchPage),
        };
        let html = state.view.page("share/not-given.html", &l10n, &viewer, &NotGiven { ask })?;
        return Ok((StatusCode::NOT_FOUND, Html(html)).into_response());
    };
    note(&state, &viewer, &looker, &found, (ViewKind::Page, format!("incident:{}", found.incident))).await;
    let (report, base, zone) = (&found.report, address(&found.incident), found.report.site.timezone);
    let escalation = found.escalation()?;
    let newest = match found.id {
        Some(id) if found.may_share => match state.db.report(id).await? {
            Some(row) => pages::latest(&state, &row).await?,
            None => report.revision,
        },
        _ => report.revision,
    };
    let reader = match &viewer.principal {
        Principal::Customer { address } => Some(address.as_str()),
        _ => None,
    };
    let own = viewer.principal.address().unwrap_or_default();
    let comments = thread::comments(&state, &found.incident, (zone, &l10n)).await?;
    let page = Page {
        heading: shown::heading(report, state.clock.now(), &l10n),
        banners: shown::banners(report, newest, &l10n),
        event: Event::shared(escalation, report, &base, &l10n),
        unshown: thread::unshown(&state, &found.incident, comments.len(), &l10n).await?,
        comments,
        history: thread::history(&state, reader, escalation, (zone, &l10n)).await?,
        mine: thread::mine(&state, own, &report.site.location, "/shares", (zone, &l10n)).await?,
        share: found.may_share.then(|| format!("{base}/share")),
    };
    Ok(Html(state.view.page("share/incident.html", &l10n, &viewer, &page)?).into_response())
}

/// Notes that they looked.
async fn note(state: &PortalState, viewer: &Viewer, looker: &Looker, found: &Found, seen: (ViewKind, String)) {
    let person = viewer.principal.address().unwrap_or_default();
    let someone = Someone { person, as_what: viewer.principal.word(), since_sent: None };
    looked_as(state, someone, looker, &found.report.site.location, seen).await;
}

pub(in crate::portal) async fn clip(
    State(state): State<PortalState>,
    Path((incident, number)): Path<(String, String)>,
    looker: Looker,
    viewer: Viewer,
) -> Result<Response, Fault> {
    let found = find(&state, &viewer, &incident).await?.ok_or(Fault::NoSuchPage)?;
    let clips = shown::clips_of(found.escalation()?);
    let place: usize = number.parse().map_err(|_| Fault::NoClip)?;
    let clip = clips.get(place).and_then(|clip| found.report.clip(clip)).ok_or(Fault::NoClip)?;
    note(&state, &viewer, &looker, &found, (ViewKind::Clip, format!("clip:{}", clip.clip))).await;
    let l10n = viewer.l10n(&state)?;
    pages::play_for(&state, (state.clock.now(), &l10n), &found.report, clip).await
}

pub(in crate::portal) async fn photo(
    State(state): State<PortalState>,
    Path(incident): Path<String>,
    viewer: Viewer,
) -> Result<Response, Fault> {
    let found = find(&state, &viewer, &incident).await?.ok_or(Fault::NoSuchPage)?;
    let photo = found.escalation()?.incident.as_ref().and_then(|incident| incident.photo.as_ref());
    pages::show(&state, photo).await
}
