//! `[database]`: where the rows are.

use std::path::PathBuf;

use schemars::JsonSchema;
use serde::Deserialize;
use url::Url;

use super::environment::DATABASE_URL;
use super::key::{Key, Reading, line_of_text};

/// Which database.
#[derive(Clone, PartialEq, Eq)]
pub enum Database {
    /// A SQLite file, created when missing: the embedded default.
    Sqlite {
        /// The file.
        path: PathBuf,
    },
    /// A PostgreSQL server that many workers may share.
    Postgres {
        /// `postgres://…`; may carry a password, so it is never shown whole.
        url: String,
        /// Connections at most in this process.
        max_connections: u32,
    },
}

impl std::fmt::Debug for Database {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Sqlite { path } => write!(f, "sqlite:{}", path.display()),
            Self::Postgres { .. } => f.write_str("postgres://***"),
        }
    }
}

const DEFAULT_PATH: &str = "daybreak-data/daybreak.db";
const DEFAULT_CONNECTIONS: u32 = 10;

/// Where the rows are: a SQLite file (the default) or a PostgreSQL server that many workers may share.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
#[schemars(rename = "database")]
pub(super) struct RawDatabase {
    /// `postgres://user@host/database`, without a password. With a password, or for any other reason, the environment's
    /// `DAYBREAK_DATABASE_URL` takes its place.
    #[schemars(extend("format" = "uri"))]
    url: Key<String>,
    /// The SQLite file, created when missing; relative to this file's folder.
    #[schemars(extend("default" = DEFAULT_PATH))]
    path: Key<String>,
    /// Connections to PostgreSQL at most, in each process.
    #[schemars(range(min = 1, max = 1000), extend("default" = DEFAULT_CONNECTIONS))]
    max_connections: Key<i64>,
    /// The installation's name, such as "production". It is kept in the database too, and where the two differ nothing is
    /// mailed: a copy of a database must not mail people. Without it an installation is known by where it stands.
    instance: Key<String>,
}

impl RawDatabase {
    pub(super) fn instance(&self, reading: &mut Reading<'_>) -> Option<String> {
        self.instance.read(reading, "database.instance", |raw| line_of_text(raw, 80))
    }

    pub(super) fn check(&self, reading: &mut Reading<'_>) -> Database {
        let connections = self.max_connections.read(reading, "database.max_connections", |number| {
            let number = u32::try_from(*number).ok().filter(|number| (1..=1000).contains(number));
            number.ok_or("must be from 1 to 1000")
        });
        if self.url.is_set() {
            self.path.only_with(reading, "database.path", "SQLite, but `url` is set");
        }
        let written = self.url.read(reading, "database.url", |url| postgres_url(url, false));
        let path = self.path.get().map_or(DEFAULT_PATH, String::as_str);
        let path = match reading.path(path) {
            Ok(path) => path,
            Err(error) => {
                reading.faults.at(&self.path.span(), "database.path", error);
                PathBuf::new()
            }
        };
        let url = match reading.secret(DATABASE_URL).map(|url| postgres_url(&url, true)) {
            Some(Ok(url)) => Some(url),
            Some(Err(error)) => {
                reading.faults.in_environment(DATABASE_URL, error);
                return Database::Sqlite { path };
            }
            None => written,
        };
        if let Some(url) = url {
            return Database::Postgres { url, max_connections: connections.unwrap_or(DEFAULT_CONNECTIONS) };
        }
        if !self.url.is_set() && connections.is_some() {
            let choice = "PostgreSQL: set `url` or DAYBREAK_DATABASE_URL";
            self.max_connections.only_with(reading, "database.max_connections", choice);
        }
        Database::Sqlite { path }
    }
}

/// Checks a URL without ever repeating it: it may carry a password.
fn postgres_url(raw: &str, may_be_secret: bool) -> Result<String, &'static str> {
    const EXPECTED: &str = "must be postgres://user@host/database; for SQLite set `path` instead";
    let url = Url::parse(raw).map_err(|_| EXPECTED)?;
    if !matches!(url.scheme(), "postgres" | "postgresql") {
        return Err(EXPECTED);
    }
    if !may_be_secret && (url.password().is_some() || url.query_pairs().any(|(key, _)| key == "password")) {
        return Err("a password does not belong in the file; put the whole URL into DAYBREAK_DATABASE_URL");
    }
    Ok(raw.to_owned())
}
