//! What a person says of a contact stands over the feed's record, however it is asked for.

use super::*;
use crate::db::testing::{on_each_database, run};

#[tokio::test]
async fn a_corrected_address_is_where_mails_go_and_the_feed_keeps_its_own() {
    on_each_database("a_corrected_address", async |db| {
        for sql in [
            "INSERT INTO branches (ref, name, digest) VALUES ('north', 'North', '')",
            "INSERT INTO locations (ref, branch, name, timezone, night_from, night_to, digest) \
             VALUES ('harbor', 'north', 'Harbor', 'Europe/Warsaw', '18:00', '06:00', '')",
            "INSERT INTO contacts (ref, name, email, notify, digest) VALUES ('dana', 'Dana', 'old@example.com', TRUE, '')",
            "INSERT INTO contacts (ref, name, email, notify, digest) VALUES ('ola', 'Ola', 'ola@example.com', TRUE, '')",
            "INSERT INTO contact_locations (contact, location) VALUES ('dana', 'harbor')",
            "INSERT INTO contact_branches (contact, branch) VALUES ('ola', 'north')",
        ] {
            run(db, sql).await;
        }
        let (harbor, north) = ("harbor".parse().unwrap(), "north".parse().unwrap());
        let wanted = Override {
            contact: "dana".parse().unwrap(),
            email: Some("new@example.com".into()),
            notify: None,
            changed_at: "2026-03-28T05:00:00Z".parse().unwrap(),
            changed_by: "Sam".into(),
            reason: "misspelt".into(),
        };
        let mut tx = db.begin().await.unwrap();
        put(&mut tx, &wanted).await.unwrap();
        put(&mut tx, &Override { contact: "ola".parse().unwrap(), email: None, notify: Some(false), ..wanted.clone() })
            .await
            .unwrap();
        tx.commit().await.unwrap();
        assert_eq!(db.contact_override(&wanted.contact).await.unwrap(), Some(wanted.clone()));
        let mut tx = db.snapshot().await.unwrap();
        let notified = tx.notified(&harbor, &north).await.unwrap();
        tx.commit().await.unwrap();
        let reached: Vec<_> = notified.iter().map(|one| (one.contact.as_str(), one.email.as_str())).collect();
        assert_eq!(reached, [("dana", "new@example.com")]);
        let contacts = db.contacts_at(&harbor, &north).await.unwrap();
        let told: Vec<_> =
            contacts.iter().map(|one| (one.email.as_str(), one.fed.as_str(), one.notify)).collect();
        assert_eq!(
            told,
            [("new@example.com", "old@example.com", true), ("ola@example.com", "ola@example.com", false)]
        );
        for known in ["OLD@example.com", "new@example.com", "ola@example.com"] {
            assert_eq!(db.locations_of_address(known, 5).await.unwrap(), std::slice::from_ref(&harbor), "{known}");
        }
        assert!(db.locations_of_address("nobody@example.com", 5).await.unwrap().is_empty());
    })
    .await;
}

async fn people(db: &Db) {
    for sql in [
        "INSERT INTO branches (ref, name, digest) VALUES ('north', 'North', ''), ('south', 'South', '')",
        "INSERT INTO locations (ref, branch, name, timezone, night_from, night_to, digest) VALUES \
         ('harbor', 'north', 'Harbor', 'UTC', '18:00', '06:00', ''), \
         ('mill', 'south', 'Mill', 'UTC', '18:00', '06:00', '')",
        "INSERT INTO contacts (ref, name, email, notify, digest) VALUES \
         ('ann', 'Ann', 'ann@example.com', true, ''), ('ben', 'Ben', 'ben@example.com', false, '')",
        "INSERT INTO contact_locations (contact, location) VALUES ('ann', 'harbor'), ('ben', 'harbor'), ('ben', 'mill')",
    ] {
        run(db, sql).await;
    }
}

#[tokio::test]
async fn a_persons_word_stands_over_the_feeds_until_it_is_taken_back() {
    on_each_database("contact_standing", async |db| {
        people(db).await;
        let (north, harbor): (BranchRef, _) = ("north".parse().unwrap(), "harbor".parse().unwrap());
        let places = db.locations_of(&north, "", 9).await.unwrap();
        assert_eq!(places.iter().map(|place| place.location.as_str()).collect::<Vec<_>>(), ["harbor"]);
        assert_eq!(db.locations_of(&north, "harbor", 9).await.unwrap(), []);
        let before = db.contacts_of(&north, "", 9).await.unwrap();
        assert_eq!(
            before.iter().map(|one| (one.contact.as_str(), one.elsewhere)).collect::<Vec<_>>(),
            [("ann", false), ("ben", true)]
        );
        let change = |contact: &str, email: Option<&str>, notify| Override {
            contact: contact.parse().unwrap(),
            email: email.map(str::to_owned),
            notify,
            changed_at: "2026-03-29T05:00:00Z".parse().unwrap(),
            changed_by: "user:x\u{0}".into(),
            reason: String::new(),
        };
        let mut tx = db.begin().await.unwrap();
        put(&mut tx, &change("ann", None, Some(false))).await.unwrap();
        put(&mut tx, &change("ben", Some("new@example.com"), Some(true))).await.unwrap();
        tx.commit().await.unwrap();
        let mut tx = db.snapshot().await.unwrap();
        let notified = tx.notified(&harbor, &north).await.unwrap();
        drop(tx);
        assert_eq!(notified.iter().map(|one| one.email.as_str()).collect::<Vec<_>>(), ["new@example.com"]);
        let ben = db.contact_of(&north, &"ben".parse().unwrap()).await.unwrap().unwrap();
        assert_eq!(
            (ben.address(), ben.is_notified(), ben.changed_by.as_deref()),
            ("new@example.com", true, Some("user:x\u{0}"))
        );
        assert_eq!(db.contact_of(&"south".parse().unwrap(), &"ann".parse().unwrap()).await.unwrap(), None);
        assert_eq!(db.branch_of_contact(&"ben".parse().unwrap()).await.unwrap(), Some(north.clone()));
        assert_eq!(db.branch_of_contact(&"zoe".parse().unwrap()).await.unwrap(), None);
        let mut tx = db.begin().await.unwrap();
        put(&mut tx, &change("ann", None, None)).await.unwrap();
        put(&mut tx, &change("ben", None, None)).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(db.contacts_of(&north, "", 9).await.unwrap(), before);
        assert_eq!(db.contacts_of(&north, "ann", 9).await.unwrap().len(), 1);
    })
    .await;
}
