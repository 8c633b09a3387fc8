//! Footage: clips and photos whose bytes were copied into the archive, and those that could not be.

use chrono::{DateTime, Utc};
use serde::Serialize;

use super::objects::Object;
use super::{Db, DbError, Tx, on};
use crate::model::{ClipRef, IncidentRef};

/// Whose bytes.
#[derive(Debug, Clone, Copy)]
pub enum Holder<'a> {
    /// A clip's recording.
    Clip(&'a ClipRef),
    /// An incident's photo.
    Photo(&'a IncidentRef),
}

impl Holder<'_> {
    /// Its name among the notes.
    fn name(self) -> String {
        match self {
            Self::Clip(clip) => format!("clip {clip}"),
            Self::Photo(incident) => format!("photo {incident}"),
        }
    }
}

/// What could not be copied.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, sqlx::FromRow)]
pub struct FailedCopy {
    /// "clip REF" or "photo REF".
    pub what: String,
    /// When it was last tried.
    pub tried_at: DateTime<Utc>,
    /// How often.
    pub tries: i32,
    /// Why it did not work.
    pub error: String,
}

/// Names a copy in the place of what was named before; false where the record says something else by now.
pub async fn name_copy(tx: &mut Tx, holder: Holder<'_>, before: Option<&str>, copy: &Object) -> Result<bool, DbError> {
    let before = before.unwrap_or_default();
    let changed = match holder {
        Holder::Clip(clip) => on!(in tx, |c| sqlx::query(
            "UPDATE clips SET object_key = $2, content_type = COALESCE(content_type, $4), removed_at = NULL \
             WHERE ref = $1 AND COALESCE(object_key, '') = $3",
        )
        .bind(clip)
        .bind(&copy.object_key)
        .bind(before)
        .bind(&copy.content_type)
        .execute(c)
        .await?
        .rows_affected()),
        Holder::Photo(incident) => on!(in tx, |c| sqlx::query(
            "UPDATE incidents SET photo_key = $2 WHERE ref = $1 AND COALESCE(photo_key, '') = $3",
        )
        .bind(incident)
        .bind(&copy.object_key)
        .bind(before)
        .execute(c)
        .await?
        .rows_affected()),
    };
    on!(in tx, |c| sqlx::query("DELETE FROM clip_copies WHERE what = $1")
        .bind(holder.name())
        .execute(c)
        .await?
        .rows_affected());
    Ok(changed == 1)
}

/// Notes that something could not be copied.
pub async fn note(tx: &mut Tx, holder: Holder<'_>, error: &str, now: DateTime<Utc>) -> Result<(), DbError> {
    on!(in tx, |c| sqlx::query(
        "INSERT INTO clip_copies (what, tried_at, tries, error) VALUES ($1, $2, 1, $3) ON CONFLICT (what) DO UPDATE \
         SET tried_at = excluded.tried_at, tries = clip_copies.tries + 1, error = excluded.error",
    )
    .bind(holder.name())
    .bind(now)
    .bind(error)
    .execute(c)
    .await?
    .rows_affected());
    Ok(())
}

impl Db {
    /// What could not be copied and is still where its producer has it, newest first.
    pub async fn failed_copies(&self, limit: i64) -> Result<Vec<FailedCopy>, DbError> {
        Ok(on!(read self, |c| sqlx::query_as("SELECT * FROM clip_copies ORDER BY tried_at DESC, what LIMIT $1")
            .bind(limit)
            .fetch_all(c)
            .await?))
    }
}
