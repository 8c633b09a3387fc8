//! A person's data: what is handed out, what is left when they are erased, and that they do not come back.

use std::collections::BTreeSet;

use serde_json::json;

use super::world::{Night, World};
use crate::compose::{Report, Sample};
use crate::db::alerts::{self, Alert};
use crate::db::bounces::{self, Bounce, BounceFilter};
use crate::db::erasures::{self, Person};
use crate::db::suppressions::{self, Suppression};
use crate::db::testing::on_each_database;
use crate::db::{attempts, deliveries};
use crate::model::DeliveryState;
use crate::retention::{RetentionError, Wanted};

fn contact(name: &str, email: &str) -> serde_json::Value {
    json!({"kind": "contact", "ref": name, "name": format!("The person {name}"), "email": email, "locations": ["harbor"], "notify": true})
}

fn wanted(person: Person) -> Wanted {
    Wanted { person, reason: "asked by letter".into(), by: Some("R. Lang".into()), fresh_salt: "5a".repeat(32) }
}

#[tokio::test]
async fn an_erased_contact_leaves_rows_and_bytes_and_does_not_come_back() {
    on_each_database("erased_contact", async |db| {
        let world = World::new(db).await;
        let feed = [contact("dana", "Dana@example.com"), contact("maria", "maria@example.com")];
        assert_eq!(world.import(&feed, world.now()).await, 0);
        let nights = [Night::of("harbor", 5), Night { listed: false, ..Night::of("quay", 6) }];
        world.fill(&nights).await;
        let sweeper = world.sweeper();

        let person = sweeper.person("dana").await.unwrap();
        assert_eq!(person, sweeper.person("DANA@example.com").await.unwrap());
        let export = sweeper.export(&person).await.unwrap();
        assert_eq!((export.contacts.len(), export.deliveries.len()), (1, 2));
        assert_eq!(
            (export.contacts[0].locations.as_slice(), export.deliveries[0].links.len()),
            (&["harbor".to_owned()][..], 1)
        );
        let mail = sweeper.mail(export.deliveries[0].delivery.id).await.unwrap().unwrap();
        assert_eq!(mail, "mail of quay-6");

        let erased = sweeper.erase(&wanted(person.clone())).await.unwrap();
        assert_eq!((erased.masked.as_str(), erased.deliveries, erased.reports), ("d***@example.com", 2, 2));
        assert!(db.contacts_named("dana").await.unwrap().is_empty());
        assert!(db.deliveries_of(&person).await.unwrap().is_empty());
        assert!(sweeper.export(&person).await.unwrap().is_empty());
        for night in &nights {
            let row = world.report(night.site, night.age).await;
            let members = db.artifacts(row.id).await.unwrap();
            assert!(members.len() == 2 && members.iter().all(|member| !member.name.starts_with("deliveries/")));
        }
        world.check_held(&nights).await;
        let known = db.erasures().await.unwrap();
        assert_eq!((known[0].reason.as_str(), known[0].finished_at.is_some()), ("asked by letter", true));

        // The producer did not hear of it: neither the ref nor the address comes back, and the other contact does.
        let again = [feed[0].clone(), contact("dana-2", "dana@EXAMPLE.com"), contact("zoe", "zoe@example.com")];
        assert_eq!(world.import(&again, world.now()).await, 2);
        assert!(db.contacts_named("dana@example.com").await.unwrap().is_empty());
        assert_eq!(db.contacts_named("zoe").await.unwrap().len(), 1);
        let mut tx = db.begin().await.unwrap();
        for name in ["dana", "dana@example.com"] {
            assert!(erasures::lift(&mut tx, &"5a".repeat(32), name).await.unwrap());
        }
        tx.commit().await.unwrap();
        assert_eq!(world.import(&again, world.now()).await, 0, "until somebody lifts it");
        assert_eq!(db.contacts_named("dana@example.com").await.unwrap().len(), 2);
    })
    .await;
}

#[tokio::test]
async fn a_recipient_of_a_frozen_report_is_erased_from_it_alone() {
    on_each_database("erased_recipient", async |db| {
        let world = World::new(db).await;
        world.fill(&[Night::of("harbor", 5)]).await;
        let sweeper = world.sweeper();
        let recipients = Sample::Ordinary.report().recipients;
        let gone = &recipients[0];
        let person = sweeper.person(&gone.email).await.unwrap();
        let export = sweeper.export(&person).await.unwrap();
        assert_eq!((export.reports.len(), export.reports[0].listed_as.as_slice()), (1, std::slice::from_ref(gone)));
        let before = world.report("harbor", 5).await;
        sweeper.erase(&wanted(person)).await.unwrap();
        let row = world.report("harbor", 5).await;
        assert!(row.object_key != before.object_key && row.data_sha256 != before.data_sha256);
        assert!(!world.has(before.object_key.as_deref().unwrap()).await, "the old bytes are gone");
        let json = sweeper.member(&row, "report.json").await.unwrap();
        assert!(!String::from_utf8_lossy(&json).contains(&gone.email));
        let report: Report = serde_json::from_slice(&json).unwrap();
        assert_eq!(report.recipients[1..], recipients[1..]);
        let mails = db.artifacts(row.id).await.unwrap();
        assert!(mails.iter().any(|member| member.name.starts_with("deliveries/")), "another contact's mail stays");
    })
    .await;
}

#[tokio::test]
async fn nothing_is_erased_while_a_mail_to_the_contact_is_on_its_way() {
    on_each_database("mail_on_its_way", async |db| {
        let world = World::new(db).await;
        world.import(&[contact("dana", "dana@example.com")], world.now()).await;
        world.fill(&[Night::of("harbor", 5)]).await;
        let sweeper = world.sweeper();
        let person = sweeper.person("dana").await.unwrap();
        let id = db.deliveries_of(&person).await.unwrap()[0].id;
        let mut tx = db.begin().await.unwrap();
        deliveries::reopen(&mut tx, &[id], true, world.now()).await.unwrap();
        attempts::begin(&mut tx, id, "mail.example.com", world.now()).await.unwrap();
        tx.commit().await.unwrap();
        assert!(matches!(sweeper.erase(&wanted(person.clone())).await, Err(RetentionError::OnItsWay)));
        assert_eq!((db.contacts_named("dana").await.unwrap().len(), db.erasures().await.unwrap().len()), (1, 0));
        // Its attempt ended for now: it waits, and is never sent.
        let end = attempts::AttemptEnd {
            outcome: crate::model::AttemptOutcome::Transient,
            state: DeliveryState::Deferred,
            reply: "450 dana@example.com is busy".into(),
            duration_ms: 1,
            next_at: Some(world.now()),
        };
        let mut tx = db.begin().await.unwrap();
        attempts::end(&mut tx, id, 2, &end, world.now()).await.unwrap();
        tx.commit().await.unwrap();
        sweeper.erase(&wanted(person)).await.unwrap();
        let delivery = db.delivery(id).await.unwrap().unwrap();
        assert_eq!((delivery.state, delivery.artifact.as_str()), (DeliveryState::Suppressed, ""));
        let said: BTreeSet<String> =
            db.attempts(id).await.unwrap().into_iter().filter_map(|attempt| attempt.reply).collect();
        assert!(!format!("{delivery:?} {said:?}").contains("dana@"), "{delivery:?} {said:?}");
    })
    .await;
}

#[tokio::test]
async fn what_came_back_and_what_operators_were_told_is_handed_out_and_goes_too() {
    on_each_database("erased_traces", async |db| {
        let world = World::new(db).await;
        world.import(&[contact("dana", "Dana@example.com")], world.now()).await;
        world.fill(&[Night::of("harbor", 5)]).await;
        let sweeper = world.sweeper();
        let person = sweeper.person("dana").await.unwrap();
        let id = db.deliveries_of(&person).await.unwrap()[0].id;
        let told = |n: u8, id: String| Alert {
            id: uuid::Uuid::from_bytes([n; 16]),
            channel: "mail".into(),
            number: n.into(),
            created_at: world.now(),
            subject: "1 mail not delivered".into(),
            body: json!({"groups": [{"items": [{"what": "harbor, to dana: bounced", "why": "550 Dana", "id": id}]}]})
                .to_string(),
            state: "pending".into(),
            attempts: 0,
            next_at: None,
            finished_at: None,
            reply: None,
        };
        let suppress = async |address: &str, delivery| {
            let suppression = Suppression {
                address: address.into(),
                since: world.now(),
                reason: crate::model::SuppressionReason::HardBounce,
                detail: "550 dana is gone".into(),
                delivery,
                lifted_at: None,
                lifted_for: None,
            };
            let mut tx = db.begin().await.unwrap();
            assert!(suppressions::insert(&mut tx, &suppression).await.unwrap());
            tx.commit().await.unwrap();
        };
        let bounce = |n: u8, address: &str, delivery| Bounce {
            digest: vec![n; 32],
            delivery,
            address: address.into(),
            received_at: world.now(),
            kind: crate::model::BounceKind::Hard,
            status: None,
            diagnostic: "550 dana is gone".into(),
            form: "rfc3464".into(),
        };
        let other = crate::model::DeliveryId::from(uuid::Uuid::from_u128(7));
        let mut tx = db.begin().await.unwrap();
        for (n, address, delivery) in
            [(1, "dana@example.com", other), (2, "team@example.com", id), (3, "maria@example.com", other)]
        {
            assert!(bounces::insert(&mut tx, &bounce(n, address, delivery)).await.unwrap());
        }
        for (n, id) in [(1, id.to_string()), (2, other.to_string())] {
            assert!(alerts::insert(&mut tx, &told(n, id)).await.unwrap());
        }
        tx.commit().await.unwrap();
        suppress("dana@example.com", None).await;
        suppress("team@example.com", Some(id)).await;

        let export = sweeper.export(&person).await.unwrap();
        assert_eq!((export.bounces.len(), export.suppressions.len()), (2, 1));
        sweeper.erase(&wanted(person.clone())).await.unwrap();
        assert!(sweeper.export(&person).await.unwrap().is_empty());
        let left = db.bounces(&BounceFilter { limit: 9, ..BounceFilter::default() }).await.unwrap();
        assert_eq!(left.iter().map(|one| one.address.as_str()).collect::<Vec<_>>(), ["maria@example.com"]);
        let left = db.suppressions(true, 9).await.unwrap();
        assert_eq!(left.len(), 1, "an address that somebody else has stays suppressed");
        assert_eq!((left[0].detail.as_str(), left[0].delivery), ("(erased)", None));
        let named: Vec<bool> = db.alerts(9).await.unwrap().iter().map(|alert| alert.body.contains("dana")).collect();
        assert_eq!(named.iter().filter(|named| **named).count(), 1, "only what was told of the other mail");
        // A mail that comes back now names a delivery that is nobody's any more.
        let mut tx = db.begin().await.unwrap();
        assert!(!tx.hold_unerased(id).await.unwrap());
    })
    .await;
}
