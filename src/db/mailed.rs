//! Mailed: which locations, reports and incidents an address was told of by a mail that arrived, as far as anybody knows.

use super::summaries::anywhere;
use super::text::JsonText;
use super::{Db, DbError, on};
use crate::model::{ClipRef, IncidentRef, LocationRef, NightDate, ReportId};

/// An incident, and the clips that it names.
#[derive(sqlx::FromRow)]
struct WithClips {
    #[sqlx(rename = "ref")]
    incident: IncidentRef,
    #[sqlx(try_from = "JsonText<Vec<ClipRef>>")]
    clips: Vec<ClipRef>,
}

impl Db {
    /// The locations of which an address was mailed a report that arrived, as far as anybody knows.
    pub async fn mailed_locations(&self, address: &str) -> Result<Vec<LocationRef>, DbError> {
        Ok(on!(read self, |c| sqlx::query_scalar(
            "SELECT DISTINCT r.location FROM deliveries d JOIN reports r ON r.id = d.report \
             WHERE lower(d.email) = $1 AND d.state IN ('sent', 'unknown', 'bounced') ORDER BY r.location"
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
             WHERE lower(d.email) = $2 AND r.location = $1 AND d.state IN ('sent', 'unknown', 'bounced') \
             ORDER BY r.night DESC, r.revision DESC LIMIT 1"
        )
        .bind(location)
        .bind(address)
        .fetch_optional(c)
        .await?))
    }

    /// The reports of a location's nights from one to another that an address was mailed, the latest revision first.
    pub async fn mailed_between(
        &self,
        location: &LocationRef,
        (from, to): (NightDate, NightDate),
        address: &str,
    ) -> Result<Vec<ReportId>, DbError> {
        Ok(on!(read self, |c| sqlx::query_scalar(
            "SELECT r.id FROM reports r WHERE r.location = $1 AND r.night >= $2 AND r.night <= $3 AND EXISTS \
             (SELECT 1 FROM deliveries d WHERE d.report = r.id AND lower(d.email) = $4 \
             AND d.state IN ('sent', 'unknown', 'bounced')) ORDER BY r.revision DESC, r.night DESC"
        )
        .bind(location)
        .bind(from)
        .bind(to)
        .bind(address)
        .fetch_all(c)
        .await?))
    }

    /// The incidents of a location that name a clip as theirs.
    pub async fn incidents_with_clip(
        &self,
        location: &LocationRef,
        clip: &ClipRef,
    ) -> Result<Vec<IncidentRef>, DbError> {
        // One of the databases takes large for small letters here, and no row is told apart by that below.
        let listed = anywhere(&serde_json::Value::from(clip.as_str()).to_string());
        let rows: Vec<WithClips> = on!(read self, |c| sqlx::query_as(
            "SELECT ref, clips FROM incidents WHERE location = $1 AND clips LIKE $2 ESCAPE '\\' ORDER BY ref"
        )
        .bind(location)
        .bind(&listed)
        .fetch_all(c)
        .await?);
        Ok(rows.into_iter().filter(|row| row.clips.contains(clip)).map(|row| row.incident).collect())
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
            "SELECT count(*) FROM deliveries WHERE report = $1 AND lower(email) = $2 \
             AND state IN ('sent', 'unknown', 'bounced')"
        )
        .bind(report)
        .bind(address)
        .fetch_one(c)
        .await?);
        Ok(found > 0)
    }
}
