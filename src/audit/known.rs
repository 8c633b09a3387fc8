//! Known: changes that several parts of the house make become the same entry, whoever makes them.

use serde_json::json;

use super::{Actor, Change};
use crate::db::suppressions::Suppression;
use crate::model::{BranchRef, ContactRef, LocationRef};

/// That nothing is mailed to an address any more.
#[must_use]
pub fn suppressed(actor: Actor, suppression: &Suppression) -> Change<'static> {
    Change {
        actor,
        action: "suppression.add",
        object: format!("address:{}", suppression.address),
        branch: None,
        detail: json!({ "reason": suppression.reason, "delivery": suppression.delivery, "said": suppression.detail }),
        origin: "",
    }
}

/// That a contact wants no more mails of a location.
#[must_use]
pub fn unsubscribed<'a>(
    actor: Actor,
    contact: &ContactRef,
    (location, branch): (&LocationRef, Option<&'a BranchRef>),
    origin: &'a str,
) -> Change<'a> {
    Change {
        actor,
        action: "contact.unsubscribe",
        object: format!("contact:{contact}"),
        branch,
        detail: json!({ "location": location }),
        origin,
    }
}
