//! Contact changes: a person's word on a contact, which stands over the feed's; and the contacts of a branch as both say.

use chrono::{DateTime, Utc};
use serde::Serialize;

use super::text::{MaybeText, Text, stored};
use super::{Db, DbError, Tx, on};
use crate::model::{BranchRef, ContactRef};

/// A row of `contact_overrides`, as an account has it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ContactChange {
    /// Of whom.
    pub contact: ContactRef,
    /// The address, in its one form; none leaves the feed's.
    pub email: Option<String>,
    /// The EMAIL NOTIFICATION CONTACT check mark; none leaves the feed's.
    pub notify: Option<bool>,
    /// When.
    pub changed_at: DateTime<Utc>,
    /// By whom, as the audit log names people.
    pub changed_by: String,
}

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

/// Writes a person's word in place of an earlier one; where nothing is left of it, the feed's holds again.
pub async fn put(tx: &mut Tx, change: &ContactChange) -> Result<(), DbError> {
    if change.email.is_none() && change.notify.is_none() {
        on!(in tx, |c| sqlx::query("DELETE FROM contact_overrides WHERE contact = $1")
            .bind(&change.contact)
            .execute(c)
            .await?
            .rows_affected());
        return Ok(());
    }
    on!(in tx, |c| sqlx::query(
        "INSERT INTO contact_overrides (contact, email, notify, changed_at, changed_by, reason) \
         VALUES ($1, $2, $3, $4, $5, '') \
         ON CONFLICT (contact) DO UPDATE SET email = excluded.email, notify = excluded.notify, \
         changed_at = excluded.changed_at, changed_by = excluded.changed_by",
    )
    .bind(&change.contact)
    .bind(&change.email)
    .bind(change.notify)
    .bind(change.changed_at)
    .bind(stored(&change.changed_by))
    .execute(c)
    .await?
    .rows_affected());
    Ok(())
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::db::testing::{on_each_database, run};

    async fn people(db: &Db) {
        for sql in [
            "INSERT INTO branches (ref, name, digest) VALUES ('north', 'North', ''), ('south', 'South', '')",
            "INSERT INTO locations (ref, branch, name, timezone, night_from, night_to, digest) VALUES \
             ('harbor', 'north', 'Harbor', 'UTC', '18:00', '06:00', ''), \
             ('mill', 'south', 'Mill', 'UTC', '18:00', '06:00', '')",
            "INSERT INTO contacts (ref, name, email, notify, digest) VALUES \
             ('ann', 'Ann', 'ann@example.com', true, ''), ('ben', 'Ben', 'ben@example.com', false, '')",
            "INSERT INTO contact_locations (contact, location) VALUES ('ann', 'harbor'), ('ben', 'harbor'), ('ben', 'mill')",
        ] {
            run(db, sql).await;
        }
    }

    #[tokio::test]
    async fn a_persons_word_stands_over_the_feeds_until_it_is_taken_back() {
        on_each_database("contact_changes", async |db| {
            people(db).await;
            let (north, harbor): (BranchRef, _) = ("north".parse().unwrap(), "harbor".parse().unwrap());
            let places = db.locations_of(&north, "", 9).await.unwrap();
            assert_eq!(places.iter().map(|place| place.location.as_str()).collect::<Vec<_>>(), ["harbor"]);
            assert_eq!(db.locations_of(&north, "harbor", 9).await.unwrap(), []);
            let before = db.contacts_of(&north, "", 9).await.unwrap();
            assert_eq!(
                before.iter().map(|one| (one.contact.as_str(), one.elsewhere)).collect::<Vec<_>>(),
                [("ann", false), ("ben", true)]
            );
            let change = |contact: &str, email: Option<&str>, notify| ContactChange {
                contact: contact.parse().unwrap(),
                email: email.map(str::to_owned),
                notify,
                changed_at: "2026-03-29T05:00:00Z".parse().unwrap(),
                changed_by: "user:x\u{0}".into(),
            };
            let mut tx = db.begin().await.unwrap();
            put(&mut tx, &change("ann", None, Some(false))).await.unwrap();
            put(&mut tx, &change("ben", Some("new@example.com"), Some(true))).await.unwrap();
            tx.commit().await.unwrap();
            let mut tx = db.snapshot().await.unwrap();
            let notified = tx.notified(&harbor, &north).await.unwrap();
            drop(tx);
            assert_eq!(notified.iter().map(|one| one.email.as_str()).collect::<Vec<_>>(), ["new@example.com"]);
            let ben = db.contact_of(&north, &"ben".parse().unwrap()).await.unwrap().unwrap();
            assert_eq!(
                (ben.address(), ben.is_notified(), ben.changed_by.as_deref()),
                ("new@example.com", true, Some("user:x\u{0}"))
            );
            assert_eq!(db.contact_of(&"south".parse().unwrap(), &"ann".parse().unwrap()).await.unwrap(), None);
            assert_eq!(db.branch_of_contact(&"ben".parse().unwrap()).await.unwrap(), Some(north.clone()));
            assert_eq!(db.branch_of_contact(&"zoe".parse().unwrap()).await.unwrap(), None);
            let mut tx = db.begin().await.unwrap();
            put(&mut tx, &change("ann", None, None)).await.unwrap();
            put(&mut tx, &change("ben", None, None)).await.unwrap();
            tx.commit().await.unwrap();
            assert_eq!(db.contacts_of(&north, "", 9).await.unwrap(), before);
            assert_eq!(db.contacts_of(&north, "ann", 9).await.unwrap().len(), 1);
        })
        .await;
    }
}
