//! Tests of a report's parts, from nights made by hand.

use rust_decimal::Decimal;

use super::*;
use crate::collect::Night;
use crate::db::activities::NightCounts;
use crate::db::clips::{Clip as ClipRow, KnownClip};
use crate::db::contacts::Notified;
use crate::db::incidents::{Incident as IncidentRow, KnownIncident};
use crate::db::interactions::Interaction as InteractionRow;
use crate::db::sites::{Camera, Location};
use crate::db::transactions::{Sale, SaleLine, SalePayment};
use crate::model::{NightDate, NightHours, ReportId};

fn id<T: std::str::FromStr<Err: std::fmt::Debug>>(text: &str) -> T {
    text.parse().unwrap()
}

fn counts(night: &str) -> NightCounts {
    NightCounts {
        night: id(night),
        detections: Some(9),
        filtered: Some(5),
        reviewed: Some(4),
        interactions: 0,
        incidents: 0,
    }
}

fn interaction(name: &str, level: i32, kind: &str, at: &str) -> InteractionRow {
    InteractionRow {
        interaction: id(name),
        location: id("l"),
        camera: Some(id("c")),
        level,
        kind: kind.into(),
        started_at: id(at),
        ended_at: None,
        operator: None,
        notes: String::new(),
        actions: Vec::new(),
        clip: None,
    }
}

fn incident(name: &str, behind: Option<&str>, at: &str) -> KnownIncident {
    KnownIncident {
        incident: IncidentRow {
            incident: id(name),
            location: id("l"),
            interaction: behind.map(id),
            case: Some(id("thief")),
            occurred_at: id(at),
            kind: "Theft".into(),
            description: "D".into(),
            reported_by: None,
            photo_key: None,
            clips: Vec::new(),
            transaction: None,
        },
        case_number: Some(1042),
        instance: Some(3),
        photo_present: None,
        photo_sha256: None,
        photo_checked_at: None,
    }
}

fn night() -> Night {
    let hours = NightHours::default();
    let date: NightDate = id("2026-03-28");
    let zone = chrono_tz::Europe::Warsaw;
    Night {
        night: date,
        window: hours.window(date, zone),
        site: Location {
            location: id("l"),
            branch: id("b"),
            name: "Site".into(),
            address: None,
            timezone: zone,
            hours,
            locale: None,
            timeline_url: Some("https://app.example.com/{camera}/{at}".into()),
        },
        branch_name: "Branch".into(),
        brand: None,
        cameras: vec![Camera { camera: id("c"), location: id("l"), name: "Door".into() }],
        complete_until: Some(hours.window(date, zone).end),
        tonight: counts("2026-03-28"),
        past: vec![
            NightCounts { detections: None, ..counts("2026-03-26") },
            NightCounts { interactions: 2, ..counts("2026-03-27") },
        ],
        interactions: Vec::new(),
        earlier: Vec::new(),
        incidents: Vec::new(),
        clips: Vec::new(),
        sales: Vec::new(),
        earlier_sales: Vec::new(),
        contacts: Vec::new(),
    }
}

fn report(night: &Night) -> Report {
    revision(night, 1, None)
}

fn revision(night: &Night, revision: i32, previous: Option<&Report>) -> Report {
    let correction = (revision > 1).then(|| Regeneration { reason: "A mistake".into(), by: "Dana".into(), previous });
    let id = ReportId::of(&night.site.location, night.night, revision);
    compose(night, &Build { id, revision, built_at: "2026-03-29T04:30:00Z".parse().unwrap(), correction })
}

#[test]
fn a_quiet_complete_night_misses_nothing() {
    let report = report(&night());
    assert!(report.is_quiet() && !report.has_pdf());
    assert_eq!(report.missing, []);
    assert_eq!(report.summary.past.len(), 1, "a night without activity and events is absent");
    assert_eq!(report.site.cameras, ["Door"]);
}

#[test]
fn an_interaction_stands_once() {
    let mut night = night();
    night.interactions = vec![
        interaction("i1", 1, "Vehicle", "2026-03-28T20:00:00Z"),
        interaction("i2", 2, "Person", "2026-03-28T20:10:00Z"),
        interaction("i3", 3, "Person", "2026-03-28T20:20:00Z"),
    ];
    night.incidents = vec![
        incident("x1", Some("i2"), "2026-03-28T20:10:30Z"),
        incident("x2", Some("i2"), "2026-03-28T20:11:00Z"),
        incident("x3", Some("i1"), "2026-03-28T20:00:00Z"),
        incident("x4", Some("nowhere"), "2026-03-28T20:30:00Z"),
    ];
    let report = report(&night);
    let shown: Vec<_> = report
        .escalations
        .iter()
        .map(|escalation| {
            let incident = escalation.incident.as_ref().map(|incident| incident.incident.to_string());
            (incident.unwrap_or_default(), escalation.interaction.as_ref().map(|row| row.interaction.to_string()))
        })
        .collect();
    let expected = [("x3", None), ("x1", Some("i2")), ("x2", None), ("", Some("i3")), ("x4", None)];
    assert_eq!(shown, expected.map(|(incident, behind)| (incident.to_owned(), behind.map(str::to_owned))));
    assert_eq!(report.interactions.len(), 1);
    assert_eq!((report.summary.normal, report.summary.escalated, report.summary.incidents), (1, 2, 4));
    let case = report.escalations[0].incident.as_ref().unwrap().case.as_ref().unwrap();
    assert_eq!((case.number, case.instance), (1042, 3));
    let links: Vec<_> = report
        .escalations
        .iter()
        .map(|escalation| escalation.incident.as_ref().and_then(|incident| incident.timeline_url.clone()).is_some())
        .collect();
    assert_eq!(links, [true, true, true, false, false], "without a camera there is no link");
}

#[test]
fn types_are_ordered_by_frequency_then_name() {
    let mut night = night();
    night.interactions = [("a", 1, "Vehicle"), ("b", 2, "Person"), ("c", 1, "Animal"), ("d", 1, "Person")]
        .map(|(name, level, kind)| interaction(name, level, kind, "2026-03-28T20:00:00Z"))
        .to_vec();
    let types: Vec<_> =
        report(&night).summary.types.into_iter().map(|count| (count.kind, count.normal, count.escalated)).collect();
    assert_eq!(types, [("Person".into(), 1, 1), ("Animal".into(), 1, 0), ("Vehicle".into(), 1, 0)]);
}

#[test]
fn footage_is_in_the_archive_outside_or_missing() {
    let clip = |name: &str, key: Option<&str>, present: Option<bool>, url: Option<&str>| KnownClip {
        clip: ClipRow {
            clip: id(name),
            location: id("l"),
            camera: Some(id("c")),
            recorded_at: id("2026-03-28T19:00:00Z"),
            duration_ms: None,
            object_key: key.map(str::to_owned),
            content_type: Some("video/mp4".into()),
            external_url: url.map(str::to_owned),
            password: None,
        },
        present,
        sha256: None,
        checked_at: None,
    };
    let mut night = night();
    night.clips = vec![
        clip("a", Some("k"), Some(true), Some("https://v.example")),
        clip("b", Some("k"), Some(false), Some("https://v.example")),
        clip("c", Some("k"), Some(false), None),
        clip("d", Some("k"), None, None),
        clip("e", None, None, Some("https://v.example")),
    ];
    let mut known = incident("x", None, "2026-03-28T20:00:00Z");
    known.incident.clips = ["a", "b", "c", "d", "e", "f"].map(id).to_vec();
    night.incidents = vec![known];
    let report = report(&night);
    let shown: Vec<_> = report
        .clips
        .iter()
        .map(|clip| match clip.footage {
            Footage::Archive { .. } => "archive",
            Footage::External { .. } => "outside",
            Footage::Missing => "missing",
        })
        .collect();
    assert_eq!(shown, ["archive", "outside", "missing", "missing", "outside", "missing"]);
    let missing = ["c", "d", "f"].map(|clip| Missing::Clip { clip: id(clip) });
    assert_eq!(report.missing, missing);
    let incident = report.escalations[0].incident.as_ref().unwrap();
    assert_eq!(
        incident.timeline_url.as_deref(),
        Some("https://app.example.com/c/2026-03-28T20:00:00Z"),
        "the first clip knows the camera"
    );
}

fn sale(name: &str, lines: &[(&str, &str, bool)]) -> Sale {
    Sale {
        transaction: id(name),
        location: id("l"),
        terminal: "1".into(),
        at: id("2026-03-28T20:00:00Z"),
        currency: crate::model::Currency::new("PLN").unwrap(),
        lines: lines
            .iter()
            .map(|(quantity, price, paid)| SaleLine {
                sku: "1".into(),
                description: "D".into(),
                quantity: id(quantity),
                unit_price: id(price),
                paid: *paid,
            })
            .collect(),
        payment: Some(SalePayment { method: "card".into(), amount: id("0.40"), last4: None }),
    }
}

#[test]
fn totals_are_exact_decimals() {
    let mut night = night();
    night.sales = vec![
        sale("t1", &[("1", "0.10", true), ("3", "0.10", true), ("0.355", "2.99", false), ("1", "-0.05", false)]),
        sale("t2", &[("999999999999.999999", "999", true)]),
        sale("t3", &[]),
    ];
    let mut named = incident("x", None, "2026-03-28T20:00:00Z");
    named.incident.transaction = Some(id("t3"));
    night.incidents = vec![named];
    let report = report(&night);
    let totals: Vec<_> = report
        .transactions
        .iter()
        .map(|sale| (sale.transaction.as_str(), sale.paid_total.to_string(), sale.unpaid_total.to_string()))
        .collect();
    assert_eq!(
        totals,
        [
            ("t3", "0".into(), "0".into()),
            ("t1", "0.40".into(), "1.01145".into()),
            ("t2", "998999999999999.999001".into(), "0".into()),
        ]
    );
    assert_eq!(report.transactions[1].total, Decimal::new(141_145, 5));
    assert!(report.has_pdf());
}

#[test]
fn languages_follow_the_contact_then_the_site_then_english() {
    let contact = |name: &str, locale: Option<&str>| Notified {
        contact: id(name),
        name: "N".into(),
        email: "n@example.com".into(),
        locale: locale.map(str::to_owned),
    };
    let mut night = night();
    night.contacts = vec![contact("a", Some("pl-PL")), contact("b", None), contact("c", Some("ja-JP"))];
    let languages = |night: &Night| {
        let recipients = report(night).recipients.into_iter();
        recipients.map(|one| format!("{} {}", one.language, one.locale)).collect::<Vec<_>>()
    };
    assert_eq!(languages(&night), ["pl pl-PL", "en en", "en ja-JP"]);
    night.site.locale = Some("es-MX".into());
    assert_eq!(languages(&night), ["pl pl-PL", "es es-MX", "en ja-JP"]);
}

#[test]
fn a_revision_says_what_changed() {
    let mut night = night();
    night.interactions = vec![
        interaction("i1", 1, "Vehicle", "2026-03-28T20:00:00Z"),
        interaction("i2", 1, "Person", "2026-03-28T20:10:00Z"),
    ];
    night.incidents = vec![incident("x1", None, "2026-03-28T20:10:30Z"), incident("x2", None, "2026-03-28T20:11:00Z")];
    night.sales = vec![sale("t1", &[("1", "1", true)])];
    night.complete_until = None;
    let first = report(&night);
    assert_eq!(first.correction, None);
    assert_eq!(revision(&night, 2, Some(&first)).correction.unwrap().changes, []);
    assert_eq!(revision(&night, 2, None).correction.unwrap().changes, []);

    night.complete_until = Some(night.window.end);
    night.interactions[0].notes = "Seen again".into();
    night.interactions[0].level = 2;
    night.interactions.remove(1);
    night.incidents.remove(0);
    night.incidents[0].incident.description = "Other".into();
    night.incidents[0].incident.interaction = Some(id("i1"));
    night.incidents.push(incident("x3", None, "2026-03-28T21:00:00Z"));
    night.sales[0].lines[0].paid = false;
    night.tonight.reviewed = Some(5);
    let second = revision(&night, 2, Some(&first));
    let correction = second.correction.unwrap();
    assert_eq!((&*correction.reason, &*correction.by), ("A mistake", "Dana"));
    let changes: Vec<_> = correction
        .changes
        .iter()
        .map(|change| format!("{:?} {} {:?} {}", change.subject, change.of, change.how, change.fields.join(",")))
        .collect();
    assert_eq!(
        changes,
        [
            "Incident x1 Removed ",
            "Incident x2 Edited interaction,description",
            "Incident x3 Added ",
            "Interaction i1 Edited level,notes",
            "Interaction i2 Removed ",
            "Transaction t1 Edited lines",
            "Activity 2026-03-28 Edited reviewed",
            "Completeness feed Removed ",
        ]
    );
}

#[test]
fn a_brand_is_frozen_and_a_report_without_one_is_written_as_before_there_were_any() {
    let plain = report(&night());
    let json = serde_json::to_string(&plain).unwrap();
    assert!(!json.contains("brand\":"), "{json}");
    assert_eq!(serde_json::from_str::<Report>(&json).unwrap(), plain);
    let branded = report(&Night { brand: Some(Sample::brand()), ..night() });
    assert_eq!(branded.brand.as_deref(), Some(&Sample::brand()));
    let back: Report = serde_json::from_str(&serde_json::to_string(&branded).unwrap()).unwrap();
    assert_eq!(back, branded);
}
