//! `/locations/{location}/incidents/{incident}`: one incident, its footage, its transaction, and what people said of it.

use axum::extract::{Path, RawQuery, State};
use axum::response::{Html, IntoResponse, Redirect, Response};
use chrono::{DateTime, Utc};
use serde::Serialize;

use super::incidents::{Reason, reasons};
use super::query::{Query, segment};
use super::row::{Row, said};
use super::scene::{centre, scene};
use super::site::{Head, Site, admit};
use super::witness;
use crate::access::{Action, Place};
use crate::db::incident_comments::Comment;
use crate::db::incident_list::ListedIncident;
use crate::model::{Disposition, IncidentRef, ViewKind, clean};
use crate::portal::PortalState;
use crate::portal::fault::Fault;
use crate::portal::share::{MOST_COMMENTS, called, unshown};
use crate::portal::shown::{Event, line};
use crate::portal::viewer::Viewer;

#[derive(Serialize)]
struct Page {
    head: Head,
    row: Row,
    event: Event,
    /// Address of the page.
    here: String,
    /// Where it is shared.
    share: String,
    /// Whether a frozen report with a PDF tells of it.
    pdf: bool,
    /// How it stands: the word of the disposition in force.
    verdict: Option<&'static str>,
    history: Vec<Entry>,
    comments: Vec<Entry>,
    /// How many earlier ones there are.
    unshown: Option<String>,
    reasons: Vec<Reason>,
    /// Whether a judgement or a comment was just taken.
    done: bool,
    /// Name of the comment that the form makes, so that sending it twice makes one.
    fresh: String,
}

/// What somebody said.
#[derive(Serialize)]
struct Entry {
    at: DateTime<Utc>,
    when: String,
    name: String,
    /// Of a judgement: what.
    what: Option<String>,
    text: String,
}

/// An incident that the viewer may see.
pub(in crate::portal) async fn admitted(
    state: &PortalState,
    viewer: &Viewer,
    (location, incident): (&str, &str),
    action: Action,
) -> Result<(Site, ListedIncident), Fault> {
    let site = admit(state, viewer, location, action).await?;
    let incident: IncidentRef = incident.parse().map_err(|_| Fault::NoSuchPage)?;
    let listed = state.db.listed_incident(&site.location.location, &incident).await?.ok_or(Fault::NoSuchPage)?;
    if let Some(address) = &site.mailed_to
        && !was_mailed(state, address, &incident).await?
    {
        return Err(Fault::NoSuchPage);
    }
    Ok((site, listed))
}

/// Whether a report that tells of an incident was mailed to an address.
async fn was_mailed(state: &PortalState, address: &str, incident: &IncidentRef) -> Result<bool, Fault> {
    for report in state.db.reports_of_incident(incident).await? {
        if state.db.was_mailed(report, address).await? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// An incident of which the viewer has only what somebody shared with them: as it was then, on its own page.
pub(super) async fn only_shared(
    state: &PortalState,
    viewer: &Viewer,
    (location, incident): (&str, &str),
) -> Result<Option<ListedIncident>, Fault> {
    let site = admit(state, viewer, location, Action::ReadLocation).await?;
    let (Some(address), Ok(incident)) = (&site.mailed_to, incident.parse::<IncidentRef>()) else { return Ok(None) };
    if was_mailed(state, address, &incident).await? {
        return Ok(None);
    }
    let shared = state.db.incident_shared(address, &incident, state.clock.now()).await?;
    if shared.is_empty() {
        return Ok(None);
    }
    Ok(state.db.listed_incident(&site.location.location, &incident).await?)
}

pub(super) async fn incident(
    State(state): State<PortalState>,
    viewer: Viewer,
    Path((location, incident)): Path<(String, String)>,
    RawQuery(query): RawQuery,
) -> Result<Response, Fault> {
    if let Some(shared) = only_shared(&state, &viewer, (&location, &incident)).await? {
        let page = format!("/incidents/{}", segment(shared.known.incident.incident.as_str()));
        return Ok(Redirect::to(&page).into_response());
    }
    let (site, listed) = admitted(&state, &viewer, (&location, &incident), Action::ReadLocation).await?;
    let l10n = viewer.l10n(&state)?;
    let of = &listed.known.incident.incident;
    let report = scene(&state, &listed.known).await?;
    let mut pdf = false;
    for report in state.db.reports_of_incident(of).await? {
        let artifacts = state.db.artifacts(report).await?;
        pdf = pdf || artifacts.iter().any(|artifact| artifact.content_type == "application/pdf");
    }
    witness::note(&state, &viewer, &site, ViewKind::Page, format!("incident:{of}"))?;
    let zone = site.location.timezone;
    // Whole addresses are for those who may see who looks.
    let whole = viewer.may(Action::ReadViews, Place::of(site.branch())).is_ok();
    let entry = |at: DateTime<Utc>, name: &str, what: Option<String>, text: &str| Entry {
        at,
        when: l10n.date_time(at, zone),
        name: if whole { line(name, 120) } else { called(name) },
        what,
        text: clean(text).trim().to_owned(),
    };
    let judged = state.db.dispositions_of(of).await?;
    let history = judged.iter().map(|one| entry(one.at, &one.name, Some(said(one.reason, &l10n)), &one.note));
    let comments = state.db.comments_on(of, MOST_COMMENTS).await?;
    let page = Page {
        head: site.head(&viewer),
        row: Row::of(&listed, &site, &l10n),
        event: Event::shared(centre(&report, of)?, &report, &site.media_of(of), &l10n),
        here: site.page_of(of),
        share: format!("/incidents/{}/share", segment(of.as_str())),
        pdf,
        verdict: listed.disposition().map(Disposition::as_str),
        history: history.collect(),
        unshown: unshown(&state, of, comments.len(), &l10n).await?,
        comments: comments.iter().map(|Comment { at, name, text, .. }| entry(*at, name, None, text)).collect(),
        reasons: reasons(&l10n),
        done: !Query::parse(query.as_deref(), &["done"]).get("done").is_empty(),
        fresh: state.random.id()?.to_string(),
    };
    Ok(Html(state.view.page("branch_incident.html", &l10n, &viewer, &page)?).into_response())
}
