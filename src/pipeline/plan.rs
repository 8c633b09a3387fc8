//! Plan: what is wanted becomes rows and build tasks, in one transaction.

use std::time::Duration;

use chrono::{DateTime, Utc};

use super::{Pipeline, ledger};
use crate::audit::{self, Change};
use crate::db::reports::ReportRow;
use crate::db::runs::Run;
use crate::db::sites::Location;
use crate::db::{DbError, Enqueue, Task, pauses, reports, runs};
use crate::model::{DeliveryId, JobName, LocationRef, NightDate, ReportId, RunId, Trigger};

/// A site and the night that is wanted of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SiteNight {
    /// The site.
    pub location: LocationRef,
    /// The night.
    pub night: NightDate,
    /// 1 for the first report, n + 1 for a regeneration.
    pub revision: i32,
}

/// Reports that are wanted together.
#[derive(Debug, Clone)]
#[expect(clippy::struct_excessive_bools, reason = "wishes that do not depend on one another")]
pub struct Request {
    /// The job.
    pub job: JobName,
    /// Who asked.
    pub cause: Trigger,
    /// When it was due, or asked for.
    pub occurrence: DateTime<Utc>,
    /// The zone whose local time made it due; empty for a manual one.
    pub zone: String,
    /// The person who asked.
    pub by: Option<String>,
    /// Why: required of a regeneration.
    pub reason: Option<String>,
    /// Whether mails go out.
    pub send: bool,
    /// Whether the PDF is attached or only linked.
    pub attach_pdf: bool,
    /// Whether a quiet night is not mailed.
    pub skip_quiet: bool,
    /// Until when an incomplete feed is waited for.
    pub wait_until: Option<DateTime<Utc>>,
    /// Whether an incomplete site is held when the wait is over.
    pub hold: bool,
    /// When it was due, where it runs late: its mails say so.
    pub late_since: Option<DateTime<Utc>>,
    /// The sites and nights.
    pub sites: Vec<SiteNight>,
}

/// What a plan came to.
#[derive(Debug, Clone)]
pub struct Planned {
    /// The run.
    pub run: RunId,
    /// Whether it is new: the same occurrence fires once.
    pub new: bool,
    /// The reports that are now to be built; the others stand already.
    pub reports: Vec<ReportId>,
    /// Mails of reports that stand which have not left yet: they are enqueued again, so that a run finishes what an
    /// earlier one left.
    pub unfinished: Vec<DeliveryId>,
}

impl SiteNight {
    /// The first report of a site's last night that has ended.
    #[must_use]
    pub fn last(site: &Location, now: DateTime<Utc>) -> Self {
        let night = site.hours.last_ended(now, site.timezone);
        Self { location: site.location.clone(), night, revision: 1 }
    }
}

impl Request {
    /// What a person wants at once: mailed, with the PDF attached, and waiting for nothing.
    #[must_use]
    pub const fn by_hand(job: JobName, at: DateTime<Utc>, sites: Vec<SiteNight>) -> Self {
        Self {
            job,
            cause: Trigger::Manual,
            occurrence: at,
            zone: String::new(),
            by: None,
            reason: None,
            send: true,
            attach_pdf: true,
            skip_quiet: false,
            wait_until: None,
            hold: false,
            late_since: None,
            sites,
        }
    }
}

impl<Q: Enqueue> Pipeline<Q> {
    /// Writes a run and its planned reports, and enqueues a build for each that is not there yet.
    pub async fn plan(&self, request: &Request) -> Result<Planned, DbError> {
        self.plan_by(request, None).await
    }

    /// The same, entered in the audit log as `change` where it comes to a new run; without one, as the house's own.
    pub async fn plan_by(&self, request: &Request, change: Option<Change<'_>>) -> Result<Planned, DbError> {
        let now = self.clock.now();
        let begun = Run::begun(request.job.clone(), request.cause, request.occurrence, request.zone.clone(), now);
        let run = Run { requested_by: request.by.clone(), ..begun };
        let id = run.id;
        let rows: Vec<ReportRow> = request.sites.iter().map(|site| row(request, site, id, now)).collect();
        let unfinished = match request.cause {
            Trigger::Manual => self.unfinished(&rows).await?,
            Trigger::Schedule | Trigger::Regenerate => Vec::new(),
        };
        let mut tx = self.db.begin().await?;
        // Asked here and not before, so that a job that was paused a moment ago by another process is not fired.
        let rests = request.cause == Trigger::Schedule && pauses::rests(&mut tx, &request.job).await?;
        if rests || !runs::insert(&mut tx, &run).await? {
            return Ok(Planned { run: id, new: false, reports: Vec::new(), unfinished: Vec::new() });
        }
        let planned = reports::plan(&mut tx, &rows).await?;
        let builds = planned.iter().map(|report| Task::Build { report: *report, tries: 0 });
        let deliveries = unfinished.iter().map(|delivery| Task::Deliver { delivery: *delivery });
        let tasks: Vec<Task> = builds.chain(deliveries).collect();
        self.queue.enqueue(&mut tx, &tasks, Duration::ZERO).await?;
        let ended = runs::finish_complete(&mut tx, now).await?;
        let begun = change.unwrap_or_else(|| ledger::begun(request, id, planned.len(), rows.len() - planned.len()));
        audit::record(&mut tx, begun, now).await?;
        ledger::ended(&mut tx, &ended, now).await?;
        tx.commit().await?;
        tracing::info!(run = %id, job = %request.job, cause = %request.cause, reports = planned.len(), stand = rows.len() - planned.len(), "run planned");
        Ok(Planned { run: id, new: true, reports: planned, unfinished })
    }

    /// Mails of these reports that have not left yet.
    async fn unfinished(&self, rows: &[ReportRow]) -> Result<Vec<DeliveryId>, DbError> {
        let mut unfinished = Vec::new();
        for row in rows {
            unfinished.extend(self.db.open_deliveries(row.id).await?);
        }
        Ok(unfinished)
    }
}

fn row(request: &Request, site: &SiteNight, run: RunId, now: DateTime<Utc>) -> ReportRow {
    ReportRow {
        reason: request.reason.clone(),
        requested_by: request.by.clone(),
        send: request.send,
        attach_pdf: request.attach_pdf,
        skip_quiet: request.skip_quiet,
        wait_until: request.wait_until,
        hold: request.hold,
        late_since: request.late_since,
        ..ReportRow::planned(run, site.location.clone(), site.night, site.revision, now)
    }
}
