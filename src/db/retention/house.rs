//! House: records of the installation itself that belong to no one site, and which of them are over age, as one table.
//!
//! It must not know how long they are kept.

use chrono::{DateTime, Utc};
use sqlx::QueryBuilder;

use super::super::{Db, DbError, Tx, on};
use super::Count;

/// What is removed, one kind of rows each.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HouseRule {
    /// What people call it.
    pub name: &'static str,
    table: &'static str,
    key: &'static str,
    /// The column that says how old it is.
    at: &'static str,
    /// What else must hold: what is still counted, told or waited for stays.
    held: &'static str,
    /// After so many days it goes whatever is configured: it has long been of no use to anybody.
    pub useless_after: Option<u32>,
}

impl HouseRule {
    /// All of them, in the order in which a sweep goes through them: a lifted suppression outlives the returned mail
    /// before it, which would count again without it.
    pub const ALL: [Self; 11] = [
        Self {
            name: "returned mail",
            table: "bounces",
            key: "digest",
            at: "received_at",
            held: "",
            useless_after: None,
        },
        Self {
            name: "lifted suppressions",
            table: "suppressions",
            key: "address, since",
            at: "lifted_at",
            held: "",
            useless_after: None,
        },
        Self {
            name: "findings",
            table: "findings",
            key: "kind, subject",
            at: "ended_at",
            held: "",
            useless_after: None,
        },
        Self {
            name: "alerts",
            table: "alerts",
            key: "id",
            at: "created_at",
            held: " AND state IN ('sent', 'failed')",
            useless_after: None,
        },
        Self {
            name: "deadlines",
            table: "deadlines",
            key: "run",
            at: "deadline",
            held: " AND NOT EXISTS (SELECT 1 FROM findings f WHERE f.kind = 'deadline' AND f.subject = deadlines.run \
                   AND f.ended_at IS NULL)",
            useless_after: None,
        },
        Self { name: "feedback", table: "feedback", key: "id", at: "at", held: "", useless_after: None },
        Self {
            name: "failed copies",
            table: "clip_copies",
            key: "what",
            at: "tried_at",
            held: "",
            useless_after: None,
        },
        Self {
            name: "letters",
            table: "letters",
            key: "id",
            at: "created_at",
            held: " AND state IN ('sent', 'failed', 'unknown')",
            useless_after: None,
        },
        Self {
            name: "ended sessions",
            table: "sessions",
            key: "token_hash",
            at: "expires_at",
            held: "",
            useless_after: Some(90),
        },
        Self {
            name: "sign-ins",
            table: "sign_ins",
            key: "token_hash",
            at: "expires_at",
            held: "",
            useless_after: Some(30),
        },
        Self { name: "counted tries", table: "throttles", key: "what", at: "since", held: "", useless_after: Some(2) },
    ];

    fn found(&self) -> String {
        format!(" FROM {} WHERE {} < ", self.table, self.at)
    }
}

/// Removes at most `limit` rows of a rule; returns how many that were.
pub async fn remove_of_house(tx: &mut Tx, rule: HouseRule, cutoff: DateTime<Utc>, limit: i64) -> Result<u64, DbError> {
    Ok(on!(in tx, |c| {
        let head = format!("DELETE FROM {0} WHERE ({1}) IN (SELECT {1}{2}", rule.table, rule.key, rule.found());
        let mut sql = QueryBuilder::<Backend>::new(head);
        sql.push_bind(cutoff).push(rule.held).push(" LIMIT ").push_bind(limit).push(")");
        sql.build().persistent(false).execute(c).await?.rows_affected()
    }))
}

impl Db {
    /// How many rows a rule would remove.
    pub async fn over_age_of_house(&self, rule: HouseRule, cutoff: DateTime<Utc>) -> Result<Count, DbError> {
        let (rows, oldest): (i64, Option<DateTime<Utc>>) = on!(read self, |c| {
            let mut sql = QueryBuilder::<Backend>::new(format!("SELECT count(*), min({}){}", rule.at, rule.found()));
            sql.push_bind(cutoff).push(rule.held).build_query_as().persistent(false).fetch_one(c).await?
        });
        Ok(Count { rows: u64::try_from(rows).unwrap_or(0), oldest })
    }
}
