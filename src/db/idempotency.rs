//! Idempotency: what a changing request was answered, by the key that its sender gave it, for a day.

use chrono::{DateTime, TimeDelta, Utc};

use super::{Db, DbError, Tx, on};

/// How long an answer is kept.
pub const KEPT: TimeDelta = TimeDelta::hours(24);
/// Whoever has not answered for so long has died: the next one to ask does the work.
const PATIENCE: TimeDelta = TimeDelta::minutes(2);
/// So many over-age rows go with each claim.
const SWEPT: i64 = 100;

/// An answer, as it was given.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Answered {
    /// Status of HTTP.
    pub status: i32,
    /// Its `Content-Type`; none without a body.
    pub content_type: Option<String>,
    /// Its body.
    pub body: Vec<u8>,
}

/// What is known of a request that carries a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Claimed {
    /// Nobody has sent it before: it is to be done, and then [`Db::keep_answer`] or [`Db::forget_claim`] called.
    New,
    /// It was answered.
    Before(Answered),
    /// Another process, or another request of this one, is about it.
    UnderWay,
    /// The key was given to another request.
    Other,
}

#[derive(sqlx::FromRow)]
struct Row {
    fingerprint: Vec<u8>,
    status: Option<i32>,
    content_type: Option<String>,
    body: Option<Vec<u8>>,
}

/// Takes an address out of the answers that are kept; each stays the answer to its request.
pub async fn forget_address(tx: &mut Tx, address: &str) -> Result<(), DbError> {
    let mut after = Vec::new();
    loop {
        let page: Vec<(Vec<u8>, Vec<u8>)> = on!(in tx, |c| sqlx::query_as(
            "SELECT key_hash, body FROM idempotency WHERE key_hash > $1 AND body IS NOT NULL ORDER BY key_hash LIMIT $2"
        )
        .bind(&after)
        .bind(SWEPT)
        .fetch_all(c)
        .await?);
        let Some((last, _)) = page.last() else { return Ok(()) };
        after.clone_from(last);
        for (key_hash, body) in page {
            let Some(body) = without(&body, address) else { continue };
            on!(in tx, |c| sqlx::query("UPDATE idempotency SET body = $2 WHERE key_hash = $1")
                .bind(&key_hash)
                .bind(body)
                .execute(c)
                .await?
                .rows_affected());
        }
    }
}

/// A body without an address, however it is written; none where it does not stand in it.
fn without(body: &[u8], address: &str) -> Option<Vec<u8>> {
    if address.is_empty() {
        return None;
    }
    let (address, mut left, mut rest) = (address.as_bytes(), Vec::with_capacity(body.len()), body);
    while let Some(at) = rest.windows(address.len()).position(|part| part.eq_ignore_ascii_case(address)) {
        left.extend_from_slice(&rest[..at]);
        left.extend_from_slice(b"(erased)");
        rest = &rest[at + address.len()..];
    }
    left.extend_from_slice(rest);
    (rest.len() < body.len()).then_some(left)
}

impl Db {
    /// Claims a request by the hash of its sender and key; `fingerprint` tells it from every other request. What is older
    /// than [`KEPT`] is forgotten by the way.
    pub async fn claim_request(
        &self,
        key_hash: &[u8; 32],
        fingerprint: &[u8; 32],
        now: DateTime<Utc>,
    ) -> Result<Claimed, DbError> {
        self.forget_answers(now - KEPT, SWEPT).await?;
        let mut tx = self.begin().await?;
        let inserted = on!(in &mut tx, |c| sqlx::query(
            "INSERT INTO idempotency (key_hash, fingerprint, begun_at) VALUES ($1, $2, $3) ON CONFLICT (key_hash) \
             DO UPDATE SET fingerprint = excluded.fingerprint, begun_at = excluded.begun_at, status = NULL, \
             content_type = NULL, body = NULL WHERE idempotency.begun_at < $4 \
             OR (idempotency.status IS NULL AND idempotency.begun_at < $5 AND idempotency.fingerprint = excluded.fingerprint)"
        )
        .bind(key_hash.as_slice())
        .bind(fingerprint.as_slice())
        .bind(now)
        .bind(now - KEPT)
        .bind(now - PATIENCE)
        .execute(c)
        .await?
        .rows_affected());
        if inserted == 1 {
            tx.commit().await?;
            return Ok(Claimed::New);
        }
        let row: Option<Row> = on!(in &mut tx, |c| sqlx::query_as(
            "SELECT fingerprint, status, content_type, body FROM idempotency WHERE key_hash = $1"
        )
        .bind(key_hash.as_slice())
        .fetch_optional(c)
        .await?);
        tx.commit().await?;
        Ok(match row {
            Some(row) if row.fingerprint != fingerprint.as_slice() => Claimed::Other,
            Some(Row { status: Some(status), content_type, body, .. }) => {
                Claimed::Before(Answered { status, content_type, body: body.unwrap_or_default() })
            }
            // Whoever had it has just given it up: the sender asks again.
            Some(_) | None => Claimed::UnderWay,
        })
    }

    /// Keeps the answer to a request that was claimed.
    pub async fn keep_answer(&self, key_hash: &[u8; 32], answered: &Answered) -> Result<(), DbError> {
        on!(write self, |c| sqlx::query(
            "UPDATE idempotency SET status = $2, content_type = $3, body = $4 WHERE key_hash = $1"
        )
        .bind(key_hash.as_slice())
        .bind(answered.status)
        .bind(&answered.content_type)
        .bind(&answered.body)
        .execute(c)
        .await?
        .rows_affected());
        Ok(())
    }

    /// Gives a claim up: nothing was changed, so the same request may try again.
    pub async fn forget_claim(&self, key_hash: &[u8; 32]) -> Result<(), DbError> {
        on!(write self, |c| sqlx::query("DELETE FROM idempotency WHERE key_hash = $1 AND status IS NULL")
            .bind(key_hash.as_slice())
            .execute(c)
            .await?
            .rows_affected());
        Ok(())
    }

    /// Removes at most `limit` answers that were begun before an instant; returns how many that were.
    pub async fn forget_answers(&self, before: DateTime<Utc>, limit: i64) -> Result<u64, DbError> {
        Ok(on!(write self, |c| sqlx::query(
            "DELETE FROM idempotency WHERE key_hash IN (SELECT key_hash FROM idempotency WHERE begun_at < $1 LIMIT $2)"
        )
        .bind(before)
        .bind(limit)
        .execute(c)
        .await?
        .rows_affected()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::db::testing::on_each_database;

    const KEY: [u8; 32] = [1; 32];
    const THIS: [u8; 32] = [2; 32];
    const THAT: [u8; 32] = [3; 32];

    fn answer(status: i32) -> Answered {
        Answered { status, content_type: Some("application/json".into()), body: b"{}".to_vec() }
    }

    #[tokio::test]
    async fn a_request_is_done_once_a_day_and_answered_the_same() {
        on_each_database("idempotency", async |db| {
            let at: DateTime<Utc> = "2026-03-29T05:00:00Z".parse().unwrap();
            let claim = async |what: &[u8; 32], at| db.claim_request(&KEY, what, at).await.unwrap();
            assert_eq!(claim(&THIS, at).await, Claimed::New);
            assert_eq!(claim(&THIS, at).await, Claimed::UnderWay);
            assert_eq!(claim(&THAT, at).await, Claimed::Other);
            db.keep_answer(&KEY, &answer(201)).await.unwrap();
            db.forget_claim(&KEY).await.unwrap();
            assert_eq!(claim(&THIS, at + TimeDelta::hours(23)).await, Claimed::Before(answer(201)), "it is answered");
            assert_eq!(claim(&THAT, at + TimeDelta::hours(23)).await, Claimed::Other);
            assert_eq!(db.claim_request(&THAT, &THAT, at).await.unwrap(), Claimed::New, "another key");
            assert_eq!(claim(&THAT, at + TimeDelta::hours(25)).await, Claimed::New, "a day is over");
            db.forget_claim(&KEY).await.unwrap();
            assert_eq!(claim(&THIS, at + TimeDelta::hours(25)).await, Claimed::New, "it was given up");
            assert_eq!(db.forget_answers(at, 9).await.unwrap(), 0);
            assert_eq!(db.forget_answers(at + TimeDelta::hours(26), 1).await.unwrap(), 1);
        })
        .await;
    }

    #[tokio::test]
    async fn an_erased_address_leaves_the_answers_that_are_kept() {
        on_each_database("idempotency_erased", async |db| {
            let at: DateTime<Utc> = "2026-03-29T05:00:00Z".parse().unwrap();
            let said = |body: &str| Answered { body: body.as_bytes().to_vec(), ..answer(201) };
            let kept = [("{\"to\":[\"Dana@Example.com\",\"jan@example.com\"]}", KEY), ("{\"to\":[]}", THIS)];
            for (body, key) in kept {
                assert_eq!(db.claim_request(&key, &THIS, at).await.unwrap(), Claimed::New);
                db.keep_answer(&key, &said(body)).await.unwrap();
            }
            assert_eq!(db.claim_request(&THAT, &THIS, at).await.unwrap(), Claimed::New, "not answered yet");
            let mut tx = db.begin().await.unwrap();
            forget_address(&mut tx, "dana@example.com").await.unwrap();
            tx.commit().await.unwrap();
            let answered = async |key: &[u8; 32]| db.claim_request(key, &THIS, at).await.unwrap();
            let without_dana = "{\"to\":[\"(erased)\",\"jan@example.com\"]}";
            assert_eq!(answered(&KEY).await, Claimed::Before(said(without_dana)));
            assert_eq!(answered(&THIS).await, Claimed::Before(said("{\"to\":[]}")));
        })
        .await;
    }

    #[tokio::test]
    async fn a_claim_of_a_process_that_died_is_taken_over() {
        on_each_database("idempotency_died", async |db| {
            let at: DateTime<Utc> = "2026-03-29T05:00:00Z".parse().unwrap();
            assert_eq!(db.claim_request(&KEY, &THIS, at).await.unwrap(), Claimed::New);
            let later = at + TimeDelta::minutes(3);
            assert_eq!(db.claim_request(&KEY, &THAT, later).await.unwrap(), Claimed::Other);
            assert_eq!(db.claim_request(&KEY, &THIS, later).await.unwrap(), Claimed::New);
            assert_eq!(db.claim_request(&KEY, &THIS, later).await.unwrap(), Claimed::UnderWay);
        })
        .await;
    }
}
