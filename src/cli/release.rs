//! `daybreak reports release`: held reports go out with what there is.

use std::process::ExitCode;

use clap::Args;

use super::print;
use super::{Failure, Global};
use crate::audit::{Actor, Change};
use crate::db::reports::ReportFilter;
use crate::model::{LocationRef, NightDate, ReportId, ReportState};

/// Let held reports go: each is built with what there is, and says what is missing. A worker mails it.
#[derive(Debug, Args)]
pub(super) struct Release {
    /// Reports' ids, as `reports list --state held` shows them
    #[arg(required_unless_present_any = ["all", "location", "night"])]
    ids: Vec<ReportId>,
    /// Those of this site
    #[arg(long, value_name = "REF", conflicts_with = "ids")]
    location: Option<LocationRef>,
    /// Those of this night
    #[arg(long, value_name = "DATE", conflicts_with = "ids")]
    night: Option<NightDate>,
    /// Every one that is held
    #[arg(long, conflicts_with_all = ["ids", "location", "night"])]
    all: bool,
}

impl Release {
    pub(super) async fn run(self, global: &Global) -> Result<ExitCode, Failure> {
        let app = global.app().await?;
        let ids = if self.ids.is_empty() {
            let filter = ReportFilter {
                location: self.location,
                from: self.night,
                to: self.night,
                state: Some(ReportState::Held),
                limit: i64::MAX,
                ..ReportFilter::default()
            };
            app.pipeline.db.reports(&filter).await?.into_iter().map(|row| row.id).collect()
        } else {
            self.ids
        };
        let change = Change {
            actor: Actor::Command("reports release"),
            action: "report.release",
            object: "reports".into(),
            branch: None,
            detail: serde_json::json!({ "reports": ids }),
            origin: "",
        };
        let released = app.pipeline.release_by(&ids, Some(change)).await?;
        app.close().await;
        if global.json {
            print::json(&serde_json::json!({ "released": released }))?;
        } else {
            print::line(format!("{} released", print::counted(released.len(), "held report")));
        }
        if released.len() < ids.len() {
            return Err(Failure::new(format!("{} of them are not held", ids.len() - released.len())));
        }
        Ok(ExitCode::SUCCESS)
    }
}
