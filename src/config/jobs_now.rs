//! Jobs now: the jobs of jobs.toml as they are now. A long-running process takes a changed file, and keeps the old jobs,
//! saying why, where the new one is wrong.
//!
//! It must not look by itself: who keeps the schedule, or watches over it, does.

use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use super::{Change, Environment, Job, Watched};

/// The jobs in force, for all parts of a process.
#[derive(Debug)]
pub struct JobsNow {
    jobs: RwLock<Arc<[Job]>>,
    watched: Mutex<Option<Watched>>,
}

impl JobsNow {
    /// These, until a file is watched and changes.
    #[must_use]
    pub fn new(jobs: &[Job]) -> Self {
        Self { jobs: RwLock::new(jobs.into()), watched: Mutex::new(None) }
    }

    /// Watches their file from now on.
    pub fn watch(&self, file: Option<&Path>, environment: Environment) {
        match Watched::load(file, environment) {
            Ok((config, watched)) => {
                self.take(config.jobs);
                *self.watched.lock().unwrap_or_else(PoisonError::into_inner) = Some(watched);
            }
            Err(faults) => {
                tracing::error!(%faults, "jobs.toml changed while Daybreak started; changes are taken after a restart only");
            }
        }
    }

    /// The jobs in force.
    #[must_use]
    pub fn now(&self) -> Arc<[Job]> {
        Arc::clone(&self.jobs.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Looks at the file, and returns the jobs in force. Everything else of a changed file takes a restart, and says so.
    pub fn look(&self) -> Arc<[Job]> {
        let change = {
            let mut watched = self.watched.lock().unwrap_or_else(PoisonError::into_inner);
            watched.as_mut().map_or(Change::Same, Watched::check)
        };
        match change {
            Change::Same => {}
            Change::Changed(config) => {
                tracing::info!(
                    jobs = config.jobs.len(),
                    "jobs.toml changed; its jobs are in force (other tables after a restart)"
                );
                self.take(config.jobs);
            }
            Change::Wrong(faults) => {
                tracing::error!(%faults, "jobs.toml changed and is wrong; the old one stays in force");
            }
        }
        self.now()
    }

    fn take(&self, jobs: Vec<Job>) {
        *self.jobs.write().unwrap_or_else(PoisonError::into_inner) = jobs.into();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;

    #[test]
    fn a_changed_file_is_in_force_for_everybody_and_a_wrong_one_for_nobody() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("jobs.toml");
        let write = |name: &str| {
            let text = format!("[[job]]\nname = \"{name}\"\nkind = \"night-report\"\nschedule = \"30 6 * * *\"\n");
            std::fs::write(&file, text).unwrap();
        };
        write("morning");
        let config = Config::load(Some(&file), &Environment::default()).unwrap();
        let jobs = JobsNow::new(&config.jobs);
        let names = |jobs: Arc<[Job]>| jobs.iter().map(|job| job.name.to_string()).collect::<Vec<_>>();
        write("changed while it started");
        assert_eq!(names(jobs.look()), ["morning"], "nothing is watched yet");
        write("evening");
        jobs.watch(Some(&file), Environment::default());
        assert_eq!(names(jobs.now()), ["evening"]);
        write("noon");
        assert_eq!(names(jobs.now()), ["evening"], "nobody has looked");
        assert_eq!(names(jobs.look()), ["noon"]);
        assert_eq!(names(jobs.now()), ["noon"]);
        std::fs::write(&file, "[[job]]\nname = 7\n").unwrap();
        assert_eq!(names(jobs.look()), ["noon"]);
    }
}
