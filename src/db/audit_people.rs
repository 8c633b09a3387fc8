//! Audit people: the addresses of whom the audit log speaks, each beside the word that stands for it in the log.
//!
//! It must not decide what an address is, or who is erased.

use sqlx::QueryBuilder;

use super::text::{Text, stored};
use super::{Db, DbError, Tx, on};
use crate::model::EmailAddress;

/// The word for an address in the entry of that number: a new one where it has none. Whoever asks holds the log's head,
/// so that two who ask for the same addresses never wait for each other.
pub async fn word_for(tx: &mut Tx, address: &str, entry: i64) -> Result<String, DbError> {
    Ok(on!(in tx, |c| sqlx::query_scalar(
        "INSERT INTO audit_people (address, normalized, last_entry) VALUES ($1, $2, $3) \
         ON CONFLICT (address) DO UPDATE SET last_entry = excluded.last_entry RETURNING word",
    )
    .bind(stored(address))
    .bind(stored(&EmailAddress::normalized(address)))
    .bind(entry)
    .fetch_one(c)
    .await?))
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

#[derive(sqlx::FromRow)]
struct Person {
    word: String,
    #[sqlx(try_from = "Text")]
    address: String,
}

impl Db {
    /// Words and the addresses for which they stand, of these words.
    pub async fn people_by_word(&self, words: &[&str]) -> Result<Vec<(String, String)>, DbError> {
        self.people("word", words).await
    }

    /// The same of these addresses, as they are written.
    pub async fn people_by_address(&self, addresses: &[&str]) -> Result<Vec<(String, String)>, DbError> {
        self.people("address", addresses).await
    }

    async fn people(&self, column: &'static str, wanted: &[&str]) -> Result<Vec<(String, String)>, DbError> {
        let mut found: Vec<Person> = Vec::new();
        for step in wanted.chunks(500) {
            found.extend::<Vec<Person>>(on!(read self, |c| {
                let mut sql = QueryBuilder::<Backend>::new("SELECT word, address FROM audit_people WHERE ");
                sql.push(column).push(" IN (");
                let mut list = sql.separated(", ");
                for one in step {
                    list.push_bind(stored(one).into_owned());
                }
                sql.push(")");
                sql.build_query_as().persistent(false).fetch_all(c).await?
            }));
        }
        Ok(found.into_iter().map(|person| (person.word, person.address)).collect())
    }
}
