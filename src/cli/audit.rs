//! `daybreak audit`: the log of every change, and whether anybody altered it.

use std::process::ExitCode;

use clap::{Args, Subcommand};
use serde_json::json;

use super::{Failure, Global, print};
use crate::audit::{self, Broken};
use crate::db::audit::Wanted;

/// Show the log of every change, and prove that nobody altered it.
#[derive(Debug, Subcommand)]
pub(super) enum Audit {
    Verify(Verify),
    List(List),
}

impl Audit {
    pub(super) async fn run(self, global: &Global) -> Result<ExitCode, Failure> {
        match self {
            Self::Verify(verb) => verb.run(global).await,
            Self::List(verb) => verb.run(global).await,
        }
    }
}

/// Read the log from end to end; exit code 1 where a row was changed, is missing or was added behind its back.
#[derive(Debug, Args)]
pub(super) struct Verify {}

impl Verify {
    async fn run(self, global: &Global) -> Result<ExitCode, Failure> {
        let app = global.app().await?;
        let (count, broken) = audit::verify(&app.pipeline.db).await?;
        let unproved = audit::unproved(&app.pipeline.db).await?;
        app.close().await;
        if global.json {
            print::json(&json!({ "entries": count, "broken": broken, "unproved_people": unproved }))?;
        } else if broken.is_empty() {
            print::line(format!("{} verified", print::counted_as(count, "entry", "entries")));
        } else {
            for fault in &broken {
                print::line(match fault {
                    Broken::Missing { number } => format!("entry {number} is missing"),
                    Broken::Changed { number } => format!("entry {number} is not what was written"),
                    Broken::Person { number, word } => {
                        format!("{word}, last named in entry {number}, is not who was named")
                    }
                    Broken::End { number, expected } => {
                        format!("the log ends with entry {number}, but the last that was written is {expected}")
                    }
                });
            }
        }
        if unproved > 0 && !global.json {
            let people = print::counted_as(i64::try_from(unproved).unwrap_or(i64::MAX), "address", "addresses");
            print::line(format!(
                "of {people}, named by an older version, it cannot be told whether they are those named"
            ));
        }
        Ok(if broken.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    }
}

/// List entries, newest first.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  daybreak audit list --action share.
  daybreak audit list --branch north --csv > north.csv")]
pub(super) struct List {
    /// By whom, such as user:ID, address:ADDRESS or command:users
    #[arg(long)]
    actor: Option<String>,
    /// What was done; \"share.\" finds all that begins so
    #[arg(long)]
    action: Option<String>,
    /// To what, such as share:ID
    #[arg(long)]
    object: Option<String>,
    /// Of this branch only
    #[arg(long, value_name = "REF")]
    branch: Option<String>,
    /// At most so many
    #[arg(long, default_value_t = 200)]
    limit: i64,
    /// As CSV
    #[arg(long)]
    csv: bool,
}

impl List {
    async fn run(self, global: &Global) -> Result<ExitCode, Failure> {
        let app = global.app().await?;
        let wanted = Wanted {
            actor: self.actor,
            action: self.action,
            object: self.object,
            branch: self.branch,
            ..Wanted::default()
        };
        let entries = audit::found(&app.pipeline.db, &wanted, self.limit.max(0)).await?;
        app.close().await;
        if global.json {
            print::json(&entries)?;
        } else if self.csv {
            print::line(audit::csv(&entries).trim_end());
        } else {
            print::table(
                &["number", "at", "actor", "action", "object", "branch", "detail"],
                entries.into_iter().map(|entry| {
                    vec![
                        entry.number.to_string(),
                        entry.at.format("%Y-%m-%d %H:%M:%SZ").to_string(),
                        entry.actor,
                        entry.action,
                        entry.object,
                        entry.branch.map(String::from).unwrap_or_default(),
                        entry.detail,
                    ]
                }),
            );
        }
        Ok(ExitCode::SUCCESS)
    }
}
