//! `daybreak retention`: what is over age is listed, or goes now.

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::process::ExitCode;

use clap::Args;

use super::print::{self, IN_PART};
use super::{Failure, Global};
use crate::audit::Actor;
use crate::retention::{Entry, Swept, Tell};

/// Remove what is over age now, as the worker does every night by itself.
///
/// `[retention]` in jobs.toml says how long things are kept, by branch where it says so. Rows and archived bytes go
/// together, in small steps; what a link that still works or an open case needs stays. It may be stopped at any time:
/// the next one goes on.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  daybreak retention --dry-run
  daybreak retention --dry-run --by-site")]
pub(super) struct Retention {
    /// List what would go, and remove nothing
    #[arg(long)]
    dry_run: bool,
    /// One line a kind and site, not only a kind
    #[arg(long)]
    by_site: bool,
}

impl Retention {
    pub(super) async fn run(self, global: &Global) -> Result<ExitCode, Failure> {
        let app = global.app().await?;
        if !self.dry_run {
            // A copy's rows must not decide what goes from the bucket of the installation that it is a copy of.
            app.may_mail().await??;
        }
        let sweeper = app.pipeline.sweeper();
        let progress = print::Progress::new("sites", 0, global.json);
        let tell = |at: crate::retention::Progress| {
            progress.at(at.done, at.total);
            ControlFlow::Continue(())
        };
        let tell: Tell<'_> = &tell;
        let swept = if self.dry_run {
            sweeper.overview(tell).await
        } else {
            sweeper.sweep_as(&Actor::Command("retention"), tell).await
        };
        progress.end();
        let limited = sweeper.retention.limits_anything();
        app.close().await;
        let swept = swept?;
        if global.json {
            print::json(&swept)?;
        } else {
            self.tell(&swept, limited);
        }
        Ok(if swept.left == 0 { ExitCode::SUCCESS } else { ExitCode::from(IN_PART) })
    }

    fn tell(&self, swept: &Swept, limited: bool) {
        if !limited {
            print::line("everything is kept for ever: [retention] in jobs.toml sets no limit");
            return;
        }
        if swept.entries.is_empty() {
            print::line("nothing is over age");
        } else if self.by_site {
            print::table(&["kind", "site", "kept", "count", "bytes", "oldest"], swept.entries.iter().map(row));
        } else {
            print::table(&["kind", "kept", "sites", "count", "bytes", "oldest"], by_kind(&swept.entries));
        }
        let (count, bytes) = swept.total();
        let would = if self.dry_run { "would be removed" } else { "removed" };
        print::line(format!("{count} {would}, {bytes} bytes of the archive"));
        if swept.left > 0 {
            let reports = usize::try_from(swept.left).unwrap_or(usize::MAX);
            print::complain(format!(
                "{} could not be read and stayed; `daybreak reports verify` names what is wrong",
                print::counted(reports, "report")
            ));
        }
    }
}

fn row(entry: &Entry) -> Vec<String> {
    vec![
        entry.kind.to_owned(),
        entry.location.as_ref().map_or_else(|| "-".to_owned(), ToString::to_string),
        kept(entry.kept_days),
        entry.count.to_string(),
        entry.bytes.to_string(),
        oldest(entry),
    ]
}

fn kept(days: Option<u32>) -> String {
    days.map_or_else(|| "-".to_owned(), |days| format!("{days}d"))
}

fn oldest(entry: &Entry) -> String {
    entry.oldest.map(|at| at.date_naive().to_string()).unwrap_or_default()
}

/// Kinds with their ages, summed over sites.
fn by_kind(entries: &[Entry]) -> Vec<Vec<String>> {
    let mut kinds: BTreeMap<(&str, Option<u32>), (usize, Entry)> = BTreeMap::new();
    for entry in entries {
        kinds
            .entry((entry.kind, entry.kept_days))
            .and_modify(|(sites, sum)| {
                *sites += 1;
                sum.count += entry.count;
                sum.bytes += entry.bytes;
                sum.oldest = sum.oldest.into_iter().chain(entry.oldest).min();
            })
            .or_insert_with(|| (1, entry.clone()));
    }
    let cells = |((kind, days), (sites, sum)): ((&str, Option<u32>), (usize, Entry))| {
        let of = if sum.location.is_some() { sites.to_string() } else { "-".to_owned() };
        vec![kind.to_owned(), kept(days), of, sum.count.to_string(), sum.bytes.to_string(), oldest(&sum)]
    };
    kinds.into_iter().map(cells).collect()
}
