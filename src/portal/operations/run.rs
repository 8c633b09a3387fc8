//! `/operations/runs/{id}`: one run: its stages, and each of its reports with what became of it.

use axum::extract::{Path, RawQuery, State};
use axum::response::Html;
use chrono_tz::Tz;
use serde::Serialize;

use super::board::RunNow;
use super::page::may_change;
use super::runs::{RunRow, run_row};
use crate::access::policy::{Action, Place};
use crate::db::reports::ReportRow;
use crate::model::{ReportId, RunId};
use crate::portal::PortalState;
use crate::portal::desk::night_path;
use crate::portal::fault::Fault;
use crate::portal::hosted::{Leaf, Turn};
use crate::portal::shown::line;
use crate::portal::viewer::Viewer;
use crate::render::l10n::L10n;

/// So many reports stand on a page, those that are not well first.
const ROWS: usize = 40;
/// What stands there of why one failed; its own page has more.
const BRIEF: usize = 240;

#[derive(Serialize)]
struct Page {
    run: RunRow,
    /// Planned, first and last frozen, first and last mail; in UTC.
    times: Vec<(&'static str, String)>,
    reports: Vec<Report>,
    leaf: Option<Leaf>,
    may_change: bool,
}

#[derive(Serialize)]
struct Report {
    id: ReportId,
    site: String,
    href: String,
    /// Address of the revision.
    opened: String,
    night: String,
    revision: i32,
    state: &'static str,
    built: Option<String>,
    error: Option<String>,
}

pub(super) async fn run(
    State(state): State<PortalState>,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
    viewer: Viewer,
) -> Result<Html<String>, Fault> {
    viewer.may(Action::Operate, Place::INSTALLATION)?;
    let id: RunId = id.parse().map_err(|_| Fault::NoSuchPage)?;
    let run = state.db.run(id).await?.ok_or(Fault::NoSuchPage)?;
    let l10n = viewer.l10n(&state)?;
    let now = RunNow::of(&state.db, run).await?;
    let total = usize::try_from(now.progress.reports).unwrap_or(0);
    let (begin, leaf) = Turn::of(query.as_deref(), &[], "reports").rows(ROWS, total);
    let (limit, offset) = (i64::try_from(ROWS).unwrap_or(i64::MAX), i64::try_from(begin).unwrap_or(0));
    let rows = state.db.reports_of_run(id, limit, offset).await?;
    let mut reports = Vec::with_capacity(rows.len());
    for row in &rows {
        reports.push(shown(&state, row, &l10n).await?);
    }
    let times = &now.timings;
    let named = [
        ("planned", times.planned_at),
        ("first-built", times.first_built_at),
        ("last-built", times.last_built_at),
        ("first-mail", times.first_mail_at),
        ("last-mail", times.last_mail_at),
    ];
    let utc = |(name, at): (&'static str, Option<_>)| Some((name, l10n.time_with_seconds(at?, Tz::UTC)));
    let page = Page {
        run: run_row(&now, &l10n),
        times: named.into_iter().filter_map(utc).collect(),
        leaf,
        reports,
        may_change: may_change(&viewer),
    };
    state.view.page("operations/run.html", &l10n, &viewer, &page).map(Html)
}

async fn shown(state: &PortalState, row: &ReportRow, l10n: &L10n) -> Result<Report, Fault> {
    let site = state.db.location(&row.location).await?;
    let zone = site.as_ref().map_or(Tz::UTC, |site| site.timezone);
    Ok(Report {
        id: row.id,
        site: site.map_or_else(|| line(row.location.as_str(), 128), |site| line(&site.name, 120)),
        href: night_path(&row.location, row.night),
        opened: format!("/desk/reports/{}", row.id),
        night: l10n.date(row.night),
        revision: row.revision,
        state: row.state.as_str(),
        built: row.built_at.map(|at| l10n.time_with_seconds(at, zone)),
        error: row.error.as_deref().map(|error| line(error, BRIEF)),
    })
}
