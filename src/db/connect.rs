//! Connecting: a configured database becomes pools.

use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::time::Duration;

use sqlx::Connection;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};

use super::{Db, SqliteDb};
use crate::config::Database;

/// How long a statement waits for another process's lock.
const LOCK_PATIENCE: Duration = Duration::from_secs(20);
/// Readers of a SQLite file; more would only contend for the page cache.
const SQLITE_READERS: u32 = 4;

/// Why there is no database.
#[derive(Debug, thiserror::Error)]
pub enum ConnectError {
    /// The folder of the SQLite file.
    #[error("cannot create the database's folder {}", path.display())]
    Folder {
        /// Which folder.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The SQLite file.
    #[error("cannot open the database {}", path.display())]
    Open {
        /// Which file.
        path: PathBuf,
        /// Why.
        source: sqlx::Error,
    },
    /// The URL. Its source is not shown: it may quote a password.
    #[error("the PostgreSQL URL is not valid (expected postgres://user@host:port/database)")]
    Url,
    /// The server.
    #[error("cannot connect to PostgreSQL")]
    Connect(#[source] sqlx::Error),
}

impl Db {
    /// Connects; creates a SQLite file (and its folder) where there is none.
    pub async fn connect(database: &Database) -> Result<Self, ConnectError> {
        match database {
            Database::Sqlite { path } => open_sqlite(path).await.map(Self::Sqlite),
            Database::Postgres { url, max_connections } => {
                let options = PgConnectOptions::from_str(url).map_err(|_| ConnectError::Url)?;
                let pool = PgPoolOptions::new()
                    .max_connections(*max_connections)
                    .acquire_timeout(LOCK_PATIENCE)
                    .connect_with(options.application_name("daybreak"))
                    .await
                    .map_err(ConnectError::Connect)?;
                Ok(Self::Postgres(pool))
            }
        }
    }
}

async fn open_sqlite(path: &Path) -> Result<SqliteDb, ConnectError> {
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        std::fs::create_dir_all(folder)
            .map_err(|source| ConnectError::Folder { path: folder.to_path_buf(), source })?;
    }
    let options = SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        // A transaction survives a crash of the process at once and of the machine within a checkpoint's reach; a
        // delivery's state must not go back after a power cut, so every commit is synced.
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        .busy_timeout(LOCK_PATIENCE)
        .pragma("journal_size_limit", "67108864")
        .statement_cache_capacity(256);
    let open = |source| ConnectError::Open { path: path.to_path_buf(), source };
    let write = SqlitePoolOptions::new()
        .max_connections(1)
        .acquire_timeout(LOCK_PATIENCE)
        // On a full disk SQLite ends a transaction by itself; sqlx's rollback then fails, and it takes the connection to
        // be in that transaction for ever: no other could begin on it, even with room again.
        .before_acquire(|connection, _| Box::pin(async move { Ok(!connection.is_in_transaction()) }))
        .connect_with(options.clone())
        .await
        .map_err(open)?;
    let read = SqlitePoolOptions::new()
        .max_connections(SQLITE_READERS)
        .acquire_timeout(LOCK_PATIENCE)
        .connect_with(options.create_if_missing(false).pragma("query_only", "ON"))
        .await
        .map_err(open)?;
    Ok(SqliteDb { write, read })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::db::on;

    #[tokio::test]
    async fn a_transaction_that_sqlite_ended_by_itself_leaves_the_next_one_unharmed() {
        let folder = tempfile::tempdir().unwrap();
        let db = Db::connect(&Database::Sqlite { path: folder.path().join("test.db") }).await.unwrap();
        let mut tx = db.begin().await.unwrap();
        // What SQLite does where the disk is full in the middle of a transaction.
        on!(in &mut tx, |c| sqlx::query("ROLLBACK").execute(c).await.unwrap().rows_affected());
        drop(tx);
        db.begin().await.expect("the only connection that writes can write again").commit().await.unwrap();
        db.close().await;
    }
}
