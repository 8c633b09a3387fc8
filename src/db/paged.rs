//! Paged: lists that a page of the portal shows leaf by leaf: so many rows from an offset on, in an order that stands still,
//! and how many there are.
//!
//! It reads only. Lists that are as long as years, such as the audit log, are read by keyset elsewhere.

use chrono::{DateTime, Utc};
use sqlx::QueryBuilder;

use super::access_requests::AccessRequest;
use super::links::{WANTED, WantedLink};
use super::reports::ReportRow;
use super::shares::Share;
use super::whitelist::{COLUMNS, Listed};
use super::{Db, DbError, on};
use crate::model::{BranchRef, LocationRef, RunId};

/// Whose shares.
#[derive(Debug, Clone, Copy)]
pub enum SharesOf<'a> {
    /// Somebody's, by their address in its one form.
    Sharer(&'a str),
    /// A location's.
    Location(&'a LocationRef),
}

impl SharesOf<'_> {
    fn column(self) -> (&'static str, String) {
        match self {
            Self::Sharer(address) => ("by_address", address.to_owned()),
            Self::Location(location) => ("location", location.to_string()),
        }
    }
}

/// What a viewer's branches leave of the requests for access; everything where there are none.
fn of_branches<B>(sql: &mut QueryBuilder<B>, branches: Option<&[BranchRef]>)
where
    B: sqlx::Database,
    String: for<'q> sqlx::Encode<'q, B> + sqlx::Type<B>,
{
    let Some(branches) = branches else { return };
    sql.push(" WHERE branch IN (''");
    for branch in branches {
        sql.push(", ").push_bind(branch.as_str().to_owned());
    }
    sql.push(")");
}

impl Db {
    /// Reports of a run, those that are not well first.
    pub async fn reports_of_run(&self, run: RunId, limit: i64, offset: i64) -> Result<Vec<ReportRow>, DbError> {
        Ok(on!(read self, |c| sqlx::query_as(
            "SELECT * FROM reports WHERE run = $1 ORDER BY CASE state WHEN 'failed' THEN 0 WHEN 'held' THEN 1 \
             WHEN 'planned' THEN 2 WHEN 'built' THEN 3 ELSE 4 END, night DESC, location, revision DESC \
             LIMIT $2 OFFSET $3"
        )
        .bind(run)
        .bind(limit)
        .bind(offset)
        .fetch_all(c)
        .await?))
    }

    /// A location's whitelist: who is in at `now`, the newest first, then those whose entry has ended.
    pub async fn whitelist_leaf(
        &self,
        location: &LocationRef,
        now: DateTime<Utc>,
        (limit, offset): (i64, i64),
    ) -> Result<Vec<Listed>, DbError> {
        Ok(on!(read self, |c| sqlx::query_as(sqlx::AssertSqlSafe(format!(
            "SELECT {COLUMNS} FROM whitelist WHERE location = $1 \
             ORDER BY CASE WHEN revoked_at IS NULL AND (expires_at IS NULL OR expires_at > $2) THEN 0 ELSE 1 END, \
             since DESC, address, id LIMIT $3 OFFSET $4"
        )))
        .bind(location)
        .bind(now)
        .bind(limit)
        .bind(offset)
        .fetch_all(c)
        .await?))
    }

    /// How many entries a location's whitelist has, those that have ended among them.
    pub async fn whitelist_size(&self, location: &LocationRef) -> Result<i64, DbError> {
        Ok(on!(read self, |c| sqlx::query_scalar("SELECT count(*) FROM whitelist WHERE location = $1")
            .bind(location)
            .fetch_one(c)
            .await?))
    }

    /// Somebody's shares or a location's, newest first.
    pub async fn shares_leaf(&self, of: SharesOf<'_>, (limit, offset): (i64, i64)) -> Result<Vec<Share>, DbError> {
        let (column, value) = of.column();
        Ok(on!(read self, |c| sqlx::query_as(sqlx::AssertSqlSafe(format!(
            "SELECT * FROM shares WHERE {column} = $1 ORDER BY created_at DESC, id LIMIT $2 OFFSET $3"
        )))
        .bind(value)
        .bind(limit)
        .bind(offset)
        .fetch_all(c)
        .await?))
    }

    /// How many these are.
    pub async fn shares_count(&self, of: SharesOf<'_>) -> Result<i64, DbError> {
        let (column, value) = of.column();
        let sql = format!("SELECT count(*) FROM shares WHERE {column} = $1");
        Ok(on!(read self, |c| sqlx::query_scalar(sqlx::AssertSqlSafe(sql)).bind(value).fetch_one(c).await?))
    }

    /// Requests for access to branches, or to any: open ones first, each part newest first.
    pub async fn access_requests_leaf(
        &self,
        branches: Option<&[BranchRef]>,
        (limit, offset): (i64, i64),
    ) -> Result<Vec<AccessRequest>, DbError> {
        Ok(on!(read self, |c| {
            let mut sql = QueryBuilder::<Backend>::new("SELECT * FROM access_requests");
            of_branches(&mut sql, branches);
            sql.push(" ORDER BY CASE WHEN state = 'open' THEN 0 ELSE 1 END, asked_at DESC, id LIMIT ").push_bind(limit);
            sql.push(" OFFSET ").push_bind(offset);
            sql.build_query_as().persistent(false).fetch_all(c).await?
        }))
    }

    /// How many these are.
    pub async fn access_requests_count(&self, branches: Option<&[BranchRef]>) -> Result<i64, DbError> {
        Ok(on!(read self, |c| {
            let mut sql = QueryBuilder::<Backend>::new("SELECT count(*) FROM access_requests");
            of_branches(&mut sql, branches);
            sql.build_query_scalar().persistent(false).fetch_one(c).await?
        }))
    }

    /// Wishes for fresh links that nobody has met yet, oldest first.
    pub async fn wanted_links_leaf(&self, (limit, offset): (i64, i64)) -> Result<Vec<WantedLink>, DbError> {
        Ok(on!(read self, |c| sqlx::query_as(sqlx::AssertSqlSafe(format!(
            "{WANTED} WHERE q.handled_at IS NULL ORDER BY q.asked_at, q.token_hash LIMIT $1 OFFSET $2"
        )))
        .bind(limit)
        .bind(offset)
        .fetch_all(c)
        .await?))
    }

    /// How many these are.
    pub async fn wanted_links_count(&self) -> Result<i64, DbError> {
        Ok(on!(read self, |c| sqlx::query_scalar("SELECT count(*) FROM link_requests WHERE handled_at IS NULL")
            .fetch_one(c)
            .await?))
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;
    use uuid::Uuid;

    use super::*;
    use crate::db::shares;
    use crate::db::testing::{on_each_database, planned_reports, run};
    use crate::db::{access_requests, whitelist};

    fn at() -> DateTime<Utc> {
        "2026-03-29T05:00:00Z".parse().unwrap()
    }

    #[tokio::test]
    async fn reports_of_a_run_come_leaf_by_leaf_and_those_that_are_not_well_first() {
        on_each_database("paged_runs", async |db| {
            let mut tx = db.begin().await.unwrap();
            let rows = planned_reports(&mut tx, 5).await;
            tx.commit().await.unwrap();
            run(db, "UPDATE reports SET state = 'built' WHERE location IN ('s0', 's1')").await;
            run(db, "UPDATE reports SET state = 'failed' WHERE location = 's4'").await;
            let of = async |limit, offset| {
                let found = db.reports_of_run(rows[0].run, limit, offset).await.unwrap();
                found.iter().map(|row| row.location.to_string()).collect::<Vec<_>>()
            };
            assert_eq!(of(3, 0).await, ["s4", "s2", "s3"]);
            assert_eq!(of(3, 3).await, ["s0", "s1"]);
            assert!(of(3, 6).await.is_empty());
        })
        .await;
    }

    #[tokio::test]
    async fn a_whitelist_comes_leaf_by_leaf_and_those_who_are_in_first() {
        on_each_database("paged_whitelist", async |db| {
            let location: LocationRef = "harbor".parse().unwrap();
            let mut tx = db.begin().await.unwrap();
            for number in 0..5_u8 {
                // The last two have ended.
                let end = if number > 2 { at() - TimeDelta::hours(1) } else { at() + TimeDelta::hours(1) };
                let entry = Listed {
                    id: Uuid::from_u128(u128::from(number) + 1).into(),
                    address: format!("guest{number}@example.com"),
                    location: location.clone(),
                    since: at() + TimeDelta::minutes(number.into()),
                    expires_at: Some(end),
                    granted_by: "user:x".into(),
                    note: String::new(),
                    revoked_at: None,
                    whole: true,
                };
                whitelist::insert(&mut tx, &entry).await.unwrap();
            }
            tx.commit().await.unwrap();
            let of = async |limit, offset| {
                let found = db.whitelist_leaf(&location, at(), (limit, offset)).await.unwrap();
                found.into_iter().map(|entry| entry.address).collect::<Vec<_>>()
            };
            assert_eq!(of(2, 0).await, ["guest2@example.com", "guest1@example.com"]);
            assert_eq!(of(9, 2).await, ["guest0@example.com", "guest4@example.com", "guest3@example.com"]);
            assert_eq!(db.whitelist_size(&location).await.unwrap(), 5);
            assert_eq!(db.whitelist_size(&"elsewhere".parse().unwrap()).await.unwrap(), 0);
        })
        .await;
    }

    #[tokio::test]
    async fn shares_requests_and_wishes_come_leaf_by_leaf_and_are_counted() {
        on_each_database("paged_shares", async |db| {
            let mut tx = db.begin().await.unwrap();
            for number in 1..=3_u8 {
                let share = Share {
                    id: Uuid::from_u128(number.into()).into(),
                    location: "harbor".parse().unwrap(),
                    branch: "north".parse().unwrap(),
                    actor: "address:maria@example.com".into(),
                    by_address: "maria@example.com".into(),
                    by_name: "Maria\u{0}".into(),
                    note: String::new(),
                    may_comment: false,
                    created_at: at() + TimeDelta::minutes(number.into()),
                    expires_at: at() + TimeDelta::days(7),
                };
                assert!(shares::insert(&mut tx, &share, &[], &std::collections::BTreeSet::new()).await.unwrap());
                let request = AccessRequest {
                    id: Uuid::from_u128(number.into()),
                    location: "harbor".parse().unwrap(),
                    branch: if number == 3 { "south" } else { "north" }.parse().unwrap(),
                    incident: None,
                    share: None,
                    address: format!("asker{number}@example.com"),
                    name: "An asker\u{0}".into(),
                    note: String::new(),
                    language: "en".into(),
                    asked_at: at() + TimeDelta::minutes(number.into()),
                    state: "open".into(),
                    decided_at: None,
                    decided_by: None,
                };
                assert!(access_requests::insert(&mut tx, &request).await.unwrap());
            }
            tx.commit().await.unwrap();
            let location: LocationRef = "harbor".parse().unwrap();
            for of in [SharesOf::Sharer("maria@example.com"), SharesOf::Location(&location)] {
                let ids = async |limit, offset| {
                    let found = db.shares_leaf(of, (limit, offset)).await.unwrap();
                    found.iter().map(|share| share.id.as_uuid().as_u128()).collect::<Vec<_>>()
                };
                assert_eq!((ids(2, 0).await, ids(2, 2).await), (vec![3, 2], vec![1]));
                assert_eq!(db.shares_count(of).await.unwrap(), 3);
            }
            assert_eq!(db.shares_count(SharesOf::Sharer("nobody@example.com")).await.unwrap(), 0);
            let north: BranchRef = "north".parse().unwrap();
            let north = Some(std::slice::from_ref(&north));
            let first = db.access_requests_leaf(north, (1, 0)).await.unwrap();
            let second = db.access_requests_leaf(north, (9, 1)).await.unwrap();
            let ids = [&first, &second].map(|found| found.iter().map(|one| one.id.as_u128()).collect::<Vec<_>>());
            assert_eq!(ids, [vec![2], vec![1]]);
            assert_eq!(db.access_requests_leaf(None, (9, 0)).await.unwrap().len(), 3);
            assert_eq!(db.access_requests_count(north).await.unwrap(), 2);
            assert_eq!(db.access_requests_count(None).await.unwrap(), 3);
            assert_eq!(db.access_requests_count(Some(&[])).await.unwrap(), 0);
            assert!(db.wanted_links_leaf((9, 0)).await.unwrap().is_empty());
            assert_eq!(db.wanted_links_count().await.unwrap(), 0);
        })
        .await;
    }
}
