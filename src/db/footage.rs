//! Footage: clips and photos whose bytes were copied into the archive, and those that could not be.

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use serde::Serialize;
use sqlx::QueryBuilder;

use super::objects::Object;
use super::text::stored;
use super::{Db, DbError, Tx, on};
use crate::model::{ClipRef, IncidentRef};

/// Names in one statement.
const NAMES: usize = 200;

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
    #[must_use]
    pub fn name(self) -> String {
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
    #[sqlx(try_from = "super::text::Text")]
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
    .bind(stored(error))
    .execute(c)
    .await?
    .rows_affected());
    Ok(())
}

impl Db {
    /// Which of these (by [`Holder::name`]) could not be copied when they were last tried, at `since` or later.
    pub async fn failed_since(&self, names: &[String], since: DateTime<Utc>) -> Result<HashSet<String>, DbError> {
        let mut found = HashSet::new();
        for names in names.chunks(NAMES) {
            found.extend::<Vec<String>>(on!(read self, |c| {
                let mut sql = QueryBuilder::<Backend>::new("SELECT what FROM clip_copies WHERE tried_at >= ");
                sql.push_bind(since).push(" AND what IN (");
                let mut list = sql.separated(", ");
                for name in names {
                    list.push_bind(name.as_str());
                }
                sql.push(")");
                sql.build_query_scalar().persistent(false).fetch_all(c).await?
            }));
        }
        Ok(found)
    }

    /// What could not be copied and is still where its producer has it, newest first.
    pub async fn failed_copies(&self, limit: i64) -> Result<Vec<FailedCopy>, DbError> {
        Ok(on!(read self, |c| sqlx::query_as("SELECT * FROM clip_copies ORDER BY tried_at DESC, what LIMIT $1")
            .bind(limit)
            .fetch_all(c)
            .await?))
    }
}
