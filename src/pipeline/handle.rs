//! Handle: a task of the queue becomes a build or a delivery, and its failures become later tries.

use std::time::Duration;

use super::{BuildOutcome, Pipeline};
use crate::db::{DbError, Enqueue, Task, reports, runs};
use crate::deliver::{self, DeliverError};
use crate::model::ReportId;

/// Builds that fail for the moment are tried so often: with the pauses below, for about three hours.
const MOST_TRIES: u32 = 12;

/// How long to wait before a build's next try: 5 s, doubling up to 20 minutes.
fn pause(tries: u32) -> Duration {
    Duration::from_secs(5 * 2_u64.pow(tries.min(8))).min(Duration::from_mins(20))
}

impl<Q: Enqueue + Clone + 'static> Pipeline<Q> {
    /// Carries out a task. It ends well whatever happens: what failed has been enqueued again or recorded.
    pub async fn handle(&self, task: Task) {
        let ended = match task {
            Task::Build { report, tries } => self.handle_build(report, tries).await,
            Task::Deliver { delivery } => self.handle_delivery(delivery).await,
        };
        if let Err(error) = ended {
            // The rows are as before, and so is the intent: the same task comes again as soon as they can be written.
            tracing::warn!(
                ?task,
                error = &error as &dyn std::error::Error,
                "a task could not be recorded; it comes again"
            );
            self.again(task).await;
        }
    }

    async fn handle_build(&self, report: ReportId, tries: u32) -> Result<(), DbError> {
        match self.build(report).await {
            Ok(BuildOutcome::Done | BuildOutcome::NotMine) => Ok(()),
            Ok(BuildOutcome::NotReady { again_at }) => {
                let mut tx = self.db.begin().await?;
                self.queue.enqueue(&mut tx, &[Task::Build { report, tries }], Some(again_at)).await?;
                tx.commit().await
            }
            Err(error) => {
                let retry = error.is_retryable() && tries < MOST_TRIES;
                tracing::error!(%report, tries, retry, error = &error as &dyn std::error::Error, "a report could not be built");
                let mut tx = self.db.begin().await?;
                if retry {
                    let at = self.clock.now() + pause(tries);
                    self.queue.enqueue(&mut tx, &[Task::Build { report, tries: tries + 1 }], Some(at)).await?;
                } else if reports::fail(&mut tx, report, &chain(&error)).await?
                    && let Some(row) = self.db.report(report).await?
                {
                    runs::finish_if_complete(&mut tx, row.run, self.clock.now()).await?;
                }
                tx.commit().await
            }
        }
    }

    async fn handle_delivery(&self, id: crate::model::DeliveryId) -> Result<(), DbError> {
        let fetch = |delivery| async move { self.message(&delivery).await };
        let from = &self.settings.mail.from;
        match deliver::deliver(&self.db, &self.queue, &self.post, &self.clock, from, id, fetch).await {
            Ok(_) => Ok(()),
            Err(DeliverError::Db(error)) => Err(error),
            Err(DeliverError::Message(error)) => {
                // Bytes that are gone for good stay visible as a delivery that does not leave; they may come back
                // with the archive, so the task waits.
                tracing::error!(delivery = %id, error = &error as &dyn std::error::Error, "the archived message cannot be read; it is tried again");
                let mut tx = self.db.begin().await?;
                let at = self.clock.now() + Duration::from_mins(1);
                self.queue.enqueue(&mut tx, &[Task::Deliver { delivery: id }], Some(at)).await?;
                tx.commit().await
            }
        }
    }

    /// Pushes a task again after a while, trying until the database takes it: a task that was fetched and could not
    /// be finished must not get lost while this process lives.
    async fn again(&self, task: Task) {
        for tries in 0..MOST_TRIES {
            tokio::time::sleep(pause(tries)).await;
            let pushed = async {
                let mut tx = self.db.begin().await?;
                self.queue.enqueue(&mut tx, &[task], None).await?;
                tx.commit().await
            };
            match pushed.await {
                Ok(()) => return,
                Err(error) => tracing::warn!(
                    ?task,
                    error = &error as &dyn std::error::Error,
                    "the queue does not take a task yet"
                ),
            }
        }
        tracing::error!(?task, "the queue did not take a task for hours; `daybreak run` picks it up again");
    }
}

/// An error and its causes in one line, for the record.
pub(super) fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text.push_str(": ");
        text.push_str(&cause.to_string());
        source = cause.source();
    }
    text
}
