//! Retention: rows and bytes that are over age go together; a person's data are handed out, and erased on request.
//!
//! `[retention]`, rows and archive become a list of what would go ([`Sweeper::overview`]) or its removal
//! ([`Sweeper::sweep`]), in small steps that may stop anywhere and are gone on with by the next sweep. It must not
//! remove what a link that still works or an open case needs, and it decides nothing about how reports are built.

mod address;
mod bundle;
mod erase;
mod fetch;
mod footage;
mod house;
mod ledger;
mod objects;
mod person;
mod sweep;
#[cfg(test)]
mod tests;
mod uses;

use std::time::Duration;

use chrono::{DateTime, Utc};
use serde::Serialize;

use crate::archive::{Archive, ArchiveError, BundleError, KeyError};
use crate::clock::Clock;
use crate::config::Retention;
use crate::db::{Db, DbError};
use crate::model::LocationRef;

pub use erase::Wanted;
pub use person::{Export, ExportedDelivery, ExportedReport};
pub use sweep::Tell;
pub use uses::uses_of;

/// Between two steps the database and the archive belong to others.
pub const PAUSE: Duration = Duration::from_millis(50);

/// Why retention's work stopped; what is done stays done, and the next sweep goes on.
#[derive(Debug, thiserror::Error)]
pub enum RetentionError {
    /// The rows.
    #[error("cannot read or write what is kept")]
    Db(#[from] DbError),
    /// The archive.
    #[error("cannot read or delete an archived object")]
    Archive(#[from] ArchiveError),
    /// A row's object key.
    #[error("a row names an impossible object")]
    Key(#[from] KeyError),
    /// The report's object could not be put together again.
    #[error("cannot bundle a report without what was removed")]
    Bundle(#[from] BundleError),
    /// The bytes are not what was frozen; they are left alone, for `reports verify` to tell.
    #[error("the artifact {0:?} differs from what was frozen; it is left as it is")]
    Damaged(String),
    /// Somebody else rewrote the report at the same moment.
    #[error("a report changed meanwhile; try again")]
    Meanwhile,
    /// A mail to the person is being sent.
    #[error("a mail to this contact is on its way; try again in some minutes")]
    OnItsWay,
    /// Whom these reports name is not known.
    #[error("{0} reports cannot be read, and may name the contact; `daybreak reports verify` names what is wrong")]
    Unread(u64),
    /// `report.json`.
    #[error("cannot read a frozen report")]
    Json(#[from] serde_json::Error),
}

/// Removes what is over age.
#[derive(Debug, Clone)]
pub struct Sweeper {
    /// Rows.
    pub db: Db,
    /// Bytes.
    pub archive: Archive,
    /// The time.
    pub clock: Clock,
    /// How long things are kept.
    pub retention: Retention,
    /// How long to pause after each step that changed something.
    pub pause: Duration,
}

/// What goes of one kind at one site.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Entry {
    /// What it is: "interactions", "clips", "reports", ….
    pub kind: &'static str,
    /// Whose; none for what belongs to no one site.
    pub location: Option<LocationRef>,
    /// For how many days such things are kept.
    pub kept_days: Option<u32>,
    /// How many.
    pub count: u64,
    /// Bytes in the archive.
    pub bytes: u64,
    /// When the oldest was.
    pub oldest: Option<DateTime<Utc>>,
}

/// What a sweep did, or what a dry one found.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Swept {
    /// By kind and site; only what there is.
    pub entries: Vec<Entry>,
    /// Reports whose bytes could not be read or rewritten: they are left as they are.
    pub left: u64,
    /// Whether it was stopped before its end.
    pub stopped: bool,
}

impl Swept {
    /// How many things, and how many bytes of the archive.
    #[must_use]
    pub fn total(&self) -> (u64, u64) {
        self.entries.iter().fold((0, 0), |(count, bytes), entry| (count + entry.count, bytes + entry.bytes))
    }
}

/// How far a sweep is: locations done, of so many, and things removed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// Sites gone through.
    pub done: u64,
    /// Sites.
    pub total: u64,
    /// Things removed.
    pub removed: u64,
}
