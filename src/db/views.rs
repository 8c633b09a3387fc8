//! Views: who looked at what, when, and with which program; append-only.

use chrono::{DateTime, Utc};
use serde::Serialize;
use sqlx::QueryBuilder;
use uuid::Uuid;

use super::text::{Text, stored};
use super::{Db, DbError, on};
use crate::model::{LocationRef, ViewKind};

/// A row of `views`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, sqlx::FromRow)]
pub struct Viewed {
    /// Its id.
    pub id: Uuid,
    /// When.
    pub at: DateTime<Utc>,
    /// At which location it happened that was looked at.
    pub location: LocationRef,
    /// The address of the person, or of the mail whose link was opened, in its one form.
    pub person: String,
    /// How they came: `link`, `share`, `customer`, `branch`, `staff` or `operations`.
    pub as_what: String,
    /// What kind of thing.
    #[sqlx(try_from = "String")]
    pub what: ViewKind,
    /// Which, such as `report:ID`, `incident:REF` or `clip:REF`.
    #[sqlx(try_from = "Text")]
    pub subject: String,
    /// From which network address.
    #[sqlx(try_from = "Text")]
    pub origin: String,
    /// With which program, as it calls itself.
    #[sqlx(try_from = "Text")]
    pub agent: String,
    /// Likely a mail scanner, and no person.
    pub scanner: bool,
}

/// So many go into one statement.
const ROWS: usize = 100;

const COLUMNS: &str = "id, at, location, person, as_what, what, subject, origin, agent, scanner";

impl Db {
    /// Notes that somebody looked.
    pub async fn insert_view(&self, view: &Viewed) -> Result<(), DbError> {
        self.insert_views(std::slice::from_ref(view)).await
    }

    /// The same of several looks at once, of which some may stand already.
    pub async fn insert_views(&self, views: &[Viewed]) -> Result<(), DbError> {
        for views in views.chunks(ROWS) {
            on!(write self, |c| {
                let mut sql = QueryBuilder::<Backend>::new(format!("INSERT INTO views ({COLUMNS}) "));
                sql.push_values(views, |mut row, view| {
                    row.push_bind(view.id)
                        .push_bind(view.at)
                        .push_bind(&view.location)
                        .push_bind(stored(&view.person))
                        .push_bind(&view.as_what)
                        .push_bind(view.what.as_str())
                        .push_bind(stored(&view.subject))
                        .push_bind(stored(&view.origin))
                        .push_bind(stored(&view.agent))
                        .push_bind(view.scanner);
                });
                sql.push(" ON CONFLICT (id) DO NOTHING").build().persistent(views.len() == 1).execute(c).await?.rows_affected()
            });
        }
        Ok(())
    }

    /// How many other things than `subject` a person has looked at since an instant.
    pub async fn views_by(&self, person: &str, since: DateTime<Utc>, subject: &str) -> Result<u64, DbError> {
        let count: i64 = on!(read self, |c| sqlx::query_scalar(
            "SELECT count(DISTINCT subject) FROM views WHERE person = $1 AND at > $2 AND subject <> $3"
        )
        .bind(person)
        .bind(since)
        .bind(stored(subject))
        .fetch_one(c)
        .await?);
        Ok(u64::try_from(count).unwrap_or(0))
    }

    /// Who looked at a location before an instant, newest first.
    pub async fn views_of(
        &self,
        location: &LocationRef,
        before: DateTime<Utc>,
        limit: i64,
    ) -> Result<Vec<Viewed>, DbError> {
        Ok(on!(read self, |c| sqlx::query_as(sqlx::AssertSqlSafe(format!(
            "SELECT {COLUMNS} FROM views WHERE location = $1 AND at < $2 ORDER BY at DESC, id LIMIT $3"
        )))
        .bind(location)
        .bind(before)
        .bind(limit)
        .fetch_all(c)
        .await?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::db::testing::on_each_database;
    use chrono::TimeDelta;

    #[tokio::test]
    async fn views_come_back_newest_first() {
        on_each_database("views", async |db| {
            let at: DateTime<Utc> = "2026-03-29T05:00:00Z".parse().unwrap();
            let view = |number: u128| Viewed {
                id: Uuid::from_u128(number),
                at: at + TimeDelta::minutes(i64::try_from(number).unwrap()),
                location: "harbor".parse().unwrap(),
                person: "dana@example.com".into(),
                as_what: "link".into(),
                what: ViewKind::Clip,
                subject: "clip:c\u{0}1".into(),
                origin: "192.0.2.1".into(),
                agent: "Browser".into(),
                scanner: number == 1,
            };
            for number in 1..=3 {
                db.insert_view(&view(number)).await.unwrap();
                db.insert_view(&view(number)).await.unwrap();
            }
            let others = async |since: i64, subject: &str| {
                db.views_by("dana@example.com", at + TimeDelta::minutes(since), subject).await.unwrap()
            };
            assert_eq!((others(0, "report:1").await, others(0, "clip:c\u{0}1").await, others(9, "").await), (1, 0, 0));
            let location = "harbor".parse().unwrap();
            let found = db.views_of(&location, at + TimeDelta::minutes(3), 9).await.unwrap();
            assert_eq!(found, [view(2), view(1)]);
            assert_eq!(db.views_of(&"other".parse().unwrap(), at + TimeDelta::days(3), 9).await.unwrap(), []);
        })
        .await;
    }
}
