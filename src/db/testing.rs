//! Databases for tests: a fresh SQLite file, and a fresh PostgreSQL database where the environment names a server.

use std::str::FromStr;

use sqlx::postgres::PgConnectOptions;
use sqlx::{ConnectOptions, Executor};

use super::{Db, on};
use crate::config::Database;

/// Names a server on which the tests may create databases: `postgres://user@host/postgres`.
const SERVER: &str = "DAYBREAK_TEST_POSTGRES_URL";

/// Runs a test with the URL of a fresh PostgreSQL database, where there is a server.
pub(crate) async fn with_fresh_postgres(name: &str, test: impl AsyncFnOnce(&str)) {
    #[expect(clippy::disallowed_methods, reason = "tests take no configuration")]
    let server = std::env::var(SERVER);
    let Ok(server) = server else { return };
    let options = PgConnectOptions::from_str(&server).unwrap();
    let mut admin = options.connect().await.unwrap();
    let database = format!("daybreak_{}_{name}", std::process::id());
    admin.execute(sqlx::AssertSqlSafe(format!(r#"CREATE DATABASE "{database}""#))).await.unwrap();
    let mut url = url::Url::parse(&server).unwrap();
    url.set_path(&database);
    test(url.as_str()).await;
    admin.execute(sqlx::AssertSqlSafe(format!(r#"DROP DATABASE "{database}" WITH (FORCE)"#))).await.unwrap();
}

/// Runs a test on each database that there is. `name` is the test's own name: databases of tests that run at once
/// must not meet.
pub(crate) async fn on_each_database(name: &str, test: impl AsyncFn(&Db)) {
    let folder = tempfile::tempdir().unwrap();
    let database = Database::Sqlite { path: folder.path().join("test.db") };
    let db = Db::connect(&database).await.unwrap();
    db.migrate().await.unwrap();
    test(&db).await;
    db.close().await;
    with_fresh_postgres(name, async |url| {
        let db = Db::connect(&Database::Postgres { url: url.to_owned(), max_connections: 4 }).await.unwrap();
        db.migrate().await.unwrap();
        test(&db).await;
        db.close().await;
    })
    .await;
}

/// Plans reports of one run, numbered from 0, of one night at sites `s0`, `s1` and so on.
pub(crate) async fn planned_reports(tx: &mut super::Tx, count: usize) -> Vec<super::reports::ReportRow> {
    let at: chrono::DateTime<chrono::Utc> = "2026-03-28T05:00:00Z".parse().unwrap();
    let job: crate::model::JobName = "night".parse().unwrap();
    let run = super::runs::Run::begun(job, crate::model::Trigger::Manual, at, String::new(), at);
    super::runs::insert(tx, &run).await.unwrap();
    let night: crate::model::NightDate = "2026-03-27".parse().unwrap();
    let row = |number: usize| {
        let location: crate::model::LocationRef = format!("s{number}").parse().unwrap();
        super::reports::ReportRow::planned(run.id, location, night, 1, at)
    };
    let rows: Vec<_> = (0..count).map(row).collect();
    super::reports::plan(tx, &rows).await.unwrap();
    rows
}

/// Notes that a contact wants no more mails of a location.
pub(crate) async fn unsubscribe(db: &Db, contact: &str, location: &str) {
    let at: chrono::DateTime<chrono::Utc> = "2026-03-28T08:00:00Z".parse().unwrap();
    on!(write db, |c| sqlx::query("INSERT INTO unsubscribes (contact, location, at, delivery) VALUES ($1, $2, $3, $4)")
        .bind(contact)
        .bind(location)
        .bind(at)
        .bind(uuid::Uuid::nil())
        .execute(c)
        .await
        .unwrap()
        .rows_affected());
}

/// Does to the rows what only somebody with the database's password could.
pub(crate) async fn run(db: &Db, sql: &'static str) {
    on!(write db, |c| sqlx::query(sql).execute(c).await.unwrap().rows_affected());
}

/// Everything that a SQLite database holds, table by table, but for some tables.
pub(crate) async fn contents(db: &Db, but: &[&str]) -> std::collections::BTreeMap<String, String> {
    let Db::Sqlite(pools) = db else { return std::collections::BTreeMap::new() };
    let tables: Vec<String> =
        sqlx::query_scalar("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
            .fetch_all(&pools.read)
            .await
            .unwrap();
    let mut contents = std::collections::BTreeMap::new();
    for table in tables.into_iter().filter(|table| !but.contains(&table.as_str())) {
        let columns: Vec<String> = sqlx::query_scalar("SELECT 'quote(\"' || name || '\")' FROM pragma_table_info($1)")
            .bind(&table)
            .fetch_all(&pools.read)
            .await
            .unwrap();
        let sql = format!("SELECT {} AS row FROM \"{table}\" ORDER BY 1", columns.join(" || ',' || "));
        let rows: Vec<String> = sqlx::query_scalar(sqlx::AssertSqlSafe(sql)).fetch_all(&pools.read).await.unwrap();
        contents.insert(table, rows.join("\n"));
    }
    contents
}
