//! Handle: a task of the queue becomes a build or a delivery, and its failures become later tries.

use std::time::Duration;

use chrono::TimeDelta;

use super::{BuildOutcome, Pipeline};
use crate::db::{DbError, Enqueue, Task, chores, deliveries, reports, runs};
use crate::deliver::{self, DeliverError};
use crate::model::ReportId;

/// Builds that fail for the moment are tried so often: with the pauses below, for well over an hour.
const MOST_TRIES: u32 = 12;

/// An archived message that cannot be read for the moment is tried again after so long.
const MESSAGE_PAUSE: Duration = Duration::from_mins(1);
/// What is overdue by so much has lost its task.
const FORGOTTEN: TimeDelta = TimeDelta::minutes(30);
/// Of reports and of deliveries, so many are enqueued again at once.
const RESCUED_AT_ONCE: i64 = 1_000;

/// How long to wait before a build's next try: 5 s, doubling up to 20 minutes.
fn pause(tries: u32) -> Duration {
    Duration::from_secs(5 * 2_u64.pow(tries.min(8))).min(Duration::from_mins(20))
}

impl<Q: Enqueue + Clone + 'static> Pipeline<Q> {
    /// Carries out a task. It ends well whatever happens: what failed has been enqueued again or recorded.
    pub async fn handle(&self, task: Task) {
        let pipeline = self.clone();
        // On a task of its own: a panic costs one report or mail, not the worker, and is recorded like a failure.
        let ended = match tokio::spawn(async move { pipeline.carry_out(task).await }).await {
            Ok(ended) => ended,
            Err(panic) => self.give_up(task, &format!("a defect of Daybreak: {panic}")).await,
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

    async fn carry_out(&self, task: Task) -> Result<(), DbError> {
        match task {
            Task::Build { report, tries } => self.handle_build(report, tries).await,
            Task::Deliver { delivery } => self.handle_delivery(delivery).await,
            Task::Chore { chore } => self.handle_chore(chore).await,
        }
    }

    /// Records that a task cannot be carried out.
    async fn give_up(&self, task: Task, why: &str) -> Result<(), DbError> {
        tracing::error!(?task, why, "a task is given up");
        let now = self.clock.now();
        let mut tx = self.db.begin().await?;
        match task {
            Task::Build { report, .. } => {
                if reports::fail(&mut tx, report, why).await? {
                    runs::finish_complete(&mut tx, now).await?;
                }
            }
            Task::Deliver { delivery } => deliveries::fail(&mut tx, delivery, why, now).await?,
            Task::Chore { chore } => chores::finish(&mut tx, chore, Some(why), now).await?,
        }
        tx.commit().await
    }

    /// Enqueues again what has a row and should long have been done, but whose task got lost. Doing it once too often
    /// is harmless: a task begins with a conditional update of its row.
    pub async fn rescue(&self) -> Result<usize, DbError> {
        let overdue = self.clock.now() - FORGOTTEN;
        let reports = self.db.forgotten_reports(overdue, RESCUED_AT_ONCE).await?;
        let deliveries = self.db.forgotten_deliveries(overdue, RESCUED_AT_ONCE).await?;
        let builds = reports.into_iter().map(|report| Task::Build { report, tries: 0 });
        let tasks: Vec<Task> =
            builds.chain(deliveries.into_iter().map(|delivery| Task::Deliver { delivery })).collect();
        if !tasks.is_empty() {
            let mut tx = self.db.begin().await?;
            self.queue.enqueue(&mut tx, &tasks, Duration::ZERO).await?;
            tx.commit().await?;
            tracing::warn!(tasks = tasks.len(), "overdue reports and mails were enqueued again");
        }
        Ok(tasks.len())
    }

    async fn handle_build(&self, report: ReportId, tries: u32) -> Result<(), DbError> {
        match self.build(report).await {
            Ok(BuildOutcome::Done | BuildOutcome::NotMine) => Ok(()),
            Ok(BuildOutcome::NotReady { again_at }) => {
                let mut tx = self.db.begin().await?;
                let after = (again_at - self.clock.now()).to_std().unwrap_or_default();
                self.queue.enqueue(&mut tx, &[Task::Build { report, tries }], after).await?;
                tx.commit().await
            }
            Err(error) => {
                let retry = error.is_retryable() && tries < MOST_TRIES;
                tracing::error!(%report, tries, retry, error = &error as &dyn std::error::Error, "a report could not be built");
                if !retry {
                    return self.give_up(Task::Build { report, tries }, &chain(&error)).await;
                }
                let mut tx = self.db.begin().await?;
                reports::note(&mut tx, report, &chain(&error)).await?;
                self.queue.enqueue(&mut tx, &[Task::Build { report, tries: tries + 1 }], pause(tries)).await?;
                tx.commit().await
            }
        }
    }

    async fn handle_delivery(&self, id: crate::model::DeliveryId) -> Result<(), DbError> {
        let fetch = |delivery| async move { self.message(&delivery).await };
        let from = deliver::verp::envelope(&self.settings.mail, id);
        match deliver::deliver(&self.db, &self.queue, &self.post, &self.clock, &from, id, fetch).await {
            Ok(_) => Ok(()),
            Err(DeliverError::Db(error)) => Err(error),
            Err(DeliverError::Message(error)) if error.is_retryable() => {
                let at = self.clock.now() + MESSAGE_PAUSE;
                let mut tx = self.db.begin().await?;
                deliveries::note(&mut tx, id, &chain(&error), at).await?;
                self.queue.enqueue(&mut tx, &[Task::Deliver { delivery: id }], MESSAGE_PAUSE).await?;
                tx.commit().await
            }
            // Bytes that are gone or changed do not come back by waiting.
            Err(DeliverError::Message(error)) => self.give_up(Task::Deliver { delivery: id }, &chain(&error)).await,
        }
    }

    /// Pushes a task again after a while, trying until the database takes it: a task that was fetched and could not
    /// be finished must not get lost while this process lives.
    async fn again(&self, task: Task) {
        for tries in 0..MOST_TRIES {
            tokio::time::sleep(pause(tries)).await;
            let pushed = async {
                let mut tx = self.db.begin().await?;
                self.queue.enqueue(&mut tx, &[task], Duration::ZERO).await?;
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
        tracing::error!(?task, "the queue did not take a task for hours; the rescue of the next worker finds it");
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
