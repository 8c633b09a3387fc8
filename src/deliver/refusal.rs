//! Refusal: a server's lasting no becomes a suppressed address, where it says that the address itself is gone.
//!
//! Only an enhanced status code says that (RFC 3463, at the beginning of the reply's text by RFC 2034): what a server
//! means by words alone, or by a policy (5.7.x), is about this mail or its sender. It must not judge returned mail.

use chrono::{DateTime, Utc};

use crate::audit::{self, Actor};
use crate::db::deliveries::Delivery;
use crate::db::suppressions::{self, Suppression};
use crate::db::{DbError, Tx};
use crate::model::{EmailAddress, SuppressionReason};

/// Subject and detail of 5.X.Y: no such mailbox, system, or syntax; moved without an address; a domain that takes no
/// mail; a mailbox that is disabled.
const GONE: [(u16, u16); 6] = [(1, 1), (1, 2), (1, 3), (1, 6), (1, 10), (2, 1)];

/// Whether a refusal for good says that the address is gone. `reply` is what lettre makes of it: `… (550): 5.1.1 …`.
pub(super) fn is_gone(reply: &str) -> bool {
    let said = reply.split_once("): ").map_or(reply, |(_, said)| said);
    let code = said.split_whitespace().next().unwrap_or_default();
    let mut numbers = code.split('.').map(|part| part.parse::<u16>().ok());
    let (class, subject, detail) = (numbers.next().flatten(), numbers.next().flatten(), numbers.next().flatten());
    class == Some(5) && numbers.next().is_none() && subject.zip(detail).is_some_and(|code| GONE.contains(&code))
}

/// Suppresses the address of a delivery that was refused so; false where it is suppressed already.
pub(super) async fn suppress(
    tx: &mut Tx,
    delivery: &Delivery,
    reply: &str,
    now: DateTime<Utc>,
) -> Result<bool, DbError> {
    let suppression = Suppression {
        address: EmailAddress::normalized(&delivery.email),
        since: now,
        reason: SuppressionReason::Refused,
        detail: reply.to_owned(),
        delivery: Some(delivery.id),
        lifted_at: None,
        lifted_for: None,
    };
    let new = suppressions::insert(tx, &suppression).await?;
    if new {
        audit::record(tx, audit::suppressed(Actor::Daybreak, &suppression), now).await?;
    }
    Ok(new)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_code_that_is_about_the_address_says_that_it_is_gone() {
        for gone in [
            "permanent error (550): 5.1.1 <a@example.com>: Recipient address rejected: User unknown",
            "permanent error (550): 5.1.10 null MX",
            "permanent error (550): 5.1.2 Domain not found",
            "permanent error (550): 5.2.1 The email account that you tried to reach is disabled",
            "permanent error (553): 5.1.3 bad syntax\nsee the manual",
        ] {
            assert!(is_gone(gone), "{gone}");
        }
        for other in [
            "permanent error (550): 5.7.1 refused by policy; not 5.1.1",
            "permanent error (550): 5.1.8 Sender address rejected: Domain not found",
            "permanent error (550): 5.1.7 Bad sender's mailbox address syntax",
            "permanent error (552): 5.2.2 Mailbox full",
            "permanent error (550): No such user here",
            "permanent error (550): 5.1.1.1 is an address",
            "permanent error (550)",
            "the server does not take addresses that are not ASCII (SMTPUTF8)",
            "",
        ] {
            assert!(!is_gone(other), "{other}");
        }
    }
}
