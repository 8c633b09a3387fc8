//! SQLite: the statements that sqlx logs, and what SQLite says of each.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Debug;
use std::sync::{Arc, Mutex};

use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{AssertSqlSafe, ConnectOptions, Row};
use tracing::field::{Field, Visit};
use tracing_subscriber::layer::{Context, Layer, SubscriberExt};

use super::{LARGE, is_on_purpose, story};
use crate::support::Stage;

/// Statements that sqlx sent.
#[derive(Clone, Default)]
struct Sent(Arc<Mutex<BTreeSet<String>>>);

impl<S: tracing::Subscriber> Layer<S> for Sent {
    fn on_event(&self, event: &tracing::Event<'_>, _: Context<'_, S>) {
        if event.metadata().target() == "sqlx::query" {
            let mut words = Words::default();
            event.record(&mut words);
            // A statement of four words or fewer is its own summary.
            let statement = if words.statement.trim().is_empty() { words.summary } else { words.statement };
            self.0.lock().unwrap().insert(statement.trim().to_owned());
        }
    }
}

#[derive(Default)]
struct Words {
    summary: String,
    statement: String,
}

impl Visit for Words {
    fn record_str(&mut self, field: &Field, value: &str) {
        match field.name() {
            "summary" => value.clone_into(&mut self.summary),
            "db.statement" => value.clone_into(&mut self.statement),
            _ => {}
        }
    }

    fn record_debug(&mut self, _: &Field, _: &dyn Debug) {}
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sqlite_reads_no_large_table_from_end_to_end() {
    let sent = Sent::default();
    let subscriber = tracing_subscriber::registry().with(sent.clone());
    // In a process of several tests another one may have set it: then there is nothing to be caught.
    if tracing::subscriber::set_global_default(subscriber).is_err() {
        println!("skipped: this process has a subscriber already (cargo nextest gives each test its own)");
        return;
    }
    let stage = Stage::new(story::MORNING, story::TOML).await;
    story::begin(&stage).await;
    story::tell(&stage).await;
    let path = stage.folder.path().join("daybreak-data/daybreak.db");
    stage.app.close().await;

    let mut connection = SqliteConnectOptions::new().filename(path).connect().await.unwrap();
    let statements = sent.0.lock().unwrap().clone();
    let (mut explained, mut scans) = (0, BTreeMap::new());
    for statement in statements.iter().filter(|statement| is_about_rows(statement) && !is_on_purpose(statement)) {
        let plan =
            sqlx::query(AssertSqlSafe(format!("EXPLAIN QUERY PLAN {statement}"))).fetch_all(&mut connection).await;
        let plan = plan.unwrap_or_else(|error| panic!("{statement}: {error}"));
        explained += 1;
        for step in plan.iter().map(|row| row.get::<String, _>("detail")) {
            if let Some(table) = scanned(&step, statement).filter(|table| LARGE.contains(&table.as_str())) {
                scans.insert(format!("{table}: {statement}"), step);
            }
        }
    }
    assert!(explained > 60, "{explained} statements were caught");
    let told: Vec<String> = scans.iter().map(|(what, step)| format!("{what}\n  {step}")).collect();
    assert!(told.is_empty(), "{} statements read a large table whole:\n{}", told.len(), told.join("\n"));
}

fn is_about_rows(statement: &str) -> bool {
    let first = statement.split_whitespace().next().unwrap_or_default().to_ascii_uppercase();
    ["SELECT", "INSERT", "UPDATE", "DELETE", "WITH"].contains(&first.as_str())
}

/// The table of a step such as `SCAN d`, which names the statement's alias; an index that is read in its order (for a
/// `LIMIT`) is no scan of the table.
fn scanned(step: &str, statement: &str) -> Option<String> {
    let name = step.strip_prefix("SCAN ").filter(|rest| !rest.contains(" USING "))?.split_whitespace().next()?;
    let words: Vec<&str> =
        statement.split(|c: char| !c.is_alphanumeric() && c != '_').filter(|word| !word.is_empty()).collect();
    let alias = words.windows(2).find(|pair| pair[1] == name && LARGE.contains(&pair[0].to_lowercase().as_str()));
    Some(alias.map_or(name, |pair| pair[0]).to_lowercase())
}
