//! Meter: what this process does becomes counts and durations for monitoring.
//!
//! Durations are measured, not told by the clock that tests set. It must not read rows: their counts are looked up by
//! whoever writes the page of metrics.

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, Instant};

use prometheus_client::encoding::text::encode_registry;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::{Family, MetricConstructor};
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::Registry;
use tracing::Instrument as _;

/// Seconds, from a millisecond to the longest that a mail server is waited for.
const BUCKETS: [f64; 15] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 15.0, 60.0, 300.0];
/// Seconds that a site's feed may be waited for: up to twelve hours.
const WAITS: [f64; 8] = [60.0, 300.0, 900.0, 1_800.0, 2_700.0, 5_400.0, 14_400.0, 43_200.0];

type Label = [(&'static str, &'static str); 1];

/// A step of the way from rows to a mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// Rows of a night are read.
    Collect,
    /// They become a report.
    Compose,
    /// The report becomes mails and PDFs.
    Render,
    /// Bytes go into the archive.
    Archive,
    /// Report, links, deliveries and tasks become rows.
    Commit,
    /// A mail goes to one contact, with the record of it.
    Send,
}

impl Stage {
    const fn name(self) -> &'static str {
        match self {
            Self::Collect => "collect",
            Self::Compose => "compose",
            Self::Render => "render",
            Self::Archive => "archive",
            Self::Commit => "commit",
            Self::Send => "send",
        }
    }
}

/// What failed, apart from the task that met it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Service {
    /// The database.
    Database,
    /// The archive.
    Archive,
    /// The webhook of `[alerts]`, or the mail of an alert.
    Alert,
}

#[derive(Debug, Clone, Copy)]
struct Durations;

impl MetricConstructor<Histogram> for Durations {
    fn new_metric(&self) -> Histogram {
        Histogram::new(BUCKETS)
    }
}

/// The process's counts. Cheap to clone; clones count together.
#[derive(Clone)]
pub struct Meter {
    registry: Arc<Registry>,
    stages: Family<Label, Histogram, Durations>,
    waits: Histogram,
    errors: Family<Label, Counter>,
    tasks: Family<Label, Counter>,
}

impl Default for Meter {
    fn default() -> Self {
        let mut registry = Registry::with_prefix("daybreak");
        let stages = Family::new_with_constructor(Durations);
        let waits = Histogram::new(WAITS);
        let (errors, tasks) = (Family::default(), Family::default());
        registry.register("stage_seconds", "How long a stage took, in this process", stages.clone());
        registry.register("gate_wait_seconds", "How long a report waited for its feed", waits.clone());
        registry.register("errors", "Failures of a service that a task met, in this process", errors.clone());
        registry.register("tasks", "Tasks that ended, in this process", tasks.clone());
        Self { registry: Arc::new(registry), stages, waits, errors, tasks }
    }
}

impl fmt::Debug for Meter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Meter").finish_non_exhaustive()
    }
}

impl Meter {
    /// Carries something out and notes how long the stage took, however it ended.
    pub async fn time<T>(&self, stage: Stage, work: impl Future<Output = T>) -> T {
        let began = Instant::now();
        // For traces only: log lines name the task, not the stage.
        let span = tracing::debug_span!(target: "daybreak::stage", "stage", otel.name = stage.name());
        let ended = work.instrument(span).await;
        self.stages.get_or_create(&[("stage", stage.name())]).observe(began.elapsed().as_secs_f64());
        ended
    }

    /// Notes that a report waited for its feed.
    pub fn waited(&self, wait: Duration) {
        self.waits.observe(wait.as_secs_f64());
    }

    /// Notes that a service failed.
    pub fn failed(&self, service: Service) {
        let name = match service {
            Service::Database => "database",
            Service::Archive => "archive",
            Service::Alert => "alert",
        };
        self.errors.get_or_create(&[("service", name)]).inc();
    }

    /// Notes that a task of that kind ended.
    pub fn ended(&self, task: &'static str) {
        self.tasks.get_or_create(&[("task", task)]).inc();
    }

    /// Writes the counts as Prometheus reads them, without the line that ends the page.
    ///
    /// # Errors
    /// Never, while `page` is a string.
    pub fn write(&self, page: &mut String) -> fmt::Result {
        encode_registry(page, &self.registry)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_was_done_is_on_the_page() {
        let meter = Meter::default();
        assert_eq!(meter.time(Stage::Render, async { 7 }).await, 7);
        meter.clone().failed(Service::Archive);
        meter.waited(Duration::from_mins(20));
        let mut page = String::new();
        meter.write(&mut page).unwrap();
        assert!(page.contains("daybreak_stage_seconds_count{stage=\"render\"} 1"), "{page}");
        assert!(page.contains("daybreak_errors_total{service=\"archive\"} 1"), "{page}");
        assert!(page.contains("daybreak_gate_wait_seconds_bucket{le=\"1800.0\"} 1"), "{page}");
    }
}
