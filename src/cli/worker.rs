//! `daybreak worker` and `daybreak up`: what runs all night.

use std::net::SocketAddr;
use std::process::ExitCode;

use clap::Args;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use super::{Failure, Global, serve};
use crate::app::App;
use crate::config::{Environment, Job};
use crate::deliver::Post;
use crate::portal;
use crate::schedule::{self, Alarm};

/// Keep the schedule and work on the queue until stopped.
///
/// jobs.toml may change meanwhile: a right one is taken, a wrong one is refused with its faults in the log, and the
/// old one stays. On SIGTERM or Ctrl-C what is in hand is finished; the rest is left to the next worker.
#[derive(Debug, Args)]
pub(super) struct Worker {
    /// Show /healthz, /readyz and /metrics at this address and port [default: `[watch] listen`]
    #[arg(long, value_name = "ADDRESS")]
    metrics: Option<SocketAddr>,
}

/// Worker and portal in one process: schedule, engine and pages.
#[derive(Debug, Args)]
pub(super) struct Up {}

impl Worker {
    pub(super) async fn run(self, global: &Global) -> Result<ExitCode, Failure> {
        let app = global.app().await?;
        let listener = watch_listener(&app, self.metrics).await?;
        let shutdown = stop_signal();
        show(&app, listener, shutdown.clone());
        let ended = work(&app, shutdown).await;
        app.close().await;
        ended.map(|()| ExitCode::SUCCESS)
    }
}

impl Up {
    pub(super) async fn run(self, global: &Global) -> Result<ExitCode, Failure> {
        let app = global.app().await?;
        let listener = serve::listen(app.config.portal.listen).await?;
        let metrics = watch_listener(&app, None).await?;
        let shutdown = stop_signal();
        show(&app, metrics, shutdown.clone());
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
    app.jobs.watch(app.config.file.as_deref(), Environment::process());
    let alarm = {
        let app = app.clone();
        Alarm::start(move || {
            let app = app.clone();
            Box::pin(async move {
                let now = app.jobs.look();
                if let Err(error) = app.pipeline.enqueue_chores().await {
                    tracing::error!(
                        error = &error as &dyn std::error::Error,
                        "the house's chores could not be looked at"
                    );
                }
                keep_schedule(&app, &now).await;
            })
        })
        .await?
    };
    tracing::info!(jobs = app.config.jobs.len(), "worker started");
    let early = app.clone();
    tokio::spawn(async move { look_ahead(&early).await });
    app.work(shutdown).await;
    alarm.stop().await?;
    tracing::info!("worker stopped");
    Ok(())
}

/// Says at the start what nothing will get past: no night should be the first to find it out. All of it may be mended
/// while the worker runs.
async fn look_ahead(app: &App) {
    if let Err(error) = app.pipeline.archive.ready().await {
        let fix = error.remedy();
        tracing::error!(error = &error as &dyn std::error::Error, fix, "no report can be built at the moment");
    }
    let post = &app.pipeline.post;
    if let Post::Smtp(_) = post
        && let Err(error) = post.check().await
    {
        let fix = error.remedy();
        tracing::error!(error = &error as &dyn std::error::Error, fix, "no mail can leave at the moment");
    }
}

/// Fires what is due, and promises what comes next.
async fn keep_schedule(app: &App, jobs: &[Job]) {
    if let Err(error) = schedule::tick(&app.pipeline, jobs).await {
        tracing::error!(
            error = &error as &dyn std::error::Error,
            "the schedule could not be kept; it is looked at again shortly"
        );
    }
    promised(schedule::promise(&app.pipeline.db, jobs, app.pipeline.clock.now()).await);
}

/// Says where the deadlines of what comes next could not be written.
fn promised(written: Result<(), schedule::TickError>) {
    if let Err(error) = written {
        tracing::error!(error = &error as &dyn std::error::Error, "the coming deadlines could not be written");
    }
}

/// Watches where no worker does, until `shutdown`: a portal notices that all workers are dead.
pub(super) async fn stand_guard(app: &App, shutdown: CancellationToken) -> Result<(), Failure> {
    app.jobs.watch(app.config.file.as_deref(), Environment::process());
    let guard = {
        let app = app.clone();
        Alarm::start(move || {
            let app = app.clone();
            Box::pin(async move {
                let (db, now) = (&app.pipeline.db, app.pipeline.clock.now());
                promised(schedule::promise_missing(db, &app.jobs.look(), now).await);
                if let Err(error) = app.pipeline.watch_if_due().await {
                    tracing::error!(error = &error as &dyn std::error::Error, "the watch could not be kept");
                }
            })
        })
        .await?
    };
    shutdown.cancelled().await;
    guard.stop().await?;
    Ok(())
}

/// Serves `/healthz`, `/readyz` and `/metrics` beside the work, where `[watch] listen` or `--metrics` names an address.
pub(super) fn show(app: &App, listener: Option<TcpListener>, shutdown: CancellationToken) {
    if let Some(listener) = listener {
        let routes = portal::watching_alone(app.watcher());
        tokio::spawn(async move {
            if let Err(error) = portal::serve(listener, routes, shutdown).await {
                tracing::error!(%error, "the page of metrics could not be served");
            }
        });
    }
}

/// The address of `[watch] listen` or `--metrics`, taken before anything else is begun.
pub(super) async fn watch_listener(app: &App, given: Option<SocketAddr>) -> Result<Option<TcpListener>, Failure> {
    match given.or(app.config.watch.listen) {
        Some(at) => {
            let listener = serve::listen(at).await?;
            tracing::info!(listen = %at, "metrics are shown");
            Ok(Some(listener))
        }
        None => Ok(None),
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
