//! Runs: one occurrence of a job, and how far it is.

use chrono::{DateTime, Utc};
use serde::Serialize;

use super::{Db, DbError, Tx, on};
use crate::model::{JobName, RunId, RunState, Trigger};

/// A row of `runs`.
#[derive(Debug, Clone, Serialize, sqlx::FromRow)]
pub struct Run {
    /// Its id, from job, occurrence and zone.
    pub id: RunId,
    /// The job.
    pub job: JobName,
    /// Who asked for it.
    #[sqlx(try_from = "String")]
    pub cause: Trigger,
    /// The occurrence's instant: when it was due, or asked for.
    pub occurrence: DateTime<Utc>,
    /// The zone whose local time made it due; empty for a manual run.
    pub zone: String,
    /// How far it is.
    #[sqlx(try_from = "String")]
    pub state: RunState,
    /// The person who asked, if any.
    pub requested_by: Option<String>,
    /// When it began.
    pub started_at: DateTime<Utc>,
    /// When its last report became final.
    pub finished_at: Option<DateTime<Utc>>,
}

impl Run {
    /// One that begins now.
    #[must_use]
    pub fn begun(job: JobName, cause: Trigger, occurrence: DateTime<Utc>, zone: String, now: DateTime<Utc>) -> Self {
        Self {
            id: RunId::of(&job, occurrence, &zone),
            job,
            cause,
            occurrence,
            zone,
            state: RunState::Running,
            requested_by: None,
            started_at: now,
            finished_at: None,
        }
    }
}

/// How many reports and deliveries of a run are in which state.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct RunProgress {
    /// Reports that the run planned.
    pub reports: i64,
    /// Reports that are not final.
    pub planned: i64,
    /// Of these, reports that could not be built for now and are tried again later.
    pub stuck: i64,
    /// Reports that failed.
    pub failed: i64,
    /// Reports that are held until their feed is complete, or a person lets them go.
    pub held: i64,
    /// Deliveries of its reports.
    pub deliveries: i64,
    /// Deliveries that have not had their attempt.
    pub open: i64,
    /// Deliveries that were tried and are tried again later.
    pub deferred: i64,
    /// Deliveries that were sent.
    pub sent: i64,
    /// Deliveries that were not sent because their address is suppressed: as it should be.
    pub suppressed: i64,
    /// Deliveries that ended in any other way.
    pub unsent: i64,
}

impl RunProgress {
    /// What a run is to people: it is not done before its mails have left, and has failed where one of them has.
    #[must_use]
    pub const fn state(&self) -> RunState {
        if self.planned + self.held + self.open + self.deferred > 0 {
            RunState::Running
        } else if self.failed + self.unsent > 0 {
            RunState::Failed
        } else {
            RunState::Done
        }
    }
}

/// Inserts a run; false where the same occurrence has one already, so that it fires once.
pub async fn insert(tx: &mut Tx, run: &Run) -> Result<bool, DbError> {
    let inserted = on!(in tx, |c| sqlx::query(
        "INSERT INTO runs (id, job, cause, occurrence, zone, state, requested_by, started_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (id) DO NOTHING",
    )
    .bind(run.id)
    .bind(&run.job)
    .bind(run.cause.as_str())
    .bind(run.occurrence)
    .bind(&run.zone)
    .bind(run.state.as_str())
    .bind(&run.requested_by)
    .bind(run.started_at)
    .execute(c)
    .await?
    .rows_affected());
    Ok(inserted == 1)
}

/// Ends every run that has no open report any more: a later one may have taken over what was planned. Returns those.
pub async fn finish_complete(tx: &mut Tx, now: DateTime<Utc>) -> Result<Vec<RunId>, DbError> {
    Ok(on!(in tx, |c| sqlx::query_scalar(
        "UPDATE runs SET finished_at = $1, state = CASE \
             WHEN EXISTS (SELECT 1 FROM reports WHERE run = runs.id AND state = 'failed') THEN 'failed' ELSE 'done' END \
         WHERE state = 'running' AND NOT EXISTS (SELECT 1 FROM reports WHERE run = runs.id AND state IN ('planned', 'held')) \
         RETURNING id",
    )
    .bind(now)
    .fetch_all(c)
    .await?))
}

/// Ends a run when none of its reports is open: failed when one of them failed. Says whether it ended.
pub async fn finish_if_complete(tx: &mut Tx, run: RunId, now: DateTime<Utc>) -> Result<bool, DbError> {
    let ended = on!(in tx, |c| sqlx::query(
        "UPDATE runs SET finished_at = $2, state = CASE \
             WHEN EXISTS (SELECT 1 FROM reports WHERE run = $1 AND state = 'failed') THEN 'failed' ELSE 'done' END \
         WHERE id = $1 AND state = 'running' \
           AND NOT EXISTS (SELECT 1 FROM reports WHERE run = $1 AND state IN ('planned', 'held'))",
    )
    .bind(run)
    .bind(now)
    .execute(c)
    .await?
    .rows_affected());
    Ok(ended == 1)
}

/// What a run came to when its last report became final: its mails are wanted by then, and not yet sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, sqlx::FromRow)]
pub struct Outcome {
    /// The job.
    pub job: JobName,
    /// When it was due, or asked for.
    pub occurrence: DateTime<Utc>,
    /// The zone whose local time made it due; empty for a manual run.
    pub zone: String,
    /// How it ended.
    pub state: String,
    /// Reports that were frozen.
    pub built: i64,
    /// Quiet nights that nobody wanted mailed.
    pub skipped: i64,
    /// Reports that were given up.
    pub failed: i64,
    /// Mails that came of it.
    pub mails: i64,
}

/// What a run came to; none where there is no such run.
pub async fn outcome(tx: &mut Tx, run: RunId) -> Result<Option<Outcome>, DbError> {
    Ok(on!(in tx, |c| sqlx::query_as(
        "SELECT job, occurrence, zone, state, \
                (SELECT count(*) FROM reports WHERE run = $1 AND state = 'built') AS built, \
                (SELECT count(*) FROM reports WHERE run = $1 AND state = 'skipped') AS skipped, \
                (SELECT count(*) FROM reports WHERE run = $1 AND state = 'failed') AS failed, \
                (SELECT count(*) FROM reports r JOIN deliveries d ON d.report = r.id WHERE r.run = $1) AS mails \
         FROM runs WHERE id = $1",
    )
    .bind(run)
    .fetch_optional(c)
    .await?))
}

/// Records it where mails of a run that counted as done have failed since, or were sent after all: of mails and runs that
/// began after `since`. Returns those that count as failed now, and those that count as done.
pub async fn settle(tx: &mut Tx, since: DateTime<Utc>) -> Result<(Vec<RunId>, Vec<RunId>), DbError> {
    let failed = on!(in tx, |c| sqlx::query_scalar(
        "UPDATE runs SET state = 'failed' WHERE state = 'done' AND id IN \
         (SELECT r.run FROM deliveries d JOIN reports r ON r.id = d.report \
          WHERE d.created_at >= $1 AND d.state IN ('failed', 'bounced', 'unknown')) \
         RETURNING id",
    )
    .bind(since)
    .fetch_all(c)
    .await?);
    let done = on!(in tx, |c| sqlx::query_scalar(
        "UPDATE runs SET state = 'done' WHERE state = 'failed' AND started_at >= $1 AND NOT EXISTS \
         (SELECT 1 FROM reports r WHERE r.run = runs.id AND (r.state = 'failed' OR EXISTS \
          (SELECT 1 FROM deliveries d WHERE d.report = r.id AND d.state IN ('failed', 'bounced', 'unknown')))) \
         RETURNING id",
    )
    .bind(since)
    .fetch_all(c)
    .await?);
    Ok((failed, done))
}

impl Db {
    /// One run.
    pub async fn run(&self, id: RunId) -> Result<Option<Run>, DbError> {
        Ok(on!(read self, |c| sqlx::query_as("SELECT * FROM runs WHERE id = $1").bind(id).fetch_optional(c).await?))
    }

    /// The newest runs, newest first.
    pub async fn runs(&self, limit: i64) -> Result<Vec<Run>, DbError> {
        Ok(on!(read self, |c| sqlx::query_as("SELECT * FROM runs ORDER BY started_at DESC, id LIMIT $1")
            .bind(limit)
            .fetch_all(c)
            .await?))
    }

    /// The newest runs of a job, newest first.
    pub async fn runs_of(&self, job: &JobName, limit: i64) -> Result<Vec<Run>, DbError> {
        Ok(on!(read self, |c| sqlx::query_as(
            "SELECT * FROM runs WHERE job = $1 ORDER BY started_at DESC, id LIMIT $2"
        )
        .bind(job)
        .bind(limit)
        .fetch_all(c)
        .await?))
    }

    /// The occurrences of jobs that have a run, since an instant: what `due` must not fire again.
    pub async fn occurrences_since(&self, since: DateTime<Utc>) -> Result<Vec<Run>, DbError> {
        Ok(on!(read self, |c| sqlx::query_as(
            "SELECT * FROM runs WHERE occurrence >= $1 AND cause = 'schedule' ORDER BY occurrence"
        )
        .bind(since)
        .fetch_all(c)
        .await?))
    }

    /// How far a run is.
    pub async fn run_progress(&self, run: RunId) -> Result<RunProgress, DbError> {
        let (reports, planned, stuck, failed, held): (i64, i64, i64, i64, i64) = on!(read self, |c| sqlx::query_as(
            "SELECT count(*), count(CASE WHEN state = 'planned' THEN 1 END), \
                    count(CASE WHEN state = 'planned' AND error IS NOT NULL THEN 1 END), \
                    count(CASE WHEN state = 'failed' THEN 1 END), \
                    count(CASE WHEN state = 'held' THEN 1 END) \
             FROM reports WHERE run = $1"
        )
        .bind(run)
        .fetch_one(c)
        .await?);
        let (deliveries, open, deferred, sent, suppressed): (i64, i64, i64, i64, i64) = on!(read self, |c| sqlx::query_as(
            "SELECT count(*), count(CASE WHEN d.state IN ('pending', 'sending') THEN 1 END), \
                    count(CASE WHEN d.state = 'deferred' THEN 1 END), \
                    count(CASE WHEN d.state = 'sent' THEN 1 END), \
                    count(CASE WHEN d.state = 'suppressed' THEN 1 END) \
             FROM reports r JOIN deliveries d ON d.report = r.id WHERE r.run = $1"
        )
        .bind(run)
        .fetch_one(c)
        .await?);
        let unsent = deliveries - open - deferred - sent - suppressed;
        Ok(RunProgress { reports, planned, stuck, failed, held, deliveries, open, deferred, sent, suppressed, unsent })
    }
}
