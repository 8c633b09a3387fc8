//! Interactions: handled events.

use chrono::{DateTime, Utc};
use serde::Serialize;
use sqlx::QueryBuilder;

use super::records::{ROWS, Stamped, Upsert};
use super::text::{json, maybe_stored, stored};
use super::{DbError, Tx, on};
use crate::model::{CameraRef, ClipRef, InteractionRef, LocationRef, Window};

/// A handled event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, sqlx::FromRow)]
pub struct Interaction {
    /// Its ref.
    #[sqlx(rename = "ref")]
    pub interaction: InteractionRef,
    /// Where.
    pub location: LocationRef,
    /// Its camera.
    pub camera: Option<CameraRef>,
    /// 1 = normal, 2 and above = escalated.
    pub level: i32,
    /// The producer's word for the type.
    #[sqlx(try_from = "super::text::Text")]
    pub kind: String,
    /// When it began.
    pub started_at: DateTime<Utc>,
    /// When it ended.
    pub ended_at: Option<DateTime<Utc>>,
    /// Who handled it.
    #[sqlx(try_from = "super::text::MaybeText")]
    pub operator: Option<String>,
    /// The operator's notes.
    #[sqlx(try_from = "super::text::Text")]
    pub notes: String,
    /// What was done.
    #[sqlx(try_from = "super::text::JsonText<Vec<String>>")]
    pub actions: Vec<String>,
    /// Its clip.
    pub clip: Option<ClipRef>,
}

const INTERACTIONS: Upsert = Upsert {
    table: "interactions",
    key: "ref",
    columns: &[
        "ref",
        "location",
        "camera",
        "level",
        "kind",
        "started_at",
        "ended_at",
        "operator",
        "notes",
        "actions",
        "clip",
        "digest",
    ],
};

macro_rules! select {
    () => {
        "SELECT ref, location, camera, level, kind, started_at, ended_at, operator, notes, actions, clip \
         FROM interactions "
    };
}

impl Tx {
    /// Writes interactions.
    pub async fn put_interactions(&mut self, rows: &[Stamped<Interaction>]) -> Result<(), DbError> {
        for rows in rows.chunks(ROWS) {
            on!(in self, |c| {
                let mut sql = QueryBuilder::<Backend>::new(INTERACTIONS.head());
                sql.push_values(rows, |mut values, Stamped { row, digest }| {
                    values
                        .push_bind(&row.interaction)
                        .push_bind(&row.location)
                        .push_bind(&row.camera)
                        .push_bind(row.level)
                        .push_bind(stored(&row.kind))
                        .push_bind(row.started_at)
                        .push_bind(row.ended_at)
                        .push_bind(maybe_stored(row.operator.as_ref()))
                        .push_bind(stored(&row.notes))
                        .push_bind(json(&row.actions))
                        .push_bind(&row.clip)
                        .push_bind(&digest.0[..]);
                });
                sql.push(INTERACTIONS.tail()).build().persistent(rows.len() == ROWS).execute(c).await?;
            });
        }
        Ok(())
    }

    /// The interactions of a location that began in a window, in order of time and ref.
    pub async fn interactions_in(
        &mut self,
        location: &LocationRef,
        window: Window,
    ) -> Result<Vec<Interaction>, DbError> {
        Ok(on!(in self, |c| {
            sqlx::query_as(concat!(
                select!(),
                "WHERE location = $1 AND started_at >= $2 AND started_at < $3 ORDER BY started_at, ref"
            ))
            .bind(location)
            .bind(window.start)
            .bind(window.end)
            .fetch_all(c)
            .await?
        }))
    }

    /// Interactions by ref, whenever they were.
    pub async fn interactions(&mut self, refs: &[&InteractionRef]) -> Result<Vec<Interaction>, DbError> {
        let mut found = Vec::with_capacity(refs.len());
        for refs in refs.chunks(ROWS) {
            found.extend::<Vec<Interaction>>(on!(in self, |c| {
                let mut sql = QueryBuilder::<Backend>::new(concat!(select!(), "WHERE ref IN ("));
                let mut list = sql.separated(", ");
                for one in refs {
                    list.push_bind(*one);
                }
                sql.push(")");
                sql.build_query_as().persistent(false).fetch_all(c).await?
            }));
        }
        Ok(found)
    }
}
