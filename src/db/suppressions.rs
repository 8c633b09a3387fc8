//! Suppressions: addresses to which nothing is mailed, why, since when, and what lifted it.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::Serialize;

use super::deliveries::Delivery;
use super::text::{maybe_stored, stored};
use super::{Db, DbError, Tx, on};
use crate::model::{DeliveryId, EmailAddress, SuppressionReason};

/// A row of `suppressions`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, sqlx::FromRow)]
pub struct Suppression {
    /// The address, normalized.
    pub address: String,
    /// Since when.
    pub since: DateTime<Utc>,
    /// Why.
    #[sqlx(try_from = "String")]
    pub reason: SuppressionReason,
    /// What the server said, or who asked.
    #[sqlx(try_from = "super::text::Text")]
    pub detail: String,
    /// The delivery that came back, if one did.
    pub delivery: Option<DeliveryId>,
    /// When it was lifted; none while it is in force.
    pub lifted_at: Option<DateTime<Utc>>,
    /// Why it was lifted.
    #[sqlx(try_from = "super::text::MaybeText")]
    pub lifted_for: Option<String>,
}

impl Suppression {
    /// The sentence that a suppressed delivery carries.
    #[must_use]
    pub fn sentence(&self) -> String {
        let since = self.since.format("%Y-%m-%d %H:%MZ");
        let detail = if self.detail.is_empty() { String::new() } else { format!(": {}", self.detail) };
        format!("the address is suppressed since {since}, because {}{detail}", self.reason.in_words())
    }
}

/// Suppresses an address; false where it is suppressed already (the first reason stays).
pub async fn insert(tx: &mut Tx, suppression: &Suppression) -> Result<bool, DbError> {
    let inserted = on!(in tx, |c| sqlx::query(
        "INSERT INTO suppressions (address, since, reason, detail, delivery) VALUES ($1, $2, $3, $4, $5) \
         ON CONFLICT DO NOTHING",
    )
    .bind(&suppression.address)
    .bind(suppression.since)
    .bind(suppression.reason.as_str())
    .bind(stored(&suppression.detail))
    .bind(suppression.delivery)
    .execute(c)
    .await?
    .rows_affected());
    Ok(inserted == 1)
}

/// Lifts the suppression of a normalized address; false where it is not suppressed.
pub async fn lift(tx: &mut Tx, address: &str, why: Option<&String>, now: DateTime<Utc>) -> Result<bool, DbError> {
    let lifted = on!(in tx, |c| sqlx::query(
        "UPDATE suppressions SET lifted_at = $2, lifted_for = $3 WHERE address = $1 AND lifted_at IS NULL",
    )
    .bind(address)
    .bind(now)
    .bind(maybe_stored(why))
    .execute(c)
    .await?
    .rows_affected());
    Ok(lifted == 1)
}

/// Why a delivery must not be sent now, if it must not: its address is suppressed, or its contact has unsubscribed
/// from the site since the report was built.
pub async fn stops(tx: &mut Tx, delivery: &Delivery) -> Result<Option<String>, DbError> {
    let address = EmailAddress::normalized(&delivery.email);
    let suppressed: Option<Suppression> = on!(in tx, |c| sqlx::query_as(
        "SELECT * FROM suppressions WHERE address = $1 AND lifted_at IS NULL"
    )
    .bind(&address)
    .fetch_optional(c)
    .await?);
    if let Some(suppressed) = suppressed {
        return Ok(Some(suppressed.sentence()));
    }
    let unsubscribed: Option<DateTime<Utc>> = on!(in tx, |c| sqlx::query_scalar(
        "SELECT u.at FROM reports r JOIN unsubscribes u ON u.location = r.location WHERE r.id = $1 AND u.contact = $2",
    )
    .bind(delivery.report)
    .bind(&delivery.contact)
    .fetch_optional(c)
    .await?);
    Ok(unsubscribed.map(|at| format!("the contact unsubscribed from this site at {}", at.format("%Y-%m-%d %H:%MZ"))))
}

impl Db {
    /// The suppression in force of a normalized address.
    pub async fn suppression(&self, address: &str) -> Result<Option<Suppression>, DbError> {
        Ok(on!(read self, |c| sqlx::query_as("SELECT * FROM suppressions WHERE address = $1 AND lifted_at IS NULL")
            .bind(address)
            .fetch_optional(c)
            .await?))
    }

    /// The suppressions in force among normalized addresses.
    pub async fn suppressed(&self, addresses: &[String]) -> Result<BTreeMap<String, Suppression>, DbError> {
        let mut found = BTreeMap::new();
        for addresses in addresses.chunks(500) {
            let rows: Vec<Suppression> = on!(read self, |c| {
                let mut query =
                    sqlx::QueryBuilder::<Backend>::new("SELECT * FROM suppressions WHERE lifted_at IS NULL AND address IN (");
                let mut list = query.separated(", ");
                for address in addresses {
                    list.push_bind(address);
                }
                query.push(")");
                query.build_query_as().fetch_all(c).await?
            });
            found.extend(rows.into_iter().map(|row| (row.address.clone(), row)));
        }
        Ok(found)
    }

    /// Suppressions, newest first: those in force, and where `lifted` those that were lifted, too.
    pub async fn suppressions(&self, lifted: bool, limit: i64) -> Result<Vec<Suppression>, DbError> {
        Ok(on!(read self, |c| sqlx::query_as(
            "SELECT * FROM suppressions WHERE lifted_at IS NULL OR $1 ORDER BY since DESC, address LIMIT $2"
        )
        .bind(lifted)
        .bind(limit)
        .fetch_all(c)
        .await?))
    }
}
