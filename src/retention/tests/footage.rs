//! Copies from a producer that does not answer.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use serde_json::json;
use tokio::net::TcpListener;

use super::world::World;
use crate::config::FootageSource;
use crate::db::testing::on_each_database;
use crate::retention::Sweeper;
use crate::retention::footage::Patience;

/// Takes connections, counts them, and never says a word.
async fn silent() -> (u16, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let asked = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&asked);
    tokio::spawn(async move {
        let mut held = Vec::new();
        while let Ok((stream, _)) = listener.accept().await {
            counted.fetch_add(1, Ordering::SeqCst);
            held.push(stream);
        }
    });
    (port, asked)
}

#[tokio::test]
async fn a_silent_producer_is_asked_once_a_report_and_holds_nothing_up() {
    on_each_database("silent_producer", async |db| {
        let world = World::new(db).await;
        let (port, asked) = silent().await;
        let at = format!("127.0.0.1:{port}");
        let began = world.now();
        let clip = |n: usize| json!({"kind": "clip", "ref": format!("far-{n}"), "location": "harbor", "recorded_at": began, "external_url": format!("http://{at}/{n}.mp4")});
        let interaction = |n: usize| json!({"kind": "interaction", "ref": format!("i-{n}"), "location": "harbor", "level": 1, "type": "Door", "started_at": began, "notes": "", "clip": format!("far-{n}")});
        let feed: Vec<_> = (0..10).flat_map(|n| [clip(n), interaction(n)]).collect();
        world.import(&feed, began).await;
        let night = crate::collect::collect(db, &"harbor".parse().unwrap(), "2026-11-21".parse().unwrap()).await.unwrap();
        assert_eq!(night.clips.len(), 10);
        let mut sweeper = world.sweeper();
        sweeper.retention.copy_from = vec![FootageSource::Host { host: "127.0.0.1".into(), port: Some(port) }];
        let patience = Patience { one: Duration::from_millis(200), all: Duration::from_mins(1) };
        let keep = async |sweeper: &Sweeper, since| {
            sweeper.keep_footage_within(&night.clips, &night.incidents, since, patience).await.unwrap()
        };
        let clock = Instant::now();
        assert_eq!(keep(&sweeper, began).await, 0);
        assert!(clock.elapsed() < Duration::from_secs(20), "one wait, not ten: {:?}", clock.elapsed());
        assert_eq!((asked.load(Ordering::SeqCst), db.failed_copies(100).await.unwrap().len()), (1, 10));
        keep(&sweeper, began).await;
        assert_eq!(asked.load(Ordering::SeqCst), 1, "a second try of the same report does not ask again");
        world.pass_days(1);
        keep(&sweeper, world.now()).await;
        assert_eq!(asked.load(Ordering::SeqCst), 2, "another report does");
        let hurried = Patience { one: Duration::from_mins(1), all: Duration::from_millis(300) };
        world.pass_days(1);
        let clock = Instant::now();
        sweeper.keep_footage_within(&night.clips, &night.incidents, world.now(), hurried).await.unwrap();
        assert!(clock.elapsed() < Duration::from_secs(20), "{:?}", clock.elapsed());
    })
    .await;
}
