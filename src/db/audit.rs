//! Audit: every change, append-only, each entry bound to the one before it by its hash.

use chrono::{DateTime, Utc};
use serde::Serialize;

use super::text::{Text, stored};
use super::{Db, DbError, Tx, on};
use crate::model::BranchRef;

/// A row of `audit`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, sqlx::FromRow)]
pub struct Entry {
    /// Its place: 1 is the first.
    pub number: i64,
    /// When.
    pub at: DateTime<Utc>,
    /// Who: `user:ID`, `address:ADDRESS`, `link:DELIVERY`, `key:ID`, `command:NAME` or `daybreak`.
    #[sqlx(try_from = "Text")]
    pub actor: String,
    /// What was done, such as `share.create`.
    pub action: String,
    /// To what, such as `share:ID`.
    #[sqlx(try_from = "Text")]
    pub object: String,
    /// Of which branch, where it is one's.
    pub branch: Option<BranchRef>,
    /// JSON: what it was and is.
    #[sqlx(try_from = "Text")]
    pub detail: String,
    /// From which address.
    #[sqlx(try_from = "Text")]
    pub origin: String,
    /// SHA-256 of the hash before and of all the above.
    #[serde(skip)]
    pub hash: Vec<u8>,
}

const COLUMNS: &str = "number, at, actor, action, object, branch, detail, origin, hash";

/// Number and hash of the last entry; whoever asks holds both until the transaction ends, so that entries are written
/// one after another.
pub async fn hold_head(tx: &mut Tx) -> Result<(i64, Vec<u8>), DbError> {
    Ok(on!(in tx, |c| sqlx::query_as("UPDATE audit_head SET number = number WHERE one = 1 RETURNING number, hash")
        .fetch_one(c)
        .await?))
}

/// Appends an entry and makes it the last.
pub async fn append(tx: &mut Tx, entry: &Entry) -> Result<(), DbError> {
    on!(in tx, |c| sqlx::query(
        "INSERT INTO audit (number, at, actor, action, object, branch, detail, origin, hash) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
    )
    .bind(entry.number)
    .bind(entry.at)
    .bind(stored(&entry.actor))
    .bind(&entry.action)
    .bind(stored(&entry.object))
    .bind(&entry.branch)
    .bind(stored(&entry.detail))
    .bind(stored(&entry.origin))
    .bind(&entry.hash)
    .execute(c)
    .await?
    .rows_affected());
    on!(in tx, |c| sqlx::query("UPDATE audit_head SET number = $1, hash = $2 WHERE one = 1")
        .bind(entry.number)
        .bind(&entry.hash)
        .execute(c)
        .await?
        .rows_affected());
    Ok(())
}

/// The first number that there is, and the first whose entry is no older than an instant; none for an empty log.
pub async fn bounds(tx: &mut Tx, at: DateTime<Utc>) -> Result<Option<(i64, Option<i64>)>, DbError> {
    let first: Option<i64> = on!(in tx, |c| sqlx::query_scalar("SELECT number FROM audit ORDER BY number LIMIT 1")
        .fetch_optional(c)
        .await?);
    let Some(first) = first else { return Ok(None) };
    let stays = on!(in tx, |c| sqlx::query_scalar("SELECT number FROM audit WHERE at >= $1 ORDER BY number LIMIT 1")
        .bind(at)
        .fetch_optional(c)
        .await?);
    Ok(Some((first, stays)))
}

/// Removes the entries up to and with a number; returns the hash of that one, none where there is no such entry.
pub async fn remove_through(tx: &mut Tx, number: i64) -> Result<Option<Vec<u8>>, DbError> {
    let hash: Option<Vec<u8>> = on!(in tx, |c| sqlx::query_scalar("SELECT hash FROM audit WHERE number = $1")
        .bind(number)
        .fetch_optional(c)
        .await?);
    if hash.is_some() {
        on!(in tx, |c| sqlx::query("DELETE FROM audit WHERE number <= $1")
            .bind(number)
            .execute(c)
            .await?
            .rows_affected());
    }
    Ok(hash)
}

/// Up to which instant something that comes about by the clock alone was entered; at first, now. Whoever asks holds it
/// until the transaction ends.
pub async fn hold_mark(tx: &mut Tx, name: &str, now: DateTime<Utc>) -> Result<DateTime<Utc>, DbError> {
    Ok(on!(in tx, |c| sqlx::query_scalar(
        "INSERT INTO audit_marks (name, looked_until) VALUES ($1, $2) \
         ON CONFLICT (name) DO UPDATE SET name = excluded.name RETURNING looked_until",
    )
    .bind(name)
    .bind(now)
    .fetch_one(c)
    .await?))
}

/// Moves it on.
pub async fn move_mark(tx: &mut Tx, name: &str, until: DateTime<Utc>) -> Result<(), DbError> {
    on!(in tx, |c| sqlx::query("UPDATE audit_marks SET looked_until = $2 WHERE name = $1")
        .bind(name)
        .bind(until)
        .execute(c)
        .await?
        .rows_affected());
    Ok(())
}

/// What somebody looks for in the log; nothing set finds everything.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Wanted {
    /// Who, as it stands in the log.
    pub actor: Option<String>,
    /// What begins so: `share.` finds all that was done with shares.
    pub action: Option<String>,
    /// To what, as it stands in the log.
    pub object: Option<String>,
    /// Of which branch.
    pub branch: Option<String>,
    /// From this instant on.
    pub from: Option<DateTime<Utc>>,
    /// Before this instant.
    pub until: Option<DateTime<Utc>>,
    /// Before this number.
    pub before: Option<i64>,
}

impl Db {
    /// Entries, newest first.
    pub async fn audit_found(&self, wanted: &Wanted, limit: i64) -> Result<Vec<Entry>, DbError> {
        Ok(on!(read self, |c| {
            let mut sql = sqlx::QueryBuilder::<Backend>::new(format!("SELECT {COLUMNS} FROM audit WHERE 1 = 1"));
            if let Some(actor) = &wanted.actor {
                sql.push(" AND actor = ").push_bind(stored(actor).into_owned());
            }
            if let Some(action) = &wanted.action {
                sql.push(" AND substr(action, 1, ").push(action.chars().count()).push(") = ").push_bind(stored(action).into_owned());
            }
            if let Some(object) = &wanted.object {
                sql.push(" AND object = ").push_bind(stored(object).into_owned());
            }
            if let Some(branch) = &wanted.branch {
                sql.push(" AND branch = ").push_bind(stored(branch).into_owned());
            }
            if let Some(from) = wanted.from {
                sql.push(" AND at >= ").push_bind(from);
            }
            if let Some(until) = wanted.until {
                sql.push(" AND at < ").push_bind(until);
            }
            if let Some(before) = wanted.before {
                sql.push(" AND number < ").push_bind(before);
            }
            sql.push(" ORDER BY number DESC LIMIT ").push_bind(limit);
            sql.build_query_as().persistent(false).fetch_all(c).await?
        }))
    }

    /// The head, as it was written with the last entry.
    pub async fn audit_head(&self) -> Result<(i64, Vec<u8>), DbError> {
        Ok(on!(read self, |c| sqlx::query_as("SELECT number, hash FROM audit_head WHERE one = 1").fetch_one(c).await?))
    }

    /// Entries after a number, oldest first.
    pub async fn audit_after(&self, number: i64, limit: i64) -> Result<Vec<Entry>, DbError> {
        Ok(on!(read self, |c| sqlx::query_as(sqlx::AssertSqlSafe(format!(
            "SELECT {COLUMNS} FROM audit WHERE number > $1 ORDER BY number LIMIT $2"
        )))
        .bind(number)
        .bind(limit)
        .fetch_all(c)
        .await?))
    }
}
