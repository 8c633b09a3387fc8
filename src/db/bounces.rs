//! Bounces: what came back, one row a message, only ever added to.

use chrono::{DateTime, Utc};
use serde::Serialize;

use super::text::stored;
use super::{Db, DbError, Tx, on};
use crate::model::{BounceKind, DeliveryId};

/// A row of `bounces`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, sqlx::FromRow)]
pub struct Bounce {
    /// SHA-256 of the message: the same one read twice is one row.
    #[serde(skip)]
    pub digest: Vec<u8>,
    /// The delivery that came back.
    pub delivery: DeliveryId,
    /// The delivery's address, normalized.
    pub address: String,
    /// When it was read.
    pub received_at: DateTime<Utc>,
    /// What it says about the address.
    #[sqlx(try_from = "String")]
    pub kind: BounceKind,
    /// Enhanced status code (RFC 3463), where one was given.
    pub status: Option<String>,
    /// What the server said, as far as it could be found.
    #[sqlx(try_from = "super::text::Text")]
    pub diagnostic: String,
    /// In which form it came.
    pub form: String,
}

/// What to list.
#[derive(Debug, Clone, Default)]
pub struct BounceFilter {
    /// Of one delivery.
    pub delivery: Option<DeliveryId>,
    /// Of one address, normalized.
    pub address: Option<String>,
    /// Of one kind.
    pub kind: Option<BounceKind>,
    /// At most so many.
    pub limit: i64,
}

/// Adds a bounce; false where the same message was read before.
pub async fn insert(tx: &mut Tx, bounce: &Bounce) -> Result<bool, DbError> {
    let inserted = on!(in tx, |c| sqlx::query(
        "INSERT INTO bounces (digest, delivery, address, received_at, kind, status, diagnostic, form) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (digest) DO NOTHING",
    )
    .bind(&bounce.digest)
    .bind(bounce.delivery)
    .bind(&bounce.address)
    .bind(bounce.received_at)
    .bind(bounce.kind.as_str())
    .bind(&bounce.status)
    .bind(stored(&bounce.diagnostic))
    .bind(&bounce.form)
    .execute(c)
    .await?
    .rows_affected());
    Ok(inserted == 1)
}

/// How many mails to an address came back softly since an instant, and since its last suppression was lifted.
pub async fn soft_since(tx: &mut Tx, address: &str, since: DateTime<Utc>) -> Result<i64, DbError> {
    Ok(on!(in tx, |c| sqlx::query_scalar(
        "SELECT count(DISTINCT delivery) FROM bounces WHERE address = $1 AND kind = 'soft' AND received_at > $2 \
         AND NOT EXISTS (SELECT 1 FROM suppressions s WHERE s.address = $1 AND s.lifted_at >= bounces.received_at)",
    )
    .bind(address)
    .bind(since)
    .fetch_one(c)
    .await?))
}

impl Db {
    /// Bounces that match, newest first.
    pub async fn bounces(&self, filter: &BounceFilter) -> Result<Vec<Bounce>, DbError> {
        Ok(on!(read self, |c| {
            let mut query = sqlx::QueryBuilder::<Backend>::new("SELECT * FROM bounces WHERE 1 = 1");
            if let Some(delivery) = filter.delivery {
                query.push(" AND delivery = ").push_bind(delivery);
            }
            if let Some(address) = &filter.address {
                query.push(" AND address = ").push_bind(address);
            }
            if let Some(kind) = filter.kind {
                query.push(" AND kind = ").push_bind(kind.as_str());
            }
            query.push(" ORDER BY received_at DESC, digest LIMIT ").push_bind(filter.limit);
            query.build_query_as().fetch_all(c).await?
        }))
    }
}
