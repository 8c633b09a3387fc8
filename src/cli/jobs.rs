//! `daybreak jobs`: what is scheduled, when it comes, and what is due now.

use std::process::ExitCode;

use chrono::{DateTime, Utc};
use clap::{Args, Subcommand};
use serde::Serialize;

use super::print::{self, IN_PART};
use super::run::Run;
use super::{Failure, Global, entered, watch_run};
use crate::config::{CatchUpPolicy, Incomplete, Job, JobZone, show_duration};
use crate::db::pauses::Pause;
use crate::model::JobName;
use crate::schedule;

/// List jobs and their runs, show when they come, pause and resume them, check jobs.toml, and run what is due.
#[derive(Debug, Subcommand)]
pub(super) enum Jobs {
    List(List),
    Next(Next),
    Check(Check),
    Run(RunDue),
    Runs(super::jobs_runs::Runs),
    Pause(super::jobs_rest::Pause),
    Resume(super::jobs_rest::Resume),
}

impl Jobs {
    pub(super) async fn run(self, global: &Global) -> Result<ExitCode, Failure> {
        match self {
            Self::List(verb) => verb.run(global).await,
            Self::Next(verb) => verb.run(global).await,
            Self::Check(verb) => verb.run(global),
            Self::Run(verb) => verb.run(global).await,
            Self::Runs(verb) => verb.run(global).await,
            Self::Pause(verb) => verb.run(global).await,
            Self::Resume(verb) => verb.run(global).await,
        }
    }
}

/// List the jobs of jobs.toml.
#[derive(Debug, Args)]
pub(super) struct List {}

#[derive(Debug, Serialize)]
struct Listed {
    name: String,
    schedule: String,
    timezone: String,
    locations: Vec<String>,
    branches: Vec<String>,
    skip_quiet: bool,
    attach_pdf: bool,
    catch_up: &'static str,
    max_age: String,
    wait_for_data: String,
    incomplete: &'static str,
    deadline: Option<String>,
    /// Since when it rests, where it does.
    paused: Option<Pause>,
}

fn listed(job: &Job, pauses: &[Pause]) -> Listed {
    Listed {
        paused: pauses.iter().find(|pause| pause.job == job.name).cloned(),
        name: job.name.to_string(),
        schedule: job.schedule.to_string(),
        timezone: match job.timezone {
            JobZone::Location => "location".into(),
            JobZone::Fixed(zone) => zone.name().into(),
        },
        locations: job.selector.locations.iter().map(ToString::to_string).collect(),
        branches: job.selector.branches.iter().map(ToString::to_string).collect(),
        skip_quiet: job.skip_quiet,
        attach_pdf: job.attach_pdf,
        catch_up: match job.catch_up.policy {
            CatchUpPolicy::Skip => "skip",
            CatchUpPolicy::Latest => "latest",
            CatchUpPolicy::All => "all",
        },
        max_age: show_duration(job.catch_up.max_age),
        wait_for_data: show_duration(job.wait_for_data),
        incomplete: match job.incomplete {
            Incomplete::Send => "send",
            Incomplete::Hold => "hold",
        },
        deadline: job.deadline.map(|deadline| deadline.to_string()),
    }
}

impl List {
    async fn run(self, global: &Global) -> Result<ExitCode, Failure> {
        let app = global.app().await?;
        let pauses = app.pipeline.db.pauses().await?;
        app.close().await;
        let rows: Vec<Listed> = app.config.jobs.iter().map(|job| listed(job, &pauses)).collect();
        if global.json {
            print::json(&rows)?;
        } else {
            print::table(
                &["job", "schedule", "timezone", "sites", "catch-up", "waits", "deadline", "paused"],
                rows.iter().map(|job| {
                    let sites = [job.locations.as_slice(), job.branches.as_slice()].concat().join(" ");
                    vec![
                        job.name.clone(),
                        job.schedule.clone(),
                        job.timezone.clone(),
                        if sites.is_empty() { "all".into() } else { sites },
                        format!("{} within {}", job.catch_up, job.max_age),
                        format!("{}, then {}", job.wait_for_data, job.incomplete),
                        job.deadline.clone().unwrap_or_else(|| "-".into()),
                        job.paused.as_ref().map_or_else(
                            || "-".into(),
                            |pause| format!("since {}: {}", pause.since.format("%Y-%m-%d %H:%MZ"), pause.reason),
                        ),
                    ]
                }),
            );
        }
        Ok(ExitCode::SUCCESS)
    }
}

/// Show the coming occurrences of each job in each zone of its sites.
#[derive(Debug, Args)]
pub(super) struct Next {
    /// Only this job
    job: Option<JobName>,
    /// So many occurrences for each zone
    #[arg(long, default_value_t = 3)]
    count: usize,
    /// After this instant (RFC 3339) instead of now
    #[arg(long, value_name = "INSTANT")]
    after: Option<DateTime<Utc>>,
}

#[derive(Debug, Serialize)]
struct Occurrence {
    job: String,
    timezone: String,
    local: String,
    utc: DateTime<Utc>,
}

impl Next {
    async fn run(self, global: &Global) -> Result<ExitCode, Failure> {
        let app = global.app().await?;
        let after = self.after.unwrap_or_else(|| app.pipeline.clock.now());
        let sites = schedule::site_clocks(&app.pipeline.db).await?;
        let jobs: Vec<Job> = match &self.job {
            Some(name) => vec![super::run::job(&app, name)?.clone()],
            None => app.config.jobs.clone(),
        };
        app.close().await;
        let mut coming = Vec::new();
        for job in &jobs {
            let zones =
                sites.iter().filter(|site| job.selector.selects(&site.location, &site.branch)).map(|site| site.zone);
            for (zone, at) in schedule::next(job, zones, after, self.count) {
                coming.push(Occurrence {
                    job: job.name.to_string(),
                    timezone: zone.name().into(),
                    local: at.with_timezone(&zone).format("%a %Y-%m-%d %H:%M %Z").to_string(),
                    utc: at,
                });
            }
        }
        if global.json {
            print::json(&coming)?;
        } else if coming.is_empty() {
            print::complain("nothing is coming: there is no job, or its selectors match no imported site");
        } else {
            print::table(
                &["job", "zone", "local time", "utc"],
                coming.iter().map(|one| {
                    vec![
                        one.job.clone(),
                        one.timezone.clone(),
                        one.local.clone(),
                        one.utc.format("%Y-%m-%d %H:%MZ").to_string(),
                    ]
                }),
            );
        }
        Ok(ExitCode::SUCCESS)
    }
}

/// Check jobs.toml as a whole; every fault with line, column and key.
#[derive(Debug, Args)]
pub(super) struct Check {}

impl Check {
    #[expect(clippy::unused_self, reason = "every verb runs itself")]
    fn run(self, global: &Global) -> Result<ExitCode, Failure> {
        let config = global.config()?;
        let file =
            config.file.as_ref().map_or_else(|| "the built-in defaults".into(), |file| file.display().to_string());
        if global.json {
            print::json(&serde_json::json!({ "file": file, "jobs": config.jobs.len(), "faults": [] }))?;
        } else {
            print::line(format!("{file}: right, with {}", print::counted(config.jobs.len(), "job")));
        }
        Ok(ExitCode::SUCCESS)
    }
}

/// Run a job now (as `daybreak run NAME`), or, without a name, whatever is due, missed occurrences included, and end.
///
/// Without a name it suits a system that has its own cron: an occurrence fires once, however often this is called.
#[derive(Debug, Args)]
pub(super) struct RunDue {
    /// This job's last night, now
    job: Option<JobName>,
}

impl RunDue {
    async fn run(self, global: &Global) -> Result<ExitCode, Failure> {
        if let Some(job) = self.job {
            return Run::of(job).run(global).await;
        }
        let app = global.app().await?;
        let planned = schedule::tick(&app.pipeline, &app.config.jobs).await?;
        let new: Vec<String> = planned.iter().filter(|run| run.new).map(|run| run.run.to_string()).collect();
        if !new.is_empty() {
            let change = entered::change("jobs run", "job.tick", "jobs".into(), serde_json::json!({ "runs": new }));
            entered::enter_after(&app.pipeline.db, change, app.pipeline.clock.now()).await?;
        }
        let (mut failed, mut sent, mut unsent, mut built) = (0, 0, 0, 0);
        for run in &planned {
            let progress = watch_run::watch(&app, run, global.json).await?;
            failed += progress.failed;
            failed += progress.stuck + progress.held;
            built += progress.reports - progress.failed - progress.stuck - progress.held;
            sent += progress.sent;
            unsent += progress.unsent + progress.deferred;
        }
        app.close().await;
        if global.json {
            print::json(
                &serde_json::json!({ "runs": planned.len(), "built": built, "failed": failed, "mails_sent": sent, "mails_not_sent": unsent }),
            )?;
        } else if planned.is_empty() {
            print::line("nothing is due");
        } else {
            print::line(format!(
                "{} runs: {built} reports built, {failed} failed; {sent} mails sent, {unsent} not sent",
                planned.len()
            ));
        }
        Ok(if failed + unsent == 0 { ExitCode::SUCCESS } else { ExitCode::from(IN_PART) })
    }
}
