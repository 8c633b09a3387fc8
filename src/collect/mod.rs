//! Collect: the rows of one location's night become a [`Night`].
//!
//! Everything is read in one snapshot, so that an import that ends meanwhile is seen whole or not at all. What belongs
//! to another location stays out, whatever names it. It must not judge, count or word anything: `compose` does.

mod objects;
mod rows;
#[cfg(test)]
mod tests;

use chrono::{DateTime, Utc};

use crate::db::activities::NightCounts;
use crate::db::clips::KnownClip;
use crate::db::contacts::Notified;
use crate::db::incidents::KnownIncident;
use crate::db::interactions::Interaction;
use crate::db::sites::{Camera, Location};
use crate::db::transactions::Sale;
use crate::db::{Db, DbError};
use crate::model::{BranchBrand, IncidentRef, LocationRef, NightDate, Window};

pub use objects::{LookError, look_again};

/// How many nights before are kept for comparison.
pub const PAST_NIGHTS: u64 = 7;

/// Why a night was not collected.
#[derive(Debug, thiserror::Error)]
pub enum CollectError {
    /// No such location.
    #[error("there is no location {0}")]
    UnknownLocation(LocationRef),
    /// The rows were not read.
    #[error("cannot read the night's records")]
    Read(#[from] DbError),
}

impl CollectError {
    /// Whether the same call may succeed later.
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        match self {
            Self::UnknownLocation(_) => false,
            Self::Read(error) => error.is_retryable(),
        }
    }
}

/// The rows of one location's night.
#[derive(Debug, Clone, PartialEq)]
pub struct Night {
    /// Which night.
    pub night: NightDate,
    /// Its window.
    pub window: Window,
    /// The site.
    pub site: Location,
    /// Its branch's name.
    pub branch_name: String,
    /// Its branch's own brand.
    pub brand: Option<BranchBrand>,
    /// Its cameras, in order of ref.
    pub cameras: Vec<Camera>,
    /// How far its producer has sent, if it ever said.
    pub complete_until: Option<DateTime<Utc>>,
    /// Activity and counts of this night.
    pub tonight: NightCounts,
    /// Activity and counts of the [`PAST_NIGHTS`] before, oldest first.
    pub past: Vec<NightCounts>,
    /// Interactions that began in the window, in order of time and ref.
    pub interactions: Vec<Interaction>,
    /// Interactions that the incidents name and that began outside of the window.
    pub earlier: Vec<Interaction>,
    /// Incidents that occurred in the window, in order of time and ref.
    pub incidents: Vec<KnownIncident>,
    /// The clips that any of these name, in order of ref; those that there are.
    pub clips: Vec<KnownClip>,
    /// Transactions in the window, in order of time and ref.
    pub sales: Vec<Sale>,
    /// Transactions that the incidents name and that took place outside of the window.
    pub earlier_sales: Vec<Sale>,
    /// Whom the site notifies, in order of ref.
    pub contacts: Vec<Notified>,
}

/// Collects a location's night.
pub async fn collect(db: &Db, location: &LocationRef, night: NightDate) -> Result<Night, CollectError> {
    let mut tx = db.snapshot().await?;
    let collected = rows::night(&mut tx, location, night).await?;
    tx.commit().await?;
    Ok(collected)
}

/// Collects one incident with what it names, whichever night it belongs to, or none; none where it is not there.
pub async fn collect_incident(
    db: &Db,
    location: &LocationRef,
    incident: &IncidentRef,
    occurred_at: DateTime<Utc>,
) -> Result<Option<Night>, CollectError> {
    let mut tx = db.snapshot().await?;
    let collected = rows::incident(&mut tx, location, incident, occurred_at).await?;
    tx.commit().await?;
    Ok(collected)
}
