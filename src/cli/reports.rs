//! `daybreak reports`: what was built, and whether it is still what was built.

use std::collections::BTreeMap;
use std::process::ExitCode;

use chrono::{DateTime, Utc};
use clap::{Args, Subcommand};
use serde::Serialize;

use super::print::{self, IN_PART, Progress};
use super::regenerate::describe;
use super::{Failure, Global};
use crate::db::artifacts::Artifact;
use crate::db::deliveries::{DeliveryFilter, ListedDelivery};
use crate::db::removals::Removal;
use crate::db::reports::{ReportFilter, ReportRow};
use crate::model::{LocationRef, NightDate, ReportId, ReportState};

/// List, show, verify and release reports.
#[derive(Debug, Subcommand)]
pub(super) enum Reports {
    List(List),
    Show(Show),
    Verify(Verify),
    Release(super::release::Release),
}

impl Reports {
    pub(super) async fn run(self, global: &Global) -> Result<ExitCode, Failure> {
        match self {
            Self::List(verb) => verb.run(global).await,
            Self::Show(verb) => verb.run(global).await,
            Self::Verify(verb) => verb.run(global).await,
            Self::Release(verb) => verb.run(global).await,
        }
    }
}

/// Which reports.
#[derive(Debug, Args)]
struct Which {
    /// Of this site
    #[arg(long, value_name = "REF")]
    location: Option<LocationRef>,
    /// From this night on
    #[arg(long, value_name = "DATE")]
    from: Option<NightDate>,
    /// Up to and with this night
    #[arg(long, value_name = "DATE")]
    to: Option<NightDate>,
    /// Of this one night
    #[arg(long, value_name = "DATE", conflicts_with_all = ["from", "to"])]
    night: Option<NightDate>,
}

impl Which {
    fn filter(self, state: Option<ReportState>, limit: i64) -> ReportFilter {
        ReportFilter {
            location: self.location,
            from: self.night.or(self.from),
            to: self.night.or(self.to),
            run: None,
            state,
            limit,
        }
    }
}

/// List reports, newest night first.
#[derive(Debug, Args)]
pub(super) struct List {
    #[command(flatten)]
    which: Which,
    /// Only in this state: planned, built, skipped, failed or held
    #[arg(long)]
    state: Option<ReportState>,
    /// At most so many
    #[arg(long, default_value_t = 50)]
    limit: i64,
}

impl List {
    async fn run(self, global: &Global) -> Result<ExitCode, Failure> {
        let app = global.app().await?;
        let rows = app.pipeline.db.reports(&self.which.filter(self.state, self.limit)).await?;
        let ids: Vec<ReportId> = rows.iter().map(|row| row.id).collect();
        let mut mails: BTreeMap<ReportId, BTreeMap<String, i64>> = BTreeMap::new();
        for (report, state, count) in app.pipeline.db.mails_of(&ids).await? {
            mails.entry(report).or_default().insert(state, count);
        }
        app.close().await;
        if global.json {
            let listed =
                rows.into_iter().map(|report| Listed { mails: mails.remove(&report.id).unwrap_or_default(), report });
            print::json(&listed.collect::<Vec<_>>())?;
            return Ok(ExitCode::SUCCESS);
        }
        print::table(
            &["night", "site", "rev", "state", "mails", "incidents", "interactions", "missing", "id"],
            rows.iter().map(|row| {
                vec![
                    row.night.to_string(),
                    row.location.to_string(),
                    row.revision.to_string(),
                    row.state.to_string(),
                    mails.get(&row.id).map_or_else(|| "-".into(), told),
                    row.incidents.to_string(),
                    row.interactions.to_string(),
                    row.missing.to_string(),
                    row.id.to_string(),
                ]
            }),
        );
        if i64::try_from(rows.len()).unwrap_or(i64::MAX) == self.limit {
            print::complain(format!("these are the newest {}; --limit shows more", self.limit));
        }
        Ok(ExitCode::SUCCESS)
    }
}

/// A report with what became of its mails.
#[derive(Debug, Serialize)]
struct Listed {
    #[serde(flatten)]
    report: ReportRow,
    /// How many of its mails are in which state.
    mails: BTreeMap<String, i64>,
}

/// "2 sent, 1 failed": a report is not well while its mails are not.
fn told(mails: &BTreeMap<String, i64>) -> String {
    mails.iter().map(|(state, count)| format!("{count} {state}")).collect::<Vec<_>>().join(", ")
}

/// Show one report: its artifacts, its deliveries, and what its revision changed.
#[derive(Debug, Args)]
pub(super) struct Show {
    /// The report's id, as `reports list` shows it
    id: ReportId,
}

#[derive(Debug, Serialize)]
struct Shown {
    #[serde(flatten)]
    report: ReportRow,
    /// What retention took away, and when.
    removal: Removal,
    artifacts: Vec<Artifact>,
    deliveries: Vec<ListedDelivery>,
    changes: Vec<String>,
}

impl Show {
    async fn run(self, global: &Global) -> Result<ExitCode, Failure> {
        let app = global.app().await?;
        let db = &app.pipeline.db;
        let report = db.report(self.id).await?;
        let report = report.ok_or_else(|| {
            Failure::new(format!("there is no report {}; `daybreak reports list` shows those that are", self.id))
        })?;
        let filter = DeliveryFilter { report: Some(self.id), limit: 1_000, ..DeliveryFilter::default() };
        let changes = match report.object_key {
            Some(_) => app.pipeline.frozen(&report).await?.correction,
            None => None,
        };
        let shown = Shown {
            removal: db.removal(self.id).await?,
            artifacts: db.artifacts(self.id).await?,
            deliveries: db.deliveries(&filter).await?,
            changes: changes.map(|made| made.changes.iter().map(describe).collect()).unwrap_or_default(),
            report,
        };
        app.close().await;
        if global.json {
            print::json(&shown)?;
            return Ok(ExitCode::SUCCESS);
        }
        let report = &shown.report;
        print::line(format!("{} {} revision {}: {}", report.location, report.night, report.revision, report.state));
        let facts = [
            ("reason", report.reason.clone()),
            ("asked by", report.requested_by.clone()),
            ("built", report.built_at.map(|at| at.to_rfc3339())),
            ("error", report.error.clone()),
            ("object", report.object_key.clone()),
            ("artifacts", removed(shown.removal.artifacts_removed_at)),
            ("the mails' exact bytes", removed(shown.removal.sent_removed_at)),
        ];
        for (name, value) in facts {
            if let Some(value) = value {
                print::line(format!("  {name}: {value}"));
            }
        }
        for change in &shown.changes {
            print::line(format!("  {change}"));
        }
        print::table(
            &["artifact", "bytes", "sha-256"],
            shown.artifacts.iter().map(|one| vec![one.name.clone(), one.size.to_string(), one.sha256.clone()]),
        );
        print::table(
            &["contact", "to", "state", "attempts", "delivery"],
            shown.deliveries.iter().map(|listed| {
                let one = &listed.delivery;
                vec![
                    one.contact.to_string(),
                    one.email.clone(),
                    one.state.to_string(),
                    one.attempts.to_string(),
                    one.id.to_string(),
                ]
            }),
        );
        Ok(ExitCode::SUCCESS)
    }
}

fn removed(at: Option<DateTime<Utc>>) -> Option<String> {
    at.map(|at| format!("removed by retention on {}", at.date_naive()))
}

/// Recompute the SHA-256 of every archived artifact, and name each that differs.
#[derive(Debug, Args)]
pub(super) struct Verify {
    #[command(flatten)]
    which: Which,
}

#[derive(Debug, Serialize)]
struct Verified {
    reports: usize,
    /// Reports whose artifacts retention removed: there is nothing left to verify.
    removed: usize,
    artifacts: usize,
    faults: Vec<Fault>,
}

#[derive(Debug, Serialize)]
struct Fault {
    location: LocationRef,
    night: NightDate,
    revision: i32,
    artifact: String,
    says: String,
}

impl Verify {
    async fn run(self, global: &Global) -> Result<ExitCode, Failure> {
        let app = global.app().await?;
        let rows = app.pipeline.db.reports(&self.which.filter(None, i64::MAX)).await?;
        let built: Vec<&ReportRow> = rows.iter().filter(|row| row.object_key.is_some()).collect();
        let progress = Progress::new("reports", 0, global.json);
        let gone = rows.iter().filter(|row| row.built_at.is_some() && row.object_key.is_none()).count();
        let mut verified = Verified { reports: built.len(), removed: gone, artifacts: 0, faults: Vec::new() };
        for (done, report) in built.iter().enumerate() {
            for artifact in app.pipeline.db.artifacts(report.id).await? {
                verified.artifacts += 1;
                if let Err(error) = app.pipeline.artifact_bytes(report, &artifact).await {
                    let fault = std::error::Error::source(&error)
                        .map_or_else(|| error.to_string(), |source| format!("{error}: {source}"));
                    verified.faults.push(Fault {
                        location: report.location.clone(),
                        night: report.night,
                        revision: report.revision,
                        artifact: artifact.name,
                        says: fault,
                    });
                }
            }
            progress.at(done as u64 + 1, built.len() as u64);
        }
        progress.end();
        app.close().await;
        if global.json {
            print::json(&verified)?;
        } else {
            for fault in &verified.faults {
                print::line(format!(
                    "{} {} revision {}: {}: {}",
                    fault.location, fault.night, fault.revision, fault.artifact, fault.says
                ));
            }
            print::line(format!(
                "{} artifacts of {} reports verified, {} differ",
                verified.artifacts,
                verified.reports,
                verified.faults.len()
            ));
            if verified.removed > 0 {
                print::line(format!("{} more were removed by retention", print::counted(verified.removed, "report")));
            }
        }
        Ok(if verified.faults.is_empty() { ExitCode::SUCCESS } else { ExitCode::from(IN_PART) })
    }
}
