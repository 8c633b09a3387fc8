//! The summary: what was processed, by type and level, compared with the site's own last seven nights.

use rust_decimal::Decimal;
use serde::Serialize;

use super::chart::{self, Bars, NIGHTS};
use super::{Desk, shown};
use crate::compose::{PastNight, Report};
use crate::render::RenderError;

/// Types that are listed; the rest is counted.
const MOST_TYPES: usize = 12;

/// What was processed, as the templates show it.
#[derive(Debug, Serialize)]
pub(super) struct SummaryView {
    rows: Vec<Row>,
    /// Over how many nights the averages go; 0 leaves them out.
    nights: usize,
    types: Vec<TypeRow>,
    more_types: usize,
    chart: Option<ChartView>,
}

#[derive(Debug, Serialize)]
struct Row {
    label: String,
    value: String,
    average: Option<String>,
    detail: Option<String>,
    strong: bool,
}

#[derive(Debug, Serialize)]
struct TypeRow {
    kind: String,
    normal: String,
    escalated: String,
}

/// The chart's frame; the picture itself is [`picture`].
#[derive(Debug, Serialize)]
struct ChartView {
    cid: String,
    alt: String,
    width: u16,
    height: u16,
    columns: Vec<Column>,
}

#[derive(Debug, Serialize)]
struct Column {
    weekday: String,
    interactions: String,
    incidents: String,
    tonight: bool,
}

/// Builds the summary. `chart` is the Content-ID of the chart's picture, where there is one.
pub(super) fn view(desk: &Desk<'_>, report: &Report, chart: Option<&str>) -> SummaryView {
    let types = &report.summary.types;
    let count = |count: u32| desk.l10n.integer(i64::from(count));
    SummaryView {
        rows: rows(desk, report),
        nights: report.summary.past.len(),
        types: types
            .iter()
            .take(MOST_TYPES)
            .map(|of| TypeRow {
                kind: shown::line(&of.kind, 48),
                normal: count(of.normal),
                escalated: count(of.escalated),
            })
            .collect(),
        more_types: types.len().saturating_sub(MOST_TYPES),
        chart: chart.map(|cid| chart_view(desk, report, cid)),
    }
}

fn rows(desk: &Desk<'_>, report: &Report) -> Vec<Row> {
    let summary = &report.summary;
    let past = &summary.past;
    let row = |key: &str, value: i64, average: Option<String>| Row {
        label: desk.say(key, &[]),
        value: desk.l10n.integer(value),
        average,
        detail: None,
        strong: false,
    };
    let active = |of: fn(&crate::compose::Activity) -> i64| {
        average(desk, past.iter().filter_map(|night| night.activity.as_ref().map(of)))
    };
    let mut rows = Vec::with_capacity(5);
    if let Some(activity) = &summary.activity {
        rows.push(row("row-detections", activity.detections, active(|a| a.detections)));
        rows.push(row("row-filtered", activity.filtered, active(|a| a.filtered)));
        rows.push(row("row-reviewed", activity.reviewed, active(|a| a.reviewed)));
    }
    let handled = average(desk, past.iter().map(|night| i64::from(night.interactions)));
    let mut interactions = row("row-interactions", i64::from(summary.interactions()), handled);
    if summary.escalated > 0 {
        let split = [("normal", summary.normal.into()), ("escalated", summary.escalated.into())];
        interactions.detail = Some(desk.say("interactions-split", &split));
    }
    interactions.strong = summary.interactions() > 0;
    rows.push(interactions);
    let incidents = average(desk, past.iter().map(|night| i64::from(night.incidents)));
    rows.push(Row { strong: summary.incidents > 0, ..row("row-incidents", i64::from(summary.incidents), incidents) });
    rows
}

/// The average, with one digit after the point where it is small; none of nothing.
fn average(desk: &Desk<'_>, counts: impl Iterator<Item = i64>) -> Option<String> {
    let (sum, nights) =
        counts.fold((Decimal::ZERO, 0_i64), |(sum, nights), count| (sum + Decimal::from(count), nights + 1));
    let mean = sum.checked_div(Decimal::from(nights))?;
    let digits = u32::from(mean < Decimal::TEN);
    Some(desk.l10n.decimal(&mean.round_dp(digits).normalize()))
}

/// This night and the seven before, oldest first.
fn bars(report: &Report) -> [Option<Bars>; NIGHTS] {
    let of = |night: &PastNight| Bars { interactions: night.interactions, incidents: night.incidents };
    std::array::from_fn(|at| {
        let back = NIGHTS - 1 - at;
        if back == 0 {
            return Some(Bars { interactions: report.summary.interactions(), incidents: report.summary.incidents });
        }
        let night = report.night.minus(back as u64);
        report.summary.past.iter().find(|past| past.night == night).map(of)
    })
}

/// The chart's picture, where there is something to show.
pub(super) fn picture(report: &Report) -> Result<Option<Vec<u8>>, RenderError> {
    let bars = bars(report);
    let something = bars.iter().flatten().any(|night| night.interactions + night.incidents > 0);
    if something { chart::draw(&bars).map(Some) } else { Ok(None) }
}

fn chart_view(desk: &Desk<'_>, report: &Report, cid: &str) -> ChartView {
    let bars = bars(report);
    let nights = bars.iter().zip((0..NIGHTS as u64).rev()).map(|(bars, back)| (report.night.minus(back), bars));
    let columns = nights.clone().map(|(night, bars)| Column {
        weekday: desk.l10n.weekday(night),
        interactions: bars.map_or_else(|| "–".to_owned(), |bars| desk.l10n.integer(bars.interactions.into())),
        incidents: bars.map_or_else(String::new, |bars| desk.l10n.integer(bars.incidents.into())),
        tonight: night == report.night,
    });
    let told = nights.filter_map(|(night, bars)| {
        let bars = (*bars)?;
        let args = [
            ("day", desk.l10n.day(night).into()),
            ("interactions", bars.interactions.into()),
            ("incidents", bars.incidents.into()),
        ];
        Some(desk.say("chart-night", &args))
    });
    let list = told.collect::<Vec<_>>().join("; ");
    ChartView {
        cid: cid.to_owned(),
        alt: desk.say("chart-alt", &[("nights", list.into())]),
        width: chart::WIDTH / 2,
        height: chart::HEIGHT / 2,
        columns: columns.collect(),
    }
}
