//! The frame: everything in a mail but its events, as the templates show it.

use std::collections::BTreeMap;

use rust_decimal::Decimal;
use serde::Serialize;
use tera::Value;

use super::changes::{self, CorrectionView};
use super::slots::{self, Links};
use super::summary::{self, SummaryView};
use super::{Accent, Desk, MailOptions, PdfDelivery, shown};
use crate::compose::{Missing, Report};
use crate::model::{BranchBrand, LinkTarget, Logo};
use crate::render::l10n::Arg;

/// Cameras that are listed; the rest is counted.
const MOST_CAMERAS: usize = 40;

/// Everything but the events.
#[derive(Debug, Serialize)]
pub(super) struct Frame {
    lang: String,
    accent: Accent,
    brand: BrandView,
    test: bool,
    revision: i32,
    subject_site: String,
    /// What happened, in one line: "2 incidents, 7 interactions".
    pub(super) headline: String,
    preheader: String,
    site: String,
    address: Option<String>,
    date: String,
    date_full: String,
    window: String,
    zone: String,
    zone_change: Option<String>,
    greeting: String,
    lead: Vec<String>,
    quiet: bool,
    /// When it was due, where it is late.
    late: Option<String>,
    missing: Vec<String>,
    correction: Option<CorrectionView>,
    summary: SummaryView,
    escalations: usize,
    normal: usize,
    incidents_place: Value,
    interactions_place: Value,
    transactions: Option<TransactionsView>,
    cameras: Vec<String>,
    more_cameras: usize,
    report_link: String,
    unsubscribe_link: String,
    built: String,
}

#[derive(Debug, Serialize)]
struct BrandView {
    name: String,
    support: Option<String>,
    address: Option<String>,
    /// The house's name, where the branch has one of its own: the postal address is the house's.
    house: Option<String>,
    /// Whether the branch has colours of its own.
    colored: bool,
    logo: Option<LogoView>,
}

/// A logo's place.
#[derive(Debug, Serialize)]
struct LogoView {
    cid: String,
    width: u32,
    height: u32,
}

impl BrandView {
    fn of(desk: &Desk<'_>, report: &Report, logo: Option<&str>) -> Self {
        let own = report.brand.as_deref();
        let place = |(logo, cid): (&Logo, &str)| {
            let (width, height) = logo.shown();
            LogoView { cid: cid.to_owned(), width, height }
        };
        Self {
            name: shown::line(&desk.brand.name, 80),
            support: desk.brand.support.as_deref().map(|support| shown::line(support, 200)),
            address: desk.brand.address.as_deref().map(|address| shown::line(address, 300)),
            house: own.and_then(|own| own.name.as_ref()).map(|_| shown::line(&desk.house.name, 80)),
            colored: own.and_then(BranchBrand::colors).is_some(),
            logo: own.and_then(|own| own.logo.as_ref()).zip(logo).map(place),
        }
    }
}

#[derive(Debug, Serialize)]
struct TransactionsView {
    count: usize,
    /// What was taken unpaid, a sum for each currency.
    unpaid: Vec<String>,
    attached: bool,
    link: Option<String>,
}

/// The Content-IDs of the frame's pictures, where there are such.
#[derive(Debug, Clone, Copy)]
pub(super) struct Pictures<'a> {
    pub(super) chart: Option<&'a str>,
    pub(super) logo: Option<&'a str>,
}

/// Builds it.
pub(super) fn view(
    desk: &Desk<'_>,
    report: &Report,
    options: MailOptions,
    links: &Links,
    pictures: Pictures<'_>,
) -> Frame {
    let (l10n, zone, window) = (desk.l10n, report.site.timezone, report.window);
    let time = |at| l10n.time(at, zone);
    let cameras = &report.site.cameras;
    let headline = headline(desk, report);
    Frame {
        lang: l10n.tag().to_owned(),
        accent: desk.accent,
        brand: BrandView::of(desk, report, pictures.logo),
        test: options.test,
        revision: report.revision,
        subject_site: shown::line(&report.site.name, 44),
        preheader: preheader(desk, report, &headline),
        headline,
        site: shown::line(&report.site.name, 100),
        address: report.site.address.as_deref().map(|address| shown::line(address, 200)),
        date: l10n.date(report.night),
        date_full: l10n.date_with_weekday(report.night),
        window: desk.say("window", &[("from", time(window.start).into()), ("to", time(window.end).into())]),
        zone: zone_line(desk, report),
        zone_change: zone_change(desk, report),
        greeting: slots::slot(slots::GREETING),
        lead: lead(desk, report),
        quiet: report.is_quiet(),
        late: report.late_since.map(|due| l10n.date_time(due, zone)),
        missing: missing(desk, report),
        correction: report.correction.as_ref().map(|correction| changes::view(desk, report, correction)),
        summary: summary::view(desk, report, pictures.chart),
        escalations: report.escalations.len(),
        normal: report.interactions.len(),
        incidents_place: Value::safe_string(&slots::slot(slots::INCIDENTS)),
        interactions_place: Value::safe_string(&slots::slot(slots::INTERACTIONS)),
        transactions: transactions(desk, report, options.pdf, links),
        cameras: cameras.iter().take(MOST_CAMERAS).map(|camera| shown::line(camera, 60)).collect(),
        more_cameras: cameras.len().saturating_sub(MOST_CAMERAS),
        report_link: links.slot(&LinkTarget::Report),
        unsubscribe_link: links.slot(&LinkTarget::Unsubscribe),
        built: l10n.date_time(report.built_at, zone),
    }
}

/// "2 incidents, 7 interactions": what the sections below count, and nothing that did not happen.
fn headline(desk: &Desk<'_>, report: &Report) -> String {
    let (alone, incidents): (Vec<_>, Vec<_>) = report.escalations.iter().partition(|event| event.incident.is_none());
    let counts = [
        ("count-incidents", incidents.len()),
        ("count-escalated", alone.len()),
        ("count-interactions", report.interactions.len()),
    ];
    let told: Vec<String> = counts
        .into_iter()
        .filter(|(_, count)| *count > 0)
        .map(|(key, count)| desk.say(key, &[("count", count.into())]))
        .collect();
    if told.is_empty() { desk.say("quiet-night", &[]) } else { told.join(", ") }
}

fn preheader(desk: &Desk<'_>, report: &Report, headline: &str) -> String {
    let mut told = vec![headline.to_owned()];
    if let Some(first) = report.escalations.first() {
        let kind = first.incident.as_ref().map(|incident| incident.kind.as_str());
        let kind = kind.or_else(|| first.interaction.as_ref().map(|interaction| interaction.kind.as_str()));
        let time = desk.l10n.time(first.at, report.site.timezone);
        told.push(format!("{time} {}", shown::line(kind.unwrap_or_default(), 40)));
    }
    if let Some(activity) = &report.summary.activity {
        let args = [("detections", activity.detections.into()), ("reviewed", activity.reviewed.into())];
        told.push(desk.say("preheader-activity", &args));
    }
    if !report.missing.is_empty() {
        told.insert(0, desk.say("mark-incomplete", &[]));
    }
    told.join(" · ")
}

fn lead(desk: &Desk<'_>, report: &Report) -> Vec<String> {
    if report.is_quiet() {
        let key = if report.missing.is_empty() { "lead-quiet" } else { "lead-quiet-incomplete" };
        return vec![desk.say(key, &[])];
    }
    let mut lead = vec![desk.say("lead-escalated", &[("count", report.escalations.len().into())])];
    if !report.interactions.is_empty() {
        lead.push(desk.say("lead-interactions", &[("count", report.interactions.len().into())]));
    }
    lead
}

/// "Central European Time (Europe/Warsaw, UTC+1)".
pub(super) fn zone_line(desk: &Desk<'_>, report: &Report) -> String {
    let (zone, start) = (report.site.timezone, report.window.start);
    let args = [
        ("name", desk.l10n.zone_name(zone, start).into()),
        ("id", zone.name().into()),
        ("offset", desk.l10n.zone_offset(zone, start).into()),
    ];
    desk.say("zone", &args)
}

/// Said when the clocks changed during the night, because times then repeat or are left out.
fn zone_change(desk: &Desk<'_>, report: &Report) -> Option<String> {
    let (l10n, zone) = (desk.l10n, report.site.timezone);
    let (from, to) = (l10n.zone_offset(zone, report.window.start), l10n.zone_offset(zone, report.window.end));
    (from != to).then(|| desk.say("zone-change", &[("from", from.into()), ("to", to.into())]))
}

/// What is missing, in words; things of a kind are counted together.
fn missing(desk: &Desk<'_>, report: &Report) -> Vec<String> {
    let mut said = Vec::new();
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for missing in &report.missing {
        match missing {
            Missing::Feed { complete_until: None } => said.push(desk.say("missing-feed", &[])),
            Missing::Feed { complete_until: Some(until) } if *until <= report.window.start => {
                said.push(desk.say("missing-feed", &[]));
            }
            Missing::Feed { complete_until: Some(until) } => {
                let time: Arg<'_> = desk.l10n.time(*until, report.site.timezone).into();
                said.push(desk.say("missing-feed-after", &[("time", time)]));
            }
            Missing::Activity => said.push(desk.say("missing-activity", &[])),
            Missing::Clip { .. } => *counts.entry("missing-clips").or_default() += 1,
            Missing::Photo { .. } => *counts.entry("missing-photos").or_default() += 1,
        }
    }
    said.extend(counts.into_iter().map(|(key, count)| desk.say(key, &[("count", count.into())])));
    said
}

fn transactions(desk: &Desk<'_>, report: &Report, pdf: PdfDelivery, links: &Links) -> Option<TransactionsView> {
    if !report.has_pdf() || (pdf == PdfDelivery::None && report.transactions.is_empty()) {
        return None;
    }
    let mut unpaid: BTreeMap<_, Decimal> = BTreeMap::new();
    for transaction in &report.transactions {
        let sum = unpaid.entry(&transaction.currency).or_default();
        *sum = sum.checked_add(transaction.unpaid_total).unwrap_or(*sum);
    }
    let sums = unpaid.into_iter().filter(|(_, sum)| !sum.is_zero());
    Some(TransactionsView {
        count: report.transactions.len(),
        unpaid: sums.map(|(currency, sum)| desk.l10n.money(&sum, currency)).collect(),
        attached: pdf == PdfDelivery::Attached,
        link: (pdf != PdfDelivery::None).then(|| links.slot(&LinkTarget::Pdf)),
    })
}
