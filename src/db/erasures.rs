//! Erasures: where a person's name and address stand in rows, how they are taken out, and what keeps them out.
//!
//! What is kept of an erased contact are marks: keyed hashes of the ref and of the address, by which an import knows
//! them again and nobody else does. It must not decide who is erased.

mod access;
mod named;
mod traces;

use std::collections::{BTreeSet, HashSet};

use chrono::{DateTime, Utc};
use hmac::{Hmac, Mac};
use serde::Serialize;
use sha2::Sha256;
use sqlx::QueryBuilder;
use uuid::Uuid;

use super::deliveries::Delivery;
use super::reports::ReportRow;
use super::{Db, DbError, Tx, on};
use crate::model::{ContactRef, DeliveryId, EmailAddress, ReportId};

pub use access::{AccessRecord, SharedWith, SignInRecord};
pub use named::ContactRecord;
pub use traces::remove_traces;

/// Name of the marks' key in the table `instance`.
const SALT: &str = "erasure_salt";
/// What stands in the place of a text that may have held a name or an address.
const TAKEN_OUT: &str = "(erased)";

/// A person by every ref and address (in lower case) that are theirs.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Person {
    /// Refs of contacts.
    pub refs: BTreeSet<String>,
    /// Addresses.
    pub addresses: BTreeSet<String>,
}

impl Person {
    /// Whether a ref or an address is theirs.
    #[must_use]
    pub fn is(&self, contact: &str, address: &str) -> bool {
        self.refs.contains(contact)
            || self.addresses.contains(&address.to_lowercase())
            || self.addresses.contains(&EmailAddress::normalized(address))
    }
}

/// A row of `erasures`.
#[derive(Debug, Clone, Serialize, sqlx::FromRow)]
pub struct Erasure {
    /// Its id.
    pub id: Uuid,
    /// The address, masked.
    pub masked: String,
    /// Why.
    pub reason: String,
    /// Who asked for it.
    pub requested_by: Option<String>,
    /// When it began.
    pub begun_at: DateTime<Utc>,
    /// When it was through; none where it was interrupted (erasing again goes on with it).
    pub finished_at: Option<DateTime<Utc>>,
    /// How many deliveries it changed.
    pub deliveries: i64,
    /// How many reports it rewrote.
    pub reports: i64,
}

/// The marks of everybody who was erased.
#[derive(Debug, Clone, Default)]
pub struct Erased {
    salt: String,
    marks: HashSet<String>,
}

impl Erased {
    /// Whether a contact of a feed was erased, by ref or by address.
    #[must_use]
    pub fn covers(&self, contact: &str, address: &str) -> bool {
        !self.marks.is_empty()
            && (self.marks.contains(&mark(&self.salt, "ref", contact))
                || [address.to_lowercase(), EmailAddress::normalized(address)]
                    .iter()
                    .any(|form| self.marks.contains(&mark(&self.salt, "address", form))))
    }
}

/// A ref or an address as a mark: without the key nobody can try out which one it is of.
///
/// # Panics
/// Never: HMAC takes keys of any length.
#[must_use]
pub fn mark(salt: &str, what: &str, text: &str) -> String {
    let mut hash = Hmac::<Sha256>::new_from_slice(salt.as_bytes()).expect("HMAC takes keys of any length");
    hash.update(what.as_bytes());
    hash.update(&[0]);
    hash.update(text.as_bytes());
    hex::encode(hash.finalize().into_bytes())
}

/// Begins an erasure, or finds one with that id; the marks keep the person out from now on.
pub async fn begin(tx: &mut Tx, erasure: &Erasure, person: &Person, salt: &str) -> Result<(), DbError> {
    on!(in tx, |c| sqlx::query(
        "INSERT INTO erasures (id, masked, reason, requested_by, begun_at) VALUES ($1, $2, $3, $4, $5)",
    )
    .bind(erasure.id)
    .bind(&erasure.masked)
    .bind(&erasure.reason)
    .bind(&erasure.requested_by)
    .bind(erasure.begun_at)
    .execute(c)
    .await?
    .rows_affected());
    let refs = person.refs.iter().map(|one| mark(salt, "ref", one));
    let marks: Vec<String> = refs.chain(person.addresses.iter().map(|one| mark(salt, "address", one))).collect();
    for mark in marks {
        on!(in tx, |c| sqlx::query("INSERT INTO erased_marks (mark, erasure) VALUES ($1, $2) ON CONFLICT (mark) DO NOTHING")
            .bind(mark)
            .bind(erasure.id)
            .execute(c)
            .await?
            .rows_affected());
    }
    Ok(())
}

/// Ends an erasure.
pub async fn finish(
    tx: &mut Tx,
    id: Uuid,
    (deliveries, reports): (i64, i64),
    now: DateTime<Utc>,
) -> Result<(), DbError> {
    on!(in tx, |c| sqlx::query("UPDATE erasures SET finished_at = $2, deliveries = $3, reports = $4 WHERE id = $1")
        .bind(id)
        .bind(now)
        .bind(deliveries)
        .bind(reports)
        .execute(c)
        .await?
        .rows_affected());
    Ok(())
}

/// Lifts the marks of a ref or an address; false where there is none.
pub async fn lift(tx: &mut Tx, salt: &str, text: &str) -> Result<bool, DbError> {
    let by_address = |form: &str| mark(salt, "address", form);
    let lifted = on!(in tx, |c| sqlx::query("DELETE FROM erased_marks WHERE mark IN ($1, $2, $3)")
        .bind(mark(salt, "ref", text))
        .bind(by_address(&text.to_lowercase()))
        .bind(by_address(&EmailAddress::normalized(text)))
        .execute(c)
        .await?
        .rows_affected());
    Ok(lifted > 0)
}

/// Keeps mails that wait from being sent; false where one is being sent at this moment.
pub async fn hold_back(tx: &mut Tx, ids: &[DeliveryId], now: DateTime<Utc>) -> Result<bool, DbError> {
    for id in ids {
        let state: Option<String> = on!(in tx, |c| {
            sqlx::query(
                "UPDATE deliveries SET state = 'suppressed', next_at = NULL, finished_at = $2 \
                 WHERE id = $1 AND state IN ('pending', 'deferred')",
            )
            .bind(id)
            .bind(now)
            .execute(&mut *c)
            .await?;
            sqlx::query_scalar("SELECT state FROM deliveries WHERE id = $1").bind(id).fetch_optional(&mut *c).await?
        });
        if state.as_deref() == Some("sending") {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Tables in which a contact's ref stands and whose rows go with it.
const ROWS_OF_A_REF: &[(&str, &str)] = &[
    ("contact_locations", "contact"),
    ("contact_branches", "contact"),
    ("unsubscribes", "contact"),
    ("contact_overrides", "contact"),
    ("contacts", "ref"),
];

/// Takes a person off every list: no mail is addressed to them any more.
pub async fn remove_contact(tx: &mut Tx, person: &Person) -> Result<(), DbError> {
    for (table, column) in ROWS_OF_A_REF {
        for one in &person.refs {
            on!(in tx, |c| {
                QueryBuilder::<Backend>::new(format!("DELETE FROM {table} WHERE {column} = "))
                    .push_bind(one.as_str())
                    .build()
                    .execute(c)
                    .await?
                    .rows_affected()
            });
        }
    }
    for address in &person.addresses {
        on!(in tx, |c| sqlx::query("DELETE FROM test_mails WHERE COALESCE(known_as, lower(email)) = $1")
            .bind(address)
            .execute(c)
            .await?
            .rows_affected());
    }
    Ok(())
}

/// Takes name and address out of a delivery and its attempts, and ends its links; without an artifact it cannot be sent again. `pseudonym`
/// stands in the place of the contact's ref.
pub async fn erase_delivery(
    tx: &mut Tx,
    id: DeliveryId,
    pseudonym: &ContactRef,
    now: DateTime<Utc>,
) -> Result<(), DbError> {
    on!(in tx, |c| {
        sqlx::query(
            "UPDATE deliveries SET contact = $2, name = $3, email = $3, known_as = NULL, artifact = '', erased_at = $4, next_at = NULL, \
             error = CASE WHEN error IS NULL THEN NULL ELSE $3 END WHERE id = $1",
        )
        .bind(id)
        .bind(pseudonym)
        .bind(TAKEN_OUT)
        .bind(now)
        .execute(&mut *c)
        .await?;
        sqlx::query("UPDATE attempts SET reply = $2 WHERE delivery = $1 AND reply IS NOT NULL")
            .bind(id)
            .bind(TAKEN_OUT)
            .execute(&mut *c)
            .await?;
        sqlx::query("DELETE FROM link_requests WHERE delivery = $1").bind(id).execute(&mut *c).await?;
        sqlx::query("DELETE FROM links WHERE delivery = $1").bind(id).execute(&mut *c).await?;
    });
    super::feedback::erase(tx, id, pseudonym, TAKEN_OUT).await
}

/// Records what an erasure did to a report: its new data, and their new hash in the place of the old one.
pub async fn rewrite_report(
    tx: &mut Tx,
    erasure: Uuid,
    report: &ReportRow,
    data_sha256: Option<&str>,
    now: DateTime<Utc>,
) -> Result<(), DbError> {
    on!(in tx, |c| {
        sqlx::query("UPDATE reports SET data_sha256 = $2 WHERE id = $1 AND data_sha256 IS NOT NULL")
            .bind(report.id)
            .bind(data_sha256)
            .execute(&mut *c)
            .await?;
        sqlx::query(
            "INSERT INTO erasure_reports (erasure, report, at, data_sha256_before, data_sha256_after) \
             VALUES ($1, $2, $3, $4, $5) ON CONFLICT (erasure, report) DO NOTHING",
        )
        .bind(erasure)
        .bind(report.id)
        .bind(now)
        .bind(&report.data_sha256)
        .bind(data_sha256)
        .execute(&mut *c)
        .await?;
    });
    Ok(())
}

impl Tx {
    /// Everybody who was erased, for an import or a build.
    pub async fn erased(&mut self) -> Result<Erased, DbError> {
        let marks: Vec<String> =
            on!(in self, |c| sqlx::query_scalar("SELECT mark FROM erased_marks").fetch_all(c).await?);
        if marks.is_empty() {
            return Ok(Erased::default());
        }
        let salt: Option<String> = on!(in self, |c| {
            sqlx::query_scalar("SELECT value FROM instance WHERE name = $1").bind(SALT).fetch_optional(c).await?
        });
        Ok(Erased { salt: salt.unwrap_or_default(), marks: marks.into_iter().collect() })
    }
}

impl Db {
    /// The marks' key; where there is none yet, `fresh` is kept.
    pub async fn erasure_salt(&self, fresh: &str) -> Result<String, DbError> {
        self.instance_value_or(SALT, fresh).await
    }

    /// Every erasure, newest first.
    pub async fn erasures(&self) -> Result<Vec<Erasure>, DbError> {
        Ok(on!(read self, |c| sqlx::query_as("SELECT * FROM erasures ORDER BY begun_at DESC").fetch_all(c).await?))
    }

    /// A person's deliveries, oldest first.
    pub async fn deliveries_of(&self, person: &Person) -> Result<Vec<Delivery>, DbError> {
        Ok(on!(read self, |c| {
            let mut sql = QueryBuilder::<Backend>::new("SELECT * FROM deliveries WHERE contact IN (''");
            for one in &person.refs {
                sql.push(", ").push_bind(one.as_str());
            }
            sql.push(") OR COALESCE(known_as, lower(email)) IN (''");
            for one in &person.addresses {
                sql.push(", ").push_bind(one.as_str());
            }
            sql.push(") ORDER BY created_at, id").build_query_as().persistent(false).fetch_all(c).await?
        }))
    }

    /// Reports whose frozen data name a person.
    pub async fn reports_naming(&self, person: &Person) -> Result<Vec<ReportId>, DbError> {
        Ok(on!(read self, |c| {
            let mut sql =
                QueryBuilder::<Backend>::new("SELECT DISTINCT report FROM report_uses WHERE (what = 'contact' AND name IN (''");
            for one in &person.refs {
                sql.push(", ").push_bind(one.as_str());
            }
            sql.push(")) OR (what = 'address' AND name IN (''");
            for one in &person.addresses {
                sql.push(", ").push_bind(one.as_str());
            }
            sql.push("))").build_query_scalar().persistent(false).fetch_all(c).await?
        }))
    }

    /// What was sent to an address as a test.
    pub async fn test_mails_to(&self, address: &str) -> Result<Vec<super::test_mails::TestMail>, DbError> {
        Ok(
            on!(read self, |c| sqlx::query_as("SELECT * FROM test_mails WHERE COALESCE(known_as, lower(email)) = $1 ORDER BY at")
            .bind(EmailAddress::normalized(address))
            .fetch_all(c)
            .await?),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_was_erased_is_known_again_however_a_feed_writes_their_address() {
        let salt = "a salt of tests".to_owned();
        let marks = HashSet::from([mark(&salt, "address", "zoe@xn--exmple-cua.example")]);
        let erased = Erased { salt, marks };
        for written in ["zoe@xn--exmple-cua.example", "Zoe@EXÄMPLE.example", "zoe@exämple.example"] {
            assert!(erased.covers("another-ref", written), "{written}");
        }
        assert!(!erased.covers("another-ref", "zoe@example.com"));
    }
}
