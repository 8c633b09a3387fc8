//! Feed: a number of sites becomes feeds on disk, with the samples' media beside them.
//!
//! Two files: `records.ndjson` for everything but incidents, whose import tells how many records a second go in, and
//! `incidents.ndjson`, whose import spends its time on uploading photos. Nothing here is random.

use std::fs::File;
use std::io::{BufWriter, Write as _};
use std::path::Path;

use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::Tz;
use daybreak::model::{NightDate, NightHours, Window};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::failure::{Failure, Step};
use crate::media::Media;

/// The night that is measured.
pub(crate) const NIGHT: &str = "2026-03-18";
/// The feed without incidents, in the feed's folder.
pub(crate) const RECORDS: &str = "records.ndjson";
/// The incidents.
pub(crate) const INCIDENTS: &str = "incidents.ndjson";

const ZONES: [Tz; 6] = [
    Tz::America__New_York,
    Tz::America__Chicago,
    Tz::America__Mexico_City,
    Tz::Europe__Berlin,
    Tz::Europe__Warsaw,
    Tz::Asia__Tokyo,
];
const LOCALES: [&str; 4] = ["en-US", "es-MX", "de-DE", "pl-PL"];
const CAMERAS: [&str; 3] = ["Entrance", "Cooler aisle", "Loading dock"];
const KINDS: [&str; 4] = ["Vehicle", "Loitering", "Delivery", "Suspicious person"];
const NOTES: [&str; 5] = [
    "Delivery van at the dock, driver known, left after two minutes.",
    "Two people talked under the awning and waited for their ride; nobody came near the door.",
    "Person tried the door, was told through the loudspeaker that the shop is closed, and left northwards.",
    "Cleaning crew, on the list.",
    "Car parked across the entrance with its lights on. Called the key holder, who knows it; left at the second call.",
];
/// A branch has so many sites.
const BRANCH: u32 = 100;

/// What the feed holds.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Shape {
    pub(crate) sites: u32,
    pub(crate) interactions: u32,
    pub(crate) contacts: u32,
    /// Of so many interactions one is escalated, and at least one a night.
    pub(crate) escalated_of: u32,
    /// Whether each incident has a photo of its own, as in life; else seven serve all.
    pub(crate) own_photos: bool,
}

/// How many records were written.
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize)]
pub(crate) struct Written {
    pub(crate) records: u32,
    pub(crate) incidents: u32,
}

/// Writes the feed into `folder`.
pub(crate) fn write(shape: Shape, folder: &Path) -> Result<Written, Failure> {
    std::fs::create_dir_all(folder).step("make the feed's folder")?;
    let mut press = Press::new(shape, folder)?;
    for site in 0..shape.sites {
        if site % BRANCH == 0 {
            let branch = site / BRANCH;
            press
                .record(&json!({"kind": "branch", "ref": format!("b{branch}"), "name": format!("Branch {branch}")}))?;
        }
        press.site(site)?;
    }
    press.records.flush().step("write the feed")?;
    press.incidents.flush().step("write the feed")?;
    Ok(press.written)
}

/// Writes feeds.
struct Press {
    shape: Shape,
    night: NightDate,
    records: BufWriter<File>,
    incidents: BufWriter<File>,
    written: Written,
    media: Media,
}

impl Press {
    fn new(shape: Shape, folder: &Path) -> Result<Self, Failure> {
        let open = |name: &str| File::create(folder.join(name)).map(BufWriter::new).step("make the feed");
        Ok(Self {
            shape,
            night: NIGHT.parse().step("read the night's date")?,
            records: open(RECORDS)?,
            incidents: open(INCIDENTS)?,
            written: Written::default(),
            media: Media::copy(folder)?,
        })
    }

    fn record(&mut self, record: &Value) -> Result<(), Failure> {
        self.written.records += 1;
        writeln!(self.records, "{record}").step("write the feed")
    }

    fn site(&mut self, site: u32) -> Result<(), Failure> {
        let zone = *nth(&ZONES, site);
        let window = NightHours::default().window(self.night, zone);
        let name = format!("s{site:05}");
        self.record(&json!({
            "kind": "location", "ref": name, "branch": format!("b{}", site / BRANCH), "name": format!("Market {site:05}"),
            "address": format!("{} Quay Street", site + 1), "timezone": zone.name(), "locale": nth(&LOCALES, site),
            "timeline_url": format!("https://app.example.com/sites/{name}/timeline?camera={{camera}}&at={{at}}"),
        }))?;
        for (camera, label) in CAMERAS.iter().enumerate() {
            let id = format!("{name}-cam{camera}");
            self.record(&json!({"kind": "camera", "ref": id, "location": name, "name": label}))?;
        }
        for contact in 0..self.shape.contacts {
            self.record(&json!({
                "kind": "contact", "ref": format!("{name}-contact{contact}"), "name": format!("Alex Keeper {site}"),
                "email": format!("keeper{contact}.{name}@customers.example.com"),
                "locale": nth(&LOCALES, site + contact), "locations": [name], "notify": true,
            }))?;
        }
        for back in 0..8_u32 {
            let detections = 400 + site % 97 * 7 + back * 31;
            self.record(&json!({
                "kind": "activity", "location": name, "night": self.night.minus(u64::from(back)),
                "detections": detections, "filtered": detections - 60, "reviewed": 60,
            }))?;
        }
        for number in 0..self.shape.interactions {
            self.event(&name, site, number, window, zone)?;
        }
        self.record(&json!({"kind": "watermark", "location": name, "complete_until": local(window.end, zone)}))
    }

    /// An interaction, every other one with a clip; some of them, and at least one a night, escalated.
    fn event(&mut self, site_ref: &str, site: u32, number: u32, window: Window, zone: Tz) -> Result<(), Failure> {
        let many = self.shape.interactions;
        let is_escalated = number % self.shape.escalated_of == 4.min(many - 1);
        let at = window.start + TimeDelta::seconds(60 + i64::from(number) * 43_000 / i64::from(many));
        let camera = format!("{site_ref}-cam{}", number % 3);
        let (id, clip_id) = (format!("{site_ref}-i{number}"), format!("{site_ref}-c{number}"));
        let mut interaction = json!({
            "kind": "interaction", "ref": id, "location": site_ref, "camera": camera,
            "level": if is_escalated { 2 } else { 1 }, "type": nth(&KINDS, site + number), "started_at": local(at, zone),
            "ended_at": local(at + TimeDelta::seconds(75), zone), "operator": format!("op-{:02}", number % 9),
            "notes": nth(&NOTES, site + number),
        });
        if is_escalated {
            interaction["actions"] = json!(["talk-down", "police called"]);
        }
        if is_escalated || number.is_multiple_of(2) {
            interaction["clip"] = json!(clip_id);
            let medium = self.media.clip(number);
            self.record(&json!({
                "kind": "clip", "ref": clip_id, "location": site_ref, "camera": camera, "recorded_at": local(at, zone),
                "duration_s": 6, "media": medium, "content_type": "video/mp4",
            }))?;
        }
        self.record(&interaction)?;
        if is_escalated { self.escalation(site_ref, site, number, at, zone) } else { Ok(()) }
    }

    /// The incident of an escalated interaction, with its sale and its photo.
    fn escalation(
        &mut self,
        site_ref: &str,
        site: u32,
        number: u32,
        at: DateTime<Utc>,
        zone: Tz,
    ) -> Result<(), Failure> {
        let sale = format!("{site_ref}-t{number}");
        let line = |sku: &str, description: &str, quantity: u32, unit_price: &str, paid: bool| json!({"sku": sku, "description": description, "quantity": quantity, "unit_price": unit_price, "paid": paid});
        self.record(&json!({
            "kind": "transaction", "ref": sale, "location": site_ref, "terminal": "Till 1", "currency": "USD",
            "at": local(at + TimeDelta::seconds(40), zone),
            "lines": [
                line("8801", "Ramen cup “hot”", 2, "4.10", true),
                line("7622", "Chocolate 45 g", 3, "1.79", false),
                line("4901", "Iced tea 500 ml", 1, "2.25", true),
                line("5410", "Energy drink 250 ml", 2, "2.90", false),
                line("0075", "Bottle deposit", 1, "0.25", true),
            ],
            "payment": {"method": "card", "amount": "10.70", "last4": "1556"},
        }))?;
        let photo =
            if self.shape.own_photos { self.media.own_photo(site, number)? } else { self.media.photo(site + number) };
        let incident = json!({
            "kind": "incident", "ref": format!("{site_ref}-x{number}"), "location": site_ref,
            "interaction": format!("{site_ref}-i{number}"), "case": format!("{site_ref}-offender"),
            "occurred_at": local(at + TimeDelta::seconds(20), zone), "type": "Theft",
            "description": "A man in a red jacket scanned three items, put five into his bag and walked out.",
            "reported_by": "op-03", "photo": photo, "clips": [format!("{site_ref}-c{number}")],
            "transaction": sale,
        });
        self.written.incidents += 1;
        writeln!(self.incidents, "{incident}").step("write the feed")
    }
}

/// Lists go round.
pub(crate) fn nth<T>(list: &[T], number: u32) -> &T {
    &list[usize::try_from(number).unwrap_or(0) % list.len()]
}

/// An instant as producers write it: local time with its offset.
fn local(at: DateTime<Utc>, zone: Tz) -> String {
    at.with_timezone(&zone).to_rfc3339()
}
