//! `deadline` of a job: by when everything of an occurrence must have been delivered.

use std::fmt;
use std::time::Duration;

use chrono::{DateTime, NaiveTime, TimeDelta, Utc};
use chrono_tz::Tz;

use super::quantity::{parse_duration, show_duration};

/// Longer than a day it would come after the next night's report.
const MOST: Duration = Duration::from_hours(24);

/// By when everything of an occurrence must have been delivered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Deadline {
    /// The first such time on the wall clock that made the occurrence due.
    At(NaiveTime),
    /// So long after the occurrence.
    After(Duration),
}

impl Deadline {
    /// Reads `"08:00"` or `"90m"`.
    pub(super) fn parse(raw: &str) -> Result<Self, &'static str> {
        if raw.contains(':') {
            let time = NaiveTime::parse_from_str(raw.trim(), "%H:%M");
            return time.map(Self::At).map_err(|_| "must be a time such as \"08:00\", or a duration such as \"90m\"");
        }
        match parse_duration(raw) {
            Ok(after) if after > Duration::ZERO && after <= MOST => Ok(Self::After(after)),
            Ok(_) => Err("must be longer than nothing and at most 24h: then the next night's report is due"),
            Err(_) => Err("must be a time such as \"08:00\", or a duration such as \"90m\""),
        }
    }

    /// The instant that it is for an occurrence on the wall clock of `zone`. Where the clocks skip the time, it is the
    /// end of the gap's equivalent an hour later; where they show it twice, the first.
    #[must_use]
    pub fn of(self, occurrence: DateTime<Utc>, zone: Tz) -> DateTime<Utc> {
        let time = match self {
            Self::After(after) => return occurrence + TimeDelta::from_std(after).unwrap_or(TimeDelta::days(1)),
            Self::At(time) => time,
        };
        let mut day = occurrence.with_timezone(&zone).date_naive();
        for _ in 0..3 {
            let local = day.and_time(time);
            let found = local
                .and_local_timezone(zone)
                .earliest()
                .or_else(|| (local + TimeDelta::hours(1)).and_local_timezone(zone).earliest());
            if let Some(at) = found.map(|at| at.to_utc()).filter(|at| *at > occurrence) {
                return at;
            }
            day = day.succ_opt().unwrap_or(day);
        }
        occurrence + TimeDelta::days(1)
    }
}

impl fmt::Display for Deadline {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::At(time) => write!(f, "{}", time.format("%H:%M")),
            Self::After(after) => write!(f, "{} after", show_duration(*after)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(raw: &str, occurrence: &str, zone: &str) -> String {
        let at = Deadline::parse(raw).unwrap().of(occurrence.parse().unwrap(), zone.parse().unwrap());
        at.format("%Y-%m-%dT%H:%MZ").to_string()
    }

    #[test]
    fn it_is_the_next_such_time_on_the_sites_own_clock_or_a_while_after() {
        assert_eq!(of("08:00", "2026-03-18T11:30:00Z", "America/Chicago"), "2026-03-18T13:00Z");
        assert_eq!(of("08:00", "2026-03-18T05:30:00Z", "Europe/Berlin"), "2026-03-18T07:00Z");
        assert_eq!(of("00:30", "2026-03-18T22:30:00Z", "Europe/Berlin"), "2026-03-18T23:30Z", "the next day");
        assert_eq!(of("90m", "2026-03-18T05:30:00Z", "Europe/Berlin"), "2026-03-18T07:00Z");
    }

    #[test]
    fn clock_changes_move_it_with_the_wall_clock() {
        assert_eq!(of("08:00", "2026-03-29T04:30:00Z", "Europe/Berlin"), "2026-03-29T06:00Z");
        assert_eq!(of("02:30", "2026-03-29T00:30:00Z", "Europe/Berlin"), "2026-03-29T01:30Z", "02:30 was skipped");
        assert_eq!(of("02:30", "2026-10-24T23:30:00Z", "Europe/Berlin"), "2026-10-25T00:30Z", "the first of two");
    }

    #[test]
    fn what_is_no_deadline_is_refused() {
        for raw in ["", "8", "25:00", "0s", "25h", "08:00:00 am", "soon"] {
            assert!(Deadline::parse(raw).is_err(), "{raw}");
        }
        assert_eq!(Deadline::parse("08:00").unwrap().to_string(), "08:00");
        assert_eq!(Deadline::parse("90m").unwrap().to_string(), "1h 30m after");
    }
}
