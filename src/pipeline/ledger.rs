//! Ledger: what the house does by itself becomes entries of the audit log, a few a run and none a mail.
//!
//! A run has one entry when it begins and one, with its counts, when its last report is final: which reports and mails
//! these were stands in their own append-only records, and thousands of entries behind the log's one lock would hold the
//! night up. An entry stands in the transaction of what it tells of. What comes about by the clock alone (a share ends, a
//! worker falls silent) is entered by the watch. It must not change anything but the log.

use chrono::{DateTime, Utc};
use serde_json::{Value, json};

use super::{Pipeline, Request};
use crate::audit::{self, Actor, Change};
use crate::db::endings::Ending;
use crate::db::{DbError, Enqueue, Tx, audit as marks, endings, runs};
use crate::model::{BranchRef, RunId};

/// An entry names so many things; the rest is counted.
const NAMED: usize = 50;

/// Something that Daybreak did by itself.
pub(super) fn automatic(action: &'static str, object: String, detail: Value) -> Change<'static> {
    Change { actor: Actor::Daybreak, action, object, branch: None, detail, origin: "" }
}

/// The first of several ids, as an entry names them.
pub(super) fn first<T: ToString>(ids: &[T]) -> Vec<String> {
    ids.iter().take(NAMED).map(ToString::to_string).collect()
}

/// That a run began, because its schedule wanted it; or, where it is late, that it was caught up.
pub(super) fn begun(request: &Request, run: RunId, planned: usize, stand: usize) -> Change<'static> {
    let action = if request.late_since.is_some() { "run.catch-up" } else { "run.begin" };
    let detail = json!({
        "job": request.job, "cause": request.cause, "occurrence": request.occurrence, "zone": request.zone,
        "late_since": request.late_since, "planned": planned, "stand": stand,
    });
    automatic(action, format!("run:{run}"), detail)
}

/// Enters the ends of runs, as the last of their transaction's steps.
pub(super) async fn ended(tx: &mut Tx, runs: &[RunId], now: DateTime<Utc>) -> Result<(), DbError> {
    for run in runs {
        let Some(outcome) = runs::outcome(tx, *run).await? else { continue };
        audit::record(tx, automatic("run.end", format!("run:{run}"), json!(outcome)), now).await?;
    }
    Ok(())
}

/// Enters runs whose mails failed after their end, or left after all.
pub(super) async fn settled(
    tx: &mut Tx,
    (failed, done): (&[RunId], &[RunId]),
    now: DateTime<Utc>,
) -> Result<(), DbError> {
    if failed.is_empty() && done.is_empty() {
        return Ok(());
    }
    let detail = json!({ "failed": first(failed), "done": first(done), "count": [failed.len(), done.len()] });
    audit::record(tx, automatic("run.settle", "runs".into(), detail), now).await
}

impl<Q: Enqueue> Pipeline<Q> {
    /// Enters what came about by the clock alone since the last look.
    pub(super) async fn enter_by_clock(&self, now: DateTime<Utc>) -> Result<(), DbError> {
        self.enter_endings(now).await?;
        self.enter_lost_workers(now).await
    }

    /// Shares and whitelist entries that have ended: one entry a branch and look.
    async fn enter_endings(&self, now: DateTime<Utc>) -> Result<(), DbError> {
        let mut tx = self.db.begin().await?;
        let since = marks::hold_mark(&mut tx, "endings", now).await?;
        if since >= now {
            return tx.commit().await;
        }
        let shares = endings::shares(&mut tx, since, now).await?;
        let entries = endings::whitelisted(&mut tx, since, now).await?;
        marks::move_mark(&mut tx, "endings", now).await?;
        for (action, found) in [("share.expire", &shares), ("whitelist.expire", &entries)] {
            for of_one in found.chunk_by(|one, other| one.branch == other.branch) {
                audit::record(&mut tx, ending(action, of_one), now).await?;
            }
        }
        tx.commit().await
    }

    /// Workers that fell silent: the queue gives their tasks to others.
    async fn enter_lost_workers(&self, now: DateTime<Utc>) -> Result<(), DbError> {
        let mut tx = self.db.begin().await?;
        let since = marks::hold_mark(&mut tx, "workers", now).await?;
        if since >= now {
            return tx.commit().await;
        }
        marks::move_mark(&mut tx, "workers", now).await?;
        // Read beside the transaction: the queue's tables are its library's, and only their names are told.
        let lost = self.db.lost_workers(since, now).await?;
        if !lost.is_empty() {
            let detail = json!({ "workers": first(&lost), "count": lost.len() });
            audit::record(&mut tx, automatic("worker.lost", "queue".into(), detail), now).await?;
        }
        tx.commit().await
    }
}

/// What ended of one branch.
fn ending<'a>(action: &'static str, found: &'a [Ending]) -> Change<'a> {
    let branch: Option<&'a BranchRef> = found.first().and_then(|one| one.branch.as_ref());
    let ids: Vec<_> = found.iter().map(|one| one.id).collect();
    let count: i64 = found.iter().map(|one| one.count).sum();
    let detail = json!({ "ids": first(&ids), "count": count });
    let object = branch.map_or_else(|| "locations".to_owned(), |branch| format!("branch:{branch}"));
    Change { branch, ..automatic(action, object, detail) }
}
