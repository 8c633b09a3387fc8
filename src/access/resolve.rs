//! Resolving: a token that somebody opens becomes what it gives access to, or the reason why not.

use chrono::{DateTime, Utc};

use super::Token;
use crate::db::links::Link;
use crate::db::{Db, DbError};
use crate::model::{DeliveryId, LinkTarget, ReportId};

/// What a valid token gives access to: one report, as one contact's mail shows it, and there one target.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Access {
    /// Whose mail carried the link.
    pub delivery: DeliveryId,
    /// Of which report.
    pub report: ReportId,
    /// Where the link leads.
    pub target: LinkTarget,
    /// From when on it does not.
    pub expires_at: DateTime<Utc>,
}

/// Why a token opens nothing.
#[derive(Debug, thiserror::Error)]
pub enum Refused {
    /// Nobody was ever given it.
    #[error("no such link")]
    Unknown,
    /// It was good once.
    #[error("the link expired on {}", .0.expires_at)]
    Expired(Access),
    /// It was taken back.
    #[error("the link was revoked")]
    Revoked(Access),
    /// Nobody knows for now.
    #[error("cannot look the link up")]
    LookUp(#[from] DbError),
}

impl From<Link> for Access {
    fn from(link: Link) -> Self {
        Self { delivery: link.delivery, report: link.report, target: link.target, expires_at: link.expires_at }
    }
}

/// Looks a token up. It changes nothing: mail scanners open links, too.
///
/// # Errors
/// [`Refused`]; expired and revoked links say what they were, so that a fresh one can be asked for.
pub async fn resolve(db: &Db, token: &str, now: DateTime<Utc>) -> Result<Access, Refused> {
    let token = Token::parse(token).ok_or(Refused::Unknown)?;
    let link = db.link(&token.hash()).await?.ok_or(Refused::Unknown)?;
    if link.revoked_at.is_some() {
        Err(Refused::Revoked(link.into()))
    } else if link.expires_at <= now {
        Err(Refused::Expired(link.into()))
    } else {
        Ok(link.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::access::{LinkKey, mint};
    use crate::config;
    use crate::db::links::{self, NewLink};
    use crate::db::testing::on_each_database;
    use crate::db::unsubscribes;
    use crate::model::ClipRef;
    use chrono::TimeDelta;
    use std::time::Duration;

    async fn store(db: &Db, links: &[NewLink]) {
        let mut tx = db.begin().await.unwrap();
        links::insert(&mut tx, links).await.unwrap();
        tx.commit().await.unwrap();
    }

    #[tokio::test]
    async fn a_token_works_until_it_expires_or_is_revoked_whatever_becomes_of_the_key() {
        on_each_database("token_works", lives_and_ends).await;
    }

    async fn lives_and_ends(db: &Db) {
        let settings =
            config::Links { valid_for: Duration::from_hours(24), presigned_for: Duration::from_mins(15), key: None };
        let key = LinkKey::load(db, &settings).await.unwrap();
        let report = ReportId::of(&"harbor".parse().unwrap(), "2026-03-28".parse().unwrap(), 1);
        let delivery = DeliveryId::of(report, &"maria".parse().unwrap());
        let now: DateTime<Utc> = "2026-03-29T04:30:00Z".parse().unwrap();
        let target = LinkTarget::Clip(ClipRef::new("c/1 ż").unwrap());
        let token = mint(&key, delivery, &target);
        assert_eq!(token, mint(&LinkKey::load(db, &settings).await.unwrap(), delivery, &target), "the key is kept");
        let link = NewLink {
            token_hash: token.hash(),
            delivery,
            report,
            target: target.clone(),
            expires_at: now + TimeDelta::days(1),
        };
        let later = NewLink { expires_at: now + TimeDelta::days(9), ..link.clone() };
        store(db, std::slice::from_ref(&link)).await;
        store(db, &[later]).await; // a replay does not prolong it
        let text = token.to_string();
        let access = Access { delivery, report, target, expires_at: link.expires_at };
        assert_eq!(resolve(db, &text, now).await.unwrap(), access);
        let rotated = LinkKey::load(db, &config::Links { key: Some("r".repeat(40)), ..settings }).await.unwrap();
        assert_ne!(mint(&rotated, delivery, &access.target), token);
        assert_eq!(resolve(db, &text, now).await.unwrap(), access);
        assert!(matches!(resolve(db, &text, link.expires_at).await, Err(Refused::Expired(old)) if old == access));
        assert!(matches!(resolve(db, &"A".repeat(27), now).await, Err(Refused::Unknown)));
        assert!(matches!(resolve(db, "' OR 1=1 --", now).await, Err(Refused::Unknown)));
        let mut tx = db.begin().await.unwrap();
        assert_eq!(links::revoke(&mut tx, delivery, now).await.unwrap(), 1);
        assert!(links::request(&mut tx, &token.hash(), delivery, now).await.unwrap());
        assert!(!links::request(&mut tx, &token.hash(), delivery, now + TimeDelta::hours(1)).await.unwrap());
        tx.commit().await.unwrap();
        assert!(matches!(resolve(db, &text, now).await, Err(Refused::Revoked(old)) if old == access));
        assert_eq!(db.link_requested(&token.hash()).await.unwrap(), Some(now));
        assert!(db.wanted_links(9).await.unwrap().is_empty(), "nothing is left of its mail to send it again");
        let mut tx = db.begin().await.unwrap();
        assert!(links::handled(&mut tx, &token.hash(), now).await.unwrap());
        assert!(!links::handled(&mut tx, &token.hash(), now).await.unwrap());
        tx.commit().await.unwrap();
    }

    #[tokio::test]
    async fn thousands_of_links_go_in_at_once() {
        on_each_database("links_go_in", goes_in).await;
    }

    async fn goes_in(db: &Db) {
        let key = LinkKey::new(&"k".repeat(32)).unwrap();
        let report = ReportId::of(&"harbor".parse().unwrap(), "2026-03-28".parse().unwrap(), 1);
        let delivery = DeliveryId::of(report, &"maria".parse().unwrap());
        let expires_at: DateTime<Utc> = "2026-04-29T04:30:00Z".parse().unwrap();
        let links: Vec<_> = (0..1_234)
            .map(|n| LinkTarget::Clip(ClipRef::new(n.to_string()).unwrap()))
            .map(|target| NewLink {
                token_hash: mint(&key, delivery, &target).hash(),
                delivery,
                report,
                target,
                expires_at,
            })
            .collect();
        store(db, &links).await;
        for link in [&links[0], &links[600], &links[1_233]] {
            assert_eq!(db.link(&link.token_hash).await.unwrap().map(|found| found.target), Some(link.target.clone()));
        }
    }

    #[tokio::test]
    async fn a_contact_unsubscribes_from_one_location_once() {
        on_each_database("unsubscribes", async |db| {
            let (contact, location) = ("maria".parse().unwrap(), "harbor".parse().unwrap());
            let report = ReportId::of(&location, "2026-03-28".parse().unwrap(), 1);
            let delivery = DeliveryId::of(report, &contact);
            let at: DateTime<Utc> = "2026-03-29T04:30:00Z".parse().unwrap();
            assert_eq!(db.unsubscribed(&contact, &location).await.unwrap(), None);
            for (later, new) in [(0, true), (1, false)] {
                let mut tx = db.begin().await.unwrap();
                let now = at + TimeDelta::hours(later);
                let inserted = unsubscribes::insert(&mut tx, &contact, &location, delivery, now).await.unwrap();
                assert_eq!(inserted, new);
                tx.commit().await.unwrap();
            }
            assert_eq!(db.unsubscribed(&contact, &location).await.unwrap(), Some(at));
            assert_eq!(db.unsubscribed(&contact, &"elsewhere".parse().unwrap()).await.unwrap(), None);
        })
        .await;
    }
}
