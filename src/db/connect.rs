//! Connecting: a configured database becomes pools.

use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::time::Duration;

use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{ConnectOptions as _, Connection as _};

use super::{Db, SqliteDb};
use crate::config::Database;

/// How long a statement waits for another process's lock.
const LOCK_PATIENCE: Duration = Duration::from_secs(20);
/// How long a server that did not answer in that time is asked once more, to learn why.
const LAST_LOOK: Duration = Duration::from_secs(5);
/// A transaction in which nothing happens for so long has been forgotten (`db::begun` tells how that happened once): the
/// server ends it, so that nobody waits for its locks for ever. Ours go from statement to statement without a pause.
const FORGOTTEN: (&str, &str) = ("idle_in_transaction_session_timeout", "60s");
/// Our statements read a page of rows. Before PostgreSQL has statistics it thinks some of them large, and compiles them for
/// longer than they take.
const UNCOMPILED: (&str, &str) = ("jit", "off");
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
    /// The server says no: a wrong user or password, no such database.
    #[error("PostgreSQL refuses the connection: {0}")]
    Refused(String),
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
                let options = options.application_name("daybreak").options([FORGOTTEN, UNCOMPILED]);
                let pool = PgPoolOptions::new()
                    .max_connections(*max_connections)
                    .acquire_timeout(LOCK_PATIENCE)
                    .connect_with(options.clone());
                match pool.await {
                    Ok(pool) => Ok(Self::Postgres(pool)),
                    Err(error) => Err(why(error, &options).await),
                }
            }
        }
    }
}

/// What there is to say of a server that no pool could be made with: a pool that waited does not tell for what.
async fn why(error: sqlx::Error, options: &PgConnectOptions) -> ConnectError {
    let error = match error {
        sqlx::Error::PoolTimedOut => match tokio::time::timeout(LAST_LOOK, options.connect()).await {
            Ok(Err(error)) => error,
            Ok(Ok(_)) | Err(_) => sqlx::Error::PoolTimedOut,
        },
        error => error,
    };
    match error {
        sqlx::Error::Database(refused) => ConnectError::Refused(refused.message().to_owned()),
        error => ConnectError::Connect(error),
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
    use crate::db::testing::on_each_database;
    use crate::model::chain;

    #[tokio::test]
    async fn a_postgresql_that_is_not_there_or_says_no_is_told_in_one_sentence() {
        let connect = async |url: String| {
            let database = Database::Postgres { url, max_connections: 1 };
            chain(&Db::connect(&database).await.expect_err("it is not to be had"))
        };
        let nobody = connect("postgres://a:b@127.0.0.1:9/x".into()).await;
        assert!(nobody.starts_with("cannot connect to PostgreSQL: ") && nobody.contains("refused"), "{nobody}");
        #[expect(clippy::disallowed_methods, reason = "tests take no configuration")]
        let server = std::env::var("DAYBREAK_TEST_POSTGRES_URL");
        let Ok(server) = server else { return };
        let mut url = url::Url::parse(&server).unwrap();
        url.set_password(Some("wrong")).unwrap();
        let refused = connect(url.into()).await;
        assert!(refused.starts_with("PostgreSQL refuses the connection: password authentication failed"), "{refused}");
        let unsafe_one = connect(format!("{server}?sslmode=require")).await;
        assert!(unsafe_one.contains("TLS"), "{unsafe_one}");
    }

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

    #[tokio::test]
    async fn a_begin_that_nobody_waits_for_leaves_no_transaction_behind() {
        on_each_database("turned_away", async |db| {
            for patience in 0..100 {
                let wait = async {
                    for _ in 0..patience {
                        tokio::task::yield_now().await;
                    }
                };
                tokio::select! {
                    biased;
                    () = wait => {}
                    begun = db.begin() => drop(begun),
                }
                // Alone, a statement begins its own transaction, at the instant of the one message that it comes in.
                if let Db::Postgres(pool) = db {
                    let row = sqlx::raw_sql("SELECT now() = statement_timestamp()").fetch_one(pool).await.unwrap();
                    let alone: bool = sqlx::Row::get(&row, 0);
                    assert!(alone, "after {patience} turns a transaction was left open");
                }
            }
            db.begin().await.unwrap().commit().await.unwrap();
        })
        .await;
    }
}
