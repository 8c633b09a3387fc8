//! `/account`: the locations of a branch, as the feed has them.

use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::response::Html;
use serde::Serialize;

use super::head::{Asked, Head, branch, head, query};
use crate::portal::PortalState;
use crate::portal::fault::Fault;
use crate::portal::shown;
use crate::portal::viewer::Viewer;

/// So many stand on one page.
const MOST: usize = 100;

#[derive(Serialize)]
struct Page {
    head: Head,
    places: Vec<Place>,
    /// The last that is shown, where there are more.
    next: Option<String>,
}

#[derive(Serialize)]
struct Place {
    location: String,
    name: String,
    address: String,
    zone: String,
    night: String,
}

pub(super) async fn list(
    State(state): State<PortalState>,
    viewer: Viewer,
    asked: Result<Query<Asked>, QueryRejection>,
) -> Result<Html<String>, Fault> {
    let Query(asked) = asked.unwrap_or_default();
    let branch = branch(&state, &viewer, &asked.branch).await?;
    let mut found = state.db.locations_of(&branch.branch, &asked.after, MOST + 1).await?;
    let more = found.len() > MOST;
    found.truncate(MOST);
    let next = found.last().filter(|_| more).map(|last| query(&branch.branch, &[("after", last.location.as_str())]));
    let places = found.into_iter().map(|location| Place {
        location: location.location.to_string(),
        name: shown::line(&location.name, 160),
        address: shown::line(location.address.as_deref().unwrap_or_default(), 200),
        zone: location.timezone.name().to_owned(),
        night: format!("{}–{}", location.hours.from().format("%H:%M"), location.hours.to().format("%H:%M")),
    });
    let head = head(&state, &viewer, &branch, "places", None, false).await?;
    let page = Page { head, places: places.collect(), next };
    state.view.page("account_places.html", &*viewer.l10n(&state)?, &viewer, &page).map(Html)
}
