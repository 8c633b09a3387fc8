//! Brands: a logo stays while a branch has it or a report that is kept carries it; a person's address leaves.

use chrono::TimeDelta;

use super::GO_ON;
use super::world::{Night, World};
use crate::archive::Key;
use crate::db::brands::{self, KeptBrand};
use crate::db::objects::Object;
use crate::db::testing::on_each_database;
use crate::model::{BranchBrand, EmailAddress, Logo};
use crate::retention::Wanted;

/// A logo that came a year ago, as a branch's brand.
async fn with_logo(world: &World, branch: &str, name: &str) -> String {
    let key = Key::logo(name, "image/png");
    world.archive.put(&key, bytes::Bytes::from_static(b"\x89PNG")).await.unwrap();
    let at = world.now() - TimeDelta::days(365);
    let logo = Logo { key: key.path().to_owned(), sha256: name.to_owned(), width: 10, height: 10 };
    let brand = BranchBrand {
        logo: Some(logo),
        reply_to: Some(EmailAddress::new("desk@example.com").unwrap()),
        ..BranchBrand::default()
    };
    let mut tx = world.db.begin().await.unwrap();
    let object = Object {
        object_key: key.path().to_owned(),
        sha256: None,
        size: Some(4),
        content_type: Some("image/png".into()),
        present: true,
        checked_at: at,
    };
    tx.put_objects(&[object]).await.unwrap();
    let kept = KeptBrand { branch: branch.parse().unwrap(), brand, changed_at: at, changed_by: "user:x".into() };
    brands::put(&mut tx, &kept).await.unwrap();
    tx.commit().await.unwrap();
    key.path().to_owned()
}

#[tokio::test]
async fn a_logo_stays_while_a_branch_has_it_and_goes_when_nobody_does() {
    on_each_database("sweep_logos", async |db| {
        let world = World::new(db).await;
        world.fill(&[Night::of("harbor", 5)]).await;
        let (north, south) = (with_logo(&world, "north", "aa").await, with_logo(&world, "south", "bb").await);
        world.sweeper().sweep(GO_ON).await.unwrap();
        assert!(world.has(&north).await && world.has(&south).await);
        let mut tx = db.begin().await.unwrap();
        assert!(brands::remove(&mut tx, &"south".parse().unwrap()).await.unwrap());
        tx.commit().await.unwrap();
        let dry = world.sweeper().overview(GO_ON).await.unwrap();
        assert_eq!(dry.entries.iter().filter(|entry| entry.kind == "media").map(|entry| entry.count).sum::<u64>(), 1);
        world.sweeper().sweep(GO_ON).await.unwrap();
        assert!(world.has(&north).await && !world.has(&south).await);
    })
    .await;
}

#[tokio::test]
async fn an_erased_address_answers_for_no_branch_any_more() {
    on_each_database("erase_reply_to", async |db| {
        let world = World::new(db).await;
        with_logo(&world, "north", "aa").await;
        let person = world.sweeper().person("Desk@example.com").await.unwrap();
        let export = world.sweeper().export(&person).await.unwrap();
        assert_eq!(export.answers_of, ["north".parse().unwrap()]);
        assert!(!export.is_empty());
        let wanted = Wanted { person, reason: "asked".into(), by: None, fresh_salt: "5e".repeat(32) };
        world.sweeper().erase(&wanted).await.unwrap();
        let kept = db.brand(&"north".parse().unwrap()).await.unwrap().unwrap();
        assert!(kept.brand.reply_to.is_none() && kept.brand.logo.is_some());
    })
    .await;
}
