//! `daybreak contacts`: a person's data are handed out, or erased, on request.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Subcommand};

use super::{Failure, Global, entered, print};
use crate::app::App;
use crate::db::erasures::{self, Person};
use crate::retention::{Export as Exported, Sweeper, Wanted};

/// Export, erase or correct what is kept of a contact.
#[derive(Debug, Subcommand)]
pub(super) enum Contacts {
    Export(Export),
    Erase(Erase),
    Correct(super::contacts_correct::Correct),
    Erasures(Erasures),
    Readmit(Readmit),
}

impl Contacts {
    pub(super) async fn run(self, global: &Global) -> Result<ExitCode, Failure> {
        match self {
            Self::Export(verb) => verb.run(global).await,
            Self::Erase(verb) => verb.run(global).await,
            Self::Correct(verb) => verb.run(global).await,
            Self::Erasures(verb) => verb.run(global).await,
            Self::Readmit(verb) => verb.run(global).await,
        }
    }
}

/// Write everything that is kept of a contact into a folder: contact.json, and the exact bytes of each mail.
#[derive(Debug, Args)]
pub(super) struct Export {
    /// The contact's ref, or an address
    #[arg(value_name = "REF|ADDRESS")]
    contact: String,
    /// A folder that does not exist yet, or is empty
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
}

impl Export {
    async fn run(self, global: &Global) -> Result<ExitCode, Failure> {
        if std::fs::read_dir(&self.out).is_ok_and(|mut entries| entries.next().is_some()) {
            return Err(Failure::new(format!("{} is not empty; name a folder of its own", self.out.display())));
        }
        let app = global.app().await?;
        let sweeper = app.pipeline.sweeper();
        let (_, export) = kept(&sweeper, &self.contact).await?;
        std::fs::create_dir_all(self.out.join("mails"))?;
        let mut mails = 0_usize;
        for one in &export.deliveries {
            let Some(name) = &one.mail else { continue };
            if let Some(bytes) = sweeper.mail(one.delivery.id).await? {
                std::fs::write(self.out.join(name), bytes)?;
                mails += 1;
            }
        }
        std::fs::write(self.out.join("contact.json"), serde_json::to_vec_pretty(&export)?)?;
        let pipeline = &app.pipeline;
        let handed = serde_json::json!({ "deliveries": export.deliveries.len(), "reports": export.reports.len() });
        let change = entered::change("contacts export", "contact.export", format!("contact:{}", self.contact), handed);
        entered::enter_after(&pipeline.db, change, pipeline.clock.now()).await?;
        app.close().await;
        if global.json {
            print::json(&serde_json::json!({
                "out": self.out, "contacts": export.contacts.len(), "deliveries": export.deliveries.len(),
                "mails": mails, "reports": export.reports.len(), "test_mails": export.test_mails.len(),
            }))?;
        } else {
            print::line(format!("{} and {} in {}", print::counted(mails, "mail"), "contact.json", self.out.display()));
        }
        Ok(ExitCode::SUCCESS)
    }
}

/// Erase a contact's name and address from rows and archived bytes, for good.
///
/// The contact leaves every list, waiting mails are not sent, and the mails themselves are deleted from the archive;
/// reports stay, verify with new hashes, and are listed with the erasure. What is kept is a masked address, the reason
/// and who asked. An import leaves the contact out from then on, by ref and by address, and says so. Mails that have
/// left, the files of an outbox, and returned mail in a Maildir or mbox are not within reach.
#[derive(Debug, Args)]
#[command(after_help = "Example:
  daybreak contacts erase dana@example.com --reason \"asked by letter\" --by \"R. Lang\" --yes")]
pub(super) struct Erase {
    /// The contact's ref, or an address
    #[arg(value_name = "REF|ADDRESS")]
    contact: String,
    /// Why; it is recorded
    #[arg(long, value_name = "TEXT")]
    reason: String,
    /// Who asked for it; it is recorded
    #[arg(long, value_name = "NAME")]
    by: Option<String>,
    /// Really do it: it cannot be undone
    #[arg(long)]
    yes: bool,
}

impl Erase {
    async fn run(self, global: &Global) -> Result<ExitCode, Failure> {
        let app = global.app().await?;
        let sweeper = app.pipeline.sweeper();
        let (person, export) = kept(&sweeper, &self.contact).await?;
        if !self.yes {
            app.close().await;
            return Err(Failure::new(format!(
                "nothing was erased; --yes erases {}, {} and the name in {}",
                print::counted(export.contacts.len(), "contact"),
                print::counted(export.deliveries.len(), "mail"),
                print::counted(export.reports.len(), "report"),
            )));
        }
        // A copy must not rewrite the bucket of the installation that it is a copy of.
        app.may_mail().await??;
        let wanted = Wanted { person, reason: self.reason, by: self.by, fresh_salt: random()? };
        let erased = sweeper.erase(&wanted).await;
        app.close().await;
        let erased = erased?;
        if global.json {
            print::json(&erased)?;
        } else {
            print::line(format!(
                "{} erased: {} mails, {} reports rewritten (erasure {})",
                erased.masked, erased.deliveries, erased.reports, erased.id
            ));
        }
        Ok(ExitCode::SUCCESS)
    }
}

/// List what was erased, newest first: masked, with reason and who asked.
#[derive(Debug, Args)]
pub(super) struct Erasures {}

impl Erasures {
    async fn run(self, global: &Global) -> Result<ExitCode, Failure> {
        let app = global.app().await?;
        let rows = app.pipeline.db.erasures().await?;
        app.close().await;
        if global.json {
            print::json(&rows)?;
            return Ok(ExitCode::SUCCESS);
        }
        print::table(
            &["begun", "finished", "whose", "mails", "reports", "by", "reason"],
            rows.iter().map(|row| {
                vec![
                    row.begun_at.date_naive().to_string(),
                    row.finished_at.map_or_else(|| "no: erase again".to_owned(), |at| at.date_naive().to_string()),
                    row.masked.clone(),
                    row.deliveries.to_string(),
                    row.reports.to_string(),
                    row.requested_by.clone().unwrap_or_default(),
                    row.reason.clone(),
                ]
            }),
        );
        Ok(ExitCode::SUCCESS)
    }
}

/// Let an erased ref or address come in by an import again, because its owner wants to.
#[derive(Debug, Args)]
pub(super) struct Readmit {
    /// The ref, or the address, that was erased
    #[arg(value_name = "REF|ADDRESS")]
    contact: String,
}

impl Readmit {
    async fn run(self, global: &Global) -> Result<ExitCode, Failure> {
        let app = global.app().await?;
        let lifted = lift(&app, &self.contact).await;
        app.close().await;
        if !lifted? {
            return Err(Failure::new("nothing of that name was erased"));
        }
        print::line("the next import takes it; a ref and its address are lifted each by itself");
        Ok(ExitCode::SUCCESS)
    }
}

async fn lift(app: &App, contact: &str) -> Result<bool, Failure> {
    let salt = app.pipeline.db.erasure_salt(&random()?).await?;
    let mut tx = app.pipeline.db.begin().await?;
    let lifted = erasures::lift(&mut tx, &salt, contact).await?;
    if lifted {
        // Whose it is stays untold: the marks are kept so that nobody can tell.
        let change = entered::change("contacts readmit", "contact.readmit", "erasures".into(), serde_json::json!({}));
        entered::enter(&mut tx, change, app.pipeline.clock.now()).await?;
    }
    tx.commit().await?;
    Ok(lifted)
}

/// Everything that is kept of whoever is meant; a failure where that is nothing.
async fn kept(sweeper: &Sweeper, contact: &str) -> Result<(Person, Exported), Failure> {
    let person = sweeper.person(contact).await?;
    let export = sweeper.export(&person).await?;
    if export.is_empty() {
        return Err(Failure::new(format!("nothing is kept of {contact:?}")));
    }
    Ok((person, export))
}

/// 32 random bytes.
fn random() -> Result<String, Failure> {
    let mut random = [0_u8; 32];
    getrandom::fill(&mut random).map_err(|error| Failure::new(format!("no randomness: {error}")))?;
    Ok(hex::encode(random))
}
