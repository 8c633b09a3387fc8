//! API keys: the keys of programs by their hash, what each may do, and when it was last used.

use chrono::{DateTime, Utc};
use serde::Serialize;

use super::text::{json, stored};
use super::{Db, DbError, Tx, on};
use crate::model::{ApiKeyId, BranchRef, KeyRight};

/// A row of `api_keys`, but for the hash.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, sqlx::FromRow)]
pub struct ApiKey {
    /// Its id.
    pub id: ApiKeyId,
    /// What people call it.
    #[sqlx(try_from = "super::text::Text")]
    pub name: String,
    /// Its first characters.
    pub prefix: String,
    /// What it may do.
    #[sqlx(try_from = "super::text::JsonText<Vec<KeyRight>>")]
    pub rights: Vec<KeyRight>,
    /// The branches that it is for; none is all of them.
    #[sqlx(try_from = "super::text::JsonText<Option<Vec<BranchRef>>>")]
    pub branches: Option<Vec<BranchRef>>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// By whom.
    #[sqlx(try_from = "super::text::Text")]
    pub created_by: String,
    /// From when on it opens nothing.
    pub expires_at: Option<DateTime<Utc>>,
    /// When it was last used, to the minute.
    pub last_used_at: Option<DateTime<Utc>>,
    /// When it was taken back.
    pub revoked_at: Option<DateTime<Utc>>,
    /// By whom.
    #[sqlx(try_from = "super::text::MaybeText")]
    pub revoked_by: Option<String>,
    /// The key that takes its place.
    pub successor: Option<ApiKeyId>,
}

/// Inserts a new key under the SHA-256 of its text.
pub async fn insert(tx: &mut Tx, key: &ApiKey, key_hash: &[u8; 32]) -> Result<(), DbError> {
    on!(in tx, |c| sqlx::query(
        "INSERT INTO api_keys (id, name, prefix, key_hash, rights, branches, created_at, created_by, expires_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
    )
    .bind(key.id)
    .bind(stored(&key.name))
    .bind(&key.prefix)
    .bind(key_hash.as_slice())
    .bind(json(&key.rights))
    .bind(key.branches.as_ref().map(json))
    .bind(key.created_at)
    .bind(stored(&key.created_by))
    .bind(key.expires_at)
    .execute(c)
    .await?
    .rows_affected());
    Ok(())
}

/// Revokes a key; false where there is none, or it is revoked already.
pub async fn revoke(tx: &mut Tx, id: ApiKeyId, by: &str, now: DateTime<Utc>) -> Result<bool, DbError> {
    let revoked = on!(in tx, |c| sqlx::query(
        "UPDATE api_keys SET revoked_at = $2, revoked_by = $3 WHERE id = $1 AND revoked_at IS NULL",
    )
    .bind(id)
    .bind(now)
    .bind(stored(by))
    .execute(c)
    .await?
    .rows_affected());
    Ok(revoked == 1)
}

/// Names a key's successor and lets the key end by then; false where it is revoked or has a successor already.
pub async fn succeed(tx: &mut Tx, id: ApiKeyId, successor: ApiKeyId, ends: DateTime<Utc>) -> Result<bool, DbError> {
    let changed = on!(in tx, |c| sqlx::query(
        "UPDATE api_keys SET successor = $2, \
         expires_at = CASE WHEN expires_at IS NULL OR expires_at > $3 THEN $3 ELSE expires_at END \
         WHERE id = $1 AND revoked_at IS NULL AND successor IS NULL",
    )
    .bind(id)
    .bind(successor)
    .bind(ends)
    .execute(c)
    .await?
    .rows_affected());
    Ok(changed == 1)
}

impl Db {
    /// The key with that hash, whether it still opens anything or not.
    pub async fn api_key_of(&self, key_hash: &[u8; 32]) -> Result<Option<ApiKey>, DbError> {
        Ok(on!(read self, |c| sqlx::query_as("SELECT * FROM api_keys WHERE key_hash = $1")
            .bind(key_hash.as_slice())
            .fetch_optional(c)
            .await?))
    }

    /// All keys, newest first; those that open nothing any more only where `ended`.
    pub async fn api_keys(&self, ended: bool, now: DateTime<Utc>) -> Result<Vec<ApiKey>, DbError> {
        Ok(on!(read self, |c| sqlx::query_as(
            "SELECT * FROM api_keys WHERE $1 OR (revoked_at IS NULL AND (expires_at IS NULL OR expires_at > $2)) \
             ORDER BY created_at DESC, id"
        )
        .bind(ended)
        .bind(now)
        .fetch_all(c)
        .await?))
    }

    /// Notes that a key was used, unless that was noted since `before`.
    pub async fn api_key_used(&self, id: ApiKeyId, now: DateTime<Utc>, before: DateTime<Utc>) -> Result<(), DbError> {
        on!(write self, |c| sqlx::query(
            "UPDATE api_keys SET last_used_at = $2 WHERE id = $1 AND (last_used_at IS NULL OR last_used_at <= $3)",
        )
        .bind(id)
        .bind(now)
        .bind(before)
        .execute(c)
        .await?
        .rows_affected());
        Ok(())
    }
}
