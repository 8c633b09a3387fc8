//! Watch a run: this process works on the queue until a run's reports and mails are done, and tells how far it is.

use std::time::Duration;

use tokio_util::sync::CancellationToken;

use super::Failure;
use super::print::Progress;
use crate::app::App;
use crate::db::runs::RunProgress;
use crate::model::{DeliveryId, DeliveryState, RunId};

const LOOK: Duration = Duration::from_millis(100);

/// Works until the run is done; mails that wait for a later try are left to a worker.
pub(super) async fn watch(app: &App, run: RunId, quiet: bool) -> Result<RunProgress, Failure> {
    let shutdown = CancellationToken::new();
    let working = {
        let (app, shutdown) = (app.clone(), shutdown.clone());
        tokio::spawn(async move { app.work(shutdown).await })
    };
    let progress = Progress::new("reports", 0, quiet);
    let ended = loop {
        let now = app.pipeline.db.run_progress(run).await;
        match now {
            Ok(now) => {
                let total = now.reports + now.deliveries;
                let done = total - now.planned - now.open;
                progress.at(u64::try_from(done).unwrap_or(0), u64::try_from(total).unwrap_or(0));
                if now.planned == 0 && now.open == 0 {
                    break Ok(now);
                }
            }
            Err(error) => break Err(error.into()),
        }
        tokio::select! {
            () = tokio::time::sleep(LOOK) => {}
            _ = tokio::signal::ctrl_c() => {
                break Err(Failure::new("stopped; what is planned stays planned, and `daybreak worker` or the same command goes on with it"));
            }
        }
    };
    progress.end();
    shutdown.cancel();
    let _ = working.await;
    ended
}

/// Works until each of these deliveries has had its attempt; returns the states they are in then.
pub(super) async fn watch_deliveries(app: &App, ids: &[DeliveryId]) -> Result<Vec<DeliveryState>, Failure> {
    let shutdown = CancellationToken::new();
    let working = {
        let (app, shutdown) = (app.clone(), shutdown.clone());
        tokio::spawn(async move { app.work(shutdown).await })
    };
    let states = loop {
        let mut states = Vec::with_capacity(ids.len());
        for id in ids {
            states.extend(app.pipeline.db.delivery(*id).await?.map(|delivery| delivery.state));
        }
        if !states.iter().any(|state| matches!(state, DeliveryState::Pending | DeliveryState::Sending)) {
            break states;
        }
        tokio::time::sleep(LOOK).await;
    };
    shutdown.cancel();
    let _ = working.await;
    Ok(states)
}
