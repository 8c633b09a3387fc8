//! Handle: a task of the queue becomes a build or a delivery, and its failures become later tries.

use std::time::Duration;

use tracing::Instrument;

use super::{BuildError, BuildOutcome, Pipeline, ledger};
use crate::db::{DbError, Enqueue, Task, chores, deliveries, letters, reports, runs};
use crate::deliver::{self, DeliverError};
use crate::meter::{Service, Stage};
use crate::model::{LetterState, ReportId, chain};

/// Builds that fail for the moment are tried so often: with the pauses below, for well over an hour.
const MOST_TRIES: u32 = 12;

/// An archived message that cannot be read for the moment is tried again after so long.
const MESSAGE_PAUSE: Duration = Duration::from_mins(1);
/// A build that takes longer hangs: it is begun anew.
const BUILD_PATIENCE: Duration = Duration::from_mins(5);

/// How long to wait before a build's next try: 5 s, doubling up to 20 minutes.
fn pause(tries: u32) -> Duration {
    Duration::from_secs(5 * 2_u64.pow(tries.min(8))).min(Duration::from_mins(20))
}

impl<Q: Enqueue + Clone + 'static> Pipeline<Q> {
    /// Carries out a task. It ends well whatever happens: what failed has been enqueued again or recorded.
    pub async fn handle(&self, task: Task) {
        let pipeline = self.clone();
        // On a task of its own: a panic costs one report or mail, not the worker, and is recorded like a failure.
        let span = span(task);
        let work = async move { pipeline.carry_out(task).await };
        let ended = match tokio::spawn(work.instrument(span.clone())).await {
            Ok(ended) => ended,
            Err(panic) => self.give_up(task, &format!("a defect of Daybreak: {panic}")).instrument(span.clone()).await,
        };
        self.meter.ended(kind(task));
        if let Err(error) = ended {
            self.meter.failed(Service::Database);
            // The rows are as before, and so is the intent: the same task comes again as soon as they can be written.
            tracing::warn!(
                ?task,
                error = &error as &dyn std::error::Error,
                "a task could not be recorded; it comes again"
            );
            self.again(task).instrument(span).await;
        }
    }

    async fn carry_out(&self, task: Task) -> Result<(), DbError> {
        match task {
            Task::Build { report, tries } => self.handle_build(report, tries).await,
            Task::Deliver { delivery } => self.handle_delivery(delivery).await,
            Task::Letter { letter } => self.handle_letter(letter).await,
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
                    let ended = runs::finish_complete(&mut tx, now).await?;
                    ledger::ended(&mut tx, &ended, now).await?;
                }
            }
            Task::Deliver { delivery } => deliveries::fail(&mut tx, delivery, why, now).await?,
            Task::Letter { letter } => letters::end(&mut tx, letter, LetterState::Failed, why, None, now).await?,
            Task::Chore { chore } => chores::finish(&mut tx, chore, Some(why), now).await?,
        }
        tx.commit().await
    }

    async fn handle_build(&self, report: ReportId, tries: u32) -> Result<(), DbError> {
        let built = match tokio::time::timeout(BUILD_PATIENCE, self.build(report)).await {
            Ok(built) => built,
            Err(_) => Err(BuildError::Hangs(BUILD_PATIENCE)),
        };
        match built {
            Ok(BuildOutcome::Done | BuildOutcome::NotMine | BuildOutcome::Held) => Ok(()),
            Ok(BuildOutcome::NotReady { again_at }) => {
                let mut tx = self.db.begin().await?;
                let after = (again_at - self.clock.now()).to_std().unwrap_or_default();
                self.queue.enqueue(&mut tx, &[Task::Build { report, tries }], after).await?;
                tx.commit().await
            }
            Err(error) => {
                match &error {
                    BuildError::Db(_) => self.meter.failed(Service::Database),
                    BuildError::Archive(_) => self.meter.failed(Service::Archive),
                    _ => {}
                }
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
        // Asked for each mail, not once at the start: the database may be replaced under a running worker.
        if !self.may_mail().await? {
            tracing::warn!("the mail stays pending: this database may be a copy; see `daybreak doctor`");
            return Ok(());
        }
        let fetch = |delivery: crate::db::deliveries::Delivery| async move {
            tracing::Span::current().record("report", tracing::field::display(delivery.report));
            self.message(&delivery).await
        };
        let from = deliver::verp::envelope(&self.settings.mail, &self.settings.bounce_key, id);
        let sent = deliver::deliver(&self.db, &self.queue, &self.post, &self.clock, &from, id, fetch);
        match self.meter.time(Stage::Send, sent).await {
            Ok(_) => Ok(()),
            Err(DeliverError::Db(error)) => Err(error),
            Err(DeliverError::Message(error)) if error.is_retryable() => {
                self.meter.failed(Service::Archive);
                let created = self.db.delivery(id).await?.map(|delivery| delivery.created_at);
                if created.is_some_and(|at| self.clock.now() > at + deliver::USEFUL_LIFE) {
                    // Stale news is not mailed days later, when the archive is back; a person may still ask for it.
                    return self.give_up(Task::Deliver { delivery: id }, &chain(&error)).await;
                }
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

/// What stands on every line that a task leaves in the log. An error span, so that it is there whatever the level.
fn span(task: Task) -> tracing::Span {
    use tracing::field::Empty;
    match task {
        Task::Build { report, tries } => {
            tracing::error_span!("build", %report, run = Empty, location = Empty, night = Empty, tries)
        }
        Task::Deliver { delivery } => tracing::error_span!("deliver", %delivery, report = Empty, run = Empty),
        Task::Letter { letter } => tracing::error_span!("letter", %letter),
        Task::Chore { chore } => tracing::error_span!("chore", %chore),
    }
}

/// What kind of task it is, for the page of metrics.
const fn kind(task: Task) -> &'static str {
    match task {
        Task::Build { .. } => "build",
        Task::Deliver { .. } => "deliver",
        Task::Letter { .. } => "letter",
        Task::Chore { .. } => "chore",
    }
}
