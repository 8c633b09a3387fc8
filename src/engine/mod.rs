//! Engine: tasks in the queue become calls of a handler, on apalis over SQLite or PostgreSQL.
//!
//! Nothing else knows apalis. It must not know what a task does; and it never lets apalis retry, because that
//! refetches at once and without backoff (design decision 3): a handler that fails has pushed its next try itself.

mod queue;
mod worker;

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Notify;

use crate::db::{Db, DbError, Enqueue, QueuePool, Task, Tx};

pub use worker::{Lanes, WorkerError};

/// Why the queue's tables could not be made.
#[derive(Debug, thiserror::Error)]
#[error("cannot prepare the task queue")]
pub struct SetupError(#[source] Box<dyn std::error::Error + Send + Sync>);

/// The queue of one database. Cheap to clone; clones wake the same workers.
#[derive(Debug, Clone)]
pub struct Engine {
    pool: QueuePool,
    /// For what apalis does not do: giving back at a stop.
    db: Db,
    wake: Arc<Wake>,
}

/// Wakes this process's workers when a task was pushed here; workers elsewhere poll.
#[derive(Debug, Default)]
struct Wake {
    build: Notify,
    deliver: Notify,
    house: Notify,
}

/// The lanes of tasks: building is work of the processor, delivering waits for mail servers, and neither may keep the
/// house's own chores waiting, nor a letter for which somebody sits in front of a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Lane {
    Build,
    Deliver,
    House,
}

impl Lane {
    const ALL: [Self; 3] = [Self::Build, Self::Deliver, Self::House];

    const fn of(task: &Task) -> Self {
        match task {
            Task::Build { .. } => Self::Build,
            Task::Deliver { .. } => Self::Deliver,
            Task::Letter { .. } | Task::Chore { .. } => Self::House,
        }
    }

    const fn name(self) -> &'static str {
        match self {
            Self::Build => "build",
            Self::Deliver => "deliver",
            Self::House => "house",
        }
    }
}

impl Wake {
    const fn of(&self, lane: Lane) -> &Notify {
        match lane {
            Lane::Build => &self.build,
            Lane::Deliver => &self.deliver,
            Lane::House => &self.house,
        }
    }
}

impl Engine {
    /// The queue of `db`.
    #[must_use]
    pub fn new(db: &Db) -> Self {
        Self { pool: db.queue_pool(), db: db.clone(), wake: Arc::default() }
    }

    /// Creates or updates the queue's own tables.
    pub async fn migrate(&self) -> Result<(), SetupError> {
        queue::migrate(&self.pool).await.map_err(SetupError)?;
        self.db.index_queue().await.map_err(|error| SetupError(error.into()))
    }

    /// Wakes the workers of this process: call it after a commit that pushed tasks.
    pub fn wake(&self) {
        for lane in Lane::ALL {
            self.wake.of(lane).notify_one();
        }
    }
}

impl Enqueue for Engine {
    async fn enqueue(&self, tx: &mut Tx, tasks: &[Task], after: Duration) -> Result<(), DbError> {
        for lane in Lane::ALL {
            let mine: Vec<Task> = tasks.iter().filter(|task| Lane::of(task) == lane).copied().collect();
            if !mine.is_empty() {
                queue::push(tx, lane, &mine, after).await?;
                self.wake.of(lane).notify_one();
            }
        }
        Ok(())
    }
}
