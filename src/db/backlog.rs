//! Backlog: frozen reports of which nobody has noted yet which incidents they tell of, because they were frozen before
//! that was kept.

use sqlx::QueryBuilder;

use super::{Db, DbError, Tx, on};
use crate::model::{IncidentRef, LocationRef, ReportId};

/// Notes which incidents a frozen report tells of; again is as once.
pub async fn tells_of(
    tx: &mut Tx,
    (report, location): (ReportId, &LocationRef),
    incidents: &[&IncidentRef],
) -> Result<(), DbError> {
    for incidents in incidents.chunks(200) {
        on!(in tx, |c| {
            let mut sql = QueryBuilder::<Backend>::new("INSERT INTO incident_reports (incident, report, location) ");
            sql.push_values(incidents, |mut row, incident| {
                row.push_bind(*incident).push_bind(report).push_bind(location);
            });
            sql.push(" ON CONFLICT (incident, report) DO NOTHING");
            sql.build().persistent(false).execute(c).await?.rows_affected()
        });
    }
    Ok(())
}

/// Strikes a report off: what there was to note of it is noted, or cannot be read.
pub async fn strike(tx: &mut Tx, report: ReportId) -> Result<bool, DbError> {
    let struck = on!(in tx, |c| sqlx::query("DELETE FROM incident_backlog WHERE report = $1")
        .bind(report)
        .execute(c)
        .await?
        .rows_affected());
    Ok(struck == 1)
}

impl Db {
    /// Some of the reports that are left.
    pub async fn incident_backlog(&self, limit: i64) -> Result<Vec<ReportId>, DbError> {
        Ok(on!(read self, |c| sqlx::query_scalar("SELECT report FROM incident_backlog ORDER BY report LIMIT $1")
            .bind(limit)
            .fetch_all(c)
            .await?))
    }
}
