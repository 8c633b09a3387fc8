//! Endings: shares and whitelist entries whose time is over. Nothing is written when it comes; it is found afterwards.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::{DbError, Tx, on};
use crate::model::BranchRef;

/// Something whose time ended.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Ending {
    /// Of which branch, where that is still known.
    pub branch: Option<BranchRef>,
    /// The share, or the entry.
    pub id: Uuid,
    /// How many links, or entries.
    pub count: i64,
}

/// Shares of which links ended after `since`, up to now, and had not been withdrawn.
pub async fn shares(tx: &mut Tx, since: DateTime<Utc>, now: DateTime<Utc>) -> Result<Vec<Ending>, DbError> {
    Ok(on!(in tx, |c| sqlx::query_as(
        "SELECT s.branch, s.id, count(*) AS count FROM share_recipients r JOIN shares s ON s.id = r.share \
         WHERE r.revoked_at IS NULL AND r.expires_at > $1 AND r.expires_at <= $2 \
         GROUP BY s.branch, s.id ORDER BY s.branch, s.id",
    )
    .bind(since)
    .bind(now)
    .fetch_all(c)
    .await?))
}

/// Whitelist entries that ended after `since`, up to now, and had not been withdrawn.
pub async fn whitelisted(tx: &mut Tx, since: DateTime<Utc>, now: DateTime<Utc>) -> Result<Vec<Ending>, DbError> {
    Ok(on!(in tx, |c| sqlx::query_as(
        "SELECT l.branch, w.id, CAST(1 AS BIGINT) AS count FROM whitelist w LEFT JOIN locations l ON l.ref = w.location \
         WHERE w.revoked_at IS NULL AND w.expires_at IS NOT NULL AND w.expires_at > $1 AND w.expires_at <= $2 \
         ORDER BY l.branch, w.id",
    )
    .bind(since)
    .bind(now)
    .fetch_all(c)
    .await?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::db::testing::{on_each_database, run};
    use crate::db::{audit, whitelist};

    #[tokio::test]
    async fn what_ended_since_the_last_look_is_found_once() {
        on_each_database("endings", async |db| {
            run(db, "INSERT INTO branches (ref, name, digest) VALUES ('north', 'North', '')").await;
            run(
                db,
                "INSERT INTO locations (ref, branch, name, timezone, night_from, night_to, digest) \
                 VALUES ('harbor', 'north', 'Harbor', 'UTC', '18:00', '06:00', '')",
            )
            .await;
            let at = |minute: i64| DateTime::from_timestamp(1_774_760_400 + minute * 60, 0).unwrap();
            let listed = |number: u128, expires_at| whitelist::Listed {
                id: Uuid::from_u128(number).into(),
                address: format!("{number}@example.com"),
                location: "harbor".parse().unwrap(),
                since: at(0),
                expires_at,
                granted_by: "user:x".into(),
                note: String::new(),
                revoked_at: None,
                whole: true,
            };
            let mut tx = db.begin().await.unwrap();
            for (number, end) in [(1, Some(at(5))), (2, Some(at(15))), (3, None)] {
                whitelist::insert(&mut tx, &listed(number, end)).await.unwrap();
            }
            assert_eq!(audit::hold_mark(&mut tx, "expiry", at(0)).await.unwrap(), at(0));
            assert_eq!(audit::hold_mark(&mut tx, "expiry", at(9)).await.unwrap(), at(0), "it stands");
            let found = whitelisted(&mut tx, at(0), at(10)).await.unwrap();
            let ending = Ending { branch: Some("north".parse().unwrap()), id: Uuid::from_u128(1), count: 1 };
            assert_eq!(found, [ending]);
            audit::move_mark(&mut tx, "expiry", at(10)).await.unwrap();
            assert_eq!(audit::hold_mark(&mut tx, "expiry", at(20)).await.unwrap(), at(10));
            assert_eq!(whitelisted(&mut tx, at(10), at(20)).await.unwrap().len(), 1);
            assert_eq!(whitelisted(&mut tx, at(20), at(30)).await.unwrap(), []);
            assert_eq!(shares(&mut tx, at(0), at(30)).await.unwrap(), []);
            tx.commit().await.unwrap();
        })
        .await;
    }
}
