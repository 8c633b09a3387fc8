//! Nights: the local date on which a location's window begins, and the window's two instants.
//!
//! The whole of time is cut by local wall-clock times; a wall-clock time that a clock change skips
//! begins at the first instant after the gap, one that happens twice is taken the first time.
//! So windows of successive nights never overlap, in every zone and on every day.

use chrono::{DateTime, Datelike, Days, LocalResult, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, TimeZone, Utc};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};
use std::fmt;

/// The local date on which a night's window begins: `2017-03-31` is the night from that evening to the
/// morning of 1 April.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, sqlx::Type)]
#[serde(transparent)]
#[sqlx(transparent)]
pub struct NightDate(NaiveDate);

impl NightDate {
    /// Wraps a date.
    #[must_use]
    pub const fn new(date: NaiveDate) -> Self {
        Self(date)
    }

    /// The date.
    #[must_use]
    pub const fn date(self) -> NaiveDate {
        self.0
    }

    /// The night `days` earlier (saturating at the calendar's end).
    #[must_use]
    pub fn minus(self, days: u64) -> Self {
        Self(self.0.checked_sub_days(Days::new(days)).unwrap_or(NaiveDate::MIN))
    }

    /// The night `days` later (saturating at the calendar's end).
    #[must_use]
    pub fn plus(self, days: u64) -> Self {
        Self(self.0.checked_add_days(Days::new(days)).unwrap_or(NaiveDate::MAX))
    }
}

impl fmt::Display for NightDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl std::str::FromStr for NightDate {
    type Err = chrono::ParseError;
    /// A date of four digits of years (RFC 3339): both databases, and everybody who reads one, know these.
    fn from_str(raw: &str) -> Result<Self, chrono::ParseError> {
        let date = NaiveDate::parse_from_str(raw, "%Y-%m-%d")?;
        if (1..=9_999).contains(&date.year()) { Ok(Self(date)) } else { NaiveDate::parse_from_str("", "%Y").map(Self) }
    }
}

/// Why a pair of wall-clock times is no night.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a night's `from` and `to` must differ (equal times leave no window)")]
pub struct NightHoursError;

/// The wall-clock times at which a location's night begins and ends, by default 18:00 to 06:00.
/// `to` at or before `from` ends on the next day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct NightHours {
    from: NaiveTime,
    to: NaiveTime,
}

impl Default for NightHours {
    fn default() -> Self {
        let hour = |h| NaiveTime::MIN + TimeDelta::hours(h);
        Self { from: hour(18), to: hour(6) }
    }
}

impl NightHours {
    /// Checks and wraps the two times.
    ///
    /// # Errors
    /// [`NightHoursError`] when they are equal.
    pub fn new(from: NaiveTime, to: NaiveTime) -> Result<Self, NightHoursError> {
        if from == to { Err(NightHoursError) } else { Ok(Self { from, to }) }
    }

    /// When the night begins.
    #[must_use]
    pub const fn from(self) -> NaiveTime {
        self.from
    }

    /// When the night ends.
    #[must_use]
    pub const fn to(self) -> NaiveTime {
        self.to
    }

    /// The instants between which `night` runs in `zone`, whatever the clocks do in between.
    #[must_use]
    pub fn window(self, night: NightDate, zone: Tz) -> Window {
        let last_day = if self.to <= self.from { night.plus(1) } else { night };
        let start = instant_of(night.0.and_time(self.from), zone);
        // A date that the zone skipped whole (Samoa, 2011-12-30) leaves an empty window, never a negative one.
        let end = instant_of(last_day.0.and_time(self.to), zone).max(start);
        Window { start, end }
    }

    /// The night to which `at` belongs, or none (daytime).
    #[must_use]
    pub fn night_of(self, at: DateTime<Utc>, zone: Tz) -> Option<NightDate> {
        let today = NightDate(at.with_timezone(&zone).date_naive());
        [today.minus(1), today].into_iter().find(|night| self.window(*night, zone).contains(at))
    }

    /// The latest night whose window has ended by `now`.
    #[must_use]
    pub fn last_ended(self, now: DateTime<Utc>, zone: Tz) -> NightDate {
        let today = NightDate(now.with_timezone(&zone).date_naive());
        [today, today.minus(1)]
            .into_iter()
            .find(|night| self.window(*night, zone).end <= now)
            .unwrap_or_else(|| today.minus(2))
    }
}

/// A half-open span of time: `start` belongs to it, `end` does not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Window {
    /// The first instant.
    pub start: DateTime<Utc>,
    /// The first instant after it.
    pub end: DateTime<Utc>,
}

impl Window {
    /// Whether `at` lies in the window.
    #[must_use]
    pub fn contains(&self, at: DateTime<Utc>) -> bool {
        self.start <= at && at < self.end
    }
}

/// The instant of a wall-clock time: the first of two, or the first after a gap.
#[must_use]
pub fn instant_of(local: NaiveDateTime, zone: Tz) -> DateTime<Utc> {
    match zone.from_local_datetime(&local) {
        LocalResult::Single(at) => at.to_utc(),
        LocalResult::Ambiguous(first, second) => first.to_utc().min(second.to_utc()),
        LocalResult::None => after_gap(local, zone),
    }
}

/// The first instant whose wall-clock time is past `local`, which `zone` skips. Gaps last at most a day
/// (date-line changes) and offsets change on whole seconds, so a binary search over two days finds it.
fn after_gap(local: NaiveDateTime, zone: Tz) -> DateTime<Utc> {
    let shows_later = |second: i64| {
        DateTime::from_timestamp(second, 0).is_some_and(|at| at.with_timezone(&zone).naive_local() > local)
    };
    let middle = local.and_utc().timestamp();
    let (mut earlier, mut later) = (middle - 2 * 86_400, middle + 2 * 86_400);
    while later - earlier > 1 {
        let half = earlier + (later - earlier) / 2;
        if shows_later(half) { later = half } else { earlier = half }
    }
    DateTime::from_timestamp(later, 0).unwrap_or_else(|| local.and_utc())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn night(date: &str) -> NightDate {
        date.parse().unwrap()
    }

    fn utc(at: &str) -> DateTime<Utc> {
        at.parse().unwrap()
    }

    #[test]
    fn a_night_runs_from_evening_to_morning_whatever_the_clocks_do() {
        let hours = NightHours::default();
        let chicago = chrono_tz::America::Chicago;
        let plain = hours.window(night("2017-03-31"), chicago);
        assert_eq!((plain.start, plain.end), (utc("2017-03-31T23:00:00Z"), utc("2017-04-01T11:00:00Z")));
        let short = hours.window(night("2017-03-11"), chicago);
        assert_eq!((short.end - short.start).num_hours(), 11, "the clocks go forward");
        let long = hours.window(night("2017-11-04"), chicago);
        assert_eq!((long.end - long.start).num_hours(), 13, "the clocks go back");
    }

    #[test]
    fn a_bound_inside_a_gap_is_the_first_instant_after_it() {
        let hours = NightHours::new("02:30:00".parse().unwrap(), "10:00:00".parse().unwrap()).unwrap();
        let window = hours.window(night("2026-03-08"), chrono_tz::America::Chicago);
        assert_eq!(window.start, utc("2026-03-08T08:00:00Z"));
    }

    #[test]
    fn an_event_belongs_to_one_night_or_to_none() {
        let hours = NightHours::default();
        let chicago = chrono_tz::America::Chicago;
        assert_eq!(hours.night_of(utc("2017-03-31T23:00:00Z"), chicago), Some(night("2017-03-31")));
        assert_eq!(hours.night_of(utc("2017-04-01T10:59:59Z"), chicago), Some(night("2017-03-31")));
        assert_eq!(hours.night_of(utc("2017-04-01T11:00:00Z"), chicago), None);
    }

    #[test]
    fn the_last_ended_night_is_over() {
        let hours = NightHours::default();
        let warsaw = chrono_tz::Europe::Warsaw;
        assert_eq!(hours.last_ended(utc("2026-11-21T04:59:59Z"), warsaw), night("2026-11-19"));
        assert_eq!(hours.last_ended(utc("2026-11-21T05:00:00Z"), warsaw), night("2026-11-20"));
        let day = NightHours::new("08:00:00".parse().unwrap(), "16:00:00".parse().unwrap()).unwrap();
        assert_eq!(day.last_ended(utc("2026-11-21T15:00:00Z"), warsaw), night("2026-11-21"));
    }
}
