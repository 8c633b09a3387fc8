//! Audit people: the addresses of whom the audit log speaks, each beside the word that stands for it in the log.
//!
//! It must not decide what an address is, or who is erased.

use sqlx::QueryBuilder;

use super::text::{Text, stored};
use super::{Db, DbError, Tx, on};
use crate::model::EmailAddress;

/// Whom a word stands for.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Person {
    /// The word.
    pub word: String,
    /// Their address, as it was written.
    #[sqlx(try_from = "Text")]
    pub address: String,
    /// The same in its one form.
    #[sqlx(try_from = "Text")]
    pub normalized: String,
    /// What the word was made of besides the address. Words from before there was any have none.
    pub salt: Option<String>,
    /// The last entry in which the word stands.
    pub last_entry: i64,
}

const COLUMNS: &str = "word, address, normalized, salt, last_entry";

/// Whom an address is, as of the entry of that number. Whoever is new has an empty salt, and some random word that is to
/// be replaced ([`settle`]). Whoever asks holds the log's head, so that two who ask for the same addresses never wait for
/// each other.
pub async fn hold(tx: &mut Tx, address: &str, entry: i64) -> Result<Person, DbError> {
    Ok(on!(in tx, |c| sqlx::query_as(sqlx::AssertSqlSafe(format!(
        "INSERT INTO audit_people (address, normalized, last_entry, salt) VALUES ($1, $2, $3, '') \
         ON CONFLICT (address) DO UPDATE SET last_entry = excluded.last_entry RETURNING {COLUMNS}",
    )))
    .bind(stored(address))
    .bind(stored(&EmailAddress::normalized(address)))
    .bind(entry)
    .fetch_one(c)
    .await?))
}

/// Writes somebody's word, and of what it was made.
pub async fn settle(tx: &mut Tx, address: &str, (word, salt): (&str, &str)) -> Result<(), DbError> {
    on!(in tx, |c| sqlx::query("UPDATE audit_people SET word = $2, salt = $3 WHERE address = $1")
        .bind(stored(address))
        .bind(word)
        .bind(salt)
        .execute(c)
        .await?
        .rows_affected());
    Ok(())
}

/// Takes a person's address out, however it was written; the words for it stand for nobody from then on.
pub async fn forget(tx: &mut Tx, normalized: &str) -> Result<(), DbError> {
    on!(in tx, |c| sqlx::query("DELETE FROM audit_people WHERE normalized = $1")
        .bind(stored(normalized))
        .execute(c)
        .await?
        .rows_affected());
    Ok(())
}

/// Takes out whom no entry after that number speaks of.
pub async fn forget_through(tx: &mut Tx, entry: i64) -> Result<(), DbError> {
    on!(in tx, |c| sqlx::query("DELETE FROM audit_people WHERE last_entry <= $1")
        .bind(entry)
        .execute(c)
        .await?
        .rows_affected());
    Ok(())
}

impl Db {
    /// Whom these words stand for.
    pub async fn people_by_word(&self, words: &[&str]) -> Result<Vec<Person>, DbError> {
        self.people("word", words).await
    }

    /// Who has these addresses, as they are written.
    pub async fn people_by_address(&self, addresses: &[&str]) -> Result<Vec<Person>, DbError> {
        self.people("address", addresses).await
    }

    async fn people(&self, column: &'static str, wanted: &[&str]) -> Result<Vec<Person>, DbError> {
        let mut found: Vec<Person> = Vec::new();
        for step in wanted.chunks(500) {
            found.extend::<Vec<Person>>(on!(read self, |c| {
                let mut sql = QueryBuilder::<Backend>::new(format!("SELECT {COLUMNS} FROM audit_people WHERE "));
                sql.push(column).push(" IN (");
                let mut list = sql.separated(", ");
                for one in step {
                    list.push_bind(stored(one).into_owned());
                }
                sql.push(")");
                sql.build_query_as().persistent(false).fetch_all(c).await?
            }));
        }
        Ok(found)
    }

    /// People whose words come after one, in order of word.
    pub async fn people_after(&self, word: &str, limit: i64) -> Result<Vec<Person>, DbError> {
        Ok(on!(read self, |c| sqlx::query_as(sqlx::AssertSqlSafe(format!(
            "SELECT {COLUMNS} FROM audit_people WHERE word > $1 ORDER BY word LIMIT $2"
        )))
        .bind(word)
        .bind(limit)
        .fetch_all(c)
        .await?))
    }
}
