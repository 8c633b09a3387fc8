//! `/r/{token}`: the morning report, with filters, an order, and footage to play.

use std::collections::HashMap;

use axum::extract::{Path, RawQuery, State};
use axum::response::Html;
use serde::Serialize;

use crate::compose::Report;
use crate::db::reports::ReportRow;
use crate::model::{LinkTarget, ReportState, ViewKind};
use crate::portal::PortalState;
use crate::portal::fault::Fault;
use crate::portal::frozen;
use crate::portal::hosted::{self, Beside, Drawing, Leaf, Leaves, Spot};
use crate::portal::looked::{Looker, looked};
use crate::portal::shown::{self, Banners, Choices, Event, Figures, Filter, Heading, Sale};
use crate::portal::visitor::admit;
use crate::render::l10n::L10n;

#[derive(Serialize)]
struct Page<'a> {
    heading: Heading,
    banners: Banners,
    beside: Beside,
    /// None on a night without events.
    drawing: Option<Drawing>,
    figures: Figures,
    /// Address of the page without its query.
    base: &'a str,
    filter: &'a Filter,
    narrow: bool,
    choices: Choices,
    total: usize,
    shown: usize,
    parts: Vec<Part>,
    /// None where everything stands on one page.
    leaf: Option<Leaf>,
    /// Transactions that no incident names.
    sales: Vec<Sale>,
    pdf: bool,
}

/// Events under a title.
#[derive(Serialize)]
struct Part {
    /// Message key.
    title: &'static str,
    events: Vec<Event>,
}

pub(in crate::portal) async fn report(
    State(state): State<PortalState>,
    Path(token): Path<String>,
    RawQuery(query): RawQuery,
    looker: Looker,
) -> Result<Html<String>, Fault> {
    let visitor = admit(&state, &token, |target| *target == LinkTarget::Report).await?;
    let frozen = frozen::report(&state, visitor.access.report).await?;
    let seen = (ViewKind::Page, format!("report:{}", frozen.row.id));
    looked(&state, &visitor, &looker, &frozen.row.location, seen).await;
    let report = &frozen.report;
    let l10n = visitor.l10n(&state, report)?;
    let filter = Filter::parse(query.as_deref());
    let base = format!("/r/{token}");
    let mut events = shown::events(report, &base, &l10n);
    hosted::said(&state, &visitor, (&frozen, &base), &mut events, &l10n).await?;
    let (total, choices) = (events.len(), Choices::of(&events));
    let list = List::of(events, sales(report, &l10n), &filter);
    let page = Page {
        heading: shown::heading(report, visitor.access.expires_at, &l10n),
        banners: shown::banners(report, latest(&state, &frozen.row).await?, &l10n),
        beside: hosted::beside(&state, &visitor, &frozen.row, &l10n).await?,
        drawing: hosted::draw(report, list.spots, &l10n),
        figures: shown::figures(report, &l10n),
        base: &base,
        narrow: filter.is_narrow(),
        choices,
        total,
        shown: list.shown,
        parts: parts(list.events, filter.is_mixed()),
        leaf: list.leaf,
        filter: &filter,
        sales: list.sales,
        pdf: report.has_pdf(),
    };
    state.view.render("report.html", &l10n, &page).map(Html)
}

/// What is listed on the wanted leaf, and where every event of the night stands.
struct List {
    events: Vec<Event>,
    sales: Vec<Sale>,
    leaf: Option<Leaf>,
    spots: Vec<Spot>,
    /// How many events the filters leave, on all leaves.
    shown: usize,
}

impl List {
    /// Events in the order of the report; the sales that no incident names follow them.
    fn of(mut events: Vec<Event>, sales: Vec<Sale>, filter: &Filter) -> Self {
        let weights = |events: &[Event]| {
            let entries = events.iter().map(Event::weight).chain(sales.iter().map(Sale::weight));
            Leaves::cut(entries.collect::<Vec<_>>())
        };
        let whole = weights(&events);
        let everything = Filter::default();
        let mut spots = Vec::with_capacity(events.len());
        let mut places = HashMap::with_capacity(events.len());
        for (at, event) in events.iter().enumerate() {
            // One that the filters leave out leads to the page without them.
            let href = format!("{}#{}", everything.query(Some(whole.of(at))), event.anchor);
            spots.push(Spot::of(event, href, true));
            places.insert(event.anchor.clone(), at);
        }
        filter.apply(&mut events);
        let leaves = weights(&events);
        let (range, leaf) = leaves.open(filter);
        for (at, event) in events.iter().enumerate() {
            let Some(spot) = places.get(&event.anchor).and_then(|place| spots.get_mut(*place)) else { continue };
            let here = range.contains(&at);
            let query = if here { String::new() } else { filter.query(Some(leaves.of(at))) };
            (spot.href, spot.faint) = (format!("{query}#{}", event.anchor), false);
        }
        let shown = events.len();
        let sales = sales.into_iter().enumerate().filter(|(at, _)| range.contains(&(shown + at)));
        Self {
            sales: sales.map(|(_, sale)| sale).collect(),
            events: events.into_iter().enumerate().filter(|(at, _)| range.contains(at)).map(|(_, one)| one).collect(),
            leaf,
            spots,
            shown,
        }
    }
}

/// The transactions that no incident names.
fn sales(report: &Report, l10n: &L10n) -> Vec<Sale> {
    let named = |id| {
        let incidents = report.escalations.iter().filter_map(|escalation| escalation.incident.as_ref());
        incidents.filter_map(|incident| incident.transaction.as_ref()).any(|named| named == id)
    };
    let loose = report.transactions.iter().filter(|transaction| !named(&transaction.transaction));
    loose.map(|transaction| shown::sale(transaction, report, l10n)).collect()
}

/// The newest revision of the night that was built.
pub(in crate::portal) async fn latest(state: &PortalState, row: &ReportRow) -> Result<i32, Fault> {
    let revisions = state.db.revisions(&row.location, row.night).await?;
    let built = revisions.iter().filter(|known| known.state == ReportState::Built);
    Ok(built.map(|known| known.revision).max().unwrap_or(row.revision))
}

/// Escalated ones first under their own title, or all in one list.
fn parts(events: Vec<Event>, mixed: bool) -> Vec<Part> {
    let parts = if mixed {
        vec![Part { title: "page-events", events }]
    } else {
        let (escalated, normal) = events.into_iter().partition(Event::is_escalated);
        vec![Part { title: "page-escalations", events: escalated }, Part { title: "page-normals", events: normal }]
    };
    parts.into_iter().filter(|part| !part.events.is_empty()).collect()
}
