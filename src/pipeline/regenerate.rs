//! Regenerate: past nights are wanted once more, as a new revision with a reason.

use super::{Pipeline, Planned, Request, SiteNight};
use crate::audit::Change;
use crate::db::{DbError, Enqueue};
use crate::model::{JobName, LocationRef, NightDate, Trigger};

/// The job under which regenerations run.
const JOB: &str = "regenerate";

/// A wish for new revisions.
#[derive(Debug, Clone)]
pub struct Again {
    /// Which nights, each with the revision that it gets.
    pub sites: Vec<SiteNight>,
    /// Why: the customer reads it.
    pub reason: String,
    /// Who asks: the customer reads it.
    pub by: String,
    /// Whether the new revisions are mailed at once, marked as corrections.
    pub send: bool,
}

impl<Q: Enqueue> Pipeline<Q> {
    /// The revision that a regeneration of a night makes; none where the night has no report yet. One that failed is
    /// tried again under its number.
    pub async fn next_revision(&self, location: &LocationRef, night: NightDate) -> Result<Option<i32>, DbError> {
        let revisions = self.db.revisions(location, night).await?;
        let built = revisions.iter().filter(|row| row.object_key.is_some());
        Ok(built.map(|row| row.revision).max().map(|last| last + 1))
    }

    /// Plans new revisions, entered in the audit log as `change`.
    ///
    /// # Panics
    /// Never: the job's name is a literal.
    pub async fn regenerate(&self, again: Again, change: Option<Change<'_>>) -> Result<Planned, DbError> {
        let job = JobName::new(JOB).expect("a literal name is valid");
        let request = Request {
            cause: Trigger::Regenerate,
            by: Some(again.by),
            reason: Some(again.reason),
            send: again.send,
            ..Request::by_hand(job, self.clock.now(), again.sites)
        };
        self.plan_by(&request, change).await
    }
}
