//! Db: rows in SQLite or PostgreSQL, from one SQL text.
//!
//! Every statement is written once, with `$1` placeholders, and run on whichever pool there is by `on!`; one file
//! an entity. `now` is always a parameter. It must not know what rows are for: stages and domains do.

pub mod access_log;
pub mod access_requests;
pub mod activities;
pub mod alerts;
pub mod api_keys;
pub mod artifacts;
pub mod attempts;
pub mod audit;
pub mod audit_people;
pub mod backlog;
pub mod bounces;
pub mod brands;
pub mod census;
pub mod chores;
pub mod clips;
mod connect;
pub mod contacts;
pub mod deadlines;
pub mod deliveries;
pub mod dispositions;
pub mod domain_rules;
pub mod endings;
pub mod erasures;
pub mod feedback;
pub mod findings;
pub mod footage;
pub mod given;
pub mod idempotency;
pub mod illness;
pub mod incident_comments;
pub mod incident_list;
pub mod incidents;
mod instance;
pub mod interactions;
mod known_as;
pub mod letters;
pub mod link_wishes;
pub mod links;
pub mod listing;
pub mod location_plans;
pub mod mailboxes;
pub mod mailed;
pub mod media;
mod migrate;
pub mod objects;
pub mod overrides;
pub mod owners;
pub mod pauses;
pub mod queue;
mod records;
pub mod removals;
pub mod reports;
pub mod retention;
pub mod runs;
pub mod sessions;
pub mod share_rules;
pub mod shares;
pub mod sign_ins;
pub mod sites;
pub mod summaries;
pub mod suppressions;
mod tasks;
pub mod test_mails;
#[cfg(test)]
pub(crate) mod testing;
mod text;
pub mod throttles;
pub mod transactions;
pub mod unsubscribes;
pub mod users;
pub mod views;
pub mod whitelist;

use sqlx::{Database, PgConnection, PgPool, Pool, Postgres, Sqlite, SqliteConnection, SqlitePool, Transaction};
use tracing::Instrument as _;

pub use connect::ConnectError;
pub use migrate::MigrateError;
pub use records::{Digest, RefTable, Stamped};
pub use tasks::{Enqueue, Task};

/// What went wrong with a statement.
#[derive(Debug, thiserror::Error)]
pub enum DbError {
    /// The database refused or failed.
    #[error("the database failed")]
    Sql(#[from] sqlx::Error),
    /// A row holds what this version cannot read.
    #[error("a row of {table} is not readable: {what}")]
    Row {
        /// Which table.
        table: &'static str,
        /// What is wrong.
        what: String,
    },
}

impl DbError {
    /// Whether the same statement may succeed later: connections, locks and serialization, not SQL or data.
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        match self {
            Self::Row { .. } => false,
            Self::Sql(error) => match error {
                sqlx::Error::Io(_)
                | sqlx::Error::Tls(_)
                | sqlx::Error::PoolTimedOut
                | sqlx::Error::PoolClosed
                | sqlx::Error::WorkerCrashed => true,
                sqlx::Error::Database(refused) => refused.code().is_some_and(|code| may_heal(&code)),
                _ => false,
            },
        }
    }
}

/// Whether what a database's code says may heal: PostgreSQL's classes 08 (connection), 40 (rollback), 53 (resources) and
/// 57 (intervention); SQLite's BUSY, LOCKED, IOERR and FULL with their extended codes.
fn may_heal(code: &str) -> bool {
    if code.len() == 5 {
        return ["08", "40", "53", "57"].iter().any(|class| code.starts_with(class));
    }
    code.parse::<u32>().is_ok_and(|code| matches!(code & 0xFF, 5 | 6 | 10 | 13))
}

/// The database.
#[derive(Debug, Clone)]
pub enum Db {
    /// A SQLite file.
    Sqlite(SqliteDb),
    /// A PostgreSQL server.
    Postgres(PgPool),
}

/// Pools of one SQLite file: SQLite has one writer at a time, so one connection writes and others read; writers
/// queue in order within the process instead of polling for the lock.
#[derive(Debug, Clone)]
pub struct SqliteDb {
    write: SqlitePool,
    read: SqlitePool,
}

/// A transaction; dropped without [`Tx::commit`] it is rolled back.
#[derive(Debug)]
pub enum Tx {
    /// On SQLite.
    Sqlite(Transaction<'static, Sqlite>),
    /// On PostgreSQL.
    Postgres(Transaction<'static, Postgres>),
}

/// The connection of a transaction, for the engine's queue, which pushes within it (design decision 2).
#[derive(Debug)]
pub enum TxConnection<'a> {
    /// On SQLite.
    Sqlite(&'a mut SqliteConnection),
    /// On PostgreSQL.
    Postgres(&'a mut PgConnection),
}

/// The pool on which the engine's queue works.
#[derive(Debug, Clone)]
pub enum QueuePool {
    /// SQLite's writer.
    Sqlite(SqlitePool),
    /// PostgreSQL.
    Postgres(PgPool),
}

impl Db {
    /// Begins a transaction that may write (`BEGIN IMMEDIATE` on SQLite, so that it never fails half way for a lock).
    pub async fn begin(&self) -> Result<Tx, DbError> {
        Ok(match self {
            Self::Sqlite(pools) => Tx::Sqlite(begun(&pools.write, "BEGIN IMMEDIATE").await?),
            Self::Postgres(pool) => Tx::Postgres(begun(pool, "BEGIN").await?),
        })
    }

    /// Begins a transaction that only reads: everything in it is seen as it stood at its first statement.
    pub async fn snapshot(&self) -> Result<Tx, DbError> {
        Ok(match self {
            Self::Sqlite(pools) => Tx::Sqlite(begun(&pools.read, "BEGIN").await?),
            Self::Postgres(pool) => Tx::Postgres(begun(pool, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY").await?),
        })
    }

    /// The pool for the engine's queue.
    #[must_use]
    pub fn queue_pool(&self) -> QueuePool {
        match self {
            Self::Sqlite(pools) => QueuePool::Sqlite(pools.write.clone()),
            Self::Postgres(pool) => QueuePool::Postgres(pool.clone()),
        }
    }

    /// Closes every connection; SQLite's write-ahead log is folded into the file.
    pub async fn close(&self) {
        match self {
            Self::Sqlite(pools) => {
                pools.read.close().await;
                pools.write.close().await;
            }
            Self::Postgres(pool) => pool.close().await,
        }
    }
}

/// Begins a transaction in a task of its own, which ends even where nobody waits for it any more: sqlx-postgres 0.9 does
/// not roll back a `BEGIN` whose future is dropped before the server's answer (as a request's is, when its browser turns
/// away), and hands the connection to the next one, in a transaction that nobody ends.
async fn begun<D: Database>(pool: &Pool<D>, statement: &'static str) -> Result<Transaction<'static, D>, sqlx::Error> {
    let pool = pool.clone();
    match tokio::spawn(async move { pool.begin_with(statement).await }.in_current_span()).await {
        Ok(begun) => begun,
        Err(ended) if ended.is_panic() => std::panic::resume_unwind(ended.into_panic()),
        // The runtime stops, and its tasks with it.
        Err(_) => Err(sqlx::Error::PoolClosed),
    }
}

impl Tx {
    /// Makes everything since `begin` durable at once.
    pub async fn commit(self) -> Result<(), DbError> {
        match self {
            Self::Sqlite(tx) => tx.commit().await?,
            Self::Postgres(tx) => tx.commit().await?,
        }
        Ok(())
    }

    /// The connection below.
    pub fn connection(&mut self) -> TxConnection<'_> {
        match self {
            Self::Sqlite(tx) => TxConnection::Sqlite(tx),
            Self::Postgres(tx) => TxConnection::Postgres(tx),
        }
    }
}

/// Runs one body on the pool (`read db`), on the writing pool (`write db`) or in the transaction (`in tx`) that there
/// is. Within the body `Backend` names sqlx's type of the database, and the bound name is an executor.
///
/// ```ignore
/// let names: Vec<String> = on!(read self, |c| sqlx::query_scalar("SELECT name FROM branches").fetch_all(c).await?);
/// ```
macro_rules! on {
    (read $db:expr, |$executor:ident| $body:expr) => {
        on!(@pool $db, read, |$executor| $body)
    };
    (write $db:expr, |$executor:ident| $body:expr) => {
        on!(@pool $db, write, |$executor| $body)
    };
    (@pool $db:expr, $which:ident, |$executor:ident| $body:expr) => {
        match $db {
            $crate::db::Db::Sqlite(pools) => {
                type Backend = sqlx::Sqlite;
                // Not every body names it.
                const _: std::marker::PhantomData<Backend> = std::marker::PhantomData;
                let $executor = &pools.$which;
                $body
            }
            $crate::db::Db::Postgres(pool) => {
                type Backend = sqlx::Postgres;
                // Not every body names it.
                const _: std::marker::PhantomData<Backend> = std::marker::PhantomData;
                let $executor = pool;
                $body
            }
        }
    };
    (in $tx:expr, |$executor:ident| $body:expr) => {
        match $tx {
            $crate::db::Tx::Sqlite(tx) => {
                type Backend = sqlx::Sqlite;
                // Not every body names it.
                const _: std::marker::PhantomData<Backend> = std::marker::PhantomData;
                let $executor = &mut **tx;
                $body
            }
            $crate::db::Tx::Postgres(tx) => {
                type Backend = sqlx::Postgres;
                // Not every body names it.
                const _: std::marker::PhantomData<Backend> = std::marker::PhantomData;
                let $executor = &mut **tx;
                $body
            }
        }
    };
}
pub(crate) use on;
