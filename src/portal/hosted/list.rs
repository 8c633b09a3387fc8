//! List: a night's events and loose transactions become what stands on the leaf that somebody asks for, and the place of
//! every event among the leaves.

use std::collections::HashMap;

use super::lanes::Spot;
use super::leaves::{Leaf, Leaves};
use crate::compose::Report;
use crate::portal::shown::{self, Event, Filter, Sale};
use crate::render::l10n::L10n;

/// What is listed on the wanted leaf, and where every event of the night stands.
pub(in crate::portal) struct List {
    pub(in crate::portal) events: Vec<Event>,
    /// Transactions that no incident names.
    pub(in crate::portal) sales: Vec<Sale>,
    /// None where everything stands on one page.
    pub(in crate::portal) leaf: Option<Leaf>,
    /// Where each event of the night stands.
    pub(in crate::portal) spots: Vec<Spot>,
    /// How many events the filters leave, on all leaves.
    pub(in crate::portal) shown: usize,
}

impl List {
    /// Events in the order of the report; the sales that no incident names follow them.
    pub(in crate::portal) fn of(mut events: Vec<Event>, report: &Report, filter: &Filter, l10n: &L10n) -> Self {
        let sales = sales(report, l10n);
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
        let named = filter.event().and_then(|anchor| events.iter().position(|event| event.anchor == anchor));
        let (range, leaf) = match named {
            Some(entry) => leaves.opened(entry, filter),
            None => leaves.open(filter),
        };
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
