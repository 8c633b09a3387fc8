//! Figures: what was processed becomes tiles, the last nights' bars, and the table of types.

use rust_decimal::Decimal;
use serde::Serialize;

use super::line;
use crate::compose::{Activity, Report};
use crate::render::l10n::L10n;

/// Height of the tallest bar, in the units of the drawing.
const TALLEST: u32 = 72;

/// The numbers of a night.
#[derive(Serialize)]
pub(in crate::portal) struct Figures {
    tiles: Vec<Tile>,
    nights: Vec<Bar>,
    types: Vec<Type>,
    /// All types together, where there are several.
    sum: Option<Type>,
    quiet: bool,
    cameras: String,
    /// How many nights before it is compared with.
    past: usize,
}

#[derive(Serialize)]
struct Tile {
    /// Message key of its label.
    label: &'static str,
    value: Option<String>,
    usual: Option<String>,
    alarming: bool,
}

/// A night as a bar; `x`, `y` and `height` are in the units of the drawing.
#[derive(Serialize)]
struct Bar {
    label: String,
    weekday: String,
    interactions: String,
    incidents: String,
    tonight: bool,
    x: u32,
    y: u32,
    height: u32,
    incident_y: u32,
    incident_height: u32,
}

#[derive(Serialize)]
struct Type {
    kind: String,
    normal: String,
    escalated: String,
    total: String,
}

/// The figures of a report.
pub(in crate::portal) fn figures(report: &Report, l10n: &L10n) -> Figures {
    let types: Vec<Type> = (report.summary.types.iter())
        .map(|count| type_of(line(&count.kind, 80), count.normal, count.escalated, l10n))
        .collect();
    let cameras: Vec<String> = report.site.cameras.iter().map(|camera| line(camera, 80)).collect();
    Figures {
        tiles: tiles(report, l10n),
        nights: bars(report, l10n),
        sum: (types.len() > 1).then(|| type_of(String::new(), report.summary.normal, report.summary.escalated, l10n)),
        types,
        quiet: report.is_quiet(),
        cameras: cameras.join(", "),
        past: report.summary.past.len(),
    }
}

fn type_of(kind: String, normal: u32, escalated: u32, l10n: &L10n) -> Type {
    let number = |number: u32| l10n.integer(number.into());
    Type { kind, normal: number(normal), escalated: number(escalated), total: number(normal + escalated) }
}

fn tiles(report: &Report, l10n: &L10n) -> Vec<Tile> {
    let summary = &report.summary;
    let activity = |label, of: fn(&Activity) -> i64| Tile {
        label,
        value: summary.activity.as_ref().map(|activity| l10n.integer(of(activity))),
        usual: usual(summary.past.iter().filter_map(|night| night.activity.as_ref()).map(of), l10n),
        alarming: false,
    };
    let count = |label, value: u32, past: Vec<i64>, alarming| Tile {
        label,
        value: Some(l10n.integer(value.into())),
        usual: usual(past.into_iter(), l10n),
        alarming,
    };
    let interactions = summary.past.iter().map(|night| night.interactions.into()).collect();
    let incidents = summary.past.iter().map(|night| night.incidents.into()).collect();
    vec![
        activity("page-detections", |activity| activity.detections),
        activity("page-filtered", |activity| activity.filtered),
        activity("page-reviewed", |activity| activity.reviewed),
        count("page-interactions", summary.interactions(), interactions, false),
        count("page-incidents", summary.incidents, incidents, summary.incidents > 0),
    ]
}

/// The average of the past nights, to one decimal where it is small.
fn usual(past: impl Iterator<Item = i64>, l10n: &L10n) -> Option<String> {
    let (mut sum, mut nights) = (Decimal::ZERO, Decimal::ZERO);
    for value in past {
        sum += Decimal::from(value);
        nights += Decimal::ONE;
    }
    let average = sum.checked_div(nights)?;
    let digits = u32::from(average < Decimal::TEN);
    Some(l10n.decimal(&average.round_dp(digits).normalize()))
}

fn bars(report: &Report, l10n: &L10n) -> Vec<Bar> {
    let past = report.summary.past.iter().map(|night| (night.night, night.interactions, night.incidents, false));
    let tonight = (report.night, report.summary.interactions(), report.summary.incidents, true);
    let nights: Vec<_> = past.chain([tonight]).collect();
    let most =
        nights.iter().map(|(_, interactions, incidents, _)| *interactions.max(incidents)).max().unwrap_or(0).max(1);
    let height = |count: u32| {
        let exact = u64::from(count) * u64::from(TALLEST) / u64::from(most);
        // Something is never drawn as nothing.
        u32::try_from(exact).unwrap_or(TALLEST).max(u32::from(count > 0) * 2)
    };
    (0_u32..)
        .zip(nights)
        .map(|(at, (night, interactions, incidents, tonight))| Bar {
            label: l10n.day(night),
            weekday: l10n.weekday(night),
            interactions: l10n.integer(interactions.into()),
            incidents: l10n.integer(incidents.into()),
            tonight,
            x: at * 52,
            y: 16 + TALLEST - height(interactions),
            height: height(interactions),
            incident_y: 16 + TALLEST - height(incidents),
            incident_height: height(incidents),
        })
        .collect()
}
