//! Read: what was frozen comes back from the archive, as bytes that match their recorded hash.

use bytes::Bytes;
use chrono::{DateTime, Utc};
use sha2::{Digest, Sha256};

use super::Pipeline;
use crate::archive::{ArchiveError, Key, KeyError};
use crate::compose::{Report, SCHEMA};
use crate::db::artifacts::Artifact;
use crate::db::deliveries::Delivery;
use crate::db::reports::ReportRow;
use crate::db::{DbError, Enqueue};

/// Why something frozen cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// The rows.
    #[error("cannot look up an artifact")]
    Db(#[from] DbError),
    /// The archive.
    #[error("cannot read an artifact")]
    Archive(#[from] ArchiveError),
    /// The object's key.
    #[error("the report's object key is not usable")]
    Key(#[from] KeyError),
    /// The report is not built, or has no such artifact.
    #[error("the report has no artifact {0:?}")]
    NoArtifact(String),
    /// Retention took it away.
    #[error("{what} removed by retention on {}", .at.date_naive())]
    Removed {
        /// What: "the report's artifacts were".
        what: &'static str,
        /// When.
        at: DateTime<Utc>,
    },
    /// The contact's data were erased on request.
    #[error("the contact's data were erased on {}; the mail is not kept", .0.date_naive())]
    Erased(DateTime<Utc>),
    /// The bytes are not those that were frozen.
    #[error("the artifact {name:?} differs from what was frozen: SHA-256 {found} instead of {expected}")]
    Differs {
        /// Which.
        name: String,
        /// The recorded hash.
        expected: String,
        /// The hash of what is there.
        found: String,
    },
    /// `report.json` is not readable.
    #[error("the frozen report cannot be read")]
    Json(#[source] serde_json::Error),
    /// A later version of Daybreak froze it.
    #[error("the frozen report has form {0}, and this program knows {SCHEMA}: use the newer version of Daybreak")]
    Newer(u32),
}

impl ReadError {
    /// Whether another try may help.
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        match self {
            Self::Db(error) => error.is_retryable(),
            Self::Archive(error) => error.is_retryable(),
            _ => false,
        }
    }
}

impl<Q: Enqueue> Pipeline<Q> {
    /// An artifact's bytes, checked against the recorded hash.
    pub async fn artifact(&self, report: &ReportRow, name: &str) -> Result<(Artifact, Bytes), ReadError> {
        let Some(artifact) = self.db.artifact(report.id, name).await? else {
            return Err(self.absent(report, name).await?);
        };
        let bytes = self.artifact_bytes(report, &artifact).await?;
        Ok((artifact, bytes))
    }

    /// Why a report has no such artifact.
    async fn absent(&self, report: &ReportRow, name: &str) -> Result<ReadError, ReadError> {
        let removal = self.db.removal(report.id).await?;
        Ok(match (removal.artifacts_removed_at, removal.sent_removed_at) {
            (Some(at), _) => ReadError::Removed { what: "the report's artifacts were", at },
            (None, Some(at)) if name.starts_with("deliveries/") => {
                ReadError::Removed { what: "the mail's exact bytes were", at }
            }
            _ => ReadError::NoArtifact(name.to_owned()),
        })
    }

    /// The bytes of an artifact whose row is at hand, checked against the recorded hash.
    pub async fn artifact_bytes(&self, report: &ReportRow, artifact: &Artifact) -> Result<Bytes, ReadError> {
        let (start, size) = (u64::try_from(artifact.start).unwrap_or(0), u64::try_from(artifact.size).unwrap_or(0));
        let key = report.object_key.as_deref().ok_or_else(|| ReadError::NoArtifact(artifact.name.clone()))?;
        let bytes = self.archive.get_range(&Key::external(key)?, start, size).await?;
        let found = hex::encode(Sha256::digest(&bytes));
        if found == artifact.sha256 {
            Ok(bytes)
        } else {
            Err(ReadError::Differs { name: artifact.name.clone(), expected: artifact.sha256.clone(), found })
        }
    }

    /// A frozen report.
    pub async fn frozen(&self, report: &ReportRow) -> Result<Report, ReadError> {
        let (_, bytes) = self.artifact(report, "report.json").await?;
        let value: serde_json::Value = serde_json::from_slice(&bytes).map_err(ReadError::Json)?;
        match value.get("schema").and_then(serde_json::Value::as_u64).and_then(|found| u32::try_from(found).ok()) {
            Some(found) if found > SCHEMA => Err(ReadError::Newer(found)),
            _ => serde_json::from_value(value).map_err(ReadError::Json),
        }
    }

    /// The exact bytes of a delivery's mail, and the name of its file in an outbox.
    pub async fn message(&self, delivery: &Delivery) -> Result<(String, Vec<u8>), ReadError> {
        let report = self.db.report(delivery.report).await?;
        let report = report.ok_or_else(|| ReadError::NoArtifact(delivery.artifact.clone()))?;
        if let Some(at) = self.db.delivery_erased_at(delivery.id).await? {
            return Err(ReadError::Erased(at));
        }
        // For the log, where a delivery's task asks.
        tracing::Span::current().record("run", tracing::field::display(report.run));
        let (_, bytes) = self.artifact(&report, &delivery.artifact).await?;
        let name: String = format!("{}_{}_{}", report.night, report.location, delivery.contact)
            .chars()
            .map(|c| if c.is_ascii_alphanumeric() || "-_.".contains(c) { c } else { '-' })
            .take(100)
            .collect();
        // Names of people and sites may look alike; the delivery's id does not.
        let short = &delivery.id.as_uuid().simple().to_string()[..8];
        Ok((format!("{name}_{short}.eml"), bytes.to_vec()))
    }
}
