//! Jobs: when they come, that they rest, and runs that people ask for.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::caller::Caller;
use super::endpoint::Endpoint;
use super::input::Input;
use super::page::{self, Page};
use super::problem::Problem;
use super::reports::Planned;
use crate::access::policy::{Action, Place};
use crate::audit::Change;
use crate::config::{CatchUpPolicy, Incomplete, Job, JobZone};
use crate::db::pauses::Pause;
use crate::model::JobName;
use crate::portal::PortalState;
use crate::portal::desk::signature;
use crate::portal::operations::{JobNow, jobs_now};
use crate::schedule;

/// So many coming occurrences are told in each zone.
const COMING: usize = 3;
/// The longest reason, in characters.
const LONGEST: usize = 400;
/// The longest list.
const MOST: i64 = 500;

pub(super) fn endpoints() -> Vec<Endpoint> {
    let of_job = |endpoint: Endpoint| endpoint.parameter("job", "The job's name.", None);
    vec![
        Endpoint::get(
            "/api/v1/jobs",
            ("listJobs", "operations", "The jobs of jobs.toml, when they come, and which of them rest."),
            jobs,
        )
        .answers::<Page<JobView>>(200, "All of them."),
        of_job(
            Endpoint::post("/api/v1/jobs/{job}/run", ("runJob", "operations", "Run a job now."), run)
                .takes::<RunNow>()
                .answers::<Planned>(202, "It runs; what stands already is neither built nor mailed again.")
                .problem(409, "It was asked for at this very instant, or it has no sites."),
        ),
        of_job(
            Endpoint::get(
                "/api/v1/jobs/{job}/pauses",
                ("listPauses", "operations", "When a job rested, why, and who woke it, newest first."),
                pauses,
            )
            .answers::<Page<RestView>>(200, "The newest 500."),
        ),
        of_job(
            Endpoint::post(
                "/api/v1/jobs/{job}/pause",
                ("pauseJob", "operations", "Let a job rest: none of its occurrences is fired."),
                pause,
            )
            .takes::<Why>()
            .answers::<JobView>(200, "It rests, now or already."),
        ),
        of_job(
            Endpoint::post(
                "/api/v1/jobs/{job}/resume",
                ("resumeJob", "operations", "Wake a job; what it missed is caught up by its own rule."),
                resume,
            )
            .answers::<JobView>(200, "It does not rest."),
        ),
    ]
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
    /// What happens to a site whose feed is incomplete even then: `send` its mail, which says so, or `hold` it.
    incomplete: &'static str,
    /// Which of the occurrences that were missed run late: none (`skip`), the `latest`, or `all`.
    catch_up: &'static str,
    /// None of them that is older.
    catch_up_max_age_s: u64,
    /// By when everything must have arrived: a time of day, or so long after the occurrence.
    deadline: Option<String>,
    /// For how many sites.
    sites: usize,
    /// The next occurrences, by time; three in each zone.
    next: Vec<Occurrence>,
    /// That it rests.
    paused: Option<PauseView>,
}

/// An occurrence of a job that is to come.
#[derive(Serialize, JsonSchema)]
struct Occurrence {
    at: DateTime<Utc>,
    /// IANA name of the zone whose local time makes it due.
    zone: String,
}

/// That a job rests.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Pause")]
struct PauseView {
    since: DateTime<Utc>,
    by: String,
    reason: String,
}

impl JobView {
    fn of(now: JobNow, pauses: &[Pause]) -> Self {
        let JobNow { job, coming, sites } = now;
        let rest = pauses.iter().find(|pause| pause.job == job.name).map(|pause| PauseView {
            since: pause.since,
            by: pause.paused_by.clone(),
            reason: pause.reason.clone(),
        });
        Self {
            schedule: job.schedule.to_string(),
            timezone: match job.timezone {
                JobZone::Location => "location".to_owned(),
                JobZone::Fixed(zone) => zone.name().to_owned(),
            },
            skip_quiet: job.skip_quiet,
            attach_pdf: job.attach_pdf,
            wait_for_data_s: job.wait_for_data.as_secs(),
            incomplete: match job.incomplete {
                Incomplete::Send => "send",
                Incomplete::Hold => "hold",
            },
            catch_up: match job.catch_up.policy {
                CatchUpPolicy::Skip => "skip",
                CatchUpPolicy::Latest => "latest",
                CatchUpPolicy::All => "all",
            },
            catch_up_max_age_s: job.catch_up.max_age.as_secs(),
            deadline: job.deadline.map(|deadline| deadline.to_string()),
            sites,
            next: coming.into_iter().map(|(zone, at)| Occurrence { at, zone: zone.name().to_owned() }).collect(),
            paused: rest,
            name: job.name,
        }
    }
}

async fn known(state: &PortalState, jobs: &[Job]) -> Result<Vec<JobView>, Problem> {
    let (sites, pauses) = (state.db.locations().await?, state.db.pauses().await?);
    let now = jobs_now(jobs, &sites, COMING, state.clock.now());
    Ok(now.into_iter().map(|one| JobView::of(one, &pauses)).collect())
}

async fn jobs(State(state): State<PortalState>, caller: Caller) -> Result<Json<Page<JobView>>, Problem> {
    caller.may(Action::Operate, Place::INSTALLATION)?;
    Ok(Json(Page::whole(known(&state, &state.jobs.now()).await?)))
}

/// A time in which a job rested.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "JobRest")]
struct RestView {
    since: DateTime<Utc>,
    by: String,
    reason: String,
    /// Null while it rests.
    resumed_at: Option<DateTime<Utc>>,
    resumed_by: Option<String>,
}

impl From<Pause> for RestView {
    fn from(row: Pause) -> Self {
        Self {
            since: row.since,
            by: row.paused_by,
            reason: row.reason,
            resumed_at: row.resumed_at,
            resumed_by: row.resumed_by,
        }
    }
}

async fn pauses(
    State(state): State<PortalState>,
    caller: Caller,
    Path(job): Path<String>,
) -> Result<Json<Page<RestView>>, Problem> {
    caller.may(Action::Operate, Place::INSTALLATION)?;
    let known = state.jobs.now();
    let job = known.iter().find(|known| known.name.as_str() == job);
    let job = job.ok_or_else(|| Problem::not_found("jobs.toml has no such job"))?;
    let found = state.db.pauses_of(&job.name, MOST).await?;
    Ok(Json(Page::whole(found.into_iter().map(RestView::from).collect())))
}

/// A job that the caller may run.
fn wanted(state: &PortalState, caller: &Caller, job: &str) -> Result<Job, Problem> {
    caller.may(Action::RunJobs, Place::INSTALLATION)?;
    let known = state.jobs.now();
    let job = known.iter().find(|known| known.name.as_str() == job).cloned();
    job.ok_or_else(|| Problem::not_found("jobs.toml has no such job"))
}

fn change<'a>(caller: &'a Caller, action: &'static str, job: &Job, detail: Value) -> Change<'a> {
    let object = format!("job:{}", job.name);
    Change { actor: caller.actor.clone(), action, object, branch: None, detail, origin: &caller.origin }
}

async fn one(state: &PortalState, job: &Job) -> Result<Json<JobView>, Problem> {
    state.board.changed().await;
    let view = known(state, std::slice::from_ref(job)).await?.pop();
    view.map(Json).ok_or_else(|| Problem::not_found("jobs.toml has no such job"))
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

async fn run(
    State(state): State<PortalState>,
    caller: Caller,
    Path(job): Path<String>,
    input: Result<Input<RunNow>, Problem>,
) -> Result<Response, Problem> {
    let job = wanted(&state, &caller, &job)?;
    let Input(wish) = input?;
    let night = page::night("night", wish.night.as_deref())?;
    let change = change(&caller, "job.run", &job, json!({ "night": wish.night }));
    let planned = schedule::run_now(&state.pipeline, &job, night, &signature(&caller.viewer), change).await?;
    let planned = planned.ok_or_else(|| Problem::new(StatusCode::CONFLICT, "the job has no sites"))?;
    if !planned.new {
        return Err(Problem::new(StatusCode::CONFLICT, "somebody asked for it a moment ago"));
    }
    state.pipeline.queue.wake();
    state.board.changed().await;
    Ok((StatusCode::ACCEPTED, Json(Planned { run: planned.run, reports: planned.reports })).into_response())
}

/// Why.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Why {
    /// For those who wonder.
    #[serde(default)]
    #[schemars(length(max = 400))]
    reason: String,
}

async fn pause(
    State(state): State<PortalState>,
    caller: Caller,
    Path(job): Path<String>,
    input: Result<Input<Why>, Problem>,
) -> Result<Json<JobView>, Problem> {
    let job = wanted(&state, &caller, &job)?;
    let Input(why) = input?;
    if why.reason.chars().count() > LONGEST {
        let detail = format!("has more than {LONGEST} characters");
        return Err(Problem::of_field(StatusCode::UNPROCESSABLE_ENTITY, "reason", detail));
    }
    let change = change(&caller, "job.pause", &job, json!({ "reason": why.reason }));
    schedule::pause(&state.pipeline, &job.name, &signature(&caller.viewer), &why.reason, change).await?;
    one(&state, &job).await
}

async fn resume(
    State(state): State<PortalState>,
    caller: Caller,
    Path(job): Path<String>,
) -> Result<Json<JobView>, Problem> {
    let job = wanted(&state, &caller, &job)?;
    let change = change(&caller, "job.resume", &job, json!({}));
    schedule::resume(&state.pipeline, &job.name, &signature(&caller.viewer), change).await?;
    one(&state, &job).await
}
