//! Verdict: rows, mail server, archive and processes are held against each other after a storm.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::services::Rows;

use super::storm::Storm;

/// What was found.
pub(super) struct Verdict {
    /// In one line.
    pub(super) told: String,
    /// What must not be; empty when all is well.
    pub(super) problems: Vec<String>,
}

/// Looks at everything.
pub(super) async fn of(storm: &mut Storm, rows: &Rows, wanted: u32, mut problems: Vec<String>) -> Verdict {
    for log in &storm.gave_up {
        problems.push(format!("a worker ended by itself:\n{}", tail(log)));
    }
    let told = deliveries(storm, rows, wanted, &mut problems).await;
    let pool = rows.pool().await;
    // What must find nothing.
    for (what, sql) in [
        (
            "two deliveries of one site, night and contact",
            "SELECT r.location || ' ' || d.contact FROM deliveries d JOIN reports r ON r.id = d.report \
          GROUP BY r.location, r.night, d.contact HAVING count(*) <> 1",
        ),
        (
            "a report that is not built, or not whole",
            "SELECT location || ' ' || state || ' ' || coalesce(error, '') FROM reports WHERE state <> 'built' OR missing > 0",
        ),
        (
            "a run that goes on for ever",
            "SELECT job || ' ' || state FROM runs WHERE state = 'running' OR finished_at IS NULL",
        ),
        (
            "an attempt without an end",
            "SELECT delivery || ' ' || number FROM attempts WHERE outcome IS NULL OR finished_at IS NULL",
        ),
        (
            "a delivery with other attempts than it counts",
            "SELECT d.id::text FROM deliveries d WHERE d.attempts <> (SELECT count(*) FROM attempts WHERE delivery = d.id)",
        ),
        (
            "a final delivery without an instant",
            "SELECT id || ' ' || state FROM deliveries WHERE finished_at IS NULL OR next_at IS NOT NULL",
        ),
        (
            "an artifact of a report that is not built",
            "SELECT a.name FROM artifacts a JOIN reports r ON r.id = a.report WHERE r.state <> 'built'",
        ),
    ] {
        let found: Vec<String> = sqlx::query_scalar(sql).fetch_all(&pool).await.unwrap();
        if !found.is_empty() {
            problems.push(format!("{what}: {} ({})", found.len(), found[..found.len().min(5)].join("; ")));
        }
    }
    pool.close().await;
    let verified = storm.installation.run(&["reports", "verify"]);
    if !verified.status.success() {
        problems.push(format!("reports verify: {}", tail(&String::from_utf8_lossy(&verified.stdout))));
    }
    resend_the_failed(storm, rows, &mut problems).await;
    stop(storm, rows, &mut problems).await;
    Verdict { told, problems }
}

/// Each Message-ID was taken once where its delivery was sent, never where it failed, and at most once where nobody knows.
async fn deliveries(storm: &Storm, rows: &Rows, wanted: u32, problems: &mut Vec<String>) -> String {
    let pool = rows.pool().await;
    let rows: Vec<(String, String, Option<String>)> =
        sqlx::query_as("SELECT message_id, state, error FROM deliveries").fetch_all(&pool).await.unwrap();
    pool.close().await;
    if rows.len() != usize::try_from(wanted).unwrap() {
        problems.push(format!("{} deliveries stand, and {wanted} were wanted", rows.len()));
    }
    let mut taken = storm.mail.taken();
    let mut states = BTreeMap::<String, u32>::new();
    for (id, state, error) in rows {
        *states.entry(state.clone()).or_default() += 1;
        let times = taken.remove(&id).unwrap_or(0);
        let right = match state.as_str() {
            "sent" => times == 1,
            "unknown" => times <= 1,
            "failed" => times == 0 && error.as_deref().is_some_and(|error| error.contains("550")),
            _ => false,
        };
        if !right {
            problems.push(format!("{id} is {state} and was taken {times} times ({})", error.unwrap_or_default()));
        }
    }
    if !taken.is_empty() {
        problems.push(format!("mails that no delivery knows: {taken:?}"));
    }
    format!("{states:?}; the mail server dropped {} without an answer", storm.mail.dropped())
}

/// `deliveries resend --failed` sends what failed, and nothing else.
async fn resend_the_failed(storm: &Storm, rows: &Rows, problems: &mut Vec<String>) {
    let before = storm.mail.taken();
    let resent = storm.installation.run(&["deliveries", "resend", "--failed"]);
    if !resent.status.success() {
        problems.push(format!("deliveries resend --failed: {}", tail(&String::from_utf8_lossy(&resent.stderr))));
    }
    let pool = rows.pool().await;
    let failed: i64 =
        sqlx::query_scalar("SELECT count(*) FROM deliveries WHERE state = 'failed'").fetch_one(&pool).await.unwrap();
    pool.close().await;
    if failed > 0 {
        problems.push(format!("{failed} deliveries are still failed after they were resent"));
    }
    for (id, times) in storm.mail.taken() {
        if times != 1 || before.get(&id).is_some_and(|before| *before != times) {
            problems.push(format!("{id} was taken {times} times after the failed were resent"));
        }
    }
}

/// Every worker ends well on SIGTERM, and no connection is left.
async fn stop(storm: &mut Storm, rows: &Rows, problems: &mut Vec<String>) {
    for worker in &mut storm.workers {
        match worker.stop(Duration::from_secs(30)) {
            Some(status) if status.success() => {}
            ended => problems.push(format!("a worker did not stop well ({ended:?}): {}", tail(&worker.log()))),
        }
    }
    let pool = rows.pool().await;
    let left: Vec<String> = sqlx::query_scalar(
        "SELECT state || ' ' || query FROM pg_stat_activity \
         WHERE datname = current_database() AND application_name <> 'test'",
    )
    .fetch_all(&pool)
    .await
    .unwrap();
    pool.close().await;
    if !left.is_empty() {
        problems.push(format!("connections to PostgreSQL that nobody closed: {left:?}"));
    }
    if storm.mail.open() > 0 {
        problems.push(format!("{} connections to the mail server that nobody closed", storm.mail.open()));
    }
}

fn tail(text: &str) -> String {
    let lines: Vec<&str> = text.lines().collect();
    lines[lines.len().saturating_sub(15)..].join("\n")
}
