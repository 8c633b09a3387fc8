//! Letters: mails to one person that are no reports, the intention first, then what became of it.

use chrono::{DateTime, TimeDelta, Utc};
use serde::Serialize;

use super::text::{MaybeText, Text, maybe_stored, stored};
use super::{Db, DbError, Tx, on};
use crate::model::{LetterId, LetterState};

/// A row of `letters`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, sqlx::FromRow)]
pub struct Letter {
    /// Its id.
    pub id: LetterId,
    /// Why it is sent: [`crate::model::LetterKind`].
    pub kind: String,
    /// To whom.
    pub address: String,
    /// In which language.
    pub language: String,
    /// Its subject.
    #[sqlx(try_from = "Text")]
    pub subject: String,
    /// HTML part; it may carry links that sign in, so it is for the letter only.
    #[serde(skip)]
    #[sqlx(try_from = "Text")]
    pub html: String,
    /// Text part.
    #[serde(skip)]
    #[sqlx(try_from = "Text")]
    pub text: String,
    /// After this instant it is of no use.
    pub useful_until: DateTime<Utc>,
    /// When it was wanted.
    pub created_at: DateTime<Utc>,
    /// How far it is.
    #[sqlx(try_from = "String")]
    pub state: LetterState,
    /// How often it was tried.
    pub attempts: i32,
    /// When it is tried next.
    pub next_at: Option<DateTime<Utc>>,
    /// When it became final.
    pub finished_at: Option<DateTime<Utc>>,
    /// What was answered.
    #[sqlx(try_from = "MaybeText")]
    pub reply: Option<String>,
    /// The name in `From`, where it is not the house's.
    #[sqlx(try_from = "MaybeText")]
    pub from_name: Option<String>,
    /// Where answers go, where that is not the house's.
    pub reply_to: Option<String>,
}

const COLUMNS: &str = "id, kind, address, language, subject, html, text, useful_until, created_at, state, attempts, \
                       next_at, finished_at, reply, from_name, reply_to";

/// Writes that a letter is meant to go; one that stands is left as it is.
pub async fn insert(tx: &mut Tx, letter: &Letter) -> Result<(), DbError> {
    on!(in tx, |c| sqlx::query(
        "INSERT INTO letters (id, kind, address, language, subject, html, text, useful_until, created_at, \
         from_name, reply_to, state) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 'pending') ON CONFLICT (id) DO NOTHING",
    )
    .bind(letter.id)
    .bind(&letter.kind)
    .bind(&letter.address)
    .bind(&letter.language)
    .bind(stored(&letter.subject))
    .bind(stored(&letter.html))
    .bind(stored(&letter.text))
    .bind(letter.useful_until)
    .bind(letter.created_at)
    .bind(maybe_stored(letter.from_name.as_ref()))
    .bind(&letter.reply_to)
    .execute(c)
    .await?
    .rows_affected());
    Ok(())
}

/// Claims a letter for one try; none where another has it in hand, or it is final.
pub async fn begin(tx: &mut Tx, id: LetterId, now: DateTime<Utc>) -> Result<Option<Letter>, DbError> {
    Ok(on!(in tx, |c| sqlx::query_as(sqlx::AssertSqlSafe(format!(
        "UPDATE letters SET state = 'sending', attempts = attempts + 1, begun_at = $2, next_at = NULL \
         WHERE id = $1 AND state = 'pending' RETURNING {COLUMNS}"
    )))
    .bind(id)
    .bind(now)
    .fetch_optional(c)
    .await?))
}

/// Records how a try ended. What is final needs its text no more, and a text may hold what signs in: it goes.
pub async fn end(
    tx: &mut Tx,
    id: LetterId,
    state: LetterState,
    reply: &str,
    next_at: Option<DateTime<Utc>>,
    now: DateTime<Utc>,
) -> Result<(), DbError> {
    let is_final = state != LetterState::Pending;
    on!(in tx, |c| sqlx::query(
        "UPDATE letters SET state = $2, reply = $3, next_at = $4, finished_at = $5, \
         html = CASE WHEN $6 THEN '' ELSE html END, text = CASE WHEN $6 THEN '' ELSE text END \
         WHERE id = $1 AND state = 'sending'",
    )
    .bind(id)
    .bind(state.as_str())
    .bind(stored(reply))
    .bind(next_at)
    .bind(is_final.then_some(now))
    .bind(is_final)
    .execute(c)
    .await?
    .rows_affected());
    Ok(())
}

/// Makes letters final as `unknown` whose process died while it sent them: nobody knows whether they went.
pub async fn lose(tx: &mut Tx, begun_before: DateTime<Utc>, now: DateTime<Utc>) -> Result<u64, DbError> {
    Ok(on!(in tx, |c| sqlx::query(
        "UPDATE letters SET state = 'unknown', finished_at = $2, html = '', text = '', \
         reply = 'the process that sent it has ended' \
         WHERE state = 'sending' AND state IN ('pending', 'sending') AND begun_at < $1",
    )
    .bind(begun_before)
    .bind(now)
    .execute(c)
    .await?
    .rows_affected()))
}

/// Takes back a letter that nobody has begun to send.
pub async fn withdraw(tx: &mut Tx, id: LetterId) -> Result<u64, DbError> {
    Ok(on!(in tx, |c| sqlx::query("DELETE FROM letters WHERE id = $1 AND state = 'pending'")
        .bind(id)
        .execute(c)
        .await?
        .rows_affected()))
}

impl Db {
    /// One letter.
    pub async fn letter(&self, id: LetterId) -> Result<Option<Letter>, DbError> {
        Ok(
            on!(read self, |c| sqlx::query_as(sqlx::AssertSqlSafe(format!("SELECT {COLUMNS} FROM letters WHERE id = $1")))
            .bind(id)
            .fetch_optional(c)
            .await?),
        )
    }

    /// Letters whose task seems to have got lost: wanted, or due again, `overdue` ago.
    pub async fn forgotten_letters(&self, overdue: TimeDelta, now: DateTime<Utc>) -> Result<Vec<LetterId>, DbError> {
        Ok(on!(read self, |c| sqlx::query_scalar(
            "SELECT id FROM letters WHERE state = 'pending' AND state IN ('pending', 'sending') AND created_at < $1 \
             AND (next_at IS NULL OR next_at < $1) ORDER BY created_at LIMIT 1000"
        )
        .bind(now - overdue)
        .fetch_all(c)
        .await?))
    }

    /// Letters to an address, newest first.
    pub async fn letters_to(&self, address: &str, limit: i64) -> Result<Vec<Letter>, DbError> {
        Ok(on!(read self, |c| sqlx::query_as(sqlx::AssertSqlSafe(format!(
            "SELECT {COLUMNS} FROM letters WHERE address = $1 ORDER BY created_at DESC LIMIT $2"
        )))
        .bind(address)
        .bind(limit)
        .fetch_all(c)
        .await?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::db::testing::on_each_database;

    #[tokio::test]
    async fn a_letter_is_tried_once_at_a_time_and_forgets_its_text_at_the_end() {
        on_each_database("letters", async |db| {
            let at: DateTime<Utc> = "2026-03-29T05:00:00Z".parse().unwrap();
            let id: LetterId = uuid::Uuid::from_u128(7).into();
            let letter = Letter {
                id,
                kind: "sign-in".into(),
                address: "dana@example.com".into(),
                language: "de".into(),
                subject: "In".into(),
                html: "<p>secret".into(),
                text: "secret".into(),
                useful_until: at + TimeDelta::minutes(15),
                created_at: at,
                state: LetterState::Pending,
                attempts: 0,
                next_at: None,
                finished_at: None,
                reply: None,
                from_name: Some("Northwind".into()),
                reply_to: None,
            };
            let mut tx = db.begin().await.unwrap();
            insert(&mut tx, &letter).await.unwrap();
            insert(&mut tx, &Letter { subject: "Other".into(), ..letter.clone() }).await.unwrap();
            tx.commit().await.unwrap();
            assert_eq!(db.letter(id).await.unwrap().as_ref(), Some(&letter));
            assert_eq!(db.forgotten_letters(TimeDelta::minutes(5), at + TimeDelta::minutes(6)).await.unwrap(), [id]);
            let mut tx = db.begin().await.unwrap();
            assert_eq!(begin(&mut tx, id, at).await.unwrap().map(|letter| letter.attempts), Some(1));
            assert_eq!(begin(&mut tx, id, at).await.unwrap(), None, "another has it in hand");
            end(&mut tx, id, LetterState::Pending, "450", Some(at + TimeDelta::minutes(1)), at).await.unwrap();
            assert_eq!(begin(&mut tx, id, at).await.unwrap().map(|letter| letter.text), Some("secret".into()));
            assert_eq!(lose(&mut tx, at, at).await.unwrap(), 0);
            end(&mut tx, id, LetterState::Sent, "250 ok", None, at).await.unwrap();
            tx.commit().await.unwrap();
            let sent = db.letters_to("dana@example.com", 9).await.unwrap().remove(0);
            assert_eq!(
                (sent.state, sent.text.as_str(), sent.reply.as_deref()),
                (LetterState::Sent, "", Some("250 ok"))
            );
            assert_eq!(db.forgotten_letters(TimeDelta::zero(), at + TimeDelta::hours(6)).await.unwrap(), []);
        })
        .await;
    }

    #[tokio::test]
    async fn a_letter_whose_process_died_is_of_unknown_fate() {
        on_each_database("letters_lost", async |db| {
            let at: DateTime<Utc> = "2026-03-29T05:00:00Z".parse().unwrap();
            let id: LetterId = uuid::Uuid::from_u128(8).into();
            let letter = Letter {
                id,
                kind: "share".into(),
                address: "dana@example.com".into(),
                language: "en".into(),
                subject: String::new(),
                html: String::new(),
                text: "a\u{0}b".into(),
                useful_until: at,
                created_at: at,
                state: LetterState::Pending,
                attempts: 0,
                next_at: None,
                finished_at: None,
                reply: None,
                from_name: Some("Northwind".into()),
                reply_to: None,
            };
            let mut tx = db.begin().await.unwrap();
            insert(&mut tx, &letter).await.unwrap();
            assert_eq!(withdraw(&mut tx, id).await.unwrap(), 1);
            insert(&mut tx, &letter).await.unwrap();
            begin(&mut tx, id, at).await.unwrap();
            assert_eq!(withdraw(&mut tx, id).await.unwrap(), 0, "it is on its way");
            assert_eq!(lose(&mut tx, at + TimeDelta::minutes(5), at + TimeDelta::minutes(5)).await.unwrap(), 1);
            tx.commit().await.unwrap();
            assert_eq!(db.letter(id).await.unwrap().map(|letter| letter.state), Some(LetterState::Unknown));
        })
        .await;
    }
}
