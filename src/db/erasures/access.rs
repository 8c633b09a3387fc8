//! Access: what of a person's stands in letters, looks, whitelists, shares, requests, sessions and comments, and how it
//! goes with them. The audit log keeps its entries: whoever changed something stays on record, by the address under which
//! they did.

use chrono::{DateTime, Utc};
use serde::Serialize;

use super::super::access_requests::AccessRequest;
use super::super::dispositions::Judged;
use super::super::incident_comments::Comment;
use super::super::letters::Letter;
use super::super::sessions::Session;
use super::super::shares::{Item, Recipient, Share};
use super::super::views::Viewed;
use super::super::whitelist::Listed;
use super::super::{Db, DbError, Tx, on};
use super::traces::normalized;
use super::{Person, TAKEN_OUT};
use crate::model::UserId;

/// What was shared with somebody.
#[derive(Debug, Serialize)]
pub struct SharedWith {
    /// By whom, of what.
    pub share: Share,
    /// Until when.
    pub recipient: Recipient,
    /// Which incidents.
    pub incidents: Vec<Item>,
}

/// A sign-in that was begun by e-mail.
#[derive(Debug, Serialize, sqlx::FromRow)]
pub struct SignInRecord {
    /// When.
    pub created_at: DateTime<Utc>,
    /// When it was used.
    pub used_at: Option<DateTime<Utc>>,
}

/// Everything about how a person was let in, and what they did there.
#[derive(Debug, Default, Serialize)]
pub struct AccessRecord {
    /// Letters to them.
    pub letters: Vec<Letter>,
    /// What they looked at.
    pub views: Vec<Viewed>,
    /// Where they were let in.
    pub whitelist: Vec<Listed>,
    /// What was shared with them.
    pub shared_with: Vec<SharedWith>,
    /// What they shared.
    pub shared_by: Vec<Share>,
    /// What they asked to see.
    pub requests: Vec<AccessRequest>,
    /// What they said.
    pub comments: Vec<Comment>,
    /// What they said that incidents turned out to be.
    pub dispositions: Vec<Judged>,
    /// Where they were signed in.
    pub sessions: Vec<Session>,
    /// How they signed in.
    pub sign_ins: Vec<SignInRecord>,
}

impl AccessRecord {
    /// Whether there is nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        let told = self.letters.is_empty() && self.views.is_empty() && self.whitelist.is_empty();
        let shared = self.shared_with.is_empty() && self.shared_by.is_empty() && self.requests.is_empty();
        told && shared
            && self.comments.is_empty()
            && self.dispositions.is_empty()
            && self.sessions.is_empty()
            && self.sign_ins.is_empty()
    }
}

/// Tables whose rows go with the address in that column.
const ROWS_OF_AN_ADDRESS: [&str; 8] = [
    "DELETE FROM letters WHERE address = $1",
    "DELETE FROM views WHERE person = $1",
    "DELETE FROM whitelist WHERE address = $1",
    "DELETE FROM share_recipients WHERE address = $1",
    "DELETE FROM access_requests WHERE address = $1",
    "DELETE FROM access_deciders WHERE address = $1",
    "DELETE FROM sessions WHERE address = $1",
    "DELETE FROM sign_ins WHERE address = $1",
];

/// What others still need stays without saying who: `$1` is the address, `$2` stands in its place, `$3` is how the audit
/// log names the person.
const BLACKENED: [&str; 7] = [
    "UPDATE shares SET by_address = $2, by_name = $2, note = CASE WHEN note = '' THEN '' ELSE $2 END, \
     actor = CASE WHEN actor = $3 THEN $2 ELSE actor END WHERE by_address = $1",
    "UPDATE whitelist SET granted_by = $2 WHERE granted_by = $3 AND $1 <> ''",
    "UPDATE whitelist SET revoked_by = $2 WHERE revoked_by = $3 AND $1 <> ''",
    "UPDATE share_recipients SET revoked_by = $2 WHERE revoked_by = $3 AND $1 <> ''",
    "UPDATE access_requests SET decided_by = $2 WHERE decided_by = $3 AND $1 <> ''",
    "UPDATE incident_comments SET actor = $2, name = $2, text = $2 WHERE actor = $3 AND $1 <> ''",
    "UPDATE dispositions SET actor = $2, name = $2, note = CASE WHEN note = '' THEN '' ELSE $2 END \
     WHERE actor = $3 AND $1 <> ''",
];

/// Who an address is in records that name people as the audit log does: the address itself, and the user who has it.
const USER: &str = "SELECT id FROM users WHERE email = $1";

fn actors(address: &str, user: Option<UserId>) -> Vec<String> {
    std::iter::once(format!("address:{address}")).chain(user.map(|id| format!("user:{id}"))).collect()
}

/// Takes a person out of all of these.
pub(super) async fn remove_access(tx: &mut Tx, person: &Person) -> Result<(), DbError> {
    for address in normalized(person) {
        let user: Option<UserId> = on!(in tx, |c| sqlx::query_scalar(USER).bind(&address).fetch_optional(c).await?);
        for sql in ROWS_OF_AN_ADDRESS {
            on!(in tx, |c| sqlx::query(sql).bind(&address).execute(c).await?.rows_affected());
        }
        for actor in actors(&address, user) {
            for sql in BLACKENED {
                on!(in tx, |c| sqlx::query(sql)
                    .bind(&address)
                    .bind(TAKEN_OUT)
                    .bind(&actor)
                    .execute(c)
                    .await?
                    .rows_affected());
            }
        }
    }
    Ok(())
}

/// Every row of a table that has an address in a column, in an order.
macro_rules! rows {
    ($db:expr, $sql:literal, $address:expr) => {
        on!(read $db, |c| sqlx::query_as($sql).bind($address).fetch_all(c).await?)
    };
}

impl Db {
    /// Everything about how a person was let in, and what they did there.
    pub async fn access_of(&self, person: &Person) -> Result<AccessRecord, DbError> {
        let mut found = AccessRecord::default();
        for address in normalized(person) {
            let address = address.as_str();
            found.letters.extend(self.letters_to(address, i64::MAX).await?);
            found.shared_by.extend(self.shares_by(address, i64::MAX).await?);
            let shared = self.shared_with(address).await?.into_iter();
            found.shared_with.extend(shared.map(|(share, recipient, incidents)| SharedWith {
                share,
                recipient,
                incidents,
            }));
            found.views.extend::<Vec<Viewed>>(rows!(
                self,
                "SELECT id, at, location, person, as_what, what, subject, origin, agent, scanner FROM views \
                 WHERE person = $1 ORDER BY at, id",
                address
            ));
            found.whitelist.extend::<Vec<Listed>>(rows!(
                self,
                "SELECT id, address, location, since, expires_at, granted_by, note, revoked_at, whole FROM whitelist \
                 WHERE address = $1 ORDER BY since, id",
                address
            ));
            found.requests.extend::<Vec<AccessRequest>>(rows!(
                self,
                "SELECT id, location, branch, incident, share, address, name, note, language, asked_at, state, \
                 decided_at, decided_by FROM access_requests WHERE address = $1 ORDER BY asked_at, id",
                address
            ));
            let user: Option<UserId> =
                on!(read self, |c| sqlx::query_scalar(USER).bind(address).fetch_optional(c).await?);
            for actor in actors(address, user) {
                found.comments.extend::<Vec<Comment>>(rows!(
                    self,
                    "SELECT id, incident, location, at, actor, name, text FROM incident_comments WHERE actor = $1 \
                     ORDER BY at, id",
                    actor.as_str()
                ));
                found.dispositions.extend::<Vec<Judged>>(rows!(
                    self,
                    "SELECT id, incident, location, at, reason, actor, name, note FROM dispositions WHERE actor = $1 \
                     ORDER BY at, id",
                    actor.as_str()
                ));
            }
            found.sessions.extend::<Vec<Session>>(rows!(
                self,
                "SELECT token_hash, user_id, address, language, created_at, seen_at, expires_at, revoked_at, origin, \
                 agent FROM sessions WHERE address = $1 ORDER BY created_at",
                address
            ));
            found.sign_ins.extend::<Vec<SignInRecord>>(rows!(
                self,
                "SELECT created_at, used_at FROM sign_ins WHERE address = $1 ORDER BY created_at",
                address
            ));
        }
        Ok(found)
    }
}

#[cfg(test)]
mod tests;
