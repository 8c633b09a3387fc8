//! Audit: a change, by a person or by Daybreak itself, becomes an entry that nobody can alter unseen.
//!
//! Entries are numbered without a gap, and each one's hash covers the one before it; the last number and hash stand in a
//! row of their own. So a changed, missing or added row shows, at the end of the log too. An entry is written in the
//! transaction of the change that it tells of: they stand or fall together. Addresses stand beside the log, where an erasure
//! reaches them. It must not decide who may do what.

mod csv;
mod known;
mod people;
mod prune;

use chrono::{DateTime, SubsecRound, Utc};
use serde_json::Value;
use sha2::{Digest, Sha256};

pub use csv::{CSV_HEAD, csv, csv_rows};
pub use known::{suppressed, unsubscribed};
pub use people::{forget, found};
pub use prune::{over_age, prune};

use people::Exchange;

use crate::db::audit::{self, Entry};
use crate::db::{Db, DbError, Tx};
use crate::model::BranchRef;

/// Who changed something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Actor {
    /// A signed-in user, by their id.
    User(crate::model::UserId),
    /// An end customer, by the address that they proved.
    Address(String),
    /// Who opened a link of a mail, by the mail.
    Link(crate::model::DeliveryId),
    /// A program with an API key, by the key's id.
    Key(String),
    /// A command on the machine.
    Command(&'static str),
    /// Daybreak itself.
    Daybreak,
}

/// A change to be entered.
#[derive(Debug, Clone)]
pub struct Change<'a> {
    /// Who.
    pub actor: Actor,
    /// What was done: a noun and a verb, such as `share.create`.
    pub action: &'static str,
    /// To what, such as `share:ID`.
    pub object: String,
    /// Of which branch, where it is one's.
    pub branch: Option<&'a BranchRef>,
    /// What it was and is. No secrets, and addresses only where the change is about them.
    pub detail: Value,
    /// From which address it came; empty for none.
    pub origin: &'a str,
}

impl std::fmt::Display for Actor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::User(id) => write!(f, "user:{id}"),
            Self::Address(address) => write!(f, "address:{address}"),
            Self::Link(delivery) => write!(f, "link:{delivery}"),
            Self::Key(id) => write!(f, "key:{id}"),
            Self::Command(name) => write!(f, "command:{name}"),
            Self::Daybreak => f.write_str("daybreak"),
        }
    }
}

/// Enters a change, as the last of its transaction's steps: whoever enters holds up everybody else who does.
pub async fn record(tx: &mut Tx, change: Change<'_>, now: DateTime<Utc>) -> Result<(), DbError> {
    let (number, before) = audit::hold_head(tx).await?;
    let number = number + 1;
    let (actor, object) = (change.actor.to_string(), cut(change.object, LONGEST));
    let detail = within_bounds(change.detail);
    let people = Exchange::of(tx, number, &[&actor, &object], &detail).await?;
    let mut entry = Entry {
        number,
        // PostgreSQL keeps microseconds; the hash must be of what is kept.
        at: now.trunc_subsecs(6),
        actor: people.address_out(&actor),
        action: change.action.to_owned(),
        object: people.address_out(&object),
        branch: change.branch.cloned(),
        detail: people.addresses_out(detail).to_string(),
        origin: change.origin.to_owned(),
        hash: Vec::new(),
    };
    entry.hash = digest(&before, &entry).to_vec();
    audit::append(tx, &entry).await
}

/// So many characters of an object, or of one text of a detail, are kept …
const LONGEST: usize = 4_000;
/// … and so many bytes of a detail: nobody fills a log that is kept for years with what they send once.
const WHOLE: usize = 256 * 1024;

/// A text of so many characters at most.
fn cut(text: String, most: usize) -> String {
    match text.char_indices().nth(most) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}

/// A detail with none of its texts too long; one that is too large all the same says how large it was.
fn within_bounds(detail: Value) -> Value {
    fn each(value: Value) -> Value {
        match value {
            Value::String(text) => cut(text, LONGEST).into(),
            Value::Array(list) => list.into_iter().map(each).collect(),
            Value::Object(fields) => fields.into_iter().map(|(name, one)| (cut(name, LONGEST), each(one))).collect(),
            other => other,
        }
    }
    let detail = each(detail);
    let bytes = detail.to_string().len();
    if bytes > WHOLE { serde_json::json!({ "cut": bytes }) } else { detail }
}

/// The hash of an entry that follows one with the hash `before`. Each field goes in behind its length, so that nothing
/// can move from one to the next.
fn digest(before: &[u8], entry: &Entry) -> [u8; 32] {
    let mut hash = Sha256::new();
    let mut field = |bytes: &[u8]| {
        hash.update((bytes.len() as u64).to_be_bytes());
        hash.update(bytes);
    };
    field(b"daybreak audit 1");
    field(before);
    field(&entry.number.to_be_bytes());
    field(&entry.at.timestamp_micros().to_be_bytes());
    field(entry.actor.as_bytes());
    field(entry.action.as_bytes());
    field(entry.object.as_bytes());
    field(entry.branch.as_ref().map_or("", BranchRef::as_str).as_bytes());
    field(entry.detail.as_bytes());
    field(entry.origin.as_bytes());
    hash.finalize().into()
}

/// What is wrong with the log.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
#[serde(tag = "fault", rename_all = "kebab-case")]
pub enum Broken {
    /// An entry is not there.
    Missing {
        /// Which.
        number: i64,
    },
    /// An entry is not what was written.
    Changed {
        /// Which.
        number: i64,
    },
    /// The log ends elsewhere than it did.
    End {
        /// The last entry that there is.
        number: i64,
        /// The last one that was written.
        expected: i64,
    },
    /// Somebody whom entries name is not who was named.
    Person {
        /// The last entry that names them.
        number: i64,
        /// The word that stands for them there.
        word: String,
    },
}

/// How many entries are read at once.
const STEP: i64 = 1_000;

/// Reads the log from end to end, or from where retention has cut it off; returns how many entries there are, and what is
/// wrong with them and with whom they name.
pub async fn verify(db: &Db) -> Result<(i64, Vec<Broken>), DbError> {
    let (count, mut broken) = verify_after(db, 0).await?;
    let (swapped, _) = people::verify(db).await?;
    broken.extend(swapped.into_iter().map(|(number, word)| Broken::Person { number, word }));
    Ok((count, broken))
}

/// How many people the log names of whom nothing can be proved: they were named before their words could.
pub async fn unproved(db: &Db) -> Result<u64, DbError> {
    Ok(people::verify(db).await?.1)
}

/// The same of the entries after a number only, whose own hash is taken for granted.
pub async fn verify_after(db: &Db, after: i64) -> Result<(i64, Vec<Broken>), DbError> {
    let (expected, head) = db.audit_head().await?;
    let before = db.audit_after(after - 1, 1).await?.pop().filter(|entry| after > 0 && entry.number == after);
    let (mut last, mut before) = match before {
        Some(entry) => (after, entry.hash),
        None => prune::beginning(db).await?,
    };
    let mut count = 0;
    let mut broken = Vec::new();
    loop {
        let entries = db.audit_after(last, STEP).await?;
        if entries.is_empty() {
            break;
        }
        for entry in entries.into_iter().take_while(|entry| entry.number <= expected) {
            count += 1;
            broken.extend((last + 1..entry.number).map(|number| Broken::Missing { number }));
            // After a gap nothing is known of the hash before; the gap is told.
            if entry.number == last + 1 && entry.hash != digest(&before, &entry) {
                broken.push(Broken::Changed { number: entry.number });
            }
            last = entry.number;
            before.clone_from(&entry.hash);
        }
        if last >= expected {
            break;
        }
    }
    let rest = db.audit_after(expected, 1).await?;
    // Entries may have been added since the head was read; they are not looked at this time.
    let grown = db.audit_head().await?.0 > expected;
    if last != expected || (before != head && broken.is_empty()) || (!rest.is_empty() && !grown) {
        let number = rest.first().map_or(last, |entry| entry.number);
        broken.push(Broken::End { number, expected });
    }
    Ok((count, broken))
}

#[cfg(test)]
mod tests;
