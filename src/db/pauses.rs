//! Pauses: jobs that rest, since when, why, and by whom they were woken.

use chrono::{DateTime, Utc};
use serde::Serialize;

use super::text::{MaybeText, Text, stored};
use super::{Db, DbError, Tx, on};
use crate::model::JobName;

/// A row of `job_pauses`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, sqlx::FromRow)]
pub struct Pause {
    /// The job.
    pub job: JobName,
    /// Since when none of its occurrences is fired.
    pub since: DateTime<Utc>,
    /// Who paused it.
    #[sqlx(try_from = "Text")]
    pub paused_by: String,
    /// Why.
    #[sqlx(try_from = "Text")]
    pub reason: String,
    /// When it was resumed; none while it rests.
    pub resumed_at: Option<DateTime<Utc>>,
    /// Who resumed it.
    #[sqlx(try_from = "MaybeText")]
    pub resumed_by: Option<String>,
}

/// Pauses a job, and takes its coming deadlines back; false where it rests already.
pub async fn pause(tx: &mut Tx, pause: &Pause) -> Result<bool, DbError> {
    let paused = on!(in tx, |c| sqlx::query(
        "INSERT INTO job_pauses (job, since, paused_by, reason) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING",
    )
    .bind(&pause.job)
    .bind(pause.since)
    .bind(stored(&pause.paused_by))
    .bind(stored(&pause.reason))
    .execute(c)
    .await?
    .rows_affected());
    if paused == 1 {
        // What nobody means to keep is not promised: operators are not woken for it.
        on!(in tx, |c| sqlx::query("DELETE FROM deadlines WHERE job = $1 AND state = 'open' AND occurrence > $2")
            .bind(&pause.job)
            .bind(pause.since)
            .execute(c)
            .await?
            .rows_affected());
    }
    Ok(paused == 1)
}

/// Resumes a job; false where it does not rest.
pub async fn resume(tx: &mut Tx, job: &JobName, by: &str, now: DateTime<Utc>) -> Result<bool, DbError> {
    let resumed = on!(in tx, |c| sqlx::query(
        "UPDATE job_pauses SET resumed_at = $2, resumed_by = $3 WHERE job = $1 AND resumed_at IS NULL",
    )
    .bind(job)
    .bind(now)
    .bind(stored(by))
    .execute(c)
    .await?
    .rows_affected());
    Ok(resumed == 1)
}

/// Whether a job rests, asked within the transaction that would fire it.
pub async fn rests(tx: &mut Tx, job: &JobName) -> Result<bool, DbError> {
    let found: Option<JobName> = on!(in tx, |c| sqlx::query_scalar(
        "SELECT job FROM job_pauses WHERE job = $1 AND resumed_at IS NULL"
    )
    .bind(job)
    .fetch_optional(c)
    .await?);
    Ok(found.is_some())
}

impl Db {
    /// The pauses in force, by job.
    pub async fn pauses(&self) -> Result<Vec<Pause>, DbError> {
        Ok(on!(read self, |c| sqlx::query_as("SELECT * FROM job_pauses WHERE resumed_at IS NULL ORDER BY job")
            .fetch_all(c)
            .await?))
    }

    /// The pauses of a job, newest first.
    pub async fn pauses_of(&self, job: &JobName, limit: i64) -> Result<Vec<Pause>, DbError> {
        Ok(on!(read self, |c| sqlx::query_as("SELECT * FROM job_pauses WHERE job = $1 ORDER BY since DESC LIMIT $2")
            .bind(job)
            .bind(limit)
            .fetch_all(c)
            .await?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::db::deadlines::{self, DeadlineRow};
    use crate::db::testing::on_each_database;
    use crate::model::RunId;
    use chrono::TimeDelta;

    #[tokio::test]
    async fn a_job_rests_once_at_a_time_and_is_woken() {
        on_each_database("a_job_rests", async |db| {
            let now: DateTime<Utc> = "2026-03-28T05:00:00Z".parse().unwrap();
            let job: JobName = "morning".parse().unwrap();
            let occurrence = now + TimeDelta::hours(1);
            let promised = DeadlineRow {
                run: RunId::of(&job, occurrence, "UTC"),
                job: job.clone(),
                zone: "UTC".into(),
                occurrence,
                deadline: occurrence + TimeDelta::hours(1),
                state: "open".into(),
            };
            let row = Pause {
                job: job.clone(),
                since: now,
                paused_by: "Dana".into(),
                reason: "the feed\0 is wrong".into(),
                resumed_at: None,
                resumed_by: None,
            };
            let mut tx = db.begin().await.unwrap();
            deadlines::add(&mut tx, std::slice::from_ref(&promised)).await.unwrap();
            assert!(!rests(&mut tx, &job).await.unwrap());
            assert!(pause(&mut tx, &row).await.unwrap());
            let again = Pause { since: now + TimeDelta::seconds(1), ..row.clone() };
            assert!(!pause(&mut tx, &again).await.unwrap());
            assert!(rests(&mut tx, &job).await.unwrap());
            tx.commit().await.unwrap();
            assert_eq!(db.pauses().await.unwrap(), std::slice::from_ref(&row));
            assert_eq!(db.deadline(promised.run).await.unwrap(), None, "nothing is promised meanwhile");
            let mut tx = db.begin().await.unwrap();
            assert!(resume(&mut tx, &job, "Ola", now + TimeDelta::hours(2)).await.unwrap());
            assert!(!resume(&mut tx, &job, "Ola", now + TimeDelta::hours(3)).await.unwrap());
            tx.commit().await.unwrap();
            assert!(db.pauses().await.unwrap().is_empty());
            let told = db.pauses_of(&job, 5).await.unwrap();
            let ended =
                Pause { resumed_at: Some(now + TimeDelta::hours(2)), resumed_by: Some("Ola".into()), ..row.clone() };
            assert_eq!(told, [ended]);
        })
        .await;
    }
}
