//! Prune: entries that are over age go, and an entry seals where the log begins from then on.
//!
//! That entry names the last number that went and its hash. It stands in the chain itself, so it is as hard to forge as
//! any other: whoever cuts the beginning off without it leaves a log that does not verify.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::{Actor, Change, record};
use crate::db::audit::{self, Wanted};
use crate::db::{Db, DbError, Tx, audit_people};

/// What such an entry is called.
const ACTION: &str = "audit.prune";

/// What it says.
#[derive(Debug, Serialize, Deserialize)]
struct Seal {
    /// The last entry that went.
    through: i64,
    /// Its hash, in hex.
    hash: String,
    /// How many went.
    count: i64,
}

/// Removes entries from the beginning of the log, `most` at once, up to the first one that is no older than `before`;
/// returns how many went. The newest entry always stays.
pub async fn prune(tx: &mut Tx, before: DateTime<Utc>, most: i64, now: DateTime<Utc>) -> Result<u64, DbError> {
    let (head, _) = audit::hold_head(tx).await?;
    let Some((first, stays)) = audit::bounds(tx, before).await? else { return Ok(0) };
    let through = stays.unwrap_or(head).min(head).min(first.saturating_add(most)) - 1;
    if through < first {
        return Ok(0);
    }
    let Some(hash) = audit::remove_through(tx, through).await? else { return Ok(0) };
    audit_people::forget_through(tx, through).await?;
    let count = through - first + 1;
    let detail = serde_json::json!(Seal { through, hash: hex::encode(hash), count });
    let change =
        Change { actor: Actor::Daybreak, action: ACTION, object: "audit".into(), branch: None, detail, origin: "" };
    record(tx, change, now).await?;
    Ok(u64::try_from(count).unwrap_or(0))
}

/// How many entries would go.
pub async fn over_age(db: &Db, before: DateTime<Utc>) -> Result<u64, DbError> {
    let mut tx = db.snapshot().await?;
    let bounds = audit::bounds(&mut tx, before).await?;
    tx.commit().await?;
    let (head, _) = db.audit_head().await?;
    let count = bounds.map_or(0, |(first, stays)| stays.unwrap_or(head).min(head) - first);
    Ok(u64::try_from(count.max(0)).unwrap_or(0))
}

/// Where the log begins: the last number that went and its hash, as the newest such entry says; 0 for a whole log.
pub(super) async fn beginning(db: &Db) -> Result<(i64, Vec<u8>), DbError> {
    let wanted = Wanted { action: Some(ACTION.to_owned()), ..Wanted::default() };
    let sealed = db.audit_found(&wanted, 1).await?.pop();
    let seal = sealed.and_then(|entry| serde_json::from_str::<Seal>(&entry.detail).ok());
    let known = seal.and_then(|seal| Some((seal.through, hex::decode(seal.hash).ok()?)));
    Ok(known.unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::super::{Broken, verify, verify_after};
    use super::*;
    use crate::db::testing::{on_each_database, run};
    use chrono::TimeDelta;

    fn at(day: i64) -> DateTime<Utc> {
        "2026-03-29T05:00:00Z".parse::<DateTime<Utc>>().unwrap() + TimeDelta::days(day)
    }

    async fn enter(db: &Db, day: i64) {
        let mut tx = db.begin().await.unwrap();
        let change = Change {
            actor: Actor::Daybreak,
            action: "test.enter",
            object: format!("day:{day}"),
            branch: None,
            detail: serde_json::json!({}),
            origin: "",
        };
        record(&mut tx, change, at(day)).await.unwrap();
        tx.commit().await.unwrap();
    }

    async fn pruned(db: &Db, before: i64, most: i64, now: i64) -> u64 {
        let mut tx = db.begin().await.unwrap();
        let count = prune(&mut tx, at(before), most, at(now)).await.unwrap();
        tx.commit().await.unwrap();
        count
    }

    #[tokio::test]
    async fn what_is_left_of_a_pruned_log_verifies_and_nothing_else_may_be_missing() {
        on_each_database("audit_pruned", async |db| {
            for day in 0..6 {
                enter(db, day).await;
            }
            assert_eq!(over_age(db, at(3)).await.unwrap(), 3);
            assert_eq!(pruned(db, 3, 2, 6).await, 2, "some at once");
            assert_eq!(verify(db).await.unwrap(), (5, vec![]));
            assert_eq!(pruned(db, 3, 9, 6).await, 1);
            assert_eq!(pruned(db, 3, 9, 6).await, 0, "nothing is left to go");
            assert_eq!(verify(db).await.unwrap(), (5, vec![]), "three entries and two seals");
            assert_eq!(verify_after(db, 4).await.unwrap(), (4, vec![]));
            assert_eq!(verify_after(db, 1).await.unwrap(), (5, vec![]), "before the beginning is from the beginning");
            assert_eq!(over_age(db, at(99)).await.unwrap(), 4);
            assert_eq!(pruned(db, 99, 99, 7).await, 4, "the newest stays");
            assert_eq!(verify(db).await.unwrap(), (2, vec![]));
            enter(db, 8).await;
            assert_eq!(verify(db).await.unwrap(), (3, vec![]));
            run(db, "DELETE FROM audit WHERE number = 8").await;
            assert_eq!(
                verify(db).await.unwrap().1,
                [Broken::Missing { number: 8 }],
                "a beginning that is cut off shows"
            );
        })
        .await;
    }

    #[tokio::test]
    async fn a_seal_that_somebody_alters_does_not_hold() {
        on_each_database("audit_seal_altered", async |db| {
            for day in 0..4 {
                enter(db, day).await;
            }
            assert_eq!(pruned(db, 1, 9, 5).await, 1);
            run(db, "DELETE FROM audit WHERE number = 2").await;
            assert!(!verify(db).await.unwrap().1.is_empty());
            run(
                db,
                "UPDATE audit SET detail = '{\"through\":2,\"hash\":\"00\",\"count\":2}' WHERE action = 'audit.prune'",
            )
            .await;
            let broken = verify(db).await.unwrap().1;
            assert!(broken.contains(&Broken::Changed { number: 5 }), "{broken:?}");
        })
        .await;
    }
}
