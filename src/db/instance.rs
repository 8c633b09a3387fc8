//! Instance: a few named values of one installation, such as the key its links are made with.

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
}
