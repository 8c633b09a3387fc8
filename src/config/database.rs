//! `[database]`: where the rows are.

use std::path::PathBuf;

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
