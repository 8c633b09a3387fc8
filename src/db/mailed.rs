//! Mailed: which locations, reports and incidents an address was told of by a mail that arrived, as far as anybody knows.

use super::{Db, DbError, on};
use crate::model::{IncidentRef, LocationRef, NightDate, ReportId};

impl Db {
    /// The locations of which an address was mailed a report that arrived, as far as anybody knows.
    pub async fn mailed_locations(&self, address: &str) -> Result<Vec<LocationRef>, DbError> {
        Ok(on!(read self, |c| sqlx::query_scalar(
            "SELECT DISTINCT r.location FROM deliveries d JOIN reports r ON r.id = d.report \
             WHERE COALESCE(d.known_as, lower(d.email)) = $1 AND d.state IN ('sent', 'unknown', 'bounced') ORDER BY r.location"
        )
        .bind(address)
        .fetch_all(c)
        .await?))
    }

    /// The latest report of a location that an address was mailed, and its night.
    pub async fn latest_mailed(
        &self,
        location: &LocationRef,
        address: &str,
    ) -> Result<Option<(ReportId, NightDate)>, DbError> {
        Ok(on!(read self, |c| sqlx::query_as(
            "SELECT r.id, r.night FROM deliveries d JOIN reports r ON r.id = d.report \
             WHERE COALESCE(d.known_as, lower(d.email)) = $2 AND r.location = $1 AND d.state IN ('sent', 'unknown', 'bounced') \
             ORDER BY r.night DESC, r.revision DESC LIMIT 1"
        )
        .bind(location)
        .bind(address)
        .fetch_optional(c)
        .await?))
    }

    /// The reports that tell of an incident, those of the latest revision first.
    pub async fn reports_of_incident(&self, incident: &IncidentRef) -> Result<Vec<ReportId>, DbError> {
        Ok(on!(read self, |c| sqlx::query_scalar(
            "SELECT n.report FROM incident_reports n JOIN reports r ON r.id = n.report \
             WHERE n.incident = $1 ORDER BY r.revision DESC"
        )
        .bind(incident)
        .fetch_all(c)
        .await?))
    }

    /// Whether an address was mailed a report, as far as anybody knows.
    pub async fn was_mailed(&self, report: ReportId, address: &str) -> Result<bool, DbError> {
        let found: i64 = on!(read self, |c| sqlx::query_scalar(
            "SELECT count(*) FROM deliveries WHERE report = $1 AND COALESCE(known_as, lower(email)) = $2 \
             AND state IN ('sent', 'unknown', 'bounced')"
        )
        .bind(report)
        .bind(address)
        .fetch_one(c)
        .await?);
        Ok(found > 0)
    }
}
