//! Backlog: reports that were frozen before it was kept which incidents they tell of are read again, a few at a time.
//!
//! Each report is noted and struck off in one transaction, so whoever is killed on the way leaves the rest to the next
//! round, and a report that is read twice changes nothing. It must not change what is frozen.

use std::time::Duration;

use serde_json::json;

use super::{Pipeline, ReadError, ledger};
use crate::audit;
use crate::db::{DbError, Enqueue, backlog};
use crate::model::ReportId;

/// So many are looked up at once.
const STEP: i64 = 50;
/// So many are read in one round: the next round goes on in a minute, and other chores have their turn.
const MOST: usize = 2_000;
/// Between two steps database and archive belong to others.
const PAUSE: Duration = Duration::from_millis(50);

/// Why a round stopped; what is done stays done.
#[derive(Debug, thiserror::Error)]
pub enum BacklogError {
    /// The rows.
    #[error("cannot read or write what reports tell of")]
    Db(#[from] DbError),
    /// A frozen report, for the moment.
    #[error("cannot read a frozen report for now")]
    Read(#[from] ReadError),
}

impl<Q: Enqueue> Pipeline<Q> {
    /// Notes of a round of reports which incidents they tell of; returns how many these were. One that can never be
    /// read is struck off, too: `reports verify` names what is wrong with it.
    pub async fn catch_up_backlog(&self) -> Result<usize, BacklogError> {
        let (mut noted, mut unreadable) = (0, Vec::new());
        while noted + unreadable.len() < MOST {
            let reports = self.db.incident_backlog(STEP).await?;
            if reports.is_empty() {
                break;
            }
            for report in reports {
                if self.note_incidents(report).await? { noted += 1 } else { unreadable.push(report) }
            }
            tokio::time::sleep(PAUSE).await;
        }
        if noted + unreadable.len() > 0 {
            let detail = json!({ "noted": noted, "unreadable": ledger::first(&unreadable) });
            let now = self.clock.now();
            let mut tx = self.db.begin().await?;
            audit::record(&mut tx, ledger::automatic("report.catch-up", "reports".into(), detail), now).await?;
            tx.commit().await?;
            tracing::info!(noted, unreadable = unreadable.len(), "which incidents older reports tell of was noted");
        }
        Ok(noted)
    }

    /// One report; false where it cannot be read and never will be.
    async fn note_incidents(&self, id: ReportId) -> Result<bool, BacklogError> {
        let row = self.db.report(id).await?.filter(|row| row.object_key.is_some());
        let report = match &row {
            Some(row) => match self.frozen(row).await {
                Ok(report) => Some(report),
                Err(error) if error.is_retryable() => return Err(error.into()),
                Err(error) => {
                    tracing::warn!(report = %id, error = &error as &dyn std::error::Error, "which incidents a report tells of cannot be read");
                    None
                }
            },
            // Retention has been here.
            None => None,
        };
        let mut tx = self.db.begin().await?;
        if let Some(report) = &report {
            let incidents = report.escalations.iter().filter_map(|escalation| escalation.incident.as_ref());
            let incidents: Vec<_> = incidents.map(|incident| &incident.incident).collect();
            backlog::tells_of(&mut tx, (id, &report.site.location), &incidents).await?;
        }
        backlog::strike(&mut tx, id).await?;
        tx.commit().await?;
        Ok(report.is_some() || row.is_none())
    }
}
