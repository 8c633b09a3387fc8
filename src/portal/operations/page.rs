//! `/operations`: everything at a glance, live with script, and as it was when the page was loaded without.

use axum::extract::{Query, State};
use axum::response::Html;
use serde::Serialize;

use super::shown::{Live, live};
use crate::access::policy::{Action, Place};
use crate::portal::PortalState;
use crate::portal::desk::Said;
use crate::portal::fault::Fault;
use crate::portal::viewer::Viewer;

#[derive(Serialize)]
struct Page {
    live: Live,
    said: Option<String>,
    may_change: bool,
}

/// The part of the page that is sent again and again.
#[derive(Serialize)]
pub(super) struct Fragment {
    pub(super) live: Live,
    pub(super) may_change: bool,
}

/// What is said after a change.
pub(super) const KNOWN: [&str; 11] = [
    "run",
    "run-twice",
    "run-empty",
    "paused",
    "paused-before",
    "resumed",
    "not-paused",
    "released",
    "not-held",
    "lifted",
    "not-suppressed",
];

pub(super) async fn page(
    State(state): State<PortalState>,
    Query(said): Query<Said>,
    viewer: Viewer,
) -> Result<Html<String>, Fault> {
    viewer.may(Action::Operate, Place::INSTALLATION)?;
    let l10n = viewer.l10n(&state)?;
    let snapshot = state.board.now(&state).await?;
    let page = Page { live: live(&snapshot, &l10n), said: said.of(&KNOWN), may_change: may_change(&viewer) };
    state.view.page("operations/page.html", &l10n, &viewer, &page).map(Html)
}

pub(super) fn may_change(viewer: &Viewer) -> bool {
    viewer.may(Action::RunJobs, Place::INSTALLATION).is_ok()
}
