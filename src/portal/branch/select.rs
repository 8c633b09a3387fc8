//! Selecting: the incidents that were ticked in a list become the form with which they are shown to others.

use axum::extract::{Path, State};
use axum::response::Redirect;
use serde::Deserialize;
use url::form_urlencoded::Serializer;

use super::query::segment;
use super::site::admit;
use crate::access::Action;
use crate::model::IncidentRef;
use crate::portal::PortalState;
use crate::portal::fault::Fault;
use crate::portal::posted::Posted;
use crate::portal::viewer::Viewer;

/// At most so many incidents at once: a page's worth.
const MOST: usize = 50;

#[derive(Debug, Deserialize)]
pub(super) struct Selection {
    #[serde(default)]
    incident: Vec<String>,
}

/// Leads on to the form; without a selection, back to the list. It is posted because the list's form is, and a query would
/// carry what only forms should.
pub(super) async fn share(
    State(state): State<PortalState>,
    viewer: Viewer,
    Path(location): Path<String>,
    Posted(selection): Posted<Selection>,
) -> Result<Redirect, Fault> {
    let site = admit(&state, &viewer, &location, Action::Share).await?;
    let mut chosen = Vec::new();
    for raw in selection.incident.iter().take(MOST) {
        chosen.push(raw.parse::<IncidentRef>().map_err(|_| Fault::NoSuchPage)?);
    }
    let Some(first) = chosen.first() else { return Ok(Redirect::to(&site.base())) };
    let mut query = Serializer::new(String::new());
    for incident in &chosen {
        query.append_pair("incident", incident.as_str());
    }
    Ok(Redirect::to(&format!("/incidents/{}/share?{}", segment(first.as_str()), query.finish())))
}
