//! Instance: a few named values of one installation, such as the key its links are made with.

use chrono::{DateTime, Utc};

use super::{Db, DbError, on};

impl Db {
    /// A named value.
    pub async fn instance_value(&self, name: &str) -> Result<Option<String>, DbError> {
        Ok(on!(read self, |c| sqlx::query_scalar("SELECT value FROM instance WHERE name = $1")
            .bind(name)
            .fetch_optional(c)
            .await?))
    }

    /// The named value; where there is none yet, `value` is kept. Two processes that start together agree.
    pub async fn instance_value_or(&self, name: &str, value: &str) -> Result<String, DbError> {
        on!(write self, |c| sqlx::query("INSERT INTO instance (name, value) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING")
            .bind(name)
            .bind(value)
            .execute(c)
            .await?.rows_affected());
        Ok(on!(write self, |c| sqlx::query_scalar("SELECT value FROM instance WHERE name = $1")
            .bind(name)
            .fetch_one(c)
            .await?))
    }

    /// Replaces a named value.
    pub async fn set_instance_value(&self, name: &str, value: &str) -> Result<(), DbError> {
        on!(write self, |c| sqlx::query(
            "INSERT INTO instance (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value"
        )
        .bind(name)
        .bind(value)
        .execute(c)
        .await?
        .rows_affected());
        Ok(())
    }

    /// Writes something and makes it durable: fails where nothing can be written now, for a full disk for example.
    pub async fn probe_writing(&self, now: DateTime<Utc>) -> Result<(), DbError> {
        on!(write self, |c| sqlx::query(
            "INSERT INTO instance (name, value) VALUES ('written_at', $1) ON CONFLICT (name) DO UPDATE SET value = $1"
        )
        .bind(now.to_rfc3339())
        .execute(c)
        .await?
        .rows_affected());
        Ok(())
    }

    /// What tells this PostgreSQL database from every copy that was restored from a dump: its server's own number and
    /// its number there. None on SQLite, or where the server does not tell.
    pub async fn server_mark(&self) -> Result<Option<String>, DbError> {
        let Self::Postgres(pool) = self else { return Ok(None) };
        let number: i64 = sqlx::query_scalar("SELECT oid::bigint FROM pg_database WHERE datname = current_database()")
            .fetch_one(pool)
            .await?;
        // A server may keep its number from ordinary users.
        let server: Result<String, sqlx::Error> =
            sqlx::query_scalar("SELECT system_identifier::text FROM pg_control_system()").fetch_one(pool).await;
        Ok(Some(format!("{}/{number}", server.unwrap_or_else(|_| "?".into()))))
    }

    /// The database's own clock, by which the queue's library writes heartbeats: to compare with these, and for `doctor`.
    /// Every statement of ours takes `now` as a parameter.
    pub async fn now(&self) -> Result<DateTime<Utc>, DbError> {
        Ok(match self {
            Self::Sqlite(pools) => {
                sqlx::query_scalar("SELECT strftime('%Y-%m-%dT%H:%M:%fZ', 'now')").fetch_one(&pools.read).await?
            }
            Self::Postgres(pool) => sqlx::query_scalar("SELECT now()").fetch_one(pool).await?,
        })
    }
}
