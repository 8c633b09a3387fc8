//! Pieces: the items of a share become the incidents that they show, the newest night first; each report is read once.
//!
//! It must not show more of a report than the share's own incidents of it.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde::Serialize;

use super::found::{frozen_of, narrowed, whole};
use crate::compose::{Escalation, Incident, Report};
use crate::db::shares::Item;
use crate::model::{IncidentRef, NightDate, ReportId};
use crate::portal::PortalState;
use crate::portal::fault::Fault;
use crate::portal::pages;
use crate::portal::shown::{line, written_out};
use crate::render::l10n::L10n;

/// When something happened, as people name it: in a night, which goes by the date on which it begins, or by day. A date's
/// day comes before its night.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct When {
    pub(super) date: NightDate,
    in_night: bool,
}

impl When {
    /// When `at` was, by the report that tells of it: a frozen one is of its night; one that was composed from rows is of
    /// whatever its incident is.
    pub(super) fn of(report: &Report, frozen: bool, at: DateTime<Utc>) -> Self {
        let night = if frozen { Some(report.night) } else { report.site.hours.night_of(at, report.site.timezone) };
        Self { date: night.unwrap_or(report.night), in_night: night.is_some() }
    }

    /// "Night of Saturday, 28 March 2026"; by day the date alone.
    pub(super) fn words(self, l10n: &L10n) -> String {
        let date = l10n.date_with_weekday(self.date);
        if self.in_night { l10n.message("page-night", &[("date", date.into())]) } else { date }
    }

    /// A page's fragment for it.
    pub(super) fn anchor(self) -> String {
        format!("{}-{}", if self.in_night { "night" } else { "day" }, self.date)
    }
}

/// An incident of a share.
#[derive(Debug, Clone)]
pub(in crate::portal) struct Piece {
    /// Its place in the share.
    pub(super) number: i32,
    pub(super) incident: IncidentRef,
    /// Tells of the share's incidents of that report, and of nothing else.
    pub(in crate::portal) report: Arc<Report>,
    pub(super) when: When,
}

impl Piece {
    /// None where the report does not tell of the incident.
    pub(super) fn of(number: i32, incident: IncidentRef, report: Arc<Report>, frozen: bool) -> Option<Self> {
        let at = pages::find(&report, &incident)?.incident.as_ref()?.occurred_at;
        let when = When::of(&report, frozen, at);
        Some(Self { number, incident, report, when })
    }

    pub(in crate::portal) fn escalation(&self) -> Result<&Escalation, Fault> {
        pages::find(&self.report, &self.incident).ok_or(Fault::NoSuchPage)
    }

    /// What the report says of it.
    pub(super) fn told(&self) -> Option<&Incident> {
        pages::find(&self.report, &self.incident).and_then(|escalation| escalation.incident.as_ref())
    }
}

/// What items show, the newest night first and by their numbers within it; what retention took away is left out.
pub(super) async fn pieces(state: &PortalState, items: &[Item]) -> Result<Vec<Piece>, Fault> {
    let named: BTreeSet<ReportId> = items.iter().filter_map(|item| item.report).collect();
    let mut read = BTreeMap::new();
    for id in named {
        read.insert(id, told_of(state, id, items).await?);
    }
    let mut pieces = Vec::with_capacity(items.len());
    for item in items {
        let report = match item.report {
            Some(id) => read.get(&id).cloned().flatten(),
            None => frozen_of(item)?,
        };
        let piece = report.and_then(|told| Piece::of(item.number, item.incident.clone(), told, item.report.is_some()));
        pieces.extend(piece);
    }
    pieces.sort_by_key(|piece| (Reverse(piece.when), piece.number));
    Ok(pieces)
}

/// A frozen report as far as items are of it; none where retention took it away.
async fn told_of(state: &PortalState, id: ReportId, items: &[Item]) -> Result<Option<Arc<Report>>, Fault> {
    let wanted = items.iter().filter(|item| item.report == Some(id)).map(|item| &item.incident).collect();
    Ok(whole(state, id).await?.map(|report| Arc::new(narrowed(&report, &wanted))))
}

/// The first and the last local date of pieces of several nights, in words; none for one night, or one date.
pub(super) fn span(pieces: &[Piece], l10n: &L10n) -> Option<(String, String)> {
    let one = pieces.first()?.when.date;
    let date = |piece: &Piece| {
        let zone = piece.report.site.timezone;
        piece.told().map(|told| NightDate::new(told.occurred_at.with_timezone(&zone).date_naive()))
    };
    let dates = || pieces.iter().filter_map(date);
    let (first, last) = (dates().min()?, dates().max()?);
    let several = first < last && pieces.iter().any(|piece| piece.when.date != one);
    several.then(|| (l10n.date(first), l10n.date(last)))
}

/// What leads from a share's page to one of its incidents, which may stand on another leaf than the first.
pub(super) fn way_to(number: i32) -> String {
    if number == 1 { "#e1".to_owned() } else { format!("?item={number}#e{number}") }
}

/// A night's incidents in words.
#[derive(Debug, Serialize)]
pub(super) struct Lines {
    when: String,
    incidents: Vec<String>,
}

impl Lines {
    /// About how many bytes it takes on a page.
    pub(super) fn weight(&self) -> usize {
        80 + self.incidents.iter().map(|incident| 25 + written_out(incident)).sum::<usize>()
    }
}

/// Pieces in words, night by night.
pub(super) fn lines(pieces: &[Piece], l10n: &L10n) -> Vec<Lines> {
    let words = |piece: &Piece| {
        let told = piece.told()?;
        let at = l10n.date_time(told.occurred_at, piece.report.site.timezone);
        Some(format!("{}, {at}", line(&told.kind, 80)))
    };
    let nights = pieces.chunk_by(|one, next| one.when == next.when);
    let lines = nights.filter_map(|night| {
        let when = night.first()?.when.words(l10n);
        Some(Lines { when, incidents: night.iter().filter_map(words).collect() })
    });
    lines.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compose::Sample;
    use crate::model::Language;

    fn piece(number: i32, days: u64, by_day: bool) -> Piece {
        let mut report = Sample::Ordinary.report();
        report.night = NightDate::new(report.night.date() - chrono::Days::new(days));
        let told = report.escalations.iter_mut().find_map(|told| told.incident.as_mut()).unwrap();
        told.occurred_at = told.occurred_at - chrono::Days::new(days);
        if by_day {
            told.occurred_at = "2026-03-28T12:00:00Z".parse().unwrap();
        }
        let incident = told.incident.clone();
        Piece::of(number, incident, Arc::new(report), !by_day).unwrap()
    }

    #[test]
    fn nights_are_told_apart_and_a_day_is_no_night() {
        let l10n = L10n::new(Language::En, "en-GB").unwrap();
        let mut all = vec![piece(1, 1, false), piece(2, 0, false), piece(3, 0, true), piece(4, 0, false)];
        all.sort_by_key(|piece| (Reverse(piece.when), piece.number));
        let numbers: Vec<i32> = all.iter().map(|piece| piece.number).collect();
        assert_eq!(numbers, [2, 4, 3, 1], "the newest night first, then the day before it");
        let lines = lines(&all, &l10n);
        let told: Vec<(&str, usize)> = lines.iter().map(|one| (one.when.as_str(), one.incidents.len())).collect();
        assert_eq!(
            told,
            [
                ("Night of Saturday, 28 March 2026", 2),
                ("Saturday, 28 March 2026", 1),
                ("Night of Friday, 27 March 2026", 1)
            ]
        );
        assert_eq!(span(&all, &l10n), Some(("27 March 2026".into(), "28 March 2026".into())));
        assert_eq!(span(&all[..3], &l10n), None, "a night and its day are one date");
        assert_eq!(span(&[], &l10n), None);
        let anchors: Vec<String> = all.iter().map(|piece| piece.when.anchor()).collect();
        assert_eq!(anchors, ["night-2026-03-28", "night-2026-03-28", "day-2026-03-28", "night-2026-03-27"]);
    }

    #[test]
    fn the_way_to_an_incident_names_it_where_it_may_stand_on_another_leaf() {
        assert_eq!((way_to(1).as_str(), way_to(7).as_str()), ("#e1", "?item=7#e7"));
    }
}
