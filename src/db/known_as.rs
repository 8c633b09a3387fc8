//! Known as: an address as somebody wrote it becomes the one form by which rows of it are found.
//!
//! Databases know how to lower ASCII, and nothing of domains in other scripts (RFC 5890): where `lower(email)` is not the
//! one form already, that stands beside it in `known_as`, and `COALESCE(known_as, lower(email))` is what is compared and
//! indexed. Rows from before there was that column are marked by the migration and get theirs here. It must not decide
//! what the one form is.

use super::{Db, DbError, on};
use crate::model::EmailAddress;

/// The tables that hold addresses as they were written.
const TABLES: [&str; 3] = ["contacts", "deliveries", "test_mails"];

/// What stands beside an address: none where its lower case is its one form on every database.
pub(super) fn known_as(email: &str) -> Option<String> {
    let one = EmailAddress::normalized(email);
    (!email.is_ascii() || one != email.to_ascii_lowercase()).then_some(one)
}

impl Db {
    /// Writes the one form of each address that the migration has marked; does nothing where there is none.
    pub(super) async fn name_addresses(&self) -> Result<(), DbError> {
        for table in TABLES {
            loop {
                let marked: Vec<String> = on!(write self, |c| sqlx::query_scalar(sqlx::AssertSqlSafe(format!(
                    "SELECT DISTINCT email FROM {table} WHERE COALESCE(known_as, lower(email)) = '?' LIMIT 500"
                )))
                .fetch_all(c)
                .await?);
                if marked.is_empty() {
                    break;
                }
                for email in marked {
                    on!(write self, |c| sqlx::query(sqlx::AssertSqlSafe(format!(
                        "UPDATE {table} SET known_as = $2 WHERE COALESCE(known_as, lower(email)) = '?' AND email = $1"
                    )))
                    .bind(&email)
                    .bind(EmailAddress::normalized(&email))
                    .execute(c)
                    .await?
                    .rows_affected());
                }
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::db::testing::{on_each_database, run};

    #[test]
    fn only_what_a_database_cannot_tell_stands_beside_an_address() {
        assert_eq!(known_as("Dana@Example.com"), None);
        assert_eq!(known_as("Zoe@EXÄMPLE.example").as_deref(), Some("zoe@xn--exmple-cua.example"));
        assert_eq!(known_as("zoë@example.com").as_deref(), Some("zoë@example.com"), "one database lowers no Ë");
    }

    #[tokio::test]
    async fn addresses_from_before_are_known_by_their_one_form_too() {
        on_each_database("known_as", async |db| {
            for sql in [
                "INSERT INTO contacts (ref, name, email, notify, digest, known_as) VALUES \
                 ('zoe', 'Zoe', 'Zoe@EXÄMPLE.example', true, '', '?')",
                "INSERT INTO contacts (ref, name, email, notify, digest, known_as) VALUES \
                 ('zed', 'Zed', 'Zed@EXÄMPLE.example', true, '', '?')",
                "INSERT INTO contacts (ref, name, email, notify, digest) VALUES \
                 ('dana', 'Dana', 'Dana@Example.com', true, '')",
            ] {
                run(db, sql).await;
            }
            db.name_addresses().await.unwrap();
            for (written, contact) in [
                ("zoe@xn--exmple-cua.example", "zoe"),
                ("zoe@exämple.example", "zoe"),
                ("ZED@Exämple.Example", "zed"),
                ("dana@EXAMPLE.com", "dana"),
            ] {
                let named = db.contacts_named(written).await.unwrap();
                assert_eq!(named.iter().map(|one| one.contact.as_str()).collect::<Vec<_>>(), [contact], "{written}");
            }
        })
        .await;
    }
}
