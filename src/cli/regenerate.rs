//! `daybreak regenerate`: past nights once more, as a new revision.

use std::process::ExitCode;

use clap::Args;
use serde::Serialize;

use super::print::{self, IN_PART};
use super::select::{self, Nights};
use super::{Failure, Global, watch_run};
use crate::app::App;
use crate::audit::{self, Actor};
use crate::compose::{Change, How, Subject};
use crate::model::{LocationRef, NightDate, ReportState, RunId};
use crate::pipeline::{Again, SiteNight};

/// Build past nights again from today's data, as a new revision.
///
/// The revision before stays as it is. What changed is shown. Nobody is mailed unless --send, which marks the mails
/// as corrections.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  daybreak regenerate --location harbor --night 2026-03-28 --reason \"paid at till 2\" --by Dana
  daybreak regenerate --location harbor --location depot --night 2026-03-01..2026-03-28 --reason \"new cameras\" --send")]
pub(super) struct Regenerate {
    /// The site (repeatable)
    #[arg(long, value_name = "REF", required = true)]
    location: Vec<LocationRef>,
    /// The night, or a range of nights with both ends
    #[arg(long, value_name = "D[..D]")]
    night: Nights,
    /// Why; it stands in the revision and, with --send, in the mail
    #[arg(long, value_name = "TEXT", value_parser = clap::builder::NonEmptyStringValueParser::new())]
    reason: String,
    /// Who asks for it
    #[arg(long, value_name = "NAME", default_value = "the command line")]
    by: String,
    /// Mail the new revision to the contacts, marked as a correction
    #[arg(long)]
    send: bool,
}

#[derive(Debug, Serialize)]
struct Regenerated {
    location: LocationRef,
    night: NightDate,
    revision: i32,
    state: ReportState,
    error: Option<String>,
    changes: Vec<Change>,
}

impl Regenerate {
    pub(super) async fn run(self, global: &Global) -> Result<ExitCode, Failure> {
        if self.reason.trim().is_empty() {
            return Err(Failure::new("--reason needs a sentence: it is what the customer reads"));
        }
        let app = global.app().await?;
        let (wanted, without) = self.wanted(&app).await?;
        for (location, night) in &without {
            print::complain(format!(
                "{location} {night}: there is no report to regenerate; `daybreak run` builds the first one"
            ));
        }
        if wanted.is_empty() {
            app.close().await;
            return Err(Failure::new("none of these nights has a report yet"));
        }
        let again = Again { sites: wanted.clone(), reason: self.reason.clone(), by: self.by.clone(), send: self.send };
        let change = audit::Change {
            actor: Actor::Command("regenerate"),
            action: "report.regenerate",
            object: "job:regenerate".into(),
            branch: None,
            detail: serde_json::json!({ "nights": wanted.iter().map(|site| format!("{} {}", site.location, site.night)).collect::<Vec<_>>(), "reason": self.reason, "by": self.by, "send": self.send }),
            origin: "",
        };
        let planned = app.pipeline.regenerate(again, Some(change)).await?;
        let progress = watch_run::watch(&app, &planned, global.json).await?;
        let mut told = Vec::with_capacity(wanted.len());
        for site in &wanted {
            told.push(told_of(&app, site, planned.run).await?);
        }
        if global.json {
            print::json(&told)?;
        } else {
            told.iter().for_each(show);
            if self.send {
                let sent = usize::try_from(progress.sent).unwrap_or(0);
                let unsent = progress.unsent + progress.deferred;
                print::line(format!("{} sent, {unsent} not sent", print::counted(sent, "correction")));
            } else {
                print::line("nobody was mailed; --send mails a revision as a correction");
            }
        }
        app.close().await;
        let whole = without.is_empty()
            && progress.unsent + progress.deferred == 0
            && told.iter().all(|one| one.state == ReportState::Built && one.error.is_none());
        Ok(if whole { ExitCode::SUCCESS } else { ExitCode::from(IN_PART) })
    }

    /// The next revision of each site's night that has a report, and the nights that have none.
    async fn wanted(&self, app: &App) -> Result<(Vec<SiteNight>, Vec<(LocationRef, NightDate)>), Failure> {
        let (mut wanted, mut without) = (Vec::new(), Vec::new());
        for site in select::sites(&app.pipeline.db, &self.location).await? {
            for night in self.night.each() {
                match app.pipeline.next_revision(&site.location, night).await? {
                    Some(revision) => wanted.push(SiteNight { location: site.location.clone(), night, revision }),
                    None => without.push((site.location.clone(), night)),
                }
            }
        }
        Ok((wanted, without))
    }
}

async fn told_of(app: &App, site: &SiteNight, run: RunId) -> Result<Regenerated, Failure> {
    let revisions = app.pipeline.db.revisions(&site.location, site.night).await?;
    let row = revisions.iter().find(|row| row.revision == site.revision);
    // Two people may ask at once: one of them gets the revision.
    let taken = row.filter(|row| row.run != run).map(|_| "another regeneration took this revision".to_owned());
    let changes = match row.filter(|row| row.object_key.is_some()) {
        Some(row) => {
            app.pipeline.frozen(row).await?.correction.map(|correction| correction.changes).unwrap_or_default()
        }
        None => Vec::new(),
    };
    Ok(Regenerated {
        location: site.location.clone(),
        night: site.night,
        revision: site.revision,
        state: row.map_or(ReportState::Failed, |row| row.state),
        error: taken.or_else(|| row.and_then(|row| row.error.clone())),
        changes,
    })
}

fn show(one: &Regenerated) {
    let heading = format!("{} {} revision {}", one.location, one.night, one.revision);
    match (&one.error, one.changes.as_slice()) {
        (Some(error), _) => print::line(format!("{heading}: failed: {error}")),
        (None, []) => print::line(format!("{heading}: nothing changed")),
        (None, changes) => {
            print::line(format!("{heading}: {}", print::counted(changes.len(), "change")));
            for change in changes {
                print::line(format!("  {}", describe(change)));
            }
        }
    }
}

/// A change in one line: `- incident x0002`, `~ interaction i0006 (notes)`.
pub(super) fn describe(change: &Change) -> String {
    let sign = match change.how {
        How::Added => '+',
        How::Removed => '-',
        How::Edited => '~',
    };
    let subject = match change.subject {
        Subject::Incident => "incident",
        Subject::Interaction => "interaction",
        Subject::Transaction => "transaction",
        Subject::Activity => "activity",
        Subject::Completeness => "completeness",
    };
    let fields = if change.fields.is_empty() { String::new() } else { format!(" ({})", change.fields.join(", ")) };
    format!("{sign} {subject} {}{fields}", change.of)
}
