//! Watch a run: this process works on the queue until a run's reports and mails are done, and tells how far it is.

use std::time::Duration;

use tokio_util::sync::CancellationToken;

use super::Failure;
use super::print::Progress;
use crate::app::App;
use crate::db::runs::RunProgress;
use crate::model::RunId;

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
