//! The queue's tables: created, and pushed to within a caller's transaction.

use apalis_core::task::builder::TaskBuilder;
use chrono::{DateTime, Utc};

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
pub(super) async fn push(
    tx: &mut Tx,
    lane: Lane,
    tasks: &[Task],
    run_at: Option<DateTime<Utc>>,
) -> Result<(), DbError> {
    // Rounded up: a task must not come before its time.
    let run_at = run_at.map(|at| u64::try_from(at.timestamp() + 1).unwrap_or(0));
    let built = tasks
        .iter()
        .map(|task| {
            let bytes =
                serde_json::to_vec(task).map_err(|error| DbError::Row { table: "tasks", what: error.to_string() })?;
            // Due at once means older than any clock: a test's fixed clock is not the queue's.
            Ok(TaskBuilder::new(bytes).run_at_timestamp(run_at.unwrap_or(0)).max_attempts(1_000).build())
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
