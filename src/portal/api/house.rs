//! The house: runs of jobs, and the audit log.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use chrono::{DateTime, Datelike, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::caller::Caller;
use super::endpoint::Endpoint;
use super::input::Query;
use super::page::{Page, Paging};
use super::problem::Problem;
use crate::access::policy::{Action, Place};
use crate::audit;
use crate::db::audit::{Entry, Wanted};
use crate::db::illness::Timings;
use crate::db::listing::Last;
use crate::db::runs::{Run, RunProgress};
use crate::model::{BranchRef, JobName, RunId, RunState, Trigger};
use crate::portal::PortalState;
use crate::portal::log;

pub(super) fn endpoints() -> Vec<Endpoint> {
    vec![
        Endpoint::get("/api/v1/runs", ("listRuns", "operations", "Runs of jobs, newest first."), runs)
            .query::<RunQuery>()
            .answers::<Page<RunView>>(200, "A page of them."),
        Endpoint::get("/api/v1/runs/{id}", ("getRun", "operations", "One run, and how far it is."), run)
            .parameter("id", "The run's id.", Some("uuid"))
            .answers::<RunDetail>(200, "It."),
        Endpoint::get(
            "/api/v1/audit",
            ("listAudit", "operations", "Every change by a person, a program or Daybreak itself, newest first."),
            audit_log,
        )
        .query::<AuditQuery>()
        .answers::<Page<AuditView>>(200, "A page of the log."),
        Endpoint::get(
            "/api/v1/audit/verify",
            (
                "verifyAudit",
                "operations",
                "Whether the newest entries of the log are what was written, and none is gone.",
            ),
            verify,
        )
        .answers::<StandingView>(200, "What was found; `daybreak audit verify` reads the whole log."),
    ]
}

/// An occurrence of a job.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Run")]
struct RunView {
    id: RunId,
    job: JobName,
    cause: Trigger,
    /// When it was due, or asked for.
    occurrence: DateTime<Utc>,
    /// The zone whose local time made it due.
    zone: String,
    state: RunState,
    requested_by: Option<String>,
    started_at: DateTime<Utc>,
    finished_at: Option<DateTime<Utc>>,
}

impl From<Run> for RunView {
    fn from(run: Run) -> Self {
        Self {
            id: run.id,
            job: run.job,
            cause: run.cause,
            occurrence: run.occurrence,
            zone: run.zone,
            state: run.state,
            requested_by: run.requested_by,
            started_at: run.started_at,
            finished_at: run.finished_at,
        }
    }
}

/// Which runs.
#[derive(Deserialize, JsonSchema)]
struct RunQuery {
    /// Of this job only.
    #[schemars(length(max = 128))]
    job: Option<String>,
    /// How many items a page has at most.
    #[schemars(range(min = 1, max = 500))]
    limit: Option<i64>,
    /// `next` of the page before.
    cursor: Option<String>,
}

async fn runs(
    State(state): State<PortalState>,
    caller: Caller,
    Query(query): Query<RunQuery>,
) -> Result<Json<Page<RunView>>, Problem> {
    caller.may(Action::Operate, Place::INSTALLATION)?;
    let wrong = |detail: String| Problem::of_field(StatusCode::UNPROCESSABLE_ENTITY, "job", detail);
    let job = query.job.map(JobName::new).transpose().map_err(|error| wrong(error.to_string()))?;
    let paging = Paging { limit: query.limit, cursor: query.cursor };
    let found = state.db.run_page(job.as_ref(), paging.after::<Last<RunId>>()?.as_ref(), paging.rows()?).await?;
    paging.page(found, |row| Last(row.started_at, row.id), RunView::from).map(Json)
}

/// A run, and how far it is.
#[derive(Serialize, JsonSchema)]
struct RunDetail {
    run: RunView,
    reports: Reports,
    mails: Mails,
    stages: Stages,
}

/// When the stages of a run began and ended; null for what has not been.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "RunStages")]
#[expect(clippy::struct_field_names, reason = "the names of the API, where every instant ends so")]
struct Stages {
    /// When its first report was planned.
    planned_at: Option<DateTime<Utc>>,
    /// When its first report was frozen …
    first_built_at: Option<DateTime<Utc>>,
    /// … and its last.
    last_built_at: Option<DateTime<Utc>>,
    /// When its first mail was wanted.
    first_mail_at: Option<DateTime<Utc>>,
    /// When its last mail became final.
    last_mail_at: Option<DateTime<Utc>>,
}

/// A run's reports.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "RunReports")]
struct Reports {
    all: i64,
    /// Not built yet.
    planned: i64,
    failed: i64,
    /// Incomplete, and waiting for the rest or for a person.
    held: i64,
}

/// A run's mails.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "RunMails")]
struct Mails {
    all: i64,
    open: i64,
    deferred: i64,
    sent: i64,
    suppressed: i64,
    /// Failed, bounced or unknown.
    unsent: i64,
}

async fn run(
    State(state): State<PortalState>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Json<RunDetail>, Problem> {
    caller.may(Action::Operate, Place::INSTALLATION)?;
    let nothing = || Problem::not_found("there is no such run");
    let id: RunId = id.parse().map_err(|_| nothing())?;
    let run = state.db.run(id).await?.ok_or_else(nothing)?;
    let RunProgress { reports, planned, failed, held, deliveries, open, deferred, sent, suppressed, unsent, .. } =
        state.db.run_progress(id).await?;
    let reports = Reports { all: reports, planned, failed, held };
    let mails = Mails { all: deliveries, open, deferred, sent, suppressed, unsent };
    let Timings { planned_at, first_built_at, last_built_at, first_mail_at, last_mail_at } =
        state.db.run_timings(id).await?;
    let stages = Stages { planned_at, first_built_at, last_built_at, first_mail_at, last_mail_at };
    Ok(Json(RunDetail { run: run.into(), reports, mails, stages }))
}

/// A change.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "AuditEntry")]
struct AuditView {
    /// From 1, without a gap.
    number: i64,
    at: DateTime<Utc>,
    actor: String,
    action: String,
    object: String,
    branch: Option<BranchRef>,
    /// What it was and is.
    detail: Value,
    /// From which network address.
    origin: String,
    /// Of this entry and the one before it, in hexadecimal digits.
    hash: String,
}

impl From<Entry> for AuditView {
    fn from(entry: Entry) -> Self {
        Self {
            number: entry.number,
            at: entry.at,
            actor: entry.actor,
            action: entry.action,
            object: entry.object,
            branch: entry.branch,
            detail: serde_json::from_str(&entry.detail).unwrap_or_default(),
            origin: entry.origin,
            hash: hex::encode(entry.hash),
        }
    }
}

/// Which entries.
#[derive(Deserialize, JsonSchema)]
struct AuditQuery {
    /// By whom: an address, or as the log names people and programs.
    actor: Option<String>,
    /// What begins so: `share.` finds everything that was done with shares.
    action: Option<String>,
    /// To what, such as `share:ID`.
    object: Option<String>,
    /// Of this branch.
    branch: Option<String>,
    /// From this instant on.
    from: Option<DateTime<Utc>>,
    /// Before this instant.
    until: Option<DateTime<Utc>>,
    /// How many items a page has at most.
    #[schemars(range(min = 1, max = 500))]
    limit: Option<i64>,
    /// `next` of the page before.
    cursor: Option<String>,
}

async fn audit_log(
    State(state): State<PortalState>,
    caller: Caller,
    Query(query): Query<AuditQuery>,
) -> Result<Json<Page<AuditView>>, Problem> {
    caller.may(Action::ReadAudit, Place::INSTALLATION)?;
    let paging = Paging { limit: query.limit, cursor: query.cursor };
    for at in [query.from, query.until].into_iter().flatten() {
        if !(1900..=9999).contains(&at.year()) {
            let detail = "from or until is in no year of ours";
            return Err(Problem::new(StatusCode::UNPROCESSABLE_ENTITY, detail));
        }
    }
    let actor = match query.actor {
        Some(actor) => log::actor_of(&state, &actor).await?,
        None => None,
    };
    let wanted = Wanted {
        actor,
        action: query.action,
        object: query.object,
        branch: query.branch,
        from: query.from,
        until: query.until,
        before: paging.after()?,
    };
    let found = audit::found(&state.db, &wanted, paging.rows()?).await?;
    paging.page(found, |entry| entry.number, AuditView::from).map(Json)
}

/// Whether the audit log is what was written.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "AuditStanding")]
struct StandingView {
    /// How many entries were read again: the newest.
    verified: i64,
    /// Whether these are all that there are.
    whole: bool,
    /// The number of the first that is not there, or not what was written.
    broken: Option<i64>,
}

async fn verify(State(state): State<PortalState>, caller: Caller) -> Result<Json<StandingView>, Problem> {
    caller.may(Action::ReadAudit, Place::INSTALLATION)?;
    let log::Standing { verified, whole, broken } = log::standing(&state).await?;
    Ok(Json(StandingView { verified, whole, broken }))
}
