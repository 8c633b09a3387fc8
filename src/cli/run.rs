//! `daybreak run`: a job's reports of one night, now.

use std::process::ExitCode;

use clap::Args;
use serde::Serialize;

use super::print::{self, IN_PART};
use super::{Failure, Global, entered, select, watch_run};
use crate::app::App;
use crate::config::Job;
use crate::db::deliveries::{Delivery, DeliveryFilter, ListedDelivery};
use crate::db::reports::ReportFilter;
use crate::db::sites::Location;
use crate::model::{DeliveryState, JobName, LocationRef, NightDate, ReportState, RunId};
use crate::pipeline::Planned;
use crate::schedule;

/// Run a job now: build each site's report of a night and mail it.
///
/// Reports that stand already are neither built nor mailed again, so a second run finishes what a first one left.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  daybreak run morning                              the last night of every site of the job
  daybreak run morning --night 2026-03-28           that night (the date of its evening)
  daybreak run morning --location harbor --dry-run  what would happen")]
pub(super) struct Run {
    /// The job's name in jobs.toml
    job: JobName,
    /// The date of the night's evening [default: each site's last night that is over]
    #[arg(long, value_name = "DATE")]
    night: Option<NightDate>,
    /// Only this site (repeatable)
    #[arg(long, value_name = "REF")]
    location: Vec<LocationRef>,
    /// Say what would be built and mailed, and change nothing
    #[arg(long = "dry-run")]
    dry: bool,
}

#[derive(Debug, Serialize)]
struct Intended {
    location: LocationRef,
    name: String,
    night: NightDate,
    stands: bool,
    contacts: usize,
}

impl Run {
    /// The run that `daybreak jobs run NAME` asks for.
    pub(super) const fn of(job: JobName) -> Self {
        Self { job, night: None, location: Vec::new(), dry: false }
    }

    pub(super) async fn run(self, global: &Global) -> Result<ExitCode, Failure> {
        let app = global.app().await?;
        let job = job(&app, &self.job)?.clone();
        let sites = self.sites(&app, &job).await?;
        if self.dry {
            return dry_run(&app, &sites, global.json).await;
        }
        let request = schedule::wanted_now(&job, &sites, None, app.pipeline.clock.now());
        let detail = serde_json::json!({
            "sites": sites.len(), "night": self.night, "locations": self.location, "occurrence": request.occurrence,
        });
        let change = entered::change("run", "job.run", format!("job:{}", job.name), detail);
        let planned = app.pipeline.plan_by(&request, Some(change)).await?;
        let progress = watch_run::watch(&app, &planned, global.json).await?;
        let code = tell(&app, &planned, sites.len(), progress, global.json).await?;
        app.close().await;
        Ok(code)
    }

    /// The job's sites, or those that were named, with the night that is wanted of each.
    async fn sites(&self, app: &App, job: &Job) -> Result<Vec<(Location, NightDate)>, Failure> {
        let (db, now) = (&app.pipeline.db, app.pipeline.clock.now());
        let sites = if self.location.is_empty() {
            schedule::sites_now(db, job, self.night, now).await?
        } else {
            let named = select::sites(db, &self.location).await?;
            let night = |site: &Location| self.night.unwrap_or_else(|| site.hours.last_ended(now, site.timezone));
            named.into_iter().map(|site| (night(&site), site)).map(|(night, site)| (site, night)).collect()
        };
        if sites.is_empty() {
            return Err(Failure::new(format!(
                "the job {} selects no site; `daybreak import` brings sites in, and `locations` or `branches` of the job choose among them",
                job.name
            )));
        }
        Ok(sites)
    }
}

/// The job of that name.
pub(super) fn job<'a>(app: &'a App, name: &JobName) -> Result<&'a Job, Failure> {
    app.config.jobs.iter().find(|job| job.name == *name).ok_or_else(|| {
        let known: Vec<&str> = app.config.jobs.iter().map(|job| job.name.as_str()).collect();
        Failure::new(match known.as_slice() {
            [] => format!("there is no job {name}: jobs.toml has no [[job]]"),
            _ => format!("there is no job {name} in jobs.toml; it has {}", known.join(", ")),
        })
    })
}

async fn dry_run(app: &App, sites: &[(Location, NightDate)], json: bool) -> Result<ExitCode, Failure> {
    let mut intended = Vec::with_capacity(sites.len());
    for (site, night) in sites {
        let stands = app.pipeline.db.revisions(&site.location, *night).await?.iter().any(|row| row.state.is_final());
        let mut tx = app.pipeline.db.snapshot().await?;
        let contacts = tx.notified(&site.location, &site.branch).await?.len();
        tx.commit().await?;
        intended.push(Intended {
            location: site.location.clone(),
            name: site.name.clone(),
            night: *night,
            stands,
            contacts,
        });
    }
    if json {
        print::json(&intended)?;
    } else {
        print::table(
            &["site", "night", "mails", "would"],
            intended.iter().map(|site| {
                vec![
                    format!("{} ({})", site.name, site.location),
                    site.night.to_string(),
                    if site.stands { "0".into() } else { site.contacts.to_string() },
                    if site.stands { "nothing: its report stands".into() } else { "build and mail".into() },
                ]
            }),
        );
    }
    app.close().await;
    Ok(ExitCode::SUCCESS)
}

#[derive(Debug, Serialize)]
struct Told {
    run: RunId,
    sites: usize,
    already_standing: usize,
    built: i64,
    later: i64,
    failed: i64,
    mails_sent: i64,
    mails_deferred: i64,
    mails_suppressed: i64,
    mails_not_sent: i64,
}

async fn tell(
    app: &App,
    planned: &Planned,
    sites: usize,
    progress: crate::db::runs::RunProgress,
    json: bool,
) -> Result<ExitCode, Failure> {
    let reports = usize::try_from(progress.reports).unwrap_or(0);
    let mut told = Told {
        run: planned.run,
        sites,
        already_standing: sites.saturating_sub(reports),
        built: progress.reports - progress.failed - progress.stuck - progress.held,
        later: progress.stuck,
        failed: progress.failed,
        mails_sent: progress.sent,
        mails_deferred: progress.deferred,
        mails_suppressed: progress.suppressed,
        mails_not_sent: progress.unsent,
    };
    // Mails that an earlier run left, and this one tried.
    let mut left = Vec::new();
    for id in &planned.unfinished {
        let Some(delivery) = app.pipeline.db.delivery(*id).await? else { continue };
        match delivery.state {
            DeliveryState::Sent => told.mails_sent += 1,
            DeliveryState::Suppressed => told.mails_suppressed += 1,
            DeliveryState::Failed | DeliveryState::Bounced | DeliveryState::Unknown => told.mails_not_sent += 1,
            DeliveryState::Pending | DeliveryState::Sending | DeliveryState::Deferred => told.mails_deferred += 1,
        }
        left.push(delivery);
    }
    if json {
        print::json(&told)?;
    } else {
        say(app, &told, &left).await?;
    }
    // A suppressed mail is as it should be: somebody wanted it so, and it is said.
    let whole = told.failed + told.later + told.mails_not_sent + told.mails_deferred == 0;
    Ok(if whole { ExitCode::SUCCESS } else { ExitCode::from(IN_PART) })
}

/// The same in words, with an example of what did not go well.
async fn say(app: &App, told: &Told, left: &[Delivery]) -> Result<(), Failure> {
    print::line(format!(
        "{} of {} sites built, {} stood already, {} failed; {} mails sent, {} not sent, {} suppressed",
        told.built,
        told.sites,
        told.already_standing,
        told.failed,
        told.mails_sent,
        told.mails_not_sent,
        told.mails_suppressed
    ));
    if told.mails_deferred > 0 {
        print::complain(format!(
            "{} mails are tried again later, by `daybreak worker` or `daybreak up`",
            told.mails_deferred
        ));
    }
    for state in [ReportState::Failed, ReportState::Planned] {
        let filter = ReportFilter { run: Some(told.run), state: Some(state), limit: 20, ..ReportFilter::default() };
        for row in app.pipeline.db.reports(&filter).await? {
            let later =
                if state == ReportState::Planned { " (tried again by a worker, or by the same command)" } else { "" };
            print::complain(format!("{} {}: {}{later}", row.location, row.night, row.error.unwrap_or_default()));
        }
    }
    if told.mails_deferred + told.mails_not_sent > 0
        && let Some(first) = example(app, told.run, left).await?
    {
        let why = first.delivery.error.unwrap_or_default();
        print::complain(format!("{} to {}: {why}", first.location, first.delivery.email));
    }
    if told.mails_not_sent > 0 {
        print::complain(
            "`daybreak deliveries list --state failed --state bounced --state unknown` tells which mails did not arrive, and why",
        );
    }
    if told.mails_suppressed > 0 {
        print::complain("`daybreak deliveries list --state suppressed` tells whom nothing is mailed, and why");
    }
    Ok(())
}

/// A mail of this run, or one that it took over, that has not arrived.
async fn example(app: &App, run: RunId, left: &[Delivery]) -> Result<Option<ListedDelivery>, Failure> {
    let ill = [DeliveryState::Deferred, DeliveryState::Failed, DeliveryState::Bounced, DeliveryState::Unknown];
    let of_run = DeliveryFilter { run: Some(run), states: ill.to_vec(), limit: 1, ..DeliveryFilter::default() };
    if let Some(first) = app.pipeline.db.deliveries(&of_run).await?.pop() {
        return Ok(Some(first));
    }
    let Some(one) = left.iter().find(|delivery| ill.contains(&delivery.state)) else { return Ok(None) };
    let taken_over = DeliveryFilter {
        report: Some(one.report),
        contact: Some(one.contact.clone()),
        limit: 1,
        ..DeliveryFilter::default()
    };
    Ok(app.pipeline.db.deliveries(&taken_over).await?.pop())
}
