//! The jobs of jobs.toml as they are now: a long-running process takes a changed file, and keeps the old jobs, saying
//! why, where the new one is wrong.

use tokio::sync::Mutex;

use crate::app::App;
use crate::config::{Change, Environment, Job, Watched};

/// The jobs in force.
#[derive(Debug)]
pub(super) struct JobsNow(Mutex<(Vec<Job>, Option<Watched>)>);

impl JobsNow {
    /// Those that the app was started with; their file is watched from now on.
    pub(super) fn of(app: &App) -> Self {
        let watched = match Watched::load(app.config.file.as_deref(), Environment::process()) {
            Ok((_, watched)) => Some(watched),
            Err(faults) => {
                tracing::error!(%faults, "jobs.toml changed while Daybreak started; changes are taken after a restart only");
                None
            }
        };
        Self(Mutex::new((app.config.jobs.clone(), watched)))
    }

    /// Looks at the file, and returns the jobs in force. Everything else of a changed file takes a restart, and says so.
    pub(super) async fn look(&self) -> Vec<Job> {
        let mut now = self.0.lock().await;
        match now.1.as_mut().map_or(Change::Same, Watched::check) {
            Change::Same => {}
            Change::Changed(config) => {
                tracing::info!(
                    jobs = config.jobs.len(),
                    "jobs.toml changed; its jobs are in force (other tables after a restart)"
                );
                now.0 = config.jobs;
            }
            Change::Wrong(faults) => {
                tracing::error!(%faults, "jobs.toml changed and is wrong; the old one stays in force");
            }
        }
        now.0.clone()
    }
}
