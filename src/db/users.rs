//! Users: people of the clients' teams and of ours, and which branches are theirs.

use chrono::{DateTime, Utc};
use serde::Serialize;

use super::text::{Text, stored};
use super::{Db, DbError, Tx, on};
use crate::model::{BranchRef, Role, UserId};

/// A row of `users`, without its secrets.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct User {
    /// Their id.
    pub id: UserId,
    /// Their address, in its one form.
    pub email: String,
    /// Their name.
    pub name: String,
    /// Their locale (BCP 47), where they chose one.
    pub locale: Option<String>,
    /// What they are.
    pub role: Role,
    /// Their branches; of no meaning for staff and operations.
    pub branches: Vec<BranchRef>,
    /// When they were made.
    pub created_at: DateTime<Utc>,
    /// Since when they may not sign in.
    pub disabled_at: Option<DateTime<Utc>>,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: UserId,
    email: String,
    #[sqlx(try_from = "Text")]
    name: String,
    locale: Option<String>,
    role: String,
    created_at: DateTime<Utc>,
    disabled_at: Option<DateTime<Utc>>,
}

impl Row {
    fn with(self, branches: Vec<BranchRef>) -> Result<User, DbError> {
        let role = self.role.parse();
        let role = role.map_err(|_| DbError::Row { table: "users", what: format!("role {:?}", self.role) })?;
        let Self { id, email, name, locale, created_at, disabled_at, .. } = self;
        Ok(User { id, email, name, locale, role, branches, created_at, disabled_at })
    }
}

const COLUMNS: &str = "id, email, name, locale, role, created_at, disabled_at";

/// Makes a user; false where the address has one already.
pub async fn insert(tx: &mut Tx, user: &User) -> Result<bool, DbError> {
    let inserted = on!(in tx, |c| sqlx::query(
        "INSERT INTO users (id, email, name, locale, role, created_at, disabled_at) VALUES ($1, $2, $3, $4, $5, $6, $7) \
         ON CONFLICT (email) DO NOTHING",
    )
    .bind(user.id)
    .bind(&user.email)
    .bind(stored(&user.name))
    .bind(&user.locale)
    .bind(user.role.as_str())
    .bind(user.created_at)
    .bind(user.disabled_at)
    .execute(c)
    .await?
    .rows_affected());
    if inserted == 1 {
        set_branches(tx, user.id, &user.branches).await?;
    }
    Ok(inserted == 1)
}

/// Replaces which branches are a user's.
pub async fn set_branches(tx: &mut Tx, user: UserId, branches: &[BranchRef]) -> Result<(), DbError> {
    on!(in tx, |c| sqlx::query("DELETE FROM user_branches WHERE user_id = $1").bind(user).execute(c).await?.rows_affected());
    for branch in branches {
        on!(in tx, |c| sqlx::query(
            "INSERT INTO user_branches (user_id, branch) VALUES ($1, $2) ON CONFLICT DO NOTHING"
        )
        .bind(user)
        .bind(branch)
        .execute(c)
        .await?
        .rows_affected());
    }
    Ok(())
}

impl Db {
    /// A user by their id.
    pub async fn user(&self, id: UserId) -> Result<Option<User>, DbError> {
        let row: Option<Row> = on!(read self, |c| sqlx::query_as(sqlx::AssertSqlSafe(format!(
            "SELECT {COLUMNS} FROM users WHERE id = $1"
        )))
        .bind(id)
        .fetch_optional(c)
        .await?);
        self.with_branches(row).await
    }

    /// A user by their address.
    pub async fn user_by_email(&self, normalized: &str) -> Result<Option<User>, DbError> {
        let row: Option<Row> = on!(read self, |c| sqlx::query_as(sqlx::AssertSqlSafe(format!(
            "SELECT {COLUMNS} FROM users WHERE email = $1"
        )))
        .bind(normalized)
        .fetch_optional(c)
        .await?);
        self.with_branches(row).await
    }

    async fn with_branches(&self, row: Option<Row>) -> Result<Option<User>, DbError> {
        let Some(row) = row else { return Ok(None) };
        let branches = on!(read self, |c| sqlx::query_scalar(
            "SELECT branch FROM user_branches WHERE user_id = $1 ORDER BY branch"
        )
        .bind(row.id)
        .fetch_all(c)
        .await?);
        row.with(branches).map(Some)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::db::testing::on_each_database;

    #[tokio::test]
    async fn a_user_comes_back_as_it_was_made_and_an_address_has_one() {
        on_each_database("users", async |db| {
            let user = User {
                id: uuid::Uuid::from_u128(7).into(),
                email: "dana@example.com".into(),
                name: "Dana \u{0} Ż".into(),
                locale: Some("pl-PL".into()),
                role: Role::Branch,
                branches: vec!["north".parse().unwrap(), "south".parse().unwrap()],
                created_at: "2026-03-29T05:00:00Z".parse().unwrap(),
                disabled_at: None,
            };
            let mut tx = db.begin().await.unwrap();
            assert!(insert(&mut tx, &user).await.unwrap());
            let other = User { id: uuid::Uuid::from_u128(8).into(), ..user.clone() };
            assert!(!insert(&mut tx, &other).await.unwrap());
            tx.commit().await.unwrap();
            assert_eq!(db.user(user.id).await.unwrap().as_ref(), Some(&user));
            assert_eq!(db.user_by_email("dana@example.com").await.unwrap().as_ref(), Some(&user));
            assert_eq!(db.user(other.id).await.unwrap(), None);
            assert_eq!(db.user_by_email("nobody@example.com").await.unwrap(), None);
        })
        .await;
    }
}
