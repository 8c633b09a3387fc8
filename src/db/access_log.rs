//! Access log: the views of one location, filtered, newest first, a page at a time; and when each person last looked.

use chrono::{DateTime, Utc};
use sqlx::QueryBuilder;
use uuid::Uuid;

use super::summaries::anywhere;
use super::text::{Text, stored};
use super::views::Viewed;
use super::{Db, DbError, on};
use crate::model::{BranchRef, LocationRef, ViewKind};

/// What to list.
#[derive(Debug, Clone)]
pub struct ViewFilter<'a> {
    /// Of which location.
    pub location: &'a LocationRef,
    /// What the person's address, the subject, the network address or the program contain.
    pub text: String,
    /// How they came.
    pub as_what: String,
    /// What they looked at.
    pub what: Option<ViewKind>,
    /// Whether mail scanners only, or none.
    pub scanner: Option<bool>,
    /// Before this view.
    pub before: Option<(DateTime<Utc>, Uuid)>,
    /// At most so many.
    pub limit: i64,
}

/// Somebody who looked at a location.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Looker {
    /// Their address.
    #[sqlx(try_from = "Text")]
    pub person: String,
    /// How they came.
    pub as_what: String,
    /// When they did last, mail scanners left out.
    pub last_at: Option<DateTime<Utc>>,
    /// How often, mail scanners left out.
    pub times: i64,
}

impl Db {
    /// A page of a location's views, newest first.
    pub async fn listed_views(&self, filter: &ViewFilter<'_>) -> Result<Vec<Viewed>, DbError> {
        Ok(on!(read self, |c| {
            let mut sql = QueryBuilder::<Backend>::new(
                "SELECT id, at, location, person, as_what, what, subject, origin, agent, scanner FROM views \
                 WHERE location = ",
            );
            sql.push_bind(filter.location);
            if let Some((at, id)) = filter.before {
                sql.push(" AND at <= ").push_bind(at).push(" AND (at < ").push_bind(at).push(" OR id < ");
                sql.push_bind(id).push(")");
            }
            if !filter.as_what.is_empty() {
                sql.push(" AND as_what = ").push_bind(&filter.as_what);
            }
            if let Some(what) = filter.what {
                sql.push(" AND what = ").push_bind(what.as_str());
            }
            if let Some(scanner) = filter.scanner {
                sql.push(if scanner { " AND scanner" } else { " AND NOT scanner" });
            }
            if !filter.text.is_empty() {
                let lower = anywhere(&filter.text.to_lowercase());
                for (number, column) in ["person", "subject", "origin", "agent"].into_iter().enumerate() {
                    sql.push(if number == 0 { " AND (" } else { " OR " }).push("lower(").push(column).push(") LIKE ");
                    sql.push_bind(lower.clone()).push(" ESCAPE '\\'");
                }
                sql.push(")");
            }
            sql.push(" ORDER BY at DESC, id DESC LIMIT ").push_bind(filter.limit);
            sql.build_query_as().persistent(false).fetch_all(c).await?
        }))
    }

    /// Who looked at a location, and when last; those who did last first.
    pub async fn lookers(&self, location: &LocationRef, limit: i64) -> Result<Vec<Looker>, DbError> {
        Ok(on!(read self, |c| sqlx::query_as(
            "SELECT person, as_what, max(CASE WHEN scanner THEN NULL ELSE at END) AS last_at, \
             count(CASE WHEN scanner THEN NULL ELSE 1 END) AS times FROM views WHERE location = $1 \
             GROUP BY person, as_what ORDER BY max(at) DESC, person LIMIT $2"
        )
        .bind(location)
        .bind(limit)
        .fetch_all(c)
        .await?))
    }

    /// When these people looked at a location, of those who did; those who did last first.
    pub async fn looks_of(&self, location: &LocationRef, people: &[&str]) -> Result<Vec<Looker>, DbError> {
        let mut found: Vec<Looker> = Vec::new();
        for people in people.chunks(500) {
            found.extend::<Vec<Looker>>(on!(read self, |c| {
                let mut sql = QueryBuilder::<Backend>::new(
                    "SELECT person, as_what, max(CASE WHEN scanner THEN NULL ELSE at END) AS last_at, \
                     count(CASE WHEN scanner THEN NULL ELSE 1 END) AS times FROM views WHERE location = ",
                );
                sql.push_bind(location).push(" AND person IN (");
                let mut list = sql.separated(", ");
                for person in people {
                    list.push_bind(stored(person).into_owned());
                }
                sql.push(") GROUP BY person, as_what ORDER BY max(at) DESC, person");
                sql.build_query_as().persistent(false).fetch_all(c).await?
            }));
        }
        Ok(found)
    }

    /// The addresses of those users whose branch it is and who may sign in.
    pub async fn users_of_branch(&self, branch: &BranchRef) -> Result<Vec<String>, DbError> {
        Ok(on!(read self, |c| sqlx::query_scalar(
            "SELECT u.email FROM user_branches b JOIN users u ON u.id = b.user_id \
             WHERE b.branch = $1 AND u.role = 'branch' AND u.disabled_at IS NULL ORDER BY u.email LIMIT 200"
        )
        .bind(branch)
        .fetch_all(c)
        .await?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::db::testing::on_each_database;
    use crate::db::users::{self, User};
    use crate::model::Role;
    use chrono::TimeDelta;

    #[tokio::test]
    async fn the_log_is_filtered_and_turned_page_by_page() {
        on_each_database("access_log", turned).await;
    }

    async fn turned(db: &Db) {
        let at: DateTime<Utc> = "2026-03-29T05:00:00Z".parse().unwrap();
        let view = |number: u32| Viewed {
            id: Uuid::from_u128(number.into()),
            // Two at each instant.
            at: at + TimeDelta::minutes((number / 2).into()),
            location: "harbor".parse().unwrap(),
            person: if number < 4 { "dana@example.com".into() } else { "Jan@example.com".into() },
            as_what: if number < 4 { "branch".into() } else { "link".into() },
            what: if number == 6 { ViewKind::Clip } else { ViewKind::Page },
            subject: format!("incident:{number}"),
            origin: "192.0.2.1".into(),
            agent: "100% Browser".into(),
            scanner: number == 7,
        };
        for number in 0..8 {
            db.insert_view(&view(number)).await.unwrap();
        }
        let location = "harbor".parse().unwrap();
        let all = ViewFilter {
            location: &location,
            text: String::new(),
            as_what: String::new(),
            what: None,
            scanner: None,
            before: None,
            limit: 3,
        };
        let numbers = async |filter: ViewFilter<'_>| -> Vec<u128> {
            db.listed_views(&filter).await.unwrap().iter().map(|view| view.id.as_u128()).collect()
        };
        assert_eq!(numbers(all.clone()).await, [7, 6, 5]);
        let next = ViewFilter { before: Some((view(5).at, view(5).id)), ..all.clone() };
        assert_eq!(numbers(next).await, [4, 3, 2]);
        assert_eq!(numbers(ViewFilter { scanner: Some(true), ..all.clone() }).await, [7]);
        assert_eq!(numbers(ViewFilter { what: Some(ViewKind::Clip), ..all.clone() }).await, [6]);
        assert_eq!(numbers(ViewFilter { as_what: "branch".into(), ..all.clone() }).await, [3, 2, 1]);
        assert_eq!(numbers(ViewFilter { text: "JAN@".into(), ..all.clone() }).await, [7, 6, 5]);
        assert_eq!(numbers(ViewFilter { text: "0% b".into(), limit: 9, ..all.clone() }).await.len(), 8);
        assert_eq!(numbers(ViewFilter { text: "_".into(), ..all }).await, [0_u128; 0]);
        let lookers = db.lookers(&location, 9).await.unwrap();
        let seen: Vec<_> = lookers.iter().map(|one| (one.person.as_str(), one.last_at, one.times)).collect();
        let jan = ("Jan@example.com", Some(at + TimeDelta::minutes(3)), 3);
        assert_eq!(seen, [jan, ("dana@example.com", Some(at + TimeDelta::minutes(1)), 4)]);
        let looks = db.looks_of(&location, &["dana@example.com", "nobody@example.com"]).await.unwrap();
        assert_eq!(looks, lookers[1..], "of exactly those");
        assert_eq!(db.looks_of(&location, &[]).await.unwrap(), []);
        let branch: BranchRef = "north".parse().unwrap();
        let user = User {
            id: Uuid::from_u128(7).into(),
            email: "dana@example.com".into(),
            name: "Dana".into(),
            locale: None,
            role: Role::Branch,
            branches: vec![branch.clone()],
            created_at: at,
            disabled_at: None,
        };
        let mut tx = db.begin().await.unwrap();
        users::insert(&mut tx, &user).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(db.users_of_branch(&branch).await.unwrap(), ["dana@example.com"]);
    }
}
