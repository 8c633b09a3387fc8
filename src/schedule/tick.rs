//! Tick: what is due now becomes runs.

use std::collections::HashSet;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::Tz;

use super::due::{Due, SiteClock, due};
use crate::config::{Incomplete, Job};
use crate::db::{Db, DbError, Enqueue};
use crate::model::{JobName, Trigger};
use crate::pipeline::{Pipeline, Planned, Request, SiteNight};

/// The instance value that says since when schedules are kept.
const SINCE: &str = "scheduling_since";

/// Why a tick failed; the next one sees the same occurrences.
#[derive(Debug, thiserror::Error)]
pub enum TickError {
    /// The rows.
    #[error("cannot read what is due")]
    Db(#[from] DbError),
}

/// Every site's zone and night.
pub async fn site_clocks(db: &Db) -> Result<Vec<SiteClock>, DbError> {
    let locations = db.locations().await?;
    Ok(locations
        .into_iter()
        .map(|location| SiteClock {
            location: location.location,
            branch: location.branch,
            zone: location.timezone,
            hours: location.hours,
        })
        .collect())
}

/// What is due now, missed occurrences included. Nothing of a job that rests is.
pub async fn due_now(db: &Db, jobs: &[Job], now: DateTime<Utc>) -> Result<Vec<Due>, TickError> {
    let since = since(db, now).await?;
    let oldest = jobs.iter().map(|job| job.catch_up.max_age).max().unwrap_or(Duration::ZERO);
    let reach = TimeDelta::from_std(oldest).unwrap_or(TimeDelta::days(31)) + TimeDelta::days(2);
    let runs = db.occurrences_since(now - reach).await?;
    let done: HashSet<(JobName, String, DateTime<Utc>)> =
        runs.into_iter().map(|run| (run.job, run.zone, run.occurrence)).collect();
    let finished =
        |job: &JobName, zone: Tz, at: DateTime<Utc>| done.contains(&(job.clone(), zone.name().to_owned(), at));
    let sites = site_clocks(db).await?;
    let resting: HashSet<JobName> = db.pauses().await?.into_iter().map(|pause| pause.job).collect();
    let mut found = Vec::new();
    for job in jobs.iter().filter(|job| !resting.contains(&job.name)) {
        // A job that was added later does not report what lies before it was first seen.
        let since = first_seen(db, job, now).await?.max(since);
        found.extend(due(std::slice::from_ref(job), &sites, &finished, since, now));
    }
    found.sort_by_key(|due| due.at);
    Ok(found)
}

/// Plans a run for each occurrence that is due. Two workers that tick together plan each once, because a run's id
/// follows from its occurrence.
pub async fn tick<Q: Enqueue>(pipeline: &Pipeline<Q>, jobs: &[Job]) -> Result<Vec<Planned>, TickError> {
    let mut planned = Vec::new();
    for due in due_now(&pipeline.db, jobs, pipeline.clock.now()).await? {
        let Some(job) = jobs.iter().find(|job| job.name == due.job) else { continue };
        let wait = TimeDelta::from_std(job.wait_for_data).unwrap_or(TimeDelta::zero());
        let request = Request {
            job: job.name.clone(),
            cause: Trigger::Schedule,
            occurrence: due.at,
            zone: due.zone.name().to_owned(),
            by: None,
            reason: None,
            send: true,
            attach_pdf: job.attach_pdf,
            skip_quiet: job.skip_quiet,
            wait_until: Some(due.at + wait),
            hold: job.incomplete == Incomplete::Hold,
            late_since: due.missed.then_some(due.at),
            sites: due.nights.into_iter().map(|(location, night)| SiteNight { location, night, revision: 1 }).collect(),
        };
        let run = pipeline.plan(&request).await?;
        if run.new {
            tracing::info!(run = %run.run, job = %job.name, zone = %due.zone, occurrence = %due.at, missed = due.missed, "occurrence fired");
        }
        planned.push(run);
    }
    Ok(planned)
}

/// Since when schedules are kept: the first time that anybody asked. Nothing before is due, so that a fresh database
/// does not mail the past.
async fn since(db: &Db, now: DateTime<Utc>) -> Result<DateTime<Utc>, DbError> {
    instant(db, SINCE, now).await
}

/// When a job was first seen: with the schedules' own beginning, or later.
async fn first_seen(db: &Db, job: &Job, now: DateTime<Utc>) -> Result<DateTime<Utc>, DbError> {
    instant(db, &format!("job_since {}", job.name), now).await
}

async fn instant(db: &Db, name: &str, now: DateTime<Utc>) -> Result<DateTime<Utc>, DbError> {
    let kept = match db.instance_value(name).await? {
        Some(kept) => kept,
        None => db.instance_value_or(name, &now.to_rfc3339()).await?,
    };
    DateTime::parse_from_rfc3339(&kept)
        .map(|since| since.to_utc())
        .map_err(|error| DbError::Row { table: "instance", what: format!("{name}: {error}") })
}
