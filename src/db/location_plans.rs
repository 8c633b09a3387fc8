//! Plans: from which night to which a location was on an active plan. A location without any row always was.

use serde::Serialize;

use super::{Db, DbError, Tx, on};
use crate::model::{LocationRef, NightDate};

/// A row of `location_plans`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, sqlx::FromRow)]
pub struct LocationPlan {
    /// The location.
    pub location: LocationRef,
    /// Its first night.
    pub first_night: NightDate,
    /// Its last night; none while it goes on.
    pub last_night: Option<NightDate>,
}

/// Sets a plan; one that begins on the same night is replaced.
pub async fn put(tx: &mut Tx, plan: &LocationPlan) -> Result<(), DbError> {
    on!(in tx, |c| sqlx::query(
        "INSERT INTO location_plans (location, first_night, last_night) VALUES ($1, $2, $3) \
         ON CONFLICT (location, first_night) DO UPDATE SET last_night = excluded.last_night",
    )
    .bind(&plan.location)
    .bind(plan.first_night)
    .bind(plan.last_night)
    .execute(c)
    .await?
    .rows_affected());
    Ok(())
}

/// Takes a plan away; false where there is none that begins on that night.
pub async fn remove(tx: &mut Tx, location: &LocationRef, first_night: NightDate) -> Result<bool, DbError> {
    let removed = on!(in tx, |c| sqlx::query("DELETE FROM location_plans WHERE location = $1 AND first_night = $2")
        .bind(location)
        .bind(first_night)
        .execute(c)
        .await?
        .rows_affected());
    Ok(removed == 1)
}

impl Db {
    /// A location's plans, earliest first.
    pub async fn plans_of(&self, location: &LocationRef) -> Result<Vec<LocationPlan>, DbError> {
        Ok(on!(read self, |c| sqlx::query_as(
            "SELECT location, first_night, last_night FROM location_plans WHERE location = $1 ORDER BY first_night"
        )
        .bind(location)
        .fetch_all(c)
        .await?))
    }

    /// Every location's plans.
    pub async fn location_plans(&self) -> Result<Vec<LocationPlan>, DbError> {
        Ok(on!(read self, |c| sqlx::query_as(
            "SELECT location, first_night, last_night FROM location_plans ORDER BY location, first_night"
        )
        .fetch_all(c)
        .await?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::db::testing::on_each_database;

    #[tokio::test]
    async fn a_plan_is_set_ended_and_taken_away() {
        on_each_database("location_plans", async |db| {
            let location: LocationRef = "harbor".parse().unwrap();
            let plan = |first: &str, last: Option<&str>| LocationPlan {
                location: location.clone(),
                first_night: first.parse().unwrap(),
                last_night: last.map(|night| night.parse().unwrap()),
            };
            let mut tx = db.begin().await.unwrap();
            put(&mut tx, &plan("2026-03-01", None)).await.unwrap();
            put(&mut tx, &plan("2025-01-01", Some("2025-12-31"))).await.unwrap();
            put(&mut tx, &plan("2026-03-01", Some("2026-04-01"))).await.unwrap();
            tx.commit().await.unwrap();
            let all = [plan("2025-01-01", Some("2025-12-31")), plan("2026-03-01", Some("2026-04-01"))];
            assert_eq!(db.plans_of(&location).await.unwrap(), all);
            assert_eq!(db.location_plans().await.unwrap(), all);
            let mut tx = db.begin().await.unwrap();
            assert!(remove(&mut tx, &location, all[0].first_night).await.unwrap());
            assert!(!remove(&mut tx, &location, all[0].first_night).await.unwrap());
            tx.commit().await.unwrap();
            assert_eq!(db.plans_of(&location).await.unwrap(), all[1..]);
        })
        .await;
    }
}
