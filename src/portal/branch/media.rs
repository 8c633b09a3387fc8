//! `/media/…`: an incident's photo and clips become redirects to presigned URLs that work for minutes.

use axum::extract::{Path, State};
use axum::http::{HeaderMap, Method, header};
use axum::response::{IntoResponse, Redirect, Response};

use super::detail::{admitted, only_shared};
use super::query::segment;
use super::scene::{centre, scene};
use super::witness;
use crate::access::Action;
use crate::compose::Footage;
use crate::db::incident_list::ListedIncident;
use crate::model::ViewKind;
use crate::portal::PortalState;
use crate::portal::fault::Fault;
use crate::portal::pages::footage;
use crate::portal::shown::clips_of;
use crate::portal::viewer::Viewer;

pub(super) async fn photo(
    State(state): State<PortalState>,
    viewer: Viewer,
    Path((location, incident)): Path<(String, String)>,
) -> Result<Response, Fault> {
    if let Some(shared) = only_shared(&state, &viewer, (&location, &incident)).await? {
        // What was shared is shown as it was then, which its own page knows.
        let page = segment(shared.known.incident.incident.as_str());
        return Ok(Redirect::to(&format!("/incidents/{page}/photo")).into_response());
    }
    let (_, listed) = admitted(&state, &viewer, (&location, &incident), Action::ReadLocation).await?;
    let key = listed.known.incident.photo_key.as_deref().ok_or(Fault::NoPhoto)?;
    // Lists show it, too: that somebody looked is noted of pages and footage.
    footage::stored(&state, key, None).await?.ok_or(Fault::NoPhoto)
}

/// An incident whose photo the viewer may see: one that is theirs to open, or that was only shared with them.
pub(in crate::portal) async fn pictured(
    state: &PortalState,
    viewer: &Viewer,
    named: (&str, &str),
) -> Result<ListedIncident, Fault> {
    match only_shared(state, viewer, named).await? {
        Some(shared) => Ok(shared),
        None => Ok(admitted(state, viewer, named, Action::ReadLocation).await?.1),
    }
}

pub(super) async fn clip(
    State(state): State<PortalState>,
    viewer: Viewer,
    Path((location, incident, number)): Path<(String, String, String)>,
    method: Method,
    headers: HeaderMap,
) -> Result<Response, Fault> {
    let (site, listed) = admitted(&state, &viewer, (&location, &incident), Action::ReadLocation).await?;
    let report = scene(&state, &listed.known).await?;
    let clips = clips_of(centre(&report, &listed.known.incident.incident)?);
    let wanted = number.parse().ok().and_then(|number: usize| clips.get(number));
    let clip = wanted.and_then(|wanted| report.clip(wanted)).ok_or(Fault::NoClip)?;
    let Footage::Archive { key, content_type, .. } = &clip.footage else { return Err(Fault::NoClip) };
    let response = footage::stored(&state, key, Some((content_type, clip.recorded_at))).await?.ok_or(Fault::NoClip)?;
    // A player asks for a recording piece by piece; it was looked at once.
    let range = headers.get(header::RANGE).and_then(|range| range.to_str().ok()).unwrap_or("bytes=0-");
    if method == Method::GET && range.starts_with("bytes=0-") {
        witness::note(&state, &viewer, &site, ViewKind::Clip, format!("clip:{}", clip.clip))?;
    }
    Ok(response)
}
