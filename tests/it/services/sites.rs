//! Sites: a number of them becomes a feed of their last night, relative to a given instant.

use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::Tz;
use daybreak::model::NightHours;
use serde_json::json;

/// Zones of the sites, by turns.
pub(crate) const SITE_ZONES: [Tz; 4] =
    [Tz::America__Chicago, Tz::Europe__Berlin, Tz::Asia__Tokyo, Tz::America__New_York];

/// Writes `feed.ndjson` into `folder`: sites `s000`, `s001` and so on, each with so many contacts and, in the last
/// night that is over there at `now`, four interactions, an incident with a photo, and a sale.
pub(crate) fn write_sites(folder: &Path, sites: u32, contacts: u32, now: DateTime<Utc>) -> PathBuf {
    let media = Path::new(env!("CARGO_MANIFEST_DIR")).join("samples/media");
    for name in ["entrance.jpg", "entrance.mp4"] {
        std::fs::copy(media.join(name), folder.join(name)).unwrap();
    }
    let path = folder.join("feed.ndjson");
    let mut feed = BufWriter::new(std::fs::File::create(&path).unwrap());
    writeln!(feed, "{}", json!({"kind": "branch", "ref": "b", "name": "Branch"})).unwrap();
    for number in 0..sites {
        let zone = SITE_ZONES[usize::try_from(number).unwrap() % SITE_ZONES.len()];
        for record in site(&format!("s{number:03}"), number, contacts, zone, now) {
            writeln!(feed, "{record}").unwrap();
        }
    }
    feed.flush().unwrap();
    path
}

fn site(name: &str, number: u32, contacts: u32, zone: Tz, now: DateTime<Utc>) -> Vec<serde_json::Value> {
    let hours = NightHours::default();
    let night = hours.last_ended(now, zone);
    let window = hours.window(night, zone);
    let at = |minutes: i64| (window.start + TimeDelta::minutes(minutes)).with_timezone(&zone).to_rfc3339();
    let mut records = vec![
        json!({"kind": "location", "ref": name, "branch": "b", "name": format!("Market {number}"), "timezone": zone.name()}),
        json!({"kind": "camera", "ref": format!("{name}-door"), "location": name, "name": "Door"}),
        json!({"kind": "activity", "location": name, "night": night, "detections": 90 + number, "filtered": 80, "reviewed": 10 + number}),
        json!({"kind": "clip", "ref": format!("{name}-clip"), "location": name, "camera": format!("{name}-door"), "recorded_at": at(61), "duration_s": 6, "media": "entrance.mp4", "content_type": "video/mp4"}),
        json!({"kind": "transaction", "ref": format!("{name}-sale"), "location": name, "terminal": "Till 1", "at": at(62), "currency": "USD", "lines": [
            {"sku": "1", "description": "Tea", "quantity": 1, "unit_price": "2.25", "paid": true},
            {"sku": "2", "description": "Chocolate", "quantity": 2, "unit_price": "1.79", "paid": false},
        ]}),
        json!({"kind": "incident", "ref": format!("{name}-incident"), "location": name, "interaction": format!("{name}-i0"), "case": format!("{name}-case"), "occurred_at": at(61), "type": "Theft", "description": "Took two bars and left.", "photo": "entrance.jpg", "clips": [format!("{name}-clip")], "transaction": format!("{name}-sale")}),
        json!({"kind": "watermark", "location": name, "complete_until": window.end.to_rfc3339()}),
    ];
    records.extend((0..4).map(|i| {
        json!({"kind": "interaction", "ref": format!("{name}-i{i}"), "location": name, "camera": format!("{name}-door"), "level": if i == 0 { 2 } else { 1 }, "type": "Visit", "started_at": at(60 + i * 90), "notes": format!("Note {i} of {name}.")})
    }));
    records.extend((0..contacts).map(|contact| {
        json!({"kind": "contact", "ref": format!("{name}-c{contact}"), "name": format!("Keeper {contact}"), "email": format!("keeper{contact}.{name}@d{}.example.com", number % 5), "locale": if contact == 0 { "en-US" } else { "de-DE" }, "locations": [name], "notify": true})
    }));
    records
}
