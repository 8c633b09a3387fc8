//! Sample reports: what `templates check` renders and what tests of the renderers start from. Nothing in them is random,
//! nobody in them is real.

use chrono::{DateTime, TimeDelta, Utc};
use rust_decimal::Decimal;

use super::{
    Activity, CasePlace, Change, Clip, Correction, Escalation, Footage, How, Incident, Interaction, Line, Missing,
    PastNight, Payment, Photo, Recipient, Report, SCHEMA, Site, Subject, Summary, Transaction, TypeCount,
};
use crate::model::{BranchBrand, Currency, Language, Logo, NightDate, NightHours, ReportId};

/// Which sample.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sample {
    /// A few interactions, two incidents of one case, a transaction.
    Ordinary,
    /// Nothing happened.
    Quiet,
    /// 500 interactions and 40 incidents.
    Busy,
    /// The feed, the activity, a clip and a photo are missing.
    Incomplete,
    /// A second revision.
    Correction,
    /// Hostile and long texts in many scripts in every field.
    Hostile,
}

impl Sample {
    /// All of them.
    pub const ALL: [Self; 6] =
        [Self::Ordinary, Self::Quiet, Self::Busy, Self::Incomplete, Self::Correction, Self::Hostile];

    /// Its name, for messages and snapshot names.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Ordinary => "ordinary",
            Self::Quiet => "quiet",
            Self::Busy => "busy",
            Self::Incomplete => "incomplete",
            Self::Correction => "correction",
            Self::Hostile => "hostile",
        }
    }

    /// A branch's own brand, whose logo is not there.
    #[must_use]
    pub fn brand() -> BranchBrand {
        let sha256 = "0".repeat(64);
        BranchBrand {
            name: Some("Northwind <Watch>".into()),
            sender: Some("Northwind nights".into()),
            reply_to: Some(id("desk@example.com")),
            color: Some(id("#8a1538")),
            color_dark: Some(id("#ff9db5")),
            logo: Some(Logo { key: format!("brands/{sha256}"), sha256, width: 448, height: 96 }),
        }
    }

    /// The report.
    #[must_use]
    pub fn report(self) -> Report {
        match self {
            Self::Ordinary => of(7, 2),
            Self::Quiet => of(0, 0),
            Self::Busy => of(500, 40),
            Self::Incomplete => incomplete(),
            Self::Correction => correction(),
            Self::Hostile => hostile(),
        }
    }
}

/// Every id of a sample is a fixed text that passes its checks.
fn id<T: std::str::FromStr<Err: std::fmt::Debug>>(text: impl AsRef<str>) -> T {
    text.as_ref().parse().expect("a sample's ids are valid")
}

fn start() -> DateTime<Utc> {
    "2026-03-28T17:00:00Z".parse().expect("a sample's instants are valid")
}

fn kind(n: usize) -> &'static str {
    ["Vehicle", "Loitering", "Delivery", "Cleaning crew", "Suspicious person"][n % 5]
}

fn interaction(n: usize, level: i32) -> Interaction {
    let started_at = start() + TimeDelta::seconds(97 + i64::try_from(n).unwrap_or(0) * 83);
    Interaction {
        interaction: id(format!("i{n:04}")),
        level,
        kind: kind(n).into(),
        started_at,
        ended_at: Some(started_at + TimeDelta::seconds(61)),
        camera: Some(["Entrance", "Cooler aisle", "Loading dock"][n % 3].into()),
        operator: Some(format!("op-{:02}", n % 7)),
        notes: match n % 3 {
            0 => "Delivery van at the dock, driver known, left after two minutes.".into(),
            1 => "Person at the door, spoke through the loudspeaker; left the site.".into(),
            _ => String::new(),
        },
        actions: if n % 3 == 1 { vec!["talk-down".into()] } else { Vec::new() },
        clip: n.is_multiple_of(2).then(|| id(format!("c{n:04}"))),
        timeline_url: Some(format!(
            "https://app.example.com/sites/harbor/timeline?camera=cam{}&at={}",
            n % 3,
            started_at.format("%Y-%m-%dT%H:%M:%SZ")
        )),
    }
}

fn clip(n: usize, prefix: &str) -> Clip {
    Clip {
        clip: id(format!("{prefix}{n:04}")),
        recorded_at: start() + TimeDelta::seconds(90 + i64::try_from(n).unwrap_or(0) * 83),
        duration_ms: Some(12_000),
        camera: Some(["Entrance", "Cooler aisle", "Loading dock"][n % 3].into()),
        footage: Footage::Archive {
            key: format!("media/{n:064x}"),
            sha256: Some(format!("{n:064x}")),
            content_type: "video/mp4".into(),
        },
    }
}

fn escalation(n: usize) -> Escalation {
    let handled = interaction(n * 9 + 4, 2 + i32::try_from(n % 2).unwrap_or(0));
    let incident = Incident {
        incident: id(format!("x{n:04}")),
        occurred_at: handled.started_at + TimeDelta::seconds(20),
        kind: "Theft".into(),
        description: "A man in a red jacket scanned two items and walked out with four.".into(),
        reported_by: Some("op-03".into()),
        case: Some(CasePlace { case: id("offender-7"), number: 1042, instance: i64::try_from(n).unwrap_or(0) + 2 }),
        photo: Some(Photo { key: "media/sample-photo".into(), sha256: None }),
        photo_missing: false,
        clips: vec![id(format!("x{n:04}"))],
        transaction: Some(id(format!("t{n:04}"))),
        timeline_url: handled.timeline_url.clone(),
    };
    Escalation { at: incident.occurred_at, incident: Some(incident), interaction: Some(handled) }
}

fn line(sku: &str, description: &str, quantity: i64, cents: i64, paid: bool) -> Line {
    let (quantity, unit_price) = (Decimal::from(quantity), Decimal::new(cents, 2));
    Line { sku: sku.into(), description: description.into(), quantity, unit_price, total: quantity * unit_price, paid }
}

fn transaction(n: usize, at: DateTime<Utc>) -> Transaction {
    let mut lines = vec![
        line("8801", "Ramen cup “hot”", 2, 410, true),
        line("7622", "Chocolate 45 g", 3, 179, false),
        line("4901777", "Iced tea 500 ml", 1, 225, true),
    ];
    if n % 5 == 1 {
        lines.extend((0..60).map(|n| line(&format!("{n:05}"), "Mineral water 0.5 l", 1, 99, n % 4 != 0)));
    }
    let sum = |paid: bool| lines.iter().filter(|line| line.paid == paid).map(|line| line.total).sum::<Decimal>();
    let (paid_total, unpaid_total) = (sum(true), sum(false));
    Transaction {
        transaction: id(format!("t{n:04}")),
        terminal: "Till 1".into(),
        at,
        currency: Currency::new("USD").expect("a sample's currency is valid"),
        paid_total,
        unpaid_total,
        total: paid_total + unpaid_total,
        payment: Some(Payment { method: "card".into(), amount: paid_total, last4: Some("1556".into()) }),
        lines,
    }
}

fn recipients() -> Vec<Recipient> {
    [
        ("Aoife O’Brien", "en-US", Language::En),
        ("Lucía Fernández", "es-MX", Language::Es),
        ("Jörg Müller", "de-DE", Language::De),
        ("Łukasz Żółć", "pl-PL", Language::Pl),
    ]
    .into_iter()
    .enumerate()
    .map(|(n, (name, locale, language))| Recipient {
        contact: id(format!("contact-{n}")),
        name: name.into(),
        email: format!("contact.{n}@customers.example.com"),
        language,
        locale: locale.into(),
    })
    .collect()
}

fn types(events: &[Interaction], escalations: &[Escalation]) -> Vec<TypeCount> {
    let mut types: Vec<TypeCount> = Vec::new();
    for event in events.iter().chain(escalations.iter().filter_map(|escalation| escalation.interaction.as_ref())) {
        let at = types.iter().position(|count| count.kind == event.kind).unwrap_or_else(|| {
            types.push(TypeCount { kind: event.kind.clone(), normal: 0, escalated: 0 });
            types.len() - 1
        });
        if event.level >= 2 { types[at].escalated += 1 } else { types[at].normal += 1 }
    }
    types
}

/// A night with so many interactions and incidents.
fn of(interactions: usize, incidents: usize) -> Report {
    let night: NightDate = id("2026-03-28");
    let hours = NightHours::default();
    let zone = chrono_tz::Europe::Warsaw;
    let location = id("harbor-market");
    let events: Vec<_> = (0..interactions).map(|n| interaction(n, 1)).collect();
    let escalations: Vec<_> = (0..incidents).map(escalation).collect();
    let transactions: Vec<_> = escalations.iter().enumerate().map(|(n, e)| transaction(n, e.at)).collect();
    let mut clips: Vec<_> = (0..interactions).step_by(2).map(|n| clip(n, "c")).collect();
    clips.extend((0..incidents).map(|n| clip(n, "x")));
    clips.extend((0..incidents).map(|n| n * 9 + 4).filter(|n| n % 2 == 0 && *n >= interactions).map(|n| clip(n, "c")));
    clips.sort_by(|a, b| a.clip.cmp(&b.clip));
    let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
    Report {
        schema: SCHEMA,
        id: ReportId::of(&location, night, 1),
        revision: 1,
        built_at: "2026-03-29T04:30:00Z".parse().expect("a sample's instants are valid"),
        late_since: None,
        night,
        window: hours.window(night, zone),
        site: Site {
            location,
            name: "Harbor Market".into(),
            address: Some("12 Quay Street, Gdańsk".into()),
            branch: id("north"),
            branch_name: "North".into(),
            timezone: zone,
            hours,
            locale: Some("pl-PL".into()),
            cameras: ["Entrance", "Cooler aisle", "Loading dock"].map(String::from).into(),
        },
        brand: None,
        missing: Vec::new(),
        summary: Summary {
            activity: Some(Activity { detections: 1_284, filtered: 1_190, reviewed: 94 }),
            normal: count(interactions),
            escalated: count(incidents),
            incidents: count(incidents),
            types: types(&events, &escalations),
            past: (1..=7)
                .rev()
                .map(|days| PastNight {
                    night: night.minus(days),
                    activity: Some(Activity {
                        detections: 1_000 + 41 * i64::try_from(days).unwrap_or(0),
                        filtered: 960,
                        reviewed: 70,
                    }),
                    interactions: 4 + count(usize::try_from(days % 4).unwrap_or(0)),
                    incidents: count(usize::try_from(days % 3).unwrap_or(0)),
                })
                .collect(),
        },
        escalations,
        interactions: events,
        transactions,
        clips,
        correction: None,
        recipients: recipients(),
    }
}

fn incomplete() -> Report {
    let mut report = of(6, 1);
    report.summary.activity = None;
    report.clips[0].footage = Footage::Missing;
    report.clips[1].footage =
        Footage::External { url: "https://footage.example.com/v/77".into(), password: Some("harbor-77".into()) };
    report.missing = vec![
        Missing::Feed { complete_until: Some(report.window.start + TimeDelta::hours(4)) },
        Missing::Activity,
        Missing::Clip { clip: report.clips[0].clip.clone() },
        Missing::Photo { incident: id("x0000") },
    ];
    if let Some(incident) = report.escalations[0].incident.as_mut() {
        incident.photo = None;
        incident.photo_missing = true;
    }
    report
}

fn correction() -> Report {
    let mut report = of(7, 2);
    report.revision = 2;
    report.id = ReportId::of(&report.site.location, report.night, 2);
    report.correction = Some(Correction {
        reason: "The footage shows that the items were paid at till 2.".into(),
        by: "Dana Whitfield".into(),
        changes: vec![
            Change {
                subject: Subject::Incident,
                of: "x0000".into(),
                how: How::Edited,
                fields: vec!["description".into(), "transaction".into()],
            },
            Change { subject: Subject::Incident, of: "x0002".into(), how: How::Removed, fields: Vec::new() },
            Change { subject: Subject::Interaction, of: "i0006".into(), how: How::Added, fields: Vec::new() },
        ],
    });
    report
}

fn hostile() -> Report {
    let mut report = of(8, 2);
    let attack = "<script>alert('x')</script>\" onmouseover=\"alert(1)\" {{ 7*7 }} {% raw %} &amp; ]]> \u{202E}desrever\u{202C} \u{0}\u{7}\r\nBcc: someone@example.com\r\n\u{FDD0}slot\u{FDD1}";
    let scripts = "Zażółć gęślą jaźń · Ωμέγα Παππά · Екатерина Смирнова · محمد الأحمد يقرأ التقرير · नमस्ते दुनिया क्षेत्र · 佐藤健 · さくら · 김철수 · 👩‍👩‍👧";
    report.site.name = format!("Café “Ω” {attack}");
    report.site.address = Some(scripts.into());
    report.site.cameras = vec![attack.into(), scripts.into(), "W".repeat(300)];
    for (n, event) in report.interactions.iter_mut().enumerate() {
        event.notes = match n % 4 {
            0 => attack.into(),
            1 => scripts.into(),
            2 => "long note ".repeat(1_000),
            _ => "x".repeat(10_000),
        };
        event.kind = if n % 2 == 0 { attack.into() } else { "K".repeat(200) };
        event.camera = Some(scripts.into());
        event.operator = Some(attack.into());
        event.actions = vec![attack.into(), scripts.into()];
        event.timeline_url = Some(if n % 2 == 0 {
            "javascript:alert(1)".into()
        } else {
            "https://app.example.com/?q=\"><script>".into()
        });
    }
    for escalation in &mut report.escalations {
        if let Some(incident) = escalation.incident.as_mut() {
            incident.kind = attack.into();
            incident.description = format!("{scripts} {}", "very long ".repeat(1_000));
            incident.reported_by = Some(scripts.into());
        }
    }
    for transaction in &mut report.transactions {
        transaction.terminal = attack.into();
        for line in &mut transaction.lines {
            line.description = format!("{attack} {scripts}");
            line.sku = "9".repeat(64);
        }
    }
    report.recipients[0].name = format!("محمد {attack}");
    report
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sample_survives_its_json_form() {
        for sample in Sample::ALL {
            let report = sample.report();
            let json = serde_json::to_string(&report).unwrap();
            assert_eq!(serde_json::from_str::<Report>(&json).unwrap(), report, "{}", sample.name());
        }
    }
}
