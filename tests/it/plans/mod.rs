//! Plans: how each database goes about the statements that the program itself sends, caught on their way, must not be
//! by reading a large table from one end to the other.
//!
//! PostgreSQL explains every statement into its log (`auto_explain`), those of the queue and of foreign keys included;
//! SQLite is asked for the plan of each statement that sqlx logged. It must not hold a copy of any statement.

mod branch;
mod house;
mod load;
mod on_postgres;
mod on_sqlite;
mod story;

/// Tables that grow with the number of nights.
const LARGE: [&str; 31] = [
    "interactions",
    "incidents",
    "clips",
    "transactions",
    "activities",
    "objects",
    "reports",
    "artifacts",
    "deliveries",
    "attempts",
    "links",
    "jobs",
    "runs",
    "report_uses",
    "bounces",
    "suppressions",
    "findings",
    "alerts",
    "deadlines",
    "test_mails",
    "link_requests",
    "clip_copies",
    "erasure_reports",
    "views",
    "incident_reports",
    "verdicts",
    "incident_comments",
    "feedback",
    "share_recipients",
    "share_items",
    "dispositions",
];

/// Statements that read a table whole because they are asked for all of it, each with its reason.
const ON_PURPOSE: [(&str, &str); 1] = [(
    "SELECT count(*) FROM (SELECT 1 FROM",
    "an import asks whether a table is small, and reads no more rows than its limit",
)];

/// Whether a statement may scan.
fn is_on_purpose(statement: &str) -> bool {
    let words = statement.split_whitespace().collect::<Vec<_>>().join(" ");
    ON_PURPOSE.iter().any(|(start, _why)| words.starts_with(start))
}
