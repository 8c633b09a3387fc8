//! Traces: what came back from a person's mailbox, what operators were told of their mails, and how these go with them.
//!
//! It must not decide whose they are.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use serde_json::Value;
use uuid::Uuid;

use super::super::bounces::{Bounce, BounceFilter};
use super::super::suppressions::Suppression;
use super::super::{Db, DbError, Tx, on};
use super::super::{brands, idempotency};
use super::{Person, TAKEN_OUT};
use crate::model::{DeliveryId, EmailAddress};

/// Alerts that are read at once.
const ALERTS: i64 = 200;

/// The person's addresses in the one form that bounces and suppressions have.
pub(super) fn normalized(person: &Person) -> BTreeSet<String> {
    person.addresses.iter().map(|address| EmailAddress::normalized(address)).collect()
}

/// Takes a person out of returned mail, suppressions, alerts, what is kept of how they were let in, kept answers, and the
/// brands whose answers went there. A suppression of an address that is another contact's, too, stays without what it says
/// of the person's mail.
pub async fn remove_traces(tx: &mut Tx, person: &Person, deliveries: &[DeliveryId]) -> Result<(), DbError> {
    for address in normalized(person) {
        on!(in tx, |c| {
            sqlx::query("DELETE FROM bounces WHERE address = $1").bind(&address).execute(&mut *c).await?;
            sqlx::query("DELETE FROM suppressions WHERE address = $1").bind(&address).execute(&mut *c).await?;
        });
        brands::forget_address(tx, &address).await?;
        idempotency::forget_address(tx, &address).await?;
    }
    for id in deliveries {
        on!(in tx, |c| {
            sqlx::query("DELETE FROM bounces WHERE delivery = $1").bind(id).execute(&mut *c).await?;
            sqlx::query("UPDATE suppressions SET delivery = NULL, detail = $2 WHERE delivery = $1")
                .bind(id)
                .bind(TAKEN_OUT)
                .execute(&mut *c)
                .await?;
        });
    }
    super::access::remove_access(tx, person).await?;
    if deliveries.is_empty() { Ok(()) } else { blacken(tx, deliveries).await }
}

/// Takes what alerts say of these deliveries out of them; what they say of others stays, and so do their counts.
async fn blacken(tx: &mut Tx, deliveries: &[DeliveryId]) -> Result<(), DbError> {
    let gone: HashSet<String> = deliveries.iter().map(ToString::to_string).collect();
    let mut after = Uuid::nil();
    loop {
        let page: Vec<(Uuid, String)> = on!(in tx, |c| sqlx::query_as(
            "SELECT id, body FROM alerts WHERE id > $1 ORDER BY id LIMIT $2"
        )
        .bind(after)
        .bind(ALERTS)
        .fetch_all(c)
        .await?);
        let Some((last, _)) = page.last() else { return Ok(()) };
        after = *last;
        for (id, body) in page {
            let Some(body) = without(&body, &gone) else { continue };
            on!(in tx, |c| sqlx::query(
                "UPDATE alerts SET body = $2, reply = CASE WHEN reply IS NULL THEN NULL ELSE $3 END WHERE id = $1",
            )
            .bind(id)
            .bind(body)
            .bind(TAKEN_OUT)
            .execute(c)
            .await?
            .rows_affected());
        }
    }
}

/// An alert's body without what it says of these; none where it names none of them. It can still be sent.
fn without(body: &str, gone: &HashSet<String>) -> Option<String> {
    let mut body: Value = serde_json::from_str(body).ok()?;
    let mut named = false;
    let groups = body.get_mut("groups")?.as_array_mut()?.iter_mut();
    for item in groups.filter_map(|group| group.get_mut("items")?.as_array_mut()).flatten() {
        if item.get("id").and_then(Value::as_str).is_some_and(|id| gone.contains(id)) {
            named = true;
            item["what"] = TAKEN_OUT.into();
            if item.get("why").is_some_and(Value::is_string) {
                item["why"] = TAKEN_OUT.into();
            }
        }
    }
    named.then(|| body.to_string())
}

impl Tx {
    /// Lets reports be written side by side, and an erasure begin only between them, so that none names a person whose
    /// erasure has looked for them already. SQLite has one writer anyway.
    pub async fn hold_erasures(&mut self) -> Result<(), DbError> {
        if let Self::Postgres(tx) = self {
            sqlx::query("SELECT pg_advisory_xact_lock_shared(hashtext('daybreak_erasures'))")
                .execute(&mut **tx)
                .await?;
        }
        Ok(())
    }

    /// Waits for the reports that are being written, and makes others wait, until this transaction ends.
    pub async fn hold_reports(&mut self) -> Result<(), DbError> {
        if let Self::Postgres(tx) = self {
            sqlx::query("SELECT pg_advisory_xact_lock(hashtext('daybreak_erasures'))").execute(&mut **tx).await?;
        }
        Ok(())
    }

    /// Keeps a delivery from being erased until this transaction ends; false where it was erased before.
    pub async fn hold_unerased(&mut self, id: DeliveryId) -> Result<bool, DbError> {
        let held = on!(in self, |c| sqlx::query(
            "UPDATE deliveries SET erased_at = NULL WHERE id = $1 AND erased_at IS NULL"
        )
        .bind(id)
        .execute(c)
        .await?
        .rows_affected());
        Ok(held == 1)
    }
}

impl Db {
    /// What came back from a person's addresses or of their deliveries.
    pub async fn bounces_of(&self, person: &Person, deliveries: &[DeliveryId]) -> Result<Vec<Bounce>, DbError> {
        let every = BounceFilter { limit: i64::MAX, ..BounceFilter::default() };
        let by_address = normalized(person).into_iter().map(|one| BounceFilter { address: Some(one), ..every.clone() });
        let by_delivery = deliveries.iter().map(|id| BounceFilter { delivery: Some(*id), ..every.clone() });
        let mut found = BTreeMap::new();
        for filter in by_address.chain(by_delivery) {
            let bounces = self.bounces(&filter).await?;
            found.extend(bounces.into_iter().map(|bounce| ((bounce.received_at, bounce.digest.clone()), bounce)));
        }
        Ok(found.into_values().collect())
    }

    /// Every suppression of a person's addresses, in force or lifted.
    pub async fn suppressions_of(&self, person: &Person) -> Result<Vec<Suppression>, DbError> {
        let mut found = Vec::new();
        for address in normalized(person) {
            found.extend::<Vec<Suppression>>(on!(read self, |c| sqlx::query_as(
                "SELECT * FROM suppressions WHERE address = $1 ORDER BY since"
            )
            .bind(&address)
            .fetch_all(c)
            .await?));
        }
        Ok(found)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_alert_without_a_delivery_says_the_same_of_all_others() {
        let body = r#"{"subject":"Night: 2 mails not delivered","groups":[{"items":[
            {"what":"harbor, to dana: failed","why":"550 dana@example.com","id":"a"},
            {"what":"quay, to maria: failed","why":null,"id":"b"}]}]}"#;
        let left = without(body, &HashSet::from(["a".to_owned()])).unwrap();
        assert!(!left.contains("dana") && left.contains("to maria") && left.contains("2 mails"), "{left}");
        assert_eq!(without(body, &HashSet::from(["c".to_owned()])), None);
        assert_eq!(without("no JSON", &HashSet::from(["a".to_owned()])), None);
    }
}
