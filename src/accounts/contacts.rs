//! Contacts: a person's word on a contact's address and check mark, which stands over the feed's from the next build on.
//! The desk, an account's page and the command line all say it through here.

use serde_json::json;

use super::By;
use crate::audit::{self, Change};
use crate::db::overrides::{self, Override, Standing};
use crate::db::{DbError, Tx};
use crate::model::{BranchRef, ContactRef, EmailAddress};

/// Where a contact's mails are to go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Address<'a> {
    /// Where they go now.
    Same,
    /// Where the feed says.
    Fed,
    /// There.
    New(&'a EmailAddress),
}

/// What somebody says of a contact.
#[derive(Debug, Clone, Copy)]
pub struct Word<'a> {
    /// Of whom.
    pub contact: &'a ContactRef,
    /// The branch under which it is entered.
    pub branch: Option<&'a BranchRef>,
    /// Where mails are to go.
    pub address: Address<'a>,
    /// Whether they are to; none leaves that as it is.
    pub notify: Option<bool>,
    /// Who says so, as others know them.
    pub name: &'a str,
    /// Why; may be empty.
    pub reason: &'a str,
}

/// What became of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Told {
    /// It holds from now on.
    Changed,
    /// It held already.
    Same,
    /// The feed knows no such contact.
    Nobody,
}

/// Writes what somebody says of a contact, and enters it; what is as the feed has it is left to the feed. What is frozen
/// stays as it is: revisions that are circulated later go to the new address.
pub async fn say(tx: &mut Tx, word: &Word<'_>, by: &By<'_>) -> Result<Told, DbError> {
    let Some(held) = overrides::hold(tx, word.contact).await? else { return Ok(Told::Nobody) };
    let fed = EmailAddress::normalized(&held.email);
    let before = (EmailAddress::normalized(held.address()), held.is_notified());
    let address = match word.address {
        Address::Same => before.0.clone(),
        Address::Fed => fed.clone(),
        Address::New(address) => EmailAddress::normalized(address.as_str()),
    };
    let after = (address, word.notify.unwrap_or(before.1));
    if after == before {
        return Ok(Told::Same);
    }
    let wanted = Override {
        contact: word.contact.clone(),
        email: (after.0 != fed).then(|| after.0.clone()),
        notify: (after.1 != held.notify).then_some(after.1),
        changed_at: by.now,
        changed_by: word.name.to_owned(),
        reason: word.reason.to_owned(),
    };
    overrides::put(tx, &wanted).await?;
    let change = Change {
        actor: by.actor.clone(),
        action: "contact.change",
        object: format!("contact:{}", word.contact),
        branch: word.branch,
        detail: json!({ "email": [before.0, after.0], "notify": [before.1, after.1], "reason": word.reason }),
        origin: by.origin,
    };
    audit::record(tx, change, by.now).await?;
    Ok(Told::Changed)
}

/// Sets address and check mark of a contact as an account does, without a reason. Returns whether anything is different
/// now.
pub async fn change(
    tx: &mut Tx,
    branch: Option<&BranchRef>,
    contact: &Standing,
    email: &EmailAddress,
    notify: bool,
    by: &By<'_>,
) -> Result<bool, DbError> {
    let name = by.actor.to_string();
    let address = Address::New(email);
    let word = Word { contact: &contact.contact, branch, address, notify: Some(notify), name: &name, reason: "" };
    Ok(say(tx, &word, by).await? == Told::Changed)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audit::Actor;
    use crate::db::testing::{on_each_database, run};

    #[tokio::test]
    async fn whoever_says_it_one_word_stands_over_the_feed_and_keeps_what_the_others_said() {
        on_each_database("contacts_say", async |db| {
            run(
                db,
                "INSERT INTO contacts (ref, name, email, notify, digest) VALUES ('dana', 'Dana', 'Dana@Example.com', true, '')",
            )
            .await;
            let (dana, zoe): (ContactRef, ContactRef) = ("dana".parse().unwrap(), "zoe".parse().unwrap());
            let new = EmailAddress::new("new@example.com").unwrap();
            let fed = EmailAddress::new("dana@example.com").unwrap();
            let now = "2026-03-29T05:00:00Z".parse().unwrap();
            let by = By { actor: Actor::Command("contacts correct"), origin: "", now };
            let word =
                Word { contact: &dana, branch: None, address: Address::Same, notify: None, name: "Sam", reason: "why" };
            let mut tx = db.begin().await.unwrap();
            for (address, notify, told) in [
                (Address::Same, None, Told::Same),
                (Address::Fed, Some(true), Told::Same),
                (Address::New(&fed), None, Told::Same),
                (Address::New(&new), None, Told::Changed),
                (Address::New(&new), None, Told::Same),
                (Address::Same, Some(false), Told::Changed),
            ] {
                assert_eq!(say(&mut tx, &Word { address, notify, ..word }, &by).await.unwrap(), told, "{address:?}");
            }
            assert_eq!(say(&mut tx, &Word { contact: &zoe, ..word }, &by).await.unwrap(), Told::Nobody);
            tx.commit().await.unwrap();
            let over = db.contact_override(&dana).await.unwrap().unwrap();
            let stands = (over.email.as_deref(), over.notify, over.changed_by.as_str(), over.reason.as_str());
            assert_eq!(stands, (Some("new@example.com"), Some(false), "Sam", "why"), "both words stand");
            let named = db.contacts_named("NEW@example.com").await.unwrap();
            assert_eq!(named.iter().map(|one| one.contact.as_str()).collect::<Vec<_>>(), ["dana"]);
            let mut tx = db.begin().await.unwrap();
            let back = Word { address: Address::Fed, notify: Some(true), ..word };
            assert_eq!(say(&mut tx, &back, &by).await.unwrap(), Told::Changed);
            tx.commit().await.unwrap();
            assert_eq!(db.contact_override(&dana).await.unwrap(), None, "nothing is left of it");
            let entries = db.audit_after(0, 9).await.unwrap();
            assert_eq!(entries.len(), 3);
            assert_eq!(crate::audit::verify(db).await.unwrap(), (3, vec![]));
        })
        .await;
    }
}
