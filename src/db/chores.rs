//! Chores: when each is due, and whether a worker has it in hand.

use chrono::{DateTime, TimeDelta, Utc};

use super::text::{MaybeText, stored};
use super::{Db, DbError, Tx, on};
use crate::model::Chore;

/// A chore's row.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct ChoreRow {
    /// Which.
    pub name: String,
    /// When it is due again.
    pub due_at: DateTime<Utc>,
    /// When it was last begun.
    pub begun_at: DateTime<Utc>,
    /// When it was last finished; none while it is under way.
    pub finished_at: Option<DateTime<Utc>>,
    /// What went wrong the last time.
    #[sqlx(try_from = "MaybeText")]
    pub error: Option<String>,
}

/// Takes a chore that has been due for so long (or never was done) and that nobody has in hand; false where there is
/// nothing to take.
pub async fn claim(tx: &mut Tx, chore: Chore, overdue: TimeDelta, now: DateTime<Utc>) -> Result<bool, DbError> {
    let next = now + TimeDelta::from_std(chore.every()).unwrap_or(TimeDelta::days(1));
    let taken = on!(in tx, |c| sqlx::query(
        "INSERT INTO chores (name, due_at, begun_at) VALUES ($1, $2, $3) \
         ON CONFLICT (name) DO UPDATE SET due_at = $2, begun_at = $3, finished_at = NULL \
         WHERE chores.due_at <= $5 AND (chores.finished_at IS NOT NULL OR chores.begun_at <= $4)",
    )
    .bind(chore.as_str())
    .bind(next)
    .bind(now)
    .bind(now - TimeDelta::from_std(chore.lost_after()).unwrap_or(TimeDelta::days(1)))
    .bind(now - overdue)
    .execute(c)
    .await?
    .rows_affected());
    Ok(taken == 1)
}

/// Records how a chore ended.
pub async fn finish(tx: &mut Tx, chore: Chore, error: Option<&str>, now: DateTime<Utc>) -> Result<(), DbError> {
    on!(in tx, |c| sqlx::query("UPDATE chores SET finished_at = $2, error = $3 WHERE name = $1")
        .bind(chore.as_str())
        .bind(now)
        .bind(error.map(stored))
        .execute(c)
        .await?
        .rows_affected());
    Ok(())
}

impl Db {
    /// A chore, if it was ever begun.
    pub async fn chore(&self, chore: Chore) -> Result<Option<ChoreRow>, DbError> {
        Ok(on!(read self, |c| sqlx::query_as(
            "SELECT name, due_at, begun_at, finished_at, error FROM chores WHERE name = $1"
        )
        .bind(chore.as_str())
        .fetch_optional(c)
        .await?))
    }

    /// Every chore that was ever begun.
    pub async fn chores(&self) -> Result<Vec<ChoreRow>, DbError> {
        Ok(on!(read self, |c| sqlx::query_as(
            "SELECT name, due_at, begun_at, finished_at, error FROM chores ORDER BY name"
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
    async fn of_two_workers_that_look_at_once_one_finds_the_chore() {
        on_each_database("of_two_workers_one_finds_the_chore", async |db| {
            let at = |seconds: i64| DateTime::from_timestamp(1_700_000_000 + seconds, 0).unwrap();
            let claim_at = async |seconds| {
                let mut tx = db.begin().await.unwrap();
                let taken = claim(&mut tx, Chore::Watch, TimeDelta::zero(), at(seconds)).await.unwrap();
                tx.commit().await.unwrap();
                taken
            };
            assert!(claim_at(0).await);
            assert!(!claim_at(0).await);
            assert!(!claim_at(120).await, "it is in hand");
            let mut tx = db.begin().await.unwrap();
            finish(&mut tx, Chore::Watch, Some("the disk\0is full"), at(121)).await.unwrap();
            tx.commit().await.unwrap();
            assert_eq!(db.chores().await.unwrap()[0].error.as_deref(), Some("the disk\0is full"));
            assert!(claim_at(122).await);
            assert!(!claim_at(122 + 179).await);
            assert!(claim_at(122 + 180).await, "its worker died");

            let mut tx = db.begin().await.unwrap();
            let late = TimeDelta::minutes(10);
            assert!(claim(&mut tx, Chore::Bounces, late, at(0)).await.unwrap(), "it was never done");
            finish(&mut tx, Chore::Bounces, None, at(1)).await.unwrap();
            assert!(!claim(&mut tx, Chore::Bounces, late, at(120 + 599)).await.unwrap());
            assert!(claim(&mut tx, Chore::Bounces, late, at(120 + 600)).await.unwrap());
            tx.commit().await.unwrap();
            let row = db.chore(Chore::Bounces).await.unwrap().unwrap();
            assert_eq!((row.begun_at, row.finished_at), (at(720), None));
        })
        .await;
    }
}
