//! Links: tokens of mails by their hash, and the wish for a fresh one.

use chrono::{DateTime, Utc};

use super::{Db, DbError, Tx, on};
use crate::model::{DeliveryId, LinkTarget, ReportId};

/// A row of `links` to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewLink {
    /// SHA-256 of the token; the token itself is in the mail only.
    pub token_hash: [u8; 32],
    /// Whose mail carries it.
    pub delivery: DeliveryId,
    /// Of which report.
    pub report: ReportId,
    /// Where it leads.
    pub target: LinkTarget,
    /// From when on it does not.
    pub expires_at: DateTime<Utc>,
}

/// A row of `links`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// Whose mail carries it.
    pub delivery: DeliveryId,
    /// Of which report.
    pub report: ReportId,
    /// Where it leads.
    pub target: LinkTarget,
    /// From when on it does not.
    pub expires_at: DateTime<Utc>,
    /// When it was revoked.
    pub revoked_at: Option<DateTime<Utc>>,
}

#[derive(sqlx::FromRow)]
struct Row {
    delivery: DeliveryId,
    report: ReportId,
    kind: String,
    subject: Option<String>,
    expires_at: DateTime<Utc>,
    revoked_at: Option<DateTime<Utc>>,
}

/// Inserts links; those that stand are left as they are, so that a replay neither prolongs nor revives one.
pub async fn insert(tx: &mut Tx, links: &[NewLink]) -> Result<(), DbError> {
    for chunk in links.chunks(500) {
        on!(in tx, |c| {
            let mut query = sqlx::QueryBuilder::<Backend>::new(
                "INSERT INTO links (token_hash, delivery, report, kind, subject, expires_at) ",
            );
            query.push_values(chunk, |mut row, link| {
                row.push_bind(link.token_hash.as_slice())
                    .push_bind(link.delivery)
                    .push_bind(link.report)
                    .push_bind(link.target.kind())
                    .push_bind(link.target.subject())
                    .push_bind(link.expires_at);
            });
            query.push(" ON CONFLICT (token_hash) DO NOTHING");
            query.build().execute(c).await?.rows_affected()
        });
    }
    Ok(())
}

/// Revokes every link of one mail that is not revoked, and takes back what the mail gave to who signs in; returns how
/// many links that were.
pub async fn revoke(tx: &mut Tx, delivery: DeliveryId, now: DateTime<Utc>) -> Result<u64, DbError> {
    let revoked = on!(in tx, |c| sqlx::query("UPDATE links SET revoked_at = $2 WHERE delivery = $1 AND revoked_at IS NULL")
        .bind(delivery)
        .bind(now)
        .execute(c)
        .await?
        .rows_affected());
    if revoked > 0 {
        on!(in tx, |c| sqlx::query("UPDATE deliveries SET links_withdrawn_at = $2 WHERE id = $1")
            .bind(delivery)
            .bind(now)
            .execute(c)
            .await?
            .rows_affected());
    }
    Ok(revoked)
}

/// Gives back what a mail gave whose links were withdrawn; false where they were not.
pub async fn give_back(tx: &mut Tx, delivery: DeliveryId) -> Result<bool, DbError> {
    let given = on!(in tx, |c| sqlx::query(
        "UPDATE deliveries SET links_withdrawn_at = NULL WHERE id = $1 AND links_withdrawn_at IS NOT NULL"
    )
    .bind(delivery)
    .execute(c)
    .await?
    .rows_affected());
    Ok(given == 1)
}

/// Records that somebody asks for a fresh link in place of this one; false where that is recorded already.
pub async fn request(
    tx: &mut Tx,
    token_hash: &[u8; 32],
    delivery: DeliveryId,
    now: DateTime<Utc>,
) -> Result<bool, DbError> {
    let inserted = on!(in tx, |c| sqlx::query(
        "INSERT INTO link_requests (token_hash, delivery, asked_at) VALUES ($1, $2, $3) \
         ON CONFLICT (token_hash) DO NOTHING",
    )
    .bind(token_hash.as_slice())
    .bind(delivery)
    .bind(now)
    .execute(c)
    .await?
    .rows_affected());
    Ok(inserted == 1)
}

/// Somebody who wants a fresh link.
#[derive(Debug, Clone, serde::Serialize, sqlx::FromRow)]
pub struct WantedLink {
    /// SHA-256 of the token of the link that has ended: names the wish.
    pub token_hash: Vec<u8>,
    /// Whose mail carried it.
    pub delivery: DeliveryId,
    /// The contact's name.
    #[sqlx(try_from = "super::text::Text")]
    pub name: String,
    /// The address that the mail went to, and a fresh link goes to.
    pub email: String,
    /// What it led to.
    pub kind: String,
    /// Where.
    pub location: crate::model::LocationRef,
    /// Which night.
    pub night: crate::model::NightDate,
    /// When it was asked for.
    pub asked_at: DateTime<Utc>,
    /// When staff withdrew the link that has ended, if they did.
    pub withdrawn_at: Option<DateTime<Utc>>,
}

/// What is read of wishes `q`.
pub(super) const WANTED: &str = "SELECT q.token_hash, q.delivery, d.name, d.email, l.kind, r.location, r.night, \
     q.asked_at, l.revoked_at AS withdrawn_at FROM link_requests q JOIN links l ON l.token_hash = q.token_hash \
     JOIN deliveries d ON d.id = q.delivery JOIN reports r ON r.id = l.report";

/// Notes that a wish for a fresh link was met; false where that is noted already.
pub async fn handled(tx: &mut Tx, token_hash: &[u8], now: DateTime<Utc>) -> Result<bool, DbError> {
    let handled = on!(in tx, |c| sqlx::query(
        "UPDATE link_requests SET handled_at = $2 WHERE token_hash = $1 AND handled_at IS NULL"
    )
    .bind(token_hash)
    .bind(now)
    .execute(c)
    .await?
    .rows_affected());
    Ok(handled == 1)
}

/// A link as far as its reader may know it: not its token's hash.
#[derive(Debug, Clone, serde::Serialize, sqlx::FromRow)]
pub struct LinkRecord {
    /// What it leads to.
    pub kind: String,
    /// Which incident or clip.
    pub subject: Option<String>,
    /// Until when.
    pub expires_at: DateTime<Utc>,
    /// When it was revoked.
    pub revoked_at: Option<DateTime<Utc>>,
}

impl Db {
    /// The links of a mail.
    pub async fn links_of(&self, delivery: DeliveryId) -> Result<Vec<LinkRecord>, DbError> {
        Ok(on!(read self, |c| sqlx::query_as(
            "SELECT kind, subject, expires_at, revoked_at FROM links WHERE delivery = $1 ORDER BY kind, subject"
        )
        .bind(delivery)
        .fetch_all(c)
        .await?))
    }

    /// The link of a token, whether it still leads anywhere or not.
    pub async fn link(&self, token_hash: &[u8; 32]) -> Result<Option<Link>, DbError> {
        let row: Option<Row> = on!(read self, |c| sqlx::query_as(
            "SELECT delivery, report, kind, subject, expires_at, revoked_at FROM links WHERE token_hash = $1"
        )
        .bind(token_hash.as_slice())
        .fetch_optional(c)
        .await?);
        row.map(|row| {
            let target = LinkTarget::from_parts(&row.kind, row.subject.as_deref())
                .ok_or_else(|| DbError::Row { table: "links", what: format!("{:?} of {:?}", row.kind, row.subject) })?;
            Ok(Link {
                delivery: row.delivery,
                report: row.report,
                target,
                expires_at: row.expires_at,
                revoked_at: row.revoked_at,
            })
        })
        .transpose()
    }

    /// Wishes for fresh links that nobody has met yet, oldest first.
    pub async fn wanted_links(&self, limit: i64) -> Result<Vec<WantedLink>, DbError> {
        Ok(on!(read self, |c| sqlx::query_as(sqlx::AssertSqlSafe(format!(
            "{WANTED} WHERE q.handled_at IS NULL ORDER BY q.asked_at LIMIT $1"
        )))
        .bind(limit)
        .fetch_all(c)
        .await?))
    }

    /// When a fresh link was asked for in place of this one, if it was.
    pub async fn link_requested(&self, token_hash: &[u8; 32]) -> Result<Option<DateTime<Utc>>, DbError> {
        Ok(on!(read self, |c| sqlx::query_scalar("SELECT asked_at FROM link_requests WHERE token_hash = $1")
            .bind(token_hash.as_slice())
            .fetch_optional(c)
            .await?))
    }
}
