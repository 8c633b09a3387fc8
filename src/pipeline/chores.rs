//! Chores: what comes round by itself, done by one worker of all.

use std::time::Duration;

use super::Pipeline;
use super::handle::chain;
use crate::bounces;
use crate::db::{DbError, Enqueue, Task, chores};
use crate::model::Chore;

impl<Q: Enqueue + Clone + 'static> Pipeline<Q> {
    /// Enqueues the chores that are due and that nobody has in hand; of several workers that look, one finds each.
    pub async fn enqueue_chores(&self) -> Result<(), DbError> {
        let now = self.clock.now();
        for chore in Chore::ALL {
            let mut tx = self.db.begin().await?;
            if chores::claim(&mut tx, *chore, now).await? {
                self.queue.enqueue(&mut tx, &[Task::Chore { chore: *chore }], Duration::ZERO).await?;
                tx.commit().await?;
            }
        }
        Ok(())
    }

    /// Does a chore and records how it ended; it comes round again whatever happened.
    pub(super) async fn handle_chore(&self, chore: Chore) -> Result<(), DbError> {
        let done: Result<(), Box<dyn std::error::Error + Send + Sync>> = match chore {
            // A copy shares bucket and mailboxes with the installation that it is a copy of.
            Chore::Bounces | Chore::Sweep if !self.may_mail().await? => {
                tracing::warn!(%chore, "left undone: this database may be a copy; see `daybreak doctor`");
                Ok(())
            }
            Chore::Watch => self.watch().await.map_err(Into::into),
            Chore::Bounces => bounces::read_configured(&self.db, &self.clock, &self.settings.bounces)
                .await
                .map(|_| ())
                .map_err(Into::into),
            Chore::Sweep => self.sweep().await.map_err(Into::into),
        };
        if let Err(error) = &done {
            tracing::error!(%chore, error = &**error as &dyn std::error::Error, "a chore of the house failed; it comes round again");
        }
        let why = done.err().map(|error| chain(&*error));
        let mut tx = self.db.begin().await?;
        chores::finish(&mut tx, chore, why.as_deref(), self.clock.now()).await?;
        tx.commit().await
    }
}
