//! `daybreak send-test`: one mail to one address.

use std::process::ExitCode;

use clap::Args;

use super::{Failure, Global, entered, print, select};
use crate::model::{EmailAddress, LocationRef, NightDate};

/// Mail a site's night, marked TEST, to one address and to nobody else.
///
/// The latest frozen revision where there is one; otherwise what it would be now (its links then lead to pages only
/// once the report is built).
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  daybreak send-test --location harbor --night 2026-03-28 --to me@example.com")]
pub(super) struct SendTest {
    /// The site
    #[arg(long, value_name = "REF")]
    location: LocationRef,
    /// The date of the night's evening
    #[arg(long, value_name = "DATE")]
    night: NightDate,
    /// The one address
    #[arg(long, value_name = "ADDRESS")]
    to: EmailAddress,
    /// Who asks for it, for the record
    #[arg(long, value_name = "NAME")]
    by: Option<String>,
}

impl SendTest {
    pub(super) async fn run(self, global: &Global) -> Result<ExitCode, Failure> {
        let app = global.app().await?;
        select::sites(&app.pipeline.db, std::slice::from_ref(&self.location)).await?;
        let detail = serde_json::json!({ "to": self.to.as_str(), "night": self.night.to_string(), "by": self.by });
        let change = entered::change("send-test", "report.test", format!("location:{}", self.location), detail);
        // Entered before it is sent, as the desk does: whatever becomes of the mail, somebody wanted it.
        entered::enter_after(&app.pipeline.db, change, app.pipeline.clock.now()).await?;
        let sent = app.pipeline.send_test(&self.location, self.night, &self.to, self.by).await;
        app.close().await;
        let sent = sent?;
        if global.json {
            print::json(&sent)?;
        } else {
            print::line(format!("sent to {}: {}", self.to.as_str(), sent.subject));
            print::line(sent.reply.unwrap_or_default());
        }
        Ok(ExitCode::SUCCESS)
    }
}
