//! Comments: what people said to one another about an incident; append-only.

use chrono::{DateTime, Utc};
use serde::Serialize;
use uuid::Uuid;

use super::text::{Text, stored};
use super::{Db, DbError, Tx, on};
use crate::model::{IncidentRef, LocationRef};

/// A row of `incident_comments`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, sqlx::FromRow)]
pub struct Comment {
    /// Its id.
    pub id: Uuid,
    /// On which incident.
    pub incident: IncidentRef,
    /// Where that was.
    pub location: LocationRef,
    /// When.
    pub at: DateTime<Utc>,
    /// By whom, as the audit log names people.
    #[sqlx(try_from = "Text")]
    pub actor: String,
    /// Their name then.
    #[sqlx(try_from = "Text")]
    pub name: String,
    /// What they said.
    #[sqlx(try_from = "Text")]
    pub text: String,
}

/// Adds a comment; false where one with its id is there already.
pub async fn insert(tx: &mut Tx, comment: &Comment) -> Result<bool, DbError> {
    let inserted = on!(in tx, |c| sqlx::query(
        "INSERT INTO incident_comments (id, incident, location, at, actor, name, text) \
         VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (id) DO NOTHING",
    )
    .bind(comment.id)
    .bind(&comment.incident)
    .bind(&comment.location)
    .bind(comment.at)
    .bind(stored(&comment.actor))
    .bind(stored(&comment.name))
    .bind(stored(&comment.text))
    .execute(c)
    .await?
    .rows_affected());
    Ok(inserted == 1)
}

impl Db {
    /// The newest comments on an incident, the oldest of these first.
    pub async fn comments_on(&self, incident: &IncidentRef, limit: i64) -> Result<Vec<Comment>, DbError> {
        Ok(on!(read self, |c| sqlx::query_as(
            "SELECT id, incident, location, at, actor, name, text FROM (SELECT * FROM incident_comments \
             WHERE incident = $1 ORDER BY at DESC, id DESC LIMIT $2) newest ORDER BY at, id"
        )
        .bind(incident)
        .bind(limit)
        .fetch_all(c)
        .await?))
    }

    /// How many comments there are on an incident.
    pub async fn comment_count(&self, incident: &IncidentRef) -> Result<i64, DbError> {
        Ok(on!(read self, |c| sqlx::query_scalar("SELECT count(*) FROM incident_comments WHERE incident = $1")
            .bind(incident)
            .fetch_one(c)
            .await?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::db::testing::on_each_database;

    #[tokio::test]
    async fn comments_stay_in_their_order() {
        on_each_database("incident_comments", async |db| {
            let comment = |number: u32| Comment {
                id: Uuid::from_u128(number.into()),
                incident: "x1".parse().unwrap(),
                location: "harbor".parse().unwrap(),
                at: "2026-03-29T05:00:00Z".parse().unwrap(),
                actor: "user:1".into(),
                name: "Dana".into(),
                text: format!("said\u{0} {number}"),
            };
            let mut tx = db.begin().await.unwrap();
            for number in [2, 1, 2] {
                insert(&mut tx, &comment(number)).await.unwrap();
            }
            assert!(!insert(&mut tx, &comment(1)).await.unwrap());
            tx.commit().await.unwrap();
            assert_eq!(db.comments_on(&"x1".parse().unwrap(), 9).await.unwrap(), [comment(1), comment(2)]);
            assert_eq!(db.comments_on(&"x1".parse().unwrap(), 1).await.unwrap(), [comment(2)], "the newest stay");
            assert_eq!(db.comment_count(&"x1".parse().unwrap()).await.unwrap(), 2);
            assert_eq!(db.comments_on(&"x2".parse().unwrap(), 9).await.unwrap(), []);
        })
        .await;
    }
}
