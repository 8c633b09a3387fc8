//! `daybreak suppressions`: addresses that get no mail, why, and the way back.

use std::process::ExitCode;

use clap::{Args, Subcommand};

use super::{Failure, Global, print};
use crate::audit::{self, Actor, Change};
use crate::db::suppressions::{self, Suppression};
use crate::model::{EmailAddress, SuppressionReason};

/// List, add and lift suppressions: addresses to which nothing is mailed.
///
/// An address is suppressed by a hard bounce, by a complaint, by too many soft bounces (`[bounces]` in jobs.toml), or
/// by hand. Its reports are built all the same; their deliveries are `suppressed` and say why.
#[derive(Debug, Subcommand)]
pub(super) enum Suppressions {
    List(List),
    Add(Add),
    Reset(Reset),
}

impl Suppressions {
    pub(super) async fn run(self, global: &Global) -> Result<ExitCode, Failure> {
        match self {
            Self::List(verb) => verb.run(global).await,
            Self::Add(verb) => verb.run(global).await,
            Self::Reset(verb) => verb.run(global).await,
        }
    }
}

/// List the addresses that get no mail, newest first.
#[derive(Debug, Args)]
pub(super) struct List {
    /// Those that were lifted, too
    #[arg(long)]
    lifted: bool,
    /// At most so many
    #[arg(long, default_value_t = 200)]
    limit: i64,
}

impl List {
    async fn run(self, global: &Global) -> Result<ExitCode, Failure> {
        let app = global.app().await?;
        let rows = app.pipeline.db.suppressions(self.lifted, self.limit).await?;
        app.close().await;
        if global.json {
            print::json(&rows)?;
            return Ok(ExitCode::SUCCESS);
        }
        print::table(
            &["address", "reason", "since", "lifted", "said", "delivery"],
            rows.iter().map(|row| {
                vec![
                    row.address.clone(),
                    row.reason.to_string(),
                    row.since.format("%Y-%m-%d %H:%MZ").to_string(),
                    row.lifted_at.map(|at| at.format("%Y-%m-%d %H:%MZ").to_string()).unwrap_or_default(),
                    row.detail.clone(),
                    row.delivery.map(|delivery| delivery.to_string()).unwrap_or_default(),
                ]
            }),
        );
        if i64::try_from(rows.len()).unwrap_or(i64::MAX) == self.limit {
            print::complain(format!("these are the newest {}; --limit shows more", self.limit));
        }
        Ok(ExitCode::SUCCESS)
    }
}

/// Mail nothing to an address any more.
#[derive(Debug, Args)]
#[command(after_help = "Example:
  daybreak suppressions add dana@example.com --reason \"left the company\"")]
pub(super) struct Add {
    /// The address
    address: EmailAddress,
    /// Why; it stands in every delivery that is not sent for it
    #[arg(long, value_name = "TEXT", default_value = "")]
    reason: String,
}

impl Add {
    async fn run(self, global: &Global) -> Result<ExitCode, Failure> {
        let app = global.app().await?;
        let suppression = Suppression {
            address: EmailAddress::normalized(self.address.as_str()),
            since: app.pipeline.clock.now(),
            reason: SuppressionReason::Manual,
            detail: self.reason,
            delivery: None,
            lifted_at: None,
            lifted_for: None,
        };
        let mut tx = app.pipeline.db.begin().await?;
        let new = suppressions::insert(&mut tx, &suppression).await?;
        if new {
            let change = audit::suppressed(Actor::Command("suppressions add"), &suppression);
            audit::record(&mut tx, change, suppression.since).await?;
        }
        tx.commit().await?;
        let stands = app.pipeline.db.suppression(&suppression.address).await?;
        app.close().await;
        if global.json {
            print::json(&serde_json::json!({ "new": new, "suppression": stands }))?;
        } else if new {
            print::line(format!("{} gets no mail from now on", suppression.address));
        } else {
            let sentence = stands.map(|stands| stands.sentence()).unwrap_or_default();
            print::line(format!("{}: nothing to do, {sentence}", suppression.address));
        }
        Ok(ExitCode::SUCCESS)
    }
}

/// Lift the suppression of an address: the next night is mailed to it again.
///
/// What was not sent meanwhile stays unsent; `deliveries resend ID` sends one of these after all.
#[derive(Debug, Args)]
#[command(after_help = "Example:
  daybreak suppressions reset dana@example.com --reason \"the mailbox was full, it is emptied\"")]
pub(super) struct Reset {
    /// The address
    address: String,
    /// Why; kept with the suppression's record
    #[arg(long, value_name = "TEXT")]
    reason: Option<String>,
}

impl Reset {
    async fn run(self, global: &Global) -> Result<ExitCode, Failure> {
        let app = global.app().await?;
        let address = EmailAddress::normalized(&self.address);
        let mut tx = app.pipeline.db.begin().await?;
        let now = app.pipeline.clock.now();
        let lifted = suppressions::lift(&mut tx, &address, self.reason.as_ref(), now).await?;
        if lifted {
            let change = Change {
                actor: Actor::Command("suppressions reset"),
                action: "suppression.lift",
                object: format!("address:{address}"),
                branch: None,
                detail: serde_json::json!({ "reason": self.reason }),
                origin: "",
            };
            audit::record(&mut tx, change, now).await?;
        }
        tx.commit().await?;
        app.close().await;
        if !lifted {
            return Err(Failure::new(format!(
                "{address} is not suppressed; `daybreak suppressions list` shows those that are"
            )));
        }
        if global.json {
            print::json(&serde_json::json!({ "address": address, "lifted": true }))?;
        } else {
            print::line(format!("{address} gets mail again, from the next night on"));
        }
        Ok(ExitCode::SUCCESS)
    }
}
