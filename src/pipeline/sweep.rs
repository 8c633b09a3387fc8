//! Sweep: retention's nightly work, as a chore of the house.

use std::ops::ControlFlow;

use super::Pipeline;
use crate::db::Enqueue;
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

    /// Removes what is over age.
    pub(super) async fn sweep(&self) -> Result<(), RetentionError> {
        let swept = self.sweeper().sweep(&|_| ControlFlow::Continue(())).await?;
        let (count, bytes) = swept.total();
        if count > 0 || swept.left > 0 {
            tracing::info!(count, bytes, left = swept.left, "what was over age was removed");
        }
        Ok(())
    }
}
