//! `daybreak unsubscribes`: who asked for no more mails about a site, and the way back.

use std::process::ExitCode;

use clap::{Args, Subcommand};

use super::{Failure, Global, entered, print};
use crate::db::unsubscribes;
use crate::model::{ContactRef, LocationRef};

/// List the contacts who unsubscribed from a site, and take one back who asks for it.
#[derive(Debug, Subcommand)]
pub(super) enum Unsubscribes {
    List(List),
    Reset(Reset),
}

impl Unsubscribes {
    pub(super) async fn run(self, global: &Global) -> Result<ExitCode, Failure> {
        match self {
            Self::List(verb) => verb.run(global).await,
            Self::Reset(verb) => verb.run(global).await,
        }
    }
}

/// List who unsubscribed from which site, newest first.
#[derive(Debug, Args)]
pub(super) struct List {
    /// At most so many
    #[arg(long, default_value_t = 200)]
    limit: i64,
}

impl List {
    async fn run(self, global: &Global) -> Result<ExitCode, Failure> {
        let app = global.app().await?;
        let rows = app.pipeline.db.unsubscribes(self.limit).await?;
        app.close().await;
        if global.json {
            print::json(&rows)?;
            return Ok(ExitCode::SUCCESS);
        }
        print::table(
            &["contact", "address", "site", "since", "by the mail"],
            rows.iter().map(|row| {
                vec![
                    row.contact.to_string(),
                    row.email.clone().unwrap_or_default(),
                    row.location.to_string(),
                    row.at.format("%Y-%m-%d %H:%MZ").to_string(),
                    row.delivery.to_string(),
                ]
            }),
        );
        Ok(ExitCode::SUCCESS)
    }
}

/// Mail a contact again who had unsubscribed; only do it where they ask for it.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  daybreak unsubscribes reset dana --location harbor
  daybreak unsubscribes reset dana")]
pub(super) struct Reset {
    /// The contact's ref
    contact: ContactRef,
    /// Of this site only
    #[arg(long, value_name = "REF")]
    location: Option<LocationRef>,
}

impl Reset {
    async fn run(self, global: &Global) -> Result<ExitCode, Failure> {
        let app = global.app().await?;
        let mut tx = app.pipeline.db.begin().await?;
        let sites = unsubscribes::remove(&mut tx, &self.contact, self.location.as_ref()).await?;
        if sites > 0 {
            let detail = serde_json::json!({ "location": self.location, "sites": sites });
            let object = format!("contact:{}", self.contact);
            let change = entered::change("unsubscribes reset", "contact.resubscribe", object, detail);
            entered::enter(&mut tx, change, app.pipeline.clock.now()).await?;
        }
        tx.commit().await?;
        app.close().await;
        if sites == 0 {
            return Err(Failure::new(format!(
                "{} has not unsubscribed from {}; `daybreak unsubscribes list` shows who has",
                self.contact,
                self.location.map_or_else(|| "any site".to_owned(), |location| location.to_string())
            )));
        }
        if global.json {
            print::json(&serde_json::json!({ "contact": self.contact, "sites": sites }))?;
        } else {
            let sites = print::counted(usize::try_from(sites).unwrap_or(usize::MAX), "site");
            print::line(format!("{} is mailed about {sites} again, from the next night on", self.contact));
        }
        Ok(ExitCode::SUCCESS)
    }
}
