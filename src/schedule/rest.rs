//! Rest: a job is paused and resumed, in the database, so that every process keeps to it.
//!
//! While a job rests none of its occurrences is fired. Once it is resumed these count as missed, like those of a worker
//! that was down: `catch_up` of the job decides which of them still run. What a person runs by hand runs all the same.

use crate::audit::{self, Change};
use crate::db::pauses::{self, Pause};
use crate::db::{DbError, Enqueue};
use crate::model::JobName;
use crate::pipeline::Pipeline;

/// Pauses a job, entered in the audit log as `change`; false where it rests already.
pub async fn pause<Q: Enqueue>(
    pipeline: &Pipeline<Q>,
    job: &JobName,
    by: &str,
    reason: &str,
    change: Change<'_>,
) -> Result<bool, DbError> {
    let now = pipeline.clock.now();
    let row = Pause {
        job: job.clone(),
        since: now,
        paused_by: by.to_owned(),
        reason: reason.to_owned(),
        resumed_at: None,
        resumed_by: None,
    };
    let mut tx = pipeline.db.begin().await?;
    let paused = pauses::pause(&mut tx, &row).await?;
    if paused {
        audit::record(&mut tx, change, now).await?;
    }
    tx.commit().await?;
    if paused {
        tracing::info!(%job, "a job is paused");
    }
    Ok(paused)
}

/// Resumes a job, entered in the audit log as `change`; false where it does not rest.
pub async fn resume<Q: Enqueue>(
    pipeline: &Pipeline<Q>,
    job: &JobName,
    by: &str,
    change: Change<'_>,
) -> Result<bool, DbError> {
    let now = pipeline.clock.now();
    let mut tx = pipeline.db.begin().await?;
    let resumed = pauses::resume(&mut tx, job, by, now).await?;
    if resumed {
        audit::record(&mut tx, change, now).await?;
    }
    tx.commit().await?;
    if resumed {
        tracing::info!(%job, "a job is resumed");
    }
    Ok(resumed)
}
