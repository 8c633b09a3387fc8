//! Sign-ins: one-time links and codes that were asked for by e-mail, by their hashes; each is good for one sign-in.

use chrono::{DateTime, Utc};

use super::mailed::arrived;
use super::text::{Text, stored};
use super::{Db, DbError, Tx, on};

/// A row of `sign_ins`.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct SignIn {
    /// SHA-256 of the link's token.
    pub token_hash: Vec<u8>,
    /// SHA-256 of the cookie of the browser that asked: the code works there only.
    pub asker_hash: Vec<u8>,
    /// Hash of the code.
    pub code_hash: Vec<u8>,
    /// Whom it signs in, in its one form.
    pub address: String,
    /// Where to go afterwards: a path of ours.
    #[sqlx(try_from = "Text")]
    pub next: String,
    /// When it was asked for.
    pub created_at: DateTime<Utc>,
    /// Until when it works.
    pub expires_at: DateTime<Utc>,
    /// How many codes were tried.
    pub tries: i32,
    /// When it was used.
    pub used_at: Option<DateTime<Utc>>,
}

/// So many codes may be tried.
pub const TRIES: i32 = 5;

const COLUMNS: &str = "token_hash, asker_hash, code_hash, address, next, created_at, expires_at, tries, used_at";

/// Keeps one.
pub async fn insert(tx: &mut Tx, sign_in: &SignIn) -> Result<(), DbError> {
    on!(in tx, |c| sqlx::query(
        "INSERT INTO sign_ins (token_hash, asker_hash, code_hash, address, next, created_at, expires_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
    )
    .bind(&sign_in.token_hash)
    .bind(&sign_in.asker_hash)
    .bind(&sign_in.code_hash)
    .bind(&sign_in.address)
    .bind(stored(&sign_in.next))
    .bind(sign_in.created_at)
    .bind(sign_in.expires_at)
    .execute(c)
    .await?
    .rows_affected());
    Ok(())
}

/// Counts the try of a code from a browser; none where nothing is open there, or enough was tried.
pub async fn count_try(tx: &mut Tx, asker_hash: &[u8], now: DateTime<Utc>) -> Result<Option<SignIn>, DbError> {
    Ok(on!(in tx, |c| sqlx::query_as(sqlx::AssertSqlSafe(format!(
        "UPDATE sign_ins SET tries = tries + 1 WHERE asker_hash = $1 AND used_at IS NULL AND expires_at > $2 \
         AND tries < $3 RETURNING {COLUMNS}"
    )))
    .bind(asker_hash)
    .bind(now)
    .bind(TRIES)
    .fetch_optional(c)
    .await?))
}

/// Uses one up; none where it is used, over or unknown.
pub async fn consume(tx: &mut Tx, token_hash: &[u8], now: DateTime<Utc>) -> Result<Option<SignIn>, DbError> {
    Ok(on!(in tx, |c| sqlx::query_as(sqlx::AssertSqlSafe(format!(
        "UPDATE sign_ins SET used_at = $2 WHERE token_hash = $1 AND used_at IS NULL AND expires_at > $2 \
         RETURNING {COLUMNS}"
    )))
    .bind(token_hash)
    .bind(now)
    .fetch_optional(c)
    .await?))
}

/// Ends all that are open for an address: it has signed in, or must not any more.
pub async fn end_of(tx: &mut Tx, address: &str, now: DateTime<Utc>) -> Result<u64, DbError> {
    Ok(on!(in tx, |c| sqlx::query(
        "UPDATE sign_ins SET used_at = $2 WHERE address = $1 AND used_at IS NULL AND expires_at > $2"
    )
    .bind(address)
    .bind(now)
    .execute(c)
    .await?
    .rows_affected()))
}

impl Db {
    /// The sign-in of a link's token, whether it still works or not.
    pub async fn sign_in(&self, token_hash: &[u8]) -> Result<Option<SignIn>, DbError> {
        Ok(on!(read self, |c| sqlx::query_as(sqlx::AssertSqlSafe(format!(
            "SELECT {COLUMNS} FROM sign_ins WHERE token_hash = $1"
        )))
        .bind(token_hash)
        .fetch_optional(c)
        .await?))
    }

    /// Whether an address may sign in without being a user: mails about a night are meant for it, or it was given one that
    /// nobody has withdrawn, or it is whitelisted. `normalized` is its one form.
    pub async fn is_customer(&self, normalized: &str, now: DateTime<Utc>) -> Result<bool, DbError> {
        let found: i64 = on!(read self, |c| sqlx::query_scalar(concat!(
            "SELECT CAST(CASE WHEN \
             EXISTS (SELECT 1 FROM contacts c LEFT JOIN contact_overrides h ON h.contact = c.ref \
                     WHERE COALESCE(c.known_as, lower(c.email)) = $1 AND h.email IS NULL AND COALESCE(h.notify, c.notify)) \
             OR EXISTS (SELECT 1 FROM contact_overrides h JOIN contacts c ON c.ref = h.contact \
                        WHERE h.email = $1 AND COALESCE(h.notify, c.notify)) \
             OR EXISTS (SELECT 1 FROM deliveries d WHERE COALESCE(d.known_as, lower(d.email)) = $1 AND ",
            arrived!("d"),
            ") OR EXISTS (SELECT 1 FROM whitelist WHERE address = $1 AND revoked_at IS NULL \
                        AND (expires_at IS NULL OR expires_at > $2)) \
             THEN 1 ELSE 0 END AS BIGINT)"
        ))
        .bind(normalized)
        .bind(now)
        .fetch_one(c)
        .await?);
        Ok(found == 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::db::testing::{on_each_database, run};
    use chrono::TimeDelta;

    fn at() -> DateTime<Utc> {
        "2026-03-29T05:00:00Z".parse().unwrap()
    }

    fn sign_in(number: u8) -> SignIn {
        SignIn {
            token_hash: vec![number; 32],
            asker_hash: vec![number + 100; 32],
            code_hash: vec![3; 32],
            address: "dana@example.com".into(),
            next: "/locations?q=a\u{0}".into(),
            created_at: at(),
            expires_at: at() + TimeDelta::minutes(15),
            tries: 0,
            used_at: None,
        }
    }

    #[tokio::test]
    async fn a_link_signs_in_once_and_its_code_may_be_tried_five_times() {
        on_each_database("sign_ins", async |db| {
            let mut tx = db.begin().await.unwrap();
            for number in 1..=3 {
                insert(&mut tx, &sign_in(number)).await.unwrap();
            }
            for tries in 1..=TRIES {
                let found = count_try(&mut tx, &[101; 32], at()).await.unwrap();
                assert_eq!(found, Some(SignIn { tries, ..sign_in(1) }));
            }
            assert_eq!(count_try(&mut tx, &[101; 32], at()).await.unwrap(), None, "enough was tried");
            let over = at() + TimeDelta::minutes(15);
            assert_eq!(count_try(&mut tx, &[102; 32], over).await.unwrap(), None);
            assert_eq!(consume(&mut tx, &[2; 32], over).await.unwrap(), None);
            let used = SignIn { used_at: Some(at()), ..sign_in(2) };
            assert_eq!(consume(&mut tx, &[2; 32], at()).await.unwrap(), Some(used));
            assert_eq!(consume(&mut tx, &[2; 32], at()).await.unwrap(), None);
            assert_eq!(end_of(&mut tx, "dana@example.com", at()).await.unwrap(), 2);
            tx.commit().await.unwrap();
            assert_eq!(db.sign_in(&[3; 32]).await.unwrap().and_then(|row| row.used_at), Some(at()));
            assert_eq!(db.sign_in(&[9; 32]).await.unwrap(), None);
        })
        .await;
    }

    #[tokio::test]
    async fn who_is_mailed_or_whitelisted_may_come_in() {
        on_each_database("sign_ins_customers", async |db| {
            let is = async |address: &str| db.is_customer(address, at()).await.unwrap();
            for sql in [
                "INSERT INTO contacts (ref, name, email, notify, digest) VALUES ('a', 'A', 'Ann@Example.com', true, '')",
                "INSERT INTO contacts (ref, name, email, notify, digest) VALUES ('b', 'B', 'ben@example.com', false, '')",
                "INSERT INTO contacts (ref, name, email, notify, digest) VALUES ('c', 'C', 'cem@example.com', true, '')",
                "INSERT INTO contact_overrides (contact, email, notify, changed_at, changed_by, reason) \
                 VALUES ('c', 'new@example.com', NULL, '2026-03-01T00:00:00Z', 'x', '')",
            ] {
                run(db, sql).await;
            }
            assert!(is("ann@example.com").await);
            assert!(!is("ben@example.com").await, "no check mark");
            assert!(!is("cem@example.com").await, "corrected since");
            assert!(is("new@example.com").await);
            assert!(!is("nobody@example.com").await);
        })
        .await;
    }
}
