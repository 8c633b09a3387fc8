//! Producers' records as rows: what was there before, and many rows a statement.
//!
//! Each record carries a digest of everything it says; a record whose digest stands already is unchanged and is not
//! written. It must not know what a record means.

use std::collections::{HashMap, HashSet};

use sqlx::QueryBuilder;

use super::{Db, DbError, Tx, on};
use crate::model::NightDate;

/// Rows a statement: enough that the round trip does not count, few enough for both databases' parameter limits.
pub(super) const ROWS: usize = 256;

/// The first half of a SHA-256 over everything that a record says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Digest(pub [u8; 16]);

/// A record and its digest.
#[derive(Debug, Clone)]
pub struct Stamped<T> {
    /// The record.
    pub row: T,
    /// Its digest.
    pub digest: Digest,
}

/// The kinds of records that have a ref of their own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum RefTable {
    /// Branches.
    Branches,
    /// Locations.
    Locations,
    /// Cameras.
    Cameras,
    /// Contacts.
    Contacts,
    /// Interactions.
    Interactions,
    /// Incidents.
    Incidents,
    /// Clips.
    Clips,
    /// Transactions.
    Transactions,
    /// Watermarks, whose ref is their location's.
    Watermarks,
}

impl RefTable {
    const fn name_and_key(self) -> (&'static str, &'static str) {
        match self {
            Self::Branches => ("branches", "ref"),
            Self::Locations => ("locations", "ref"),
            Self::Cameras => ("cameras", "ref"),
            Self::Contacts => ("contacts", "ref"),
            Self::Interactions => ("interactions", "ref"),
            Self::Incidents => ("incidents", "ref"),
            Self::Clips => ("clips", "ref"),
            Self::Transactions => ("transactions", "ref"),
            Self::Watermarks => ("watermarks", "location"),
        }
    }
}

/// A table's `INSERT … ON CONFLICT DO UPDATE` around the rows.
pub(super) struct Upsert {
    pub(super) table: &'static str,
    pub(super) key: &'static str,
    pub(super) columns: &'static [&'static str],
}

impl Upsert {
    pub(super) fn head(&self) -> String {
        format!("INSERT INTO {} ({}) ", self.table, self.columns.join(", "))
    }

    pub(super) fn tail(&self) -> String {
        // A key that is set, even to itself, makes SQLite look through all that refers to it.
        let others = self.columns.iter().filter(|column| !self.key.split(", ").any(|key| key == **column));
        let sets: Vec<_> = others.map(|column| format!("{column} = excluded.{column}")).collect();
        format!(" ON CONFLICT ({}) DO UPDATE SET {}", self.key, sets.join(", "))
    }
}

fn digest(bytes: &[u8]) -> Result<Digest, DbError> {
    bytes
        .try_into()
        .map(Digest)
        .map_err(|_| DbError::Row { table: "records", what: "a digest must have 16 bytes".into() })
}

impl Tx {
    /// Makes imports wait for one another: two at once could give two cases one number.
    pub async fn hold_imports(&mut self) -> Result<(), DbError> {
        on!(in self, |c| {
            sqlx::query(
                "INSERT INTO instance (name, value) VALUES ('import lock', '') \
                 ON CONFLICT (name) DO UPDATE SET value = excluded.value",
            )
            .execute(c)
            .await?;
        });
        Ok(())
    }

    /// Whether a table of records holds anything.
    pub async fn is_empty(&mut self, table: RefTable) -> Result<bool, DbError> {
        let sql = format!("SELECT count(*) FROM (SELECT 1 FROM {} LIMIT 1) AS found", table.name_and_key().0);
        let found: i64 = on!(in self, |c| {
            QueryBuilder::<Backend>::new(sql.as_str()).build_query_scalar().fetch_one(c).await?
        });
        Ok(found == 0)
    }

    /// The digests of those records of `refs` that there are.
    pub async fn digests(&mut self, table: RefTable, refs: &[&str]) -> Result<HashMap<String, Digest>, DbError> {
        let mut known = HashMap::with_capacity(refs.len());
        let (name, key) = table.name_and_key();
        for refs in refs.chunks(ROWS) {
            let rows: Vec<(String, Vec<u8>)> = on!(in self, |c| {
                let mut sql = QueryBuilder::<Backend>::new(format!("SELECT {key}, digest FROM {name} WHERE {key} IN ("));
                let mut list = sql.separated(", ");
                for one in refs {
                    list.push_bind(*one);
                }
                sql.push(")");
                sql.build_query_as().persistent(refs.len() == ROWS).fetch_all(c).await?
            });
            for (one, bytes) in rows {
                known.insert(one, digest(&bytes)?);
            }
        }
        Ok(known)
    }

    /// The digests of those activities that there are, by location and night.
    pub async fn activity_digests(
        &mut self,
        keys: &[(&str, NightDate)],
    ) -> Result<HashMap<(String, NightDate), Digest>, DbError> {
        let mut known = HashMap::with_capacity(keys.len());
        for keys in keys.chunks(ROWS) {
            let rows: Vec<(String, NightDate, Vec<u8>)> = on!(in self, |c| {
                let mut sql = QueryBuilder::<Backend>::new(
                    // A join, because SQLite searches no index for pairs in a list.
                    "WITH wanted (location, night) AS (",
                );
                sql.push_values(keys, |mut tuple, (location, night)| {
                    tuple.push_bind(*location).push_bind(*night);
                });
                sql.push(
                    ") SELECT a.location, a.night, a.digest FROM wanted w \
                     JOIN activities a ON a.location = w.location AND a.night = w.night",
                );
                sql.build_query_as().persistent(keys.len() == ROWS).fetch_all(c).await?
            });
            for (location, night, bytes) in rows {
                known.insert((location, night), digest(&bytes)?);
            }
        }
        Ok(known)
    }
}

impl Db {
    /// Those of `refs` that there are.
    pub async fn known_refs(&self, table: RefTable, refs: &[String]) -> Result<HashSet<String>, DbError> {
        let (name, key) = table.name_and_key();
        let mut known = HashSet::with_capacity(refs.len());
        for refs in refs.chunks(ROWS) {
            let rows: Vec<String> = on!(read self, |c| {
                let mut sql = QueryBuilder::<Backend>::new(format!("SELECT {key} FROM {name} WHERE {key} IN ("));
                let mut list = sql.separated(", ");
                for one in refs {
                    list.push_bind(one.as_str());
                }
                sql.push(")");
                sql.build_query_scalar().persistent(refs.len() == ROWS).fetch_all(c).await?
            });
            known.extend(rows);
        }
        Ok(known)
    }
}
