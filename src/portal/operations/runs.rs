//! Runs: a run's rows become what lists say of it, and its instants how long each stage took.

use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::Tz;
use serde::Serialize;

use super::board::RunNow;
use crate::model::RunState;
use crate::portal::shown::line;
use crate::render::l10n::L10n;

/// A run, with how long its stages took.
#[derive(Serialize, Clone)]
pub(super) struct RunRow {
    href: String,
    job: String,
    occurrence: String,
    zone: Option<String>,
    cause: &'static str,
    by: Option<String>,
    outcome: &'static str,
    reports: i64,
    built: i64,
    open: i64,
    held: i64,
    failed: i64,
    mails: i64,
    sent: i64,
    unsent: i64,
    under_way: i64,
    suppressed: i64,
    stages: Vec<StageTook>,
}

/// How long a stage took.
#[derive(Serialize, Clone)]
struct StageTook {
    /// Message key's end: `wait`, `build`, `mail`.
    stage: &'static str,
    took: String,
}

/// A run as lists show it.
pub(super) fn run_row(now: &RunNow, l10n: &L10n) -> RunRow {
    let RunNow { run, progress, .. } = now;
    let zone: Option<Tz> = run.zone.parse().ok().filter(|_| !run.zone.is_empty());
    RunRow {
        href: format!("/operations/runs/{}", run.id),
        job: line(run.job.as_str(), 128),
        occurrence: l10n.date_time(run.occurrence, zone.unwrap_or(Tz::UTC)),
        zone: zone.map(|zone| zone.name().to_owned()),
        cause: run.cause.as_str(),
        by: run.requested_by.as_deref().map(|by| line(by, 120)),
        outcome: match now.outcome() {
            RunState::Running => "running",
            RunState::Done => "done",
            RunState::Failed => "failed",
        },
        reports: progress.reports,
        built: progress.reports - progress.planned - progress.failed - progress.held,
        open: progress.planned,
        held: progress.held,
        failed: progress.failed,
        mails: progress.deliveries,
        sent: progress.sent,
        unsent: progress.unsent,
        under_way: progress.open + progress.deferred,
        suppressed: progress.suppressed,
        stages: stages(now, l10n),
    }
}

/// What the rows' instants tell of how long each stage took.
fn stages(now: &RunNow, l10n: &L10n) -> Vec<StageTook> {
    let times = &now.timings;
    let between = |stage, from: Option<DateTime<Utc>>, to: Option<DateTime<Utc>>| {
        let (from, to) = (from?, to?);
        (to >= from).then(|| StageTook { stage, took: took(to - from, l10n) })
    };
    [
        // From the plan to the first frozen report: waiting for feeds and a worker, and one build.
        between("wait", times.planned_at, times.first_built_at),
        between("build", times.first_built_at, times.last_built_at),
        between("mail", times.first_mail_at, times.last_mail_at),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// A length of time in two units at most.
pub(super) fn took(length: TimeDelta, l10n: &L10n) -> String {
    let seconds = length.num_seconds().max(0);
    let part = |key: &str, number: i64| l10n.message(key, &[("number", number.into())]);
    match seconds {
        0..60 => part("ops-seconds", seconds),
        60..3_600 => format!("{} {}", part("ops-minutes", seconds / 60), part("ops-seconds", seconds % 60)),
        3_600..86_400 => {
            format!("{} {}", part("ops-hours", seconds / 3_600), part("ops-minutes", seconds % 3_600 / 60))
        }
        _ => format!("{} {}", part("ops-days", seconds / 86_400), part("ops-hours", seconds % 86_400 / 3_600)),
    }
}
