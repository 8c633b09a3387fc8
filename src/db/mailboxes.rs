//! Mailboxes: how far each mbox file has been read.

use chrono::{DateTime, Utc};

use super::{Db, DbError, Tx, on};

/// A row of `mailboxes`.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Mailbox {
    /// The file.
    pub path: String,
    /// Everything before this offset in bytes has been read.
    pub read_to: i64,
    /// Of how many bytes `head` is the digest.
    pub head_size: i64,
    /// SHA-256 of the file's first bytes, by which the file is recognized.
    pub head: Vec<u8>,
    /// The file's size in bytes at the last look.
    pub seen_size: i64,
    /// When that was.
    pub looked_at: DateTime<Utc>,
}

/// Notes how far a file has been read.
pub async fn put(tx: &mut Tx, mailbox: &Mailbox) -> Result<(), DbError> {
    on!(in tx, |c| sqlx::query(
        "INSERT INTO mailboxes (path, read_to, head_size, head, seen_size, looked_at) VALUES ($1, $2, $3, $4, $5, $6) \
         ON CONFLICT (path) DO UPDATE SET read_to = $2, head_size = $3, head = $4, seen_size = $5, looked_at = $6",
    )
    .bind(&mailbox.path)
    .bind(mailbox.read_to)
    .bind(mailbox.head_size)
    .bind(&mailbox.head)
    .bind(mailbox.seen_size)
    .bind(mailbox.looked_at)
    .execute(c)
    .await?
    .rows_affected());
    Ok(())
}

impl Db {
    /// How far a file has been read.
    pub async fn mailbox(&self, path: &str) -> Result<Option<Mailbox>, DbError> {
        Ok(on!(read self, |c| sqlx::query_as("SELECT * FROM mailboxes WHERE path = $1")
            .bind(path)
            .fetch_optional(c)
            .await?))
    }
}
