//! Entry: a whitelist entry that was made for shares, and the links that it stands for: who is taken off has no link any
//! more, and an end that is moved is moved for the links, too.

use chrono::{DateTime, Utc};

use super::super::text::stored;
use super::super::{DbError, Tx, on};
use crate::model::WhitelistId;

/// The links of an entry's address into its location, where the entry is for what was shared and not for the whole:
/// `$1` is the entry, `$2` is false.
const LINKS: &str = "revoked_at IS NULL AND address = (SELECT address FROM whitelist WHERE id = $1 AND whole = $2) \
     AND share IN (SELECT s.id FROM whitelist w JOIN shares s ON s.location = w.location WHERE w.id = $1)";

/// Ends the links of an entry; returns how many these were.
pub async fn revoke_links(tx: &mut Tx, entry: WhitelistId, by: &str, now: DateTime<Utc>) -> Result<u64, DbError> {
    Ok(on!(in tx, |c| sqlx::query(sqlx::AssertSqlSafe(format!(
        "UPDATE share_recipients SET revoked_at = $3, revoked_by = $4 WHERE {LINKS}"
    )))
    .bind(entry)
    .bind(false)
    .bind(now)
    .bind(stored(by))
    .execute(c)
    .await?
    .rows_affected()))
}

/// Moves the end of an entry's links that still work; what has ended is not revived. Returns how many these were.
pub async fn end_links(
    tx: &mut Tx,
    entry: WhitelistId,
    expires_at: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<u64, DbError> {
    let moved: Vec<crate::model::ShareId> = on!(in tx, |c| sqlx::query_scalar(sqlx::AssertSqlSafe(format!(
        "UPDATE share_recipients SET expires_at = $3 WHERE {LINKS} AND expires_at > $4 RETURNING share"
    )))
    .bind(entry)
    .bind(false)
    .bind(expires_at)
    .bind(now)
    .fetch_all(c)
    .await?);
    for share in &moved {
        super::end_with_links(tx, *share).await?;
    }
    Ok(u64::try_from(moved.len()).unwrap_or(u64::MAX))
}
