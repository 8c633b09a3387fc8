//! Frozen: a report's id becomes what was archived for it, checked against the hashes of its rows.

mod shelf;

use std::sync::Arc;

use bytes::Bytes;
use sha2::{Digest, Sha256};

use super::PortalState;
use super::fault::Fault;
use crate::archive::Key;
use crate::compose::{Report, SCHEMA};
use crate::db::artifacts::Artifact;
use crate::db::reports::ReportRow;
use crate::model::ReportId;

pub(super) use shelf::Shelf;

const DATA: &str = "report.json";

/// A report as it was frozen.
pub(super) struct Frozen {
    pub(super) row: ReportRow,
    pub(super) report: Arc<Report>,
}

/// Reads a report's `report.json`. One that was read lately is taken from the shelf, if the hash in its row is still the
/// one by which it was read: an erasure rewrites it, and rows say at once what retention took away.
pub(super) async fn report(state: &PortalState, id: ReportId) -> Result<Frozen, Fault> {
    let row = state.db.report(id).await?.ok_or(Fault::NoSuchLink)?;
    not_removed(state, id).await?;
    let known = state.db.artifact(id, DATA).await?.filter(|_| row.object_key.is_some());
    if let Some(report) = known.and_then(|known| state.shelf.take(id, &known.sha256)) {
        return Ok(Frozen { row, report });
    }
    let Some((artifact, bytes)) = artifact(state, &row, DATA).await? else {
        return Err(Fault::Damaged("it has no report.json".into()));
    };
    let report: Report = serde_json::from_slice(&bytes).map_err(|error| Fault::Damaged(error.to_string()))?;
    if report.schema > SCHEMA {
        return Err(Fault::Damaged(format!("its form is version {}, this program knows {SCHEMA}", report.schema)));
    }
    let report = Arc::new(report);
    state.shelf.put(id, artifact.sha256, bytes.len(), Arc::clone(&report));
    Ok(Frozen { row, report })
}

/// A report whose artifacts retention took away says so.
pub(super) async fn not_removed(state: &PortalState, id: ReportId) -> Result<(), Fault> {
    state.db.removal(id).await?.artifacts_removed_at.map_or(Ok(()), |at| Err(Fault::Removed(at)))
}

/// Reads one artifact; none where the report has none of that name.
pub(super) async fn artifact(
    state: &PortalState,
    row: &ReportRow,
    name: &str,
) -> Result<Option<(Artifact, Bytes)>, Fault> {
    let (Some(object), Some(artifact)) = (&row.object_key, state.db.artifact(row.id, name).await?) else {
        return Ok(None);
    };
    let place = |number: i64| u64::try_from(number).map_err(|_| Fault::Damaged("a place is negative".into()));
    let (start, size) = (place(artifact.start)?, place(artifact.size)?);
    let bytes = state.archive.get_range(&Key::external(object.as_str())?, start, size).await?;
    if hex::encode(Sha256::digest(&bytes)) == artifact.sha256 {
        Ok(Some((artifact, bytes)))
    } else {
        Err(Fault::Damaged(format!("{name} has another SHA-256 than was recorded")))
    }
}
