//! Lanes: a night's events become a drawing, time from left to right, a lane for each camera.
//!
//! Places along the time are percentages, so that the drawing fits every window and its letters keep their size; places
//! from the top are pixels. It must not know HTML.

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Timelike, Utc};
use chrono_tz::Tz;
use serde::Serialize;

use crate::compose::Report;
use crate::portal::shown::{Event, line};
use crate::render::l10n::L10n;

/// Lanes beside the one of everything else.
const LANES: usize = 8;
/// Marks; of more events than these, neighbours become one mark.
const MARKS: usize = 100;
/// How close marks may come before one moves down a row, in hundredths of a percent of the night.
const CLOSE: i64 = 240;
/// Rows of a lane; where these are full, marks overlap.
const ROWS: usize = 4;
/// The longest name of a lane, in characters: a phone has room for them.
const LABEL: usize = 36;
/// Height of the hours' row, of a lane's name, and of a row of marks, in pixels.
const RULER: usize = 26;
const NAME: usize = 22;
const ROW: usize = 18;

/// A night, drawn.
#[derive(Debug, Serialize)]
pub(in crate::portal) struct Drawing {
    height: usize,
    hours: Vec<Hour>,
    shifts: Vec<Shift>,
    lanes: Vec<Lane>,
    /// Which shapes are there, by the message that explains them.
    shapes: Vec<Shape>,
}

/// A full hour on the local clock.
#[derive(Debug, Serialize)]
struct Hour {
    x: String,
    label: String,
    /// Where a narrow window leaves the label out.
    minor: bool,
}

/// The clocks change.
#[derive(Debug, Serialize)]
struct Shift {
    x: String,
    before: String,
    after: String,
}

#[derive(Debug, Serialize)]
struct Lane {
    /// None where no camera is known.
    name: Option<String>,
    y: usize,
    line: usize,
    marks: Vec<Mark>,
}

/// One event, or several beside each other.
#[derive(Debug, Serialize)]
struct Mark {
    x: String,
    y: usize,
    shape: Shape,
    href: String,
    label: String,
    /// How many, where it stands for several.
    count: Option<usize>,
    /// Whether the filters leave it out.
    faint: bool,
}

/// What an event is, by shape and colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub(in crate::portal) enum Shape {
    /// An incident.
    Incident,
    /// An escalated interaction without one.
    Escalated,
    /// A normal interaction.
    Normal,
}

/// What is drawn of an event, and where it leads.
pub(in crate::portal) struct Spot {
    at: DateTime<Utc>,
    camera: Option<String>,
    shape: Shape,
    label: String,
    pub(in crate::portal) href: String,
    pub(in crate::portal) faint: bool,
}

impl Spot {
    /// An event that is shown on the page at `href`.
    pub(in crate::portal) fn of(event: &Event, href: String, faint: bool) -> Self {
        let shape = match (event.incident, event.is_escalated()) {
            (true, _) => Shape::Incident,
            (false, true) => Shape::Escalated,
            (false, false) => Shape::Normal,
        };
        let camera = event.seen_by().map(str::to_owned);
        let parts = [event.time.as_str(), event.kind.as_str()].into_iter().chain(camera.as_deref());
        let label = parts.filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" · ");
        Self { at: event.at, camera, shape, label, href, faint }
    }
}

/// The drawing of a report's night; none without events.
pub(in crate::portal) fn draw(report: &Report, spots: Vec<Spot>, l10n: &L10n) -> Option<Drawing> {
    let night = Night { start: report.window.start, length: report.window.end - report.window.start };
    if spots.is_empty() || night.length <= TimeDelta::zero() {
        return None;
    }
    let mut shapes: Vec<Shape> = spots.iter().map(|spot| spot.shape).collect();
    shapes.sort();
    shapes.dedup();
    let zone = report.site.timezone;
    let mut y = RULER;
    let lanes: Vec<Lane> = night
        .gathered(by_camera(spots))
        .into_iter()
        .map(|(name, groups)| {
            let (marks, rows) = night.marks(groups, y + NAME, (zone, l10n));
            let name = name.map(|name| line(&name, LABEL));
            let lane = Lane { name, y: y + 14, line: y + NAME + rows * ROW + 4, marks };
            y = lane.line + 2;
            lane
        })
        .collect();
    let (hours, shifts) = night.hours(zone, l10n);
    Some(Drawing { height: y + 4, hours, shifts, lanes, shapes })
}

/// The busiest cameras' lanes by name, then one of everything else.
fn by_camera(spots: Vec<Spot>) -> Vec<(Option<String>, Vec<Spot>)> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for camera in spots.iter().filter_map(|spot| spot.camera.as_deref()) {
        *counts.entry(camera).or_default() += 1;
    }
    let mut busiest: Vec<(&str, usize)> = counts.into_iter().collect();
    busiest.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    let own: Vec<String> = busiest.into_iter().take(LANES).map(|(camera, _)| camera.to_owned()).collect();
    let mut lanes: BTreeMap<(bool, Option<String>), Vec<Spot>> = BTreeMap::new();
    for spot in spots {
        let name = spot.camera.clone().filter(|camera| own.contains(camera));
        lanes.entry((name.is_none(), name)).or_default().push(spot);
    }
    lanes.into_iter().map(|((_, name), spots)| (name, spots)).collect()
}

struct Night {
    start: DateTime<Utc>,
    length: TimeDelta,
}

impl Night {
    /// Where an instant lies, in hundredths of a percent; an event's incident may lie just outside.
    fn place(&self, at: DateTime<Utc>) -> i64 {
        ((at - self.start).num_seconds() * 10_000 / self.length.num_seconds().max(1)).clamp(0, 10_000)
    }

    /// A lane's marks, and how many rows they take.
    fn marks(&self, groups: Vec<Vec<Spot>>, top: usize, words: (Tz, &L10n)) -> (Vec<Mark>, usize) {
        let mut ends = [i64::MIN / 2; ROWS];
        let mut rows = 1;
        let mut marks = Vec::with_capacity(groups.len());
        for group in groups {
            let place = group.first().map_or(0, |first| self.place(first.at));
            let free = ends.iter().position(|end| place - end >= CLOSE);
            let row = free.unwrap_or_else(|| (0..ROWS).min_by_key(|row| ends[*row]).unwrap_or(0));
            ends[row] = place;
            rows = rows.max(row + 1);
            marks.extend(mark(group, percent(place), top + row * ROW + ROW / 2, words));
        }
        (marks, rows)
    }

    /// Each event alone; where there are too many, neighbours of one shape together, as near as it takes.
    fn gathered(&self, lanes: Vec<(Option<String>, Vec<Spot>)>) -> Vec<(Option<String>, Vec<Vec<Spot>>)> {
        let mut lanes: Vec<_> = lanes
            .into_iter()
            .map(|(name, mut spots)| {
                spots.sort_by_key(|spot| (spot.shape, spot.faint, spot.at));
                (name, spots.into_iter().map(|spot| vec![spot]).collect::<Vec<_>>())
            })
            .collect();
        let mut near = CLOSE;
        while lanes.iter().map(|(_, groups)| groups.len()).sum::<usize>() > MARKS && near <= 10_000 {
            for (_, groups) in &mut lanes {
                *groups = self.nearer(std::mem::take(groups), near);
            }
            near *= 2;
        }
        for (_, groups) in &mut lanes {
            groups.sort_by_key(|group| group.first().map(|first| first.at));
        }
        lanes
    }

    fn nearer(&self, groups: Vec<Vec<Spot>>, near: i64) -> Vec<Vec<Spot>> {
        let mut nearer: Vec<Vec<Spot>> = Vec::with_capacity(groups.len());
        for group in groups {
            let place = |group: &[Spot]| group.first().map_or(0, |first| self.place(first.at));
            let kind = |group: &[Spot]| group.first().map(|first| (first.shape, first.faint));
            match nearer.last_mut() {
                Some(last) if kind(last) == kind(&group) && place(&group) - place(last) < near => last.extend(group),
                _ => nearer.push(group),
            }
        }
        nearer
    }

    /// The full hours, and where the clocks change.
    fn hours(&self, zone: Tz, l10n: &L10n) -> (Vec<Hour>, Vec<Shift>) {
        let step = TimeDelta::minutes(15);
        let (mut hours, mut shifts) = (Vec::new(), Vec::new());
        let mut at = self.start;
        let local = |at: DateTime<Utc>| at.with_timezone(&zone);
        while at <= self.start + self.length {
            if local(at).minute() == 0 {
                hours.push(Hour {
                    x: percent(self.place(at)),
                    label: l10n.time(at, zone),
                    minor: hours.len() % 3 != 0,
                });
            }
            let next = at + step;
            let shown = local(next).naive_local() - local(at).naive_local();
            if shown != step {
                let instant = first_after(at, next, zone);
                let before = l10n.zone_offset(zone, at);
                shifts.push(Shift { x: percent(self.place(instant)), before, after: l10n.zone_offset(zone, next) });
            }
            at = next;
        }
        (hours, shifts)
    }
}

/// The instant between two at which the zone's offset is another than at the first, to the minute.
fn first_after(from: DateTime<Utc>, to: DateTime<Utc>, zone: Tz) -> DateTime<Utc> {
    let offset = |at: DateTime<Utc>| at.with_timezone(&zone).naive_local() - at.naive_utc();
    let minutes = (to - from).num_minutes();
    let mut later = (1..minutes).map(|minute| from + TimeDelta::minutes(minute));
    later.find(|at| offset(*at) != offset(from)).unwrap_or(to)
}

fn mark(group: Vec<Spot>, x: String, y: usize, (zone, l10n): (Tz, &L10n)) -> Option<Mark> {
    let count = Some(group.len()).filter(|count| *count > 1);
    let last = group.last()?.at;
    let first = group.into_iter().next()?;
    let label = match count {
        Some(_) => format!("{} – {}", l10n.time(first.at, zone), l10n.time(last, zone)),
        None => first.label,
    };
    Some(Mark { x, y, shape: first.shape, href: first.href, label, count, faint: first.faint })
}

/// "43.21%".
fn percent(place: i64) -> String {
    format!("{}.{:02}%", place / 100, place % 100)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compose::Sample;
    use crate::model::{Language, Window};
    use crate::portal::shown::events;

    fn l10n() -> L10n {
        L10n::new(Language::En, "en-GB").unwrap()
    }

    fn drawing(report: &Report) -> Drawing {
        let l10n = l10n();
        let spots = events(report, "/r/x", &l10n)
            .into_iter()
            .map(|event| Spot::of(&event, format!("#{}", event.anchor), false));
        draw(report, spots.collect(), &l10n).unwrap()
    }

    fn place(x: &str) -> f64 {
        x.trim_end_matches('%').parse().unwrap()
    }

    #[test]
    fn every_event_of_an_ordinary_night_has_a_mark_that_leads_to_it() {
        let report = Sample::Ordinary.report();
        let drawing = drawing(&report);
        let mut leads: Vec<&str> =
            drawing.lanes.iter().flat_map(|lane| &lane.marks).map(|mark| mark.href.as_str()).collect();
        leads.sort_unstable();
        assert_eq!(leads, ["#e1", "#e2", "#e3", "#e4", "#e5", "#e6", "#e7", "#e8", "#e9"]);
        assert_eq!(drawing.shapes, [Shape::Incident, Shape::Normal]);
        assert!(drawing.lanes.iter().all(|lane| lane.line < drawing.height));
    }

    #[test]
    fn of_many_events_neighbours_become_one_mark_and_none_is_lost() {
        let report = Sample::Busy.report();
        let drawing = drawing(&report);
        let marks: Vec<&Mark> = drawing.lanes.iter().flat_map(|lane| &lane.marks).collect();
        assert!(marks.len() <= MARKS, "{} marks", marks.len());
        assert_eq!(marks.iter().map(|mark| mark.count.unwrap_or(1)).sum::<usize>(), 540);
    }

    #[test]
    fn the_hours_are_those_of_the_local_clock_on_nights_of_eleven_and_thirteen_hours() {
        let mut report = Sample::Ordinary.report();
        report.site.timezone = chrono_tz::Europe::Warsaw;
        for (from, to, hours, shift) in [
            ("2026-03-28T17:00:00Z", "2026-03-29T04:00:00Z", 12, Some(("UTC+1", "UTC+2", 72.72))),
            ("2026-10-24T16:00:00Z", "2026-10-25T05:00:00Z", 14, Some(("UTC+2", "UTC+1", 69.23))),
            ("2026-06-01T16:00:00Z", "2026-06-02T04:00:00Z", 13, None),
        ] {
            report.window = Window { start: from.parse().unwrap(), end: to.parse().unwrap() };
            let night = Night { start: report.window.start, length: report.window.end - report.window.start };
            let (shown, shifts) = night.hours(report.site.timezone, &l10n());
            assert_eq!(shown.len(), hours, "{from}");
            assert_eq!((shown[0].label.as_str(), shown.last().unwrap().label.as_str()), ("18:00", "06:00"));
            assert_eq!((place(&shown[0].x), place(&shown.last().unwrap().x)), (0.0, 100.0));
            let found = shifts.first().map(|shift| (shift.before.as_str(), shift.after.as_str(), place(&shift.x)));
            assert_eq!(found, shift, "{from}");
        }
        let lord_howe = Night { start: "2026-04-04T08:00:00Z".parse().unwrap(), length: TimeDelta::hours(12) };
        let (_, shifts) = lord_howe.hours(chrono_tz::Australia::Lord_Howe, &l10n());
        assert_eq!(shifts.len(), 1, "half an hour is a change, too");
    }

    #[test]
    fn a_night_without_events_is_not_drawn() {
        assert!(draw(&Sample::Quiet.report(), Vec::new(), &l10n()).is_none());
    }
}
