//! Illness: what an operator looks at first: which sites wait, which reports and mails did not go well, and how long the
//! stages of a run took.

use chrono::{DateTime, Utc};
use serde::Serialize;

use super::deliveries::ListedDelivery;
use super::reports::ReportRow;
use super::{Db, DbError, on};
use crate::model::RunId;

/// Between which instants the stages of a run lie, as its rows tell.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Timings {
    /// When its first report was planned.
    pub planned_at: Option<DateTime<Utc>>,
    /// When the first report was frozen …
    pub first_built_at: Option<DateTime<Utc>>,
    /// … and the last.
    pub last_built_at: Option<DateTime<Utc>>,
    /// When the first mail was wanted.
    pub first_mail_at: Option<DateTime<Utc>>,
    /// When the last mail became final.
    pub last_mail_at: Option<DateTime<Utc>>,
}

/// How much waits or did not go well.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, sqlx::FromRow)]
pub struct Illness {
    /// Reports that are not built yet.
    pub waiting: i64,
    /// Reports that are held.
    pub held: i64,
    /// Reports that failed.
    pub failed: i64,
    /// Mails that did not arrive, or of which nobody knows.
    pub mails: i64,
}

/// A process that works on the queue.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LivingWorker {
    /// Its name.
    pub name: String,
    /// When it last told that it lives.
    pub seen_at: DateTime<Utc>,
}

impl Db {
    /// How long the stages of a run took.
    pub async fn run_timings(&self, run: RunId) -> Result<Timings, DbError> {
        type Instant = Option<DateTime<Utc>>;
        let (planned_at, first_built_at, last_built_at): (Instant, Instant, Instant) = on!(read self, |c| sqlx::query_as(
            "SELECT min(planned_at), min(built_at), max(built_at) FROM reports WHERE run = $1"
        )
        .bind(run)
        .fetch_one(c)
        .await?);
        let (first_mail_at, last_mail_at): (Instant, Instant) = on!(read self, |c| sqlx::query_as(
            "SELECT min(d.created_at), max(d.finished_at) FROM reports r JOIN deliveries d ON d.report = r.id WHERE r.run = $1"
        )
        .bind(run)
        .fetch_one(c)
        .await?);
        Ok(Timings { planned_at, first_built_at, last_built_at, first_mail_at, last_mail_at })
    }

    /// How many reports wait or are held, and how many reports and mails of those that were wanted since an instant did
    /// not go well.
    pub async fn illness(&self, since: DateTime<Utc>) -> Result<Illness, DbError> {
        Ok(on!(read self, |c| sqlx::query_as(
            "SELECT (SELECT count(*) FROM reports WHERE state = 'planned') AS waiting, \
                    (SELECT count(*) FROM reports WHERE state IN ('failed', 'held') AND state = 'held') AS held, \
                    (SELECT count(*) FROM reports \
                     WHERE state IN ('failed', 'held') AND state = 'failed' AND planned_at >= $1) AS failed, \
                    (SELECT count(*) FROM deliveries \
                     WHERE state IN ('failed', 'bounced', 'unknown') AND state NOT IN ('sent', 'suppressed') \
                       AND created_at >= $1) AS mails"
        )
        .bind(since)
        .fetch_one(c)
        .await?))
    }

    /// Reports that are not built yet, those that have waited longest first; after the first `skip` of them.
    pub async fn waiting_reports(&self, limit: i64, skip: i64) -> Result<Vec<ReportRow>, DbError> {
        Ok(on!(read self, |c| sqlx::query_as(
            "SELECT * FROM reports WHERE state = 'planned' ORDER BY planned_at, id LIMIT $1 OFFSET $2"
        )
        .bind(limit)
        .bind(skip)
        .fetch_all(c)
        .await?))
    }

    /// Reports that are held, newest first; after the first `skip` of them.
    pub async fn held_reports(&self, limit: i64, skip: i64) -> Result<Vec<ReportRow>, DbError> {
        Ok(on!(read self, |c| sqlx::query_as(
            "SELECT * FROM reports WHERE state IN ('failed', 'held') AND state = 'held' \
             ORDER BY planned_at DESC, id LIMIT $1 OFFSET $2"
        )
        .bind(limit)
        .bind(skip)
        .fetch_all(c)
        .await?))
    }

    /// Reports that failed, of those that were wanted since an instant, newest first; after the first `skip` of them.
    pub async fn failed_reports(&self, since: DateTime<Utc>, limit: i64, skip: i64) -> Result<Vec<ReportRow>, DbError> {
        Ok(on!(read self, |c| sqlx::query_as(
            "SELECT * FROM reports WHERE state IN ('failed', 'held') AND state = 'failed' AND planned_at >= $1 \
             ORDER BY planned_at DESC, id LIMIT $2 OFFSET $3"
        )
        .bind(since)
        .bind(limit)
        .bind(skip)
        .fetch_all(c)
        .await?))
    }

    /// Mails that did not arrive, or of which nobody knows, of those that were wanted since an instant, newest first;
    /// after the first `skip` of them.
    pub async fn ill_deliveries(
        &self,
        since: DateTime<Utc>,
        limit: i64,
        skip: i64,
    ) -> Result<Vec<ListedDelivery>, DbError> {
        Ok(on!(read self, |c| sqlx::query_as(
            "SELECT d.*, r.location, r.night, r.revision FROM deliveries d JOIN reports r ON r.id = d.report \
             WHERE d.state IN ('failed', 'bounced', 'unknown') AND d.state NOT IN ('sent', 'suppressed') \
               AND d.created_at >= $1 ORDER BY d.created_at DESC, d.id LIMIT $2 OFFSET $3"
        )
        .bind(since)
        .bind(limit)
        .bind(skip)
        .fetch_all(c)
        .await?))
    }

    /// The mail with that Message-ID (without angle brackets).
    pub async fn delivery_by_message(&self, message_id: &str) -> Result<Vec<ListedDelivery>, DbError> {
        Ok(on!(read self, |c| sqlx::query_as(
            "SELECT d.*, r.location, r.night, r.revision FROM deliveries d JOIN reports r ON r.id = d.report \
             WHERE d.message_id = $1 ORDER BY d.created_at DESC LIMIT 50"
        )
        .bind(message_id)
        .fetch_all(c)
        .await?))
    }

    /// The processes that work on the queue, by name.
    pub async fn living_processes(&self, now: DateTime<Utc>) -> Result<Vec<LivingWorker>, DbError> {
        let since = now - super::queue::DEAD_AFTER;
        // Each process has a worker of each lane; one lane counts.
        let rows: Vec<(String, i64)> = match self {
            Self::Sqlite(pools) => {
                sqlx::query_as(
                    "SELECT id, last_seen FROM Workers WHERE worker_type = 'house' AND last_seen >= $1 ORDER BY id",
                )
                .bind(since.timestamp())
                .fetch_all(&pools.read)
                .await?
            }
            Self::Postgres(pool) => {
                sqlx::query_as(
                    "SELECT id, extract(epoch FROM last_seen)::bigint FROM apalis.workers \
                     WHERE worker_type = 'house' AND last_seen >= $1 ORDER BY id",
                )
                .bind(since)
                .fetch_all(pool)
                .await?
            }
        };
        let living = |(name, seconds)| {
            let seen_at = DateTime::from_timestamp(seconds, 0).unwrap_or_default();
            LivingWorker { name, seen_at }
        };
        Ok(rows.into_iter().map(living).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::db::deliveries::{self, Delivery};
    use crate::db::reports;
    use crate::db::testing::{on_each_database, planned_reports};
    use crate::engine::Engine;
    use crate::model::{DeliveryId, DeliveryState};

    #[tokio::test]
    async fn what_waits_and_what_is_ill_is_found_with_the_times_of_its_run() {
        on_each_database("what_is_ill", async |db| {
            let now: DateTime<Utc> = "2026-03-28T05:00:00Z".parse().unwrap();
            let mut tx = db.begin().await.unwrap();
            let rows = planned_reports(&mut tx, 3).await;
            assert!(reports::fail(&mut tx, rows[1].id, "no such site").await.unwrap());
            assert!(reports::hold(&mut tx, rows[2].id).await.unwrap());
            let contact = "dana".parse().unwrap();
            let delivery = Delivery {
                id: DeliveryId::of(rows[0].id, &contact),
                report: rows[0].id,
                contact,
                name: "Dana".into(),
                email: "Dana@example.com".into(),
                language: "en".into(),
                kind: "report".into(),
                state: DeliveryState::Failed,
                subject: "The night".into(),
                message_id: "1@example.com".into(),
                artifact: "deliveries/1.eml".into(),
                sha256: "00".into(),
                size: 1,
                attempts: 1,
                created_at: now,
                next_at: None,
                finished_at: Some(now),
                error: Some("550".into()),
            };
            deliveries::insert(&mut tx, std::slice::from_ref(&delivery)).await.unwrap();
            tx.commit().await.unwrap();
            let ids = |rows: Vec<ReportRow>| rows.into_iter().map(|row| row.id).collect::<Vec<_>>();
            assert_eq!(ids(db.waiting_reports(10, 0).await.unwrap()), [rows[0].id]);
            assert_eq!(ids(db.waiting_reports(10, 1).await.unwrap()), []);
            let later = now + chrono::TimeDelta::days(1);
            assert_eq!(ids(db.failed_reports(now, 10, 0).await.unwrap()), [rows[1].id]);
            assert_eq!(ids(db.failed_reports(now, 10, 1).await.unwrap()), []);
            assert_eq!(ids(db.failed_reports(later, 10, 0).await.unwrap()), []);
            assert_eq!(ids(db.held_reports(10, 0).await.unwrap()), [rows[2].id]);
            assert_eq!(ids(db.held_reports(10, 1).await.unwrap()), []);
            assert_eq!(db.ill_deliveries(now, 10, 0).await.unwrap()[0].delivery.id, delivery.id);
            assert!(db.ill_deliveries(now, 10, 1).await.unwrap().is_empty());
            assert!(db.ill_deliveries(later, 10, 0).await.unwrap().is_empty());
            let counted = Illness { waiting: 1, held: 1, failed: 1, mails: 1 };
            assert_eq!(db.illness(now).await.unwrap(), counted);
            let counted = Illness { waiting: 1, held: 1, failed: 0, mails: 0 };
            assert_eq!(db.illness(later).await.unwrap(), counted, "what waits or is held stays until it does not");
            assert_eq!(db.delivery_by_message("1@example.com").await.unwrap()[0].delivery.id, delivery.id);
            let run = db.run(rows[0].run).await.unwrap().unwrap();
            let own = db.runs_of(&run.job, 9).await.unwrap();
            assert_eq!(own.iter().map(|run| run.id).collect::<Vec<_>>(), [run.id]);
            assert!(db.runs_of(&"another".parse().unwrap(), 9).await.unwrap().is_empty());
            let timings = db.run_timings(run.id).await.unwrap();
            assert_eq!(timings.planned_at, Some(rows[0].planned_at));
            assert_eq!((timings.first_built_at, timings.last_mail_at), (None, Some(now)));
            Engine::new(db).migrate().await.unwrap();
            assert!(db.living_processes(now).await.unwrap().is_empty());
        })
        .await;
    }
}
