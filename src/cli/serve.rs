//! `daybreak serve`: the portal.

use std::net::SocketAddr;
use std::process::ExitCode;
use std::sync::Arc;

use clap::Args;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use super::{Failure, Global, worker};
use crate::app::App;
use crate::portal::{self, PortalState};
use crate::random::Random;

/// Serve the pages behind the links of mails.
#[derive(Debug, Args)]
pub(super) struct Serve {}

impl Serve {
    pub(super) async fn run(self, global: &Global) -> Result<ExitCode, Failure> {
        let app = global.app().await?;
        let listener = listen(app.config.portal.listen).await?;
        let metrics = worker::watch_listener(&app, None).await?;
        let shutdown = worker::stop_signal();
        worker::show(&app, metrics, shutdown.clone());
        let guard = {
            let (app, shutdown) = (app.clone(), shutdown.clone());
            tokio::spawn(async move { worker::stand_guard(&app, shutdown).await })
        };
        let served = serve(&app, listener, false, shutdown.clone()).await;
        shutdown.cancel();
        guard.await??;
        app.close().await;
        served.map(|()| ExitCode::SUCCESS)
    }
}

/// Listens, or says in one sentence why not.
pub(super) async fn listen(at: SocketAddr) -> Result<TcpListener, Failure> {
    TcpListener::bind(at).await.map_err(|error| {
        Failure::new(match error.kind() {
            std::io::ErrorKind::AddrInUse => {
                format!("{at} is in use by another program; stop that one, or choose another [portal] listen")
            }
            _ => format!("cannot listen on {at}: {error}"),
        })
    })
}

/// Serves until `shutdown`.
pub(super) async fn serve(
    app: &App,
    listener: TcpListener,
    demo: bool,
    shutdown: CancellationToken,
) -> Result<(), Failure> {
    let pipeline = &app.pipeline;
    let templates = app.templates()?;
    let state = PortalState::new(pipeline.clone(), app.config.clone(), Random::System, &templates).await?;
    let state = state.with_jobs(Arc::clone(&app.jobs)).until(shutdown.clone());
    let notes = state.notes();
    tracing::info!(listen = %app.config.portal.listen, url = %app.config.portal.public_url, "portal started");
    let routes = portal::router(state, demo).merge(portal::watching(app.watcher()));
    let served = portal::serve(listener, routes, shutdown).await;
    notes.finish().await;
    Ok(served?)
}
