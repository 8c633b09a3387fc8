//! Sweep: retention's nightly work, as a chore of the house.

use std::ops::ControlFlow;

use super::Pipeline;
use crate::audit::Actor;
use crate::collect;
use crate::db::Enqueue;
use crate::db::reports::ReportRow;
use crate::retention::{PAUSE, RetentionError, Sweeper};

impl<Q: Enqueue> Pipeline<Q> {
    /// Retention over this installation's rows and bytes.
    #[must_use]
    pub fn sweeper(&self) -> Sweeper {
        Sweeper {
            db: self.db.clone(),
            archive: self.archive.clone(),
            clock: self.clock.clone(),
            retention: self.settings.retention.clone(),
            pause: PAUSE,
        }
    }

    /// Copies footage that its producer keeps for a few days only; a report waits some minutes at
    /// most, and not again for what a try of the same report could not have.
    pub(super) async fn keep_footage(&self, row: &ReportRow) {
        if self.settings.retention.copy_from.is_empty() {
            return;
        }
        let kept = match collect::collect(&self.db, &row.location, row.night).await {
            Ok(night) => {
                let copying = self.sweeper();
                copying
                    .keep_footage(&night.clips, &night.incidents, row.planned_at)
                    .await
                    .map_err(|error| error.to_string())
            }
            // The build itself is about to tell.
            Err(_) => Ok(0),
        };
        match kept {
            Ok(0) => {}
            Ok(copied) => tracing::info!(report = %row.id, copied, "footage was copied into the archive"),
            Err(error) => tracing::warn!(report = %row.id, error, "footage could not be copied into the archive"),
        }
    }

    /// Removes what is over age.
    pub(super) async fn sweep(&self) -> Result<(), RetentionError> {
        let swept = self.sweeper().sweep_as(&Actor::Daybreak, &|_| ControlFlow::Continue(())).await?;
        let (count, bytes) = swept.total();
        if count > 0 || swept.left > 0 {
            tracing::info!(count, bytes, left = swept.left, "what was over age was removed");
        }
        Ok(())
    }
}
