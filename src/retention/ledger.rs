//! Ledger: entries of the audit log that are over age go, and what is left verifies; and a sweep itself becomes two
//! entries: that it began, before it removes anything, and what it came to.
//!
//! A sweep is thousands of small transactions; an entry in each would tell nobody more than their sums. One that was
//! killed has a beginning and no end, and the next one goes on with it.

use std::collections::BTreeMap;
use std::ops::ControlFlow;

use serde_json::json;

use super::sweep::Sweep;
use super::{Entry, RetentionError, Sweeper, Swept, Tell};
use crate::audit::{self, Actor, Change};
use crate::db::DbError;

impl Sweeper {
    /// Sweeps, as `actor` wants it, and enters it: both entries where anything has an age to go by; what was merely left
    /// behind goes with an entry of the end where there was any.
    ///
    /// # Errors
    /// What stopped the sweep; the entry of its end says so, and what is done stays done.
    pub async fn sweep_as(&self, actor: &Actor, tell: Tell<'_>) -> Result<Swept, RetentionError> {
        let limited = self.retention.limits_anything();
        if limited {
            self.enter(actor, "retention.begin", json!({})).await?;
        }
        let swept = self.sweep(tell).await;
        match &swept {
            Ok(swept) if limited || swept.total().0 > 0 => {
                self.enter(actor, "retention.end", summary(swept)).await?;
            }
            Ok(_) => {}
            Err(error) => self.enter(actor, "retention.end", json!({ "stopped_by": error.to_string() })).await?,
        }
        swept
    }

    async fn enter(&self, actor: &Actor, action: &'static str, detail: serde_json::Value) -> Result<(), DbError> {
        let change =
            Change { actor: actor.clone(), action, object: "retention".into(), branch: None, detail, origin: "" };
        let mut tx = self.db.begin().await?;
        audit::record(&mut tx, change, self.clock.now()).await?;
        tx.commit().await
    }
}

/// Entries that go at once: their removal is an entry, too.
const ENTRIES: i64 = 5_000;

impl Sweep<'_> {
    /// Removes entries, where `[retention] audit` sets a limit.
    pub(super) async fn log(&mut self) -> Result<ControlFlow<()>, RetentionError> {
        let Some(days) = self.sweeper.retention.audit_days else { return Ok(ControlFlow::Continue(())) };
        let cutoff = self.cutoff(Some(days));
        let db = &self.sweeper.db;
        let entry = |count: u64| Entry {
            kind: "audit entries",
            location: None,
            kept_days: Some(days),
            count,
            bytes: 0,
            oldest: None,
        };
        if self.dry {
            let count = audit::over_age(db, cutoff).await?;
            self.add_to(entry(count));
            return Ok(ControlFlow::Continue(()));
        }
        loop {
            let mut tx = self.sweeper.db.begin().await?;
            let removed = audit::prune(&mut tx, cutoff, ENTRIES, self.now).await?;
            tx.commit().await?;
            self.add_to(entry(removed));
            if removed == 0 {
                return Ok(ControlFlow::Continue(()));
            }
            if self.step(removed).await.is_break() {
                return Ok(ControlFlow::Break(()));
            }
        }
    }
}

/// How many of each kind, over all sites.
fn summary(swept: &Swept) -> serde_json::Value {
    let mut kinds: BTreeMap<&str, u64> = BTreeMap::new();
    for entry in &swept.entries {
        *kinds.entry(entry.kind).or_default() += entry.count;
    }
    let (count, bytes) = swept.total();
    json!({ "removed": kinds, "count": count, "bytes": bytes, "left": swept.left, "stopped": swept.stopped })
}
