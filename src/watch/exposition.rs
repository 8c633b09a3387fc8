//! Exposition: counts of rows and of this process become a page that Prometheus reads.
//!
//! States are counted from rows, so that every process tells the same and a restart forgets nothing; they are gauges
//! over the last [`WINDOW`]. Durations and errors are this process's own.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::AtomicI64;

use chrono::{DateTime, TimeDelta, Utc};
use prometheus_client::encoding::text::{encode_eof, encode_registry};
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::Registry;
use tokio::sync::Mutex;

use super::Watcher;
use crate::db::DbError;
use crate::db::census::{Census, Counts};
use crate::db::queue::LaneDepth;
use crate::identity::Standing;
use crate::meter::Service;
use crate::model::{DeliveryState, ReportState, RunState};

/// The page's content type (`OpenMetrics` 1.0).
pub const CONTENT_TYPE: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// Rows that began before this are history.
const WINDOW: TimeDelta = TimeDelta::hours(24);

type Level = Gauge<i64, AtomicI64>;
type Levels = Family<[(&'static str, String); 1], Level>;

/// What was counted so long ago is still shown: whoever asks often does not make the database count often.
const FRESH: TimeDelta = TimeDelta::seconds(5);

/// The last count, and when it was. Whoever asks during a count waits for it, and does not begin one of their own.
#[derive(Debug, Clone, Default)]
pub struct Recent(Arc<Mutex<Option<Counted>>>);

#[derive(Debug)]
struct Counted {
    at: DateTime<Utc>,
    figures: Arc<Figures>,
}

/// What a page tells of rows.
#[derive(Debug)]
struct Figures {
    census: Census,
    queue: Vec<LaneDepth>,
    workers: i64,
    findings: Counts,
}

impl Watcher {
    /// The page. Where the database does not answer it says so (`daybreak_up 0`) and holds this process's own figures.
    pub async fn metrics(&self) -> String {
        // Whether the database answers, and whose it is, is asked each time; only what is counted may be some seconds old.
        let standing = self.identity.standing(&self.db);
        let asked = async { Ok::<_, DbError>((standing.await? == Standing::Ours, self.figures().await?)) };
        let figures = match asked.await {
            Ok(figures) => Some(figures),
            Err(error) => {
                self.meter.failed(Service::Database);
                tracing::warn!(error = &error as &dyn std::error::Error, "the rows could not be counted");
                None
            }
        };
        let mut page = String::new();
        // Writing into a string does not fail.
        let _ = write(self, figures.as_ref().map(|(ours, figures)| (*ours, &**figures)), &mut page);
        page
    }

    async fn figures(&self) -> Result<Arc<Figures>, DbError> {
        let mut recent = self.recent.0.lock().await;
        let now = self.clock.now();
        if let Some(counted) = recent.as_ref()
            && (TimeDelta::zero()..FRESH).contains(&(now - counted.at))
        {
            return Ok(Arc::clone(&counted.figures));
        }
        let figures = Arc::new(Figures {
            census: self.db.census(now - WINDOW, now).await?,
            queue: self.db.queue_depths(now).await?,
            workers: self.db.workers_alive(now).await?,
            findings: self.db.open_findings().await?,
        });
        *recent = Some(Counted { at: now, figures: Arc::clone(&figures) });
        Ok(figures)
    }
}

fn write(watcher: &Watcher, figures: Option<(bool, &Figures)>, page: &mut String) -> fmt::Result {
    watcher.meter.write(page)?;
    let mut registry = Registry::with_prefix("daybreak");
    level(&mut registry, "up", "Whether the database answers", i64::from(figures.is_some()));
    if let Some((ours, figures)) = figures {
        let words = |all: &[&str]| all.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
        let states = |states: &[&'static str]| words(states);
        let runs = states(&RunState::ALL.iter().map(|state| state.as_str()).collect::<Vec<_>>());
        let reports = states(&ReportState::ALL.iter().map(|state| state.as_str()).collect::<Vec<_>>());
        let deliveries = states(&DeliveryState::ALL.iter().map(|state| state.as_str()).collect::<Vec<_>>());
        let classes = words(&["2xx", "4xx", "5xx", "network", "unknown"]);
        let kinds = words(&["deadline", "failed", "held", "mail"]);
        let census = &figures.census;
        levels(&mut registry, "runs", "Runs of the last 24 hours", "state", &runs, &census.runs);
        levels(&mut registry, "reports", "Reports of the last 24 hours", "state", &reports, &census.reports);
        levels(
            &mut registry,
            "deliveries",
            "Deliveries of the last 24 hours",
            "state",
            &deliveries,
            &census.deliveries,
        );
        levels(
            &mut registry,
            "attempts",
            "Attempts of the last 24 hours by reply",
            "class",
            &classes,
            &census.attempts,
        );
        levels(&mut registry, "findings_open", "What went wrong and has not ended", "kind", &kinds, &figures.findings);
        level(&mut registry, "gate_waiting", "Reports whose feed is waited for", census.waiting_for_data);
        let lanes = words(&["build", "deliver", "house"]);
        let lane = |value: fn(&LaneDepth) -> i64| -> Counts {
            figures.queue.iter().map(|depth| (depth.lane.clone(), value(depth))).collect()
        };
        let waiting = lane(|depth| depth.waiting);
        let oldest = lane(|depth| depth.oldest_seconds);
        levels(&mut registry, "queue_waiting", "Tasks that are due and that no worker has", "lane", &lanes, &waiting);
        levels(&mut registry, "queue_oldest_seconds", "How long the oldest of them waits", "lane", &lanes, &oldest);
        level(&mut registry, "workers_alive", "Processes that work on the queue", figures.workers);
        level(&mut registry, "instance_confirmed", "Whether the database is this installation's own", ours.into());
    }
    encode_registry(page, &registry)?;
    encode_eof(page)
}

fn level(registry: &mut Registry, name: &str, help: &str, value: i64) {
    let gauge = Level::default();
    gauge.set(value);
    registry.register(name, help, gauge);
}

/// One line for each known word, with 0 where nothing was counted: an alarm on a line that is not there never rings.
fn levels(registry: &mut Registry, name: &str, help: &str, label: &'static str, words: &[String], counts: &Counts) {
    let family = Levels::default();
    for word in words {
        family.get_or_create(&[(label, word.clone())]).set(0);
    }
    for (word, count) in counts {
        family.get_or_create(&[(label, word.clone())]).set(*count);
    }
    registry.register(name, help, family);
}
