//! Findings: what went wrong, one row for each thing, from its beginning to its end, and which alert told it.
//!
//! What is found is found by one statement a kind, so that a night in which everything failed costs no more than one in
//! which nothing did. It must not decide when anybody is told.

use chrono::{DateTime, TimeDelta, Utc};
use uuid::Uuid;

use super::text::MaybeText;
use super::{Db, DbError, Tx, on};
use crate::model::{DeliveryId, JobName, LocationRef, NightDate, ReportId, RunId};

/// A way on which operators are told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Channel {
    /// The address of `[alerts]`.
    Mail,
    /// The webhook of `[alerts]`.
    Hook,
}

impl Channel {
    /// The word in rows, and the column of `findings`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Mail => "mail",
            Self::Hook => "hook",
        }
    }
}

/// A deadline that was missed, and what is known of its run.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct MissedDeadline {
    /// The run that the occurrence has, or would have.
    pub run: RunId,
    /// The job.
    pub job: JobName,
    /// The zone.
    pub zone: String,
    /// The occurrence.
    pub occurrence: DateTime<Utc>,
    /// The deadline.
    pub deadline: DateTime<Utc>,
}

/// A report that failed, or is held.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct IllReport {
    /// The report.
    pub id: ReportId,
    /// Its site.
    pub location: LocationRef,
    /// Its night.
    pub night: NightDate,
    /// Why it failed.
    #[sqlx(try_from = "MaybeText")]
    pub error: Option<String>,
}

/// A mail that did not arrive, or of which nobody knows.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct IllDelivery {
    /// The delivery.
    pub id: DeliveryId,
    /// Its report's site.
    pub location: LocationRef,
    /// Its report's night.
    pub night: NightDate,
    /// The contact.
    pub contact: String,
    /// Its state now.
    pub state: String,
    /// Why.
    #[sqlx(try_from = "MaybeText")]
    pub error: Option<String>,
}

/// Finds what failed for good or is held, of what was wanted since `since`, and notes what has ended since it was found.
pub async fn look(tx: &mut Tx, since: DateTime<Utc>, now: DateTime<Utc>) -> Result<u64, DbError> {
    // What failed again after its end was told is a finding of its own.
    const AGAIN: &str = "ON CONFLICT (kind, subject) DO UPDATE SET found_at = excluded.found_at, ended_at = NULL, \
                         mail = NULL, mail_end = NULL, hook = NULL, hook_end = NULL";
    let mut found = 0;
    for state in ["failed", "held"] {
        found += on!(in tx, |c| sqlx::query(sqlx::AssertSqlSafe(format!(
            "INSERT INTO findings (kind, subject, found_at) SELECT '{state}', r.id, $1 FROM reports r \
             WHERE r.state = '{state}' AND r.state IN ('failed', 'held') AND r.planned_at >= $2 AND NOT EXISTS \
             (SELECT 1 FROM findings f WHERE f.kind = '{state}' AND f.subject = r.id AND f.ended_at IS NULL) {AGAIN}"
        )))
        .bind(now)
        .bind(since)
        .execute(c)
        .await?
        .rows_affected());
        on!(in tx, |c| sqlx::query(sqlx::AssertSqlSafe(format!(
            "UPDATE findings SET ended_at = $1 WHERE kind = '{state}' AND ended_at IS NULL AND NOT EXISTS \
             (SELECT 1 FROM reports r WHERE r.id = findings.subject AND r.state IN ('planned', '{state}'))"
        )))
        .bind(now)
        .execute(c)
        .await?
        .rows_affected());
    }
    found += on!(in tx, |c| sqlx::query(sqlx::AssertSqlSafe(format!(
        "INSERT INTO findings (kind, subject, found_at) SELECT 'mail', d.id, $1 FROM deliveries d \
         WHERE d.state IN ('failed', 'bounced', 'unknown') AND d.created_at >= $2 AND NOT EXISTS \
         (SELECT 1 FROM findings f WHERE f.kind = 'mail' AND f.subject = d.id AND f.ended_at IS NULL) {AGAIN}"
    )))
    .bind(now)
    .bind(since)
    .execute(c)
    .await?
    .rows_affected());
    on!(in tx, |c| sqlx::query(
        "UPDATE findings SET ended_at = $1 WHERE kind = 'mail' AND ended_at IS NULL AND NOT EXISTS \
         (SELECT 1 FROM deliveries d WHERE d.id = findings.subject AND d.state NOT IN ('sent', 'suppressed'))",
    )
    .bind(now)
    .execute(c)
    .await?
    .rows_affected());
    // A week later it is history, and nobody is told its end.
    on!(in tx, |c| sqlx::query(
        "UPDATE findings SET ended_at = $1, mail_end = $3, hook_end = $3 WHERE ended_at IS NULL AND found_at < $2",
    )
    .bind(now)
    .bind(since)
    .bind(Uuid::nil())
    .execute(c)
    .await?
    .rows_affected());
    Ok(found)
}

/// Notes that a deadline was missed; once.
pub async fn missed(tx: &mut Tx, run: RunId, now: DateTime<Utc>) -> Result<(), DbError> {
    of_deadline(
        tx,
        "INSERT INTO findings (kind, subject, found_at) VALUES ('deadline', $1, $2) ON CONFLICT (kind, subject) DO NOTHING",
        run,
        now,
    )
    .await
}

/// Notes that a missed deadline's occurrence was delivered after all.
pub async fn made_up(tx: &mut Tx, run: RunId, now: DateTime<Utc>) -> Result<(), DbError> {
    of_deadline(
        tx,
        "UPDATE findings SET ended_at = $2 WHERE kind = 'deadline' AND subject = $1 AND ended_at IS NULL",
        run,
        now,
    )
    .await
}

async fn of_deadline(tx: &mut Tx, sql: &'static str, run: RunId, now: DateTime<Utc>) -> Result<(), DbError> {
    on!(in tx, |c| sqlx::query(sql).bind(run).bind(now).execute(c).await?.rows_affected());
    Ok(())
}

/// What holds for findings whose beginning is untold on a channel, or, with `over`, for those whose beginning was told and
/// whose end was not.
fn untold_sql(channel: Channel, over: bool) -> String {
    let name = channel.as_str();
    if over {
        format!("{name} IS NOT NULL AND {name}_end IS NULL AND ended_at IS NOT NULL")
    } else {
        format!("{name} IS NULL AND ended_at IS NULL")
    }
}

/// What one alert tells of beginnings, or of ends.
#[derive(Debug, Clone, Default)]
pub struct Untold {
    /// Missed deadlines, the first `most` of them, like the others.
    pub deadlines: Vec<MissedDeadline>,
    /// Reports that are held.
    pub held: Vec<IllReport>,
    /// Reports that failed.
    pub failed: Vec<IllReport>,
    /// Mails that did not arrive.
    pub mails: Vec<IllDelivery>,
    /// How many there are of each kind, whether they are named above or not.
    pub in_all: Vec<(String, i64)>,
}

impl Untold {
    /// Whether there is nothing to tell.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.in_all.is_empty()
    }
}

/// Reads what is untold on a channel, beginnings or with `over` ends: at most `most` of each kind, and how many there are.
pub async fn read_untold(tx: &mut Tx, channel: Channel, over: bool, most: i64) -> Result<Untold, DbError> {
    let untold = untold_sql(channel, over);
    let in_all: Vec<(String, i64)> = on!(in tx, |c| sqlx::query_as(sqlx::AssertSqlSafe(format!(
        "SELECT kind, count(*) FROM findings WHERE {untold} GROUP BY kind"
    )))
    .fetch_all(c)
    .await?);
    if in_all.is_empty() {
        return Ok(Untold::default());
    }
    let deadlines = on!(in tx, |c| sqlx::query_as(sqlx::AssertSqlSafe(format!(
        "SELECT d.run, d.job, d.zone, d.occurrence, d.deadline FROM findings f \
         JOIN deadlines d ON d.run = f.subject WHERE f.kind = 'deadline' AND {untold} ORDER BY d.deadline, d.zone LIMIT $1"
    )))
    .bind(most)
    .fetch_all(c)
    .await?);
    let mut reports = [Vec::new(), Vec::new()];
    for (rows, kind) in reports.iter_mut().zip(["held", "failed"]) {
        *rows = on!(in tx, |c| sqlx::query_as(sqlx::AssertSqlSafe(format!(
            "SELECT r.id, r.location, r.night, r.error FROM findings f JOIN reports r ON r.id = f.subject \
             WHERE f.kind = '{kind}' AND {untold} ORDER BY r.night, r.location LIMIT $1"
        )))
        .bind(most)
        .fetch_all(c)
        .await?);
    }
    let mails = on!(in tx, |c| sqlx::query_as(sqlx::AssertSqlSafe(format!(
        "SELECT d.id, r.location, r.night, d.contact, d.state, d.error FROM findings f \
         JOIN deliveries d ON d.id = f.subject JOIN reports r ON r.id = d.report \
         WHERE f.kind = 'mail' AND {untold} ORDER BY f.found_at, r.location, d.contact LIMIT $1"
    )))
    .bind(most)
    .fetch_all(c)
    .await?);
    let [held, failed] = reports;
    Ok(Untold { deadlines, held, failed, mails, in_all })
}

/// Notes that an alert tells everything that is untold on its channel.
pub async fn told(tx: &mut Tx, channel: Channel, alert: Uuid) -> Result<(), DbError> {
    let name = channel.as_str();
    on!(in tx, |c| sqlx::query(sqlx::AssertSqlSafe(format!(
        "UPDATE findings SET {name}_end = $1 WHERE {}", untold_sql(channel, true)
    )))
    .bind(alert)
    .execute(c)
    .await?
    .rows_affected());
    on!(in tx, |c| sqlx::query(sqlx::AssertSqlSafe(format!(
        "UPDATE findings SET {name} = $1 WHERE {}", untold_sql(channel, false)
    )))
    .bind(alert)
    .execute(c)
    .await?
    .rows_affected());
    Ok(())
}

/// Forgets that an alert of `written_at` told anything: nobody has heard it. What has ended since is not told any more,
/// for nobody knows that it began.
pub async fn untell(tx: &mut Tx, channel: Channel, alert: Uuid, written_at: DateTime<Utc>) -> Result<(), DbError> {
    let name = channel.as_str();
    on!(in tx, |c| {
        sqlx::query(sqlx::AssertSqlSafe(format!(
            "UPDATE findings SET {name} = NULL WHERE {name} = $1 AND ended_at IS NULL"
        )))
        .bind(alert)
        .execute(&mut *c)
        .await?;
        // An end that it told lies not long before it, and is found by that.
        sqlx::query(sqlx::AssertSqlSafe(format!(
            "UPDATE findings SET {name}_end = NULL \
             WHERE ended_at IS NOT NULL AND ended_at >= $2 AND ended_at <= $3 AND {name}_end = $1"
        )))
        .bind(alert)
        .bind(written_at - TimeDelta::days(7))
        .bind(written_at)
        .execute(&mut *c)
        .await?;
    });
    Ok(())
}

impl Db {
    /// How many findings of each kind have not ended.
    pub async fn open_findings(&self) -> Result<Vec<(String, i64)>, DbError> {
        Ok(
            on!(read self, |c| sqlx::query_as("SELECT kind, count(*) FROM findings WHERE ended_at IS NULL GROUP BY kind ORDER BY kind")
            .fetch_all(c)
            .await?),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::db::reports;
    use crate::db::testing::{on_each_database, planned_reports};

    #[tokio::test]
    async fn what_an_alert_did_not_tell_after_all_is_untold_again() {
        on_each_database("what_an_alert_did_not_tell", async |db| {
            let now: DateTime<Utc> = "2026-03-28T06:00:00Z".parse().unwrap();
            let since = now - TimeDelta::days(1);
            let (first, second) = (Uuid::from_u128(1), Uuid::from_u128(2));
            let mut tx = db.begin().await.unwrap();
            let rows = planned_reports(&mut tx, 1).await;
            reports::fail(&mut tx, rows[0].id, "the disk is full").await.unwrap();
            look(&mut tx, since, now).await.unwrap();
            let counts = async |tx: &mut Tx| {
                let mut counts = Vec::new();
                for (channel, over) in [(Channel::Mail, false), (Channel::Hook, false), (Channel::Mail, true)] {
                    counts.push(read_untold(tx, channel, over, 9).await.unwrap().in_all.len());
                }
                counts
            };
            told(&mut tx, Channel::Mail, first).await.unwrap();
            told(&mut tx, Channel::Hook, second).await.unwrap();
            assert_eq!(counts(&mut tx).await, [0, 0, 0]);
            untell(&mut tx, Channel::Mail, second, now).await.unwrap();
            assert_eq!(counts(&mut tx).await, [0, 0, 0], "another alert told it");
            untell(&mut tx, Channel::Mail, first, now).await.unwrap();
            assert_eq!(counts(&mut tx).await, [1, 0, 0], "of one channel");
            // Its end, likewise.
            told(&mut tx, Channel::Mail, first).await.unwrap();
            reports::plan(&mut tx, &rows).await.unwrap();
            reports::hold(&mut tx, rows[0].id).await.unwrap();
            look(&mut tx, since, now).await.unwrap();
            assert_eq!(counts(&mut tx).await, [1, 1, 1], "it is held now");
            told(&mut tx, Channel::Mail, second).await.unwrap();
            untell(&mut tx, Channel::Mail, second, now).await.unwrap();
            assert_eq!(counts(&mut tx).await, [1, 1, 1]);
            tx.commit().await.unwrap();
        })
        .await;
    }
}
