//! `/operations/job`: one job: when it comes, what it did, and the wish to run, pause or resume it.

use axum::extract::{Query, State};
use axum::response::Html;
use serde::{Deserialize, Serialize};

use super::board::RunNow;
use super::page::{KNOWN, may_change};
use super::runs::{RunRow, run_row};
use super::shown::{JobRow, Resting, job_row};
use crate::access::policy::{Action, Place};
use crate::portal::PortalState;
use crate::portal::desk::Said;
use crate::portal::fault::Fault;
use crate::portal::viewer::Viewer;

/// So many runs are shown.
const RUNS: i64 = 10;

#[derive(Deserialize)]
pub(super) struct Which {
    name: String,
}

#[derive(Serialize)]
struct Page {
    job: JobRow,
    said: Option<String>,
    runs: Vec<RunRow>,
    pauses: Vec<Resting>,
    may_change: bool,
}

pub(super) async fn job(
    State(state): State<PortalState>,
    Query(which): Query<Which>,
    Query(said): Query<Said>,
    viewer: Viewer,
) -> Result<Html<String>, Fault> {
    viewer.may(Action::Operate, Place::INSTALLATION)?;
    let l10n = viewer.l10n(&state)?;
    let snapshot = state.board.now(&state).await?;
    let now = snapshot.slow.jobs.iter().find(|now| now.job.name.as_str() == which.name).ok_or(Fault::NoSuchPage)?;
    let mut runs = Vec::new();
    for run in state.db.runs_of(&now.job.name, RUNS).await? {
        runs.push(run_row(&RunNow::of(&state.db, run).await?, &l10n));
    }
    let pauses = state.db.pauses_of(&now.job.name, 10).await?;
    let page = Page {
        job: job_row(now, &snapshot, &l10n),
        said: said.of(&KNOWN),
        runs,
        pauses: pauses.iter().map(|pause| Resting::of(pause, &l10n)).collect(),
        may_change: may_change(&viewer),
    };
    state.view.page("operations/job.html", &l10n, &viewer, &page).map(Html)
}
