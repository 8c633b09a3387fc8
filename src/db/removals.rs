//! Removals: what a frozen report uses, what became of its bytes, and which objects are doomed.
//!
//! Rows change first and say so; the key of an object that is to be deleted (or about to be written) stands in
//! `doomed_objects` until that is done, so that whoever dies in between leaves no object that nobody finds again.

use std::collections::{BTreeSet, HashSet};
use std::time::Duration;

use chrono::{DateTime, Utc};
use sqlx::QueryBuilder;

use super::artifacts::{self, Artifact};
use super::reports::ReportRow;
use super::{Db, DbError, Tx, on};
use crate::model::ReportId;

/// Names in one statement.
const NAMES: usize = 200;
/// Between two looks at whether an object is still doomed.
const DOOM_PAUSE: Duration = Duration::from_millis(250);
/// So many looks take longer than whoever deletes gives the archive (ten seconds).
const DOOM_LOOKS: u32 = 60;

/// What a report names that outlives its own rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Use {
    /// An object of the archive: a clip or a photo.
    Object,
    /// The case of an offender.
    Case,
    /// A recipient, by ref.
    Contact,
    /// A recipient, by address in lower case.
    Address,
}

impl Use {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Object => "object",
            Self::Case => "case",
            Self::Contact => "contact",
            Self::Address => "address",
        }
    }
}

/// What was removed of a report, and when.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize, sqlx::FromRow)]
pub struct Removal {
    /// All its artifacts.
    pub artifacts_removed_at: Option<DateTime<Utc>>,
    /// The exact bytes of its mails.
    pub sent_removed_at: Option<DateTime<Utc>>,
}

/// Replaces what a report uses, and marks it as listed.
pub async fn list_uses(tx: &mut Tx, report: ReportId, uses: &BTreeSet<(Use, String)>) -> Result<(), DbError> {
    on!(in tx, |c| {
        sqlx::query("DELETE FROM report_uses WHERE report = $1").bind(report).execute(&mut *c).await?;
        sqlx::query("UPDATE reports SET uses_listed = TRUE WHERE id = $1").bind(report).execute(&mut *c).await?;
        for chunk in uses.iter().collect::<Vec<_>>().chunks(NAMES) {
            let mut sql = QueryBuilder::<Backend>::new("INSERT INTO report_uses (report, what, name) ");
            sql.push_values(chunk, |mut row, (what, name)| {
                row.push_bind(report).push_bind(what.as_str()).push_bind(name.as_str());
            });
            sql.build().persistent(false).execute(&mut *c).await?;
        }
    });
    Ok(())
}

/// Takes a report's artifacts out of the rows; the row stays and says when. Returns the key of the object that is now
/// doomed, or none where another has done so.
pub async fn remove_artifacts(tx: &mut Tx, report: &ReportRow, now: DateTime<Utc>) -> Result<Option<String>, DbError> {
    let Some(key) = report.object_key.clone() else { return Ok(None) };
    let changed = on!(in tx, |c| sqlx::query(
        "UPDATE reports SET object_key = NULL, artifacts_removed_at = $3 WHERE id = $1 AND object_key = $2",
    )
    .bind(report.id)
    .bind(&key)
    .bind(now)
    .execute(c)
    .await?
    .rows_affected());
    if changed == 0 {
        return Ok(None);
    }
    on!(in tx, |c| {
        sqlx::query("DELETE FROM artifacts WHERE report = $1").bind(report.id).execute(&mut *c).await?;
        sqlx::query("DELETE FROM report_uses WHERE report = $1").bind(report.id).execute(&mut *c).await?;
    });
    doom(tx, &key, now).await?;
    Ok(Some(key))
}

/// Puts another bundle in the place of a report's: its old key is doomed, its new one no longer is. False where the
/// report's object is not `from` any more.
pub async fn exchange_bundle(
    tx: &mut Tx,
    report: ReportId,
    (from, to): (&str, &str),
    members: &[Artifact],
    now: DateTime<Utc>,
) -> Result<bool, DbError> {
    let changed = on!(in tx, |c| sqlx::query("UPDATE reports SET object_key = $3 WHERE id = $1 AND object_key = $2")
        .bind(report)
        .bind(from)
        .bind(to)
        .execute(c)
        .await?
        .rows_affected());
    if changed == 0 {
        return Ok(false);
    }
    on!(in tx, |c| sqlx::query("DELETE FROM artifacts WHERE report = $1").bind(report).execute(c).await?.rows_affected());
    artifacts::insert(tx, members).await?;
    spare(tx, to).await?;
    if from != to {
        doom(tx, from, now).await?;
    }
    Ok(true)
}

/// Marks that the mails' bytes of a report were removed.
pub async fn note_sent_removed(tx: &mut Tx, report: ReportId, now: DateTime<Utc>) -> Result<(), DbError> {
    on!(in tx, |c| sqlx::query("UPDATE reports SET sent_removed_at = $2 WHERE id = $1")
        .bind(report)
        .bind(now)
        .execute(c)
        .await?
        .rows_affected());
    Ok(())
}

/// Writes down that an object is to be deleted, or is about to be written and named.
pub async fn doom(tx: &mut Tx, key: &str, now: DateTime<Utc>) -> Result<(), DbError> {
    on!(in tx, |c| sqlx::query(
        "INSERT INTO doomed_objects (object_key, since) VALUES ($1, $2) ON CONFLICT (object_key) DO UPDATE SET since = excluded.since",
    )
    .bind(key)
    .bind(now)
    .execute(c)
    .await?
    .rows_affected());
    Ok(())
}

/// An object is named, or gone: its intent is done.
pub async fn spare(tx: &mut Tx, key: &str) -> Result<(), DbError> {
    on!(in tx, |c| sqlx::query("DELETE FROM doomed_objects WHERE object_key = $1")
        .bind(key)
        .execute(c)
        .await?
        .rows_affected());
    Ok(())
}

/// Which of these objects are doomed: somebody is deleting them, or has died before.
pub async fn doomed_among(tx: &mut Tx, keys: &[&str]) -> Result<HashSet<String>, DbError> {
    let mut found = HashSet::new();
    for keys in keys.chunks(NAMES) {
        found.extend::<Vec<String>>(on!(in tx, |c| {
            let mut sql = QueryBuilder::<Backend>::new("SELECT object_key FROM doomed_objects WHERE object_key IN (");
            let mut list = sql.separated(", ");
            for key in keys {
                list.push_bind(*key);
            }
            sql.push(")");
            sql.build_query_scalar().persistent(false).fetch_all(c).await?
        }));
    }
    Ok(found)
}

/// Waits, with imports held when it returns, until nobody deletes one of these objects any more; whose doom does not end
/// has lost whoever had it, and is ended here. Says whether one was doomed: it must be brought again then.
pub async fn outlast_dooms(db: &Db, keys: &[&str]) -> Result<(Tx, bool), DbError> {
    let mut was_doomed = false;
    for _ in 0..DOOM_LOOKS {
        let mut tx = db.begin().await?;
        tx.hold_imports().await?;
        if doomed_among(&mut tx, keys).await?.is_empty() {
            return Ok((tx, was_doomed));
        }
        was_doomed = true;
        drop(tx);
        tokio::time::sleep(DOOM_PAUSE).await;
    }
    let mut tx = db.begin().await?;
    tx.hold_imports().await?;
    for key in doomed_among(&mut tx, keys).await? {
        spare(&mut tx, &key).await?;
    }
    tx.commit().await?;
    let mut tx = db.begin().await?;
    tx.hold_imports().await?;
    Ok((tx, true))
}

impl Db {
    /// Built reports whose uses nobody has listed yet.
    pub async fn unlisted_reports(&self, limit: i64) -> Result<Vec<ReportRow>, DbError> {
        Ok(on!(read self, |c| sqlx::query_as(
            "SELECT * FROM reports WHERE object_key IS NOT NULL AND NOT uses_listed ORDER BY night LIMIT $1"
        )
        .bind(limit)
        .fetch_all(c)
        .await?))
    }

    /// What was removed of a report.
    pub async fn removal(&self, report: ReportId) -> Result<Removal, DbError> {
        let found: Option<Removal> = on!(read self, |c| sqlx::query_as(
            "SELECT artifacts_removed_at, sent_removed_at FROM reports WHERE id = $1"
        )
        .bind(report)
        .fetch_optional(c)
        .await?);
        Ok(found.unwrap_or_default())
    }

    /// Objects whose deletion (or naming) was intended before `since` and not finished, that no report names.
    pub async fn doomed_objects(&self, since: DateTime<Utc>, limit: i64) -> Result<Vec<String>, DbError> {
        Ok(on!(read self, |c| sqlx::query_scalar(
            "SELECT d.object_key FROM doomed_objects d WHERE d.since <= $1 \
             AND NOT EXISTS (SELECT 1 FROM reports r WHERE r.object_key = d.object_key) ORDER BY d.object_key LIMIT $2"
        )
        .bind(since)
        .bind(limit)
        .fetch_all(c)
        .await?))
    }
}
