//! Tasks: what the engine's queue carries, and the door through which a stage pushes them within its transaction.
//!
//! A task carries an id only; the row is the truth.

use std::future::Future;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::{DbError, Tx};
use crate::model::{Chore, DeliveryId, LetterId, ReportId};

/// Work for the engine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "task", rename_all = "snake_case")]
pub enum Task {
    /// Build a planned report.
    Build {
        /// Which.
        report: ReportId,
        /// How often it was tried before.
        tries: u32,
    },
    /// Send a pending delivery.
    Deliver {
        /// Which.
        delivery: DeliveryId,
    },
    /// Send a letter.
    Letter {
        /// Which.
        letter: LetterId,
    },
    /// Do what comes round by itself.
    Chore {
        /// Which.
        chore: Chore,
    },
}

/// Pushes tasks within a caller's transaction, so that state and task stand or fall together.
pub trait Enqueue: Send + Sync {
    /// Pushes `tasks`, to be run after a pause (or at once, for none).
    ///
    /// A pause, not an instant: the queue goes by the machine's clock, and the caller's may be another one.
    fn enqueue(&self, tx: &mut Tx, tasks: &[Task], after: Duration)
    -> impl Future<Output = Result<(), DbError>> + Send;
}
