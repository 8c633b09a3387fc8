//! `daybreak contacts correct`: where a contact's mails go from now on.

use std::process::ExitCode;

use clap::Args;

use super::{Failure, Global, print, select};
use crate::accounts::By;
use crate::accounts::contacts::{self, Address, Told, Word};
use crate::app::App;
use crate::audit::Actor;
use crate::db::overrides::Reached;
use crate::model::{EmailAddress, LocationRef};

/// Correct a contact's address: mails go to the new one from the next report on.
///
/// The feed's record stays as it is, and this stands over it, also when the feed sends the contact again. What was
/// mailed before stays as it was; a revision that is circulated later goes to the new address.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  daybreak contacts correct harbor dana@exmaple.com dana@example.com --reason \"misspelt\"
  daybreak contacts correct harbor dana --undo --reason \"the feed is right by now\"")]
pub(super) struct Correct {
    /// A site that the contact is told about
    #[arg(value_name = "LOCATION")]
    location: LocationRef,
    /// The contact's address now, or their ref
    #[arg(value_name = "OLD|REF")]
    old: String,
    /// The new address
    #[arg(value_name = "NEW", required_unless_present = "undo", conflicts_with = "undo")]
    new: Option<EmailAddress>,
    /// Go back to what the feed says
    #[arg(long)]
    undo: bool,
    /// Why; it is recorded
    #[arg(long, value_name = "TEXT", value_parser = clap::builder::NonEmptyStringValueParser::new())]
    reason: String,
    /// Who asks for it; it is recorded
    #[arg(long, value_name = "NAME", default_value = "the command line")]
    by: String,
}

impl Correct {
    pub(super) async fn run(self, global: &Global) -> Result<ExitCode, Failure> {
        let app = global.app().await?;
        let told = self.correct(&app).await;
        app.close().await;
        let (contact, told) = told?;
        let now = self.new.as_ref().map_or("the feed's address", EmailAddress::as_str);
        if global.json {
            print::json(&serde_json::json!({
                "contact": contact.contact, "was": contact.email, "now": self.new.as_ref().map(EmailAddress::as_str),
                "changed": told == Told::Changed,
            }))?;
        } else if told == Told::Changed {
            print::line(format!("mails to {} go to {now} from the next report on", contact.contact));
        } else {
            print::line(format!("{}: nothing to do, mails go to {} already", contact.contact, contact.email));
        }
        Ok(ExitCode::SUCCESS)
    }

    async fn correct(&self, app: &App) -> Result<(Reached, Told), Failure> {
        let db = &app.pipeline.db;
        let site = select::sites(db, std::slice::from_ref(&self.location)).await?.remove(0);
        let contact = self.meant(db.contacts_at(&site.location, &site.branch).await?)?;
        let word = Word {
            contact: &contact.contact,
            branch: Some(&site.branch),
            address: self.new.as_ref().map_or(Address::Fed, Address::New),
            notify: None,
            name: &self.by,
            reason: &self.reason,
        };
        let by = By { actor: Actor::Command("contacts correct"), origin: "", now: app.pipeline.clock.now() };
        let mut tx = db.begin().await?;
        let told = contacts::say(&mut tx, &word, &by).await?;
        tx.commit().await?;
        Ok((contact, told))
    }

    /// The one contact of the site who is meant.
    fn meant(&self, mut contacts: Vec<Reached>) -> Result<Reached, Failure> {
        let address = EmailAddress::normalized(&self.old);
        contacts.retain(|one| {
            one.contact.as_str() == self.old
                || [&one.email, &one.fed].into_iter().any(|known| EmailAddress::normalized(known) == address)
        });
        match contacts.len() {
            0 => Err(Failure::new(format!("{} has no contact {}", self.location, self.old))),
            1 => Ok(contacts.remove(0)),
            _ => {
                let refs: Vec<&str> = contacts.iter().map(|one| one.contact.as_str()).collect();
                let refs = refs.join(", ");
                Err(Failure::new(format!("several contacts of {} have this address; name one: {refs}", self.location)))
            }
        }
    }
}
