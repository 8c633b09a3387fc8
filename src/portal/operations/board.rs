//! Board: the rows that operations look at, looked up once a second for all who look, and not at all when nobody does.
//!
//! It holds rows, not words: each page says them in its reader's language. What changes rarely is looked up rarely.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::Tz;
use tokio::sync::{Mutex, watch};

use crate::config::Job;
use crate::db::alerts::Alert;
use crate::db::deliveries::ListedDelivery;
use crate::db::illness::{Illness, LivingWorker, Timings};
use crate::db::pauses::Pause;
use crate::db::queue::LaneDepth;
use crate::db::reports::ReportRow;
use crate::db::runs::{Run, RunProgress};
use crate::db::sites::Location;
use crate::db::suppressions::Suppression;
use crate::db::{Db, DbError};
use crate::model::{JobName, LocationRef, RunId, RunState};
use crate::portal::PortalState;
use crate::schedule;
use crate::watch::{Readiness, Recent, Watcher};

/// How often rows are looked up while somebody looks.
pub(in crate::portal) const PACE: Duration = Duration::from_secs(1);
/// How often what changes rarely is.
const SLOW: Duration = Duration::from_secs(10);
/// What failed is shown for so long.
pub(super) const LATELY: TimeDelta = TimeDelta::days(3);
/// So many runs, sites, mails and alerts are shown.
const RUNS: i64 = 12;
const MOST: i64 = 20;
const ALERTS: i64 = 8;
/// So many coming occurrences of each job.
const COMING: usize = 1;

/// A run, and how far it is.
#[derive(Debug, Clone)]
pub(in crate::portal) struct RunNow {
    pub(super) run: Run,
    pub(super) progress: RunProgress,
    pub(super) timings: Timings,
}

impl RunNow {
    /// As people see it: a run whose mails are under way is running, one of whose mails failed has failed.
    pub(super) fn outcome(&self) -> RunState {
        if self.run.state == RunState::Running && self.progress.reports == 0 {
            RunState::Running
        } else {
            self.progress.state()
        }
    }

    /// The run as its rows tell now.
    pub(super) async fn of(db: &Db, run: Run) -> Result<Self, DbError> {
        Ok(Self { progress: db.run_progress(run.id).await?, timings: db.run_timings(run.id).await?, run })
    }
}

/// A job, and when it comes.
#[derive(Debug)]
pub(in crate::portal) struct JobNow {
    pub(in crate::portal) job: Job,
    /// By zone.
    pub(in crate::portal) coming: Vec<(Tz, DateTime<Utc>)>,
    pub(in crate::portal) sites: usize,
}

/// What changes rarely.
#[derive(Debug)]
pub(in crate::portal) struct Slow {
    at: Instant,
    pub(super) jobs: Vec<JobNow>,
    pub(super) sites: HashMap<LocationRef, Location>,
    pub(in crate::portal) readiness: Readiness,
    pub(super) suppressions: Vec<Suppression>,
    pub(super) alerts: Vec<Alert>,
    /// Runs that are over.
    over: HashMap<RunId, RunNow>,
    /// The last run of each job.
    pub(super) last: HashMap<JobName, RunNow>,
}

/// What was looked up at one moment.
#[derive(Debug)]
pub(in crate::portal) struct Snapshot {
    pub(in crate::portal) at: DateTime<Utc>,
    pub(in crate::portal) slow: Arc<Slow>,
    pub(super) pauses: Vec<Pause>,
    pub(super) runs: Vec<RunNow>,
    /// How much there is of the next four, of which the first are looked up.
    pub(in crate::portal) counts: Illness,
    /// Planned reports, and how far the feeds of their sites are.
    pub(in crate::portal) waiting: Vec<(ReportRow, Option<DateTime<Utc>>)>,
    pub(in crate::portal) held: Vec<ReportRow>,
    pub(in crate::portal) failed: Vec<ReportRow>,
    pub(in crate::portal) mails: Vec<ListedDelivery>,
    pub(in crate::portal) queue: Vec<LaneDepth>,
    pub(in crate::portal) unsent: (i64, Option<DateTime<Utc>>),
    pub(in crate::portal) workers: Vec<LivingWorker>,
}

/// What all who look share.
pub(in crate::portal) struct Board {
    shown: watch::Sender<Option<Arc<Snapshot>>>,
    at_work: AtomicBool,
    /// The last slow look; whoever looks at the same moment waits for it.
    slow: Mutex<Option<Arc<Slow>>>,
}

impl Default for Board {
    fn default() -> Self {
        Self { shown: watch::channel(None).0, at_work: AtomicBool::new(false), slow: Mutex::default() }
    }
}

impl Board {
    /// What there is now.
    pub(in crate::portal) async fn now(&self, state: &PortalState) -> Result<Arc<Snapshot>, DbError> {
        Ok(Arc::new(look(state, self.slowly(state, false).await?).await?))
    }

    /// The same after something was changed: nothing of it is older than the change.
    pub(in crate::portal) async fn changed(&self) {
        *self.slow.lock().await = None;
    }

    /// What is looked up from now on, once a second. The looks end when nobody listens any more.
    pub(super) fn listen(&self, state: &PortalState) -> watch::Receiver<Option<Arc<Snapshot>>> {
        let listener = self.shown.subscribe();
        if !self.at_work.swap(true, Ordering::SeqCst) {
            tokio::spawn(keep_looking(state.clone()));
        }
        listener
    }

    async fn slowly(&self, state: &PortalState, patient: bool) -> Result<Arc<Slow>, DbError> {
        let mut last = self.slow.lock().await;
        let fresh = if patient { SLOW } else { PACE };
        if let Some(slow) = last.as_ref().filter(|slow| slow.at.elapsed() < fresh) {
            return Ok(Arc::clone(slow));
        }
        let slow = Arc::new(look_slowly(state).await?);
        *last = Some(Arc::clone(&slow));
        Ok(slow)
    }
}

async fn keep_looking(state: PortalState) {
    loop {
        let looked = match state.board.slowly(&state, true).await {
            Ok(slow) => look(&state, slow).await,
            Err(error) => Err(error),
        };
        match looked {
            Ok(snapshot) => drop(state.board.shown.send_replace(Some(Arc::new(snapshot)))),
            // Whoever looks sees that nothing comes; the next look is a second away.
            Err(error) => tracing::warn!(error = &error as &dyn std::error::Error, "operations could not be looked up"),
        }
        tokio::select! {
            () = state.stopping.cancelled() => return,
            () = tokio::time::sleep(PACE) => {}
        }
        if state.board.shown.receiver_count() == 0 {
            state.board.at_work.store(false, Ordering::SeqCst);
            // Somebody may have come between the two.
            if state.board.shown.receiver_count() == 0 || state.board.at_work.swap(true, Ordering::SeqCst) {
                return;
            }
        }
    }
}

/// Each job, with so many coming occurrences in each zone of its sites.
pub(in crate::portal) fn jobs_now(jobs: &[Job], sites: &[Location], count: usize, now: DateTime<Utc>) -> Vec<JobNow> {
    let known = jobs.iter().map(|job| {
        let selected: Vec<Tz> = (sites.iter())
            .filter(|site| job.selector.selects(&site.location, &site.branch))
            .map(|site| site.timezone)
            .collect();
        let coming =
            if selected.is_empty() { Vec::new() } else { schedule::next(job, selected.iter().copied(), now, count) };
        JobNow { job: job.clone(), coming, sites: selected.len() }
    });
    known.collect()
}

async fn look_slowly(state: &PortalState) -> Result<Slow, DbError> {
    let (db, now) = (&state.db, state.clock.now());
    let sites = db.locations().await?;
    let jobs = jobs_now(&state.jobs.now(), &sites, COMING, now);
    let mut over = HashMap::new();
    for run in db.runs(RUNS).await? {
        let known = RunNow::of(db, run).await?;
        if known.outcome() != RunState::Running {
            over.insert(known.run.id, known);
        }
    }
    let mut last = HashMap::new();
    for job in &jobs {
        for run in db.runs_of(&job.job.name, 1).await? {
            last.insert(run.job.clone(), RunNow::of(db, run).await?);
        }
    }
    let watcher = Watcher {
        db: db.clone(),
        archive: state.archive.clone(),
        clock: state.clock.clone(),
        identity: state.pipeline.identity.clone(),
        meter: state.pipeline.meter.clone(),
        recent: Recent::default(),
    };
    Ok(Slow {
        at: Instant::now(),
        jobs,
        readiness: watcher.readiness().await,
        suppressions: db.suppressions(false, MOST).await?,
        alerts: db.alerts(ALERTS).await?,
        over,
        last,
        sites: sites.into_iter().map(|site| (site.location.clone(), site)).collect(),
    })
}

async fn look(state: &PortalState, slow: Arc<Slow>) -> Result<Snapshot, DbError> {
    let (db, now) = (&state.db, state.clock.now());
    let mut runs = Vec::new();
    for run in db.runs(RUNS).await? {
        match slow.over.get(&run.id) {
            Some(over) => runs.push(over.clone()),
            None => runs.push(RunNow::of(db, run).await?),
        }
    }
    let since = now - LATELY;
    Ok(Snapshot {
        at: now,
        slow,
        pauses: db.pauses().await?,
        runs,
        counts: db.illness(since).await?,
        waiting: waiting(db, MOST, 0).await?,
        held: db.held_reports(MOST, 0).await?,
        failed: db.failed_reports(since, MOST, 0).await?,
        mails: db.ill_deliveries(since, MOST, 0).await?,
        queue: db.queue_depths(now).await?,
        unsent: db.waiting_deliveries().await?,
        workers: db.living_processes(now).await?,
    })
}

/// Planned reports, and how far the feeds of their sites are.
pub(super) async fn waiting(
    db: &Db,
    limit: i64,
    skip: i64,
) -> Result<Vec<(ReportRow, Option<DateTime<Utc>>)>, DbError> {
    let mut waiting = Vec::new();
    for row in db.waiting_reports(limit, skip).await? {
        let known = if row.wait_until.is_some() { db.watermark(&row.location).await? } else { None };
        waiting.push((row, known));
    }
    Ok(waiting)
}
