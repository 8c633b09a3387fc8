//! A week of real events: imported whole, twice, and one night of all 87 sites.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use daybreak::db::reports::ReportFilter;
use serde_json::Value;

use crate::support::{Stage, minneapolis};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_week_comes_in_and_a_night_goes_out() {
    let Some(feed) = minneapolis() else { return };
    let stage = Stage::new("2017-04-03T12:00:00Z", "").await;
    let records: Vec<Value> =
        std::fs::read_to_string(&feed).unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let first = stage.import(&feed).await.unwrap_or_else(|error| panic!("{error}")).total();
    assert_eq!((first.created, first.updated, first.unchanged), (records.len() as u64, 0, 0));
    let second = stage.import(&feed).await.unwrap().total();
    assert_eq!((second.created, second.updated, second.unchanged), (0, 0, records.len() as u64));

    let (_, progress) = stage.run(Some("2017-03-31")).await;
    assert_eq!((progress.reports, progress.failed, progress.unsent), (87, 0, 0));
    assert_eq!(stage.outbox().len(), usize::try_from(progress.sent).unwrap());

    // A plain count over the feed: all sites are in Minneapolis, 18:00 to 06:00, in summer time.
    let (from, to): (DateTime<Utc>, DateTime<Utc>) =
        ("2017-03-31T23:00:00Z".parse().unwrap(), "2017-04-01T11:00:00Z".parse().unwrap());
    let count = |kind: &str, time: &str| -> BTreeMap<String, i64> {
        let mut counts = BTreeMap::new();
        for record in records.iter().filter(|record| record["kind"] == kind) {
            let at: DateTime<Utc> = record[time].as_str().unwrap().parse().unwrap();
            if from <= at && at < to {
                *counts.entry(record["location"].as_str().unwrap().to_owned()).or_default() += 1;
            }
        }
        counts
    };
    let (interactions, incidents) = (count("interaction", "started_at"), count("incident", "occurred_at"));
    assert!(interactions.values().sum::<i64>() > 100 && incidents.values().sum::<i64>() > 0, "the night is a full one");
    let reports =
        stage.app.pipeline.db.reports(&ReportFilter { limit: 1_000, ..ReportFilter::default() }).await.unwrap();
    assert_eq!(reports.len(), 87);
    for row in reports {
        let of = |counts: &BTreeMap<String, i64>| counts.get(row.location.as_str()).copied().unwrap_or(0);
        assert_eq!((row.interactions, row.incidents), (of(&interactions), of(&incidents)), "{}", row.location);
        assert_eq!(row.missing, 0, "{}", row.location);
    }
    stage.app.close().await;
}
