//! Overrides: what a person said of a contact, at the desk, in an account or by a command, stands over the feed's record,
//! which stays the producer's. Nothing else writes it.

mod standing;

use chrono::{DateTime, Utc};
use serde::Serialize;

pub use standing::Standing;

use super::text::{Text, stored};
use super::{Db, DbError, Tx, on};
use crate::model::{BranchRef, ContactRef, EmailAddress, LocationRef};

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

/// What the feed says of a contact, and what stands over it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Held {
    /// The feed's address.
    pub email: String,
    /// The feed's check mark.
    pub notify: bool,
    /// What stands over it.
    pub over: Option<Override>,
}

impl Held {
    /// Where mails go.
    #[must_use]
    pub fn address(&self) -> &str {
        self.over.as_ref().and_then(|over| over.email.as_deref()).unwrap_or(&self.email)
    }

    /// Whether they do.
    #[must_use]
    pub fn is_notified(&self) -> bool {
        self.over.as_ref().and_then(|over| over.notify).unwrap_or(self.notify)
    }
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

/// What the feed says of a contact, held until the transaction ends: whoever changes what stands over it does so on
/// what they saw.
pub async fn hold(tx: &mut Tx, contact: &ContactRef) -> Result<Option<Held>, DbError> {
    let fed: Option<(String, bool)> = on!(in tx, |c| sqlx::query_as(
        "UPDATE contacts SET ref = ref WHERE ref = $1 RETURNING email, notify"
    )
    .bind(contact)
    .fetch_optional(&mut *c)
    .await?);
    let Some((email, notify)) = fed else { return Ok(None) };
    let over = on!(in tx, |c| sqlx::query_as("SELECT * FROM contact_overrides WHERE contact = $1")
        .bind(contact)
        .fetch_optional(c)
        .await?);
    Ok(Some(Held { email, notify, over }))
}

/// Writes what stands over a contact's record from now on, in place of what did; where nothing is left of it, the feed's
/// own holds again.
pub async fn put(tx: &mut Tx, wanted: &Override) -> Result<(), DbError> {
    if wanted.email.is_none() && wanted.notify.is_none() {
        on!(in tx, |c| sqlx::query("DELETE FROM contact_overrides WHERE contact = $1")
            .bind(&wanted.contact)
            .execute(c)
            .await?
            .rows_affected());
        return Ok(());
    }
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
            "WITH known AS (SELECT ref FROM contacts WHERE COALESCE(known_as, lower(email)) = $1 \
                UNION SELECT contact FROM contact_overrides WHERE lower(email) = $1) \
             SELECT cl.location FROM known JOIN contact_locations cl ON cl.contact = known.ref \
             UNION SELECT l.ref FROM known JOIN contact_branches cb ON cb.contact = known.ref \
                JOIN locations l ON l.branch = cb.branch ORDER BY 1 LIMIT $2"
        )
        .bind(EmailAddress::normalized(email))
        .bind(limit)
        .fetch_all(c)
        .await?))
    }
}

#[cfg(test)]
mod tests;
