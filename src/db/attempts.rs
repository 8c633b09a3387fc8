//! Attempts: what was tried for a delivery, and what was answered; append-only.

use chrono::{DateTime, Utc};
use serde::Serialize;

use super::text::{MaybeText, stored};
use super::{Db, DbError, Tx, on};
use crate::model::{AttemptOutcome, DeliveryId, DeliveryState};

/// A row of `attempts`.
#[derive(Debug, Clone, Serialize, sqlx::FromRow)]
pub struct Attempt {
    /// Of which delivery.
    pub delivery: DeliveryId,
    /// 1 for the first.
    pub number: i32,
    /// When it began.
    pub started_at: DateTime<Utc>,
    /// When it ended; none while it is under way, or where its worker died.
    pub finished_at: Option<DateTime<Utc>>,
    /// How it ended.
    pub outcome: Option<String>,
    /// Which server (or the outbox).
    pub server: String,
    /// What was answered.
    #[sqlx(try_from = "MaybeText")]
    pub reply: Option<String>,
    /// How long it took, in milliseconds.
    pub duration_ms: Option<i64>,
}

/// How an attempt ended, and what that makes of its delivery.
#[derive(Debug, Clone)]
pub struct AttemptEnd {
    /// How it ended.
    pub outcome: AttemptOutcome,
    /// The delivery's state now.
    pub state: DeliveryState,
    /// What was answered.
    pub reply: String,
    /// How long it took, in milliseconds.
    pub duration_ms: i64,
    /// When it is tried next, for a deferred one.
    pub next_at: Option<DateTime<Utc>>,
}

/// Claims a delivery for one attempt and writes the attempt's row: the intent before the effect. None where it is
/// not waiting to be sent, because another has it or had it.
pub async fn begin(tx: &mut Tx, id: DeliveryId, server: &str, now: DateTime<Utc>) -> Result<Option<i32>, DbError> {
    let number: Option<i32> = on!(in tx, |c| sqlx::query_scalar(
        "UPDATE deliveries SET state = 'sending', attempts = attempts + 1, next_at = NULL \
         WHERE id = $1 AND state IN ('pending', 'deferred') AND (next_at IS NULL OR next_at <= $2) RETURNING attempts",
    )
    .bind(id)
    .bind(now)
    .fetch_optional(c)
    .await?);
    if let Some(number) = number {
        on!(in tx, |c| sqlx::query(
            "INSERT INTO attempts (delivery, number, started_at, server) VALUES ($1, $2, $3, $4)"
        )
        .bind(id)
        .bind(number)
        .bind(now)
        .bind(server)
        .execute(c)
        .await?.rows_affected());
    }
    Ok(number)
}

/// Records how an attempt ended, and the delivery's state, together. What is known replaces an `unknown` that another
/// worker wrote meanwhile, because it held the attempt for dead; a later attempt is left alone.
pub async fn end(
    tx: &mut Tx,
    id: DeliveryId,
    number: i32,
    end: &AttemptEnd,
    now: DateTime<Utc>,
) -> Result<bool, DbError> {
    let recorded = on!(in tx, |c| sqlx::query(
        "UPDATE attempts SET finished_at = $3, outcome = $4, reply = $5, duration_ms = $6 \
         WHERE delivery = $1 AND number = $2 AND (finished_at IS NULL OR (outcome = 'unknown' AND $4 <> 'unknown'))",
    )
    .bind(id)
    .bind(number)
    .bind(now)
    .bind(end.outcome.as_str())
    .bind(stored(&end.reply))
    .bind(end.duration_ms)
    .execute(c)
    .await?
    .rows_affected());
    if recorded == 0 {
        return Ok(false);
    }
    let error = (end.state != DeliveryState::Sent).then(|| stored(&end.reply));
    on!(in tx, |c| sqlx::query(
        "UPDATE deliveries SET state = $2, next_at = $3, error = $4, finished_at = $5 \
         WHERE id = $1 AND state IN ('sending', 'unknown') AND attempts = $6",
    )
    .bind(id)
    .bind(end.state.as_str())
    .bind(end.next_at)
    .bind(error)
    .bind(end.state.is_final().then_some(now))
    .bind(number)
    .execute(c)
    .await?.rows_affected());
    Ok(true)
}

impl Db {
    /// A delivery's attempts, in order.
    pub async fn attempts(&self, id: DeliveryId) -> Result<Vec<Attempt>, DbError> {
        Ok(on!(read self, |c| sqlx::query_as("SELECT * FROM attempts WHERE delivery = $1 ORDER BY number")
            .bind(id)
            .fetch_all(c)
            .await?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::db::deliveries::{self, Delivery};
    use crate::db::testing::{on_each_database, planned_reports};

    #[tokio::test]
    async fn a_null_character_in_a_name_or_a_reply_comes_back_and_fails_nothing() {
        on_each_database("a_null_character_in_a_reply", async |db| {
            let now: DateTime<Utc> = "2026-03-28T05:00:00Z".parse().unwrap();
            let mut tx = db.begin().await.unwrap();
            let report = planned_reports(&mut tx, 1).await.remove(0);
            let contact = "c".parse().unwrap();
            let id = DeliveryId::of(report.id, &contact);
            let delivery = Delivery {
                id,
                report: report.id,
                contact,
                name: "Ann\0 Example".into(),
                email: "ann@example.com".into(),
                language: "en".into(),
                kind: "report".into(),
                state: DeliveryState::Pending,
                subject: "The night".into(),
                message_id: "1@example.com".into(),
                artifact: "deliveries/1.eml".into(),
                sha256: "00".into(),
                size: 1,
                attempts: 0,
                created_at: now,
                next_at: None,
                finished_at: None,
                error: None,
            };
            deliveries::insert(&mut tx, &[delivery]).await.unwrap();
            let number = begin(&mut tx, id, "mail.example.com", now).await.unwrap().unwrap();
            let ended = AttemptEnd {
                outcome: AttemptOutcome::Permanent,
                state: DeliveryState::Failed,
                reply: "550 no\0 such user".into(),
                duration_ms: 1,
                next_at: None,
            };
            assert!(end(&mut tx, id, number, &ended, now).await.unwrap());
            tx.commit().await.unwrap();
            let row = db.delivery(id).await.unwrap().unwrap();
            assert_eq!((row.name.as_str(), row.error.as_deref()), ("Ann\0 Example", Some("550 no\0 such user")));
            assert_eq!(db.attempts(id).await.unwrap()[0].reply.as_deref(), Some("550 no\0 such user"));
        })
        .await;
    }
}
