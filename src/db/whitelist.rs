//! Whitelist: addresses that may see a location without being its contacts.

use chrono::{DateTime, Utc};
use serde::Serialize;

use super::text::{Text, stored};
use super::{Db, DbError, Tx, on};
use crate::model::{LocationRef, WhitelistId};

/// A row of `whitelist`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, sqlx::FromRow)]
pub struct Listed {
    /// Its id.
    pub id: WhitelistId,
    /// The address, in its one form.
    pub address: String,
    /// What it may see.
    pub location: LocationRef,
    /// Since when.
    pub since: DateTime<Utc>,
    /// Until when; none for no end.
    pub expires_at: Option<DateTime<Utc>>,
    /// Who let it in, as the audit log names people.
    #[sqlx(try_from = "Text")]
    pub granted_by: String,
    /// Why.
    #[sqlx(try_from = "Text")]
    pub note: String,
    /// When it was taken off.
    pub revoked_at: Option<DateTime<Utc>>,
    /// Whether it may see the whole location, or only what was shared with it.
    pub whole: bool,
}

const COLUMNS: &str = "id, address, location, since, expires_at, granted_by, note, revoked_at, whole";

/// Lets an address in; where it is in already for as much, the later end holds. Returns the id of the entry.
pub async fn insert(tx: &mut Tx, listed: &Listed) -> Result<WhitelistId, DbError> {
    Ok(on!(in tx, |c| sqlx::query_scalar(
        "INSERT INTO whitelist (id, address, location, since, expires_at, granted_by, note, whole) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8) \
         ON CONFLICT (address, location, whole) WHERE revoked_at IS NULL DO UPDATE SET \
         expires_at = CASE WHEN whitelist.expires_at IS NULL OR excluded.expires_at IS NULL THEN NULL \
                           WHEN whitelist.expires_at > excluded.expires_at THEN whitelist.expires_at \
                           ELSE excluded.expires_at END RETURNING id",
    )
    .bind(listed.id)
    .bind(&listed.address)
    .bind(&listed.location)
    .bind(listed.since)
    .bind(listed.expires_at)
    .bind(stored(&listed.granted_by))
    .bind(stored(&listed.note))
    .bind(listed.whole)
    .fetch_one(c)
    .await?))
}

/// Takes an address off; false where it is off already.
pub async fn revoke(tx: &mut Tx, id: WhitelistId, by: &str, now: DateTime<Utc>) -> Result<bool, DbError> {
    let revoked = on!(in tx, |c| sqlx::query(
        "UPDATE whitelist SET revoked_at = $3, revoked_by = $2 WHERE id = $1 AND revoked_at IS NULL"
    )
    .bind(id)
    .bind(stored(by))
    .bind(now)
    .execute(c)
    .await?
    .rows_affected());
    Ok(revoked == 1)
}

/// Takes addresses off that were let in for shares, where no share of the location with them works any more.
pub async fn revoke_shared(
    tx: &mut Tx,
    location: &LocationRef,
    addresses: &[String],
    by: &str,
    now: DateTime<Utc>,
) -> Result<u64, DbError> {
    let mut revoked = 0;
    for address in addresses {
        revoked += on!(in tx, |c| sqlx::query(
            "UPDATE whitelist SET revoked_at = $4, revoked_by = $3 WHERE address = $1 AND location = $2 \
             AND revoked_at IS NULL AND whole = $5 AND NOT EXISTS (SELECT 1 FROM share_recipients r \
             JOIN shares s ON s.id = r.share WHERE r.address = $1 AND s.location = $2 AND r.revoked_at IS NULL \
             AND r.expires_at > $4)"
        )
        .bind(address)
        .bind(location)
        .bind(stored(by))
        .bind(now)
        .bind(false)
        .execute(c)
        .await?
        .rows_affected());
    }
    Ok(revoked)
}

/// Moves the end of entries that were made for shares.
pub async fn end_shared(
    tx: &mut Tx,
    location: &LocationRef,
    addresses: &[String],
    expires_at: DateTime<Utc>,
) -> Result<(), DbError> {
    for address in addresses {
        on!(in tx, |c| sqlx::query(
            "UPDATE whitelist SET expires_at = coalesce((SELECT max(r.expires_at) FROM share_recipients r \
             JOIN shares s ON s.id = r.share WHERE r.address = $1 AND s.location = $2 AND r.revoked_at IS NULL), $3) \
             WHERE address = $1 AND location = $2 AND revoked_at IS NULL AND whole = $4"
        )
        .bind(address)
        .bind(location)
        .bind(expires_at)
        .bind(false)
        .execute(c)
        .await?
        .rows_affected());
    }
    Ok(())
}

/// Moves the end of an entry; false where it is off, or where it was for shares and has ended with their links.
pub async fn end_at(
    tx: &mut Tx,
    id: WhitelistId,
    expires_at: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<bool, DbError> {
    let moved = on!(in tx, |c| sqlx::query(
        "UPDATE whitelist SET expires_at = $2 WHERE id = $1 AND revoked_at IS NULL \
         AND (whole OR expires_at IS NULL OR expires_at > $3)"
    )
    .bind(id)
    .bind(expires_at)
    .bind(now)
    .execute(c)
    .await?
    .rows_affected());
    Ok(moved == 1)
}

impl Db {
    /// Whether an address is on a location's whitelist now, for the whole of it.
    pub async fn is_whitelisted(
        &self,
        address: &str,
        location: &LocationRef,
        now: DateTime<Utc>,
    ) -> Result<bool, DbError> {
        let found: Option<WhitelistId> = on!(read self, |c| sqlx::query_scalar(
            "SELECT id FROM whitelist WHERE address = $1 AND location = $2 AND revoked_at IS NULL AND whole \
             AND (expires_at IS NULL OR expires_at > $3)"
        )
        .bind(address)
        .bind(location)
        .bind(now)
        .fetch_optional(c)
        .await?);
        Ok(found.is_some())
    }

    /// One entry.
    pub async fn whitelisted(&self, id: WhitelistId) -> Result<Option<Listed>, DbError> {
        Ok(
            on!(read self, |c| sqlx::query_as(sqlx::AssertSqlSafe(format!("SELECT {COLUMNS} FROM whitelist WHERE id = $1")))
            .bind(id)
            .fetch_optional(c)
            .await?),
        )
    }

    /// A location's entries, those in force first, then the newest.
    pub async fn whitelist_of(&self, location: &LocationRef, limit: i64) -> Result<Vec<Listed>, DbError> {
        Ok(on!(read self, |c| sqlx::query_as(sqlx::AssertSqlSafe(format!(
            "SELECT {COLUMNS} FROM whitelist WHERE location = $1 \
             ORDER BY CASE WHEN revoked_at IS NULL THEN 0 ELSE 1 END, since DESC, address LIMIT $2"
        )))
        .bind(location)
        .bind(limit)
        .fetch_all(c)
        .await?))
    }

    /// The locations that an address may see, the whole of them, because it is on their whitelists now.
    pub async fn whitelisted_locations(&self, address: &str, now: DateTime<Utc>) -> Result<Vec<LocationRef>, DbError> {
        Ok(on!(read self, |c| sqlx::query_scalar(
            "SELECT location FROM whitelist WHERE address = $1 AND revoked_at IS NULL AND whole \
             AND (expires_at IS NULL OR expires_at > $2) ORDER BY location"
        )
        .bind(address)
        .bind(now)
        .fetch_all(c)
        .await?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::db::testing::on_each_database;
    use chrono::TimeDelta;

    #[tokio::test]
    async fn an_address_is_in_until_its_end_or_until_it_is_taken_off() {
        on_each_database("whitelist", async |db| {
            let at: DateTime<Utc> = "2026-03-29T05:00:00Z".parse().unwrap();
            let (address, location): (_, LocationRef) = ("dana@example.com", "harbor".parse().unwrap());
            let listed = |id: u128, expires_at| Listed {
                id: uuid::Uuid::from_u128(id).into(),
                address: address.into(),
                location: "harbor".parse().unwrap(),
                since: at,
                expires_at,
                granted_by: "user:x".into(),
                note: "she asked".into(),
                revoked_at: None,
                whole: true,
            };
            let later = at + TimeDelta::days(2);
            let mut tx = db.begin().await.unwrap();
            insert(&mut tx, &listed(1, Some(later))).await.unwrap();
            insert(&mut tx, &listed(2, Some(at + TimeDelta::days(1)))).await.unwrap();
            tx.commit().await.unwrap();
            assert_eq!(db.whitelist_of(&location, 9).await.unwrap(), [listed(1, Some(later))], "the later end holds");
            assert!(db.is_whitelisted(address, &location, at).await.unwrap());
            assert!(!db.is_whitelisted(address, &location, later).await.unwrap());
            assert!(!db.is_whitelisted("jan@example.com", &location, at).await.unwrap());
            assert_eq!(db.whitelisted_locations(address, at).await.unwrap(), std::slice::from_ref(&location));
            let mut tx = db.begin().await.unwrap();
            let id = uuid::Uuid::from_u128(1).into();
            assert!(revoke(&mut tx, id, "user:y", at).await.unwrap());
            assert!(!revoke(&mut tx, id, "user:y", at).await.unwrap());
            insert(&mut tx, &listed(3, None)).await.unwrap();
            tx.commit().await.unwrap();
            assert_eq!(db.whitelisted(id).await.unwrap().and_then(|listed| listed.revoked_at), Some(at));
            assert_eq!(db.whitelist_of(&location, 9).await.unwrap().len(), 2);
            assert!(db.is_whitelisted(address, &location, later).await.unwrap());
            let mut tx = db.begin().await.unwrap();
            assert!(end_at(&mut tx, uuid::Uuid::from_u128(3).into(), at, at).await.unwrap());
            assert!(!end_at(&mut tx, id, at, at).await.unwrap(), "what is off stays so");
            let shared = Listed { whole: false, ..listed(4, Some(later)) };
            insert(&mut tx, &shared).await.unwrap();
            assert!(
                !end_at(&mut tx, shared.id, later + TimeDelta::days(9), later).await.unwrap(),
                "its links have ended"
            );
            tx.commit().await.unwrap();
            assert!(!db.is_whitelisted(address, &location, at).await.unwrap(), "a share lets in to what was shared");
            assert!(db.whitelisted_locations(address, at).await.unwrap().is_empty());
            assert_eq!(db.whitelisted(shared.id).await.unwrap(), Some(shared));
            assert_eq!(db.whitelist_of(&location, 9).await.unwrap().len(), 3);
            let mut tx = db.begin().await.unwrap();
            let addresses = [address.to_owned()];
            end_shared(&mut tx, &location, &addresses, at).await.unwrap();
            assert_eq!(revoke_shared(&mut tx, &location, &addresses, "user:y", at).await.unwrap(), 1);
            assert_eq!(revoke_shared(&mut tx, &location, &addresses, "user:y", at).await.unwrap(), 0);
            tx.commit().await.unwrap();
        })
        .await;
    }
}
