//! Objects: what is known of the archive's media, by object key.

use chrono::{DateTime, Utc};
use sqlx::QueryBuilder;

use super::records::{ROWS, Upsert};
use super::{DbError, Tx, on};

/// An object of the archive that the feed names.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Object {
    /// Its key.
    pub object_key: String,
    /// SHA-256 of its bytes in lower-case hex, where it is known.
    pub sha256: Option<String>,
    /// Its size in bytes, where it is known.
    pub size: Option<i64>,
    /// Its content type, where it is known.
    pub content_type: Option<String>,
    /// Whether it was there when last looked for.
    pub present: bool,
    /// When it was last looked for.
    pub checked_at: DateTime<Utc>,
}

const OBJECTS: Upsert = Upsert {
    table: "objects",
    key: "object_key",
    columns: &["object_key", "sha256", "size", "content_type", "present", "checked_at"],
};

impl Tx {
    /// Writes what is known of objects.
    pub async fn put_objects(&mut self, rows: &[Object]) -> Result<(), DbError> {
        for rows in rows.chunks(ROWS) {
            on!(in self, |c| {
                let mut sql = QueryBuilder::<Backend>::new(OBJECTS.head());
                sql.push_values(rows, |mut values, row| {
                    values
                        .push_bind(&row.object_key)
                        .push_bind(&row.sha256)
                        .push_bind(row.size)
                        .push_bind(&row.content_type)
                        .push_bind(row.present)
                        .push_bind(row.checked_at);
                });
                sql.push(OBJECTS.tail()).build().persistent(rows.len() == ROWS).execute(c).await?;
            });
        }
        Ok(())
    }

    /// What is known of objects.
    pub async fn objects(&mut self, keys: &[&str]) -> Result<Vec<Object>, DbError> {
        let mut found = Vec::with_capacity(keys.len());
        for keys in keys.chunks(ROWS) {
            found.extend::<Vec<Object>>(on!(in self, |c| {
                let mut sql = QueryBuilder::<Backend>::new(
                    "SELECT object_key, sha256, size, content_type, present, checked_at FROM objects \
                     WHERE object_key IN (",
                );
                let mut list = sql.separated(", ");
                for one in keys {
                    list.push_bind(*one);
                }
                sql.push(")");
                sql.build_query_as().persistent(false).fetch_all(c).await?
            }));
        }
        Ok(found)
    }
}
