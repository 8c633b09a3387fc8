//! What follows from a returned mail, on each database.

use super::*;
use crate::bounces::{Taken, take};
use crate::config::Bounces;
use crate::db::bounces::BounceFilter;
use crate::db::suppressions::{self, Suppression};
use crate::db::testing::on_each_database;
use crate::db::{mailboxes, unsubscribes};
use crate::model::{BounceKind, SuppressionReason};

async fn taken(db: &Db, name: &str, number: u128, at: DateTime<Utc>) -> Taken {
    db.instance_value_or("bounce_key", KEY).await.unwrap();
    take(db, &Bounces::default(), corpus(name, number), at).await.unwrap()
}

async fn state(db: &Db, number: u128) -> (DeliveryState, String) {
    let delivery = db.delivery(id(number)).await.unwrap().unwrap();
    (delivery.state, delivery.error.unwrap_or_default())
}

fn counted(number: u128, kind: BounceKind, status: Option<&str>, suppressed: bool) -> Taken {
    Taken::Counted { delivery: id(number), kind, status: status.map(Into::into), suppressed }
}

#[tokio::test]
async fn a_hard_bounce_counts_once_and_suppresses_its_address_until_it_is_reset() {
    on_each_database("a_hard_bounce_counts_once", async |db| {
        deliver(db, 0, DeliveryState::Sent).await;
        let hard = counted(0, BounceKind::Hard, Some("5.1.1"), true);
        assert_eq!(taken(db, "postfix-unknown-user", 0, now()).await, hard);
        let (bounced, why) = state(db, 0).await;
        assert_eq!(bounced, DeliveryState::Bounced);
        assert!(why.starts_with("came back (hard): 550 5.1.1 <dana@"), "{why}");
        let suppression = db.suppression(ADDRESS).await.unwrap().unwrap();
        assert_eq!((suppression.reason, suppression.delivery), (SuppressionReason::HardBounce, Some(id(0))));
        assert!(
            suppression
                .sentence()
                .contains("suppressed since 2026-03-29 05:00Z, because a mail to it came back for good: 550")
        );

        // The same mail once more, with other line ends and with a line at its end, is the same.
        let mut again = corpus("postfix-unknown-user", 0)
            .iter()
            .flat_map(|byte| if *byte == b'\n' { vec![13, 10] } else { vec![*byte] })
            .collect::<Vec<_>>();
        again.extend_from_slice(b"\r\n\r\n");
        let again = take(db, &Bounces::default(), again, now() + TimeDelta::hours(1)).await.unwrap();
        assert_eq!(again, Taken::Again { delivery: id(0) });
        // Another about the same delivery is on record, and changes nothing more.
        assert_eq!(
            taken(db, "qmail", 0, now() + TimeDelta::hours(1)).await,
            counted(0, BounceKind::Hard, Some("5.1.1"), false)
        );
        assert_eq!(db.suppression(ADDRESS).await.unwrap().unwrap(), suppression, "the first reason stays");
        let rows =
            db.bounces(&BounceFilter { delivery: Some(id(0)), limit: 9, ..BounceFilter::default() }).await.unwrap();
        assert_eq!(rows.iter().map(|row| row.form.as_str()).collect::<Vec<_>>(), ["qmail", "rfc3464"]);

        let later = now() + TimeDelta::days(1);
        committed(db, async |tx| {
            assert!(suppressions::lift(tx, ADDRESS, Some(&"it was a slip".to_owned()), later).await.unwrap());
            assert!(!suppressions::lift(tx, ADDRESS, None, later).await.unwrap());
        })
        .await;
        assert_eq!(db.suppression(ADDRESS).await.unwrap(), None);
        assert_eq!(taken(db, "postfix-unknown-user", 0, later).await, Taken::Again { delivery: id(0) });
        assert_eq!(db.suppression(ADDRESS).await.unwrap(), None, "an old mail does not undo the reset");
        let history = db.suppressions(true, 9).await.unwrap();
        assert_eq!(history[0].lifted_for.as_deref(), Some("it was a slip"));
        assert_eq!(db.suppressions(false, 9).await.unwrap(), []);
    })
    .await;
}

#[tokio::test]
async fn soft_bounces_suppress_when_there_are_enough_of_them_in_time() {
    on_each_database("soft_bounces_suppress", async |db| {
        let days = |number: i64| now() + TimeDelta::days(number);
        for number in 0..12 {
            deliver(db, number, DeliveryState::Sent).await;
        }
        let soft = |number, suppressed| counted(number, BounceKind::Soft, Some("5.2.2"), suppressed);
        // The first is forgotten by the time of the sixth.
        for (number, day, suppressed) in
            [(0, 0, false), (1, 20, false), (2, 30, false), (3, 31, false), (4, 32, false), (5, 33, true)]
        {
            assert_eq!(
                taken(db, "postfix-mailbox-full", number, days(day)).await,
                soft(number, suppressed),
                "{number}"
            );
            assert_eq!(state(db, number).await.0, DeliveryState::Bounced);
        }
        assert_eq!(db.suppression(ADDRESS).await.unwrap().unwrap().reason, SuppressionReason::SoftBounces);
        committed(db, async |tx| assert!(suppressions::lift(tx, ADDRESS, None, days(34)).await.unwrap())).await;
        // After the reset the count begins anew; one delivery counts once, however often it comes back.
        for number in 6..10 {
            assert_eq!(taken(db, "postfix-mailbox-full", number, days(35)).await, soft(number, false), "{number}");
        }
        let same = taken(db, "postfix-text-through-a-gateway", 9, days(35)).await;
        assert_eq!(same, soft(9, false), "a second mail about the same delivery is no fifth");
        assert_eq!(taken(db, "postfix-mailbox-full", 10, days(36)).await, soft(10, true));
    })
    .await;
}

#[tokio::test]
async fn only_a_delivery_that_was_sent_comes_back() {
    on_each_database("only_a_delivery_that_was_sent", async |db| {
        assert_eq!(taken(db, "postfix-unknown-user", 0, now()).await, Taken::Unmatched, "there is no such delivery");
        for (number, before) in [
            (1, DeliveryState::Pending),
            (2, DeliveryState::Deferred),
            (3, DeliveryState::Failed),
            (4, DeliveryState::Suppressed),
        ] {
            deliver(db, number, before).await;
            assert_eq!(taken(db, "postfix-unknown-user", number, now()).await, Taken::Unmatched, "{before}");
            assert_eq!(state(db, number).await.0, before);
        }
        assert_eq!(db.suppressions(true, 9).await.unwrap(), [], "a forged mail suppresses nobody");
        for (number, before) in [(5, DeliveryState::Unknown), (6, DeliveryState::Sending)] {
            deliver(db, number, before).await;
            taken(db, "postfix-mailbox-full", number, now()).await;
            assert_eq!(state(db, number).await.0, DeliveryState::Bounced, "a server has taken it after all");
        }
        // A Message-ID must be the one of the row, not only begin like it.
        deliver(db, 7, DeliveryState::Sent).await;
        let forged = String::from_utf8(corpus("by-message-id-only", 7)).unwrap();
        let forged = forged.replace("0e16@daybreak.example", "0e16@elsewhere.example").replace("daybreak-mixed-", "x-");
        assert_eq!(take(db, &Bounces::default(), forged.into_bytes(), now()).await.unwrap(), Taken::Unmatched);
        // Who has an id of ours may have worked it out: the mail counts as returned, and suppresses nobody.
        let by_id = taken(db, "by-message-id-only", 7, now()).await;
        assert!(matches!(by_id, Taken::Counted { kind: BounceKind::Hard, suppressed: false, .. }), "{by_id:?}");
        assert_eq!(state(db, 7).await.0, DeliveryState::Bounced);
        // A token without our mark is nobody's.
        deliver(db, 8, DeliveryState::Sent).await;
        let worked_out = String::from_utf8(corpus("exchange-old", 8)).unwrap();
        let token = BounceKey::new(KEY).token(id(8));
        assert!(worked_out.contains(&token));
        let worked_out = worked_out.replace(&token, &BounceKey::new("another key").token(id(8)));
        assert_eq!(take(db, &Bounces::default(), worked_out.into_bytes(), now()).await.unwrap(), Taken::Unmatched);
        assert_eq!(db.suppressions(true, 9).await.unwrap(), [], "a forged mail suppresses nobody");
    })
    .await;
}

#[tokio::test]
async fn an_address_that_a_mail_merely_names_is_never_suppressed() {
    on_each_database("an_address_merely_named", async |db| {
        deliver(db, 0, DeliveryState::Sent).await;
        let forged = String::from_utf8(corpus("postfix-unknown-user", 0)).unwrap();
        let forged = forged.replace(ADDRESS, "the-boss@customer.example.com");
        let forged = take(db, &Bounces::default(), forged.into_bytes(), now()).await.unwrap();
        assert!(matches!(forged, Taken::Counted { suppressed: true, .. }));
        let listed = db.suppressions(false, 9).await.unwrap();
        assert_eq!(listed.iter().map(|row| row.address.as_str()).collect::<Vec<_>>(), [ADDRESS]);
    })
    .await;
}

#[tokio::test]
async fn of_several_recipients_the_delivery_s_own_decides() {
    on_each_database("of_several_recipients_own", async |db| {
        deliver(db, 0, DeliveryState::Sent).await;
        let own = counted(0, BounceKind::Soft, Some("5.2.2"), false);
        assert_eq!(taken(db, "several-recipients", 0, now()).await, own);
    })
    .await;
}

#[tokio::test]
async fn a_complaint_suppresses_and_leaves_the_delivery_sent() {
    on_each_database("a_complaint_suppresses", async |db| {
        deliver(db, 0, DeliveryState::Sent).await;
        assert_eq!(taken(db, "complaint", 0, now()).await, counted(0, BounceKind::Complaint, None, true));
        assert_eq!(state(db, 0).await, (DeliveryState::Sent, String::new()));
        assert_eq!(db.suppression(ADDRESS).await.unwrap().unwrap().reason, SuppressionReason::Complaint);
    })
    .await;
}

#[tokio::test]
async fn what_did_not_come_back_leaves_no_row() {
    on_each_database("what_did_not_come_back", async |db| {
        deliver(db, 0, DeliveryState::Sent).await;
        for (name, expected) in [
            ("delayed", Taken::Delayed),
            ("exim-delay", Taken::Delayed),
            ("out-of-office", Taken::Answer),
            ("delivered-receipt", Taken::Other),
            ("answer-of-a-person", Taken::Other),
        ] {
            assert_eq!(taken(db, name, 0, now()).await, expected, "{name}");
        }
        assert_eq!(take(db, &Bounces::default(), Vec::new(), now()).await.unwrap(), Taken::Unreadable);
        assert_eq!(state(db, 0).await.0, DeliveryState::Sent);
        assert_eq!(db.bounces(&BounceFilter { limit: 9, ..BounceFilter::default() }).await.unwrap(), []);
    })
    .await;
}

#[tokio::test]
async fn a_delivery_is_stopped_by_a_suppression_or_an_unsubscription_and_says_so() {
    on_each_database("a_delivery_is_stopped", async |db| {
        let delivery = deliver(db, 0, DeliveryState::Pending).await;
        let stops = async || {
            let mut tx = db.begin().await.unwrap();
            suppressions::stops(&mut tx, &delivery).await.unwrap()
        };
        assert_eq!(stops().await, None);
        let manual = Suppression {
            address: ADDRESS.into(),
            since: now(),
            reason: SuppressionReason::Manual,
            detail: "left\0the company".into(),
            delivery: None,
            lifted_at: None,
            lifted_for: None,
        };
        committed(db, async |tx| assert!(suppressions::insert(tx, &manual).await.unwrap())).await;
        assert_eq!(db.suppression(ADDRESS).await.unwrap().as_ref(), Some(&manual), "a hostile text comes back whole");
        let among = db.suppressed(&["nobody@example.com".into(), ADDRESS.into()]).await.unwrap();
        assert_eq!(among.into_values().collect::<Vec<_>>(), [manual]);
        assert!(
            stops()
                .await
                .unwrap()
                .starts_with("the address is suppressed since 2026-03-29 05:00Z, because somebody asked")
        );
        committed(db, async |tx| assert!(suppressions::lift(tx, ADDRESS, None, now()).await.unwrap())).await;

        let (contact, location) = ("dana".parse().unwrap(), "harbor".parse().unwrap());
        committed(db, async |tx| {
            assert!(unsubscribes::insert(tx, &contact, &location, id(0), now()).await.unwrap());
        })
        .await;
        assert_eq!(stops().await.unwrap(), "the contact unsubscribed from this site at 2026-03-29 05:00Z");
        let listed = db.unsubscribes(9).await.unwrap();
        assert_eq!((listed.len(), listed[0].email.as_deref(), listed[0].delivery), (1, None, id(0)));
        committed(db, async |tx| {
            assert!(deliveries::suppress(tx, id(0), "because", now()).await.unwrap());
            assert!(!deliveries::suppress(tx, id(0), "again", now()).await.unwrap());
            let elsewhere = "elsewhere".parse().unwrap();
            assert_eq!(unsubscribes::remove(tx, &contact, Some(&elsewhere)).await.unwrap(), 0);
            assert_eq!(unsubscribes::remove(tx, &contact, None).await.unwrap(), 1);
            assert_eq!(unsubscribes::remove(tx, &contact, None).await.unwrap(), 0);
        })
        .await;
        assert_eq!(state(db, 0).await, (DeliveryState::Suppressed, "because".into()));
        assert_eq!(stops().await, None);
        committed(db, async |tx| {
            assert_eq!(
                deliveries::reopen(tx, &[id(0)], false, now()).await.unwrap(),
                [id(0)],
                "it can be sent after all"
            );
        })
        .await;
    })
    .await;
}

#[tokio::test]
async fn how_far_a_mailbox_was_read_is_remembered() {
    on_each_database("how_far_a_mailbox", async |db| {
        let mut row = mailboxes::Mailbox {
            path: "/var/mail/ż".into(),
            read_to: 7,
            head_size: 7,
            head: vec![1; 32],
            seen_size: 9,
            looked_at: now(),
        };
        assert_eq!(db.mailbox(&row.path).await.unwrap(), None);
        for read_to in [7, 1 << 40] {
            row.read_to = read_to;
            committed(db, async |tx| mailboxes::put(tx, &row).await.unwrap()).await;
            assert_eq!(db.mailbox(&row.path).await.unwrap().as_ref(), Some(&row));
        }
    })
    .await;
}
