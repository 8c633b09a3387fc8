//! Rescue: what has a row and should long have been done, but whose task got lost, is enqueued again.

use std::collections::HashSet;
use std::time::Duration;

use chrono::TimeDelta;

use super::{Pipeline, ledger};
use crate::audit::{self, Change};
use crate::db::{DbError, Enqueue, Task, letters, reports};
use crate::model::{DeliveryId, LetterId, ReportId, ReportState};

/// What is overdue by so much is looked for in the queue. With the minute between two looks and the nine minutes that an
/// attempt at a mail server may take, nothing is stuck for longer than ten minutes.
const OVERDUE: TimeDelta = TimeDelta::minutes(5);
/// Somebody waits for a letter; and a try of one takes no longer than this.
const LETTER_OVERDUE: TimeDelta = TimeDelta::minutes(2);
const LETTER_LOST: TimeDelta = TimeDelta::minutes(15);
/// Of reports and of deliveries, so many are looked at.
const MOST: i64 = 50_000;
/// So many are enqueued in one transaction.
const AT_ONCE: usize = 1_000;

impl<Q: Enqueue + Clone + 'static> Pipeline<Q> {
    /// Enqueues again what is overdue and has no task any more. What merely waits in a long queue has one; and doing
    /// something once too often would be harmless, because a task begins with a conditional update of its row.
    pub async fn rescue(&self) -> Result<usize, DbError> {
        let overdue = self.clock.now() - OVERDUE;
        let reports = self.db.forgotten_reports(overdue, MOST).await?;
        // Mails of a database that is not ours wait for an operator, without tasks.
        let (deliveries, forgotten) = if self.may_mail().await? {
            self.lose_letters().await?;
            let forgotten = self.db.forgotten_letters(LETTER_OVERDUE, self.clock.now()).await?;
            (self.db.forgotten_deliveries(overdue, MOST).await?, forgotten)
        } else {
            (Vec::new(), Vec::new())
        };
        if reports.is_empty() && deliveries.is_empty() && forgotten.is_empty() {
            return Ok(0);
        }
        let (mut builds, mut mails, mut letters) =
            (HashSet::<ReportId>::new(), HashSet::<DeliveryId>::new(), HashSet::<LetterId>::new());
        for task in self.db.live_tasks().await? {
            match task {
                Task::Build { report, .. } => drop(builds.insert(report)),
                Task::Deliver { delivery } => drop(mails.insert(delivery)),
                Task::Letter { letter } => drop(letters.insert(letter)),
                Task::Chore { .. } => {}
            }
        }
        let lost = reports.into_iter().filter(|report| !builds.contains(report));
        let builds = lost.map(|report| Task::Build { report, tries: 0 });
        let lost = deliveries.into_iter().filter(|delivery| !mails.contains(delivery));
        let forgotten = forgotten.into_iter().filter(|letter| !letters.contains(letter));
        let tasks: Vec<Task> = builds
            .chain(lost.map(|delivery| Task::Deliver { delivery }))
            .chain(forgotten.map(|letter| Task::Letter { letter }))
            .collect();
        self.enqueue_all(&tasks, "task.rescue").await?;
        if !tasks.is_empty() {
            tracing::warn!(tasks = tasks.len(), "reports and mails that had lost their tasks were enqueued again");
        }
        Ok(tasks.len())
    }

    /// Gives letters up whose process died while it sent them.
    async fn lose_letters(&self) -> Result<(), DbError> {
        let now = self.clock.now();
        let mut tx = self.db.begin().await?;
        let lost = letters::lose(&mut tx, now - LETTER_LOST, now).await?;
        if lost > 0 {
            let detail = serde_json::json!({ "count": lost });
            audit::record(&mut tx, ledger::automatic("letter.lose", "letters".into(), detail), now).await?;
        }
        tx.commit().await
    }

    /// Lets held reports go, as complete or incomplete as they are now; returns those that were held.
    pub async fn release(&self, ids: &[ReportId]) -> Result<Vec<ReportId>, DbError> {
        self.release_by(ids, None).await
    }

    /// The same, entered in the audit log as `change` where any was held; without one, as the house's own.
    pub async fn release_by(&self, ids: &[ReportId], change: Option<Change<'_>>) -> Result<Vec<ReportId>, DbError> {
        let mut tx = self.db.begin().await?;
        let now = self.clock.now();
        let released = reports::release(&mut tx, ids, now).await?;
        let tasks: Vec<Task> = released.iter().map(|report| Task::Build { report: *report, tries: 0 }).collect();
        self.queue.enqueue(&mut tx, &tasks, Duration::ZERO).await?;
        if !released.is_empty() {
            let detail = || serde_json::json!({ "ids": ledger::first(&released), "count": released.len() });
            let change = change.unwrap_or_else(|| ledger::automatic("report.release", "reports".into(), detail()));
            audit::record(&mut tx, change, now).await?;
        }
        tx.commit().await?;
        for report in &released {
            tracing::info!(%report, "a held report is released");
        }
        Ok(released)
    }

    /// Lets those held reports go whose feed has become complete.
    pub(super) async fn release_complete(&self) -> Result<(), DbError> {
        let filter =
            crate::db::reports::ReportFilter { state: Some(ReportState::Held), limit: MOST, ..Default::default() };
        let mut complete = Vec::new();
        for row in self.db.reports(&filter).await? {
            if self.feed_is_complete(&row).await? {
                complete.push(row.id);
            }
        }
        if complete.is_empty() { Ok(()) } else { self.release(&complete).await.map(|_| ()) }
    }

    /// Enqueues every mail that has not left: what waited while the database was not confirmed to be ours.
    pub async fn enqueue_waiting(&self) -> Result<usize, DbError> {
        let waiting = self.db.forgotten_deliveries(self.clock.now(), MOST).await?;
        let tasks: Vec<Task> = waiting.iter().map(|delivery| Task::Deliver { delivery: *delivery }).collect();
        self.enqueue_all(&tasks, "mail.release").await?;
        Ok(tasks.len())
    }

    /// Enqueues tasks, some at a time, each time with an entry of how many: what was done before a failure stands.
    async fn enqueue_all(&self, tasks: &[Task], action: &'static str) -> Result<(), DbError> {
        for tasks in tasks.chunks(AT_ONCE) {
            let mut tx = self.db.begin().await?;
            self.queue.enqueue(&mut tx, tasks, Duration::ZERO).await?;
            let count = |is: fn(&Task) -> bool| tasks.iter().filter(|task| is(task)).count();
            let detail = serde_json::json!({
                "builds": count(|task| matches!(task, Task::Build { .. })),
                "mails": count(|task| matches!(task, Task::Deliver { .. })),
                "letters": count(|task| matches!(task, Task::Letter { .. })),
            });
            audit::record(&mut tx, ledger::automatic(action, "queue".into(), detail), self.clock.now()).await?;
            tx.commit().await?;
        }
        Ok(())
    }
}
