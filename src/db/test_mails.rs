//! Test mails: what staff sent to one address to look at. Not deliveries, but on record like them.

use chrono::{DateTime, Utc};
use serde::Serialize;

use super::{DbError, Tx, on};
use crate::model::{DeliveryId, LocationRef, NightDate};

/// A row of `test_mails`.
#[derive(Debug, Clone, Serialize, sqlx::FromRow)]
pub struct TestMail {
    /// Its id, from report, address and instant.
    pub id: DeliveryId,
    /// The site.
    pub location: LocationRef,
    /// The night.
    pub night: NightDate,
    /// The one address.
    pub email: String,
    /// Who asked.
    pub requested_by: Option<String>,
    /// Its subject.
    pub subject: String,
    /// When it was asked for.
    pub at: DateTime<Utc>,
    /// What was answered.
    pub reply: Option<String>,
}

/// Writes that a test mail is meant to go.
pub async fn insert(tx: &mut Tx, mail: &TestMail) -> Result<(), DbError> {
    on!(in tx, |c| sqlx::query(
        "INSERT INTO test_mails (id, location, night, email, requested_by, subject, at) VALUES ($1, $2, $3, $4, $5, $6, $7)",
    )
    .bind(mail.id)
    .bind(&mail.location)
    .bind(mail.night)
    .bind(&mail.email)
    .bind(&mail.requested_by)
    .bind(&mail.subject)
    .bind(mail.at)
    .execute(c)
    .await?
    .rows_affected());
    Ok(())
}

/// Writes what was answered.
pub async fn answer(tx: &mut Tx, id: DeliveryId, reply: &str) -> Result<(), DbError> {
    on!(in tx, |c| sqlx::query("UPDATE test_mails SET reply = $2 WHERE id = $1")
        .bind(id)
        .bind(reply)
        .execute(c)
        .await?
        .rows_affected());
    Ok(())
}
