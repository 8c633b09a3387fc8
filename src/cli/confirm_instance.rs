//! `daybreak confirm-instance`: an operator says that this database is the one and only.

use std::process::ExitCode;

use clap::Args;

use super::{Failure, Global, entered, print};
use crate::db::deliveries;
use crate::identity::Standing;

/// Confirm that this database is no copy: that mails may leave from here.
///
/// A database knows the installation that it belongs to: the name in `[database] instance`, or else where it stands.
/// Restored or copied elsewhere it mails nobody until this is said, so that a clone for tests cannot mail customers.
/// What had not left when the copy was made is mailed then, unless it is discarded: the original may have sent it.
#[derive(Debug, Args)]
pub(super) struct ConfirmInstance {
    /// Give up the mails that have not left (`deliveries resend` sends one all the same)
    #[arg(long)]
    discard_pending: bool,
}

impl ConfirmInstance {
    pub(super) async fn run(self, global: &Global) -> Result<ExitCode, Failure> {
        let app = global.app().await?;
        let pipeline = &app.pipeline;
        let standing = pipeline.identity.standing(&pipeline.db).await?;
        let (waiting, oldest) = pipeline.db.waiting_deliveries().await?;
        let discarded = if self.discard_pending {
            let mut tx = pipeline.db.begin().await?;
            let why = "discarded when the database was confirmed to be this installation's own";
            let discarded = deliveries::discard_waiting(&mut tx, why, pipeline.clock.now()).await?;
            tx.commit().await?;
            discarded
        } else {
            0
        };
        pipeline.identity.confirm(&pipeline.db).await?;
        let detail = serde_json::json!({ "was": standing.says(), "waiting": waiting, "discarded": discarded });
        let change = entered::change("confirm-instance", "identity.confirm", "instance".into(), detail);
        entered::enter_after(&pipeline.db, change, pipeline.clock.now()).await?;
        let enqueued = pipeline.enqueue_waiting().await?;
        app.close().await;
        if global.json {
            print::json(&serde_json::json!({
                "was": standing.says(), "waiting": waiting, "oldest": oldest, "discarded": discarded, "released": enqueued
            }))?;
            return Ok(ExitCode::SUCCESS);
        }
        match standing {
            Standing::Ours => print::line("this database was this installation's own already"),
            Standing::Foreign { says } => print::line(format!("confirmed: mails leave from here ({says})")),
        }
        if discarded > 0 {
            print::line(format!("{discarded} mails that had not left are given up"));
        } else if let Some(oldest) = oldest {
            print::line(format!(
                "{waiting} mails that had not left go out now, the oldest of {}",
                oldest.format("%Y-%m-%d %H:%M UTC")
            ));
        }
        Ok(ExitCode::SUCCESS)
    }
}
