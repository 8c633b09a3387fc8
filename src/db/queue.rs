//! The queue's tables, as apalis makes them: who lives, what waits and for how long, and what a worker leaves behind.
//!
//! Tasks are pushed and fetched by apalis; here they are looked at and given back. The two databases keep instants in
//! different types there, so each has its own text. It must not know what a task does.

use chrono::{DateTime, TimeDelta, Utc};
use serde::Serialize;

use super::{Db, DbError, Task, begun};

/// A worker that has not told for so long that it lives is dead: two heartbeats of 15 seconds, and a little.
pub(super) const DEAD_AFTER: TimeDelta = TimeDelta::seconds(45);
/// So many done tasks are forgotten at once, so that no statement takes long.
const FORGET_AT_ONCE: i64 = 5_000;

/// How one lane of the queue is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LaneDepth {
    /// `build`, `deliver` or `house`.
    pub lane: String,
    /// Tasks that are due and that no worker has.
    pub waiting: i64,
    /// How long the oldest of these has been waiting, in seconds.
    pub oldest_seconds: i64,
}

/// Of one lane: its name, how many wait, the smallest id of those that were due at once, and the earliest instant (in
/// seconds) of the others.
type DepthRow = (String, i64, Option<String>, Option<i64>);

/// Crockford's base 32.
const DIGITS: &[u8] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// A task's id is a ULID: its first ten characters are the millisecond at which it was pushed, in Crockford's base 32.
fn pushed_at(id: &str) -> Option<DateTime<Utc>> {
    let mut millis = 0_i64;
    for byte in id.as_bytes().get(..10)? {
        let digit = DIGITS.iter().position(|known| *known == byte.to_ascii_uppercase())?;
        millis = millis.checked_mul(32)?.checked_add(i64::try_from(digit).ok()?)?;
    }
    DateTime::from_timestamp_millis(millis)
}

/// The smallest id of a task that was pushed then, by which older ones are found without reading the table.
fn first_id_at(at: DateTime<Utc>) -> String {
    let mut rest = at.timestamp_millis().max(0);
    let mut digits = [b'0'; 26];
    for digit in digits[..10].iter_mut().rev() {
        *digit = usize::try_from(rest % 32).ok().and_then(|value| DIGITS.get(value)).copied().unwrap_or(b'0');
        rest /= 32;
    }
    digits.iter().copied().map(char::from).collect()
}

impl Db {
    /// Indexes of ours on the queue's tables: what is looked at often is little among all that was ever done.
    pub async fn index_queue(&self) -> Result<(), DbError> {
        match self {
            Self::Sqlite(pools) => {
                let index = "CREATE INDEX IF NOT EXISTS daybreak_jobs_in_hand ON Jobs (lock_by) WHERE status IN ('Queued', 'Running')";
                sqlx::query(index).execute(&pools.write).await?;
            }
            Self::Postgres(pool) => {
                // Looked for first, because even a needless CREATE INDEX waits for every writer of the table.
                let found: Option<String> =
                    sqlx::query_scalar("SELECT to_regclass('apalis.daybreak_jobs_in_hand')::text")
                        .fetch_one(pool)
                        .await?;
                if found.is_some() {
                    return Ok(());
                }
                // Two processes that start at once would both find none, and one of them fail.
                let mut tx = begun(pool, "BEGIN").await?;
                sqlx::query("SELECT pg_advisory_xact_lock(hashtext('daybreak_jobs_in_hand'))")
                    .execute(&mut *tx)
                    .await?;
                let index = "CREATE INDEX IF NOT EXISTS daybreak_jobs_in_hand ON apalis.jobs (lock_by) WHERE status IN ('Queued', 'Running')";
                sqlx::query(index).execute(&mut *tx).await?;
                tx.commit().await?;
            }
        }
        Ok(())
    }

    /// How much waits in each lane, and for how long.
    pub async fn queue_depths(&self, now: DateTime<Utc>) -> Result<Vec<LaneDepth>, DbError> {
        let rows: Vec<DepthRow> = match self {
            Self::Sqlite(pools) => sqlx::query_as(
                "SELECT job_type, count(*), min(CASE WHEN run_at = 0 THEN id END), min(CASE WHEN run_at > 0 THEN run_at END) \
                 FROM Jobs WHERE status = 'Pending' AND run_at <= $1 GROUP BY job_type",
            )
            .bind(now.timestamp())
            .fetch_all(&pools.read)
            .await?,
            Self::Postgres(pool) => sqlx::query_as(
                "SELECT job_type, count(*), min(CASE WHEN run_at = to_timestamp(0) THEN id END), \
                        min(CASE WHEN run_at > to_timestamp(0) THEN extract(epoch FROM run_at)::bigint END) \
                 FROM apalis.jobs WHERE status = 'Pending' AND run_at <= $1 GROUP BY job_type",
            )
            .bind(now)
            .fetch_all(pool)
            .await?,
        };
        let depth = |(lane, waiting, id, due): DepthRow| {
            let pushed = id.as_deref().and_then(pushed_at);
            let due = due.and_then(|seconds| DateTime::from_timestamp(seconds, 0));
            let oldest = pushed.into_iter().chain(due).min().unwrap_or(now);
            LaneDepth { lane, waiting, oldest_seconds: (now - oldest).num_seconds().max(0) }
        };
        Ok(rows.into_iter().map(depth).collect())
    }

    /// The workers of one lane that told lately that they live, by their names.
    pub async fn living_workers(&self, lane: &str, now: DateTime<Utc>) -> Result<Vec<String>, DbError> {
        Ok(match self {
            Self::Sqlite(pools) => {
                sqlx::query_scalar("SELECT id FROM Workers WHERE worker_type = $1 AND last_seen >= $2 ORDER BY id")
                    .bind(lane)
                    .bind((now - DEAD_AFTER).timestamp())
                    .fetch_all(&pools.read)
                    .await?
            }
            Self::Postgres(pool) => {
                sqlx::query_scalar(
                    "SELECT id FROM apalis.workers WHERE worker_type = $1 AND last_seen >= $2 ORDER BY id",
                )
                .bind(lane)
                .bind(now - DEAD_AFTER)
                .fetch_all(pool)
                .await?
            }
        })
    }

    /// The workers that were alive after `since` and have told no more that they are, by their names; a worker that ends
    /// in good order says so and is not among them.
    pub async fn lost_workers(&self, since: DateTime<Utc>, now: DateTime<Utc>) -> Result<Vec<String>, DbError> {
        Ok(match self {
            Self::Sqlite(pools) => {
                sqlx::query_scalar("SELECT id FROM Workers WHERE last_seen >= $1 AND last_seen < $2 ORDER BY id")
                    .bind((since - DEAD_AFTER).timestamp())
                    .bind((now - DEAD_AFTER).timestamp())
                    .fetch_all(&pools.read)
                    .await?
            }
            Self::Postgres(pool) => {
                sqlx::query_scalar("SELECT id FROM apalis.workers WHERE last_seen >= $1 AND last_seen < $2 ORDER BY id")
                    .bind(since - DEAD_AFTER)
                    .bind(now - DEAD_AFTER)
                    .fetch_all(pool)
                    .await?
            }
        })
    }

    /// How many processes work on the queue.
    pub async fn workers_alive(&self, now: DateTime<Utc>) -> Result<i64, DbError> {
        // Each process has a worker of each lane; one lane counts.
        Ok(i64::try_from(self.living_workers("house", now).await?.len()).unwrap_or(i64::MAX))
    }

    /// Every task that waits for its time or a worker, or that a worker has: those of dead workers are among them,
    /// because the next worker takes them over.
    pub async fn live_tasks(&self) -> Result<Vec<Task>, DbError> {
        let rows: Vec<Vec<u8>> = match self {
            Self::Sqlite(pools) => {
                sqlx::query_scalar(
                    "SELECT job FROM Jobs WHERE status = 'Pending' UNION ALL \
                     SELECT job FROM Jobs WHERE status IN ('Queued', 'Running')",
                )
                .fetch_all(&pools.read)
                .await?
            }
            Self::Postgres(pool) => {
                sqlx::query_scalar(
                    "SELECT job FROM apalis.jobs WHERE status = 'Pending' UNION ALL \
                     SELECT job FROM apalis.jobs WHERE status IN ('Queued', 'Running')",
                )
                .fetch_all(pool)
                .await?
            }
        };
        // A task of another version is not one that this one could be waiting for.
        Ok(rows.iter().filter_map(|bytes| serde_json::from_slice(bytes).ok()).collect())
    }

    /// Gives back what a worker has fetched and not ended, and says that it is gone: at once, instead of with two
    /// missed heartbeats. Returns how many tasks that were.
    pub async fn release_worker(&self, worker: &str) -> Result<u64, DbError> {
        Ok(match self {
            Self::Sqlite(pools) => {
                let mut tx = begun(&pools.write, "BEGIN IMMEDIATE").await?;
                let released = sqlx::query(
                    "UPDATE Jobs SET status = 'Pending', lock_by = NULL, lock_at = NULL, done_at = NULL \
                     WHERE lock_by = $1 AND status IN ('Queued', 'Running')",
                )
                .bind(worker)
                .execute(&mut *tx)
                .await?
                .rows_affected();
                sqlx::query("UPDATE Workers SET last_seen = 0 WHERE id = $1").bind(worker).execute(&mut *tx).await?;
                tx.commit().await?;
                released
            }
            Self::Postgres(pool) => {
                let mut tx = begun(pool, "BEGIN").await?;
                let released = sqlx::query(
                    "UPDATE apalis.jobs SET status = 'Pending', lock_by = NULL, lock_at = NULL, done_at = NULL \
                     WHERE lock_by = $1 AND status IN ('Queued', 'Running')",
                )
                .bind(worker)
                .execute(&mut *tx)
                .await?
                .rows_affected();
                sqlx::query("UPDATE apalis.workers SET last_seen = to_timestamp(0) WHERE id = $1")
                    .bind(worker)
                    .execute(&mut *tx)
                    .await?;
                tx.commit().await?;
                released
            }
        })
    }

    /// Forgets tasks that were done before an instant, some at a time, and the workers that nothing names any more.
    pub async fn forget_done_tasks(&self, before: DateTime<Utc>) -> Result<u64, DbError> {
        Ok(match self {
            Self::Sqlite(pools) => {
                let forgotten = sqlx::query(
                    "DELETE FROM Jobs WHERE id IN (SELECT id FROM Jobs WHERE id < $3 AND status IN ('Done', 'Killed') \
                     AND done_at IS NOT NULL AND done_at < $1 LIMIT $2)",
                )
                .bind(before.timestamp())
                .bind(FORGET_AT_ONCE)
                .bind(first_id_at(before))
                .execute(&pools.write)
                .await?
                .rows_affected();
                sqlx::query("DELETE FROM Workers WHERE last_seen < $1 AND NOT EXISTS (SELECT 1 FROM Jobs WHERE lock_by = Workers.id)")
                    .bind(before.timestamp())
                    .execute(&pools.write)
                    .await?;
                forgotten
            }
            Self::Postgres(pool) => {
                let forgotten = sqlx::query(
                    "DELETE FROM apalis.jobs WHERE id IN (SELECT id FROM apalis.jobs WHERE id < $3 AND status IN ('Done', 'Killed') \
                     AND done_at < $1 LIMIT $2)",
                )
                .bind(before)
                .bind(FORGET_AT_ONCE)
                .bind(first_id_at(before))
                .execute(pool)
                .await?
                .rows_affected();
                sqlx::query("DELETE FROM apalis.workers w WHERE last_seen < $1 AND NOT EXISTS (SELECT 1 FROM apalis.jobs j WHERE j.lock_by = w.id)")
                    .bind(before)
                    .execute(pool)
                    .await?;
                forgotten
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tasks_id_says_when_it_was_pushed() {
        // The example of the ULID specification.
        let at = pushed_at("01ARZ3NDEKTSV4RRFFQ69G5FAV").unwrap();
        assert_eq!(at.timestamp_millis(), 1_469_922_850_259);
        assert_eq!(first_id_at(at), "01ARZ3NDEK0000000000000000");
        assert_eq!(pushed_at("short"), None);
        assert_eq!(pushed_at("not-a-ulid-at-all"), None);
    }
}
