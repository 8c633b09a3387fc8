//! Throttles: how often something was tried lately, counted by all processes together.

use chrono::{DateTime, TimeDelta, Utc};

use super::{Db, DbError, on};

impl Db {
    /// Counts one more try of `what`; returns how many there were, with this one, since the window of `within` began.
    pub async fn throttle(&self, what: &str, within: TimeDelta, now: DateTime<Utc>) -> Result<i64, DbError> {
        Ok(on!(write self, |c| sqlx::query_scalar(
            "INSERT INTO throttles (what, since, count) VALUES ($1, $2, 1) ON CONFLICT (what) DO UPDATE SET \
             count = CASE WHEN throttles.since > $3 THEN throttles.count + 1 ELSE 1 END, \
             since = CASE WHEN throttles.since > $3 THEN throttles.since ELSE $2 END RETURNING count"
        )
        .bind(what)
        .bind(now)
        .bind(now - within)
        .fetch_one(c)
        .await?))
    }

    /// Forgets the tries of `what`: one of them succeeded.
    pub async fn forget_throttle(&self, what: &str) -> Result<(), DbError> {
        on!(write self, |c| sqlx::query("DELETE FROM throttles WHERE what = $1").bind(what).execute(c).await?.rows_affected());
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::db::testing::on_each_database;

    #[tokio::test]
    async fn tries_are_counted_until_their_window_is_over() {
        on_each_database("throttles", async |db| {
            let at: DateTime<Utc> = "2026-03-29T05:00:00Z".parse().unwrap();
            let hour = TimeDelta::hours(1);
            assert_eq!(db.throttle("code dana", hour, at).await.unwrap(), 1);
            assert_eq!(db.throttle("code dana", hour, at + TimeDelta::minutes(30)).await.unwrap(), 2);
            assert_eq!(db.throttle("code jan", hour, at + TimeDelta::minutes(30)).await.unwrap(), 1);
            assert_eq!(db.throttle("code dana", hour, at + TimeDelta::minutes(60)).await.unwrap(), 1, "a new window");
            assert_eq!(db.throttle("code dana", hour, at + TimeDelta::minutes(61)).await.unwrap(), 2);
            db.forget_throttle("code dana").await.unwrap();
            assert_eq!(db.throttle("code dana", hour, at + TimeDelta::minutes(62)).await.unwrap(), 1);
        })
        .await;
    }
}
