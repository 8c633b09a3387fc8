//! Named: a ref or an address becomes the contacts who have it, with all that is kept of them as contacts.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use serde::Serialize;
use sqlx::QueryBuilder;

use crate::db::overrides::Override;
use crate::db::text::Text;
use crate::db::{Db, DbError, on};
use crate::model::EmailAddress;

/// A row of `contacts` with the places it belongs to, for an export.
#[derive(Debug, Clone, Serialize)]
pub struct ContactRecord {
    /// Ref.
    pub contact: String,
    /// Name.
    pub name: String,
    /// Address.
    pub email: String,
    /// Locale.
    pub locale: Option<String>,
    /// Whether mails go there.
    pub notify: bool,
    /// What a person put over that.
    pub corrected: Option<Override>,
    /// Sites.
    pub locations: Vec<String>,
    /// Branches.
    pub branches: Vec<String>,
    /// Sites whose mails were unsubscribed from, and when.
    pub unsubscribed: Vec<(String, DateTime<Utc>)>,
}

impl ContactRecord {
    /// Every address of theirs, in lower case: the feed's, and the one that stands over it.
    pub fn addresses(&self) -> impl Iterator<Item = String> {
        let corrected = self.corrected.as_ref().and_then(|over| over.email.as_deref());
        std::iter::once(self.email.as_str()).chain(corrected).map(str::to_lowercase)
    }
}

impl Db {
    /// Contacts by ref or by address, the feed's or one that a person put over it, however it is written.
    pub async fn contacts_named(&self, text: &str) -> Result<Vec<ContactRecord>, DbError> {
        type Row = (String, Text, String, Option<String>, bool);
        let rows: Vec<Row> = on!(read self, |c| sqlx::query_as(
            "SELECT ref, name, email, locale, notify FROM contacts WHERE ref = $1 OR COALESCE(known_as, lower(email)) = $2 \
             OR ref IN (SELECT contact FROM contact_overrides WHERE lower(email) = $2) ORDER BY ref"
        )
        .bind(text)
        .bind(EmailAddress::normalized(text))
        .fetch_all(c)
        .await?);
        let mut contacts = Vec::with_capacity(rows.len());
        for (contact, name, email, locale, notify) in rows {
            let places = |table: &str, column: &str| format!("SELECT {column} FROM {table} WHERE contact = ");
            let (locations, branches) = on!(read self, |c| {
                let mut sql = QueryBuilder::<Backend>::new(places("contact_locations", "location"));
                let locations = sql.push_bind(&contact).build_query_scalar().fetch_all(c).await?;
                let mut sql = QueryBuilder::<Backend>::new(places("contact_branches", "branch"));
                (locations, sql.push_bind(&contact).build_query_scalar().fetch_all(c).await?)
            });
            let unsubscribed = on!(read self, |c| sqlx::query_as(
                "SELECT location, at FROM unsubscribes WHERE contact = $1 ORDER BY location"
            )
            .bind(&contact)
            .fetch_all(c)
            .await?);
            let corrected = on!(read self, |c| sqlx::query_as("SELECT * FROM contact_overrides WHERE contact = $1")
                .bind(&contact)
                .fetch_optional(c)
                .await?);
            contacts.push(ContactRecord {
                contact,
                name: name.into(),
                email,
                locale,
                notify,
                corrected,
                locations,
                branches,
                unsubscribed,
            });
        }
        Ok(contacts)
    }

    /// Whether another contact than these has the address.
    pub async fn is_shared(&self, address: &str, refs: &BTreeSet<String>) -> Result<bool, DbError> {
        Ok(self.contacts_named(address).await?.iter().any(|contact| !refs.contains(&contact.contact)))
    }
}
