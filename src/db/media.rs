//! Media: the archive's clips and photos, who names them, and which frozen reports use them.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Utc};
use sqlx::QueryBuilder;

use super::{Db, DbError, Tx, on};
use crate::model::{BranchRef, ReportId};

/// Names in one statement.
const NAMES: usize = 200;

/// A report that uses an object, as far as that decides how long the object is kept.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct ObjectUser {
    /// Key of the object.
    pub name: String,
    /// The report.
    pub report: ReportId,
    /// The branch of the report's site; none where the site is gone.
    pub branch: Option<BranchRef>,
    /// When the report was built.
    pub built_at: Option<DateTime<Utc>>,
    /// Whether one of its links works.
    pub linked: bool,
}

/// Marks objects as removed; their rows stay and say when.
pub async fn bury_objects(tx: &mut Tx, keys: &[String], now: DateTime<Utc>) -> Result<(), DbError> {
    for chunk in keys.chunks(NAMES) {
        on!(in tx, |c| {
            let mut sql = QueryBuilder::<Backend>::new("UPDATE objects SET present = FALSE, removed_at = ");
            sql.push_bind(now).push(" WHERE object_key IN (");
            let mut list = sql.separated(", ");
            for key in chunk {
                list.push_bind(key.as_str());
            }
            sql.push(")");
            sql.build().persistent(false).execute(c).await?.rows_affected()
        });
    }
    Ok(())
}

/// The clips and incidents that name objects: pairs of key and ref, clips first.
pub async fn namers(tx: &mut Tx, keys: &[String]) -> Result<[Vec<(String, String)>; 2], DbError> {
    let mut found = [Vec::new(), Vec::new()];
    for ((table, column), found) in [("clips", "object_key"), ("incidents", "photo_key")].into_iter().zip(&mut found) {
        for chunk in keys.chunks(NAMES) {
            found.extend::<Vec<(String, String)>>(on!(in tx, |c| {
                let mut sql = QueryBuilder::<Backend>::new(format!("SELECT {column}, ref FROM {table} WHERE {column} IN ("));
                let mut list = sql.separated(", ");
                for key in chunk {
                    list.push_bind(key.as_str());
                }
                sql.push(")");
                sql.build_query_as().persistent(false).fetch_all(c).await?
            }));
        }
    }
    Ok(found)
}

/// What the archive is known to hold, a page at a time in order of key: key, size, when last looked for.
pub async fn objects_after(
    tx: &mut Tx,
    after: &str,
    limit: i64,
) -> Result<Vec<(String, Option<i64>, DateTime<Utc>)>, DbError> {
    Ok(on!(in tx, |c| sqlx::query_as(
        "SELECT object_key, size, checked_at FROM objects WHERE object_key > $1 AND present ORDER BY object_key LIMIT $2"
    )
    .bind(after)
    .bind(limit)
    .fetch_all(c)
    .await?))
}

/// The frozen reports that use these objects, by key.
pub async fn users(
    tx: &mut Tx,
    keys: &[String],
    now: DateTime<Utc>,
) -> Result<HashMap<String, Vec<ObjectUser>>, DbError> {
    let mut by_key: HashMap<String, Vec<ObjectUser>> = HashMap::new();
    for chunk in keys.chunks(NAMES) {
        let found: Vec<ObjectUser> = on!(in tx, |c| {
            let mut sql = QueryBuilder::<Backend>::new(
                "SELECT u.name, u.report, l.branch, r.built_at, EXISTS (SELECT 1 FROM links k WHERE k.report = r.id \
                 AND k.revoked_at IS NULL AND k.expires_at > ",
            );
            sql.push_bind(now).push(
                ") OR EXISTS (SELECT 1 FROM share_items t JOIN share_recipients w ON w.share = t.share \
                 WHERE t.report = r.id AND w.revoked_at IS NULL AND w.expires_at > ",
            );
            sql.push_bind(now).push(
                ") AS linked FROM report_uses u JOIN reports r ON r.id = u.report \
                 LEFT JOIN locations l ON l.ref = r.location WHERE u.what = 'object' AND u.name IN (",
            );
            let mut list = sql.separated(", ");
            for key in chunk {
                list.push_bind(key.as_str());
            }
            sql.push(")");
            sql.build_query_as().persistent(false).fetch_all(c).await?
        });
        for user in found {
            by_key.entry(user.name.clone()).or_default().push(user);
        }
    }
    Ok(by_key)
}

/// Which of these objects something needs that was shared without a report, by a link that still works.
pub async fn shared(tx: &mut Tx, keys: &[String], now: DateTime<Utc>) -> Result<HashSet<String>, DbError> {
    let mut shared = HashSet::new();
    for chunk in keys.chunks(NAMES) {
        shared.extend::<Vec<String>>(on!(in tx, |c| {
            let mut sql = QueryBuilder::<Backend>::new(
                "SELECT DISTINCT o.object_key FROM share_objects o JOIN share_recipients w ON w.share = o.share \
                 WHERE w.revoked_at IS NULL AND w.expires_at > ",
            );
            sql.push_bind(now).push(" AND o.object_key IN (");
            let mut list = sql.separated(", ");
            for key in chunk {
                list.push_bind(key.as_str());
            }
            sql.push(")");
            sql.build_query_scalar().persistent(false).fetch_all(c).await?
        }));
    }
    Ok(shared)
}

/// When one of these objects was last removed, if that was at `since` or later.
pub async fn latest_removal(
    tx: &mut Tx,
    keys: &[&str],
    since: DateTime<Utc>,
) -> Result<Option<DateTime<Utc>>, DbError> {
    let mut latest = None;
    for chunk in keys.chunks(NAMES) {
        let found: Option<DateTime<Utc>> = on!(in tx, |c| {
            let mut sql = QueryBuilder::<Backend>::new("SELECT max(removed_at) FROM objects WHERE NOT present AND removed_at >= ");
            sql.push_bind(since).push(" AND object_key IN (");
            let mut list = sql.separated(", ");
            for key in chunk {
                list.push_bind(*key);
            }
            sql.push(")");
            sql.build_query_scalar().persistent(false).fetch_one(c).await?
        });
        latest = latest.max(found);
    }
    Ok(latest)
}

impl Db {
    /// When an object was removed by retention, if it was and did not come back.
    pub async fn object_removed_at(&self, key: &str) -> Result<Option<DateTime<Utc>>, DbError> {
        let found: Option<Option<DateTime<Utc>>> = on!(read self, |c| sqlx::query_scalar(
            "SELECT removed_at FROM objects WHERE object_key = $1 AND NOT present"
        )
        .bind(key)
        .fetch_optional(c)
        .await?);
        Ok(found.flatten())
    }
}
