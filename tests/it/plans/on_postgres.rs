//! PostgreSQL: every plan stands in the server's log.

use daybreak::config::Environment;

use super::{LARGE, is_on_purpose, load, story};
use crate::services::{Cluster, Rows};
use crate::support::Stage;

/// Every statement with its plan goes into the log, nested ones (functions, foreign keys) too. Without `jit`, whose
/// remarks would stand between. Disks are such as servers have today: with a spinning one's costs the planner would rather
/// read so small a table as this test's whole.
const SETTINGS: &str = "-c fsync=off -c shared_preload_libraries=auto_explain -c auto_explain.log_min_duration=0 \
                        -c auto_explain.log_nested_statements=on -c auto_explain.log_format=text -c jit=off \
                        -c log_line_prefix='' -c autovacuum=off -c random_page_cost=1.1";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn postgresql_reads_no_large_table_from_end_to_end() {
    let Some(cluster) = Cluster::start(SETTINGS) else { return };
    let rows = Rows::create(&cluster.url(), "plans").await;
    let url = rows.url();
    let environment = Environment::of([
        ("DAYBREAK_DATABASE_URL", url.as_str()),
        ("DAYBREAK_LINK_KEY", "a key of tests, which is long enough to be one"),
    ]);
    let stage = Stage::with(story::MORNING, story::TOML, &environment).await;
    story::begin(&stage).await;
    let pool = rows.pool().await;
    load::months_of_nights(&pool).await;
    pool.close().await;
    let before = std::fs::read_to_string(cluster.log()).unwrap().len();
    story::tell(&stage).await;
    stage.app.close().await;

    let log = std::fs::read_to_string(cluster.log()).unwrap();
    let plans = plans(&log[before..]);
    assert!(plans.len() > 300, "the server explains what it does: {} plans", plans.len());
    let mut scans = std::collections::BTreeMap::<String, String>::new();
    for plan in &plans {
        for table in plan.scanned.iter().filter(|table| LARGE.contains(&table.as_str())) {
            if !is_on_purpose(&plan.statement) {
                scans.insert(format!("{table}: {}", plan.statement), plan.text.clone());
            }
        }
    }
    let told: Vec<String> = scans.iter().map(|(what, plan)| format!("{what}\n{plan}")).collect();
    assert!(told.is_empty(), "{} statements read a large table whole:\n{}", told.len(), told.join("\n\n"));
    drop(cluster);
}

/// A statement and how it was carried out.
struct Plan {
    statement: String,
    scanned: Vec<String>,
    text: String,
}

/// An entry of the log begins at the line's first column, and goes on in lines that begin with a tab.
fn plans(log: &str) -> Vec<Plan> {
    let mut plans = Vec::new();
    let mut lines = log.lines().peekable();
    while let Some(line) = lines.next() {
        if !line.contains("  plan:") {
            continue;
        }
        let mut text = Vec::new();
        while let Some(more) = lines.next_if(|line| line.starts_with('\t')) {
            text.push(more.trim_start_matches('\t'));
        }
        // The statement goes on until the first line of the plan, which tells costs.
        let split = text.iter().position(|line| line.contains("  (cost=")).unwrap_or(text.len());
        let statement = text[..split].join(" ").replace("Query Text: ", "");
        let scanned = text[split..]
            .iter()
            .filter_map(|line| line.split("Seq Scan on ").nth(1)?.split_whitespace().next())
            .map(str::to_owned)
            .collect();
        let statement = statement.split_whitespace().collect::<Vec<_>>().join(" ");
        plans.push(Plan { statement, scanned, text: text[split..].join("\n") });
    }
    plans
}
