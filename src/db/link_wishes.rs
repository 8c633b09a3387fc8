//! Link wishes: which wishes for fresh links staff have not been told of.

use chrono::{DateTime, Utc};

use super::links::{WANTED, WantedLink};
use super::{Db, DbError, Tx, on};

/// Notes of every open wish that staff were not told of that they are now; returns these, oldest first.
pub async fn tell(tx: &mut Tx, now: DateTime<Utc>) -> Result<Vec<WantedLink>, DbError> {
    let told = on!(in tx, |c| sqlx::query(
        "UPDATE link_requests SET told_at = $1 WHERE told_at IS NULL AND handled_at IS NULL"
    )
    .bind(now)
    .execute(c)
    .await?
    .rows_affected());
    if told == 0 {
        return Ok(Vec::new());
    }
    Ok(on!(in tx, |c| sqlx::query_as(sqlx::AssertSqlSafe(format!(
        "{WANTED} WHERE q.told_at = $1 AND q.handled_at IS NULL ORDER BY q.asked_at, q.token_hash"
    )))
    .bind(now)
    .fetch_all(c)
    .await?))
}

impl Db {
    /// Whether there is a wish that staff were not told of, and when they were last told of any.
    pub async fn untold_wishes(&self) -> Result<(bool, Option<DateTime<Utc>>), DbError> {
        Ok(on!(read self, |c| sqlx::query_as(
            "SELECT EXISTS (SELECT 1 FROM link_requests WHERE told_at IS NULL AND handled_at IS NULL), \
                    (SELECT max(told_at) FROM link_requests WHERE told_at IS NOT NULL)"
        )
        .fetch_one(c)
        .await?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::db::deliveries::{self, Delivery};
    use crate::db::links::{self, NewLink};
    use crate::db::testing::{on_each_database, planned_reports};
    use crate::model::{DeliveryId, DeliveryState, LinkTarget};
    use chrono::TimeDelta;

    #[tokio::test]
    async fn staff_are_told_of_each_wish_once() {
        on_each_database("link_wishes", async |db| {
            let at: DateTime<Utc> = "2026-03-28T05:00:00Z".parse().unwrap();
            let mut tx = db.begin().await.unwrap();
            let report = planned_reports(&mut tx, 1).await.remove(0).id;
            let delivery = DeliveryId::of(report, &"dana".parse().unwrap());
            let row = Delivery {
                id: delivery,
                report,
                contact: "dana".parse().unwrap(),
                name: "Dana".into(),
                email: "dana@example.com".into(),
                language: "en".into(),
                kind: "report".into(),
                state: DeliveryState::Sent,
                subject: "S".into(),
                message_id: "m".into(),
                artifact: String::new(),
                sha256: String::new(),
                size: 1,
                attempts: 1,
                created_at: at,
                next_at: None,
                finished_at: Some(at),
                error: None,
            };
            deliveries::insert(&mut tx, &[row]).await.unwrap();
            let link = |number: u8| NewLink {
                token_hash: [number; 32],
                delivery,
                report,
                target: LinkTarget::Clip(format!("c{number}").parse().unwrap()),
                expires_at: at,
            };
            links::insert(&mut tx, &[link(1), link(2)]).await.unwrap();
            assert!(links::request(&mut tx, &[1; 32], delivery, at).await.unwrap());
            tx.commit().await.unwrap();
            assert_eq!(db.untold_wishes().await.unwrap(), (true, None));
            let mut tx = db.begin().await.unwrap();
            let told = tell(&mut tx, at).await.unwrap();
            assert_eq!((told.len(), told[0].token_hash.as_slice()), (1, [1; 32].as_slice()));
            assert!(tell(&mut tx, at).await.unwrap().is_empty());
            links::revoke(&mut tx, delivery, at).await.unwrap();
            links::request(&mut tx, &[2; 32], delivery, at).await.unwrap();
            tx.commit().await.unwrap();
            assert_eq!(db.untold_wishes().await.unwrap(), (true, Some(at)));
            let mut tx = db.begin().await.unwrap();
            let told = tell(&mut tx, at + TimeDelta::hours(1)).await.unwrap();
            tx.commit().await.unwrap();
            assert_eq!(
                told.iter().map(|one| (one.token_hash[0], one.withdrawn_at)).collect::<Vec<_>>(),
                [(2, Some(at))]
            );
            assert_eq!(db.wanted_links(9).await.unwrap().len(), 2);
            assert!(!db.untold_wishes().await.unwrap().0);
        })
        .await;
    }
}
