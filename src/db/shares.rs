//! Shares: incidents that somebody showed to others, and the link that each of these has of their own.

mod entry;
mod given;

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use serde::Serialize;
use uuid::Uuid;

use super::text::{MaybeText, Text, maybe_stored, stored};
use super::{Db, DbError, Tx, on};
use crate::model::{BranchRef, IncidentRef, LetterId, LocationRef, ReportId, ShareId};

pub use entry::{end_links, revoke_links};
pub use given::{IncidentPlace, MailedIncident, SharedIncident};

/// A row of `shares`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, sqlx::FromRow)]
pub struct Share {
    /// Its id.
    pub id: ShareId,
    /// Where its incidents happened.
    pub location: LocationRef,
    /// The branch whose rules it was made under.
    pub branch: BranchRef,
    /// Who shared, as the audit log names people.
    pub actor: String,
    /// Their address, in its one form.
    pub by_address: String,
    /// Their name.
    #[sqlx(try_from = "Text")]
    pub by_name: String,
    /// What they wrote to it.
    #[sqlx(try_from = "Text")]
    pub note: String,
    /// Whether those who see it may comment.
    pub may_comment: bool,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When the last of its links ends.
    pub expires_at: DateTime<Utc>,
}

/// A row of `share_items`: one incident of a share.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, sqlx::FromRow)]
pub struct Item {
    /// Its place in the share, from 1.
    pub number: i32,
    /// The incident.
    pub incident: IncidentRef,
    /// The frozen report that tells of it; none for what happened outside of every night.
    pub report: Option<ReportId>,
    /// That, as JSON of a report with this one incident.
    #[serde(skip)]
    #[sqlx(try_from = "MaybeText")]
    pub frozen: Option<String>,
}

/// A row of `share_recipients`: somebody with whom something was shared.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, sqlx::FromRow)]
pub struct Recipient {
    /// Its id.
    pub id: Uuid,
    /// Of which share.
    pub share: ShareId,
    /// Their address, in its one form.
    pub address: String,
    /// The language (BCP 47) in which they are written to.
    pub language: String,
    /// SHA-256 of their link's token.
    #[serde(skip)]
    pub token_hash: Vec<u8>,
    /// The latest letter that carried it.
    pub letter: LetterId,
    /// When their link ends.
    pub expires_at: DateTime<Utc>,
    /// When it was ended before that.
    pub revoked_at: Option<DateTime<Utc>>,
}

impl Recipient {
    /// Whether the link leads anywhere.
    #[must_use]
    pub fn is_live(&self, now: DateTime<Utc>) -> bool {
        self.revoked_at.is_none() && self.expires_at > now
    }
}

/// When somebody looked at something, likely scanners left out.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Looks {
    /// Who.
    pub person: String,
    /// When first.
    pub first_at: DateTime<Utc>,
    /// When last.
    pub last_at: DateTime<Utc>,
    /// How often.
    pub count: i64,
}

/// For whom a letter was written that carries somebody's link, as far as its sending needs it.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Addressed {
    /// The branch whose rules hold.
    pub branch: BranchRef,
    /// When the link ends.
    pub expires_at: DateTime<Utc>,
    /// When it was ended.
    pub revoked_at: Option<DateTime<Utc>>,
}

const SHARE: &str = "id, location, branch, actor, by_address, by_name, note, may_comment, created_at, expires_at";
const RECIPIENT: &str = "id, share, address, language, token_hash, letter, expires_at, revoked_at";

/// Writes a share with its incidents, and the objects that those need which are in no report; false where it stands
/// already.
pub async fn insert(tx: &mut Tx, share: &Share, items: &[Item], objects: &BTreeSet<String>) -> Result<bool, DbError> {
    let inserted = on!(in tx, |c| sqlx::query(
        "INSERT INTO shares (id, location, branch, actor, by_address, by_name, note, may_comment, created_at, expires_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT (id) DO NOTHING",
    )
    .bind(share.id)
    .bind(&share.location)
    .bind(&share.branch)
    .bind(&share.actor)
    .bind(&share.by_address)
    .bind(stored(&share.by_name))
    .bind(stored(&share.note))
    .bind(share.may_comment)
    .bind(share.created_at)
    .bind(share.expires_at)
    .execute(c)
    .await?
    .rows_affected());
    if inserted == 0 {
        return Ok(false);
    }
    for item in items {
        on!(in tx, |c| sqlx::query(
            "INSERT INTO share_items (share, number, incident, report, frozen) VALUES ($1, $2, $3, $4, $5)",
        )
        .bind(share.id)
        .bind(item.number)
        .bind(&item.incident)
        .bind(item.report)
        .bind(maybe_stored(item.frozen.as_ref()))
        .execute(c)
        .await?
        .rows_affected());
    }
    for object in objects {
        on!(in tx, |c| sqlx::query(
            "INSERT INTO share_objects (object_key, share) VALUES ($1, $2) ON CONFLICT DO NOTHING"
        )
        .bind(object)
        .bind(share.id)
        .execute(c)
        .await?
        .rows_affected());
    }
    Ok(true)
}

/// Gives somebody a link of their own.
pub async fn insert_recipient(tx: &mut Tx, recipient: &Recipient) -> Result<(), DbError> {
    on!(in tx, |c| sqlx::query(
        "INSERT INTO share_recipients (id, share, address, language, token_hash, letter, expires_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
    )
    .bind(recipient.id)
    .bind(recipient.share)
    .bind(&recipient.address)
    .bind(&recipient.language)
    .bind(&recipient.token_hash)
    .bind(recipient.letter)
    .bind(recipient.expires_at)
    .execute(c)
    .await?
    .rows_affected());
    Ok(())
}

/// Ends one link of a share, or (without a recipient) all of them; returns whose these were.
pub async fn revoke(
    tx: &mut Tx,
    share: ShareId,
    recipient: Option<Uuid>,
    by: &str,
    now: DateTime<Utc>,
) -> Result<Vec<String>, DbError> {
    Ok(on!(in tx, |c| sqlx::query_scalar(
        "UPDATE share_recipients SET revoked_at = $3, revoked_by = $4 \
         WHERE share = $1 AND revoked_at IS NULL AND (id = $2 OR $5) RETURNING address",
    )
    .bind(share)
    .bind(recipient.unwrap_or_default())
    .bind(now)
    .bind(stored(by))
    .bind(recipient.is_none())
    .fetch_all(c)
    .await?))
}

/// Moves the end of one link of a share, or of all of them, that still work; returns whose these were.
pub async fn end_at(
    tx: &mut Tx,
    share: ShareId,
    recipient: Option<Uuid>,
    expires_at: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<Vec<String>, DbError> {
    let moved: Vec<String> = on!(in tx, |c| sqlx::query_scalar(
        "UPDATE share_recipients SET expires_at = $3 WHERE share = $1 AND revoked_at IS NULL AND expires_at > $5 \
         AND (id = $2 OR $4) RETURNING address",
    )
    .bind(share)
    .bind(recipient.unwrap_or_default())
    .bind(expires_at)
    .bind(recipient.is_none())
    .bind(now)
    .fetch_all(c)
    .await?);
    end_with_links(tx, share).await?;
    Ok(moved)
}

/// Has a share end with the last of its links.
async fn end_with_links(tx: &mut Tx, share: ShareId) -> Result<(), DbError> {
    on!(in tx, |c| sqlx::query(
        "UPDATE shares SET expires_at = coalesce((SELECT max(expires_at) FROM share_recipients WHERE share = $1), \
         expires_at) WHERE id = $1",
    )
    .bind(share)
    .execute(c)
    .await?
    .rows_affected());
    Ok(())
}

/// Notes that somebody's link went out once more.
pub async fn resent(tx: &mut Tx, recipient: Uuid, token_hash: &[u8; 32], letter: LetterId) -> Result<bool, DbError> {
    let updated = on!(in tx, |c| sqlx::query(
        "UPDATE share_recipients SET letter = $2, token_hash = $3 WHERE id = $1 AND revoked_at IS NULL"
    )
    .bind(recipient)
    .bind(letter)
    .bind(token_hash.as_slice())
    .execute(c)
    .await?
    .rows_affected());
    Ok(updated == 1)
}

impl Db {
    /// One share.
    pub async fn share(&self, id: ShareId) -> Result<Option<Share>, DbError> {
        Ok(on!(read self, |c| sqlx::query_as(sqlx::AssertSqlSafe(format!("SELECT {SHARE} FROM shares WHERE id = $1")))
            .bind(id)
            .fetch_optional(c)
            .await?))
    }

    /// Its incidents, in order.
    pub async fn share_items(&self, id: ShareId) -> Result<Vec<Item>, DbError> {
        Ok(on!(read self, |c| sqlx::query_as(
            "SELECT number, incident, report, frozen FROM share_items WHERE share = $1 ORDER BY number"
        )
        .bind(id)
        .fetch_all(c)
        .await?))
    }

    /// With whom it was shared, by address.
    pub async fn share_recipients(&self, id: ShareId) -> Result<Vec<Recipient>, DbError> {
        Ok(on!(read self, |c| sqlx::query_as(sqlx::AssertSqlSafe(format!(
            "SELECT {RECIPIENT} FROM share_recipients WHERE share = $1 ORDER BY address"
        )))
        .bind(id)
        .fetch_all(c)
        .await?))
    }

    /// Whose link a token is of, whether it still leads anywhere or not.
    pub async fn share_recipient(&self, token_hash: &[u8; 32]) -> Result<Option<Recipient>, DbError> {
        Ok(on!(read self, |c| sqlx::query_as(sqlx::AssertSqlSafe(format!(
            "SELECT {RECIPIENT} FROM share_recipients WHERE token_hash = $1"
        )))
        .bind(token_hash.as_slice())
        .fetch_optional(c)
        .await?))
    }

    /// For whom a letter was written, where it carries the link of a share.
    pub async fn addressed(&self, letter: LetterId) -> Result<Option<Addressed>, DbError> {
        Ok(on!(read self, |c| sqlx::query_as(
            "SELECT s.branch, r.expires_at, r.revoked_at FROM share_recipients r JOIN shares s ON s.id = r.share \
             WHERE r.letter = $1"
        )
        .bind(letter)
        .fetch_optional(c)
        .await?))
    }

    /// How far the latest letters of a share are, by recipient, with when they became final.
    pub async fn share_letters(&self, id: ShareId) -> Result<Vec<(Uuid, String, Option<DateTime<Utc>>)>, DbError> {
        Ok(on!(read self, |c| sqlx::query_as(
            "SELECT r.id, l.state, l.finished_at FROM share_recipients r JOIN letters l ON l.id = r.letter \
             WHERE r.share = $1"
        )
        .bind(id)
        .fetch_all(c)
        .await?))
    }

    /// What an address has shared, newest first.
    pub async fn shares_by(&self, address: &str, limit: i64) -> Result<Vec<Share>, DbError> {
        Ok(on!(read self, |c| sqlx::query_as(sqlx::AssertSqlSafe(format!(
            "SELECT {SHARE} FROM shares WHERE by_address = $1 ORDER BY created_at DESC, id LIMIT $2"
        )))
        .bind(address)
        .bind(limit)
        .fetch_all(c)
        .await?))
    }

    /// What an address has shared of a location, newest first.
    pub async fn shares_by_at(&self, address: &str, location: &LocationRef, limit: i64) -> Result<Vec<Share>, DbError> {
        Ok(on!(read self, |c| sqlx::query_as(sqlx::AssertSqlSafe(format!(
            "SELECT {SHARE} FROM shares WHERE by_address = $1 AND location = $2 ORDER BY created_at DESC, id LIMIT $3"
        )))
        .bind(address)
        .bind(location)
        .bind(limit)
        .fetch_all(c)
        .await?))
    }

    /// What was shared of a location, newest first.
    pub async fn shares_of(&self, location: &LocationRef, limit: i64) -> Result<Vec<Share>, DbError> {
        Ok(on!(read self, |c| sqlx::query_as(sqlx::AssertSqlSafe(format!(
            "SELECT {SHARE} FROM shares WHERE location = $1 ORDER BY created_at DESC, id LIMIT $2"
        )))
        .bind(location)
        .bind(limit)
        .fetch_all(c)
        .await?))
    }

    /// Who looked at what was shared since it was, likely scanners left out: at `subject`, by which the access log names
    /// the share, and those with whom it was shared at its incidents' own pages.
    pub async fn looks_at(&self, share: ShareId, subject: &str) -> Result<Vec<Looks>, DbError> {
        Ok(on!(read self, |c| sqlx::query_as(
            "SELECT v.person, min(v.at) AS first_at, max(v.at) AS last_at, count(*) AS count \
             FROM (SELECT $2 AS subject UNION ALL SELECT 'incident:' || t.incident FROM share_items t WHERE t.share = $1) s \
             JOIN views v ON v.subject = s.subject WHERE v.scanner = $3 AND (v.subject = $2 OR v.person IN \
             (SELECT r.address FROM share_recipients r JOIN shares h ON h.id = r.share \
              WHERE r.share = $1 AND h.created_at <= v.at)) GROUP BY v.person"
        )
        .bind(share)
        .bind(stored(subject))
        .bind(false)
        .fetch_all(c)
        .await?))
    }
}

#[cfg(test)]
mod tests;
