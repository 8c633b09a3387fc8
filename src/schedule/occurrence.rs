//! Occurrences: a schedule and a zone become instants.
//!
//! Two rules, because a clock change means two things. A schedule that names hours (`30 6 * * *`) means
//! **wall-clock times**: each happens once; one that the clocks skip happens at the first instant after the gap,
//! one that they show twice happens the first time; on a date that a zone skips whole (Samoa, 2011-12-30) nothing
//! happens. A schedule of every hour (`*/15 * * * *`) means **so often**: it happens whenever the wall clock shows
//! a matching time, in both passes of a repeated hour and not at all in a skipped one.
//! It must not ask what has run; `due` does.

use chrono::{DateTime, LocalResult, NaiveDateTime, SubsecRound, TimeDelta, TimeZone, Utc};
use chrono_tz::Tz;

use crate::config::Schedule;
use crate::model::instant_of;

/// No clock change moves the wall clock further (a date-line change moves it by a day).
const LARGEST_CHANGE: TimeDelta = TimeDelta::hours(25);

/// The occurrences of `schedule` in `zone` after `after`, up to and including `until`, in order, each once.
#[must_use]
pub fn occurrences(schedule: &Schedule, zone: Tz, after: DateTime<Utc>, until: DateTime<Utc>) -> Vec<DateTime<Utc>> {
    if until <= after {
        return Vec::new();
    }
    let local = |at: DateTime<Utc>| at.with_timezone(&zone).naive_local();
    let (Some(first), Some(last)) = (
        local(after).min(local(until)).checked_sub_signed(LARGEST_CHANGE),
        local(after).max(local(until)).checked_add_signed(LARGEST_CHANGE),
    ) else {
        return Vec::new();
    };
    let mut found: Vec<_> = wall_clock_times(schedule, first, last)
        .flat_map(|local| instants(local, zone, schedule.is_hourly()))
        .flatten()
        .filter(|at| after < *at && *at <= until)
        .collect();
    found.sort_unstable();
    found.dedup();
    found
}

/// The first `count` occurrences after `after`; fewer where the calendar ends or the schedule seldom happens.
#[must_use]
pub fn next_occurrences(schedule: &Schedule, zone: Tz, after: DateTime<Utc>, count: usize) -> Vec<DateTime<Utc>> {
    /// Long enough for a 29 February that waits for a Monday (28 years, 40 across 2100).
    const HORIZON_DAYS: i64 = 366 * 41;
    let (mut found, mut from, mut days) = (Vec::new(), after, 1);
    while found.len() < count && days < HORIZON_DAYS {
        let Some(until) = from.checked_add_signed(TimeDelta::days(days)) else { break };
        found.extend(occurrences(schedule, zone, from, until));
        (from, days) = (until, days * 2);
    }
    found.truncate(count);
    found
}

/// The wall-clock times that match, from `first` to `last`, inclusive: the pattern alone, as if clocks never changed.
fn wall_clock_times(
    schedule: &Schedule,
    first: NaiveDateTime,
    last: NaiveDateTime,
) -> impl Iterator<Item = NaiveDateTime> {
    // UTC stands in for "a clock that never changes"; croner's own rules for clock changes thus never apply.
    let find = move |from: NaiveDateTime| {
        let found = schedule.cron().find_next_occurrence(&from.and_utc(), true).ok()?.naive_utc();
        (found <= last).then_some(found)
    };
    std::iter::successors(find(first.trunc_subsecs(0)), move |previous| {
        find(previous.checked_add_signed(TimeDelta::seconds(1))?)
    })
}

/// When a wall-clock time happens.
fn instants(local: NaiveDateTime, zone: Tz, so_often: bool) -> [Option<DateTime<Utc>>; 2] {
    match zone.from_local_datetime(&local) {
        LocalResult::Single(at) => [Some(at.to_utc()), None],
        LocalResult::Ambiguous(first, second) if so_often => [Some(first.to_utc()), Some(second.to_utc())],
        LocalResult::Ambiguous(..) => [Some(instant_of(local, zone)), None],
        LocalResult::None if so_often => [None, None],
        LocalResult::None => {
            let after_gap = instant_of(local, zone);
            [Some(after_gap).filter(|_| exists(local, after_gap, zone)), None]
        }
    }
}

/// Whether the date of a skipped wall-clock time exists at all, on one side of the gap or the other.
fn exists(skipped: NaiveDateTime, after_gap: DateTime<Utc>, zone: Tz) -> bool {
    let date = |at: DateTime<Utc>| at.with_timezone(&zone).date_naive();
    date(after_gap) == skipped.date() || date(after_gap - TimeDelta::seconds(1)) == skipped.date()
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono_tz::{America, Australia, Pacific};

    fn between(schedule: &str, zone: Tz, after: &str, until: &str) -> Vec<String> {
        let schedule = Schedule::parse(schedule).unwrap();
        occurrences(&schedule, zone, after.parse().unwrap(), until.parse().unwrap())
            .into_iter()
            .map(|at| at.with_timezone(&zone).format("%m-%d %H:%M%:z").to_string())
            .collect()
    }

    #[test]
    fn a_time_inside_the_gap_happens_at_the_first_instant_after_it() {
        assert_eq!(
            between("30 2 * * *", America::Chicago, "2026-03-07T00:00:00Z", "2026-03-10T00:00:00Z"),
            ["03-07 02:30-06:00", "03-08 03:00-05:00", "03-09 02:30-05:00"]
        );
    }

    #[test]
    fn a_time_that_is_shown_twice_happens_once_the_first_time() {
        assert_eq!(
            between("30 1 * * *", America::Chicago, "2026-10-31T00:00:00Z", "2026-11-03T00:00:00Z"),
            ["10-31 01:30-05:00", "11-01 01:30-05:00", "11-02 01:30-06:00"]
        );
    }

    #[test]
    fn a_breakfast_job_stays_at_breakfast_when_the_clocks_change() {
        assert_eq!(
            between("30 6 * * *", America::Chicago, "2026-10-31T12:00:00Z", "2026-11-02T18:00:00Z"),
            ["11-01 06:30-06:00", "11-02 06:30-06:00"]
        );
    }

    #[test]
    fn an_hourly_schedule_happens_in_every_real_hour() {
        assert_eq!(
            between("0 * * * *", America::Chicago, "2026-11-01T05:30:00Z", "2026-11-01T08:30:00Z"),
            ["11-01 01:00-05:00", "11-01 01:00-06:00", "11-01 02:00-06:00"]
        );
        assert_eq!(
            between("0 * * * *", America::Chicago, "2026-03-08T06:30:00Z", "2026-03-08T09:30:00Z"),
            ["03-08 01:00-06:00", "03-08 03:00-05:00", "03-08 04:00-05:00"]
        );
        // Lord Howe's clocks change by half an hour.
        assert_eq!(
            between("*/15 * * * *", Australia::Lord_Howe, "2026-04-04T14:40:00Z", "2026-04-04T15:20:00Z"),
            ["04-05 01:45+11:00", "04-05 01:30+10:30", "04-05 01:45+10:30"]
        );
    }

    #[test]
    fn named_hours_that_fall_into_one_gap_happen_together_once() {
        assert_eq!(
            between("*/20 2 * * *", America::Chicago, "2026-03-08T00:00:00Z", "2026-03-09T00:00:00Z"),
            ["03-08 03:00-05:00"]
        );
    }

    #[test]
    fn a_gap_across_midnight_does_not_lose_the_evening() {
        // Nuuk's clocks go from Saturday 22:59 to Sunday 00:00.
        assert_eq!(
            between("30 23 * * *", America::Nuuk, "2026-03-27T12:00:00Z", "2026-03-30T12:00:00Z"),
            ["03-27 23:30-02:00", "03-29 00:00-01:00", "03-29 23:30-01:00"]
        );
    }

    #[test]
    fn nothing_happens_on_a_date_that_the_zone_skips_whole() {
        assert_eq!(
            between("30 6 * * *", Pacific::Apia, "2011-12-29T00:00:00Z", "2012-01-01T00:00:00Z"),
            ["12-29 06:30-10:00", "12-31 06:30+14:00", "01-01 06:30+14:00"]
        );
    }

    #[test]
    fn the_next_ones_are_found_however_far_they_are() {
        let leap_monday = Schedule::parse("0 6 29 2 +MON").unwrap();
        let found = next_occurrences(&leap_monday, Tz::UTC, "2026-11-21T00:00:00Z".parse().unwrap(), 1);
        assert_eq!(found, ["2044-02-29T06:00:00Z".parse::<DateTime<Utc>>().unwrap()]);
        let often = Schedule::parse("* * * * *").unwrap();
        let found = next_occurrences(&often, Tz::UTC, "2026-11-21T00:00:30.5Z".parse().unwrap(), 2);
        assert_eq!(found[0], "2026-11-21T00:01:00Z".parse::<DateTime<Utc>>().unwrap());
        assert_eq!(found.len(), 2);
    }
}
