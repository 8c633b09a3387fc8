//! Standing: the contacts of a branch as the feed and people have them.

use chrono::{DateTime, Utc};
use serde::Serialize;

use crate::db::text::{MaybeText, Text};
use crate::db::{Db, DbError, on};
use crate::model::{BranchRef, ContactRef};

/// A contact as the feed and people have it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, sqlx::FromRow)]
pub struct Standing {
    /// The contact's ref.
    #[sqlx(rename = "ref")]
    pub contact: ContactRef,
    /// The contact's name.
    #[sqlx(try_from = "Text")]
    pub name: String,
    /// The feed's address.
    pub email: String,
    /// The contact's locale (BCP 47).
    pub locale: Option<String>,
    /// The feed's check mark.
    pub notify: bool,
    /// A person's address.
    pub new_email: Option<String>,
    /// A person's check mark.
    pub new_notify: Option<bool>,
    /// When a person changed it.
    pub changed_at: Option<DateTime<Utc>>,
    /// Who.
    #[sqlx(try_from = "MaybeText")]
    pub changed_by: Option<String>,
    /// Whether the contact belongs to a place of another branch, too.
    pub elsewhere: bool,
}

impl Standing {
    /// The address that is mailed to.
    #[must_use]
    pub fn address(&self) -> &str {
        self.new_email.as_deref().unwrap_or(&self.email)
    }

    /// Whether mails go there.
    #[must_use]
    pub fn is_notified(&self) -> bool {
        self.new_notify.unwrap_or(self.notify)
    }
}

/// What is asked of each contact; `$1` is the branch from which it is looked at.
const STANDING: &str = "SELECT c.ref, c.name, c.email, c.locale, c.notify, h.email AS new_email, h.notify AS new_notify, \
     h.changed_at, h.changed_by, \
     (EXISTS (SELECT 1 FROM contact_branches o WHERE o.contact = c.ref AND o.branch <> $1) \
      OR EXISTS (SELECT 1 FROM contact_locations o JOIN locations l ON l.ref = o.location \
                 WHERE o.contact = c.ref AND l.branch <> $1)) AS elsewhere \
     FROM contacts c LEFT JOIN contact_overrides h ON h.contact = c.ref";

/// That a contact belongs to the branch `$1` or one of its locations.
const OF_BRANCH: &str = "(EXISTS (SELECT 1 FROM contact_branches b WHERE b.contact = c.ref AND b.branch = $1) \
     OR EXISTS (SELECT 1 FROM contact_locations b JOIN locations l ON l.ref = b.location \
                WHERE b.contact = c.ref AND l.branch = $1))";

impl Db {
    /// The contacts of a branch and its locations, in order of ref; `after` a ref, for pages.
    pub async fn contacts_of(&self, branch: &BranchRef, after: &str, limit: i64) -> Result<Vec<Standing>, DbError> {
        Ok(on!(read self, |c| sqlx::query_as(sqlx::AssertSqlSafe(format!(
            "{STANDING} WHERE c.ref > $2 AND c.ref IN (SELECT contact FROM contact_branches WHERE branch = $1 \
             UNION SELECT b.contact FROM contact_locations b JOIN locations l ON l.ref = b.location WHERE l.branch = $1) \
             ORDER BY c.ref LIMIT $3"
        )))
        .bind(branch)
        .bind(after)
        .bind(limit)
        .fetch_all(c)
        .await?))
    }

    /// One contact, where it belongs to this branch.
    pub async fn contact_of(&self, branch: &BranchRef, contact: &ContactRef) -> Result<Option<Standing>, DbError> {
        Ok(
            on!(read self, |c| sqlx::query_as(sqlx::AssertSqlSafe(format!("{STANDING} WHERE c.ref = $2 AND {OF_BRANCH}")))
            .bind(branch)
            .bind(contact)
            .fetch_optional(c)
            .await?),
        )
    }

    /// A branch of which a contact is, where there is any: the one that a change of it is entered under.
    pub async fn branch_of_contact(&self, contact: &ContactRef) -> Result<Option<BranchRef>, DbError> {
        Ok(on!(read self, |c| sqlx::query_scalar(
            "SELECT branch FROM (SELECT branch FROM contact_branches WHERE contact = $1 \
             UNION SELECT l.branch FROM contact_locations b JOIN locations l ON l.ref = b.location WHERE b.contact = $1) x \
             ORDER BY branch LIMIT 1"
        )
        .bind(contact)
        .fetch_optional(c)
        .await?))
    }
}
