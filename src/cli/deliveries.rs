//! `daybreak deliveries`: what went to whom, and once more where it did not.

use std::io::Write;
use std::process::ExitCode;

use clap::{Args, Subcommand};
use serde::Serialize;

use super::print::{self, IN_PART};
use super::{Failure, Global, watch_run};
use crate::access;
use crate::audit::{Actor, Change};
use crate::db::attempts::Attempt;
use crate::db::bounces::{Bounce, BounceFilter};
use crate::db::deliveries::{Delivery, DeliveryFilter};
use crate::model::{ContactRef, DeliveryId, DeliveryState, EmailAddress, LocationRef, NightDate};

/// List, show and resend deliveries, or withdraw their links: which contact got which report, when, and what the
/// server said.
#[derive(Debug, Subcommand)]
pub(super) enum Deliveries {
    List(List),
    Show(Show),
    Resend(Resend),
    Withdraw(Withdraw),
}

impl Deliveries {
    pub(super) async fn run(self, global: &Global) -> Result<ExitCode, Failure> {
        match self {
            Self::List(verb) => verb.run(global).await,
            Self::Show(verb) => verb.run(global).await,
            Self::Resend(verb) => verb.run(global).await,
            Self::Withdraw(verb) => verb.run(global).await,
        }
    }
}

/// List deliveries, newest first.
#[derive(Debug, Args)]
pub(super) struct List {
    /// Of this site
    #[arg(long, value_name = "REF")]
    location: Option<LocationRef>,
    /// Of this night
    #[arg(long, value_name = "DATE")]
    night: Option<NightDate>,
    /// To this contact
    #[arg(long, value_name = "REF")]
    contact: Option<ContactRef>,
    /// To this address
    #[arg(long, value_name = "ADDRESS")]
    to: Option<String>,
    /// Only in this state (repeatable): pending, sending, sent, deferred, failed, bounced, suppressed or unknown
    #[arg(long)]
    state: Vec<DeliveryState>,
    /// At most so many
    #[arg(long, default_value_t = 50)]
    limit: i64,
}

impl List {
    async fn run(self, global: &Global) -> Result<ExitCode, Failure> {
        let app = global.app().await?;
        let filter = DeliveryFilter {
            location: self.location,
            night: self.night,
            run: None,
            report: None,
            contact: self.contact,
            email: self.to,
            states: self.state,
            limit: self.limit,
        };
        let rows = app.pipeline.db.deliveries(&filter).await?;
        app.close().await;
        if global.json {
            print::json(&rows)?;
            return Ok(ExitCode::SUCCESS);
        }
        print::table(
            &["night", "site", "rev", "to", "state", "tries", "why", "id"],
            rows.iter().map(|row| {
                let one = &row.delivery;
                vec![
                    row.night.to_string(),
                    row.location.to_string(),
                    row.revision.to_string(),
                    one.email.clone(),
                    one.state.to_string(),
                    one.attempts.to_string(),
                    one.error.clone().unwrap_or_default(),
                    one.id.to_string(),
                ]
            }),
        );
        if i64::try_from(rows.len()).unwrap_or(i64::MAX) == self.limit {
            print::complain(format!("these are the newest {}; --limit shows more", self.limit));
        }
        Ok(ExitCode::SUCCESS)
    }
}

/// Show one delivery with its attempts, or the exact bytes of its mail.
#[derive(Debug, Args)]
pub(super) struct Show {
    /// The delivery's id, as `deliveries list` shows it
    id: DeliveryId,
    /// Print the exact bytes of the mail instead
    #[arg(long)]
    eml: bool,
}

#[derive(Debug, Serialize)]
struct Shown {
    #[serde(flatten)]
    delivery: Delivery,
    tried: Vec<Attempt>,
    came_back: Vec<Bounce>,
}

impl Show {
    async fn run(self, global: &Global) -> Result<ExitCode, Failure> {
        let app = global.app().await?;
        let delivery = app.pipeline.db.delivery(self.id).await?;
        let delivery = delivery.ok_or_else(|| {
            Failure::new(format!("there is no delivery {}; `daybreak deliveries list` shows those that are", self.id))
        })?;
        if self.eml {
            let (_, bytes) = app.pipeline.message(&delivery).await?;
            app.close().await;
            std::io::stdout().write_all(&bytes)?;
            return Ok(ExitCode::SUCCESS);
        }
        let filter = BounceFilter { delivery: Some(self.id), limit: 20, ..BounceFilter::default() };
        let came_back = app.pipeline.db.bounces(&filter).await?;
        let suppressed = app.pipeline.db.suppression(&EmailAddress::normalized(&delivery.email)).await?;
        let shown = Shown { tried: app.pipeline.db.attempts(self.id).await?, delivery, came_back };
        app.close().await;
        if global.json {
            print::json(&shown)?;
            return Ok(ExitCode::SUCCESS);
        }
        let one = &shown.delivery;
        print::line(format!("{} to {}: {}", one.subject, one.email, one.state));
        print::line(format!("  message-id: {}", one.message_id));
        print::line(format!("  {} bytes, SHA-256 {}", one.size, one.sha256));
        if let Some(error) = &one.error {
            print::line(format!("  why: {error}"));
        }
        if let Some(next) = one.next_at {
            print::line(format!("  tried next: {}", next.to_rfc3339()));
        }
        for bounce in &shown.came_back {
            let read = bounce.received_at.to_rfc3339();
            print::line(format!("  came back ({}), read {read}: {}", bounce.kind, bounce.diagnostic));
        }
        if let Some(suppressed) = suppressed {
            print::line(format!("  {}", suppressed.sentence()));
            print::line(format!("  to mail it again: daybreak suppressions reset {}", suppressed.address));
        }
        print::table(
            &["try", "began", "ms", "outcome", "server", "reply"],
            shown.tried.iter().map(|attempt| {
                vec![
                    attempt.number.to_string(),
                    attempt.started_at.to_rfc3339(),
                    attempt.duration_ms.map(|ms| ms.to_string()).unwrap_or_default(),
                    attempt.outcome.clone().unwrap_or_else(|| "under way".into()),
                    attempt.server.clone(),
                    attempt.reply.clone().unwrap_or_default(),
                ]
            }),
        );
        Ok(ExitCode::SUCCESS)
    }
}

/// Send deliveries once more: the same message, by the same Message-ID.
///
/// --failed takes those that failed or bounced, and nothing else. An id takes that one; one whose fate is unknown may
/// then arrive twice, and one that was sent is only sent again with --even-sent.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  daybreak deliveries resend --failed --night 2026-03-28
  daybreak deliveries resend 6d2c…")]
pub(super) struct Resend {
    /// These deliveries
    #[arg(value_name = "ID", required_unless_present = "failed")]
    ids: Vec<DeliveryId>,
    /// All that failed or bounced
    #[arg(long, conflicts_with = "ids")]
    failed: bool,
    /// With --failed: of this site only
    #[arg(long, value_name = "REF", requires = "failed")]
    location: Option<LocationRef>,
    /// With --failed: of this night only
    #[arg(long, value_name = "DATE", requires = "failed")]
    night: Option<NightDate>,
    /// Also where it was sent already
    #[arg(long, conflicts_with = "failed")]
    even_sent: bool,
}

impl Resend {
    async fn run(self, global: &Global) -> Result<ExitCode, Failure> {
        let app = global.app().await?;
        let ids = if self.failed {
            app.pipeline.failed_mails(self.location.clone(), self.night).await?
        } else {
            for id in &self.ids {
                if app.pipeline.db.delivery(*id).await?.is_none() {
                    return Err(Failure::new(format!(
                        "there is no delivery {id}; `daybreak deliveries list` shows those that are"
                    )));
                }
            }
            self.ids.clone()
        };
        let change = Change {
            actor: Actor::Command("deliveries resend"),
            action: "delivery.resend",
            object: "deliveries".into(),
            branch: None,
            detail: serde_json::json!({ "deliveries": ids, "even_sent": self.even_sent }),
            origin: "",
        };
        let reopened = app.pipeline.resend(&ids, self.even_sent, Some(change)).await?;
        let states = watch_run::watch_deliveries(&app, &reopened).await?;
        app.close().await;
        let sent = states.iter().filter(|state| **state == DeliveryState::Sent).count();
        let left = ids.len() - reopened.len();
        if global.json {
            print::json(&serde_json::json!({ "resent": sent, "not_sent": reopened.len() - sent, "left_alone": left }))?;
        } else {
            print::line(format!("{sent} sent, {} not sent, {left} left alone", reopened.len() - sent));
            if left > 0 && !self.failed {
                print::complain(
                    "left alone were those that are sent (--even-sent sends them again), on their way, or have no message",
                );
            }
        }
        Ok(if sent == ids.len() { ExitCode::SUCCESS } else { ExitCode::from(IN_PART) })
    }
}

/// Withdraw the links of mails: they lead nowhere any more, on every process, for whoever holds them.
///
/// The mail itself cannot be taken back, and what was shared from it has an end of its own.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  daybreak deliveries withdraw 6d2c… --reason \"sent to the wrong person\"")]
pub(super) struct Withdraw {
    /// These deliveries, as `deliveries list` shows them
    #[arg(value_name = "ID", required = true)]
    ids: Vec<DeliveryId>,
    /// Why; kept in the audit log
    #[arg(long, value_name = "TEXT")]
    reason: String,
}

impl Withdraw {
    async fn run(self, global: &Global) -> Result<ExitCode, Failure> {
        let app = global.app().await?;
        let mut withdrawn = 0;
        for id in &self.ids {
            let Some(delivery) = app.pipeline.db.delivery(*id).await? else {
                return Err(Failure::new(format!(
                    "there is no delivery {id}; `daybreak deliveries list` shows those that are"
                )));
            };
            let change = Change {
                actor: Actor::Command("deliveries withdraw"),
                action: "delivery.withdraw",
                object: format!("delivery:{id}"),
                branch: None,
                detail: serde_json::json!({ "contact": delivery.contact, "reason": self.reason }),
                origin: "",
            };
            withdrawn += access::withdraw(&app.pipeline.db, *id, change, app.pipeline.clock.now()).await?;
        }
        app.close().await;
        if global.json {
            print::json(&serde_json::json!({ "withdrawn": withdrawn }))?;
        } else {
            print::line(format!("{withdrawn} links withdrawn"));
        }
        Ok(ExitCode::SUCCESS)
    }
}
