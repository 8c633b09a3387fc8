//! Contacts, and whom a location notifies.

use serde::Serialize;
use sqlx::QueryBuilder;

use super::known_as::known_as;
use super::records::{ROWS, Stamped, Upsert};
use super::text::stored;
use super::{DbError, Tx, on};
use crate::model::{BranchRef, ContactRef, EmailAddress, LocationRef};

/// A person at an address.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Contact {
    /// The contact's ref.
    pub contact: ContactRef,
    /// The contact's name.
    pub name: String,
    /// The contact's address.
    pub email: EmailAddress,
    /// The contact's locale (BCP 47).
    pub locale: Option<String>,
    /// The EMAIL NOTIFICATION CONTACT check mark.
    pub notify: bool,
    /// The locations the contact belongs to.
    pub locations: Vec<LocationRef>,
    /// The branches to all of whose locations the contact belongs.
    pub branches: Vec<BranchRef>,
}

/// A contact whom a location notifies.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Notified {
    /// The contact's ref.
    #[sqlx(rename = "ref")]
    pub contact: ContactRef,
    /// The contact's name.
    #[sqlx(try_from = "super::text::Text")]
    pub name: String,
    /// The contact's address as recorded.
    pub email: String,
    /// The contact's locale (BCP 47).
    pub locale: Option<String>,
}

const CONTACTS: Upsert = Upsert {
    table: "contacts",
    key: "ref",
    columns: &["ref", "name", "email", "locale", "notify", "digest", "known_as"],
};

impl Tx {
    /// Writes contacts, and the places they belong to in place of those they belonged to.
    pub async fn put_contacts(&mut self, rows: &[Stamped<Contact>]) -> Result<(), DbError> {
        for rows in rows.chunks(ROWS) {
            on!(in self, |c| {
                let mut sql = QueryBuilder::<Backend>::new(CONTACTS.head());
                sql.push_values(rows, |mut values, Stamped { row, digest }| {
                    values
                        .push_bind(&row.contact)
                        .push_bind(stored(&row.name))
                        .push_bind(row.email.as_str())
                        .push_bind(&row.locale)
                        .push_bind(row.notify)
                        .push_bind(&digest.0[..])
                        .push_bind(known_as(row.email.as_str()));
                });
                sql.push(CONTACTS.tail()).build().persistent(rows.len() == ROWS).execute(c).await?;
            });
            let pairs: Vec<_> = rows
                .iter()
                .flat_map(|Stamped { row, .. }| row.locations.iter().map(|place| (&row.contact, place.as_str())))
                .collect();
            self.put_places("contact_locations", "location", rows, &pairs).await?;
            let pairs: Vec<_> = rows
                .iter()
                .flat_map(|Stamped { row, .. }| row.branches.iter().map(|place| (&row.contact, place.as_str())))
                .collect();
            self.put_places("contact_branches", "branch", rows, &pairs).await?;
        }
        Ok(())
    }

    async fn put_places(
        &mut self,
        table: &str,
        column: &str,
        contacts: &[Stamped<Contact>],
        pairs: &[(&ContactRef, &str)],
    ) -> Result<(), DbError> {
        on!(in self, |c| {
            let mut sql = QueryBuilder::<Backend>::new(format!("DELETE FROM {table} WHERE contact IN ("));
            let mut list = sql.separated(", ");
            for Stamped { row, .. } in contacts {
                list.push_bind(&row.contact);
            }
            sql.push(")");
            sql.build().persistent(contacts.len() == ROWS).execute(&mut *c).await?;
            for pairs in pairs.chunks(ROWS) {
                let mut sql = QueryBuilder::<Backend>::new(format!("INSERT INTO {table} (contact, {column}) "));
                sql.push_values(pairs, |mut values, (contact, place)| {
                    values.push_bind(*contact).push_bind(*place);
                });
                sql.push(" ON CONFLICT DO NOTHING");
                sql.build().persistent(pairs.len() == ROWS).execute(&mut *c).await?;
            }
        });
        Ok(())
    }

    /// The contacts with `notify` (a person's word stands over the feed's, in check mark and address) of a location, by themselves or through its branch, who have not unsubscribed from
    /// it; in order of ref.
    pub async fn notified(&mut self, location: &LocationRef, branch: &BranchRef) -> Result<Vec<Notified>, DbError> {
        Ok(on!(in self, |c| {
            sqlx::query_as(
                "SELECT c.ref, c.name, COALESCE(h.email, c.email) AS email, c.locale FROM contacts c \
                 LEFT JOIN contact_overrides h ON h.contact = c.ref \
                 WHERE c.ref IN (SELECT contact FROM contact_locations WHERE location = $1 \
                 UNION SELECT contact FROM contact_branches WHERE branch = $2) AND COALESCE(h.notify, c.notify) \
                 AND NOT EXISTS (SELECT 1 FROM unsubscribes u WHERE u.contact = c.ref AND u.location = $1) \
                 ORDER BY c.ref",
            )
            .bind(location)
            .bind(branch)
            .fetch_all(c)
            .await?
        }))
    }
}
