//! Chores: what comes round by itself, done by one worker of all.
//!
//! Returned mail is read by a worker that sees the mailbox: others leave it alone, and pass its task on.

use std::time::Duration;

use chrono::TimeDelta;

use super::Pipeline;
use crate::bounces;
use crate::db::{DbError, Enqueue, Task, chores};
use crate::model::{Chore, chain};

/// For so long a worker without the mailbox leaves returned mail to others; then it tries, so that its failure is seen.
const LEFT_TO_OTHERS: TimeDelta = TimeDelta::minutes(10);
/// Between two workers that pass a task on.
const PASS: Duration = Duration::from_secs(5);

impl<Q: Enqueue + Clone + 'static> Pipeline<Q> {
    /// Enqueues the chores that are due and that nobody has in hand; of several workers that look, one finds each.
    pub async fn enqueue_chores(&self) -> Result<(), DbError> {
        for chore in Chore::ALL {
            let Some(overdue) = self.left_alone(*chore).await? else { continue };
            let mut tx = self.db.begin().await?;
            if chores::claim(&mut tx, *chore, overdue, self.clock.now()).await? {
                self.queue.enqueue(&mut tx, &[Task::Chore { chore: *chore }], Duration::ZERO).await?;
                tx.commit().await?;
            }
        }
        Ok(())
    }

    /// How long this worker leaves a chore that is due to others; none where it never does it.
    async fn left_alone(&self, chore: Chore) -> Result<Option<TimeDelta>, DbError> {
        let policy = &self.settings.bounces;
        Ok(match chore {
            Chore::Backlog if self.db.incident_backlog(1).await?.is_empty() => None,
            Chore::Bounces if policy.maildir.is_none() && policy.mbox.is_none() => None,
            Chore::Bounces if !bounces::is_within_reach(policy).await => Some(LEFT_TO_OTHERS),
            Chore::Bounces | Chore::Watch | Chore::Sweep | Chore::Backlog => Some(TimeDelta::zero()),
        })
    }

    /// Does a chore and records how it ended; it comes round again whatever happened.
    pub(super) async fn handle_chore(&self, chore: Chore) -> Result<(), DbError> {
        if self.is_for_another(chore).await? {
            tracing::debug!(%chore, "passed on: this worker does not see the mailbox");
            let mut tx = self.db.begin().await?;
            self.queue.enqueue(&mut tx, &[Task::Chore { chore }], PASS).await?;
            return tx.commit().await;
        }
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
            Chore::Backlog => self.catch_up_backlog().await.map(|_| ()).map_err(Into::into),
        };
        if let Err(error) = &done {
            tracing::error!(%chore, error = &**error as &dyn std::error::Error, "a chore of the house failed; it comes round again");
        }
        let why = done.err().map(|error| chain(&*error));
        let mut tx = self.db.begin().await?;
        chores::finish(&mut tx, chore, why.as_deref(), self.clock.now()).await?;
        tx.commit().await
    }

    /// Whether another worker should do what this one has got: one that has begun it lately, and sees the mailbox.
    async fn is_for_another(&self, chore: Chore) -> Result<bool, DbError> {
        if chore != Chore::Bounces || bounces::is_within_reach(&self.settings.bounces).await {
            return Ok(false);
        }
        let begun = self.db.chore(chore).await?.filter(|row| row.finished_at.is_none());
        Ok(begun.is_some_and(|row| row.begun_at > self.clock.now() - LEFT_TO_OTHERS))
    }
}
