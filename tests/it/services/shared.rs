//! Shared: the PostgreSQL and the SeaweedFS that `tests/run` started become a database and a bucket of one test's own.

use std::str::FromStr;
use std::sync::atomic::{AtomicU32, Ordering};

use aws_sdk_s3::config::{BehaviorVersion, Credentials, Region};
use sqlx::postgres::PgConnectOptions;
use sqlx::{AssertSqlSafe, ConnectOptions, Executor};

static NAMES: AtomicU32 = AtomicU32::new(0);

/// What a variable of `tests/run` says; where it says nothing the test is skipped, and says so.
pub(crate) fn named(variable: &str, what: &str) -> Option<String> {
    let value = std::env::var(variable).ok().filter(|value| !value.is_empty());
    if value.is_none() {
        println!("skipped: {what} is not there ({variable} is not set; tests/run starts it)");
    }
    value
}

/// A database of one test.
pub(crate) struct Rows {
    server: String,
    name: String,
}

impl Rows {
    /// A new one on a server whose URL names some database of which the user may create others.
    pub(crate) async fn create(server: &str, what: &str) -> Self {
        let name = own_name(what);
        let mut admin = PgConnectOptions::from_str(server).unwrap().connect().await.unwrap();
        admin.execute(AssertSqlSafe(format!(r#"CREATE DATABASE "{name}""#))).await.unwrap();
        Self { server: server.to_owned(), name }
    }

    /// Its URL.
    pub(crate) fn url(&self) -> String {
        let mut url = url::Url::parse(&self.server).unwrap();
        url.set_path(&self.name);
        url.into()
    }

    /// A pool for looking at rows behind Daybreak's back; not counted among its connections.
    pub(crate) async fn pool(&self) -> sqlx::PgPool {
        let options = PgConnectOptions::from_str(&self.url()).unwrap().application_name("test");
        sqlx::postgres::PgPoolOptions::new().max_connections(3).connect_with(options).await.unwrap()
    }

    /// Drops it; whoever is still connected is thrown out.
    pub(crate) async fn drop(self) {
        let mut admin = PgConnectOptions::from_str(&self.server).unwrap().connect().await.unwrap();
        admin.execute(AssertSqlSafe(format!(r#"DROP DATABASE "{}" WITH (FORCE)"#, self.name))).await.unwrap();
    }
}

/// A bucket of one test, and how to reach it.
#[derive(Clone)]
pub(crate) struct Bucket {
    pub(crate) endpoint: String,
    pub(crate) key: String,
    pub(crate) secret: String,
    pub(crate) name: String,
}

impl Bucket {
    /// A new one.
    pub(crate) async fn create(endpoint: &str, key: &str, secret: &str, what: &str) -> Self {
        let name = own_name(what).replace('_', "-");
        let bucket = Self { endpoint: endpoint.to_owned(), key: key.to_owned(), secret: secret.to_owned(), name };
        let credentials = Credentials::new(key, secret, None, None, "tests");
        let config = aws_sdk_s3::Config::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::new("us-east-1"))
            .credentials_provider(credentials)
            .force_path_style(true)
            .endpoint_url(endpoint);
        let client = aws_sdk_s3::Client::from_conf(config.build());
        // A server that listens may still be gathering its parts.
        for _ in 0..50 {
            if client.create_bucket().bucket(&bucket.name).send().await.is_ok() {
                return bucket;
            }
            tokio::time::sleep(std::time::Duration::from_millis(200)).await;
        }
        panic!("no bucket could be made at {endpoint}");
    }
}

/// The PostgreSQL of `tests/run`.
pub(crate) fn shared_postgres() -> Option<String> {
    named("DAYBREAK_TEST_POSTGRES_URL", "PostgreSQL")
}

/// A bucket of the SeaweedFS of `tests/run`.
pub(crate) async fn shared_archive(what: &str) -> Option<Bucket> {
    let endpoint = named("DAYBREAK_TEST_S3_URL", "SeaweedFS")?;
    let (key, secret) =
        (std::env::var("DAYBREAK_TEST_S3_KEY").unwrap(), std::env::var("DAYBREAK_TEST_S3_SECRET").unwrap());
    Some(Bucket::create(&endpoint, &key, &secret, what).await)
}

/// A name that no other test has, of this process or another.
fn own_name(what: &str) -> String {
    format!("it_{what}_{}_{}", std::process::id(), NAMES.fetch_add(1, Ordering::Relaxed))
}
