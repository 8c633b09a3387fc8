//! Sweeps over a small world of two sites: what goes, what stays, and that nothing is half done anywhere.

mod brands;
mod footage;
mod house;
mod person;
mod rows;
mod shares;
mod world;

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::sync::atomic::{AtomicU64, Ordering};

use serde_json::json;

use super::{Entry, Swept};
use crate::db::Db;
use crate::db::testing::on_each_database;
use crate::db::{media, removals};
use world::{Night, World};

const GO_ON: super::Tell<'static> = &|_| ControlFlow::Continue(());

/// Count and bytes by kind and site: the part of an entry that a dry sweep and a real one must agree on.
fn sums(swept: &Swept) -> BTreeMap<(String, String), (u64, u64)> {
    let key =
        |entry: &Entry| (entry.kind.to_owned(), entry.location.as_ref().map(ToString::to_string).unwrap_or_default());
    swept.entries.iter().map(|entry| (key(entry), (entry.count, entry.bytes))).collect()
}

/// Nights of every age, with and without links, cases and shared footage.
fn mixed() -> Vec<Night> {
    let ages = [1, 15, 25, 35, 45, 55, 65, 75, 95, 105, 150, 400];
    let mut nights = Vec::new();
    for (n, age) in ages.into_iter().enumerate() {
        for site in ["harbor", "quay"] {
            nights.push(Night {
                site,
                age,
                link_days: if n % 4 == 2 { 5 } else { -2 },
                case: match n % 3 {
                    0 => None,
                    // Closed: its latest incident is longer ago than a case is open.
                    1 => (age >= 45).then_some("offender-old"),
                    _ => (age < 100).then_some("offender-new"),
                },
                shared: n % 5 == 4,
                listed: n % 2 == 0,
            });
        }
    }
    nights
}

#[tokio::test]
async fn a_dry_sweep_finds_what_a_sweep_then_removes() {
    on_each_database("dry_sweep_finds", async |db| {
        let world = World::new(db).await;
        world.fill(&mixed()).await;
        let dry = world.sweeper().overview(GO_ON).await.unwrap();
        world.check_all(&mixed()).await;
        let again = world.sweeper().overview(GO_ON).await.unwrap();
        assert_eq!(dry, again, "a dry sweep removes nothing");
        let swept = world.sweeper().sweep(GO_ON).await.unwrap();
        assert_eq!(sums(&dry), sums(&swept));
        assert!(dry.total().0 > 30 && dry.left == 0, "{dry:?}");
        for kind in [
            "interactions",
            "incidents",
            "transactions",
            "activities",
            "photos",
            "clips",
            "clip records",
            "reports",
            "sent mails",
            "media",
        ] {
            assert!(dry.entries.iter().any(|entry| entry.kind == kind), "{kind}: {dry:?}");
        }
        world.check_all(&mixed()).await;
        let over = world.sweeper().sweep(GO_ON).await.unwrap();
        assert_eq!(over.entries, [], "a second one finds nothing");
    })
    .await;
}

#[tokio::test]
async fn a_sweep_that_is_stopped_anywhere_is_gone_on_with() {
    on_each_database("sweep_stopped", async |db| {
        let world = World::new(db).await;
        let nights: Vec<Night> = mixed().into_iter().skip(1).step_by(3).collect();
        world.fill(&nights).await;
        let dry = world.sweeper().overview(GO_ON).await.unwrap();
        let mut sum: BTreeMap<(String, String), (u64, u64)> = BTreeMap::new();
        let mut rounds = 0;
        loop {
            // Each round stops after its second step.
            let steps = AtomicU64::new(0);
            let tell = |_| {
                let stop = steps.fetch_add(1, Ordering::SeqCst) == 1;
                if stop { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
            };
            let swept = world.sweeper().sweep(&tell).await.unwrap();
            for (key, (count, bytes)) in sums(&swept) {
                let entry = sum.entry(key).or_default();
                *entry = (entry.0 + count, entry.1 + bytes);
            }
            world.check_held(&nights).await;
            rounds += 1;
            if !swept.stopped {
                break;
            }
        }
        assert!(rounds > 5, "{rounds}");
        assert_eq!(sum, sums(&dry));
        world.check_all(&nights).await;
    })
    .await;
}

#[tokio::test]
async fn whatever_its_age_nothing_goes_that_a_link_or_an_open_case_needs() {
    on_each_database("nothing_goes_that_is_needed", async |db| {
        let world = World::new(db).await;
        // A generator that needs no crate and gives the same nights every time.
        let mut state = 0x2545_F491_4F6C_DD17_u64;
        let mut random = |below: u64| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            state % below
        };
        let cases = [None, Some("offender-a"), Some("offender-b"), Some("offender-c")];
        let mut nights: Vec<Night> = Vec::new();
        for site in ["harbor", "quay"] {
            let mut age = 1 + i64::try_from(random(6)).unwrap();
            for _ in 0..10 {
                nights.push(Night {
                    site,
                    age,
                    link_days: i64::try_from(random(80)).unwrap() - 60,
                    case: cases[usize::try_from(random(4)).unwrap()],
                    shared: random(3) == 0,
                    listed: random(2) == 0,
                });
                age += 1 + i64::try_from(random(22)).unwrap();
            }
        }
        world.fill(&nights).await;
        for _ in 0..4 {
            let dry = world.sweeper().overview(GO_ON).await.unwrap();
            let swept = world.sweeper().sweep(GO_ON).await.unwrap();
            assert_eq!(sums(&dry), sums(&swept), "{nights:?}");
            world.check_all(&nights).await;
            world.pass_days(25);
        }
    })
    .await;
}

#[tokio::test]
async fn an_object_whose_writer_died_is_found_and_deleted() {
    on_each_database("writer_died", async |db: &Db| {
        let world = World::new(db).await;
        world.fill(&[Night::of("harbor", 25)]).await;
        let row = world.report("harbor", 25).await;
        // Written, and never named: the process died between the two.
        let new =
            world.sweeper().rebundle(&row, |name, bytes| Ok((name != "clips.json").then_some(bytes))).await.unwrap();
        assert!(world.has(&new.to).await && new.to != new.from);
        let swept = world.sweeper().sweep(GO_ON).await.unwrap();
        assert!(swept.left == 0 && world.has(&new.to).await, "it may still be about to be named");
        world.pass_days(1);
        world.sweeper().sweep(GO_ON).await.unwrap();
        assert!(!world.has(&new.to).await);
        world.check_held(&[Night::of("harbor", 25)]).await;
    })
    .await;
}

#[tokio::test]
async fn a_damaged_report_is_left_alone_and_keeps_no_other() {
    on_each_database("damaged_report", async |db| {
        let world = World::new(db).await;
        world.fill(&[Night::of("harbor", 25), Night::of("harbor", 26)]).await;
        let row = world.report("harbor", 26).await;
        world.damage(&row).await;
        let swept = world.sweeper().sweep(GO_ON).await.unwrap();
        assert_eq!(swept.left, 1);
        assert_eq!(world.report("harbor", 26).await.object_key, row.object_key);
        assert!(world.db.removal(world.report("harbor", 25).await.id).await.unwrap().sent_removed_at.is_some());
    })
    .await;
}

#[tokio::test]
async fn an_import_that_needs_what_is_being_deleted_brings_it_again() {
    on_each_database("import_meets_doom", async |db: &Db| {
        let world = World::new(db).await;
        world.fill(&[Night::of("harbor", 5)]).await;
        let clip = json!({"kind": "clip", "ref": "c-again", "location": "harbor", "recorded_at": world.now(),
            "media": "harbor-5.mp4", "content_type": "video/mp4"});
        world.import(std::slice::from_ref(&clip), world.now()).await;
        let mut tx = db.snapshot().await.unwrap();
        let known = tx.clips(&[&"c-again".parse().unwrap()]).await.unwrap().pop().unwrap();
        let key = known.clip.object_key.unwrap();
        drop(tx);
        let mut tx = db.begin().await.unwrap();
        removals::doom(&mut tx, &key, world.now()).await.unwrap();
        tx.commit().await.unwrap();
        // The deleting ends while the import, which saw the object in the archive, is about to name it.
        let deleting = async {
            tokio::time::sleep(std::time::Duration::from_millis(600)).await;
            world.archive.delete(&crate::archive::Key::external(key.as_str()).unwrap()).await.unwrap();
            let mut tx = db.begin().await.unwrap();
            media::bury_objects(&mut tx, std::slice::from_ref(&key), world.now()).await.unwrap();
            removals::spare(&mut tx, &key).await.unwrap();
            tx.commit().await.unwrap();
        };
        let again = json!({"kind": "clip", "ref": "c-third", "location": "harbor", "recorded_at": world.now(),
            "media": "harbor-5.mp4", "content_type": "video/mp4"});
        let importing = async { world.import(std::slice::from_ref(&again), world.now()).await };
        tokio::join!(importing, deleting);
        assert!(world.has(&key).await, "the rows name what is not there");
        assert_eq!(db.object_removed_at(&key).await.unwrap(), None);
    })
    .await;
}

#[tokio::test]
async fn a_doomed_object_that_a_record_names_is_spared() {
    on_each_database("doomed_and_named", async |db: &Db| {
        let world = World::new(db).await;
        world.fill(&[Night::of("harbor", 5)]).await;
        let mut tx = db.snapshot().await.unwrap();
        let known = tx.clips(&[&"c-harbor-5".parse().unwrap()]).await.unwrap().pop().unwrap();
        let key = known.clip.object_key.unwrap();
        drop(tx);
        let mut tx = db.begin().await.unwrap();
        removals::doom(&mut tx, &key, world.now() - chrono::TimeDelta::hours(2)).await.unwrap();
        tx.commit().await.unwrap();
        world.sweeper().sweep(GO_ON).await.unwrap();
        assert!(world.has(&key).await);
        assert!(db.doomed_objects(world.now(), 9).await.unwrap().is_empty());
    })
    .await;
}
