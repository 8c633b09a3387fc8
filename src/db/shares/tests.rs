use super::*;
use crate::db::testing::on_each_database;
use crate::db::views::Viewed;
use crate::db::whitelist::{self, Listed};
use crate::model::ViewKind;
use chrono::TimeDelta;

fn at() -> DateTime<Utc> {
    "2026-03-29T05:00:00Z".parse().unwrap()
}

pub(super) fn share(id: u128) -> Share {
    Share {
        id: Uuid::from_u128(id).into(),
        location: "harbor".parse().unwrap(),
        branch: "north".parse().unwrap(),
        actor: "address:maria@example.com".into(),
        by_address: "maria@example.com".into(),
        by_name: "Maria\u{0}".into(),
        note: "is this\u{0} ours?".into(),
        may_comment: true,
        created_at: at(),
        expires_at: at() + TimeDelta::days(7),
    }
}

pub(super) fn recipient(share: u128, id: u128, address: &str) -> Recipient {
    Recipient {
        id: Uuid::from_u128(id),
        share: Uuid::from_u128(share).into(),
        address: address.into(),
        language: "de".into(),
        token_hash: vec![u8::try_from(id).unwrap(); 32],
        letter: Uuid::from_u128(id).into(),
        expires_at: at() + TimeDelta::days(7),
        revoked_at: None,
    }
}

#[tokio::test]
async fn each_recipient_has_a_link_that_ends_by_itself() {
    on_each_database("shares", async |db| {
        let (one, other) = (recipient(1, 1, "dana@example.com"), recipient(1, 2, "jan@example.com"));
        let item = Item { number: 1, incident: "i1".parse().unwrap(), report: None, frozen: Some("{\u{0}}".into()) };
        let mut tx = db.begin().await.unwrap();
        let objects = BTreeSet::from(["media/clip".to_owned()]);
        assert!(insert(&mut tx, &share(1), std::slice::from_ref(&item), &objects).await.unwrap());
        assert!(!insert(&mut tx, &share(1), &[], &objects).await.unwrap(), "sent twice is shared once");
        insert_recipient(&mut tx, &one).await.unwrap();
        insert_recipient(&mut tx, &other).await.unwrap();
        tx.commit().await.unwrap();

        let id = share(1).id;
        assert_eq!(db.share(id).await.unwrap(), Some(share(1)));
        assert_eq!(db.share_items(id).await.unwrap(), std::slice::from_ref(&item));
        assert_eq!(db.share_recipients(id).await.unwrap(), [one.clone(), other.clone()]);
        assert_eq!(db.share_recipient(&[1; 32]).await.unwrap(), Some(one.clone()));
        assert_eq!(db.share_recipient(&[9; 32]).await.unwrap(), None);
        assert_eq!(db.shares_by("maria@example.com", 9).await.unwrap().len(), 1);
        for (place, found) in [("harbor", 1), ("mill", 0)] {
            let place = place.parse().unwrap();
            assert_eq!(db.shares_by_at("maria@example.com", &place, 9).await.unwrap().len(), found);
        }
        assert_eq!(db.shares_of(&"harbor".parse().unwrap(), 9).await.unwrap().len(), 1);
        assert_eq!(db.share_letters(id).await.unwrap(), [], "there is no letter yet");
        let addressed = db.addressed(one.letter).await.unwrap().unwrap();
        assert_eq!((addressed.branch.as_str(), addressed.revoked_at), ("north", None));
        let incident = item.incident.clone();
        assert_eq!(db.incident_shared("dana@example.com", &incident, at()).await.unwrap()[0].recipient, one);
        assert_eq!(db.incident_place(&incident).await.unwrap(), None);
        assert!(db.incident_mailed("dana@example.com", &incident).await.unwrap().is_empty());
        let case = "c1".parse().unwrap();
        assert!(db.case_mailed("dana@example.com", &case, at()).await.unwrap().is_empty());
        assert!(db.case_shared("dana@example.com", &case, at()).await.unwrap().is_empty());
        assert_eq!(db.shared_with("dana@example.com").await.unwrap(), [(share(1), one.clone(), vec![item])]);
        let page = async |now, after| db.shared_page("dana@example.com", now, after, 9).await.unwrap();
        assert_eq!(page(at(), None).await, std::slice::from_ref(&one));
        assert_eq!(page(one.expires_at, None).await, [], "it has ended");
        assert_eq!(page(at(), Some((one.expires_at, one.id))).await, [], "nothing is behind it");
        assert_eq!(page(at(), Some((one.expires_at, Uuid::nil()))).await, std::slice::from_ref(&one));
        assert_eq!(
            page(at(), Some((one.expires_at + TimeDelta::seconds(1), one.id))).await,
            std::slice::from_ref(&one)
        );

        let later = at() + TimeDelta::days(20);
        let mut tx = db.begin().await.unwrap();
        assert!(end_at(&mut tx, id, None, later, one.expires_at).await.unwrap().is_empty(), "nothing is revived");
        assert_eq!(end_at(&mut tx, id, Some(one.id), later, at()).await.unwrap(), ["dana@example.com"]);
        assert!(resent(&mut tx, one.id, &[7; 32], Uuid::from_u128(70).into()).await.unwrap());
        assert_eq!(revoke(&mut tx, id, Some(other.id), "user:x", at()).await.unwrap(), ["jan@example.com"]);
        assert!(revoke(&mut tx, id, Some(other.id), "user:x", at()).await.unwrap().is_empty());
        tx.commit().await.unwrap();
        assert_eq!(db.share(id).await.unwrap().unwrap().expires_at, later);
        let one = db.share_recipient(&[7; 32]).await.unwrap().unwrap();
        assert!(one.is_live(later - TimeDelta::seconds(1)) && !one.is_live(later));
        assert!(!db.share_recipient(&[2; 32]).await.unwrap().unwrap().is_live(at()));
        assert!(db.incident_shared("jan@example.com", &incident, at()).await.unwrap().is_empty());
        let mut tx = db.begin().await.unwrap();
        assert_eq!(end_at(&mut tx, id, None, at(), at()).await.unwrap(), ["dana@example.com"], "the revoked one stays");
        assert_eq!(revoke(&mut tx, id, None, "user:x", at()).await.unwrap(), ["dana@example.com"]);
        tx.commit().await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn who_is_taken_off_the_whitelist_has_no_link_any_more() {
    on_each_database("share_entry", async |db| {
        let listed = |number: u128, address: &str, location: &str| Listed {
            id: Uuid::from_u128(number).into(),
            address: address.into(),
            location: location.parse().unwrap(),
            since: at(),
            expires_at: Some(at() + TimeDelta::days(7)),
            granted_by: "user:x".into(),
            note: String::new(),
            revoked_at: None,
            whole: false,
        };
        let shared = listed(1, "dana@example.com", "harbor");
        let whole = Listed { whole: true, ..listed(2, "dana@example.com", "harbor") };
        let (elsewhere, jan) = (listed(3, "dana@example.com", "mill"), listed(4, "jan@example.com", "harbor"));
        let mut tx = db.begin().await.unwrap();
        insert(&mut tx, &share(1), &[], &BTreeSet::new()).await.unwrap();
        for (number, address) in [(1, "dana@example.com"), (2, "jan@example.com")] {
            insert_recipient(&mut tx, &recipient(1, number, address)).await.unwrap();
        }
        whitelist::insert(&mut tx, &whole).await.unwrap();
        for one in [&shared, &elsewhere, &jan] {
            whitelist::insert(&mut tx, one).await.unwrap();
        }
        let later = at() + TimeDelta::days(20);
        assert_eq!(end_links(&mut tx, whole.id, later, at()).await.unwrap(), 0, "of the whole location is no share");
        assert_eq!(end_links(&mut tx, elsewhere.id, later, at()).await.unwrap(), 0);
        let over = at() + TimeDelta::days(30);
        assert_eq!(end_links(&mut tx, shared.id, over, over).await.unwrap(), 0, "what has ended is not revived");
        assert_eq!(end_links(&mut tx, shared.id, later, at()).await.unwrap(), 1);
        assert_eq!(revoke_links(&mut tx, whole.id, "user:x", at()).await.unwrap(), 0);
        assert_eq!(revoke_links(&mut tx, elsewhere.id, "user:x", at()).await.unwrap(), 0);
        tx.commit().await.unwrap();
        assert_eq!(db.share(share(1).id).await.unwrap().unwrap().expires_at, later);
        let mut tx = db.begin().await.unwrap();
        assert_eq!(revoke_links(&mut tx, shared.id, "user:x", at()).await.unwrap(), 1);
        assert_eq!(revoke_links(&mut tx, shared.id, "user:x", at()).await.unwrap(), 0);
        tx.commit().await.unwrap();
        let live: Vec<String> = db
            .share_recipients(share(1).id)
            .await
            .unwrap()
            .into_iter()
            .filter(|one| one.is_live(at()))
            .map(|one| one.address)
            .collect();
        assert_eq!(live, ["jan@example.com"]);
    })
    .await;
}

#[tokio::test]
async fn looks_are_counted_without_scanners() {
    on_each_database("share_looks", async |db| {
        let item = Item { number: 1, incident: "x1".parse().unwrap(), report: None, frozen: None };
        let mut tx = db.begin().await.unwrap();
        insert(&mut tx, &share(1), &[item], &BTreeSet::new()).await.unwrap();
        insert_recipient(&mut tx, &recipient(1, 1, "dana@example.com")).await.unwrap();
        tx.commit().await.unwrap();
        let dana = "dana@example.com";
        // By the link, as a scanner, signed in; at another incident, by somebody else, before it was shared.
        for (number, scanner, person, subject) in [
            (1, false, dana, "share:1"),
            (2, true, dana, "share:1"),
            (3, false, dana, "incident:x1"),
            (4, false, dana, "incident:x2"),
            (5, false, "jan@example.com", "incident:x1"),
            (-1, false, dana, "incident:x1"),
        ] {
            let view = Viewed {
                id: Uuid::from_u128(u128::try_from(number + 10).unwrap()),
                at: at() + TimeDelta::minutes(number),
                location: "harbor".parse().unwrap(),
                person: person.into(),
                as_what: "share".into(),
                what: ViewKind::Page,
                subject: subject.into(),
                origin: String::new(),
                agent: String::new(),
                scanner,
            };
            db.insert_view(&view).await.unwrap();
        }
        let (first_at, last_at) = (at() + TimeDelta::minutes(1), at() + TimeDelta::minutes(3));
        let looks = Looks { person: "dana@example.com".into(), first_at, last_at, count: 2 };
        assert_eq!(db.looks_at(share(1).id, "share:1").await.unwrap(), [looks]);
        assert_eq!(db.looks_at(share(2).id, "share:2").await.unwrap(), []);
    })
    .await;
}
