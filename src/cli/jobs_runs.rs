//! `daybreak jobs runs`: what ran, and what became of it.

use std::process::ExitCode;

use clap::Args;
use serde::Serialize;

use super::print;
use super::{Failure, Global};
use crate::db::runs::{Run, RunProgress};
use crate::model::{JobName, RunState};

/// List runs, newest first: how many reports and mails of each are done, open, held or failed.
#[derive(Debug, Args)]
pub(super) struct Runs {
    /// Only of this job
    job: Option<JobName>,
    /// At most so many
    #[arg(long, default_value_t = 20)]
    limit: i64,
}

#[derive(Debug, Serialize)]
struct Listed {
    #[serde(flatten)]
    run: Run,
    /// As people see it: a run whose mails are under way is running, one of whose mails failed has failed.
    outcome: RunState,
    progress: RunProgress,
}

impl Runs {
    pub(super) async fn run(self, global: &Global) -> Result<ExitCode, Failure> {
        let app = global.app().await?;
        let db = &app.pipeline.db;
        // Filtered here: jobs are few, and their runs come in turns.
        let most = if self.job.is_some() { self.limit.saturating_mul(50) } else { self.limit };
        let mut listed = Vec::new();
        for run in db.runs(most).await? {
            if self.job.as_ref().is_some_and(|job| *job != run.job) {
                continue;
            }
            let progress = db.run_progress(run.id).await?;
            let outcome = if run.state == RunState::Running && progress.reports == 0 {
                RunState::Running
            } else {
                progress.state()
            };
            listed.push(Listed { run, outcome, progress });
            if i64::try_from(listed.len()).unwrap_or(i64::MAX) >= self.limit {
                break;
            }
        }
        app.close().await;
        if global.json {
            print::json(&listed)?;
            return Ok(ExitCode::SUCCESS);
        }
        print::table(
            &["occurrence", "zone", "job", "cause", "state", "reports", "mails", "run"],
            listed.iter().map(|one| {
                let run = &one.run;
                vec![
                    run.occurrence.format("%Y-%m-%d %H:%MZ").to_string(),
                    if run.zone.is_empty() { "-".into() } else { run.zone.clone() },
                    run.job.to_string(),
                    run.cause.to_string(),
                    one.outcome.to_string(),
                    reports(&one.progress),
                    mails(&one.progress),
                    run.id.to_string(),
                ]
            }),
        );
        Ok(ExitCode::SUCCESS)
    }
}

fn reports(progress: &RunProgress) -> String {
    let built = progress.reports - progress.planned - progress.failed - progress.held;
    told(&[(built, "done"), (progress.planned, "open"), (progress.held, "held"), (progress.failed, "failed")])
}

fn mails(progress: &RunProgress) -> String {
    told(&[
        (progress.sent, "sent"),
        (progress.open, "open"),
        (progress.deferred, "deferred"),
        (progress.suppressed, "suppressed"),
        (progress.unsent, "not sent"),
    ])
}

fn told(counts: &[(i64, &str)]) -> String {
    let some: Vec<String> =
        counts.iter().filter(|(count, _)| *count > 0).map(|(count, what)| format!("{count} {what}")).collect();
    if some.is_empty() { "-".into() } else { some.join(", ") }
}
