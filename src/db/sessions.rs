//! Sessions: a cookie's hash becomes the user or the proved address that it signs in.

use chrono::{DateTime, Utc};
use serde::Serialize;

use super::text::{Text, stored};
use super::{Db, DbError, Tx, on};
use crate::model::UserId;

/// A row of `sessions`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, sqlx::FromRow)]
pub struct Session {
    /// SHA-256 of the cookie's token.
    #[serde(skip)]
    pub token_hash: Vec<u8>,
    /// Whose, where it is a user's …
    pub user_id: Option<UserId>,
    /// … else the address that proved itself, in its one form.
    pub address: Option<String>,
    /// In which language (BCP 47) they read.
    pub language: String,
    /// When it was opened.
    pub created_at: DateTime<Utc>,
    /// When it was last used, give or take a minute.
    pub seen_at: DateTime<Utc>,
    /// When it ends.
    pub expires_at: DateTime<Utc>,
    /// When it was ended before that.
    pub revoked_at: Option<DateTime<Utc>>,
    /// From which network address it was opened.
    #[sqlx(try_from = "Text")]
    pub origin: String,
    /// With which program.
    #[sqlx(try_from = "Text")]
    pub agent: String,
}

const COLUMNS: &str =
    "token_hash, user_id, address, language, created_at, seen_at, expires_at, revoked_at, origin, agent";

/// Opens a session.
pub async fn insert(tx: &mut Tx, session: &Session) -> Result<(), DbError> {
    on!(in tx, |c| sqlx::query(
        "INSERT INTO sessions (token_hash, user_id, address, language, created_at, seen_at, expires_at, origin, agent) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
    )
    .bind(&session.token_hash)
    .bind(session.user_id)
    .bind(&session.address)
    .bind(&session.language)
    .bind(session.created_at)
    .bind(session.seen_at)
    .bind(session.expires_at)
    .bind(stored(&session.origin))
    .bind(stored(&session.agent))
    .execute(c)
    .await?
    .rows_affected());
    Ok(())
}

/// Ends one session.
pub async fn revoke(tx: &mut Tx, token_hash: &[u8], now: DateTime<Utc>) -> Result<u64, DbError> {
    Ok(on!(in tx, |c| sqlx::query("UPDATE sessions SET revoked_at = $2 WHERE token_hash = $1 AND revoked_at IS NULL")
        .bind(token_hash)
        .bind(now)
        .execute(c)
        .await?
        .rows_affected()))
}

/// Ends every session of a user, but for one that is kept.
pub async fn revoke_of(tx: &mut Tx, user: UserId, kept: &[u8], now: DateTime<Utc>) -> Result<u64, DbError> {
    Ok(on!(in tx, |c| sqlx::query(
        "UPDATE sessions SET revoked_at = $3 WHERE user_id = $1 AND token_hash <> $2 AND revoked_at IS NULL"
    )
    .bind(user)
    .bind(kept)
    .bind(now)
    .execute(c)
    .await?
    .rows_affected()))
}

impl Db {
    /// The session of a cookie, whether it still holds or not.
    pub async fn session(&self, token_hash: &[u8]) -> Result<Option<Session>, DbError> {
        Ok(on!(read self, |c| sqlx::query_as(sqlx::AssertSqlSafe(format!(
            "SELECT {COLUMNS} FROM sessions WHERE token_hash = $1"
        )))
        .bind(token_hash)
        .fetch_optional(c)
        .await?))
    }

    /// The sessions of a user, or of an address that is no user's, which hold still; the one that was used last first.
    pub async fn sessions_of(
        &self,
        user: Option<UserId>,
        address: Option<&str>,
        now: DateTime<Utc>,
    ) -> Result<Vec<Session>, DbError> {
        let column = if user.is_some() { "user_id = $1" } else { "user_id IS NULL AND address = $2" };
        Ok(on!(read self, |c| sqlx::query_as(sqlx::AssertSqlSafe(format!(
            "SELECT {COLUMNS} FROM sessions WHERE {column} AND revoked_at IS NULL AND expires_at > $3 \
             AND (user_id = $1 OR address = $2) ORDER BY seen_at DESC, created_at DESC LIMIT 100"
        )))
        .bind(user)
        .bind(address)
        .bind(now)
        .fetch_all(c)
        .await?))
    }

    /// Notes that a session is used.
    pub async fn session_seen(&self, token_hash: &[u8], now: DateTime<Utc>) -> Result<(), DbError> {
        on!(write self, |c| sqlx::query("UPDATE sessions SET seen_at = $2 WHERE token_hash = $1")
            .bind(token_hash)
            .bind(now)
            .execute(c)
            .await?
            .rows_affected());
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::db::testing::on_each_database;
    use chrono::TimeDelta;

    #[tokio::test]
    async fn a_session_is_opened_seen_and_ended() {
        on_each_database("sessions", async |db| {
            let at: DateTime<Utc> = "2026-03-29T05:00:00Z".parse().unwrap();
            let session = Session {
                token_hash: vec![7; 32],
                user_id: None,
                address: Some("dana@example.com".into()),
                language: "de".into(),
                created_at: at,
                seen_at: at,
                expires_at: at + TimeDelta::days(1),
                revoked_at: None,
                origin: "192.0.2.1".into(),
                agent: "a\u{0}gent".into(),
            };
            let mut tx = db.begin().await.unwrap();
            insert(&mut tx, &session).await.unwrap();
            tx.commit().await.unwrap();
            assert_eq!(db.session(&[7; 32]).await.unwrap().as_ref(), Some(&session));
            assert_eq!(
                db.sessions_of(None, Some("dana@example.com"), at).await.unwrap(),
                std::slice::from_ref(&session)
            );
            assert_eq!(db.sessions_of(None, Some("jan@example.com"), at).await.unwrap(), []);
            assert_eq!(db.sessions_of(Some(uuid::Uuid::from_u128(7).into()), None, at).await.unwrap(), []);
            let later = at + TimeDelta::hours(1);
            db.session_seen(&[7; 32], later).await.unwrap();
            let mut tx = db.begin().await.unwrap();
            assert_eq!(revoke(&mut tx, &[7; 32], later).await.unwrap(), 1);
            assert_eq!(revoke(&mut tx, &[7; 32], later).await.unwrap(), 0);
            assert_eq!(revoke_of(&mut tx, uuid::Uuid::from_u128(7).into(), &[], later).await.unwrap(), 0);
            tx.commit().await.unwrap();
            let ended = Session { seen_at: later, revoked_at: Some(later), ..session };
            assert_eq!(db.session(&[7; 32]).await.unwrap(), Some(ended));
            assert_eq!(db.session(&[8; 32]).await.unwrap(), None);
        })
        .await;
    }
}
