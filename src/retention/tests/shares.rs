//! Shares: what a link of one still shows stays, whatever its age; what has ended goes.

use std::collections::BTreeSet;

use chrono::{DateTime, TimeDelta, Utc};
use uuid::Uuid;

use super::GO_ON;
use super::world::{Night, World};
use crate::db::access_requests::{self, AccessRequest};
use crate::db::shares::{self, Item, Recipient, Share};
use crate::db::testing::on_each_database;
use crate::db::views::Viewed;
use crate::db::whitelist::{self, Listed};
use crate::model::ViewKind;

fn share(created_at: DateTime<Utc>, expires_at: DateTime<Utc>) -> Share {
    Share {
        id: Uuid::from_u128(1).into(),
        location: "harbor".parse().unwrap(),
        branch: "north".parse().unwrap(),
        actor: "user:x".into(),
        by_address: "maria@example.com".into(),
        by_name: "Maria".into(),
        note: String::new(),
        may_comment: false,
        created_at,
        expires_at,
    }
}

#[tokio::test]
async fn what_a_share_still_shows_stays_and_what_has_ended_goes() {
    on_each_database("sweep_shares", async |db| {
        let world = World::new(db).await;
        let night = Night::of("harbor", 65);
        world.fill(&[night, Night::of("quay", 65)]).await;
        let report = world.report("harbor", 65).await;
        let ends = world.now() + TimeDelta::days(5);
        let share = share(world.now() - TimeDelta::days(65), ends);
        let recipient = Recipient {
            id: Uuid::from_u128(2),
            share: share.id,
            address: "zoe@example.com".into(),
            language: "en".into(),
            token_hash: vec![1; 32],
            letter: Uuid::from_u128(3).into(),
            expires_at: ends,
            revoked_at: None,
        };
        let listed = Listed {
            id: recipient.id.into(),
            address: recipient.address.clone(),
            location: share.location.clone(),
            since: share.created_at,
            expires_at: Some(ends),
            granted_by: "user:x".into(),
            note: String::new(),
            revoked_at: None,
            whole: false,
        };
        let request = AccessRequest {
            id: Uuid::from_u128(4),
            location: share.location.clone(),
            branch: share.branch.clone(),
            incident: None,
            share: Some(share.id),
            address: recipient.address.clone(),
            name: "Zoe".into(),
            note: String::new(),
            language: "en".into(),
            asked_at: world.now(),
            state: "open".into(),
            decided_at: None,
            decided_by: None,
        };
        let item = Item { number: 1, incident: "x0000".parse().unwrap(), report: Some(report.id), frozen: None };
        let mut tx = db.begin().await.unwrap();
        assert!(shares::insert(&mut tx, &share, &[item], &BTreeSet::new()).await.unwrap());
        shares::insert_recipient(&mut tx, &recipient).await.unwrap();
        whitelist::insert(&mut tx, &listed).await.unwrap();
        assert!(access_requests::insert(&mut tx, &request).await.unwrap());
        tx.commit().await.unwrap();
        let view = Viewed {
            id: Uuid::from_u128(5),
            at: world.now(),
            location: share.location.clone(),
            person: recipient.address.clone(),
            as_what: "share".into(),
            what: ViewKind::Page,
            subject: "share:1".into(),
            origin: String::new(),
            agent: String::new(),
            scanner: false,
        };
        db.insert_view(&view).await.unwrap();

        world.sweeper().sweep(GO_ON).await.unwrap();
        assert!(world.report("quay", 65).await.object_key.is_none(), "nothing holds it");
        // The mail's link has expired; the share's works, and holds what a mail's would.
        world.check_held(&[Night { link_days: 5, ..night }]).await;
        world.pass_days(6);
        world.sweeper().sweep(GO_ON).await.unwrap();
        assert!(world.report("harbor", 65).await.object_key.is_none());
        assert!(db.share(share.id).await.unwrap().is_some(), "who has looked can be seen for a while");
        world.pass_days(31);
        let dry = world.sweeper().overview(GO_ON).await.unwrap();
        let kinds: Vec<&str> = dry.entries.iter().map(|entry| entry.kind).collect();
        for kind in ["expired shares", "access requests", "ended whitelist entries", "views"] {
            assert!(kinds.contains(&kind), "{kind}: {kinds:?}");
        }
        world.sweeper().sweep(GO_ON).await.unwrap();
        assert_eq!(db.share(share.id).await.unwrap(), None);
        assert!(
            db.share_recipients(share.id).await.unwrap().is_empty()
                && db.share_items(share.id).await.unwrap().is_empty()
        );
        assert_eq!(db.access_request(request.id).await.unwrap(), None);
        assert!(db.whitelist_of(&share.location, 9).await.unwrap().is_empty());
        assert!(db.views_of(&share.location, world.now(), 9).await.unwrap().is_empty());
    })
    .await;
}

#[tokio::test]
async fn an_object_that_was_shared_without_a_report_is_held_by_its_link() {
    on_each_database("sweep_shared_objects", async |db| {
        let at = "2026-03-29T05:00:00Z".parse().unwrap();
        let share = share(at, at + TimeDelta::days(5));
        let recipient = Recipient {
            id: Uuid::from_u128(2),
            share: share.id,
            address: "zoe@example.com".into(),
            language: "en".into(),
            token_hash: vec![1; 32],
            letter: Uuid::from_u128(3).into(),
            expires_at: share.expires_at,
            revoked_at: None,
        };
        let mut tx = db.begin().await.unwrap();
        shares::insert(&mut tx, &share, &[], &BTreeSet::from(["media/a".to_owned()])).await.unwrap();
        shares::insert_recipient(&mut tx, &recipient).await.unwrap();
        let keys = ["media/a".to_owned(), "media/b".to_owned()];
        let held = crate::db::media::shared(&mut tx, &keys, at).await.unwrap();
        assert_eq!(held.into_iter().collect::<Vec<_>>(), ["media/a"]);
        assert!(crate::db::media::shared(&mut tx, &keys, share.expires_at).await.unwrap().is_empty());
        tx.commit().await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn a_share_of_two_nights_holds_the_report_of_each_as_long_as_a_link_of_it_works() {
    on_each_database("sweep_share_of_nights", async |db| {
        let world = World::new(db).await;
        let nights = [Night::of("harbor", 64), Night::of("harbor", 66), Night::of("harbor", 68)];
        world.fill(&nights).await;
        let ends = world.now() + TimeDelta::days(5);
        let share = share(world.now() - TimeDelta::days(60), ends);
        let recipient = |number: u128, ends| Recipient {
            id: Uuid::from_u128(number),
            share: share.id,
            address: format!("guest{number}@example.com"),
            language: "en".into(),
            token_hash: vec![u8::try_from(number).unwrap(); 32],
            letter: Uuid::from_u128(number).into(),
            expires_at: ends,
            revoked_at: None,
        };
        let mut items = Vec::new();
        for (number, age) in [(1, 64), (2, 68)] {
            let report = Some(world.report("harbor", age).await.id);
            items.push(Item { number, incident: format!("x{number}").parse().unwrap(), report, frozen: None });
        }
        let mut tx = db.begin().await.unwrap();
        assert!(shares::insert(&mut tx, &share, &items, &BTreeSet::new()).await.unwrap());
        shares::insert_recipient(&mut tx, &recipient(2, ends)).await.unwrap();
        shares::insert_recipient(&mut tx, &recipient(3, ends - TimeDelta::days(3))).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(db.share_items(share.id).await.unwrap(), items);

        let held = async || {
            let mut held = Vec::new();
            for night in &nights {
                if world.report(night.site, night.age).await.object_key.is_some() {
                    held.push(night.age);
                }
            }
            held
        };
        world.sweeper().sweep(GO_ON).await.unwrap();
        assert_eq!(held().await, [64, 68], "the night between was shared with nobody");
        world.check_held(&[nights[0], nights[2]].map(|night| Night { link_days: 5, ..night })).await;
        world.pass_days(4);
        world.sweeper().sweep(GO_ON).await.unwrap();
        assert_eq!(held().await, [64, 68], "one of the two links works on");
        let mut tx = db.begin().await.unwrap();
        assert_eq!(
            shares::revoke(&mut tx, share.id, Some(Uuid::from_u128(2)), "user:x", world.now()).await.unwrap().len(),
            1
        );
        tx.commit().await.unwrap();
        world.sweeper().sweep(GO_ON).await.unwrap();
        assert!(held().await.is_empty(), "no link works any more");
    })
    .await;
}
