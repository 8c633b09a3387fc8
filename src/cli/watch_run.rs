//! Watch a run: this process works on the queue until a run's reports and mails are done, and tells how far it is.

use std::time::{Duration, Instant};

use tokio_util::sync::CancellationToken;

use super::Failure;
use super::print::Progress;
use crate::app::App;
use crate::db::DbError;
use crate::db::runs::RunProgress;
use crate::model::{DeliveryId, DeliveryState};
use crate::pipeline::Planned;

/// How often it is looked how far the work is; where looking takes long, as with a night of many sites, so many times
/// longer is waited: otherwise looking would grow with the square of the night.
const LOOK: Duration = Duration::from_millis(100);
const PAUSE: u32 = 30;
/// How often it is looked whether the database can be written, and how often it cannot before nobody waits any more.
const PROBE: Duration = Duration::from_secs(5);
const PROBES: u32 = 3;

/// Nothing can be recorded, so that nothing would ever be done.
#[derive(Debug, thiserror::Error)]
#[error(
    "the database cannot be written; what is planned stays planned, and the same command or `daybreak worker` goes on with it"
)]
struct Unwritable(#[source] DbError);

/// Works until a plan is done: its reports are built or have failed, its mails have had their attempt. What is tried
/// again later is left to a worker.
pub(super) async fn watch(app: &App, planned: &Planned, quiet: bool) -> Result<RunProgress, Failure> {
    // Otherwise its mails would be waited for in vain.
    app.may_mail().await??;
    let progress = Progress::new("reports", 0, quiet);
    let ended = working(app, async || {
        let now = app.pipeline.db.run_progress(planned.run).await?;
        let total = now.reports + now.deliveries;
        let done = total - now.planned - now.open;
        progress.at(u64::try_from(done).unwrap_or(0), u64::try_from(total).unwrap_or(0));
        let over = now.planned == now.stuck && now.open == 0 && all_tried(app, &planned.unfinished).await?;
        Ok(over.then_some(now))
    })
    .await;
    progress.end();
    ended
}

/// Works until each of these deliveries has had its attempt; returns the states they are in then.
pub(super) async fn watch_deliveries(app: &App, ids: &[DeliveryId]) -> Result<Vec<DeliveryState>, Failure> {
    app.may_mail().await??;
    working(app, async || if all_tried(app, ids).await? { states(app, ids).await.map(Some) } else { Ok(None) }).await
}

async fn all_tried(app: &App, ids: &[DeliveryId]) -> Result<bool, Failure> {
    let waits = |state: &DeliveryState| matches!(state, DeliveryState::Pending | DeliveryState::Sending);
    Ok(!states(app, ids).await?.iter().any(waits))
}

async fn states(app: &App, ids: &[DeliveryId]) -> Result<Vec<DeliveryState>, Failure> {
    let mut states = Vec::with_capacity(ids.len());
    for id in ids {
        states.extend(app.pipeline.db.delivery(*id).await?.map(|delivery| delivery.state));
    }
    Ok(states)
}

/// Works on the queue until `look` finds what it looks for, or somebody presses Ctrl-C.
async fn working<T>(app: &App, mut look: impl AsyncFnMut() -> Result<Option<T>, Failure>) -> Result<T, Failure> {
    let shutdown = CancellationToken::new();
    let working = {
        let (app, shutdown) = (app.clone(), shutdown.clone());
        tokio::spawn(async move { app.work(shutdown).await })
    };
    let (mut probed, mut failures) = (Instant::now(), 0);
    let ended = loop {
        if probed.elapsed() >= PROBE {
            probed = Instant::now();
            match app.pipeline.db.probe_writing(app.pipeline.clock.now()).await {
                Ok(()) => failures = 0,
                Err(error) if failures + 1 >= PROBES => {
                    // What is in hand waits for the database, too: nobody waits for that.
                    working.abort();
                    return Err(Unwritable(error).into());
                }
                Err(_) => failures += 1,
            }
        }
        let began = Instant::now();
        let looked = look().await;
        let pause = LOOK.max(began.elapsed() * PAUSE);
        match looked {
            Ok(Some(found)) => break Ok(found),
            Ok(None) => {}
            Err(error) => break Err(error),
        }
        tokio::select! {
            () = tokio::time::sleep(pause) => {}
            _ = tokio::signal::ctrl_c() => {
                break Err(Failure::new(
                    "stopped; what is planned stays planned, and the same command or `daybreak worker` goes on with it",
                ));
            }
        }
    };
    shutdown.cancel();
    let _ = working.await;
    ended
}
