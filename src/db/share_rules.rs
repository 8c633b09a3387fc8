//! Share rules: what an account wants of who opens a link that was shared, beyond the link.

use chrono::{DateTime, Utc};
use serde::Serialize;

use super::text::{Text, stored};
use super::{Db, DbError, Tx, on};
use crate::model::BranchRef;

/// A row of `share_rules`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, sqlx::FromRow)]
pub struct ShareRule {
    /// Whether each who opens a link proves the address that it was sent to.
    pub prove: bool,
    /// Since when.
    pub changed_at: DateTime<Utc>,
    /// Who made it, as the audit log names people.
    #[sqlx(try_from = "Text")]
    pub changed_by: String,
}

/// Makes the rule of a branch, in place of the one that it had.
pub async fn put(tx: &mut Tx, branch: &BranchRef, rule: &ShareRule) -> Result<(), DbError> {
    on!(in tx, |c| sqlx::query(
        "INSERT INTO share_rules (branch, prove, changed_at, changed_by) VALUES ($1, $2, $3, $4) \
         ON CONFLICT (branch) DO UPDATE SET prove = excluded.prove, changed_at = excluded.changed_at, \
         changed_by = excluded.changed_by",
    )
    .bind(branch)
    .bind(rule.prove)
    .bind(rule.changed_at)
    .bind(stored(&rule.changed_by))
    .execute(c)
    .await?
    .rows_affected());
    Ok(())
}

impl Db {
    /// The rule of a branch; none where nobody made one.
    pub async fn share_rule(&self, branch: &BranchRef) -> Result<Option<ShareRule>, DbError> {
        Ok(on!(read self, |c| sqlx::query_as(
            "SELECT prove, changed_at, changed_by FROM share_rules WHERE branch = $1"
        )
        .bind(branch)
        .fetch_optional(c)
        .await?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::db::testing::on_each_database;

    #[tokio::test]
    async fn a_branch_has_one_rule_of_its_own() {
        on_each_database("share_rules", async |db| {
            let (north, south): (BranchRef, BranchRef) = ("north".parse().unwrap(), "south".parse().unwrap());
            assert_eq!(db.share_rule(&north).await.unwrap(), None);
            let changed_at = "2026-03-29T05:00:00Z".parse().unwrap();
            let rule = |prove| ShareRule { prove, changed_at, changed_by: "user:x\u{0}".into() };
            let mut tx = db.begin().await.unwrap();
            put(&mut tx, &north, &rule(true)).await.unwrap();
            put(&mut tx, &south, &rule(true)).await.unwrap();
            put(&mut tx, &north, &rule(false)).await.unwrap();
            tx.commit().await.unwrap();
            assert_eq!(db.share_rule(&north).await.unwrap(), Some(rule(false)));
            assert_eq!(db.share_rule(&south).await.unwrap(), Some(rule(true)));
        })
        .await;
    }
}
