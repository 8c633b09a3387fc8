//! Activities (what was processed in a night), watermarks (how far a producer has sent), and the counts of past nights.

use chrono::{DateTime, Utc};
use serde::Serialize;
use sqlx::QueryBuilder;

use super::records::{ROWS, Stamped, Upsert};
use super::{Db, DbError, Tx, on};
use crate::model::{LocationRef, NightDate, Window};

/// What was processed in a location's night.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Activity {
    /// The location.
    pub location: LocationRef,
    /// The night.
    pub night: NightDate,
    /// What the cameras noticed.
    pub detections: i64,
    /// What was filtered out by machine.
    pub filtered: i64,
    /// What a person reviewed.
    pub reviewed: i64,
}

/// Everything of a location up to an instant has been sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Watermark {
    /// The location.
    pub location: LocationRef,
    /// The instant.
    pub complete_until: DateTime<Utc>,
}

/// What one night of a location amounts to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, sqlx::FromRow)]
pub struct NightCounts {
    /// Which night.
    pub night: NightDate,
    /// What the cameras noticed, where there is an activity.
    pub detections: Option<i64>,
    /// What was filtered out by machine.
    pub filtered: Option<i64>,
    /// What a person reviewed.
    pub reviewed: Option<i64>,
    /// Interactions of any level that began in the window.
    pub interactions: i64,
    /// Incidents that occurred in the window.
    pub incidents: i64,
}

const ACTIVITIES: Upsert = Upsert {
    table: "activities",
    key: "location, night",
    columns: &["location", "night", "detections", "filtered", "reviewed", "digest"],
};
const WATERMARKS: Upsert =
    Upsert { table: "watermarks", key: "location", columns: &["location", "complete_until", "digest"] };

impl Tx {
    /// Writes activities.
    pub async fn put_activities(&mut self, rows: &[Stamped<Activity>]) -> Result<(), DbError> {
        for rows in rows.chunks(ROWS) {
            on!(in self, |c| {
                let mut sql = QueryBuilder::<Backend>::new(ACTIVITIES.head());
                sql.push_values(rows, |mut values, Stamped { row, digest }| {
                    values
                        .push_bind(&row.location)
                        .push_bind(row.night)
                        .push_bind(row.detections)
                        .push_bind(row.filtered)
                        .push_bind(row.reviewed)
                        .push_bind(&digest.0[..]);
                });
                sql.push(ACTIVITIES.tail()).build().persistent(rows.len() == ROWS).execute(c).await?;
            });
        }
        Ok(())
    }

    /// Writes watermarks.
    pub async fn put_watermarks(&mut self, rows: &[Stamped<Watermark>]) -> Result<(), DbError> {
        for rows in rows.chunks(ROWS) {
            on!(in self, |c| {
                let mut sql = QueryBuilder::<Backend>::new(WATERMARKS.head());
                sql.push_values(rows, |mut values, Stamped { row, digest }| {
                    values.push_bind(&row.location).push_bind(row.complete_until).push_bind(&digest.0[..]);
                });
                sql.push(WATERMARKS.tail()).build().persistent(rows.len() == ROWS).execute(c).await?;
            });
        }
        Ok(())
    }

    /// Activity and counts of some nights of a location, each with its window, in order of night.
    pub async fn night_counts(
        &mut self,
        location: &LocationRef,
        nights: &[(NightDate, Window)],
    ) -> Result<Vec<NightCounts>, DbError> {
        let counts: Vec<NightCounts> = on!(in self, |c| {
            let mut sql = QueryBuilder::<Backend>::new("WITH nights (night, begins, ends) AS (");
            sql.push_values(nights, |mut values, (night, window)| {
                values.push_bind(*night).push_bind(window.start).push_bind(window.end);
            });
            sql.push(
                ") SELECT n.night, a.detections, a.filtered, a.reviewed, \
                 (SELECT count(*) FROM interactions i WHERE i.location = ",
            );
            sql.push_bind(location);
            sql.push(
                " AND i.started_at >= n.begins AND i.started_at < n.ends) AS interactions, \
                 (SELECT count(*) FROM incidents x WHERE x.location = ",
            );
            sql.push_bind(location);
            sql.push(
                " AND x.occurred_at >= n.begins AND x.occurred_at < n.ends) AS incidents \
                 FROM nights n LEFT JOIN activities a ON a.night = n.night AND a.location = ",
            );
            sql.push_bind(location);
            sql.push(" ORDER BY n.night");
            sql.build_query_as().fetch_all(c).await?
        });
        Ok(counts)
    }

    /// How far a location's producer has sent, if it ever said.
    pub async fn watermark(&mut self, location: &LocationRef) -> Result<Option<DateTime<Utc>>, DbError> {
        Ok(on!(in self, |c| {
            sqlx::query_scalar("SELECT complete_until FROM watermarks WHERE location = $1")
                .bind(location)
                .fetch_optional(c)
                .await?
        }))
    }
}

impl Db {
    /// How far a location's producer has sent, if it ever said.
    pub async fn watermark(&self, location: &LocationRef) -> Result<Option<DateTime<Utc>>, DbError> {
        Ok(on!(read self, |c| {
            sqlx::query_scalar("SELECT complete_until FROM watermarks WHERE location = $1")
                .bind(location)
                .fetch_optional(c)
                .await?
        }))
    }
}
