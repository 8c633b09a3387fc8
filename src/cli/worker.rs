//! `daybreak worker` and `daybreak up`: what runs all night.

use std::process::ExitCode;
use std::sync::{Arc, PoisonError, RwLock};

use clap::Args;
use tokio_util::sync::CancellationToken;

use super::{Failure, Global, serve};
use crate::app::App;
use crate::config::{Change, Environment, Job, Watched};
use crate::schedule::{self, Alarm};

/// Keep the schedule and work on the queue until stopped.
///
/// jobs.toml may change meanwhile: a right one is taken, a wrong one is refused with its faults in the log, and the
/// old one stays. On SIGTERM or Ctrl-C what is in hand is finished; the rest is left to the next worker.
#[derive(Debug, Args)]
pub(super) struct Worker {}

/// Worker and portal in one process: schedule, engine and pages.
#[derive(Debug, Args)]
pub(super) struct Up {}

impl Worker {
    pub(super) async fn run(self, global: &Global) -> Result<ExitCode, Failure> {
        let app = global.app().await?;
        let shutdown = stop_signal();
        let ended = work(&app, shutdown).await;
        app.close().await;
        ended.map(|()| ExitCode::SUCCESS)
    }
}

impl Up {
    pub(super) async fn run(self, global: &Global) -> Result<ExitCode, Failure> {
        let app = global.app().await?;
        let listener = serve::listen(app.config.portal.listen).await?;
        let shutdown = stop_signal();
        let portal = {
            let (app, shutdown) = (app.clone(), shutdown.clone());
            tokio::spawn(async move {
                // A portal that ends takes the worker with it, so that nobody believes it to be there.
                let _guard = shutdown.clone().drop_guard();
                serve::serve(&app, listener, false, shutdown).await
            })
        };
        let worked = work(&app, shutdown.clone()).await;
        shutdown.cancel();
        let served = portal.await?;
        app.close().await;
        worked.and(served).map(|()| ExitCode::SUCCESS)
    }
}

/// Schedule and engine until `shutdown`.
async fn work(app: &App, shutdown: CancellationToken) -> Result<(), Failure> {
    let jobs = Arc::new(RwLock::new(app.config.jobs.clone()));
    let watched = match Watched::load(app.config.file.as_deref(), Environment::process()) {
        Ok((_, watched)) => Some(watched),
        Err(faults) => {
            tracing::error!(%faults, "jobs.toml changed while Daybreak started; changes are taken after a restart only");
            None
        }
    };
    let watched = Arc::new(tokio::sync::Mutex::new(watched));
    let alarm = {
        let (app, jobs, watched) = (app.clone(), Arc::clone(&jobs), Arc::clone(&watched));
        Alarm::start(move || {
            let (app, jobs, watched) = (app.clone(), Arc::clone(&jobs), Arc::clone(&watched));
            Box::pin(async move {
                if let Some(watched) = watched.lock().await.as_mut() {
                    take_changes(watched, &jobs);
                }
                let now: Vec<Job> = jobs.read().unwrap_or_else(PoisonError::into_inner).clone();
                if let Err(error) = app.pipeline.enqueue_chores().await {
                    tracing::error!(
                        error = &error as &dyn std::error::Error,
                        "the house's chores could not be looked at"
                    );
                }
                if let Err(error) = schedule::tick(&app.pipeline, &now).await {
                    tracing::error!(
                        error = &error as &dyn std::error::Error,
                        "the schedule could not be kept; it is looked at again shortly"
                    );
                }
            })
        })
        .await?
    };
    tracing::info!(jobs = app.config.jobs.len(), "worker started");
    app.work(shutdown).await;
    alarm.stop().await?;
    tracing::info!("worker stopped");
    Ok(())
}

/// A changed jobs.toml takes effect for its jobs; everything else of it takes a restart, and says so.
fn take_changes(watched: &mut Watched, jobs: &RwLock<Vec<Job>>) {
    match watched.check() {
        Change::Same => {}
        Change::Changed(config) => {
            tracing::info!(
                jobs = config.jobs.len(),
                "jobs.toml changed; its jobs are in force (other tables after a restart)"
            );
            *jobs.write().unwrap_or_else(PoisonError::into_inner) = config.jobs;
        }
        Change::Wrong(faults) => tracing::error!(%faults, "jobs.toml changed and is wrong; the old one stays in force"),
    }
}

/// Cancelled by SIGTERM or Ctrl-C; a second Ctrl-C ends the process at once.
pub(super) fn stop_signal() -> CancellationToken {
    let shutdown = CancellationToken::new();
    let cancel = shutdown.clone();
    tokio::spawn(async move {
        let terminated = async {
            #[cfg(unix)]
            if let Ok(mut signal) = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
                signal.recv().await;
                return;
            }
            std::future::pending::<()>().await;
        };
        tokio::select! {
            _ = tokio::signal::ctrl_c() => {}
            () = terminated => {}
        }
        tracing::info!("stopping: what is in hand is finished");
        cancel.cancel();
        if tokio::signal::ctrl_c().await.is_ok() {
            std::process::exit(130);
        }
    });
    shutdown
}
