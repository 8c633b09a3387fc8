//! Unsubscribes: which contacts asked not to be mailed about which locations any more.

use chrono::{DateTime, Utc};
use serde::Serialize;

use super::{Db, DbError, Tx, on};
use crate::model::{ContactRef, DeliveryId, LocationRef};

/// A row of `unsubscribes`, with the contact as it is now.
#[derive(Debug, Clone, Serialize, sqlx::FromRow)]
pub struct Unsubscribe {
    /// Who.
    pub contact: ContactRef,
    /// The contact's address now; none where no such contact is known any more.
    pub email: Option<String>,
    /// From which location.
    pub location: LocationRef,
    /// Since when.
    pub at: DateTime<Utc>,
    /// With the link of which mail.
    pub delivery: DeliveryId,
}

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

/// Takes the wish back, for one location or for all; returns for how many.
pub async fn remove(tx: &mut Tx, contact: &ContactRef, location: Option<&LocationRef>) -> Result<u64, DbError> {
    Ok(on!(in tx, |c| {
        let mut query = sqlx::QueryBuilder::<Backend>::new("DELETE FROM unsubscribes WHERE contact = ");
        query.push_bind(contact);
        if let Some(location) = location {
            query.push(" AND location = ").push_bind(location);
        }
        query.build().execute(c).await?.rows_affected()
    }))
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

    /// Who asked not to be mailed, newest first.
    pub async fn unsubscribes(&self, limit: i64) -> Result<Vec<Unsubscribe>, DbError> {
        Ok(on!(read self, |c| sqlx::query_as(
            "SELECT u.contact, c.email, u.location, u.at, u.delivery FROM unsubscribes u \
             LEFT JOIN contacts c ON c.ref = u.contact ORDER BY u.at DESC, u.contact, u.location LIMIT $1"
        )
        .bind(limit)
        .fetch_all(c)
        .await?))
    }
}
