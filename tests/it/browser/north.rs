//! North: a branch whose last night is last night, whatever the date: what its team looks at is recent. One kiosk with
//! incidents, one that was quiet, one that was never reviewed; and the branch `late`, whose night nobody has run yet.

use std::path::Path;

use chrono::{DateTime, Days, NaiveDate, TimeDelta, Utc};
use daybreak::clock::Clock;
use serde_json::{Value, json};

use crate::support::root;

/// The kiosk with incidents, and the one that was quiet.
pub(crate) const KIOSKS: [&str; 2] = ["kiosk-harbour", "kiosk-quiet"];
/// The name of the first.
pub(crate) const KIOSK: &str = "Harbour Kiosk";
/// Who gets its mail.
pub(crate) const CUSTOMER: &str = "helga.jonsdottir@northside.example.com";
/// The incidents of its last night, in their order.
pub(crate) const INCIDENTS: [&str; 4] = ["kh-1", "kh-2", "kh-3", "kh-4"];
/// An incident of the night before, which nobody has reported; it has a recording, too.
pub(crate) const OLD: &str = "kh-old-00";
/// How many incidents there were on the nights before.
pub(crate) const EARLIER: usize = 54;
/// How many locations the branch `late` has.
pub(crate) const LATE: usize = 6;

/// The last night that is over where the clocks show UTC all the year.
pub(super) fn last_night() -> NaiveDate {
    let morning = Clock::System.now() - TimeDelta::hours(6);
    morning.date_naive() - Days::new(1)
}

/// Hours after that night's midnight, which may be negative.
fn at(night: NaiveDate, minutes: i64) -> DateTime<Utc> {
    let midnight = (night + Days::new(1)).and_hms_opt(0, 0, 0).unwrap().and_utc();
    midnight + TimeDelta::minutes(minutes)
}

fn location(name: &str, said: &str, branch: &str) -> Value {
    json!({"kind": "location", "ref": name, "branch": branch, "name": said, "address": "Sample Quay 4, Reykjavík",
        "timezone": "Atlantic/Reykjavik", "locale": "en-GB"})
}

/// Writes `north.ndjson` and the media that it names.
pub(super) fn write(folder: &Path) {
    let media = folder.join("media");
    std::fs::create_dir_all(&media).unwrap();
    for name in ["checkout-kiosk.jpg", "checkout-kiosk.mp4", "entrance.jpg", "entrance.mp4", "cooler-aisle.mp4"] {
        std::fs::copy(root().join("samples/media").join(name), media.join(name)).unwrap();
    }
    let night = last_night();
    let mut records = vec![
        json!({"kind": "branch", "ref": "northside", "name": "Northside"}),
        json!({"kind": "branch", "ref": "late", "name": "Late Shift"}),
        location(KIOSKS[0], KIOSK, "northside"),
        location(KIOSKS[1], "Quiet Kiosk", "northside"),
        location("kiosk-new", "Brand-new Kiosk", "northside"),
        json!({"kind": "camera", "ref": "kh-door", "location": KIOSKS[0], "name": "Door"}),
        json!({"kind": "camera", "ref": "kh-till", "location": KIOSKS[0], "name": "Till"}),
        json!({"kind": "contact", "ref": "helga", "name": "Helga Jónsdóttir", "email": CUSTOMER, "locale": "en-GB",
            "locations": [KIOSKS[0], KIOSKS[1]], "notify": true}),
        json!({"kind": "contact", "ref": "office", "name": "Northside office",
            "email": "office@northside.example.com", "locale": "en-GB", "branches": ["northside"], "notify": false}),
    ];
    records.extend(clips(night));
    records.extend(busy(night));
    records.extend(earlier(night));
    for kiosk in KIOSKS {
        records.push(json!({"kind": "activity", "location": kiosk, "night": night.to_string(), "detections": 210,
            "filtered": 190, "reviewed": 20}));
        records.push(json!({"kind": "watermark", "location": kiosk, "complete_until": at(night, 400)}));
    }
    records.extend(late(night));
    let lines: Vec<String> = records.iter().map(Value::to_string).collect();
    std::fs::write(folder.join("north.ndjson"), lines.join("\n")).unwrap();
}

fn clips(night: NaiveDate) -> Vec<Value> {
    let clip = |name: &str, camera: &str, minutes: i64, file: &str| {
        json!({"kind": "clip", "ref": name, "location": KIOSKS[0], "camera": camera, "recorded_at": at(night, minutes),
            "duration_s": 7, "media": format!("media/{file}.mp4"), "content_type": "video/mp4"})
    };
    vec![
        clip("kh-clip1", "kh-till", 70, "checkout-kiosk"),
        clip("kh-clip2", "kh-door", 72, "entrance"),
        clip("kh-clip3", "kh-door", 150, "cooler-aisle"),
        clip("kh-clip4", "kh-till", -120, "checkout-kiosk"),
        // Of the first incident of the night before.
        clip("kh-clip5", "kh-door", -24 * 60, "entrance"),
        json!({"kind": "clip", "ref": "kh-outside", "location": KIOSKS[0], "recorded_at": at(night, 200),
            "external_url": "https://footage.example.com/kh-3", "password": "herring-7"}),
    ]
}

/// The last night at the busy kiosk.
fn busy(night: NaiveDate) -> Vec<Value> {
    let kiosk = KIOSKS[0];
    let handled = |name: &str, level: u8, kind: &str, minutes: i64, notes: &str| {
        json!({"kind": "interaction", "ref": name, "location": kiosk, "camera": "kh-door", "level": level, "type": kind,
            "started_at": at(night, minutes), "operator": "S. Berg", "notes": notes})
    };
    let mut delivery = handled("kh-a", 1, "Delivery", -118, "Two crates of milk, signed for by the driver.");
    delivery["clip"] = "kh-clip4".into();
    let (one, two, three, four) = (INCIDENTS[0], INCIDENTS[1], INCIDENTS[2], INCIDENTS[3]);
    vec![
        delivery,
        handled("kh-b", 2, "Theft", 70, "Man with a blue bag; the voice message was played twice."),
        handled("kh-c", 2, "Vandalism", 150, "Kicked the door and ran towards the pier."),
        handled("kh-d", 1, "Loitering", 190, "Left after the second announcement."),
        json!({"kind": "transaction", "ref": "kh-sale", "location": kiosk, "terminal": "Till 1", "at": at(night, 74),
            "currency": "ISK", "lines": [
                {"sku": "0411", "description": "Skyr, blueberry", "quantity": 2, "unit_price": "329", "paid": true},
                {"sku": "0782", "description": "Coffee beans 500 g", "quantity": 3, "unit_price": "2190", "paid": false}],
            "payment": {"method": "card", "amount": "658", "last4": "0042"}}),
        json!({"kind": "incident", "ref": one, "location": kiosk, "interaction": "kh-b", "case": "kh-blue-bag",
            "occurred_at": at(night, 70), "type": "Theft", "reported_by": "S. Berg", "photo": "media/checkout-kiosk.jpg",
            "description": "Three packs of coffee went into a blue bag; two yoghurts were paid for.",
            "clips": ["kh-clip1", "kh-clip2"], "transaction": "kh-sale"}),
        json!({"kind": "incident", "ref": two, "location": kiosk, "interaction": "kh-c", "occurred_at": at(night, 150),
            "type": "Vandalism", "description": "The door's lower pane is cracked.", "photo": "media/entrance.jpg",
            "clips": ["kh-clip3"]}),
        json!({"kind": "incident", "ref": three, "location": kiosk, "occurred_at": at(night, 200), "type": "Trespassing",
            "description": "Somebody slept behind the counter.", "clips": ["kh-outside"]}),
        json!({"kind": "incident", "ref": four, "location": kiosk, "occurred_at": at(night, 260), "type": "Unpaid items",
            "description": "A sandwich was not scanned."}),
    ]
}

/// What happened before: enough for a second page.
fn earlier(night: NaiveDate) -> Vec<Value> {
    let kinds = ["Theft", "Unpaid items", "Trespassing"];
    (0..EARLIER)
        .map(|number| {
            let before = night - Days::new(1 + u64::try_from(number / 6).unwrap());
            let minutes = 10 * i64::try_from(number % 6).unwrap();
            let mut record = json!({"kind": "incident", "ref": format!("kh-old-{number:02}"), "location": KIOSKS[0],
                "occurred_at": at(before, minutes), "type": kinds[number % 3],
                "description": format!("An earlier one, number {number}.")});
            if number == 0 {
                record["photo"] = "media/entrance.jpg".into();
                record["clips"] = json!(["kh-clip5"]);
            }
            if number == 7 {
                record["case"] = "kh-blue-bag".into();
            }
            record
        })
        .collect()
}

/// Locations whose night is complete and not reported yet.
fn late(night: NaiveDate) -> Vec<Value> {
    let mut records = vec![json!({"kind": "contact", "ref": "late-lead", "name": "Lena Late",
        "email": "lena@late.example.com", "locale": "en-GB", "branches": ["late"], "notify": true})];
    for number in 1..=LATE {
        let place = format!("late-{number}");
        records.push(location(&place, &format!("Late Counter {number}"), "late"));
        records.push(json!({"kind": "interaction", "ref": format!("{place}-a"), "location": place, "level": 1,
            "type": "Delivery", "started_at": at(night, 30), "notes": "The morning papers."}));
        records.push(json!({"kind": "watermark", "location": place, "complete_until": at(night, 400)}));
    }
    records
}
