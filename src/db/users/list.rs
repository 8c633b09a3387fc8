//! Lists of users, and what is changed of one: role, locale, whether they may sign in.

use chrono::{DateTime, Utc};

use super::{COLUMNS, Row, User};
use crate::db::{Db, DbError, Tx, audit, on};
use crate::model::{BranchRef, Role, UserId};

/// Changes what a user is.
pub async fn set_role(tx: &mut Tx, user: UserId, role: Role) -> Result<(), DbError> {
    on!(in tx, |c| sqlx::query("UPDATE users SET role = $2 WHERE id = $1")
        .bind(user)
        .bind(role.as_str())
        .execute(c)
        .await?
        .rows_affected());
    Ok(())
}

/// Shuts a user out since an instant, or lets them in again.
pub async fn set_disabled(tx: &mut Tx, user: UserId, since: Option<DateTime<Utc>>) -> Result<(), DbError> {
    on!(in tx, |c| sqlx::query("UPDATE users SET disabled_at = $2 WHERE id = $1")
        .bind(user)
        .bind(since)
        .execute(c)
        .await?
        .rows_affected());
    Ok(())
}

/// Changes the locale (BCP 47) in which a user reads.
pub async fn set_locale(tx: &mut Tx, user: UserId, locale: Option<&str>) -> Result<(), DbError> {
    on!(in tx, |c| sqlx::query("UPDATE users SET locale = $2 WHERE id = $1").bind(user).bind(locale).execute(c).await?.rows_affected());
    Ok(())
}

/// How many users of operations may sign in. Whoever asks within a transaction that shuts one out knows whether there is
/// another: nobody else who asks gets an answer before it ends.
pub async fn operators(tx: &mut Tx) -> Result<i64, DbError> {
    audit::hold_head(tx).await?;
    Ok(on!(in tx, |c| sqlx::query_scalar(
        "SELECT count(*) FROM users WHERE role = 'operations' AND disabled_at IS NULL"
    )
    .fetch_one(c)
    .await?))
}

impl Db {
    /// Every user, or those of a branch's team, in order of address.
    pub async fn users(&self, branch: Option<&BranchRef>) -> Result<Vec<User>, DbError> {
        let rows: Vec<Row> = on!(read self, |c| sqlx::query_as(sqlx::AssertSqlSafe(format!(
            "SELECT {COLUMNS} FROM users u WHERE $1 = '' \
             OR (role = 'branch' AND EXISTS (SELECT 1 FROM user_branches b WHERE b.user_id = u.id AND b.branch = $1)) \
             ORDER BY email"
        )))
        .bind(branch.map_or("", BranchRef::as_str))
        .fetch_all(c)
        .await?);
        let places: Vec<(UserId, BranchRef)> = on!(read self, |c| sqlx::query_as(
            "SELECT user_id, branch FROM user_branches ORDER BY branch"
        )
        .fetch_all(c)
        .await?);
        let mut of = std::collections::HashMap::<UserId, Vec<BranchRef>>::new();
        for (user, branch) in places {
            of.entry(user).or_default().push(branch);
        }
        rows.into_iter()
            .map(|row| {
                let branches = of.remove(&row.id).unwrap_or_default();
                row.with(branches)
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::db::testing::on_each_database;
    use crate::db::users;

    #[tokio::test]
    async fn two_who_are_shut_out_at_once_are_not_both_thought_to_be_followed_by_another() {
        on_each_database("users_last", async |db| {
            let at: DateTime<Utc> = "2026-03-29T05:00:00Z".parse().unwrap();
            let id = |number: u128| -> UserId { uuid::Uuid::from_u128(number).into() };
            let mut tx = db.begin().await.unwrap();
            for number in 1..=2 {
                let user = User {
                    id: id(number),
                    email: format!("{number}@example.com"),
                    name: "Dana".into(),
                    locale: None,
                    role: Role::Operations,
                    branches: vec![],
                    created_at: at,
                    disabled_at: None,
                };
                users::insert(&mut tx, &user).await.unwrap();
            }
            tx.commit().await.unwrap();
            let shut_out = async |number| {
                let mut tx = db.begin().await.unwrap();
                set_disabled(&mut tx, id(number), Some(at)).await.unwrap();
                // Until the other one has come as far.
                tokio::time::sleep(std::time::Duration::from_millis(200)).await;
                let left = operators(&mut tx).await.unwrap();
                if left > 0 {
                    tx.commit().await.unwrap();
                }
                left
            };
            let (one, other) = tokio::join!(shut_out(1), shut_out(2));
            assert_eq!(one + other, 1, "one goes, and one stays: {one} {other}");
        })
        .await;
    }

    #[tokio::test]
    async fn users_are_listed_by_branch_and_changed() {
        on_each_database("users_list", async |db| {
            let at: DateTime<Utc> = "2026-03-29T05:00:00Z".parse().unwrap();
            let user = |number: u128, role, branches: &[&str]| User {
                id: uuid::Uuid::from_u128(number).into(),
                email: format!("{number}@example.com"),
                name: "Dana".into(),
                locale: None,
                role,
                branches: branches.iter().map(|branch| branch.parse().unwrap()).collect(),
                created_at: at,
                disabled_at: None,
            };
            let (ours, theirs) = (user(1, Role::Operations, &[]), user(2, Role::Branch, &["north", "south"]));
            let mut tx = db.begin().await.unwrap();
            for user in [&ours, &theirs] {
                users::insert(&mut tx, user).await.unwrap();
            }
            assert_eq!(operators(&mut tx).await.unwrap(), 1);
            tx.commit().await.unwrap();
            assert_eq!(db.users(None).await.unwrap(), [ours.clone(), theirs.clone()]);
            assert_eq!(db.users(Some(&"south".parse().unwrap())).await.unwrap(), [theirs]);
            assert_eq!(db.users(Some(&"west".parse().unwrap())).await.unwrap(), []);
            let mut tx = db.begin().await.unwrap();
            set_role(&mut tx, ours.id, Role::Staff).await.unwrap();
            set_locale(&mut tx, ours.id, Some("de-DE")).await.unwrap();
            set_disabled(&mut tx, ours.id, Some(at)).await.unwrap();
            assert_eq!(operators(&mut tx).await.unwrap(), 0);
            tx.commit().await.unwrap();
            let changed = User { role: Role::Staff, locale: Some("de-DE".into()), disabled_at: Some(at), ..ours };
            assert_eq!(db.user(changed.id).await.unwrap(), Some(changed));
        })
        .await;
    }
}
