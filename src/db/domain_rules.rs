//! Domain rules: to which domains an account's incidents may go.

use chrono::{DateTime, Utc};
use serde::Serialize;

use super::text::{Text, stored};
use super::{Db, DbError, Tx, on};
use crate::model::BranchRef;

/// A row of `domain_rules`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, sqlx::FromRow)]
pub struct DomainRule {
    /// The domain, in A-labels; what is below it is meant, too.
    pub domain: String,
    /// Whether it is allowed; else it is blocked.
    pub allowed: bool,
    /// Since when.
    pub added_at: DateTime<Utc>,
    /// Who made it, as the audit log names people.
    #[sqlx(try_from = "Text")]
    pub added_by: String,
}

/// Makes a rule; one that the domain had is replaced.
pub async fn put(tx: &mut Tx, branch: &BranchRef, rule: &DomainRule) -> Result<(), DbError> {
    on!(in tx, |c| sqlx::query(
        "INSERT INTO domain_rules (branch, domain, allowed, added_at, added_by) VALUES ($1, $2, $3, $4, $5) \
         ON CONFLICT (branch, domain) DO UPDATE SET allowed = excluded.allowed, added_at = excluded.added_at, \
         added_by = excluded.added_by",
    )
    .bind(branch)
    .bind(&rule.domain)
    .bind(rule.allowed)
    .bind(rule.added_at)
    .bind(stored(&rule.added_by))
    .execute(c)
    .await?
    .rows_affected());
    Ok(())
}

/// Takes a rule away; false where there is none.
pub async fn remove(tx: &mut Tx, branch: &BranchRef, domain: &str) -> Result<bool, DbError> {
    let removed = on!(in tx, |c| sqlx::query("DELETE FROM domain_rules WHERE branch = $1 AND domain = $2")
        .bind(branch)
        .bind(domain)
        .execute(c)
        .await?
        .rows_affected());
    Ok(removed == 1)
}

impl Db {
    /// The rules of a branch, in order of domain.
    pub async fn domain_rules(&self, branch: &BranchRef) -> Result<Vec<DomainRule>, DbError> {
        Ok(on!(read self, |c| sqlx::query_as(
            "SELECT domain, allowed, added_at, added_by FROM domain_rules WHERE branch = $1 ORDER BY domain"
        )
        .bind(branch)
        .fetch_all(c)
        .await?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::db::testing::on_each_database;

    #[tokio::test]
    async fn a_domain_has_one_rule_in_a_branch() {
        on_each_database("domain_rules", async |db| {
            let north: BranchRef = "north".parse().unwrap();
            let rule = |allowed| DomainRule {
                domain: "example.com".into(),
                allowed,
                added_at: "2026-03-29T05:00:00Z".parse().unwrap(),
                added_by: "user:x\u{0}".into(),
            };
            let mut tx = db.begin().await.unwrap();
            put(&mut tx, &north, &rule(true)).await.unwrap();
            put(&mut tx, &north, &rule(false)).await.unwrap();
            tx.commit().await.unwrap();
            assert_eq!(db.domain_rules(&north).await.unwrap(), [rule(false)]);
            assert_eq!(db.domain_rules(&"south".parse().unwrap()).await.unwrap(), []);
            let mut tx = db.begin().await.unwrap();
            assert!(remove(&mut tx, &north, "example.com").await.unwrap());
            assert!(!remove(&mut tx, &north, "example.com").await.unwrap());
            tx.commit().await.unwrap();
            assert_eq!(db.domain_rules(&north).await.unwrap(), []);
        })
        .await;
    }
}
