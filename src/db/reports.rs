//! Reports: location × night × revision, from the intention to the frozen artifacts.

use chrono::{DateTime, Utc};
use serde::Serialize;

use super::text::{MaybeText, stored};
use super::{Db, DbError, Tx, on};
use crate::model::{LocationRef, NightDate, ReportId, ReportState, RunId};

/// A row of `reports`.
#[derive(Debug, Clone, Serialize, sqlx::FromRow)]
#[expect(clippy::struct_excessive_bools, reason = "a row, not a state")]
pub struct ReportRow {
    /// Its id, from location, night and revision.
    pub id: ReportId,
    /// The run that wants it.
    pub run: RunId,
    /// The site.
    pub location: LocationRef,
    /// The night.
    pub night: NightDate,
    /// 1 for the first.
    pub revision: i32,
    /// How far it is.
    #[sqlx(try_from = "String")]
    pub state: ReportState,
    /// Why it was regenerated.
    pub reason: Option<String>,
    /// Who asked for the regeneration.
    pub requested_by: Option<String>,
    /// Whether its deliveries are wanted.
    pub send: bool,
    /// Whether the PDF is attached or only linked.
    pub attach_pdf: bool,
    /// Whether a quiet night is not mailed.
    pub skip_quiet: bool,
    /// Until when an incomplete feed is waited for.
    pub wait_until: Option<DateTime<Utc>>,
    /// Whether it is held when that is over and the feed still incomplete.
    pub hold: bool,
    /// When it was due, where it runs late.
    pub late_since: Option<DateTime<Utc>>,
    /// When it was wanted.
    pub planned_at: DateTime<Utc>,
    /// When it was frozen.
    pub built_at: Option<DateTime<Utc>>,
    /// Why it failed.
    #[sqlx(try_from = "MaybeText")]
    pub error: Option<String>,
    /// Key of its object in the archive.
    pub object_key: Option<String>,
    /// SHA-256 of `report.json`, lower-case hex.
    pub data_sha256: Option<String>,
    /// Interactions of all levels.
    pub interactions: i64,
    /// Interactions of level 2 and above.
    pub escalated: i64,
    /// Incidents.
    pub incidents: i64,
    /// How many things are known to be missing; 0 for a complete report.
    pub missing: i64,
}

impl ReportRow {
    /// One that is wanted now as most are: mailed, with the PDF attached, and waiting for nothing.
    #[must_use]
    pub fn planned(run: RunId, location: LocationRef, night: NightDate, revision: i32, now: DateTime<Utc>) -> Self {
        Self {
            id: ReportId::of(&location, night, revision),
            run,
            location,
            night,
            revision,
            state: ReportState::Planned,
            reason: None,
            requested_by: None,
            send: true,
            attach_pdf: true,
            skip_quiet: false,
            wait_until: None,
            hold: false,
            late_since: None,
            planned_at: now,
            built_at: None,
            error: None,
            object_key: None,
            data_sha256: None,
            interactions: 0,
            escalated: 0,
            incidents: 0,
            missing: 0,
        }
    }
}

/// What a built report says of itself.
#[derive(Debug, Clone)]
pub struct Built {
    /// Built or skipped.
    pub state: ReportState,
    /// When it was frozen.
    pub built_at: DateTime<Utc>,
    /// Key of its object in the archive.
    pub object_key: String,
    /// SHA-256 of `report.json`, lower-case hex.
    pub data_sha256: String,
    /// Interactions of all levels.
    pub interactions: i64,
    /// Interactions of level 2 and above.
    pub escalated: i64,
    /// Incidents.
    pub incidents: i64,
    /// How many things are known to be missing.
    pub missing: i64,
}

/// What to list.
#[derive(Debug, Clone, Default)]
pub struct ReportFilter {
    /// Of one site.
    pub location: Option<LocationRef>,
    /// From this night on.
    pub from: Option<NightDate>,
    /// Up to and with this night.
    pub to: Option<NightDate>,
    /// Of one run.
    pub run: Option<RunId>,
    /// In one state.
    pub state: Option<ReportState>,
    /// At most so many.
    pub limit: i64,
}

/// Inserts planned reports; returns those that are now to be built. A report that stands is left as it is; one that
/// failed, or that another run planned and never built, is this run's from now on, with all that this one wants.
pub async fn plan(tx: &mut Tx, rows: &[ReportRow]) -> Result<Vec<ReportId>, DbError> {
    let mut planned = Vec::with_capacity(rows.len());
    for chunk in rows.chunks(200) {
        let ids: Vec<ReportId> = on!(in tx, |c| {
            let mut query = sqlx::QueryBuilder::<Backend>::new(
                "INSERT INTO reports (id, run, location, night, revision, state, reason, requested_by, send, attach_pdf, \
                 skip_quiet, wait_until, hold, late_since, planned_at) ",
            );
            query.push_values(chunk, |mut row, report| {
                row.push_bind(report.id)
                    .push_bind(report.run)
                    .push_bind(&report.location)
                    .push_bind(report.night)
                    .push_bind(report.revision)
                    .push_bind(report.state.as_str())
                    .push_bind(&report.reason)
                    .push_bind(&report.requested_by)
                    .push_bind(report.send)
                    .push_bind(report.attach_pdf)
                    .push_bind(report.skip_quiet)
                    .push_bind(report.wait_until)
                    .push_bind(report.hold)
                    .push_bind(report.late_since)
                    .push_bind(report.planned_at);
            });
            query.push(
                " ON CONFLICT (id) DO UPDATE SET run = excluded.run, state = 'planned', error = NULL, \
                 reason = excluded.reason, requested_by = excluded.requested_by, send = excluded.send, \
                 attach_pdf = excluded.attach_pdf, skip_quiet = excluded.skip_quiet, \
                 wait_until = excluded.wait_until, hold = excluded.hold, late_since = excluded.late_since, \
                 planned_at = excluded.planned_at \
                 WHERE reports.state IN ('failed', 'planned', 'held') RETURNING id",
            );
            query.build_query_scalar().fetch_all(c).await?
        });
        planned.extend(ids);
    }
    Ok(planned)
}

/// Freezes a report; false where another has done so already (then nothing else of this build may be written).
pub async fn freeze(tx: &mut Tx, id: ReportId, built: &Built) -> Result<bool, DbError> {
    let changed = on!(in tx, |c| sqlx::query(
        "UPDATE reports SET state = $2, built_at = $3, object_key = $4, data_sha256 = $5, interactions = $6, \
         escalated = $7, incidents = $8, missing = $9, error = NULL WHERE id = $1 AND state = 'planned'",
    )
    .bind(id)
    .bind(built.state.as_str())
    .bind(built.built_at)
    .bind(&built.object_key)
    .bind(&built.data_sha256)
    .bind(built.interactions)
    .bind(built.escalated)
    .bind(built.incidents)
    .bind(built.missing)
    .execute(c)
    .await?
    .rows_affected());
    Ok(changed == 1)
}

/// Holds a planned report whose feed is incomplete; false where it is not open any more.
pub async fn hold(tx: &mut Tx, id: ReportId) -> Result<bool, DbError> {
    let changed = on!(in tx, |c| sqlx::query("UPDATE reports SET state = 'held', error = NULL WHERE id = $1 AND state = 'planned'")
        .bind(id)
        .execute(c)
        .await?
        .rows_affected());
    Ok(changed == 1)
}

/// Lets held reports go, as complete or incomplete as they are then; returns those that were held.
pub async fn release(tx: &mut Tx, ids: &[ReportId], now: DateTime<Utc>) -> Result<Vec<ReportId>, DbError> {
    let mut released = Vec::new();
    for id in ids {
        let found: Option<ReportId> = on!(in tx, |c| sqlx::query_scalar(
            "UPDATE reports SET state = 'planned', hold = FALSE, wait_until = NULL, planned_at = $2 \
             WHERE id = $1 AND state = 'held' RETURNING id",
        )
        .bind(id)
        .bind(now)
        .fetch_optional(c)
        .await?);
        released.extend(found);
    }
    Ok(released)
}

/// Notes why a report could not be built yet: it stays planned, and is tried again.
pub async fn note(tx: &mut Tx, id: ReportId, error: &str) -> Result<(), DbError> {
    on!(in tx, |c| sqlx::query("UPDATE reports SET error = $2 WHERE id = $1 AND state = 'planned'")
        .bind(id)
        .bind(stored(error))
        .execute(c)
        .await?
        .rows_affected());
    Ok(())
}

/// Gives a report up, saying why; false where it is not open any more.
pub async fn fail(tx: &mut Tx, id: ReportId, error: &str) -> Result<bool, DbError> {
    let changed = on!(in tx, |c| sqlx::query(
        "UPDATE reports SET state = 'failed', error = $2 WHERE id = $1 AND state = 'planned'",
    )
    .bind(id)
    .bind(stored(error))
    .execute(c)
    .await?
    .rows_affected());
    Ok(changed == 1)
}

impl Db {
    /// One report.
    pub async fn report(&self, id: ReportId) -> Result<Option<ReportRow>, DbError> {
        Ok(on!(read self, |c| sqlx::query_as("SELECT * FROM reports WHERE id = $1").bind(id).fetch_optional(c).await?))
    }

    /// All revisions of a location's night, oldest first.
    pub async fn revisions(&self, location: &LocationRef, night: NightDate) -> Result<Vec<ReportRow>, DbError> {
        Ok(on!(read self, |c| sqlx::query_as(
            "SELECT * FROM reports WHERE location = $1 AND night = $2 ORDER BY revision"
        )
        .bind(location)
        .bind(night)
        .fetch_all(c)
        .await?))
    }

    /// Planned reports that were planned before `overdue`: those whose feed is waited for are among them, because their
    /// tasks look again every minute, and one may have got lost.
    pub async fn forgotten_reports(&self, overdue: DateTime<Utc>, limit: i64) -> Result<Vec<ReportId>, DbError> {
        Ok(on!(read self, |c| sqlx::query_scalar(
            "SELECT id FROM reports WHERE state = 'planned' AND planned_at < $1 ORDER BY planned_at LIMIT $2"
        )
        .bind(overdue)
        .bind(limit)
        .fetch_all(c)
        .await?))
    }

    /// Reports that match, newest night first.
    pub async fn reports(&self, filter: &ReportFilter) -> Result<Vec<ReportRow>, DbError> {
        Ok(on!(read self, |c| {
            let mut query = sqlx::QueryBuilder::<Backend>::new("SELECT * FROM reports WHERE 1 = 1");
            if let Some(location) = &filter.location {
                query.push(" AND location = ").push_bind(location);
            }
            if let Some(from) = filter.from {
                query.push(" AND night >= ").push_bind(from);
            }
            if let Some(to) = filter.to {
                query.push(" AND night <= ").push_bind(to);
            }
            if let Some(run) = filter.run {
                query.push(" AND run = ").push_bind(run);
            }
            if let Some(state) = filter.state {
                query.push(" AND state = ").push_bind(state.as_str());
            }
            query.push(" ORDER BY night DESC, location, revision DESC LIMIT ").push_bind(filter.limit);
            query.build_query_as().fetch_all(c).await?
        }))
    }
}
