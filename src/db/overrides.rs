//! Overrides: what staff corrected of a contact stands over the feed's record, which stays the producer's.

use chrono::{DateTime, Utc};
use serde::Serialize;

use super::text::{Text, stored};
use super::{Db, DbError, Tx, on};
use crate::model::{BranchRef, ContactRef, LocationRef};

/// A row of `contact_overrides`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, sqlx::FromRow)]
pub struct Override {
    /// The contact.
    pub contact: ContactRef,
    /// Where mails go instead of the feed's address.
    pub email: Option<String>,
    /// Whether the contact is notified, instead of what the feed says.
    pub notify: Option<bool>,
    /// When it was last changed.
    pub changed_at: DateTime<Utc>,
    /// By whom.
    #[sqlx(try_from = "Text")]
    pub changed_by: String,
    /// Why.
    #[sqlx(try_from = "Text")]
    pub reason: String,
}

/// A contact as mails reach them, with what the feed says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, sqlx::FromRow)]
pub struct Reached {
    /// The contact.
    #[sqlx(rename = "ref")]
    pub contact: ContactRef,
    /// Their name.
    #[sqlx(try_from = "Text")]
    pub name: String,
    /// Where mails go.
    pub email: String,
    /// The feed's own address.
    pub fed: String,
    /// Their locale (BCP 47).
    pub locale: Option<String>,
    /// Whether they are notified.
    pub notify: bool,
    /// Since when they do not want mails of this location.
    pub unsubscribed_at: Option<DateTime<Utc>>,
}

/// Writes what stands over a contact's record from now on.
pub async fn set(tx: &mut Tx, wanted: &Override) -> Result<(), DbError> {
    on!(in tx, |c| sqlx::query(
        "INSERT INTO contact_overrides (contact, email, notify, changed_at, changed_by, reason) \
         VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (contact) DO UPDATE SET email = excluded.email, \
         notify = excluded.notify, changed_at = excluded.changed_at, changed_by = excluded.changed_by, \
         reason = excluded.reason",
    )
    .bind(&wanted.contact)
    .bind(&wanted.email)
    .bind(wanted.notify)
    .bind(wanted.changed_at)
    .bind(stored(&wanted.changed_by))
    .bind(stored(&wanted.reason))
    .execute(c)
    .await?
    .rows_affected());
    Ok(())
}

/// A contact's columns as mails reach them.
const REACHED: &str = "SELECT c.ref, c.name, COALESCE(o.email, c.email) AS email, c.email AS fed, c.locale, \
     COALESCE(o.notify, c.notify) AS notify, u.at AS unsubscribed_at FROM contacts c \
     LEFT JOIN contact_overrides o ON o.contact = c.ref \
     LEFT JOIN unsubscribes u ON u.contact = c.ref AND u.location = $1";

impl Db {
    /// What stands over a contact's record.
    pub async fn contact_override(&self, contact: &ContactRef) -> Result<Option<Override>, DbError> {
        Ok(on!(read self, |c| sqlx::query_as("SELECT * FROM contact_overrides WHERE contact = $1")
            .bind(contact)
            .fetch_optional(c)
            .await?))
    }

    /// A location's contacts, by themselves or through its branch, notified or not; in order of ref.
    pub async fn contacts_at(&self, location: &LocationRef, branch: &BranchRef) -> Result<Vec<Reached>, DbError> {
        Ok(on!(read self, |c| sqlx::query_as(sqlx::AssertSqlSafe(format!(
            "{REACHED} WHERE c.ref IN (SELECT contact FROM contact_locations WHERE location = $1 \
             UNION SELECT contact FROM contact_branches WHERE branch = $2) ORDER BY c.ref"
        )))
        .bind(location)
        .bind(branch)
        .fetch_all(c)
        .await?))
    }

    /// The locations of whoever has an address, now or by the feed, and those of their branches; at most `limit`.
    pub async fn locations_of_address(&self, email: &str, limit: i64) -> Result<Vec<LocationRef>, DbError> {
        Ok(on!(read self, |c| sqlx::query_scalar(
            "WITH known AS (SELECT ref FROM contacts WHERE lower(email) = $1 \
                UNION SELECT contact FROM contact_overrides WHERE lower(email) = $1) \
             SELECT cl.location FROM known JOIN contact_locations cl ON cl.contact = known.ref \
             UNION SELECT l.ref FROM known JOIN contact_branches cb ON cb.contact = known.ref \
                JOIN locations l ON l.branch = cb.branch ORDER BY 1 LIMIT $2"
        )
        .bind(email.to_lowercase())
        .bind(limit)
        .fetch_all(c)
        .await?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::db::testing::{on_each_database, run};

    #[tokio::test]
    async fn a_corrected_address_is_where_mails_go_and_the_feed_keeps_its_own() {
        on_each_database("a_corrected_address", async |db| {
            for sql in [
                "INSERT INTO branches (ref, name, digest) VALUES ('north', 'North', '')",
                "INSERT INTO locations (ref, branch, name, timezone, night_from, night_to, digest) \
                 VALUES ('harbor', 'north', 'Harbor', 'Europe/Warsaw', '18:00', '06:00', '')",
                "INSERT INTO contacts (ref, name, email, notify, digest) VALUES ('dana', 'Dana', 'old@example.com', TRUE, '')",
                "INSERT INTO contacts (ref, name, email, notify, digest) VALUES ('ola', 'Ola', 'ola@example.com', TRUE, '')",
                "INSERT INTO contact_locations (contact, location) VALUES ('dana', 'harbor')",
                "INSERT INTO contact_branches (contact, branch) VALUES ('ola', 'north')",
            ] {
                run(db, sql).await;
            }
            let (harbor, north) = ("harbor".parse().unwrap(), "north".parse().unwrap());
            let wanted = Override {
                contact: "dana".parse().unwrap(),
                email: Some("new@example.com".into()),
                notify: None,
                changed_at: "2026-03-28T05:00:00Z".parse().unwrap(),
                changed_by: "Sam".into(),
                reason: "misspelt".into(),
            };
            let mut tx = db.begin().await.unwrap();
            set(&mut tx, &wanted).await.unwrap();
            set(&mut tx, &Override { contact: "ola".parse().unwrap(), email: None, notify: Some(false), ..wanted.clone() })
                .await
                .unwrap();
            tx.commit().await.unwrap();
            assert_eq!(db.contact_override(&wanted.contact).await.unwrap(), Some(wanted.clone()));
            let mut tx = db.snapshot().await.unwrap();
            let notified = tx.notified(&harbor, &north).await.unwrap();
            tx.commit().await.unwrap();
            let reached: Vec<_> = notified.iter().map(|one| (one.contact.as_str(), one.email.as_str())).collect();
            assert_eq!(reached, [("dana", "new@example.com")]);
            let contacts = db.contacts_at(&harbor, &north).await.unwrap();
            let told: Vec<_> =
                contacts.iter().map(|one| (one.email.as_str(), one.fed.as_str(), one.notify)).collect();
            assert_eq!(
                told,
                [("new@example.com", "old@example.com", true), ("ola@example.com", "ola@example.com", false)]
            );
            for known in ["OLD@example.com", "new@example.com", "ola@example.com"] {
                assert_eq!(db.locations_of_address(known, 5).await.unwrap(), std::slice::from_ref(&harbor), "{known}");
            }
            assert!(db.locations_of_address("nobody@example.com", 5).await.unwrap().is_empty());
        })
        .await;
    }
}
