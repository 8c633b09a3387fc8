//! Contacts: a person's word on a contact's address and check mark, which stands over the feed's from the next build on.

use serde_json::json;

use super::By;
use crate::audit::{self, Change};
use crate::db::contact_changes::{self, ContactChange, Standing};
use crate::db::{DbError, Tx};
use crate::model::{BranchRef, EmailAddress};

/// Sets address and check mark of a contact; what is as the feed has it is left to the feed. Returns whether anything is
/// different now.
pub async fn change(
    tx: &mut Tx,
    branch: Option<&BranchRef>,
    contact: &Standing,
    email: &EmailAddress,
    notify: bool,
    by: &By<'_>,
) -> Result<bool, DbError> {
    let email = EmailAddress::normalized(email.as_str());
    if email == EmailAddress::normalized(contact.address()) && notify == contact.is_notified() {
        return Ok(false);
    }
    let is_feeds = email == EmailAddress::normalized(&contact.email);
    let change = ContactChange {
        contact: contact.contact.clone(),
        email: (!is_feeds).then(|| email.clone()),
        notify: (notify != contact.notify).then_some(notify),
        changed_at: by.now,
        changed_by: by.actor.to_string(),
    };
    contact_changes::put(tx, &change).await?;
    let entry = Change {
        actor: by.actor.clone(),
        action: "contact.change",
        object: format!("contact:{}", contact.contact),
        branch,
        detail: json!({
            "email": [contact.address(), email],
            "notify": [contact.is_notified(), notify],
        }),
        origin: by.origin,
    };
    audit::record(tx, entry, by.now).await?;
    Ok(true)
}
