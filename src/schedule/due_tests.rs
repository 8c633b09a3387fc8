//! What a worker does that was down, restarted, doubled or moved to another zone.

use std::collections::BTreeSet;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::{America, Asia, Europe, Tz};
use proptest::prelude::*;

use super::{Due, SiteClock, due, next, next_wake};
use crate::config::{CatchUp, CatchUpPolicy, Job, JobKind, JobZone, Schedule, Selector};
use crate::model::{BranchRef, JobName, LocationRef, NightHours, RunId};

const HOUR: u64 = 3600;

fn utc(at: &str) -> DateTime<Utc> {
    at.parse().unwrap()
}

fn job(schedule: &str, policy: CatchUpPolicy, max_age_hours: u64) -> Job {
    Job {
        incomplete: crate::config::Incomplete::Send,
        deadline: None,
        name: JobName::new("morning").unwrap(),
        kind: JobKind::NightReport,
        schedule: Schedule::parse(schedule).unwrap(),
        timezone: JobZone::Location,
        selector: Selector::default(),
        skip_quiet: false,
        attach_pdf: true,
        catch_up: CatchUp { policy, max_age: Duration::from_secs(max_age_hours * HOUR) },
        wait_for_data: Duration::ZERO,
    }
}

fn site(location: &str, branch: &str, zone: Tz) -> SiteClock {
    SiteClock {
        location: LocationRef::new(location).unwrap(),
        branch: BranchRef::new(branch).unwrap(),
        zone,
        hours: NightHours::default(),
    }
}

fn sites() -> Vec<SiteClock> {
    vec![
        site("armatage", "mpls", America::Chicago),
        site("bemowo", "waw", Europe::Warsaw),
        site("calhoun", "mpls", America::Chicago),
    ]
}

/// What has run: the memory that the database is in earnest.
#[derive(Default)]
struct Runs(BTreeSet<(String, DateTime<Utc>)>);

impl Runs {
    fn due(&self, job: &Job, sites: &[SiteClock], since: &str, now: &str) -> Vec<Due> {
        self.due_at(job, sites, utc(since), utc(now))
    }

    fn due_at(&self, job: &Job, sites: &[SiteClock], since: DateTime<Utc>, now: DateTime<Utc>) -> Vec<Due> {
        let finished = |_: &JobName, zone: Tz, at| self.0.contains(&(zone.name().to_owned(), at));
        due(std::slice::from_ref(job), sites, &finished, since, now)
    }

    fn run(&mut self, due: &[Due]) {
        for due in due {
            assert!(self.0.insert((due.zone.name().to_owned(), due.at)), "doubled: {due:?}");
        }
    }
}

fn shown(due: &[Due]) -> Vec<String> {
    due.iter()
        .map(|due| {
            let nights: Vec<_> = due.nights.iter().map(|(location, night)| format!("{location} {night}")).collect();
            let late = if due.missed { " late" } else { "" };
            format!("{} {}: {}{late}", due.at.format("%m-%d %H:%M"), due.zone, nights.join(", "))
        })
        .collect()
}

#[test]
fn an_occurrence_has_the_same_run_for_ever_and_another_in_another_zone() {
    let job = job("30 6 * * *", CatchUpPolicy::Latest, 36);
    let found = Runs::default().due(&job, &sites(), "2026-11-20T15:00:00Z", "2026-11-21T05:30:10Z");
    assert_eq!(found[0].run_id(), RunId::of(&job.name, utc("2026-11-21T05:30:00Z"), "Europe/Warsaw"));
    assert_ne!(found[0].run_id(), RunId::of(&job.name, utc("2026-11-21T05:30:00Z"), "Europe/Berlin"));
}

const LONG_AGO: &str = "2026-01-01T00:00:00Z";

#[test]
fn each_zone_has_its_own_morning_and_reports_the_night_that_has_just_ended() {
    let job = job("30 6 * * *", CatchUpPolicy::Latest, 36);
    let mut runs = Runs::default();
    let warsaw = runs.due(&job, &sites(), "2026-11-20T15:00:00Z", "2026-11-21T05:30:10Z");
    assert_eq!(shown(&warsaw), ["11-21 05:30 Europe/Warsaw: bemowo 2026-11-20"]);
    runs.run(&warsaw);
    assert_eq!(runs.due(&job, &sites(), "2026-11-20T15:00:00Z", "2026-11-21T12:29:59Z"), []);
    let chicago = runs.due(&job, &sites(), "2026-11-20T15:00:00Z", "2026-11-21T12:30:00Z");
    assert_eq!(shown(&chicago), ["11-21 12:30 America/Chicago: armatage 2026-11-20, calhoun 2026-11-20"]);
}

#[test]
fn a_job_with_a_zone_of_its_own_happens_once_and_reports_each_site_by_its_own_night() {
    let mut job = job("0 7 * * *", CatchUpPolicy::Latest, 36);
    job.timezone = JobZone::Fixed(Europe::Warsaw);
    // At 07:00 in Warsaw it is midnight in Chicago: that night still runs, the one before has ended.
    let found = Runs::default().due(&job, &sites(), "2026-11-20T07:00:00Z", "2026-11-21T06:00:00Z");
    assert_eq!(
        shown(&found),
        ["11-21 06:00 Europe/Warsaw: armatage 2026-11-19, bemowo 2026-11-20, calhoun 2026-11-19"]
    );
}

#[test]
fn a_selector_leaves_the_other_sites_alone_and_no_site_means_no_run() {
    let mut job = job("30 6 * * *", CatchUpPolicy::Latest, 36);
    job.selector.branches = vec![BranchRef::new("waw").unwrap()];
    job.selector.locations = vec![LocationRef::new("calhoun").unwrap()];
    let found = Runs::default().due(&job, &sites(), "2026-11-20T15:00:00Z", "2026-11-21T12:31:00Z");
    assert_eq!(
        shown(&found),
        ["11-21 05:30 Europe/Warsaw: bemowo 2026-11-20 late", "11-21 12:30 America/Chicago: calhoun 2026-11-20"]
    );
    job.selector.branches.clear();
    job.selector.locations = vec![LocationRef::new("nowhere").unwrap()];
    assert_eq!(Runs::default().due(&job, &sites(), "2026-11-20T15:00:00Z", "2026-11-21T12:31:00Z"), []);
}

#[test]
fn after_an_outage_each_policy_runs_what_it_says_and_then_rests() {
    let chicago = [site("armatage", "mpls", America::Chicago)];
    let back_at = "2026-11-21T15:00:00Z"; // 09:00; down since 18 November, noon
    let late = |day: u32| format!("11-{day} 12:30 America/Chicago: armatage 2026-11-{} late", day - 1);
    for (policy, max_age, expected) in [
        (CatchUpPolicy::Skip, 96, vec![]),
        (CatchUpPolicy::Latest, 96, vec![late(21)]),
        (CatchUpPolicy::All, 96, vec![late(19), late(20), late(21)]),
        (CatchUpPolicy::All, 36, vec![late(20), late(21)]),
        (CatchUpPolicy::Latest, 2, vec![]),
        (CatchUpPolicy::All, 2, vec![]),
    ] {
        let job = job("30 6 * * *", policy, max_age);
        let mut runs = Runs::default();
        runs.run(&runs.due(&job, &chicago, "2026-11-18T12:30:00Z", "2026-11-18T12:30:00Z"));
        let found = runs.due(&job, &chicago, "2026-11-18T12:30:00Z", back_at);
        assert_eq!(shown(&found), expected, "{policy:?} {max_age}");
        runs.run(&found);
        for minutes in [1, 20, 120] {
            let later = utc(back_at) + TimeDelta::minutes(minutes);
            assert_eq!(runs.due_at(&job, &chicago, utc("2026-11-18T12:30:00Z"), later), [], "{policy:?}: no replay");
        }
        // The next morning comes as ever, on time.
        let next = runs.due(&job, &chicago, "2026-11-18T12:30:00Z", "2026-11-22T12:30:20Z");
        assert_eq!(shown(&next), ["11-22 12:30 America/Chicago: armatage 2026-11-21"], "{policy:?}");
    }
}

#[test]
fn a_restart_within_the_grace_is_on_time_even_where_missed_ones_are_skipped() {
    let job = job("30 6 * * *", CatchUpPolicy::Skip, 36);
    let chicago = [site("armatage", "mpls", America::Chicago)];
    let runs = Runs::default();
    assert_eq!(runs.due(&job, &chicago, LONG_AGO, "2026-11-21T12:35:00Z").len(), 1);
    assert_eq!(runs.due(&job, &chicago, LONG_AGO, "2026-11-21T12:35:01Z"), []);
}

#[test]
fn a_fresh_instance_does_not_mail_the_past() {
    let job = job("30 6 * * *", CatchUpPolicy::All, 24 * 30);
    let chicago = [site("armatage", "mpls", America::Chicago)];
    let runs = Runs::default();
    assert_eq!(runs.due(&job, &chicago, "2026-11-21T12:30:01Z", "2026-11-21T20:00:00Z"), []);
    assert_eq!(runs.due(&job, &chicago, "2026-11-21T12:30:00Z", "2026-11-21T20:00:00Z").len(), 1);
}

#[test]
fn a_quarter_hourly_job_that_slept_reports_a_night_once() {
    let job = job("*/15 * * * *", CatchUpPolicy::All, 36);
    let chicago = [site("armatage", "mpls", America::Chicago)];
    let mut runs = Runs::default();
    let found = runs.due(&job, &chicago, LONG_AGO, "2026-11-21T15:07:00Z");
    // 36 hours back is 21:07 on the 19th (the night of the 18th had ended), then the two mornings since.
    assert_eq!(
        shown(&found),
        [
            "11-20 11:45 America/Chicago: armatage 2026-11-18 late",
            "11-21 11:45 America/Chicago: armatage 2026-11-19 late",
            "11-21 15:00 America/Chicago: armatage 2026-11-20 late",
        ]
    );
    runs.run(&found);
    assert_eq!(runs.due(&job, &chicago, LONG_AGO, "2026-11-21T15:14:00Z"), []);
    assert_eq!(runs.due(&job, &chicago, LONG_AGO, "2026-11-21T15:15:00Z").len(), 1);
}

#[test]
fn the_next_ones_of_each_zone_come_by_instant_and_the_alarm_knows_the_first() {
    let job = job("30 6 * * *", CatchUpPolicy::Latest, 36);
    let zones = [Asia::Tokyo, America::Chicago, Asia::Tokyo];
    let now = utc("2026-11-21T00:00:00Z");
    let coming = next(&job, zones.into_iter(), now, 2);
    let coming: Vec<_> = coming.iter().map(|(zone, at)| format!("{} {zone}", at.format("%m-%d %H:%M"))).collect();
    assert_eq!(
        coming,
        [
            "11-21 12:30 America/Chicago",
            "11-21 21:30 Asia/Tokyo",
            "11-22 12:30 America/Chicago",
            "11-22 21:30 Asia/Tokyo"
        ]
    );
    assert_eq!(next_wake(std::slice::from_ref(&job), &zones, now), Some(utc("2026-11-21T12:30:00Z")));
    assert_eq!(next_wake(&[job], &[], now), None);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    /// However often and however irregularly a worker wakes, `all` within its age runs each morning exactly once.
    #[test]
    fn nothing_is_lost_and_nothing_doubled_however_irregularly_it_wakes(
        start in 1_583_000_000_i64..1_900_000_000,
        pauses in proptest::collection::vec(1_i64..60 * 60 * 40, 1..24),
    ) {
        let job = job("30 6 * * *", CatchUpPolicy::All, 72);
        let since = DateTime::from_timestamp(start, 0).unwrap();
        let mut runs = Runs::default();
        let mut now = since;
        for pause in pauses {
            now += TimeDelta::seconds(pause);
            let found = runs.due_at(&job, &sites(), since, now);
            prop_assert!(found.is_sorted_by_key(|due| due.at));
            runs.run(&found);
        }
        for zone in [America::Chicago, Europe::Warsaw] {
            let all = super::occurrences(&job.schedule, zone, since - TimeDelta::seconds(1), now);
            let ran: Vec<_> = runs.0.iter().filter(|(name, _)| name == zone.name()).map(|(_, at)| *at).collect();
            prop_assert_eq!(ran, all);
        }
    }
}
