//! Chaos: a night of many sites while its servers and workers come and go at random, and what must hold afterwards.
//!
//! The moments follow from a seed, which is printed: `DAYBREAK_CHAOS_SEED=7` plays them again (the machine's own timing
//! still differs). `DAYBREAK_CHAOS=full` is the long variant: 300 sites and 20 kills. It must not change Daybreak's
//! rows, except that it lets time pass by moving every instant that is waited for into the past.

mod dice;
mod full_disk;
mod storm;
mod verdict;

use std::time::Duration;

use daybreak::clock::Clock;

use crate::services::{Cluster, Installation, MailServer, Rows, SeaweedFs, write_sites};
use dice::Dice;
use storm::{Event, Storm};

/// How large a storm is.
struct Size {
    sites: u32,
    kills: usize,
    /// Of PostgreSQL, and of SeaweedFS.
    outages: (usize, usize),
    moods: usize,
    /// Seconds for the night to become final after the storm.
    patience: Duration,
}

const CONTACTS: u32 = 2;
const SHORT: Size = Size { sites: 60, kills: 6, outages: (2, 1), moods: 5, patience: Duration::from_mins(5) };
const FULL: Size = Size { sites: 300, kills: 20, outages: (8, 4), moods: 20, patience: Duration::from_mins(20) };

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_night_of_chaos_loses_nothing_and_sends_nothing_twice() {
    let (Some(cluster), Some(seaweed)) = (Cluster::start("-c fsync=off"), SeaweedFs::start()) else { return };
    let size = if std::env::var("DAYBREAK_CHAOS").is_ok_and(|word| word == "full") { FULL } else { SHORT };
    let mut dice = Dice::from_environment();
    let rows = Rows::create(&cluster.url(), "chaos").await;
    let bucket = seaweed.bucket("chaos").await;
    // A mail takes a while, so that there is always one in hand when something breaks.
    let mail = MailServer::start(Duration::from_millis(1_200)).await;
    let folder = tempfile::tempdir().unwrap();
    let program = env!("CARGO_BIN_EXE_daybreak");
    let installation = Installation::new(program, folder.path(), &rows, &bucket, &mail.transport(), "");
    write_sites(folder.path(), size.sites, CONTACTS, Clock::System.now());
    let imported = installation.run(&["import", "feed.ndjson"]);
    assert!(imported.status.success(), "{}", String::from_utf8_lossy(&imported.stderr));

    let mut events = Vec::new();
    events.extend(std::iter::repeat_n(Event::Kill, size.kills));
    events.extend(std::iter::repeat_n(Event::Postgres, size.outages.0));
    events.extend(std::iter::repeat_n(Event::S3, size.outages.1));
    events.extend((0..size.moods).map(Event::mood));
    dice.shuffle(&mut events);
    let mut storm = Storm::begin(cluster, seaweed, mail, installation, dice);
    storm.rage(&rows, &events, usize::try_from(size.sites).unwrap()).await;
    let problems = storm.calm(&rows, size.patience).await;
    let verdict = verdict::of(&mut storm, &rows, size.sites * CONTACTS, problems).await;
    println!("{}\n{}", storm.told.join("\n"), verdict.told);
    if !verdict.problems.is_empty() {
        let kept = folder.keep();
        panic!(
            "after the storm (logs in {}):\n{}\n{}",
            kept.display(),
            verdict.problems.join("\n"),
            storm.told.join("\n")
        );
    }
}
