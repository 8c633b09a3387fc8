//! Feedback: what readers of the hosted report say about its events, and what staff did about it.

use chrono::{DateTime, TimeDelta, Utc};
use serde::Serialize;
use uuid::Uuid;

use super::text::{MaybeText, Text, maybe_stored, stored};
use super::{Db, DbError, Tx, on};
use crate::model::{ContactRef, DeliveryId, LocationRef, NightDate, ReportId};

/// A row of `feedback`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, sqlx::FromRow)]
pub struct Feedback {
    /// Its id, from the mail whose link it came by, the event, and what is said: the same again is the same row.
    pub id: Uuid,
    /// The report that the reader had before them.
    pub report: ReportId,
    /// Its site.
    pub location: LocationRef,
    /// Its night.
    pub night: NightDate,
    /// `incident` or `interaction`.
    pub subject: String,
    /// The event's ref.
    #[sqlx(rename = "ref")]
    pub of: String,
    /// The interaction on which staff read it: the event itself, or the one behind the incident.
    pub interaction: Option<String>,
    /// By which mail's link it came.
    pub delivery: DeliveryId,
    /// Who said it.
    pub contact: ContactRef,
    /// The contact's name then.
    #[sqlx(try_from = "Text")]
    pub name: String,
    /// The contact's address then.
    pub email: String,
    /// `ours`, `call`, `wrong` or `other`.
    pub kind: String,
    /// The reader's words; may be empty.
    #[sqlx(try_from = "Text")]
    pub words: String,
    /// Where to call.
    #[sqlx(try_from = "MaybeText")]
    pub phone: Option<String>,
    /// When it was said.
    pub at: DateTime<Utc>,
    /// When staff had done what there was to do.
    pub handled_at: Option<DateTime<Utc>>,
    /// Who did.
    #[sqlx(try_from = "MaybeText")]
    pub handled_by: Option<String>,
    /// What the reader is answered on the page.
    #[sqlx(try_from = "MaybeText")]
    pub reply: Option<String>,
    /// What staff keep on record of it, for themselves.
    #[sqlx(try_from = "MaybeText")]
    pub remark: Option<String>,
}

/// What somebody looks for; nothing set finds everything.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Wanted<'a> {
    /// Of one site.
    pub location: Option<&'a LocationRef>,
    /// Of one kind.
    pub kind: Option<&'a str>,
    /// Only what is (true), or is not, handled.
    pub handled: Option<bool>,
    /// Said before this: the instant and the id of the last row of the page before.
    pub before: Option<(DateTime<Utc>, Uuid)>,
}

/// What became of something said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Said {
    /// It stands.
    New,
    /// The same was said before, by the same link.
    Again,
    /// This link has said as much as one may.
    TooMuch,
}

/// Writes something down, unless the same stands or `most` were said by this link within `within`.
pub async fn insert(tx: &mut Tx, said: &Feedback, most: i64, within: TimeDelta) -> Result<Said, DbError> {
    let since = said.at - within;
    let (known, recent): (i64, i64) = on!(in tx, |c| {
        let known = sqlx::query_scalar("SELECT count(*) FROM feedback WHERE id = $1").bind(said.id);
        let known = known.fetch_one(&mut *c).await?;
        let recent = sqlx::query_scalar("SELECT count(*) FROM feedback WHERE delivery = $1 AND at > $2");
        (known, recent.bind(said.delivery).bind(since).fetch_one(&mut *c).await?)
    });
    if known > 0 {
        return Ok(Said::Again);
    }
    if recent >= most {
        return Ok(Said::TooMuch);
    }
    let inserted = on!(in tx, |c| sqlx::query(
        "INSERT INTO feedback (id, report, location, night, subject, ref, interaction, delivery, contact, name, email, \
         kind, words, phone, at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15) \
         ON CONFLICT (id) DO NOTHING",
    )
    .bind(said.id)
    .bind(said.report)
    .bind(&said.location)
    .bind(said.night)
    .bind(&said.subject)
    .bind(&said.of)
    .bind(&said.interaction)
    .bind(said.delivery)
    .bind(&said.contact)
    .bind(stored(&said.name))
    .bind(&said.email)
    .bind(&said.kind)
    .bind(stored(&said.words))
    .bind(maybe_stored(said.phone.as_ref()))
    .bind(said.at)
    .execute(c)
    .await?
    .rows_affected());
    Ok(if inserted == 1 { Said::New } else { Said::Again })
}

/// Notes that staff have done what there was to do, and what the reader is answered; false where that is noted already.
pub async fn handle(
    tx: &mut Tx,
    id: Uuid,
    by: &str,
    reply: Option<&String>,
    now: DateTime<Utc>,
) -> Result<bool, DbError> {
    let changed = on!(in tx, |c| sqlx::query(
        "UPDATE feedback SET handled_at = $2, handled_by = $3, reply = $4 WHERE id = $1 AND handled_at IS NULL",
    )
    .bind(id)
    .bind(now)
    .bind(stored(by))
    .bind(maybe_stored(reply))
    .execute(c)
    .await?
    .rows_affected());
    Ok(changed == 1)
}

/// Keeps a remark of staff on record, in place of an earlier one.
pub async fn remark(tx: &mut Tx, id: Uuid, remark: &str) -> Result<(), DbError> {
    on!(in tx, |c| sqlx::query("UPDATE feedback SET remark = $2 WHERE id = $1")
        .bind(id)
        .bind(stored(remark))
        .execute(c)
        .await?
        .rows_affected());
    Ok(())
}

/// Notes that staff are told of everything that was untold and that nobody has handled; returns that, oldest first.
pub async fn tell(tx: &mut Tx, now: DateTime<Utc>) -> Result<Vec<Feedback>, DbError> {
    let mut told: Vec<Feedback> = on!(in tx, |c| sqlx::query_as(
        "UPDATE feedback SET told_at = $1 WHERE told_at IS NULL AND handled_at IS NULL RETURNING *"
    )
    .bind(now)
    .fetch_all(c)
    .await?);
    told.sort_by_key(|said| (said.at, said.id));
    Ok(told)
}

/// Takes a person's name, address, number and words out of what came by one mail's links; that something was said, of
/// what kind, about which event stays. `pseudonym` stands in the place of the contact's ref, `taken_out` in that of texts.
pub(super) async fn erase(
    tx: &mut Tx,
    delivery: DeliveryId,
    pseudonym: &ContactRef,
    taken_out: &str,
) -> Result<(), DbError> {
    on!(in tx, |c| sqlx::query(
        "UPDATE feedback SET contact = $2, name = $3, email = $3, words = $3, phone = NULL, reply = NULL, \
         remark = NULL WHERE delivery = $1",
    )
    .bind(delivery)
    .bind(pseudonym)
    .bind(taken_out)
    .execute(c)
    .await?
    .rows_affected());
    Ok(())
}

impl Db {
    /// What was said, newest first.
    pub async fn feedback_found(&self, wanted: &Wanted<'_>, limit: i64) -> Result<Vec<Feedback>, DbError> {
        Ok(on!(read self, |c| {
            let mut query = sqlx::QueryBuilder::<Backend>::new("SELECT * FROM feedback WHERE ");
            // Each has an index of its own: what is open is little, what was ever said is much.
            query.push(match wanted.handled {
                Some(true) => "handled_at IS NOT NULL",
                Some(false) => "handled_at IS NULL",
                None => "1 = 1",
            });
            if let Some(location) = wanted.location {
                query.push(" AND location = ").push_bind(location);
            }
            if let Some(kind) = wanted.kind {
                query.push(" AND kind = ").push_bind(kind);
            }
            if let Some((at, id)) = wanted.before {
                query.push(" AND (at, id) < (").push_bind(at).push(", ").push_bind(id).push(")");
            }
            query.push(" ORDER BY at DESC, id DESC LIMIT ").push_bind(limit);
            query.build_query_as().persistent(false).fetch_all(c).await?
        }))
    }

    /// What is still to be handled, oldest first; of one site, or of all.
    pub async fn open_feedback(&self, location: Option<&LocationRef>, limit: i64) -> Result<Vec<Feedback>, DbError> {
        Ok(on!(read self, |c| {
            let mut query =
                sqlx::QueryBuilder::<Backend>::new("SELECT * FROM feedback WHERE handled_at IS NULL");
            if let Some(location) = location {
                query.push(" AND location = ").push_bind(location);
            }
            query.push(" ORDER BY at, id LIMIT ").push_bind(limit);
            query.build_query_as().fetch_all(c).await?
        }))
    }

    /// How much is still to be handled.
    pub async fn open_feedback_count(&self) -> Result<i64, DbError> {
        Ok(on!(read self, |c| sqlx::query_scalar("SELECT count(*) FROM feedback WHERE handled_at IS NULL")
            .fetch_one(c)
            .await?))
    }

    /// Whether something was said that staff have not been told of, and when they were last told of anything.
    pub async fn untold_feedback(&self) -> Result<(bool, Option<DateTime<Utc>>), DbError> {
        Ok(on!(read self, |c| sqlx::query_as(
            "SELECT EXISTS (SELECT 1 FROM feedback WHERE told_at IS NULL AND handled_at IS NULL), \
                    (SELECT max(told_at) FROM feedback)"
        )
        .fetch_one(c)
        .await?))
    }

    /// What was said about a night, whichever revision its reader had before them, oldest first.
    pub async fn feedback_of_night(&self, location: &LocationRef, night: NightDate) -> Result<Vec<Feedback>, DbError> {
        Ok(on!(read self, |c| sqlx::query_as(
            "SELECT * FROM feedback WHERE location = $1 AND night = $2 ORDER BY at, id"
        )
        .bind(location)
        .bind(night)
        .fetch_all(c)
        .await?))
    }

    /// What came by one mail's links, oldest first.
    pub async fn feedback_by(&self, delivery: DeliveryId) -> Result<Vec<Feedback>, DbError> {
        Ok(on!(read self, |c| sqlx::query_as("SELECT * FROM feedback WHERE delivery = $1 ORDER BY at, id")
            .bind(delivery)
            .fetch_all(c)
            .await?))
    }

    /// One.
    pub async fn feedback(&self, id: Uuid) -> Result<Option<Feedback>, DbError> {
        Ok(on!(read self, |c| sqlx::query_as("SELECT * FROM feedback WHERE id = $1").bind(id).fetch_optional(c).await?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::db::testing::on_each_database;
    use crate::model::feedback_id;

    fn said(words: &str, minute: i64) -> Feedback {
        let location: LocationRef = "harbor".parse().unwrap();
        let night: NightDate = "2026-03-28".parse().unwrap();
        let report = ReportId::of(&location, night, 1);
        let contact: ContactRef = "maria".parse().unwrap();
        let delivery = DeliveryId::of(report, &contact);
        let at: DateTime<Utc> = "2026-03-29T07:00:00Z".parse().unwrap();
        Feedback {
            id: feedback_id(delivery, "interaction", "i-1", &["ours", words, ""]),
            report,
            location,
            night,
            subject: "interaction".into(),
            of: "i-1".into(),
            interaction: Some("i-1".into()),
            delivery,
            contact,
            name: "Maria\u{0}".into(),
            email: "maria@example.com".into(),
            kind: "ours".into(),
            words: words.into(),
            phone: None,
            at: at + TimeDelta::minutes(minute),
            handled_at: None,
            handled_by: None,
            reply: None,
            remark: None,
        }
    }

    async fn say(db: &Db, said: &Feedback) -> Said {
        let mut tx = db.begin().await.unwrap();
        let outcome = insert(&mut tx, said, 3, TimeDelta::hours(1)).await.unwrap();
        tx.commit().await.unwrap();
        outcome
    }

    #[tokio::test]
    async fn the_same_words_count_once_and_one_link_says_only_so_much() {
        on_each_database("feedback_once", async |db| {
            let first = said("our cleaner\u{0} ż", 0);
            assert_eq!(say(db, &first).await, Said::New);
            assert_eq!(say(db, &said("our cleaner\u{0} ż", 1)).await, Said::Again);
            assert_eq!(say(db, &said("two", 2)).await, Said::New);
            assert_eq!(say(db, &said("three", 3)).await, Said::New);
            assert_eq!(say(db, &said("four", 4)).await, Said::TooMuch);
            assert_eq!(say(db, &said("two", 5)).await, Said::Again, "what stands is no new one");
            assert_eq!(say(db, &said("four", 61)).await, Said::New, "later there is room again");
            let all = db.feedback_of_night(&first.location, first.night).await.unwrap();
            assert_eq!(all.len(), 4);
            assert_eq!(all[0], first, "whole, as it was said");
            assert_eq!(db.feedback_by(first.delivery).await.unwrap(), all);
            assert_eq!(db.feedback(first.id).await.unwrap().as_ref(), Some(&first));
            assert!(db.feedback_of_night(&"other".parse().unwrap(), first.night).await.unwrap().is_empty());
        })
        .await;
    }

    #[tokio::test]
    async fn staff_handle_it_once_and_an_erasure_takes_the_person_out() {
        on_each_database("feedback_handled", async |db| {
            let first = said("call me", 0);
            say(db, &first).await;
            say(db, &said("later", 1)).await;
            let now = first.at + TimeDelta::hours(2);
            assert_eq!(db.open_feedback_count().await.unwrap(), 2);
            let reply = "Called\u{0} back.".to_owned();
            for expected in [true, false] {
                let mut tx = db.begin().await.unwrap();
                assert_eq!(handle(&mut tx, first.id, "Dana", Some(&reply), now).await.unwrap(), expected);
                remark(&mut tx, first.id, "was cross\u{0}").await.unwrap();
                tx.commit().await.unwrap();
            }
            let open = db.open_feedback(Some(&first.location), 10).await.unwrap();
            assert_eq!(open.iter().map(|one| one.words.as_str()).collect::<Vec<_>>(), ["later"]);
            assert_eq!(db.open_feedback(None, 10).await.unwrap(), open);
            let words = async |wanted: &Wanted<'_>| {
                let found = db.feedback_found(wanted, 10).await.unwrap();
                found.into_iter().map(|one| one.words).collect::<Vec<_>>()
            };
            let other = "other".parse().unwrap();
            let all = Wanted::default();
            assert_eq!(words(&all).await, ["later", "call me"], "newest first");
            assert_eq!(words(&Wanted { handled: Some(false), ..all.clone() }).await, ["later"]);
            assert_eq!(words(&Wanted { handled: Some(true), ..all.clone() }).await, ["call me"]);
            assert_eq!(words(&Wanted { location: Some(&first.location), ..all.clone() }).await.len(), 2);
            assert!(words(&Wanted { location: Some(&other), ..all.clone() }).await.is_empty());
            assert_eq!(words(&Wanted { kind: Some("ours"), ..all.clone() }).await.len(), 2);
            assert!(words(&Wanted { kind: Some("call"), ..all.clone() }).await.is_empty());
            let newest = db.feedback_found(&all, 1).await.unwrap().remove(0);
            assert_eq!(words(&Wanted { before: Some((newest.at, newest.id)), ..all }).await, ["call me"]);
            assert_eq!(db.open_feedback_count().await.unwrap(), 1);
            let kept = db.feedback(first.id).await.unwrap().unwrap();
            assert_eq!((kept.reply, kept.remark.as_deref()), (Some(reply), Some("was cross\u{0}")));
            let mut tx = db.begin().await.unwrap();
            erase(&mut tx, first.delivery, &"erased-1".parse().unwrap(), "(erased)").await.unwrap();
            tx.commit().await.unwrap();
            let erased = db.feedback(first.id).await.unwrap().unwrap();
            assert_eq!((erased.words.as_str(), erased.email.as_str(), erased.reply), ("(erased)", "(erased)", None));
            assert_eq!(erased.remark, None, "what staff noted is about the person, too");
            assert_eq!((erased.handled_at, erased.handled_by.as_deref()), (Some(now), Some("Dana")));
        })
        .await;
    }

    #[tokio::test]
    async fn staff_are_told_of_each_thing_once_and_not_of_what_is_done() {
        on_each_database("feedback_told", async |db| {
            let (first, second) = (said("one", 0), said("two", 1));
            for one in [&first, &second] {
                say(db, one).await;
            }
            let now = first.at + TimeDelta::hours(2);
            assert_eq!(db.untold_feedback().await.unwrap(), (true, None));
            let mut tx = db.begin().await.unwrap();
            handle(&mut tx, first.id, "Dana", None, now).await.unwrap();
            assert_eq!(tell(&mut tx, now).await.unwrap(), [second]);
            assert_eq!(tell(&mut tx, now).await.unwrap(), []);
            tx.commit().await.unwrap();
            assert_eq!(db.untold_feedback().await.unwrap(), (false, Some(now)));
        })
        .await;
    }
}
