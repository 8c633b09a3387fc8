//! The queue's tables: created, and pushed to within a caller's transaction.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use apalis_core::task::builder::TaskBuilder;

use super::Lane;
use crate::db::{DbError, QueuePool, Task, Tx, TxConnection};

type AnyError = Box<dyn std::error::Error + Send + Sync>;

/// Creates or updates the tables. Not by apalis's own `setup`, which also switches SQLite's syncing off.
pub(super) async fn migrate(pool: &QueuePool) -> Result<(), AnyError> {
    match pool {
        QueuePool::Sqlite(pool) => apalis_sqlite::SqliteStorage::<()>::migrations().run(pool).await?,
        QueuePool::Postgres(pool) => apalis_postgres::PostgresStorage::<()>::setup(pool).await?,
    }
    Ok(())
}

/// Pushes tasks of one lane.
#[expect(clippy::disallowed_methods, reason = "the queue compares with the machine's clock, whatever ours is")]
pub(super) async fn push(tx: &mut Tx, lane: Lane, tasks: &[Task], after: Duration) -> Result<(), DbError> {
    // Rounded up: a task must not come before its time. Due at once means older than any machine's clock.
    let run_at = match after {
        Duration::ZERO => 0,
        after => SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |now| (now + after).as_secs() + 1),
    };
    let built = tasks
        .iter()
        .map(|task| {
            let bytes =
                serde_json::to_vec(task).map_err(|error| DbError::Row { table: "tasks", what: error.to_string() })?;
            Ok(TaskBuilder::new(bytes).run_at_timestamp(run_at).max_attempts(1_000).build())
        })
        .collect::<Result<Vec<_>, DbError>>()?;
    match tx.connection() {
        TxConnection::Sqlite(connection) => {
            apalis_sqlite::queries::push_tasks(connection, lane.name(), &built).await.map_err(|error| refused(&error))
        }
        TxConnection::Postgres(connection) => {
            apalis_postgres::queries::push_tasks(connection, lane.name(), built).await.map_err(|error| refused(&error))
        }
    }
}

fn refused(error: &dyn std::error::Error) -> DbError {
    DbError::Row { table: "tasks", what: error.to_string() }
}
