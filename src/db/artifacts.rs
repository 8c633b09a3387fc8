//! Artifacts: the members of a report's one object, each readable by its range and verifiable by its hash.

use serde::Serialize;

use super::{Db, DbError, Tx, on};
use crate::model::ReportId;

/// A row of `artifacts`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, sqlx::FromRow)]
pub struct Artifact {
    /// Whose.
    pub report: ReportId,
    /// Its name within the report: `report.json`, `mail/en-US.html`, ….
    pub name: String,
    /// Content type.
    pub content_type: String,
    /// Its first byte within the object.
    pub start: i64,
    /// Its length in bytes.
    pub size: i64,
    /// SHA-256 of its bytes, lower-case hex.
    pub sha256: String,
}

/// Inserts a report's artifacts.
pub async fn insert(tx: &mut Tx, artifacts: &[Artifact]) -> Result<(), DbError> {
    for chunk in artifacts.chunks(500) {
        on!(in tx, |c| {
            let mut query = sqlx::QueryBuilder::<Backend>::new(
                "INSERT INTO artifacts (report, name, content_type, start, size, sha256) ",
            );
            query.push_values(chunk, |mut row, artifact| {
                row.push_bind(artifact.report)
                    .push_bind(&artifact.name)
                    .push_bind(&artifact.content_type)
                    .push_bind(artifact.start)
                    .push_bind(artifact.size)
                    .push_bind(&artifact.sha256);
            });
            query.build().execute(c).await?.rows_affected()
        });
    }
    Ok(())
}

impl Db {
    /// All artifacts of a report, in the order in which they stand in its object.
    pub async fn artifacts(&self, report: ReportId) -> Result<Vec<Artifact>, DbError> {
        Ok(on!(read self, |c| sqlx::query_as("SELECT * FROM artifacts WHERE report = $1 ORDER BY start")
            .bind(report)
            .fetch_all(c)
            .await?))
    }

    /// One artifact of a report.
    pub async fn artifact(&self, report: ReportId, name: &str) -> Result<Option<Artifact>, DbError> {
        Ok(on!(read self, |c| sqlx::query_as("SELECT * FROM artifacts WHERE report = $1 AND name = $2")
            .bind(report)
            .bind(name)
            .fetch_optional(c)
            .await?))
    }
}
