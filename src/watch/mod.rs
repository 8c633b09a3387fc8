//! Watch: rows and services become what operators see (ready or not, metrics) and what they are told (alerts).
//!
//! It must not mend anything: the pipeline enqueues again what was lost, and people do the rest.

mod alert;
mod exposition;
mod readiness;
mod tell;
mod webhook;

pub use exposition::CONTENT_TYPE;
pub use exposition::Recent;
pub use readiness::{Check, Readiness};
pub use tell::{Operators, TellError};
pub use webhook::{Webhook, WebhookError};

use crate::archive::Archive;
use crate::clock::Clock;
use crate::db::Db;
use crate::identity::Identity;
use crate::meter::Meter;

/// Looks at the services of one process. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Watcher {
    /// Rows.
    pub db: Db,
    /// Bytes.
    pub archive: Archive,
    /// The time.
    pub clock: Clock,
    /// Whose the database should be.
    pub identity: Identity,
    /// What this process did.
    pub meter: Meter,
    /// What was counted of rows just now.
    pub recent: Recent,
}
