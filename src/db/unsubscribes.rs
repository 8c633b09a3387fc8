//! Unsubscribes: which contacts asked not to be mailed about which locations any more.

use chrono::{DateTime, Utc};

use super::{Db, DbError, Tx, on};
use crate::model::{ContactRef, DeliveryId, LocationRef};

/// Records the wish; false where it is recorded already (the first stays, with its instant).
pub async fn insert(
    tx: &mut Tx,
    contact: &ContactRef,
    location: &LocationRef,
    delivery: DeliveryId,
    now: DateTime<Utc>,
) -> Result<bool, DbError> {
    let inserted = on!(in tx, |c| sqlx::query(
        "INSERT INTO unsubscribes (contact, location, at, delivery) VALUES ($1, $2, $3, $4) \
         ON CONFLICT (contact, location) DO NOTHING",
    )
    .bind(contact)
    .bind(location)
    .bind(now)
    .bind(delivery)
    .execute(c)
    .await?
    .rows_affected());
    Ok(inserted == 1)
}

impl Db {
    /// When a contact asked not to be mailed about a location, if ever.
    pub async fn unsubscribed(
        &self,
        contact: &ContactRef,
        location: &LocationRef,
    ) -> Result<Option<DateTime<Utc>>, DbError> {
        Ok(on!(read self, |c| sqlx::query_scalar(
            "SELECT at FROM unsubscribes WHERE contact = $1 AND location = $2"
        )
        .bind(contact)
        .bind(location)
        .fetch_optional(c)
        .await?))
    }
}
