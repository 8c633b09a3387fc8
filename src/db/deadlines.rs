//! Deadlines: what a job promised for an occurrence. The row stands before the deadline, so that one is missed visibly
//! also where nothing ran at all.

use chrono::{DateTime, Utc};
use serde::Serialize;

use super::{Db, DbError, Tx, on};
use crate::model::{JobName, RunId};

/// A row of `deadlines`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, sqlx::FromRow)]
pub struct DeadlineRow {
    /// The run that the occurrence has, or would have.
    pub run: RunId,
    /// The job.
    pub job: JobName,
    /// The zone whose local time makes it due.
    pub zone: String,
    /// The occurrence.
    pub occurrence: DateTime<Utc>,
    /// By when everything of it must have been delivered.
    pub deadline: DateTime<Utc>,
    /// `open`, `missed` or `met`.
    pub state: String,
}

/// Writes what is promised from now on: occurrences after `now` that are promised no more are forgotten, others are
/// added, and a deadline that was moved is moved.
pub async fn promise(tx: &mut Tx, rows: &[DeadlineRow], now: DateTime<Utc>) -> Result<(), DbError> {
    let kept: Vec<RunId> = on!(in tx, |c| sqlx::query_scalar("SELECT run FROM deadlines WHERE state = 'open' AND occurrence > $1")
        .bind(now)
        .fetch_all(c)
        .await?);
    for run in kept.iter().filter(|run| !rows.iter().any(|row| row.run == **run)) {
        on!(in tx, |c| sqlx::query("DELETE FROM deadlines WHERE run = $1").bind(run).execute(c).await?.rows_affected());
    }
    for row in rows {
        let moved = "UPDATE SET deadline = excluded.deadline \
                     WHERE deadlines.state = 'open' AND deadlines.deadline <> excluded.deadline";
        put(tx, row, moved).await?;
    }
    Ok(())
}

/// Writes what is promised and not written yet, and leaves what is.
pub async fn add(tx: &mut Tx, rows: &[DeadlineRow]) -> Result<(), DbError> {
    for row in rows {
        put(tx, row, "NOTHING").await?;
    }
    Ok(())
}

/// Writes a deadline; `otherwise` is what is done where it is written already.
async fn put(tx: &mut Tx, row: &DeadlineRow, otherwise: &'static str) -> Result<(), DbError> {
    on!(in tx, |c| sqlx::query(sqlx::AssertSqlSafe(format!(
        "INSERT INTO deadlines (run, job, zone, occurrence, deadline, state) VALUES ($1, $2, $3, $4, $5, $6) \
         ON CONFLICT (run) DO {otherwise}"
    )))
    .bind(row.run)
    .bind(&row.job)
    .bind(&row.zone)
    .bind(row.occurrence)
    .bind(row.deadline)
    .bind(&row.state)
    .execute(c)
    .await?
    .rows_affected());
    Ok(())
}

/// Records how a deadline stands.
pub async fn mark(tx: &mut Tx, run: RunId, state: &str) -> Result<(), DbError> {
    on!(in tx, |c| sqlx::query("UPDATE deadlines SET state = $2 WHERE run = $1")
        .bind(run)
        .bind(state)
        .execute(c)
        .await?
        .rows_affected());
    Ok(())
}

impl Db {
    /// Deadlines that have passed since `since` and are not met.
    pub async fn unmet_deadlines(&self, since: DateTime<Utc>, now: DateTime<Utc>) -> Result<Vec<DeadlineRow>, DbError> {
        Ok(on!(read self, |c| sqlx::query_as(
            "SELECT * FROM deadlines WHERE state <> 'met' AND deadline >= $1 AND deadline <= $2 ORDER BY deadline, job, zone"
        )
        .bind(since)
        .bind(now)
        .fetch_all(c)
        .await?))
    }

    /// One deadline.
    pub async fn deadline(&self, run: RunId) -> Result<Option<DeadlineRow>, DbError> {
        Ok(
            on!(read self, |c| sqlx::query_as("SELECT * FROM deadlines WHERE run = $1").bind(run).fetch_optional(c).await?),
        )
    }

    /// Whether these are promised already as they are: then nothing needs to be written.
    pub async fn promised(&self, now: DateTime<Utc>) -> Result<Vec<DeadlineRow>, DbError> {
        Ok(on!(read self, |c| sqlx::query_as("SELECT * FROM deadlines WHERE state = 'open' AND occurrence > $1")
            .bind(now)
            .fetch_all(c)
            .await?))
    }
}
