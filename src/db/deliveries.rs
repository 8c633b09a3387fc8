//! Deliveries (report × contact) and how far each is. The words of people and servers in them are stored as
//! `super::text` does.
//!
//! Statements about the open ones repeat the condition of the index `deliveries_open` (`NOT IN ('sent', 'suppressed')`):
//! SQLite does not see by itself that it holds, and would read the whole table.

use chrono::{DateTime, Utc};
use serde::Serialize;

use super::known_as::known_as;
use super::text::{MaybeText, Text, maybe_stored, stored};
use super::{Db, DbError, Tx, on};
use crate::model::{ContactRef, DeliveryId, DeliveryState, EmailAddress, LocationRef, NightDate, ReportId, RunId};

/// A row of `deliveries`.
#[derive(Debug, Clone, Serialize, sqlx::FromRow)]
pub struct Delivery {
    /// Its id, from report and contact.
    pub id: DeliveryId,
    /// The report.
    pub report: ReportId,
    /// The contact.
    pub contact: ContactRef,
    /// The contact's name then.
    #[sqlx(try_from = "Text")]
    pub name: String,
    /// The contact's address then, as recorded.
    pub email: String,
    /// The mail's language.
    pub language: String,
    /// `report`, `correction` or `test`.
    pub kind: String,
    /// How far it is.
    #[sqlx(try_from = "String")]
    pub state: DeliveryState,
    /// The mail's subject.
    pub subject: String,
    /// The mail's Message-ID, without angle brackets.
    pub message_id: String,
    /// The artifact that holds the exact bytes; empty where none could be made.
    pub artifact: String,
    /// SHA-256 of the bytes, lower-case hex.
    pub sha256: String,
    /// Their number.
    pub size: i64,
    /// How often it was tried.
    pub attempts: i32,
    /// When it was wanted.
    pub created_at: DateTime<Utc>,
    /// When it is tried next.
    pub next_at: Option<DateTime<Utc>>,
    /// When it became final.
    pub finished_at: Option<DateTime<Utc>>,
    /// Why it is not sent.
    #[sqlx(try_from = "MaybeText")]
    pub error: Option<String>,
}

/// A delivery with what a list shows of its report.
#[derive(Debug, Clone, Serialize, sqlx::FromRow)]
pub struct ListedDelivery {
    /// The delivery.
    #[sqlx(flatten)]
    #[serde(flatten)]
    pub delivery: Delivery,
    /// The report's site.
    pub location: LocationRef,
    /// The report's night.
    pub night: NightDate,
    /// The report's revision.
    pub revision: i32,
}

/// What to list.
#[derive(Debug, Clone, Default)]
pub struct DeliveryFilter {
    /// Of one site.
    pub location: Option<LocationRef>,
    /// Of one night.
    pub night: Option<NightDate>,
    /// Of one report.
    pub report: Option<ReportId>,
    /// Of one run's reports.
    pub run: Option<RunId>,
    /// To one contact.
    pub contact: Option<ContactRef>,
    /// To one address.
    pub email: Option<String>,
    /// In one of these states; empty for any.
    pub states: Vec<DeliveryState>,
    /// At most so many.
    pub limit: i64,
}

/// Inserts deliveries; those that stand are left as they are.
pub async fn insert(tx: &mut Tx, deliveries: &[Delivery]) -> Result<(), DbError> {
    for chunk in deliveries.chunks(200) {
        on!(in tx, |c| {
            let mut query = sqlx::QueryBuilder::<Backend>::new(
                "INSERT INTO deliveries (id, report, contact, name, email, language, kind, state, subject, message_id, \
                 artifact, sha256, size, attempts, created_at, next_at, finished_at, error, known_as) ",
            );
            query.push_values(chunk, |mut row, delivery| {
                row.push_bind(delivery.id)
                    .push_bind(delivery.report)
                    .push_bind(&delivery.contact)
                    .push_bind(stored(&delivery.name))
                    .push_bind(&delivery.email)
                    .push_bind(&delivery.language)
                    .push_bind(&delivery.kind)
                    .push_bind(delivery.state.as_str())
                    .push_bind(&delivery.subject)
                    .push_bind(&delivery.message_id)
                    .push_bind(&delivery.artifact)
                    .push_bind(&delivery.sha256)
                    .push_bind(delivery.size)
                    .push_bind(delivery.attempts)
                    .push_bind(delivery.created_at)
                    .push_bind(delivery.next_at)
                    .push_bind(delivery.finished_at)
                    .push_bind(maybe_stored(delivery.error.as_ref()))
                    .push_bind(known_as(&delivery.email));
            });
            query.push(" ON CONFLICT (id) DO NOTHING");
            query.build().execute(c).await?.rows_affected()
        });
    }
    Ok(())
}

/// Gives a delivery up that could not even be tried, saying why.
pub async fn fail(tx: &mut Tx, id: DeliveryId, error: &str, now: DateTime<Utc>) -> Result<(), DbError> {
    on!(in tx, |c| sqlx::query(
        "UPDATE deliveries SET state = 'failed', error = $2, next_at = NULL, finished_at = $3 \
         WHERE id = $1 AND state IN ('pending', 'deferred')",
    )
    .bind(id)
    .bind(stored(error))
    .bind(now)
    .execute(c)
    .await?
    .rows_affected());
    Ok(())
}

/// Whether a person asked for a delivery once more since then.
pub async fn reopened_since(tx: &mut Tx, id: DeliveryId, since: DateTime<Utc>) -> Result<bool, DbError> {
    let at: Option<Option<DateTime<Utc>>> = on!(in tx, |c| sqlx::query_scalar("SELECT reopened_at FROM deliveries WHERE id = $1")
            .bind(id)
            .fetch_optional(c)
            .await?);
    Ok(at.flatten().is_some_and(|at| at >= since))
}

/// Notes that a delivery is due and finds no place on the way out: since now it is waited with, and not forgotten.
pub async fn held(tx: &mut Tx, id: DeliveryId, now: DateTime<Utc>) -> Result<(), DbError> {
    on!(in tx, |c| sqlx::query("UPDATE deliveries SET next_at = $2 WHERE id = $1 AND state IN ('pending', 'deferred')")
        .bind(id)
        .bind(now)
        .execute(c)
        .await?
        .rows_affected());
    Ok(())
}

/// Takes a delivery that is not to be sent out of the queue, saying why; false where it is not waiting any more.
pub async fn suppress(tx: &mut Tx, id: DeliveryId, why: &str, now: DateTime<Utc>) -> Result<bool, DbError> {
    let suppressed = on!(in tx, |c| sqlx::query(
        "UPDATE deliveries SET state = 'suppressed', error = $2, next_at = NULL, finished_at = $3 \
         WHERE id = $1 AND state IN ('pending', 'deferred')",
    )
    .bind(id)
    .bind(stored(why))
    .bind(now)
    .execute(c)
    .await?
    .rows_affected());
    Ok(suppressed == 1)
}

/// Records that a mail came back; false where it was never sent. One whose fate was unknown, or whose attempt is not
/// recorded yet, has been taken by a server after all.
pub async fn bounce(tx: &mut Tx, id: DeliveryId, why: &str, now: DateTime<Utc>) -> Result<bool, DbError> {
    let bounced = on!(in tx, |c| sqlx::query(
        "UPDATE deliveries SET state = 'bounced', error = $2, next_at = NULL, finished_at = $3 \
         WHERE id = $1 AND state IN ('sent', 'sending', 'unknown')",
    )
    .bind(id)
    .bind(stored(why))
    .bind(now)
    .execute(c)
    .await?
    .rows_affected());
    Ok(bounced == 1)
}

/// Notes why a delivery could not be tried yet.
pub async fn note(tx: &mut Tx, id: DeliveryId, error: &str, next_at: DateTime<Utc>) -> Result<(), DbError> {
    on!(in tx, |c| sqlx::query(
        "UPDATE deliveries SET state = 'deferred', error = $2, next_at = $3 WHERE id = $1 AND state IN ('pending', 'deferred')",
    )
    .bind(id)
    .bind(stored(error))
    .bind(next_at)
    .execute(c)
    .await?
    .rows_affected());
    Ok(())
}

/// Makes final deliveries pending again because a person asked for it; returns those that now are. One that was
/// sent, or is on its way, is only resent when `even_sent`.
pub async fn reopen(
    tx: &mut Tx,
    ids: &[DeliveryId],
    even_sent: bool,
    now: DateTime<Utc>,
) -> Result<Vec<DeliveryId>, DbError> {
    let mut reopened = Vec::new();
    for id in ids {
        let found: Option<DeliveryId> = on!(in tx, |c| sqlx::query_scalar(
            "UPDATE deliveries SET state = 'pending', finished_at = NULL, next_at = NULL, error = NULL, reopened_at = $3 \
             WHERE id = $1 AND artifact <> '' \
               AND (state IN ('failed', 'bounced', 'suppressed', 'unknown') OR ($2 AND state = 'sent')) RETURNING id",
        )
        .bind(id)
        .bind(even_sent)
        .bind(now)
        .fetch_optional(c)
        .await?);
        reopened.extend(found);
    }
    Ok(reopened)
}

/// Gives up every delivery that has not left, saying why; returns how many. Each can be sent again by a person.
pub async fn discard_waiting(tx: &mut Tx, why: &str, now: DateTime<Utc>) -> Result<u64, DbError> {
    Ok(on!(in tx, |c| sqlx::query(
        "UPDATE deliveries SET state = 'failed', error = $1, next_at = NULL, finished_at = $2 \
         WHERE state IN ('pending', 'deferred') AND state NOT IN ('sent', 'suppressed')",
    )
    .bind(stored(why))
    .bind(now)
    .execute(c)
    .await?
    .rows_affected()))
}

impl Db {
    /// Deliveries that have not left, and when the oldest was wanted.
    pub async fn waiting_deliveries(&self) -> Result<(i64, Option<DateTime<Utc>>), DbError> {
        Ok(on!(read self, |c| sqlx::query_as(
            "SELECT count(*), min(created_at) FROM deliveries \
             WHERE state IN ('pending', 'deferred') AND state NOT IN ('sent', 'suppressed')"
        )
        .fetch_one(c)
        .await?))
    }

    /// One delivery.
    pub async fn delivery(&self, id: DeliveryId) -> Result<Option<Delivery>, DbError> {
        Ok(
            on!(read self, |c| sqlx::query_as("SELECT * FROM deliveries WHERE id = $1").bind(id).fetch_optional(c).await?),
        )
    }

    /// When the data of a delivery's contact were erased, if they were.
    pub async fn delivery_erased_at(&self, id: DeliveryId) -> Result<Option<DateTime<Utc>>, DbError> {
        let found: Option<Option<DateTime<Utc>>> = on!(read self, |c| {
            sqlx::query_scalar("SELECT erased_at FROM deliveries WHERE id = $1").bind(id).fetch_optional(c).await?
        });
        Ok(found.flatten())
    }

    /// Deliveries of a report that have not become final.
    pub async fn open_deliveries(&self, report: ReportId) -> Result<Vec<DeliveryId>, DbError> {
        Ok(on!(read self, |c| sqlx::query_scalar(
            "SELECT id FROM deliveries WHERE report = $1 AND state IN ('pending', 'sending', 'deferred')"
        )
        .bind(report)
        .fetch_all(c)
        .await?))
    }

    /// Deliveries that should long have had their next try: wanted, or due again, before `overdue`.
    pub async fn forgotten_deliveries(&self, overdue: DateTime<Utc>, limit: i64) -> Result<Vec<DeliveryId>, DbError> {
        Ok(on!(read self, |c| sqlx::query_scalar(
            "SELECT id FROM deliveries WHERE state IN ('pending', 'sending', 'deferred') AND created_at < $1 \
             AND state NOT IN ('sent', 'suppressed') AND (next_at IS NULL OR next_at < $1) ORDER BY created_at LIMIT $2"
        )
        .bind(overdue)
        .bind(limit)
        .fetch_all(c)
        .await?))
    }

    /// Deliveries that match, newest first.
    pub async fn deliveries(&self, filter: &DeliveryFilter) -> Result<Vec<ListedDelivery>, DbError> {
        Ok(on!(read self, |c| {
            let mut query = sqlx::QueryBuilder::<Backend>::new(
                "SELECT d.*, r.location, r.night, r.revision FROM deliveries d JOIN reports r ON r.id = d.report WHERE 1 = 1",
            );
            if let Some(location) = &filter.location {
                query.push(" AND r.location = ").push_bind(location);
            }
            if let Some(night) = filter.night {
                query.push(" AND r.night = ").push_bind(night);
            }
            if let Some(report) = filter.report {
                query.push(" AND d.report = ").push_bind(report);
            }
            if let Some(run) = filter.run {
                query.push(" AND r.run = ").push_bind(run);
            }
            if let Some(contact) = &filter.contact {
                query.push(" AND d.contact = ").push_bind(contact);
            }
            if let Some(email) = &filter.email {
                query.push(" AND COALESCE(d.known_as, lower(d.email)) = ").push_bind(EmailAddress::normalized(email));
            }
            if !filter.states.is_empty() {
                query.push(" AND d.state IN (");
                let mut list = query.separated(", ");
                for state in &filter.states {
                    list.push_bind(state.as_str());
                }
                query.push(")");
            }
            query.push(" ORDER BY d.created_at DESC, r.location, d.contact LIMIT ").push_bind(filter.limit);
            query.build_query_as().fetch_all(c).await?
        }))
    }
}
