//! What a user proves themself with: password, second factor, spare codes. Kept apart from the user, so that no page
//! that shows one carries it.

use chrono::{DateTime, Utc};

use crate::db::{Db, DbError, Tx, on};
use crate::model::UserId;

/// The secrets of a user.
#[derive(Clone, Default, PartialEq, Eq, sqlx::FromRow)]
pub struct Secrets {
    /// PHC string of the password.
    pub password: Option<String>,
    /// Sealed secret of the one-time passwords.
    pub totp: Option<Vec<u8>>,
    /// The last step of theirs that was used.
    pub totp_step: Option<i64>,
    /// Issuer and subject at the OpenID provider.
    pub oidc: Option<String>,
}

impl std::fmt::Debug for Secrets {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secrets(***)")
    }
}

/// Sets a password, or takes it away.
pub async fn set_password(tx: &mut Tx, user: UserId, hash: Option<&str>) -> Result<(), DbError> {
    on!(in tx, |c| sqlx::query("UPDATE users SET password = $2 WHERE id = $1").bind(user).bind(hash).execute(c).await?.rows_affected());
    Ok(())
}

/// Sets a second factor with its spare codes, or takes both away.
pub async fn set_totp(
    tx: &mut Tx,
    user: UserId,
    sealed: Option<(&[u8], i64)>,
    spares: &[[u8; 32]],
) -> Result<(), DbError> {
    on!(in tx, |c| sqlx::query("UPDATE users SET totp = $2, totp_step = $3 WHERE id = $1")
        .bind(user)
        .bind(sealed.map(|(sealed, _)| sealed))
        .bind(sealed.map(|(_, step)| step))
        .execute(c)
        .await?
        .rows_affected());
    on!(in tx, |c| sqlx::query("DELETE FROM recovery_codes WHERE user_id = $1").bind(user).execute(c).await?.rows_affected());
    for spare in spares {
        on!(in tx, |c| sqlx::query("INSERT INTO recovery_codes (user_id, code_hash) VALUES ($1, $2)")
            .bind(user)
            .bind(&spare[..])
            .execute(c)
            .await?
            .rows_affected());
    }
    Ok(())
}

/// Uses a step of the one-time passwords up; false where it, or a later one, was used already.
pub async fn use_step(tx: &mut Tx, user: UserId, step: i64) -> Result<bool, DbError> {
    let rows = on!(in tx, |c| sqlx::query(
        "UPDATE users SET totp_step = $2 WHERE id = $1 AND totp IS NOT NULL AND (totp_step IS NULL OR totp_step < $2)"
    )
    .bind(user)
    .bind(step)
    .execute(c)
    .await?
    .rows_affected());
    Ok(rows == 1)
}

/// Uses a spare code up; false where there is none such, or it was used.
pub async fn use_spare(tx: &mut Tx, user: UserId, hash: &[u8; 32], now: DateTime<Utc>) -> Result<bool, DbError> {
    let rows = on!(in tx, |c| sqlx::query(
        "UPDATE recovery_codes SET used_at = $3 WHERE user_id = $1 AND code_hash = $2 AND used_at IS NULL"
    )
    .bind(user)
    .bind(&hash[..])
    .bind(now)
    .execute(c)
    .await?
    .rows_affected());
    Ok(rows == 1)
}

/// Binds a user to their account at an OpenID provider, where they have none yet; false where they have another, or
/// somebody else has this one.
pub async fn bind_oidc(tx: &mut Tx, user: UserId, account: &str) -> Result<bool, DbError> {
    let bound = on!(in tx, |c| sqlx::query(
        "UPDATE users SET oidc = $2 WHERE id = $1 AND (oidc IS NULL OR oidc = $2) \
         AND NOT EXISTS (SELECT 1 FROM users o WHERE o.oidc = $2 AND o.id <> $1)"
    )
    .bind(user)
    .bind(account)
    .execute(c)
    .await?
    .rows_affected());
    Ok(bound == 1)
}

impl Db {
    /// The secrets of a user; none at all where there is no such user.
    pub async fn user_secrets(&self, user: UserId) -> Result<Secrets, DbError> {
        let secrets: Option<Secrets> = on!(read self, |c| sqlx::query_as(
            "SELECT password, totp, totp_step, oidc FROM users WHERE id = $1"
        )
        .bind(user)
        .fetch_optional(c)
        .await?);
        Ok(secrets.unwrap_or_default())
    }

    /// How many spare codes of a user are left.
    pub async fn spares_left(&self, user: UserId) -> Result<i64, DbError> {
        Ok(on!(read self, |c| sqlx::query_scalar(
            "SELECT count(*) FROM recovery_codes WHERE user_id = $1 AND used_at IS NULL"
        )
        .bind(user)
        .fetch_one(c)
        .await?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::db::testing::on_each_database;
    use crate::db::users::{self, User};
    use crate::model::Role;

    #[tokio::test]
    async fn steps_and_spare_codes_are_used_once() {
        on_each_database("users_secrets", async |db| {
            let at: DateTime<Utc> = "2026-03-29T05:00:00Z".parse().unwrap();
            let user = |number: u128| User {
                id: uuid::Uuid::from_u128(number).into(),
                email: format!("{number}@example.com"),
                name: "Dana".into(),
                locale: None,
                role: Role::Staff,
                branches: vec![],
                created_at: at,
                disabled_at: None,
            };
            let (one, other) = (user(1).id, user(2).id);
            let mut tx = db.begin().await.unwrap();
            users::insert(&mut tx, &user(1)).await.unwrap();
            users::insert(&mut tx, &user(2)).await.unwrap();
            set_password(&mut tx, one, Some("$argon2id$")).await.unwrap();
            assert!(!use_step(&mut tx, one, 9).await.unwrap(), "no second factor");
            set_totp(&mut tx, one, Some((b"sealed", 9)), &[[1; 32], [2; 32]]).await.unwrap();
            assert!(!use_step(&mut tx, one, 9).await.unwrap());
            assert!(use_step(&mut tx, one, 10).await.unwrap());
            assert!(!use_spare(&mut tx, other, &[1; 32], at).await.unwrap());
            assert!(use_spare(&mut tx, one, &[1; 32], at).await.unwrap());
            assert!(!use_spare(&mut tx, one, &[1; 32], at).await.unwrap());
            assert!(bind_oidc(&mut tx, one, "issuer subject").await.unwrap());
            assert!(bind_oidc(&mut tx, one, "issuer subject").await.unwrap());
            assert!(!bind_oidc(&mut tx, one, "issuer other").await.unwrap());
            assert!(!bind_oidc(&mut tx, other, "issuer subject").await.unwrap());
            tx.commit().await.unwrap();
            let kept = Secrets {
                password: Some("$argon2id$".into()),
                totp: Some(b"sealed".to_vec()),
                totp_step: Some(10),
                oidc: Some("issuer subject".into()),
            };
            assert_eq!(db.user_secrets(one).await.unwrap(), kept);
            assert_eq!(db.spares_left(one).await.unwrap(), 1);
            let mut tx = db.begin().await.unwrap();
            set_totp(&mut tx, one, None, &[]).await.unwrap();
            tx.commit().await.unwrap();
            assert_eq!(db.spares_left(one).await.unwrap(), 0);
            assert_eq!(db.user_secrets(other).await.unwrap(), Secrets::default());
        })
        .await;
    }
}
