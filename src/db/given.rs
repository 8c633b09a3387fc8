//! Given: which reports of a location were mailed to an address, by links that still work.

use chrono::{DateTime, Utc};

use super::mailed::arrived;
use super::{Db, DbError, on};
use crate::model::{DeliveryId, LocationRef, NightDate, ReportId};

/// A report that somebody was mailed.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Given {
    /// By which mail.
    pub delivery: DeliveryId,
    /// Which report.
    pub report: ReportId,
    /// Its night.
    pub night: NightDate,
    /// Its revision.
    pub revision: i32,
    /// When it was frozen.
    pub built_at: Option<DateTime<Utc>>,
    /// SHA-256 of the token of the mail's link to the report.
    pub token_hash: Vec<u8>,
}

/// Mails that arrived, as far as anybody knows, of reports that are still there, by links that still work.
macro_rules! given {
    ($more:literal) => {
        concat!(
            "SELECT d.id AS delivery, r.id AS report, r.night, r.revision, r.built_at, l.token_hash \
             FROM reports r JOIN deliveries d ON d.report = r.id JOIN links l ON l.delivery = d.id \
             WHERE r.location = $1 AND COALESCE(d.known_as, lower(d.email)) = $3 AND ",
            arrived!("d"),
            " AND r.artifacts_removed_at IS NULL AND l.kind = 'report' AND l.revoked_at IS NULL AND l.expires_at > $4 ",
            $more
        )
    };
}

impl Db {
    /// The latest revision of the nearest night before `night` that was mailed to an address.
    pub async fn given_before(
        &self,
        (location, night): (&LocationRef, NightDate),
        email: &str,
        now: DateTime<Utc>,
    ) -> Result<Option<Given>, DbError> {
        Ok(on!(read self, |c| sqlx::query_as(given!(
            "AND r.night < $2 ORDER BY r.night DESC, r.revision DESC, d.id LIMIT 1"
        ))
        .bind(location)
        .bind(night)
        .bind(email)
        .bind(now)
        .fetch_optional(c)
        .await?))
    }

    /// The latest revision of the nearest night after `night` that was mailed to an address.
    pub async fn given_after(
        &self,
        (location, night): (&LocationRef, NightDate),
        email: &str,
        now: DateTime<Utc>,
    ) -> Result<Option<Given>, DbError> {
        Ok(on!(read self, |c| sqlx::query_as(given!(
            "AND r.night > $2 ORDER BY r.night, r.revision DESC, d.id LIMIT 1"
        ))
        .bind(location)
        .bind(night)
        .bind(email)
        .bind(now)
        .fetch_optional(c)
        .await?))
    }

    /// Every revision of a night that was mailed to an address, latest first.
    pub async fn given_revisions(
        &self,
        (location, night): (&LocationRef, NightDate),
        email: &str,
        now: DateTime<Utc>,
    ) -> Result<Vec<Given>, DbError> {
        Ok(on!(read self, |c| sqlx::query_as(given!("AND r.night = $2 ORDER BY r.revision DESC, d.id"))
            .bind(location)
            .bind(night)
            .bind(email)
            .bind(now)
            .fetch_all(c)
            .await?))
    }
}
