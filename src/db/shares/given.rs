//! Given: which incidents an address was given, by a mail of a report that nobody withdrew, or by a share as long as its
//! link works.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::super::mailed::arrived;
use super::super::{Db, DbError, on};
use super::{Item, RECIPIENT, Recipient, Share};
use crate::model::{BranchRef, CaseRef, DeliveryId, IncidentRef, LocationRef, ReportId};

/// Where and when an incident happened.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct IncidentPlace {
    /// Where.
    pub location: LocationRef,
    /// Whose that is.
    pub branch: BranchRef,
    /// When.
    pub occurred_at: DateTime<Utc>,
    /// The offender's case.
    pub case_ref: Option<CaseRef>,
}

/// An incident whose link a mail carried.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct MailedIncident {
    /// Which.
    pub incident: IncidentRef,
    /// When it happened.
    pub occurred_at: DateTime<Utc>,
    /// The producer's word for its type.
    #[sqlx(try_from = "super::super::text::Text")]
    pub kind: String,
    /// Which mail.
    pub delivery: DeliveryId,
    /// Of which report.
    pub report: ReportId,
    /// SHA-256 of the link's token.
    pub token_hash: Vec<u8>,
}

/// An incident that was shared.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct SharedIncident {
    /// Which.
    pub incident: IncidentRef,
    /// When it happened; none where its record is gone.
    pub occurred_at: Option<DateTime<Utc>>,
    /// The producer's word for its type.
    #[sqlx(try_from = "super::super::text::MaybeText")]
    pub kind: Option<String>,
    /// Whose link of which share leads there.
    #[sqlx(flatten)]
    pub recipient: Recipient,
    /// Its place in the share.
    pub number: i32,
}

const SHARED: &str = "SELECT t.incident, i.occurred_at, i.kind, t.number, r.id, r.share, r.address, r.language, \
     r.token_hash, r.letter, r.expires_at, r.revoked_at FROM share_items t JOIN share_recipients r ON r.share = t.share \
     LEFT JOIN incidents i ON i.ref = t.incident";

impl Db {
    /// Where and when an incident happened.
    pub async fn incident_place(&self, incident: &IncidentRef) -> Result<Option<IncidentPlace>, DbError> {
        Ok(on!(read self, |c| sqlx::query_as(
            "SELECT i.location, l.branch, i.occurred_at, i.case_ref FROM incidents i JOIN locations l ON l.ref = i.location \
             WHERE i.ref = $1"
        )
        .bind(incident)
        .fetch_optional(c)
        .await?))
    }

    /// The reports with an incident that an address was mailed, those of the latest mail first.
    pub async fn incident_mailed(&self, address: &str, incident: &IncidentRef) -> Result<Vec<ReportId>, DbError> {
        Ok(on!(read self, |c| sqlx::query_scalar(concat!(
            "SELECT g.report FROM incident_reports g JOIN deliveries d ON d.report = g.report \
             WHERE g.incident = $1 AND COALESCE(d.known_as, lower(d.email)) = $2 AND ",
            arrived!("d"),
            " ORDER BY d.created_at DESC, d.id"
        ))
        .bind(incident)
        .bind(address)
        .fetch_all(c)
        .await?))
    }

    /// The mails that told an address of incidents of a case, by links that still work, in order of time.
    pub async fn case_mailed(
        &self,
        address: &str,
        case: &CaseRef,
        now: DateTime<Utc>,
    ) -> Result<Vec<MailedIncident>, DbError> {
        Ok(on!(read self, |c| sqlx::query_as(
            "SELECT i.ref AS incident, i.occurred_at, i.kind, d.id AS delivery, k.report, k.token_hash FROM incidents i \
             JOIN links k ON k.kind = 'incident' AND k.subject = i.ref JOIN deliveries d ON d.id = k.delivery \
             WHERE i.case_ref = $1 AND COALESCE(d.known_as, lower(d.email)) = $2 AND k.revoked_at IS NULL AND k.expires_at > $3 \
             ORDER BY i.occurred_at, i.ref, d.created_at DESC"
        )
        .bind(case)
        .bind(address)
        .bind(now)
        .fetch_all(c)
        .await?))
    }

    /// The locations of which something was shared with an address, by links that still work.
    pub async fn shared_locations(&self, address: &str, now: DateTime<Utc>) -> Result<Vec<LocationRef>, DbError> {
        Ok(on!(read self, |c| sqlx::query_scalar(
            "SELECT DISTINCT s.location FROM share_recipients r JOIN shares s ON s.id = r.share \
             WHERE r.address = $1 AND r.revoked_at IS NULL AND r.expires_at > $2 ORDER BY s.location"
        )
        .bind(address)
        .bind(now)
        .fetch_all(c)
        .await?))
    }

    /// The shares that gave an incident to an address, by links that still work, newest first.
    pub async fn incident_shared(
        &self,
        address: &str,
        incident: &IncidentRef,
        now: DateTime<Utc>,
    ) -> Result<Vec<SharedIncident>, DbError> {
        Ok(on!(read self, |c| sqlx::query_as(sqlx::AssertSqlSafe(format!(
            "{SHARED} WHERE t.incident = $1 AND r.address = $2 AND r.revoked_at IS NULL AND r.expires_at > $3 \
             ORDER BY r.expires_at DESC, r.id"
        )))
        .bind(incident)
        .bind(address)
        .bind(now)
        .fetch_all(c)
        .await?))
    }

    /// The same of every incident of a case, in order of time.
    pub async fn case_shared(
        &self,
        address: &str,
        case: &CaseRef,
        now: DateTime<Utc>,
    ) -> Result<Vec<SharedIncident>, DbError> {
        Ok(on!(read self, |c| sqlx::query_as(sqlx::AssertSqlSafe(format!(
            "{SHARED} WHERE i.case_ref = $1 AND r.address = $2 AND r.revoked_at IS NULL AND r.expires_at > $3 \
             ORDER BY i.occurred_at, i.ref, r.expires_at DESC"
        )))
        .bind(case)
        .bind(address)
        .bind(now)
        .fetch_all(c)
        .await?))
    }

    /// The links of an address that still work, those that work longest first; behind the one with this end and id.
    pub async fn shared_page(
        &self,
        address: &str,
        now: DateTime<Utc>,
        after: Option<(DateTime<Utc>, Uuid)>,
        limit: i64,
    ) -> Result<Vec<Recipient>, DbError> {
        let (end, id) = after.unwrap_or((now, Uuid::nil()));
        Ok(on!(read self, |c| sqlx::query_as(sqlx::AssertSqlSafe(format!(
            "SELECT {RECIPIENT} FROM share_recipients WHERE address = $1 AND revoked_at IS NULL AND expires_at > $2 \
             AND ($3 OR expires_at < $4 OR (expires_at = $4 AND id > $5)) ORDER BY expires_at DESC, id LIMIT $6"
        )))
        .bind(address)
        .bind(now)
        .bind(after.is_none())
        .bind(end)
        .bind(id)
        .bind(limit)
        .fetch_all(c)
        .await?))
    }

    /// Every share with an address, ended or not, newest first: for the address itself.
    pub async fn shared_with(&self, address: &str) -> Result<Vec<(Share, Recipient, Vec<Item>)>, DbError> {
        let recipients: Vec<Recipient> = on!(read self, |c| sqlx::query_as(sqlx::AssertSqlSafe(format!(
            "SELECT {RECIPIENT} FROM share_recipients WHERE address = $1 ORDER BY expires_at DESC, id"
        )))
        .bind(address)
        .fetch_all(c)
        .await?);
        let mut found = Vec::with_capacity(recipients.len());
        for recipient in recipients {
            if let Some(share) = self.share(recipient.share).await? {
                let items = self.share_items(share.id).await?;
                found.push((share, recipient, items));
            }
        }
        Ok(found)
    }
}
