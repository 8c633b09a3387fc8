//! A week of real, timed events: imported whole, repeated without a change, and counted.

use std::collections::{BTreeMap, BTreeSet};

use super::*;
use crate::collect::collect;
use crate::compose::{Build, compose};
use crate::model::{NightDate, ReportId};

/// Lies beside the repository; where it does not, there is nothing to test.
fn feed() -> Option<PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data/minneapolis/feed.ndjson");
    path.exists().then_some(path)
}

/// What a plain count over the feed's lines says of a site's night.
#[derive(Debug, Default, PartialEq, Eq)]
struct Plain {
    normal: usize,
    escalated: usize,
    incidents: usize,
    detections: Option<i64>,
    interactions: BTreeSet<String>,
    named_incidents: BTreeSet<String>,
    transactions: BTreeSet<String>,
    recipients: BTreeSet<String>,
}

/// Counts the night 2017-03-31 for every site without any of our code. All sites lie in America/Chicago, which was five
/// hours behind UTC then; the window of each is 18:00 to 06:00.
fn plain_counts(feed: &str) -> BTreeMap<String, Plain> {
    let records: Vec<serde_json::Value> = feed.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let text = |record: &serde_json::Value, field: &str| record[field].as_str().unwrap_or_default().to_owned();
    let mut sites: BTreeMap<String, Plain> = BTreeMap::new();
    for record in records.iter().filter(|record| record["kind"] == "location") {
        assert_eq!(record["timezone"], "America/Chicago");
        assert_eq!((&record["night"]["from"], &record["night"]["to"]), (&"18:00".into(), &"06:00".into()));
        sites.insert(text(record, "ref"), Plain::default());
    }
    for record in &records {
        let within = |field: &str| {
            let at = text(record, field);
            // All times of this feed end in Z and have whole seconds, so they compare as text.
            assert!(at.len() == 20 && at.ends_with('Z'), "{at}");
            ("2017-03-31T23:00:00Z".."2017-04-01T11:00:00Z").contains(&at.as_str())
        };
        let site = text(record, "location");
        match record["kind"].as_str().unwrap() {
            "interaction" if within("started_at") => {
                let plain = sites.get_mut(&site).unwrap();
                plain.interactions.insert(text(record, "ref"));
                if record["level"] == 1 { plain.normal += 1 } else { plain.escalated += 1 }
            }
            "incident" if within("occurred_at") => {
                let plain = sites.get_mut(&site).unwrap();
                plain.incidents += 1;
                plain.named_incidents.insert(text(record, "ref"));
                plain.transactions.extend(record["transaction"].as_str().map(String::from));
            }
            "transaction" if within("at") => {
                sites.get_mut(&site).unwrap().transactions.insert(text(record, "ref"));
            }
            "activity" if record["night"] == "2017-03-31" => {
                sites.get_mut(&site).unwrap().detections = record["detections"].as_i64();
            }
            _ => {}
        }
    }
    let branches: BTreeMap<_, _> = records
        .iter()
        .filter(|record| record["kind"] == "location")
        .map(|record| (text(record, "ref"), text(record, "branch")))
        .collect();
    for contact in records.iter().filter(|record| record["kind"] == "contact" && record["notify"] == true) {
        let named =
            |field: &str, of: &str| contact[field].as_array().is_some_and(|all| all.iter().any(|one| one == of));
        for (site, plain) in &mut sites {
            if named("locations", site) || named("branches", &branches[site]) {
                plain.recipients.insert(text(contact, "ref"));
            }
        }
    }
    sites
}

#[tokio::test]
async fn the_week_of_minneapolis_is_imported_whole_and_every_site_counts_right() {
    let Some(path) = feed() else {
        use std::io::Write as _;
        let _ = writeln!(std::io::stderr(), "skipped: ../shared/data/minneapolis is not there");
        return;
    };
    on_each_database("minneapolis", async |db| {
        let place = Place::new().await;
        let text = std::fs::read_to_string(&path).unwrap();
        let lines = text.lines().count() as u64;
        let first = send_path(db, &place.archive, &path).await.unwrap();
        assert_eq!(first.total(), Counts { created: lines, updated: 0, unchanged: 0 });
        assert_eq!(first.media, MediaCounts { uploaded: 2, known: 0, missing: 0 });
        let again = send_path(db, &place.archive, &path).await.unwrap();
        assert_eq!(again.total(), Counts { created: 0, updated: 0, unchanged: lines });
        assert_eq!(again.media, MediaCounts { uploaded: 0, known: 2, missing: 0 });
        let expected = plain_counts(&text);
        assert_eq!(expected.len(), 87);
        let night: NightDate = "2017-03-31".parse().unwrap();
        let mut found = BTreeMap::new();
        for site in db.locations().await.unwrap() {
            let rows = collect(db, &site.location, night).await.unwrap();
            let id = ReportId::of(&site.location, night, 1);
            let report = compose(&rows, &Build { id, revision: 1, built_at: now(), correction: None });
            assert_eq!(report.missing, []);
            assert_eq!(report.summary.past.len(), 4, "the feed begins on 2017-03-27");
            let escalated = report.escalations.iter().filter_map(|escalation| escalation.interaction.as_ref());
            let shown = report.interactions.iter().chain(escalated);
            let plain = Plain {
                normal: report.summary.normal as usize,
                escalated: report.summary.escalated as usize,
                incidents: report.summary.incidents as usize,
                detections: report.summary.activity.map(|activity| activity.detections),
                interactions: shown.map(|interaction| interaction.interaction.to_string()).collect(),
                named_incidents: report
                    .escalations
                    .iter()
                    .filter_map(|escalation| Some(escalation.incident.as_ref()?.incident.to_string()))
                    .collect(),
                transactions: report.transactions.iter().map(|sale| sale.transaction.to_string()).collect(),
                recipients: report.recipients.iter().map(|recipient| recipient.contact.to_string()).collect(),
            };
            assert_eq!(report.interactions.len(), plain.normal);
            found.insert(site.location.to_string(), plain);
        }
        assert_eq!(found, expected);
        assert!(found.values().map(|plain| plain.incidents).sum::<usize>() > 0);
    })
    .await;
}
