//! The house: jobs and their runs, the audit log, and who asks.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::caller::Caller;
use super::endpoint::Endpoint;
use super::input::{Input, Query};
use super::page::{self, Page, Paging};
use super::problem::Problem;
use super::reports::Planned;
use crate::access::policy::{Action, Place};
use crate::audit::Change;
use crate::config::{Job, JobZone};
use crate::db::audit::Entry;
use crate::db::listing::Last;
use crate::db::runs::{Run, RunProgress};
use crate::model::{BranchRef, JobName, RunId, RunState, Trigger};
use crate::portal::PortalState;
use crate::portal::viewer::Viewer;
use crate::schedule;

pub(super) fn endpoints() -> Vec<Endpoint> {
    vec![
        Endpoint::get("/api/v1/me", ("whoAmI", "about", "Who asks, and what they may do."), me)
            .answers::<Me>(200, "You."),
        Endpoint::get("/api/v1/jobs", ("listJobs", "operations", "The jobs of jobs.toml."), jobs)
            .answers::<Page<JobView>>(200, "All of them."),
        Endpoint::post("/api/v1/jobs/{job}/run", ("runJob", "operations", "Run a job now."), run_now)
            .parameter("job", "The job's name.", None)
            .takes::<RunNow>()
            .answers::<Planned>(202, "It runs; what stands already is neither built nor mailed again.")
            .problem(409, "It was asked for at this very instant."),
        Endpoint::get("/api/v1/runs", ("listRuns", "operations", "Runs of jobs, newest first."), runs)
            .query::<Paging>()
            .answers::<Page<RunView>>(200, "A page of them."),
        Endpoint::get("/api/v1/runs/{id}", ("getRun", "operations", "One run, and how far it is."), run)
            .parameter("id", "The run's id.", Some("uuid"))
            .answers::<RunDetail>(200, "It."),
        Endpoint::get(
            "/api/v1/audit",
            ("listAudit", "operations", "Every change, in the order in which they were made."),
            audit_log,
        )
        .query::<Paging>()
        .answers::<Page<AuditView>>(200, "A page of the log."),
    ]
}

/// Who asks.
#[derive(Serialize, JsonSchema)]
struct Me {
    /// As the audit log names them.
    actor: String,
    /// `branch`, `staff`, `operations`, `customer` or `key`.
    role: &'static str,
    /// The address of a person.
    address: Option<String>,
    /// The branches that are theirs; absent for all.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(default)]
    branches: Option<Vec<BranchRef>>,
    /// What a person's program sends as X-CSRF-Token with a change.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(default)]
    csrf: Option<String>,
}

async fn me(caller: Caller, viewer: Viewer) -> Json<Me> {
    Json(Me {
        actor: caller.actor.to_string(),
        role: caller.principal.word(),
        address: caller.principal.address().map(str::to_owned),
        branches: caller.branches().map(<[_]>::to_vec),
        csrf: if caller.principal.address().is_some() { viewer.csrf } else { None },
    })
}

/// A job.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Job")]
struct JobView {
    name: JobName,
    /// Minute, hour, day, month, weekday.
    schedule: String,
    /// `location` for each site's own, or an IANA name.
    timezone: String,
    skip_quiet: bool,
    attach_pdf: bool,
    wait_for_data_s: u64,
}

impl From<&Job> for JobView {
    fn from(job: &Job) -> Self {
        Self {
            name: job.name.clone(),
            schedule: job.schedule.to_string(),
            timezone: match job.timezone {
                JobZone::Location => "location".to_owned(),
                JobZone::Fixed(zone) => zone.name().to_owned(),
            },
            skip_quiet: job.skip_quiet,
            attach_pdf: job.attach_pdf,
            wait_for_data_s: job.wait_for_data.as_secs(),
        }
    }
}

async fn jobs(State(state): State<PortalState>, caller: Caller) -> Result<Json<Page<JobView>>, Problem> {
    caller.may(Action::Operate, Place::INSTALLATION)?;
    Ok(Json(Page::whole(state.config.jobs.iter().map(JobView::from).collect())))
}

/// Which night.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct RunNow {
    /// The night; each site's last one that has ended if left out.
    #[serde(default)]
    #[schemars(extend("format" = "date"))]
    night: Option<String>,
}

async fn run_now(
    State(state): State<PortalState>,
    caller: Caller,
    Path(job): Path<String>,
    input: Result<Input<RunNow>, Problem>,
) -> Result<Response, Problem> {
    caller.may(Action::RunJobs, Place::INSTALLATION)?;
    let job = state.config.jobs.iter().find(|known| known.name.as_str() == job);
    let job = job.ok_or_else(|| Problem::not_found("jobs.toml has no such job"))?;
    let Input(wish) = input?;
    let night = page::night("night", wish.night.as_deref())?;
    let change = Change {
        actor: caller.actor.clone(),
        action: "job.run",
        object: format!("job:{}", job.name),
        branch: None,
        detail: serde_json::json!({ "night": wish.night }),
        origin: &caller.origin,
    };
    let planned = schedule::run_now(&state.pipeline, job, night, &caller.actor.to_string(), change).await?;
    let planned = planned.ok_or_else(|| Problem::new(StatusCode::CONFLICT, "the job has no sites"))?;
    if !planned.new {
        return Err(Problem::new(StatusCode::CONFLICT, "somebody asked for it a moment ago"));
    }
    Ok((StatusCode::ACCEPTED, Json(Planned { run: planned.run, reports: planned.reports })).into_response())
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

async fn runs(
    State(state): State<PortalState>,
    caller: Caller,
    Query(paging): Query<Paging>,
) -> Result<Json<Page<RunView>>, Problem> {
    caller.may(Action::Operate, Place::INSTALLATION)?;
    let found = state.db.run_page(paging.after::<Last<RunId>>()?.as_ref(), paging.rows()?).await?;
    paging.page(found, |row| Last(row.started_at, row.id), RunView::from).map(Json)
}

/// A run, and how far it is.
#[derive(Serialize, JsonSchema)]
struct RunDetail {
    run: RunView,
    reports: Reports,
    mails: Mails,
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
    Ok(Json(RunDetail { run: run.into(), reports, mails }))
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

async fn audit_log(
    State(state): State<PortalState>,
    caller: Caller,
    Query(paging): Query<Paging>,
) -> Result<Json<Page<AuditView>>, Problem> {
    caller.may(Action::ReadAudit, Place::INSTALLATION)?;
    let found = state.db.audit_after(paging.after()?.unwrap_or(0), paging.rows()?).await?;
    paging.page(found, |entry| entry.number, AuditView::from).map(Json)
}
