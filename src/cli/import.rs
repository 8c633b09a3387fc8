//! `daybreak import`: feeds come in.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;

use super::print::{self, Progress};
use super::{Failure, Global, entered};
use crate::feed::{self, Source};

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
        let summary = feed::import(&pipeline.db, &pipeline.archive, source, pipeline.clock.now(), &tell).await;
        progress.end();
        if let Ok(summary) = &summary
            && summary.total().created + summary.total().updated > 0
        {
            let detail = serde_json::json!({ "kinds": summary.kinds });
            let change = entered::change("import", "feed.import", "feed".into(), detail);
            entered::enter_after(&pipeline.db, change, pipeline.clock.now()).await?;
        }
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
