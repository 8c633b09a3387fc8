//! Test mails: what staff sent to one address to look at. Not deliveries, but on record like them.

use chrono::{DateTime, Utc};
use serde::Serialize;

use super::known_as::known_as;
use super::text::{MaybeText, stored};
use super::{DbError, Tx, on};
use crate::model::{DeliveryId, LocationRef, NightDate};

/// A row of `test_mails`.
#[derive(Debug, Clone, Serialize, sqlx::FromRow)]
pub struct TestMail {
    /// Its id, from report, address and instant.
    pub id: DeliveryId,
    /// The site.
    pub location: LocationRef,
    /// The night.
    pub night: NightDate,
    /// The one address.
    pub email: String,
    /// Who asked.
    pub requested_by: Option<String>,
    /// Its subject.
    pub subject: String,
    /// When it was asked for.
    pub at: DateTime<Utc>,
    /// What was answered.
    #[sqlx(try_from = "MaybeText")]
    pub reply: Option<String>,
}

/// Writes that a test mail is meant to go.
pub async fn insert(tx: &mut Tx, mail: &TestMail) -> Result<(), DbError> {
    on!(in tx, |c| sqlx::query(
        "INSERT INTO test_mails (id, location, night, email, requested_by, subject, at, known_as) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
    )
    .bind(mail.id)
    .bind(&mail.location)
    .bind(mail.night)
    .bind(&mail.email)
    .bind(&mail.requested_by)
    .bind(&mail.subject)
    .bind(mail.at)
    .bind(known_as(&mail.email))
    .execute(c)
    .await?
    .rows_affected());
    Ok(())
}

/// Writes what was answered.
pub async fn answer(tx: &mut Tx, id: DeliveryId, reply: &str) -> Result<(), DbError> {
    on!(in tx, |c| sqlx::query("UPDATE test_mails SET reply = $2 WHERE id = $1")
        .bind(id)
        .bind(stored(reply))
        .execute(c)
        .await?
        .rows_affected());
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::db::footage::{self, Holder};
    use crate::db::reports;
    use crate::db::testing::{on_each_database, planned_reports};

    #[tokio::test]
    async fn a_null_character_in_what_a_server_said_comes_back_and_fails_nothing() {
        on_each_database("a_null_character_in_what", async |db| {
            const SAID: &str = "550 \0no";
            let at: DateTime<Utc> = "2026-03-28T05:00:00Z".parse().unwrap();
            let mut tx = db.begin().await.unwrap();
            let rows = planned_reports(&mut tx, 2).await;
            let id = DeliveryId::of_test(rows[0].id, "dana@example.com", at);
            let mail = TestMail {
                id,
                location: rows[0].location.clone(),
                night: rows[0].night,
                email: "dana@example.com".into(),
                requested_by: None,
                subject: "A night".into(),
                at,
                reply: None,
            };
            insert(&mut tx, &mail).await.unwrap();
            answer(&mut tx, id, SAID).await.unwrap();
            reports::note(&mut tx, rows[0].id, SAID).await.unwrap();
            reports::fail(&mut tx, rows[1].id, SAID).await.unwrap();
            let clip = "c".parse().unwrap();
            footage::note(&mut tx, Holder::Clip(&clip), SAID, at).await.unwrap();
            tx.commit().await.unwrap();
            assert_eq!(db.test_mails_to("dana@example.com").await.unwrap()[0].reply.as_deref(), Some(SAID));
            for row in rows {
                assert_eq!(db.report(row.id).await.unwrap().unwrap().error.as_deref(), Some(SAID));
            }
            assert_eq!(db.failed_copies(9).await.unwrap()[0].error, SAID);
        })
        .await;
    }
}
