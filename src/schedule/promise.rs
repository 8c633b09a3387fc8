//! Promise: the deadlines of what comes next become rows, before anything can be late.

use chrono::{DateTime, Utc};

use super::due::next;
use super::tick::{TickError, site_clocks};
use crate::config::Job;
use crate::db::Db;
use crate::db::deadlines::{self, DeadlineRow};
use crate::model::RunId;

/// So many coming occurrences of each job and zone are promised: whoever dies leaves the next one behind.
const AHEAD: usize = 2;

/// Writes the deadlines of what comes next, where they are not written yet, moves those that were moved, and forgets those
/// of jobs that are no more. For workers, whose jobs.toml is the one that is worked by.
///
/// # Errors
/// [`TickError`].
pub async fn promise(db: &Db, jobs: &[Job], now: DateTime<Utc>) -> Result<(), TickError> {
    let mut rows = coming(db, jobs, now).await?;
    let mut written = db.promised(now).await?;
    let key = |row: &DeadlineRow| (*row.run.as_uuid(), row.deadline);
    written.sort_by_key(key);
    rows.sort_by_key(key);
    if written.iter().map(key).eq(rows.iter().map(key)) {
        return Ok(());
    }
    let mut tx = db.begin().await?;
    deadlines::promise(&mut tx, &rows, now).await?;
    tx.commit().await?;
    Ok(())
}

/// Writes the deadlines of what comes next that nobody wrote, and leaves the others as they are. For a portal, which may
/// have a jobs.toml of its own, and must not take back what a worker promises.
///
/// # Errors
/// [`TickError`].
pub async fn promise_missing(db: &Db, jobs: &[Job], now: DateTime<Utc>) -> Result<(), TickError> {
    let written = db.promised(now).await?;
    let mut rows = coming(db, jobs, now).await?;
    rows.retain(|row| written.iter().all(|written| written.run != row.run));
    if rows.is_empty() {
        return Ok(());
    }
    let mut tx = db.begin().await?;
    deadlines::add(&mut tx, &rows).await?;
    tx.commit().await?;
    Ok(())
}

/// What comes next of each job with a deadline, by zone. A job that rests promises nothing.
async fn coming(db: &Db, jobs: &[Job], now: DateTime<Utc>) -> Result<Vec<DeadlineRow>, TickError> {
    let mut rows = Vec::new();
    if jobs.iter().any(|job| job.deadline.is_some()) {
        let sites = site_clocks(db).await?;
        let pauses = db.pauses().await?;
        for job in jobs.iter().filter(|job| pauses.iter().all(|pause| pause.job != job.name)) {
            let Some(deadline) = job.deadline else { continue };
            let selected: Vec<_> =
                sites.iter().filter(|site| job.selector.selects(&site.location, &site.branch)).collect();
            if selected.is_empty() {
                continue;
            }
            for (zone, at) in next(job, selected.iter().map(|site| site.zone), now, AHEAD) {
                rows.push(DeadlineRow {
                    run: RunId::of(&job.name, at, zone.name()),
                    job: job.name.clone(),
                    zone: zone.name().to_owned(),
                    occurrence: at,
                    deadline: deadline.of(at, zone),
                    state: "open".into(),
                });
            }
        }
    }
    Ok(rows)
}
