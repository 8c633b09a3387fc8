//! Clips: recordings.

use chrono::{DateTime, Utc};
use serde::Serialize;
use sqlx::QueryBuilder;

use super::records::{ROWS, Stamped, Upsert};
use super::text::maybe_stored;
use super::{DbError, Tx, on};
use crate::model::{CameraRef, ClipRef, LocationRef};

/// A recording.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, sqlx::FromRow)]
pub struct Clip {
    /// Its ref.
    #[sqlx(rename = "ref")]
    pub clip: ClipRef,
    /// Where.
    pub location: LocationRef,
    /// Its camera.
    pub camera: Option<CameraRef>,
    /// When it begins.
    pub recorded_at: DateTime<Utc>,
    /// How long it is, in milliseconds.
    pub duration_ms: Option<i64>,
    /// Object key; none where the footage can only be viewed outside.
    pub object_key: Option<String>,
    /// Content type.
    pub content_type: Option<String>,
    /// Where it can be viewed outside.
    pub external_url: Option<String>,
    /// The password it asks for there.
    #[sqlx(try_from = "super::text::MaybeText")]
    pub password: Option<String>,
}

/// A clip with what the archive knows of it.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct KnownClip {
    /// The clip.
    #[sqlx(flatten)]
    pub clip: Clip,
    /// Whether the archive has its bytes.
    pub present: Option<bool>,
    /// SHA-256 of the bytes in lower-case hex, where it is known.
    pub sha256: Option<String>,
    /// When the archive was last asked.
    pub checked_at: Option<DateTime<Utc>>,
}

const CLIPS: Upsert = Upsert {
    table: "clips",
    key: "ref",
    columns: &[
        "ref",
        "location",
        "camera",
        "recorded_at",
        "duration_ms",
        "object_key",
        "content_type",
        "external_url",
        "password",
        "digest",
    ],
};

impl Tx {
    /// Writes clips.
    pub async fn put_clips(&mut self, rows: &[Stamped<Clip>]) -> Result<(), DbError> {
        for rows in rows.chunks(ROWS) {
            on!(in self, |c| {
                let mut sql = QueryBuilder::<Backend>::new(CLIPS.head());
                sql.push_values(rows, |mut values, Stamped { row, digest }| {
                    values
                        .push_bind(&row.clip)
                        .push_bind(&row.location)
                        .push_bind(&row.camera)
                        .push_bind(row.recorded_at)
                        .push_bind(row.duration_ms)
                        .push_bind(&row.object_key)
                        .push_bind(&row.content_type)
                        .push_bind(&row.external_url)
                        .push_bind(maybe_stored(row.password.as_ref()))
                        .push_bind(&digest.0[..]);
                });
                sql.push(CLIPS.tail()).build().persistent(rows.len() == ROWS).execute(c).await?;
            });
        }
        Ok(())
    }

    /// Clips by ref.
    pub async fn clips(&mut self, refs: &[&ClipRef]) -> Result<Vec<KnownClip>, DbError> {
        let mut found = Vec::with_capacity(refs.len());
        for refs in refs.chunks(ROWS) {
            found.extend::<Vec<KnownClip>>(on!(in self, |c| {
                let mut sql = QueryBuilder::<Backend>::new(
                    "SELECT k.ref, k.location, k.camera, k.recorded_at, k.duration_ms, k.object_key, k.content_type, \
                     k.external_url, k.password, o.present, o.sha256, o.checked_at \
                     FROM clips k LEFT JOIN objects o ON o.object_key = k.object_key WHERE k.ref IN (",
                );
                let mut list = sql.separated(", ");
                for one in refs {
                    list.push_bind(*one);
                }
                sql.push(")");
                sql.build_query_as().fetch_all(c).await?
            }));
        }
        Ok(found)
    }
}
