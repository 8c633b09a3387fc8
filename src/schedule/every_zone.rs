//! Properties that hold in every IANA zone from 2020 to 2035: the days on which its clocks change, and any other.

use chrono::{DateTime, NaiveDate, NaiveTime, Offset, TimeDelta, TimeZone, Utc};
use chrono_tz::{TZ_VARIANTS, Tz};
use proptest::prelude::*;

use super::occurrences;
use crate::config::Schedule;
use crate::model::{NightDate, NightHours};

fn date(year: i32, month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, month, day).unwrap()
}

/// The UTC dates of 2020–2035 on which the zone's clocks change, by halving the spans in which the offset differs
/// between successive ten-day steps (Ramadan's summer-time breaks last a month).
fn clock_changes(zone: Tz) -> Vec<NaiveDate> {
    let offset = |at: DateTime<Utc>| zone.offset_from_utc_datetime(&at.naive_utc()).fix().local_minus_utc();
    let midnight = |date: NaiveDate| date.and_time(NaiveTime::MIN).and_utc();
    let (mut from, end, mut found) = (midnight(date(2020, 1, 1)), midnight(date(2036, 1, 1)), Vec::new());
    while from < end {
        let until = from + TimeDelta::days(10);
        if offset(from) != offset(until) {
            let (mut low, mut high) = (from, until);
            while high - low > TimeDelta::minutes(1) {
                let half = low + (high - low) / 2;
                if offset(half) == offset(low) { low = half } else { high = half }
            }
            found.push(high.date_naive());
        }
        from = until;
    }
    found
}

fn daily(time: NaiveTime) -> Schedule {
    Schedule::parse(&time.format("%-M %-H * * *").to_string()).unwrap()
}

/// The instant at which a local date begins.
fn midnight(date: NaiveDate, zone: Tz) -> DateTime<Utc> {
    crate::model::instant_of(date.and_time(NaiveTime::MIN), zone)
}

/// A daily job's occurrences over the local dates `from` to `to` are one a date, in order; returns them.
fn assert_once_a_day(time: NaiveTime, zone: Tz, from: NaiveDate, to: NaiveDate) -> Vec<DateTime<Utc>> {
    // From just before midnight to just before midnight; a gap across midnight moves an evening to the next date's
    // first instant, so both ends lie on days without a clock change.
    let second = TimeDelta::seconds(1);
    let (after, until) = (midnight(from, zone) - second, midnight(to, zone) - second);
    let found = occurrences(&daily(time), zone, after, until);
    let dates = (to - from).num_days();
    assert_eq!(i64::try_from(found.len()).unwrap(), dates, "{zone} {time} {from}..{to}: {found:?}");
    assert!(found.is_sorted_by(|a, b| a < b));
    for (at, date) in found.iter().zip(from.iter_days()) {
        let local = at.with_timezone(&zone).naive_local();
        // At that time, or where the clocks skipped it at the first instant after, at most a few hours later.
        let late = local - date.and_time(time);
        assert!(late >= TimeDelta::zero() && late <= TimeDelta::hours(3), "{zone} {time} {date}: {local}");
    }
    found
}

#[test]
fn a_daily_job_happens_once_on_each_local_date_around_every_clock_change() {
    let mut changes = 0;
    for zone in TZ_VARIANTS {
        for (index, change) in clock_changes(zone).into_iter().enumerate() {
            changes += 1;
            let (from, to) = (change - TimeDelta::days(1), change + TimeDelta::days(2));
            // Each change with one of the times around which clocks change, and each time in turn.
            let minutes = [0, 30, 60, 90, 120, 150, 180, 390, 1410][index % 9];
            assert_once_a_day(NaiveTime::MIN + TimeDelta::minutes(minutes), zone, from, to);
        }
    }
    assert!(changes > 5_000, "only {changes} clock changes found");
}

#[test]
fn a_daily_job_happens_once_on_each_local_date_for_sixteen_years() {
    let zones =
        ["America/Chicago", "Europe/Warsaw", "Australia/Lord_Howe", "Africa/Casablanca", "America/Nuuk", "Asia/Tokyo"];
    for (zone, minutes) in zones.iter().zip([150, 90, 120, 150, 1410, 390]) {
        let time = NaiveTime::MIN + TimeDelta::minutes(minutes);
        assert_once_a_day(time, zone.parse().unwrap(), date(2020, 1, 1), date(2036, 1, 1));
    }
}

/// A pair of complementary windows cuts time without gap or overlap, and puts each instant into exactly one night.
fn assert_partition(hours: NightHours, zone: Tz, from: NaiveDate, days: u64) {
    let rest = NightHours::new(hours.to(), hours.from()).unwrap();
    let first = NightDate::new(from);
    let mut windows: Vec<_> = (0..days)
        .flat_map(|day| [(hours, first.plus(day)), (rest, first.plus(day))])
        .map(|(hours, night)| (hours, night, hours.window(night, zone)))
        .collect();
    windows.sort_by_key(|(_, _, window)| (window.start, window.end));
    for pair in windows.windows(2) {
        let ((_, _, earlier), (hours, night, later)) = (&pair[0], &pair[1]);
        assert_eq!(earlier.end, later.start, "{zone}: between {earlier:?} and {later:?}");
        for at in [later.start, later.end - TimeDelta::seconds(1)] {
            let empty = later.start == later.end;
            let belongs = [hours, &NightHours::new(hours.to(), hours.from()).unwrap()].map(|h| h.night_of(at, zone));
            assert!(empty || belongs == [Some(*night), None], "{zone}: {at} of {night} is in {belongs:?}");
        }
    }
}

#[test]
fn nights_partition_time_around_every_clock_change() {
    let hours = |from: u32, to: u32| {
        let time = |minutes: u32| NaiveTime::MIN + TimeDelta::minutes(minutes.into());
        NightHours::new(time(from), time(to)).unwrap()
    };
    let kinds = [hours(1080, 360), hours(150, 90), hours(0, 180), hours(1410, 60), hours(120, 600)];
    for zone in TZ_VARIANTS {
        for (index, change) in clock_changes(zone).into_iter().enumerate() {
            assert_partition(kinds[index % kinds.len()], zone, change - TimeDelta::days(2), 4);
        }
    }
}

prop_compose! {
    fn any_time()(minutes in 0_i64..24 * 60) -> NaiveTime {
        NaiveTime::MIN + TimeDelta::minutes(minutes)
    }
}

prop_compose! {
    fn any_date()(day in 0_i64..16 * 365) -> NaiveDate {
        date(2020, 1, 1) + TimeDelta::days(day)
    }
}

fn any_zone() -> impl Strategy<Value = Tz> {
    proptest::sample::select(TZ_VARIANTS.to_vec())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn nights_of_any_hours_partition_time(zone in any_zone(), from in any_time(), to in any_time(), start in any_date()) {
        prop_assume!(from != to);
        assert_partition(NightHours::new(from, to).unwrap(), zone, start, 10);
    }

    /// The rule for schedules of every hour, by asking every minute: it happens when the wall clock shows a match.
    /// Any other schedule agrees wherever the clocks neither skip nor repeat.
    #[test]
    fn it_happens_when_the_wall_clock_says_so(
        zone in any_zone(),
        start in any_date(),
        pick in any::<prop::sample::Index>(),
        schedule in proptest::sample::select(vec!["*/20 * * * *", "7 * * * *", "0 */6 * * *", "15,45 1-3 * * *", "0 9 1 * SUN"]),
    ) {
        let changes = clock_changes(zone);
        let change = (!changes.is_empty()).then(|| *pick.get(&changes));
        let schedule = Schedule::parse(schedule).unwrap();
        let from = if schedule.is_hourly() { change.unwrap_or(start) } else { start };
        prop_assume!(schedule.is_hourly() || changes.iter().all(|change| (*change - from).num_days().abs() > 4));
        let after = from.and_time(NaiveTime::MIN).and_utc() - TimeDelta::days(1);
        let minutes = (1..=3 * 24 * 60).map(|minute| after + TimeDelta::minutes(minute));
        let expected: Vec<_> = minutes
            .filter(|at| schedule.cron().is_time_matching(&at.with_timezone(&zone)).unwrap())
            .collect();
        prop_assert_eq!(occurrences(&schedule, zone, after, after + TimeDelta::days(3)), expected);
    }

    /// Asking step by step finds what asking once finds: no tick loses an occurrence, and none finds one twice.
    #[test]
    fn stepwise_is_the_same_as_at_once(
        zone in any_zone(),
        start in any_date(),
        schedule in proptest::sample::select(vec!["30 6 * * *", "30 2 * * *", "0 0,12 * * *", "*/15 * * * *", "0 * * * *", "30 1 * * SUN"]),
        steps in proptest::collection::vec(1_i64..60 * 60 * 30, 1..12),
    ) {
        let schedule = Schedule::parse(schedule).unwrap();
        let first = start.and_time(NaiveTime::MIN).and_utc();
        let (mut at, mut stepwise) = (first, Vec::new());
        for step in steps {
            let until = at + TimeDelta::seconds(step);
            stepwise.extend(occurrences(&schedule, zone, at, until));
            at = until;
        }
        prop_assert!(stepwise.is_sorted_by(|a, b| a < b));
        prop_assert_eq!(stepwise, occurrences(&schedule, zone, first, at));
    }
}
