//! Watch: what should have happened by now is held against what has, and operators are told the difference.
//!
//! Done every minute by one process of all: a worker, or where all workers are dead the portal. Each step is done
//! whatever became of the one before.

use chrono::{DateTime, TimeDelta, Utc};

use super::{Pipeline, ledger};
use crate::audit::{self, Change};
use crate::db::deadlines::DeadlineRow;
use crate::db::{DbError, Enqueue, chores, deadlines, findings, idempotency, runs};
use crate::identity::Standing;
use crate::model::{Chore, RunState};

/// What began longer ago is history.
const HISTORY: TimeDelta = TimeDelta::days(7);
/// Done tasks are kept in the queue for so long, to be looked at.
const DONE_TASKS: TimeDelta = TimeDelta::days(7);
/// So many kept answers of the API go at once.
const ANSWERS: i64 = 10_000;
/// A missed deadline is looked after for so long.
const DEADLINES: TimeDelta = TimeDelta::days(3);

impl<Q: Enqueue + Clone + 'static> Pipeline<Q> {
    /// Whether mails may leave: whether the database is this installation's own.
    pub async fn may_mail(&self) -> Result<bool, DbError> {
        Ok(self.identity.standing(&self.db).await? == Standing::Ours)
    }

    /// Does the watch in this process where it is due and no other process has it in hand; for a portal, which has no
    /// worker to enqueue it for.
    pub async fn watch_if_due(&self) -> Result<(), DbError> {
        let mut tx = self.db.begin().await?;
        if !chores::claim(&mut tx, Chore::Watch, TimeDelta::zero(), self.clock.now()).await? {
            return Ok(());
        }
        tx.commit().await?;
        self.handle_chore(Chore::Watch).await
    }

    /// The whole watch: lost tasks, held reports, runs, failures, deadlines, what readers said, and the telling of it.
    ///
    /// # Errors
    /// The first step's that failed; the others were done all the same.
    pub async fn watch(&self) -> Result<(), DbError> {
        let now = self.clock.now();
        let steps = [
            self.rescue().await.map(|_| ()),
            self.release_complete().await,
            self.look(now).await,
            self.check_deadlines(now).await,
            self.enter_by_clock(now).await,
            self.tell(now).await,
            self.tell_readers_words(now).await,
            self.tell_who_wants_links(now).await,
            self.db.forget_done_tasks(now - DONE_TASKS).await.map(|_| ()),
            self.db.forget_answers(now - idempotency::KEPT, ANSWERS).await.map(|_| ()),
        ];
        steps.into_iter().collect()
    }

    async fn look(&self, now: DateTime<Utc>) -> Result<(), DbError> {
        let mut tx = self.db.begin().await?;
        let ended = runs::finish_complete(&mut tx, now).await?;
        let (failed, done) = runs::settle(&mut tx, now - HISTORY).await?;
        let found = findings::look(&mut tx, now - HISTORY, now).await?;
        ledger::ended(&mut tx, &ended, now).await?;
        ledger::settled(&mut tx, (&failed, &done), now).await?;
        if found > 0 {
            let detail = serde_json::json!({ "count": found });
            audit::record(&mut tx, ledger::automatic("finding.open", "findings".into(), detail), now).await?;
        }
        tx.commit().await
    }

    /// Holds each deadline that has passed against what its run has done.
    async fn check_deadlines(&self, now: DateTime<Utc>) -> Result<(), DbError> {
        for row in self.db.unmet_deadlines(now - DEADLINES, now).await? {
            let run = self.db.run_progress(row.run).await?;
            // Everything has been tried; what failed for good is a finding of its own, and no deadline brings it back.
            let is_met = self.db.run(row.run).await?.is_some() && run.state() != RunState::Running;
            let mut tx = self.db.begin().await?;
            match (is_met, row.state.as_str()) {
                (true, _) => {
                    deadlines::mark(&mut tx, row.run, "met").await?;
                    findings::made_up(&mut tx, row.run, now).await?;
                    if row.state == "missed" {
                        audit::record(&mut tx, deadline("deadline.make-up", &row), now).await?;
                    }
                }
                (false, "open") => {
                    deadlines::mark(&mut tx, row.run, "missed").await?;
                    findings::missed(&mut tx, row.run, now).await?;
                    audit::record(&mut tx, deadline("deadline.miss", &row), now).await?;
                    tracing::error!(run = %row.run, job = %row.job, zone = row.zone, deadline = %row.deadline, "a deadline was missed");
                }
                (false, _) => {}
            }
            tx.commit().await?;
        }
        Ok(())
    }

    async fn tell(&self, now: DateTime<Utc>) -> Result<(), DbError> {
        // A copy of a database must not alarm anybody either.
        if self.may_mail().await? { self.operators.tell(&self.db, now).await } else { Ok(()) }
    }

    async fn tell_readers_words(&self, now: DateTime<Utc>) -> Result<(), DbError> {
        if self.may_mail().await? { self.tell_feedback(now).await } else { Ok(()) }
    }

    async fn tell_who_wants_links(&self, now: DateTime<Utc>) -> Result<(), DbError> {
        if self.may_mail().await? { self.tell_wishes(now).await } else { Ok(()) }
    }
}

/// What became of a deadline, for the log.
fn deadline(action: &'static str, row: &DeadlineRow) -> Change<'static> {
    let detail = serde_json::json!({
        "job": row.job, "zone": row.zone, "occurrence": row.occurrence, "deadline": row.deadline,
    });
    ledger::automatic(action, format!("run:{}", row.run), detail)
}
