//! Due: jobs × sites × finished occurrences × now become what has to run, missed occurrences included.
//!
//! Pure. It must not enqueue anything, and it must not remember anything: what has run is asked through `finished`,
//! so that a crash, a second worker or a repeated tick finds the same answer.
//!
//! What [`CatchUp`](crate::config::CatchUp) means for a worker that was down. An occurrence that is at most [`GRACE`]
//! old is *on time* and runs, whatever the policy. An older one that has no run was *missed*: `skip` leaves it;
//! `latest` runs it only if no occurrence of the same job and zone came after it (run or not, so that an old one does
//! not come up as soon as the latest has run); `all` runs each, oldest first. None older than `max_age` or than the
//! instance runs. Whatever the policy, an occurrence gives way to a later one that reports the very same nights:
//! a quarter-hourly job that slept does not report one night forty times.

use std::collections::{BTreeMap, HashSet};

use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::Tz;

use super::occurrence::{next_occurrences, occurrences};
use crate::config::{CatchUpPolicy, Job, JobZone};
use crate::model::{BranchRef, JobName, LocationRef, NightDate, NightHours, RunId};

/// An occurrence up to this old is on time: longer than a tick, a restart or a deployment takes.
pub const GRACE: TimeDelta = TimeDelta::minutes(5);

/// What `due` needs to know about a site.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SiteClock {
    /// The site.
    pub location: LocationRef,
    /// Its branch.
    pub branch: BranchRef,
    /// Its zone.
    pub zone: Tz,
    /// Its night.
    pub hours: NightHours,
}

/// An occurrence that has to run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Due {
    /// Of this job.
    pub job: JobName,
    /// The occurrence's instant; with `job` and `zone` its identity.
    pub at: DateTime<Utc>,
    /// The zone on whose wall clock it happened.
    pub zone: Tz,
    /// Which night of which site it reports: the latest that had ended in the site's own zone at `at`. By location.
    pub nights: Vec<(LocationRef, NightDate)>,
    /// Whether it runs late, by the job's `catch_up`.
    pub missed: bool,
}

impl Due {
    /// The run of this occurrence.
    #[must_use]
    pub fn run_id(&self) -> RunId {
        RunId::of(&self.job, self.at, self.zone.name())
    }
}

/// Whether an occurrence already has a run.
pub type Finished<'a> = &'a dyn Fn(&JobName, Tz, DateTime<Utc>) -> bool;

/// What has to run at `now`, oldest first.
///
/// Nothing before `since` is due: the instance's first start, so that a fresh database does not mail the past. For a
/// job that was added later, call with that job alone and the instant at which it was first seen.
#[must_use]
pub fn due(
    jobs: &[Job],
    sites: &[SiteClock],
    finished: Finished<'_>,
    since: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Vec<Due> {
    let mut found: Vec<Due> = jobs
        .iter()
        .flat_map(|job| sites_by_zone(job, sites).into_iter().map(move |(zone, sites)| (job, zone, sites)))
        .flat_map(|(job, zone, sites)| due_in_zone(job, zone, &sites, finished, since, now))
        .collect();
    found.sort_by_key(|due| due.at);
    found
}

/// The coming occurrences of a job: `count` for each distinct zone, by instant. `zones` are those of the selected
/// sites; a job with a zone of its own ignores them.
#[must_use]
pub fn next(
    job: &Job,
    zones: impl Iterator<Item = Tz>,
    after: DateTime<Utc>,
    count: usize,
) -> Vec<(Tz, DateTime<Utc>)> {
    let zones: BTreeMap<&str, Tz> = match job.timezone {
        JobZone::Fixed(zone) => [(zone.name(), zone)].into(),
        JobZone::Location => zones.map(|zone| (zone.name(), zone)).collect(),
    };
    let mut found: Vec<(Tz, DateTime<Utc>)> = zones
        .into_values()
        .flat_map(|zone| next_occurrences(&job.schedule, zone, after, count).into_iter().map(move |at| (zone, at)))
        .collect();
    found.sort_by_key(|(_, at)| *at);
    found
}

/// When the next occurrence of any of the jobs happens, or none.
#[must_use]
pub fn next_wake(jobs: &[Job], zones: &[Tz], now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    jobs.iter().filter_map(|job| next(job, zones.iter().copied(), now, 1).first().map(|(_, at)| *at)).min()
}

/// The sites of a job by the zone whose wall clock decides for them; a job without sites has no occurrences.
fn sites_by_zone<'a>(job: &Job, sites: &'a [SiteClock]) -> Vec<(Tz, Vec<&'a SiteClock>)> {
    let mut zones: BTreeMap<&str, (Tz, Vec<&SiteClock>)> = BTreeMap::new();
    for site in sites.iter().filter(|site| job.selector.selects(&site.location, &site.branch)) {
        let zone = match job.timezone {
            JobZone::Fixed(zone) => zone,
            JobZone::Location => site.zone,
        };
        zones.entry(zone.name()).or_insert_with(|| (zone, Vec::new())).1.push(site);
    }
    zones.into_values().collect()
}

fn due_in_zone(
    job: &Job,
    zone: Tz,
    sites: &[&SiteClock],
    finished: Finished<'_>,
    since: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Vec<Due> {
    let max_age = match job.catch_up.policy {
        CatchUpPolicy::Skip => TimeDelta::zero(),
        CatchUpPolicy::Latest | CatchUpPolicy::All => {
            TimeDelta::from_std(job.catch_up.max_age).unwrap_or(TimeDelta::MAX)
        }
    };
    let oldest = now.checked_sub_signed(max_age.max(GRACE)).unwrap_or_default().max(since).max(DateTime::UNIX_EPOCH);
    // `occurrences` leaves its lower bound out; here both ends belong to the span.
    let happened = occurrences(&job.schedule, zone, oldest - TimeDelta::nanoseconds(1), now);
    // Which night it is depends on zone and hours alone: sites are many, such pairs are few.
    let kinds: HashSet<(Tz, NightHours)> = sites.iter().map(|site| (site.zone, site.hours)).collect();
    let newest = happened.last().copied();
    let mut seen: Vec<Vec<NightDate>> = Vec::new();
    let mut found = Vec::new();
    for at in happened.into_iter().rev() {
        let nights: Vec<NightDate> = kinds.iter().map(|(zone, hours)| hours.last_ended(at, *zone)).collect();
        let superseded = seen.contains(&nights);
        let missed = now - at > GRACE;
        let wanted = match job.catch_up.policy {
            _ if !missed => true,
            CatchUpPolicy::Skip => false,
            CatchUpPolicy::Latest => Some(at) == newest,
            CatchUpPolicy::All => true,
        } && (!missed || now - at <= max_age);
        if wanted && !superseded && !finished(&job.name, zone, at) {
            let nights = nights_of_each(sites, at);
            found.push(Due { job: job.name.clone(), at, zone, nights, missed });
        }
        if !superseded {
            seen.push(nights);
        }
    }
    found.reverse();
    found
}

fn nights_of_each(sites: &[&SiteClock], at: DateTime<Utc>) -> Vec<(LocationRef, NightDate)> {
    let mut nights: Vec<_> =
        sites.iter().map(|site| (site.location.clone(), site.hours.last_ended(at, site.zone))).collect();
    nights.sort_unstable();
    nights
}
