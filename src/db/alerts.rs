//! Alerts: what operators are told, the intention first, then what became of it.

use chrono::{DateTime, TimeDelta, Utc};
use serde::Serialize;
use uuid::Uuid;

use super::findings::Channel;
use super::text::{MaybeText, stored};
use super::{Db, DbError, Tx, on};

/// An attempt that began so long ago and has no end has lost its process.
const LOST: TimeDelta = TimeDelta::minutes(5);

/// A row of `alerts`.
#[derive(Debug, Clone, Serialize, sqlx::FromRow)]
pub struct Alert {
    /// Its id, from channel and number.
    pub id: Uuid,
    /// `mail` or `hook`.
    pub channel: String,
    /// Counts its channel's alerts.
    pub number: i64,
    /// When it was wanted.
    pub created_at: DateTime<Utc>,
    /// Subject of the mail.
    pub subject: String,
    /// What it tells, as JSON.
    pub body: String,
    /// `pending`, `sending`, `sent` or `failed`.
    pub state: String,
    /// How often it was tried.
    pub attempts: i32,
    /// When it is tried next.
    pub next_at: Option<DateTime<Utc>>,
    /// When it became final.
    pub finished_at: Option<DateTime<Utc>>,
    /// What was answered.
    #[sqlx(try_from = "MaybeText")]
    pub reply: Option<String>,
}

const COLUMNS: &str = "id, channel, number, created_at, subject, body, state, attempts, next_at, finished_at, reply";

/// The newest alert's number and instant on a channel; 0 and none before the first.
pub async fn newest(tx: &mut Tx, channel: Channel) -> Result<(i64, Option<DateTime<Utc>>), DbError> {
    let newest: Option<(i64, DateTime<Utc>)> = on!(in tx, |c| sqlx::query_as(
        "SELECT number, created_at FROM alerts WHERE channel = $1 ORDER BY number DESC LIMIT 1"
    )
    .bind(channel.as_str())
    .fetch_optional(c)
    .await?);
    Ok(newest.map_or((0, None), |(number, at)| (number, Some(at))))
}

/// Writes that an alert is meant to go; false where another process has taken its number.
pub async fn insert(tx: &mut Tx, alert: &Alert) -> Result<bool, DbError> {
    let inserted = on!(in tx, |c| sqlx::query(
        "INSERT INTO alerts (id, channel, number, created_at, subject, body, state) VALUES ($1, $2, $3, $4, $5, $6, 'pending') \
         ON CONFLICT DO NOTHING",
    )
    .bind(alert.id)
    .bind(&alert.channel)
    .bind(alert.number)
    .bind(alert.created_at)
    .bind(&alert.subject)
    .bind(&alert.body)
    .execute(c)
    .await?
    .rows_affected());
    Ok(inserted == 1)
}

/// Claims the alerts that are to be tried now. One whose process died during the attempt is among them: an alarm that
/// comes twice (with one Message-ID) is better than one that is lost.
pub async fn begin(tx: &mut Tx, now: DateTime<Utc>) -> Result<Vec<Alert>, DbError> {
    Ok(on!(in tx, |c| sqlx::query_as(sqlx::AssertSqlSafe(format!(
        "UPDATE alerts SET state = 'sending', attempts = attempts + 1, begun_at = $1, next_at = NULL \
         WHERE state IN ('pending', 'sending') AND \
           ((state = 'pending' AND (next_at IS NULL OR next_at <= $1)) OR (state = 'sending' AND begun_at <= $2)) \
         RETURNING {COLUMNS}"
    )))
    .bind(now)
    .bind(now - LOST)
    .fetch_all(c)
    .await?))
}

/// Records how an attempt ended: sent, given up, or to be tried again at `next_at`.
pub async fn end(
    tx: &mut Tx,
    id: Uuid,
    state: &str,
    reply: &str,
    next_at: Option<DateTime<Utc>>,
    now: DateTime<Utc>,
) -> Result<(), DbError> {
    on!(in tx, |c| sqlx::query(
        "UPDATE alerts SET state = $2, reply = $3, next_at = $4, finished_at = $5 WHERE id = $1 AND state = 'sending'",
    )
    .bind(id)
    .bind(state)
    .bind(stored(reply))
    .bind(next_at)
    .bind((state != "pending").then_some(now))
    .execute(c)
    .await?
    .rows_affected());
    Ok(())
}

impl Db {
    /// The newest alerts, newest first.
    pub async fn alerts(&self, limit: i64) -> Result<Vec<Alert>, DbError> {
        Ok(on!(read self, |c| sqlx::query_as(sqlx::AssertSqlSafe(format!(
            "SELECT {COLUMNS} FROM alerts ORDER BY created_at DESC, channel LIMIT $1"
        )))
        .bind(limit)
        .fetch_all(c)
        .await?))
    }
}
