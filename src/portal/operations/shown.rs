//! Shown: the board's rows become what operations read, in their language.

use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::Tz;
use serde::Serialize;

use super::board::{JobNow, Snapshot};
use super::runs::{RunRow, run_row, took};
use crate::config::{CatchUpPolicy, Incomplete, JobZone, show_duration};
use crate::db::deliveries::ListedDelivery;
use crate::db::pauses::Pause;
use crate::db::reports::ReportRow;
use crate::model::{LocationRef, NightDate, ReportId};
use crate::portal::desk::{Suppressed, night_path, path};
use crate::portal::shown::line;
use crate::render::l10n::L10n;

/// Everything that is live on the overview.
#[derive(Serialize)]
pub(super) struct Live {
    at: String,
    tiles: Vec<Tile>,
    checks: Vec<Check>,
    jobs: Vec<JobRow>,
    runs: Vec<RunRow>,
    waiting: Vec<Waiting>,
    held: Vec<Ill>,
    failed: Vec<Ill>,
    mails: Vec<IllMail>,
    /// How many more there are of each of these.
    more: More,
    lanes: Vec<Lane>,
    workers: Vec<WorkerRow>,
    suppressed: Vec<Suppressed>,
    alerts: Vec<AlertRow>,
}

/// How many are not shown.
#[derive(Serialize)]
struct More {
    waiting: i64,
    held: i64,
    failed: i64,
    mails: i64,
}

/// A figure on top.
#[derive(Serialize)]
struct Tile {
    /// Message key's end.
    label: &'static str,
    value: String,
    alarming: bool,
    href: &'static str,
}

#[derive(Serialize)]
struct Check {
    what: &'static str,
    fault: Option<String>,
    bearable: bool,
}

/// A job of jobs.toml.
#[derive(Serialize)]
pub(super) struct JobRow {
    pub(super) name: String,
    href: String,
    schedule: String,
    /// None: each site's own.
    zone: Option<String>,
    sites: String,
    coming: Vec<Coming>,
    pub(super) paused: Option<Resting>,
    /// Message key's end, and its age.
    pub(super) catch_up: &'static str,
    pub(super) max_age: String,
    waits: String,
    hold: bool,
    deadline: Option<String>,
    last: Option<RunRow>,
}

#[derive(Serialize)]
pub(super) struct Coming {
    zone: String,
    at: String,
    utc: DateTime<Utc>,
}

/// That a job rests.
#[derive(Serialize)]
pub(super) struct Resting {
    since: String,
    by: String,
    reason: String,
    until: Option<String>,
    resumed_by: Option<String>,
}

impl Resting {
    pub(super) fn of(pause: &Pause, l10n: &L10n) -> Self {
        Self {
            since: l10n.date_time(pause.since, Tz::UTC),
            by: line(&pause.paused_by, 120),
            reason: line(&pause.reason, 400),
            until: pause.resumed_at.map(|at| l10n.date_time(at, Tz::UTC)),
            resumed_by: pause.resumed_by.as_deref().map(|by| line(by, 120)),
        }
    }
}

#[derive(Serialize)]
pub(super) struct Waiting {
    site: String,
    href: String,
    report: String,
    night: String,
    /// `error`, `never`, `feed` or `queue`
    why: &'static str,
    /// How far the feed is.
    known: Option<String>,
    until: Option<String>,
    error: Option<String>,
    since: String,
}

#[derive(Serialize)]
pub(super) struct Ill {
    id: ReportId,
    site: String,
    href: String,
    report: String,
    night: String,
    revision: i32,
    error: Option<String>,
    since: String,
}

#[derive(Serialize)]
pub(super) struct IllMail {
    href: String,
    address: String,
    site: String,
    night: String,
    state: &'static str,
    error: Option<String>,
}

#[derive(Serialize)]
struct Lane {
    name: &'static str,
    waiting: String,
    oldest: String,
    busy: bool,
}

#[derive(Serialize)]
struct WorkerRow {
    name: String,
    seen: String,
}

#[derive(Serialize)]
struct AlertRow {
    at: String,
    channel: String,
    subject: String,
    state: String,
    reply: Option<String>,
}

/// What a snapshot says.
pub(super) fn live(snapshot: &Snapshot, l10n: &L10n) -> Live {
    let slow = &snapshot.slow;
    let counts = &snapshot.counts;
    let beyond = |all: i64, shown: usize| (all - i64::try_from(shown).unwrap_or(i64::MAX)).max(0);
    Live {
        at: format!(
            "{}, {}",
            l10n.date(NightDate::new(snapshot.at.date_naive())),
            l10n.time_with_seconds(snapshot.at, Tz::UTC)
        ),
        tiles: tiles(snapshot, l10n),
        checks: (slow.readiness.checks.iter())
            .map(|check| Check {
                what: check.what,
                fault: check.fault.as_deref().map(|fault| line(fault, 300)),
                bearable: check.bearable,
            })
            .collect(),
        jobs: slow.jobs.iter().map(|job| job_row(job, snapshot, l10n)).collect(),
        runs: snapshot.runs.iter().map(|run| run_row(run, l10n)).collect(),
        waiting: snapshot.waiting.iter().map(|(row, known)| waiting(snapshot, row, *known, l10n)).collect(),
        held: snapshot.held.iter().map(|row| ill(snapshot, row, l10n)).collect(),
        failed: snapshot.failed.iter().map(|row| ill(snapshot, row, l10n)).collect(),
        mails: snapshot.mails.iter().map(|one| ill_mail(snapshot, one, l10n)).collect(),
        more: More {
            waiting: beyond(counts.waiting, snapshot.waiting.len()),
            held: beyond(counts.held, snapshot.held.len()),
            failed: beyond(counts.failed, snapshot.failed.len()),
            mails: beyond(counts.mails, snapshot.mails.len()),
        },
        lanes: lanes(snapshot, l10n),
        workers: (snapshot.workers.iter())
            .map(|worker| WorkerRow {
                name: line(worker.name.trim_end_matches("-house-0"), 80),
                seen: l10n.time_with_seconds(worker.seen_at, Tz::UTC),
            })
            .collect(),
        suppressed: slow.suppressions.iter().map(|row| Suppressed::of(row, Tz::UTC, l10n)).collect(),
        alerts: (slow.alerts.iter())
            .map(|alert| AlertRow {
                at: l10n.date_time(alert.created_at, Tz::UTC),
                channel: alert.channel.clone(),
                subject: line(&alert.subject, 200),
                state: alert.state.clone(),
                reply: alert.reply.as_deref().map(|reply| line(reply, 200)),
            })
            .collect(),
    }
}

/// A report that did not go well.
pub(super) fn ill(snapshot: &Snapshot, row: &ReportRow, l10n: &L10n) -> Ill {
    Ill {
        id: row.id,
        site: site(snapshot, &row.location),
        href: night_path(&row.location, row.night),
        report: format!("/desk/reports/{}", row.id),
        night: l10n.date(row.night),
        revision: row.revision,
        error: row.error.as_deref().map(|error| line(error, 300)),
        since: l10n.date_time(row.planned_at, zone(snapshot, &row.location)),
    }
}

/// A mail that did not go well.
pub(super) fn ill_mail(snapshot: &Snapshot, one: &ListedDelivery, l10n: &L10n) -> IllMail {
    IllMail {
        href: format!("/desk/mails/{}", one.delivery.id),
        address: line(&one.delivery.email, 254),
        site: site(snapshot, &one.location),
        night: l10n.date(one.night),
        state: one.delivery.state.as_str(),
        error: one.delivery.error.as_deref().map(|error| line(error, 300)),
    }
}

fn tiles(snapshot: &Snapshot, l10n: &L10n) -> Vec<Tile> {
    let count = |number: usize| l10n.integer(i64::try_from(number).unwrap_or(i64::MAX));
    let tile = |label, value, alarming, href| Tile { label, value, alarming, href };
    let due: i64 = snapshot.queue.iter().map(|lane| lane.waiting).sum();
    let ready = snapshot.slow.readiness.is_ready();
    let counts = &snapshot.counts;
    let failed = counts.failed + counts.mails;
    let faults = snapshot.slow.readiness.checks.iter().filter(|check| check.fault.is_some()).count();
    vec![
        tile("health", count(faults), !ready || faults > 0, "#health"),
        tile("workers", count(snapshot.workers.len()), snapshot.workers.is_empty(), "#queue"),
        tile("queue", l10n.integer(due), false, "#queue"),
        tile("waiting", l10n.integer(counts.waiting), false, "#waiting"),
        tile("held", l10n.integer(counts.held), counts.held > 0, "#held"),
        tile("failed", l10n.integer(failed), failed > 0, "#failed"),
    ]
}

fn lanes(snapshot: &Snapshot, l10n: &L10n) -> Vec<Lane> {
    let lane = |lane: &'static str| {
        let depth = snapshot.queue.iter().find(|depth| depth.lane == lane);
        let (waiting, oldest) = depth.map_or((0, 0), |depth| (depth.waiting, depth.oldest_seconds));
        Lane {
            name: lane,
            waiting: l10n.integer(waiting),
            oldest: took(TimeDelta::seconds(oldest), l10n),
            busy: waiting > 0,
        }
    };
    let (unsent, since) = snapshot.unsent;
    let age = since.map_or(TimeDelta::zero(), |since| snapshot.at - since);
    let mails = Lane { name: "mails", waiting: l10n.integer(unsent), oldest: took(age, l10n), busy: unsent > 0 };
    vec![lane("build"), lane("deliver"), lane("house"), mails]
}

fn site(snapshot: &Snapshot, location: &LocationRef) -> String {
    snapshot.slow.sites.get(location).map_or_else(|| line(location.as_str(), 128), |site| line(&site.name, 120))
}

fn zone(snapshot: &Snapshot, location: &LocationRef) -> Tz {
    snapshot.slow.sites.get(location).map_or(Tz::UTC, |site| site.timezone)
}

pub(super) fn waiting(snapshot: &Snapshot, row: &ReportRow, known: Option<DateTime<Utc>>, l10n: &L10n) -> Waiting {
    let zone = zone(snapshot, &row.location);
    let until = row.wait_until.filter(|until| *until > snapshot.at);
    let why = match (&row.error, until, known) {
        (Some(_), _, _) => "error",
        (None, Some(_), None) => "never",
        (None, Some(_), Some(_)) => "feed",
        (None, None, _) => "queue",
    };
    Waiting {
        site: site(snapshot, &row.location),
        href: night_path(&row.location, row.night),
        report: format!("/desk/reports/{}", row.id),
        night: l10n.date(row.night),
        why,
        known: known.map(|known| l10n.date_time(known, zone)),
        until: until.map(|until| l10n.time(until, zone)),
        error: row.error.as_deref().map(|error| line(error, 300)),
        since: took(snapshot.at - row.planned_at, l10n),
    }
}

/// A job as the overview and its own page show it.
pub(super) fn job_row(now: &JobNow, snapshot: &Snapshot, l10n: &L10n) -> JobRow {
    let job = &now.job;
    // One that began a moment ago is known before the slow look knows it.
    let newest = snapshot.runs.iter().find(|run| run.run.job == job.name);
    let last = newest.or_else(|| snapshot.slow.last.get(&job.name));
    JobRow {
        name: line(job.name.as_str(), 128),
        href: path("/operations/job", &[("name", job.name.as_str())]),
        schedule: job.schedule.to_string(),
        zone: match job.timezone {
            JobZone::Location => None,
            JobZone::Fixed(zone) => Some(zone.name().to_owned()),
        },
        sites: l10n.integer(i64::try_from(now.sites).unwrap_or(i64::MAX)),
        coming: (now.coming.iter())
            .map(|(zone, at)| Coming { zone: zone.name().to_owned(), at: l10n.date_time(*at, *zone), utc: *at })
            .collect(),
        paused: snapshot.pauses.iter().find(|pause| pause.job == job.name).map(|pause| Resting::of(pause, l10n)),
        catch_up: match job.catch_up.policy {
            CatchUpPolicy::Skip => "skip",
            CatchUpPolicy::Latest => "latest",
            CatchUpPolicy::All => "all",
        },
        max_age: show_duration(job.catch_up.max_age),
        waits: show_duration(job.wait_for_data),
        hold: job.incomplete == Incomplete::Hold,
        deadline: job.deadline.map(|deadline| deadline.to_string()),
        last: last.map(|run| run_row(run, l10n)),
    }
}
