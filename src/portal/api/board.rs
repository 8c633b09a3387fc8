//! Board: what operations look at, at one moment: health, queue, workers, and what is not well.

use axum::Json;
use axum::extract::{Path, State};
use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::Serialize;

use super::caller::Caller;
use super::endpoint::Endpoint;
use super::problem::Problem;
use super::reports::{ReportView, allowed, views};
use crate::access::policy::{Action, Place};
use crate::audit::Change;
use crate::db::illness::Illness;
use crate::model::{DeliveryId, ReportId, ReportState};
use crate::portal::PortalState;

pub(super) fn endpoints() -> Vec<Endpoint> {
    vec![
        Endpoint::get(
            "/api/v1/operations",
            ("getOperations", "operations", "Health, queue, workers, and what waits, is held or failed."),
            now,
        )
        .answers::<Operations>(200, "As it is now."),
        Endpoint::post(
            "/api/v1/reports/{id}/release",
            ("releaseReport", "operations", "Let a held report go with what there is."),
            release,
        )
        .parameter("id", "The report's id.", Some("uuid"))
        .answers::<Released>(200, "Whether it was held."),
    ]
}

/// What operations look at.
#[derive(Serialize, JsonSchema)]
struct Operations {
    at: DateTime<Utc>,
    /// Whether everything that a process needs is there.
    ready: bool,
    checks: Vec<CheckView>,
    queue: Vec<Lane>,
    workers: Vec<Worker>,
    /// Mails that have not left.
    unsent: i64,
    /// Since when the oldest of them waits.
    unsent_since: Option<DateTime<Utc>>,
    /// How much there is of what follows, of which the first are told; `/api/v1/reports` and `/api/v1/deliveries`
    /// list all of it by state.
    counts: Counts,
    /// Planned reports, and how far the feeds of their sites are.
    waiting: Vec<Waiting>,
    /// Held reports, and those of the last days that failed.
    ill: Vec<ReportView>,
    /// Mails of the last days that failed, came back, or of which nobody knows.
    ill_mails: Vec<DeliveryId>,
}

/// How much waits or did not go well.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "OperationsCounts")]
struct Counts {
    /// Planned reports.
    waiting: i64,
    /// Held reports.
    held: i64,
    /// Reports of the last days that failed.
    failed: i64,
    /// Mails of the last days that failed, came back, or of which nobody knows.
    mails: i64,
}

impl From<Illness> for Counts {
    fn from(Illness { waiting, held, failed, mails }: Illness) -> Self {
        Self { waiting, held, failed, mails }
    }
}

/// How one thing is.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Check")]
struct CheckView {
    /// `database`, `schema`, `archive` or `identity`.
    what: &'static str,
    /// What is wrong.
    fault: Option<String>,
    /// Whether it can be lived with.
    bearable: bool,
}

/// How much waits in one lane.
#[derive(Serialize, JsonSchema)]
struct Lane {
    /// `build`, `deliver` or `house`.
    name: String,
    /// Tasks that are due and that no worker has.
    waiting: i64,
    /// How long the oldest of these has been waiting, in seconds.
    oldest_seconds: i64,
}

/// A worker that lives.
#[derive(Serialize, JsonSchema)]
struct Worker {
    name: String,
    seen_at: DateTime<Utc>,
}

/// A report that is not built yet.
#[derive(Serialize, JsonSchema)]
struct Waiting {
    report: ReportView,
    /// Until when everything of its site is known.
    known_until: Option<DateTime<Utc>>,
}

async fn now(State(state): State<PortalState>, caller: Caller) -> Result<Json<Operations>, Problem> {
    caller.may(Action::Operate, Place::INSTALLATION)?;
    let board = state.board.now(&state).await?;
    let readiness = &board.slow.readiness;
    let check =
        |one: &crate::watch::Check| CheckView { what: one.what, fault: one.fault.clone(), bearable: one.bearable };
    let rows = board.waiting.iter().map(|(row, _)| row).chain(&board.held).chain(&board.failed);
    let mut reports = views(&state, &caller, rows.cloned().collect()).await?;
    let ill = reports.split_off(board.waiting.len());
    Ok(Json(Operations {
        at: board.at,
        ready: readiness.is_ready(),
        checks: readiness.checks.iter().map(check).collect(),
        queue: (board.queue.iter())
            .map(|lane| Lane { name: lane.lane.clone(), waiting: lane.waiting, oldest_seconds: lane.oldest_seconds })
            .collect(),
        workers: (board.workers.iter())
            .map(|worker| Worker { name: worker.name.clone(), seen_at: worker.seen_at })
            .collect(),
        unsent: board.unsent.0,
        unsent_since: board.unsent.1,
        waiting: (reports.into_iter().zip(&board.waiting))
            .map(|(report, (_, known))| Waiting { report, known_until: *known })
            .collect(),
        counts: board.counts.into(),
        ill,
        ill_mails: board.mails.iter().map(|mail| mail.delivery.id).collect(),
    }))
}

/// What became of the wish.
#[derive(Serialize, JsonSchema)]
struct Released {
    report: ReportId,
    /// Whether it was held.
    was_held: bool,
    state: ReportState,
}

async fn release(
    State(state): State<PortalState>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Json<Released>, Problem> {
    caller.may(Action::RunJobs, Place::INSTALLATION)?;
    let row = allowed(&state, &caller, &id, Action::RunJobs).await?;
    let change = Change {
        actor: caller.actor.clone(),
        action: "report.release",
        object: format!("report:{}", row.id),
        branch: None,
        detail: serde_json::json!({ "reports": [row.id] }),
        origin: &caller.origin,
    };
    let released = state.pipeline.release_by(&[row.id], Some(change)).await?;
    state.pipeline.queue.wake();
    state.board.changed().await;
    let now = state.db.report(row.id).await?.map_or(row.state, |row| row.state);
    Ok(Json(Released { report: row.id, was_held: !released.is_empty(), state: now }))
}
