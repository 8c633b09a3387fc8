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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::db::reports;
    use crate::db::testing::{on_each_database, planned_reports, run};

    #[tokio::test]
    async fn a_report_is_noted_once_and_struck_off() {
        on_each_database("backlog", async |db| {
            let mut tx = db.begin().await.unwrap();
            let rows = planned_reports(&mut tx, 3).await;
            reports::fail(&mut tx, rows[2].id, "no").await.unwrap();
            tx.commit().await.unwrap();
            run(db, "INSERT INTO incident_backlog (report) SELECT id FROM reports WHERE state = 'planned'").await;
            let mut left = db.incident_backlog(9).await.unwrap();
            left.sort_by_key(ToString::to_string);
            assert_eq!(left.len(), 2);
            assert_eq!(db.incident_backlog(1).await.unwrap().len(), 1);
            let incidents: Vec<IncidentRef> = (0..450).map(|number| format!("i{number}").parse().unwrap()).collect();
            let named: Vec<&IncidentRef> = incidents.iter().collect();
            let mut tx = db.begin().await.unwrap();
            for _ in 0..2 {
                tells_of(&mut tx, (left[0], &"s0".parse().unwrap()), &named).await.unwrap();
            }
            tells_of(&mut tx, (left[1], &"s1".parse().unwrap()), &[]).await.unwrap();
            assert!(strike(&mut tx, left[0]).await.unwrap());
            assert!(!strike(&mut tx, left[0]).await.unwrap());
            tx.commit().await.unwrap();
            assert_eq!(db.incident_backlog(9).await.unwrap(), [left[1]]);
            assert_eq!(db.reports_of_incident(&incidents[449]).await.unwrap(), [left[0]]);
        })
        .await;
    }
}
