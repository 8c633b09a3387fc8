//! The house's own records: which of them go, and what stays whatever its age.

use chrono::TimeDelta;
use uuid::Uuid;

use super::world::World;
use super::{GO_ON, sums};
use crate::audit::Actor;
use crate::config::Retention;
use crate::db::alerts::{self, Alert};
use crate::db::bounces::{self, Bounce, BounceFilter};
use crate::db::deadlines::{self, DeadlineRow};
use crate::db::footage::{self, Holder};
use crate::db::sessions::{self, Session};
use crate::db::sign_ins::{self, SignIn};
use crate::db::suppressions::{self, Suppression};
use crate::db::testing::on_each_database;
use crate::db::{Db, findings};
use crate::model::{BounceKind, RunId, SuppressionReason};

/// One record of each kind, so many days old; alerts that nobody has got yet, and a failure that goes on.
async fn records(world: &World, db: &Db, n: u8, age: i64) {
    let at = world.now() - TimeDelta::days(age);
    let address = format!("someone-{n}@example.com");
    let run = RunId::from(Uuid::from_bytes([n; 16]));
    let deadline = |run, n: u8| DeadlineRow {
        run,
        job: "morning".parse().unwrap(),
        zone: format!("Zone/{n}"),
        occurrence: at,
        deadline: at,
        state: "missed".into(),
    };
    let going_on = RunId::from(Uuid::from_bytes([n + 100; 16]));
    let alert = |n: u8| Alert {
        id: Uuid::from_bytes([n; 16]),
        channel: "mail".into(),
        number: n.into(),
        created_at: at,
        subject: "s".into(),
        body: "{}".into(),
        state: "pending".into(),
        attempts: 0,
        next_at: None,
        finished_at: None,
        reply: None,
    };
    let mut tx = db.begin().await.unwrap();
    let bounce = Bounce {
        digest: vec![n; 32],
        delivery: Uuid::from_bytes([n; 16]).into(),
        address: address.clone(),
        received_at: at,
        kind: BounceKind::Soft,
        status: None,
        diagnostic: String::new(),
        form: "rfc3464".into(),
    };
    assert!(bounces::insert(&mut tx, &bounce).await.unwrap());
    for (address, lifted) in [(address.clone(), true), (format!("still-{address}"), false)] {
        let suppression = Suppression {
            address: address.clone(),
            since: at,
            reason: SuppressionReason::Manual,
            detail: String::new(),
            delivery: None,
            lifted_at: None,
            lifted_for: None,
        };
        assert!(suppressions::insert(&mut tx, &suppression).await.unwrap());
        assert!(!lifted || suppressions::lift(&mut tx, &address, None, at).await.unwrap());
    }
    deadlines::promise(&mut tx, &[deadline(run, n), deadline(going_on, n)], at).await.unwrap();
    for run in [run, going_on] {
        findings::missed(&mut tx, run, at).await.unwrap();
    }
    findings::made_up(&mut tx, run, at).await.unwrap();
    // The first is told, the second waits.
    assert!(alerts::insert(&mut tx, &alert(n)).await.unwrap());
    alerts::begin(&mut tx, at).await.unwrap();
    alerts::end(&mut tx, Uuid::from_bytes([n; 16]), "sent", "250", None, at).await.unwrap();
    assert!(alerts::insert(&mut tx, &alert(n + 100)).await.unwrap());
    footage::note(&mut tx, Holder::Clip(&format!("clip-{n}").parse().unwrap()), "404", at).await.unwrap();
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn records_of_the_house_go_when_nobody_waits_for_them() {
    on_each_database("house_records", async |db| {
        let world = World::new(db).await;
        records(&world, db, 1, 100).await;
        // `access` is 30 days in this world, and such records stay for 90.
        records(&world, db, 2, 80).await;
        let dry = world.sweeper().overview(GO_ON).await.unwrap();
        let swept = world.sweeper().sweep(GO_ON).await.unwrap();
        assert_eq!(sums(&dry), sums(&swept));
        let kinds: Vec<(&str, u64)> = swept.entries.iter().map(|entry| (entry.kind, entry.count)).collect();
        let each = ["returned mail", "lifted suppressions", "findings", "alerts", "deadlines", "failed copies"];
        assert_eq!(kinds, each.map(|kind| (kind, 1)));
        let bounces = db.bounces(&BounceFilter { limit: 9, ..BounceFilter::default() }).await.unwrap();
        assert_eq!((bounces.len(), db.suppressions(true, 9).await.unwrap().len()), (1, 3));
        assert_eq!((db.alerts(9).await.unwrap().len(), db.failed_copies(9).await.unwrap().len()), (3, 1));
        let going_on = RunId::from(Uuid::from_bytes([101; 16]));
        assert!(db.deadline(going_on).await.unwrap().is_some(), "its failure has not ended");
        assert_eq!(world.sweeper().sweep(GO_ON).await.unwrap().entries, []);
    })
    .await;
}

#[tokio::test]
async fn what_is_of_no_use_any_more_goes_even_where_everything_is_kept() {
    on_each_database("house_useless", async |db| {
        let world = World::new(db).await;
        records(&world, db, 1, 100).await;
        let ago = |days: i64| world.now() - TimeDelta::days(days);
        let mut tx = db.begin().await.unwrap();
        for (number, expires_at) in [(1_u8, ago(91)), (2, ago(89))] {
            let session = Session {
                token_hash: vec![number; 32],
                user_id: None,
                address: Some("dana@example.com".into()),
                language: "en".into(),
                created_at: expires_at,
                seen_at: expires_at,
                expires_at,
                revoked_at: None,
                origin: String::new(),
                agent: String::new(),
            };
            sessions::insert(&mut tx, &session).await.unwrap();
        }
        for (number, expires_at) in [(1_u8, ago(31)), (2, ago(29))] {
            let sign_in = SignIn {
                token_hash: vec![number; 32],
                asker_hash: vec![number; 32],
                code_hash: vec![number; 32],
                address: "dana@example.com".into(),
                next: "/".into(),
                created_at: expires_at,
                expires_at,
                tries: 0,
                used_at: None,
            };
            sign_ins::insert(&mut tx, &sign_in).await.unwrap();
        }
        tx.commit().await.unwrap();
        for (what, at) in [("old", ago(3)), ("new", ago(1))] {
            db.throttle(what, TimeDelta::hours(1), at).await.unwrap();
        }
        let mut sweeper = world.sweeper();
        sweeper.retention = Retention::default();
        let dry = sweeper.overview(GO_ON).await.unwrap();
        let swept = sweeper.sweep_as(&Actor::Daybreak, GO_ON).await.unwrap();
        assert_eq!(sums(&dry), sums(&swept));
        let kinds: Vec<(&str, u64)> = swept.entries.iter().map(|entry| (entry.kind, entry.count)).collect();
        assert_eq!(kinds, [("ended sessions", 1), ("sign-ins", 1), ("counted tries", 1)]);
        assert_eq!(sweeper.sweep_as(&Actor::Daybreak, GO_ON).await.unwrap().entries, []);
        let entered: Vec<String> = db.audit_after(0, 9).await.unwrap().into_iter().map(|entry| entry.action).collect();
        assert_eq!(entered, ["retention.end"], "a sweep that finds nothing, where nothing has an age, is none");
    })
    .await;
}
