//! `daybreak import`: feeds come in.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;

use super::print::{self, Progress};
use super::{Failure, Global};
use crate::audit::Actor;
use crate::feed::{self, Scope, Sender, Source};

/// Import feeds: files, or folders with *.ndjson.
///
/// All paths together are taken whole or not at all. Every fault is reported in one pass as FILE:LINE: field: what.
/// Sending the same records again changes nothing; sending a ref with other values updates it.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  daybreak import samples/")]
pub(super) struct Import {
    /// Files, or folders whose *.ndjson are read in order of name
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<PathBuf>,
}

impl Import {
    pub(super) async fn run(self, global: &Global) -> Result<ExitCode, Failure> {
        let app = global.app().await?;
        let progress = Progress::new("import", 0, global.json);
        let tell = |at: feed::Progress| progress.at(at.done, at.total);
        let source = Source::paths(&self.paths)?;
        let pipeline = &app.pipeline;
        let sender = Sender { actor: Actor::Command("import"), branch: None, origin: "" };
        let whole = (&Scope::All, Some(&sender));
        let summary =
            feed::import_as(&pipeline.db, &pipeline.archive, source, whole, pipeline.clock.now(), &tell).await;
        progress.end();
        app.close().await;
        let summary = summary?;
        if global.json {
            print::json(&summary)?;
        } else {
            print::table(
                &["kind", "created", "updated", "unchanged"],
                summary.kinds.iter().map(|(kind, counts)| {
                    vec![
                        kind.as_str().to_owned(),
                        counts.created.to_string(),
                        counts.updated.to_string(),
                        counts.unchanged.to_string(),
                    ]
                }),
            );
            print::line(format!(
                "media: {} uploaded, {} known, {} missing",
                summary.media.uploaded, summary.media.known, summary.media.missing
            ));
            if summary.erased > 0 {
                let contacts = usize::try_from(summary.erased).unwrap_or(usize::MAX);
                print::complain(format!(
                    "{} left out: their data were erased on request (`daybreak contacts readmit` lifts that)",
                    print::counted(contacts, "contact")
                ));
            }
        }
        Ok(ExitCode::SUCCESS)
    }
}
