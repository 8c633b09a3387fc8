//! Entered: what a command changed becomes an entry of the audit log.

use chrono::{DateTime, Utc};
use serde_json::Value;

use crate::audit::{self, Actor, Change};
use crate::db::{Db, DbError, Tx};

/// A command's change, by the command's name.
pub(super) fn change(command: &'static str, action: &'static str, object: String, detail: Value) -> Change<'static> {
    Change { actor: Actor::Command(command), action, object, branch: None, detail, origin: "" }
}

/// Enters it in the transaction of what it tells of.
pub(super) async fn enter(tx: &mut Tx, change: Change<'_>, now: DateTime<Utc>) -> Result<(), DbError> {
    audit::record(tx, change, now).await
}

/// Enters it by itself, after what it tells of: for what takes many transactions.
pub(super) async fn enter_after(db: &Db, change: Change<'_>, now: DateTime<Utc>) -> Result<(), DbError> {
    let mut tx = db.begin().await?;
    audit::record(&mut tx, change, now).await?;
    tx.commit().await
}
