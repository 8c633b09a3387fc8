//! Tasks: what the engine's queue carries, and the door through which a stage pushes them within its transaction.
//!
//! A task carries an id only; the row is the truth.

use std::future::Future;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::{DbError, Tx};
use crate::model::{DeliveryId, ReportId};

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
}

/// Pushes tasks within a caller's transaction, so that state and task stand or fall together.
pub trait Enqueue: Send + Sync {
    /// Pushes `tasks`, to be run at once or not before `run_at`.
    fn enqueue(
        &self,
        tx: &mut Tx,
        tasks: &[Task],
        run_at: Option<DateTime<Utc>>,
    ) -> impl Future<Output = Result<(), DbError>> + Send;
}
