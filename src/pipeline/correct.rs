//! Correct: an address that staff know better than the feed becomes where a contact's mails go.

use super::Pipeline;
use crate::audit::{self, Change};
use crate::db::overrides::{self, Override};
use crate::db::{DbError, Enqueue};
use crate::model::{ContactRef, EmailAddress};

/// Why an address was not corrected.
#[derive(Debug, thiserror::Error)]
pub enum CorrectError {
    /// The rows.
    #[error("cannot write the contact's address")]
    Db(#[from] DbError),
    /// The feed knows no such contact.
    #[error("there is no contact {0}")]
    NoContact(ContactRef),
}

/// A contact's new address.
#[derive(Debug, Clone)]
pub struct Correction {
    /// The contact.
    pub contact: ContactRef,
    /// Where mails go from now on; none for the feed's own address.
    pub email: Option<EmailAddress>,
    /// Who says so.
    pub by: String,
    /// Why.
    pub reason: String,
}

impl<Q: Enqueue> Pipeline<Q> {
    /// Writes where a contact's mails go from now on, over what the feed says and until it is taken back; entered in
    /// the audit log as `change`. What is frozen stays as it is: revisions that are circulated later go there.
    ///
    /// # Errors
    /// [`CorrectError::NoContact`] where the feed knows no such contact.
    pub async fn correct_contact(&self, wanted: &Correction, change: Change<'_>) -> Result<(), CorrectError> {
        let known = self.db.contacts_named(wanted.contact.as_str()).await?;
        if !known.iter().any(|contact| contact.contact == wanted.contact.as_str()) {
            return Err(CorrectError::NoContact(wanted.contact.clone()));
        }
        let before = self.db.contact_override(&wanted.contact).await?;
        let now = self.clock.now();
        let row = Override {
            contact: wanted.contact.clone(),
            email: wanted.email.as_ref().map(|email| email.as_str().to_owned()),
            notify: before.and_then(|before| before.notify),
            changed_at: now,
            changed_by: wanted.by.clone(),
            reason: wanted.reason.clone(),
        };
        let mut tx = self.db.begin().await?;
        overrides::set(&mut tx, &row).await?;
        audit::record(&mut tx, change, now).await?;
        tx.commit().await?;
        Ok(())
    }
}
