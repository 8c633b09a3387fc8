//! `daybreak bounces`: returned mail, read by hand, and what came of it.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Subcommand};

use super::print::{self, IN_PART};
use super::{Failure, Global, entered};
use crate::bounces::{self, Taken, Tally};
use crate::db::bounces::BounceFilter;
use crate::model::{BounceKind, DeliveryId, EmailAddress};

/// Read returned mail, and list what came back.
///
/// A worker reads the Maildir and the mbox of `[bounces]` in jobs.toml every two minutes by itself, and the portal takes
/// returned mail at POST /api/v1/bounces; this is for doing it by hand.
#[derive(Debug, Subcommand)]
pub(super) enum Bounces {
    Read(Read),
    List(List),
}

impl Bounces {
    pub(super) async fn run(self, global: &Global) -> Result<ExitCode, Failure> {
        match self {
            Self::Read(verb) => verb.run(global).await,
            Self::List(verb) => verb.run(global).await,
        }
    }
}

/// Read returned mail from files: single mails, mbox files, Maildirs, or folders of mails.
///
/// No file is changed, and a mail that was read before does not count again. A mail counts only where it carries the
/// token of a delivery that was sent: an address that it merely names is never suppressed.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  daybreak bounces read returned.eml
  daybreak bounces read /var/mail/bounces ~/Maildir")]
pub(super) struct Read {
    /// Files or folders
    #[arg(value_name = "PATH", required = true)]
    paths: Vec<PathBuf>,
}

impl Read {
    async fn run(self, global: &Global) -> Result<ExitCode, Failure> {
        let app = global.app().await?;
        // A copy's mail comes back to the installation that it is a copy of.
        app.may_mail().await??;
        let pipeline = &app.pipeline;
        let mut told = Vec::new();
        for path in &self.paths {
            told.extend(bounces::read_path(&pipeline.db, &pipeline.clock, &app.config.bounces, path).await?);
        }
        let mut tally = Tally::default();
        for one in &told {
            tally.add(&one.taken);
        }
        let change = entered::change("bounces read", "bounce.read", "bounces".into(), serde_json::json!(tally));
        entered::enter_after(&pipeline.db, change, pipeline.clock.now()).await?;
        app.close().await;
        if global.json {
            print::json(&serde_json::json!({ "mails": told, "tally": tally }))?;
        } else {
            let rows = told.iter().map(|one| {
                let (what, delivery) = in_words(&one.taken);
                vec![one.file.display().to_string(), one.mail.to_string(), what, delivery]
            });
            print::table(&["file", "mail", "what", "delivery"], rows);
            print::line(format!(
                "{} hard, {} soft, {}; {} suppressed; {} read before, {} of no delivery, {} no returned mail, {} unreadable",
                tally.hard,
                tally.soft,
                print::counted(tally.complaints, "complaint"),
                tally.suppressed,
                tally.again,
                tally.unmatched,
                tally.no_bounce,
                tally.unreadable
            ));
        }
        Ok(if tally.unreadable == 0 { ExitCode::SUCCESS } else { ExitCode::from(IN_PART) })
    }
}

fn in_words(taken: &Taken) -> (String, String) {
    match taken {
        Taken::Counted { delivery, kind, status, suppressed } => {
            let status = status.as_ref().map(|status| format!(" {status}")).unwrap_or_default();
            let suppressed = if *suppressed { ", address suppressed" } else { "" };
            (format!("{kind}{status}{suppressed}"), delivery.to_string())
        }
        Taken::Again { delivery } => ("read before".into(), delivery.to_string()),
        Taken::Unmatched => ("came back, but names no delivery that was sent".into(), String::new()),
        Taken::Delayed => ("a delay; the server still tries".into(), String::new()),
        Taken::Answer => ("an automatic answer".into(), String::new()),
        Taken::Other => ("no returned mail".into(), String::new()),
        Taken::Unreadable => ("unreadable".into(), String::new()),
    }
}

/// List what came back, newest first.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  daybreak bounces list --kind hard
  daybreak bounces list --to dana@example.com --json")]
pub(super) struct List {
    /// Of this address
    #[arg(long, value_name = "ADDRESS")]
    to: Option<String>,
    /// Of this delivery
    #[arg(long, value_name = "ID")]
    delivery: Option<DeliveryId>,
    /// Only of this kind: hard, soft or complaint
    #[arg(long)]
    kind: Option<BounceKind>,
    /// At most so many
    #[arg(long, default_value_t = 50)]
    limit: i64,
}

impl List {
    async fn run(self, global: &Global) -> Result<ExitCode, Failure> {
        let app = global.app().await?;
        let filter = BounceFilter {
            delivery: self.delivery,
            address: self.to.map(|to| EmailAddress::normalized(&to)),
            kind: self.kind,
            limit: self.limit,
        };
        let rows = app.pipeline.db.bounces(&filter).await?;
        app.close().await;
        if global.json {
            print::json(&rows)?;
            return Ok(ExitCode::SUCCESS);
        }
        print::table(
            &["read", "address", "kind", "status", "said", "delivery"],
            rows.iter().map(|row| {
                vec![
                    row.received_at.format("%Y-%m-%d %H:%MZ").to_string(),
                    row.address.clone(),
                    row.kind.to_string(),
                    row.status.clone().unwrap_or_default(),
                    row.diagnostic.clone(),
                    row.delivery.to_string(),
                ]
            }),
        );
        if i64::try_from(rows.len()).unwrap_or(i64::MAX) == self.limit {
            print::complain(format!("these are the newest {}; --limit shows more", self.limit));
        }
        Ok(ExitCode::SUCCESS)
    }
}
