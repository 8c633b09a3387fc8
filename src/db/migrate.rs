//! Migrations: an older database becomes today's; a newer one is refused.

use sqlx::migrate::Migrator;

use super::{Db, DbError, on};

static SQLITE: Migrator = sqlx::migrate!("src/db/migrations/sqlite");
static POSTGRES: Migrator = sqlx::migrate!("src/db/migrations/postgres");
/// The queue keeps its own table of migrations under sqlx's usual name.
const TABLE: &str = "daybreak_migrations";

/// Why the schema is not today's.
#[derive(Debug, thiserror::Error)]
pub enum MigrateError {
    /// A later version of Daybreak has been here.
    #[error(
        "the database was written by a newer version of Daybreak (its schema is version {found}, this program knows {known}); \
         use that version, or restore a backup from before the upgrade"
    )]
    Newer {
        /// The database's version.
        found: i64,
        /// Ours.
        known: i64,
    },
    /// A migration failed; the ones before it stand.
    #[error("a migration failed")]
    Run(#[from] sqlx::migrate::MigrateError),
    /// The forms of the addresses that are there could not be written.
    #[error("cannot bring the addresses into their one form")]
    Addresses(#[from] DbError),
    /// The version could not be read.
    #[error("cannot read the schema's version")]
    Version(#[from] sqlx::Error),
}

impl Db {
    /// The schema's version, and the one that this program knows; 0 for an empty database.
    pub async fn schema_version(&self) -> Result<(i64, i64), MigrateError> {
        let known = self.migrator().iter().map(|migration| migration.version).max().unwrap_or(0);
        let present: i64 = match self {
            Self::Sqlite(pools) => {
                sqlx::query_scalar("SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = $1")
                    .bind(TABLE)
                    .fetch_one(&pools.read)
                    .await?
            }
            Self::Postgres(pool) => {
                sqlx::query_scalar(
                    "SELECT count(*) FROM pg_tables WHERE schemaname = current_schema() AND tablename = $1",
                )
                .bind(TABLE)
                .fetch_one(pool)
                .await?
            }
        };
        if present == 0 {
            return Ok((0, known));
        }
        let found: Option<i64> = on!(read self, |c| sqlx::query_scalar("SELECT max(version) FROM daybreak_migrations")
            .fetch_one(c)
            .await?);
        Ok((found.unwrap_or(0), known))
    }

    /// Brings the schema to today's version.
    pub async fn migrate(&self) -> Result<(), MigrateError> {
        let (found, known) = self.schema_version().await?;
        if found > known {
            return Err(MigrateError::Newer { found, known });
        }
        let migrator = self.migrator();
        match self {
            Self::Sqlite(pools) => migrator.run(&pools.write).await?,
            Self::Postgres(pool) => migrator.run(pool).await?,
        }
        Ok(self.name_addresses().await?)
    }

    fn migrator(&self) -> Migrator {
        let known = match self {
            Self::Sqlite(_) => &SQLITE,
            Self::Postgres(_) => &POSTGRES,
        };
        let mut migrator = Migrator::with_migrations(known.iter().cloned().collect());
        migrator.dangerous_set_table_name(TABLE);
        migrator
    }
}
