//! Withdraw: the links of one mail, which reached the wrong person or said too much, lead nowhere any more.
//!
//! Nothing about a link is kept in between, so that they are dead in every process at once. It must not decide who may
//! withdraw, and leaves alone what was shared from the mail: shares have an end of their own.

use chrono::{DateTime, Utc};

use crate::audit::{self, Change};
use crate::db::{Db, DbError, links};
use crate::model::DeliveryId;

/// Revokes every link of a mail, with an entry in the audit log where there was one to revoke; returns how many.
pub async fn withdraw(db: &Db, delivery: DeliveryId, change: Change<'_>, now: DateTime<Utc>) -> Result<u64, DbError> {
    let mut tx = db.begin().await?;
    let revoked = links::revoke(&mut tx, delivery, now).await?;
    if revoked > 0 {
        audit::record(&mut tx, change, now).await?;
    }
    tx.commit().await?;
    Ok(revoked)
}
