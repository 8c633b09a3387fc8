//! Owners: the branches to which producers' records belong.

use std::collections::HashMap;

use sqlx::QueryBuilder;

use super::records::ROWS;
use super::{DbError, RefTable, Tx, on};
use crate::model::BranchRef;

/// How a table's rows find their branch, up to where the list of refs begins. Only contacts have two ways, and none
/// where they are of no branch and no location.
const fn query(table: RefTable) -> &'static str {
    match table {
        RefTable::Branches => "SELECT ref, ref, CAST(NULL AS TEXT) FROM branches WHERE ref IN (",
        RefTable::Locations => "SELECT ref, branch, CAST(NULL AS TEXT) FROM locations WHERE ref IN (",
        RefTable::Watermarks => {
            "SELECT t.location, l.branch, CAST(NULL AS TEXT) FROM watermarks t JOIN locations l ON l.ref = t.location \
             WHERE t.location IN ("
        }
        RefTable::Cameras => {
            "SELECT t.ref, l.branch, CAST(NULL AS TEXT) FROM cameras t JOIN locations l ON l.ref = t.location \
             WHERE t.ref IN ("
        }
        RefTable::Interactions => {
            "SELECT t.ref, l.branch, CAST(NULL AS TEXT) FROM interactions t JOIN locations l ON l.ref = t.location \
             WHERE t.ref IN ("
        }
        RefTable::Incidents => {
            "SELECT t.ref, l.branch, CAST(NULL AS TEXT) FROM incidents t JOIN locations l ON l.ref = t.location \
             WHERE t.ref IN ("
        }
        RefTable::Clips => {
            "SELECT t.ref, l.branch, CAST(NULL AS TEXT) FROM clips t JOIN locations l ON l.ref = t.location \
             WHERE t.ref IN ("
        }
        RefTable::Transactions => {
            "SELECT t.ref, l.branch, CAST(NULL AS TEXT) FROM transactions t JOIN locations l ON l.ref = t.location \
             WHERE t.ref IN ("
        }
        RefTable::Contacts => {
            "SELECT c.ref, l.branch, b.branch FROM contacts c \
             LEFT JOIN contact_locations cl ON cl.contact = c.ref LEFT JOIN locations l ON l.ref = cl.location \
             LEFT JOIN contact_branches b ON b.contact = c.ref WHERE c.ref IN ("
        }
    }
}

/// The branches of those records of `refs` that there are; a contact may have several, or none.
pub async fn of(tx: &mut Tx, table: RefTable, refs: &[&str]) -> Result<HashMap<String, Vec<BranchRef>>, DbError> {
    let mut owners: HashMap<String, Vec<BranchRef>> = HashMap::with_capacity(refs.len());
    for refs in refs.chunks(ROWS) {
        let rows: Vec<(String, Option<BranchRef>, Option<BranchRef>)> = on!(in tx, |c| {
            let mut sql = QueryBuilder::<Backend>::new(query(table));
            let mut list = sql.separated(", ");
            for one in refs {
                list.push_bind(*one);
            }
            sql.push(")");
            sql.build_query_as().persistent(refs.len() == ROWS).fetch_all(c).await?
        });
        for (record, one, other) in rows {
            let known = owners.entry(record).or_default();
            for branch in [one, other].into_iter().flatten() {
                if !known.contains(&branch) {
                    known.push(branch);
                }
            }
        }
    }
    Ok(owners)
}

/// The branches at which the incidents of those cases happened that there are; a case may be of several.
pub async fn of_cases(tx: &mut Tx, cases: &[&str]) -> Result<HashMap<String, Vec<BranchRef>>, DbError> {
    let mut owners: HashMap<String, Vec<BranchRef>> = HashMap::with_capacity(cases.len());
    for cases in cases.chunks(ROWS) {
        let rows: Vec<(String, BranchRef)> = on!(in tx, |c| {
            let mut sql = QueryBuilder::<Backend>::new(
                "SELECT DISTINCT i.case_ref, l.branch FROM incidents i JOIN locations l ON l.ref = i.location \
                 WHERE i.case_ref IN (",
            );
            let mut list = sql.separated(", ");
            for one in cases {
                list.push_bind(*one);
            }
            sql.push(")");
            sql.build_query_as().persistent(cases.len() == ROWS).fetch_all(c).await?
        });
        for (case, branch) in rows {
            owners.entry(case).or_default().push(branch);
        }
    }
    Ok(owners)
}
