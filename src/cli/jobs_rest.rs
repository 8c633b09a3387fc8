//! `daybreak jobs pause` and `resume`: a job rests, in every process that works on the database.

use std::process::ExitCode;

use clap::Args;

use super::{Failure, Global, print};
use crate::app::App;
use crate::audit::{Actor, Change};
use crate::config::{CatchUpPolicy, Job, show_duration};
use crate::model::JobName;
use crate::schedule;

/// Pause a job: none of its occurrences is fired, by any process, until it is resumed.
///
/// What a person runs by hand (`daybreak run`) runs all the same.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  daybreak jobs pause morning --reason \"the feed of the north is being repaired\"")]
pub(super) struct Pause {
    /// The job's name in jobs.toml
    job: JobName,
    /// Why; whoever finds it paused reads it
    #[arg(long, value_name = "TEXT", value_parser = clap::builder::NonEmptyStringValueParser::new())]
    reason: String,
    /// Who asks for it
    #[arg(long, value_name = "NAME", default_value = "the command line")]
    by: String,
}

/// Resume a job that was paused.
///
/// Its occurrences meanwhile count as missed: its `catch_up` decides which of them still run.
#[derive(Debug, Args)]
pub(super) struct Resume {
    /// The job's name in jobs.toml, also where it is there no more
    job: JobName,
    /// Why; kept in the audit log
    #[arg(long, value_name = "TEXT")]
    reason: Option<String>,
    /// Who asks for it
    #[arg(long, value_name = "NAME", default_value = "the command line")]
    by: String,
}

impl Pause {
    pub(super) async fn run(self, global: &Global) -> Result<ExitCode, Failure> {
        if self.reason.trim().is_empty() {
            return Err(Failure::new("--reason needs a sentence: it is what the others read"));
        }
        let app = global.app().await?;
        super::run::job(&app, &self.job)?;
        let change = change("jobs pause", "job.pause", &self.job, Some(&self.reason), &self.by);
        let paused = schedule::pause(&app.pipeline, &self.job, &self.by, &self.reason, change).await?;
        app.close().await;
        if global.json {
            print::json(&serde_json::json!({ "job": self.job, "paused": true, "new": paused }))?;
        } else if paused {
            print::line(format!("{} rests until `daybreak jobs resume {}`", self.job, self.job));
        } else {
            print::line(format!("{}: nothing to do, it is paused already", self.job));
        }
        Ok(ExitCode::SUCCESS)
    }
}

impl Resume {
    pub(super) async fn run(self, global: &Global) -> Result<ExitCode, Failure> {
        let app = global.app().await?;
        let change = change("jobs resume", "job.resume", &self.job, self.reason.as_ref(), &self.by);
        let resumed = schedule::resume(&app.pipeline, &self.job, &self.by, change).await?;
        let catch_up = in_words(&app, &self.job);
        app.close().await;
        if !resumed {
            return Err(Failure::new(format!("{} is not paused; `daybreak jobs list` shows which are", self.job)));
        }
        if global.json {
            print::json(&serde_json::json!({ "job": self.job, "paused": false }))?;
        } else {
            print::line(format!("{} is kept again{catch_up}", self.job));
        }
        Ok(ExitCode::SUCCESS)
    }
}

/// What becomes of the occurrences that the pause passed over.
fn in_words(app: &App, name: &JobName) -> String {
    let Some(Job { catch_up, .. }) = app.config.jobs.iter().find(|job| job.name == *name) else {
        return String::new();
    };
    let age = show_duration(catch_up.max_age);
    match catch_up.policy {
        CatchUpPolicy::Skip => "; what it missed stays missed".into(),
        CatchUpPolicy::Latest => format!("; of what it missed the latest runs, if it is no older than {age}"),
        CatchUpPolicy::All => format!("; of what it missed all runs that is no older than {age}"),
    }
}

fn change(
    command: &'static str,
    action: &'static str,
    job: &JobName,
    reason: Option<&String>,
    by: &str,
) -> Change<'static> {
    Change {
        actor: Actor::Command(command),
        action,
        object: format!("job:{job}"),
        branch: None,
        detail: serde_json::json!({ "reason": reason, "by": by }),
        origin: "",
    }
}
