//! Bundle: a report's one object is put together again without some of its members, or goes altogether.

use bytes::Bytes;
use sha2::{Digest, Sha256};

use super::{RetentionError, Sweeper};
use crate::archive::{Bundle, Key};
use crate::db::artifacts::Artifact;
use crate::db::removals;
use crate::db::reports::ReportRow;
use crate::model::ReportId;

/// A report's object in its new form: it lies in the archive, and no row names it yet.
#[derive(Debug)]
pub(super) struct Rebundled {
    pub(super) report: ReportId,
    pub(super) from: String,
    pub(super) to: String,
    pub(super) members: Vec<Artifact>,
}

impl Rebundled {
    /// The SHA-256 of a member.
    pub(super) fn sha256(&self, name: &str) -> Option<&str> {
        self.members.iter().find(|member| member.name == name).map(|member| member.sha256.as_str())
    }
}

impl Sweeper {
    /// One member of a report's object, if it is what was frozen.
    pub(super) async fn member(&self, row: &ReportRow, name: &str) -> Result<Bytes, RetentionError> {
        let damaged = || RetentionError::Damaged(name.to_owned());
        let artifact = self.db.artifact(row.id, name).await?.ok_or_else(damaged)?;
        let key = Key::external(row.object_key.as_deref().ok_or_else(damaged)?)?;
        let place = |number: i64| u64::try_from(number).map_err(|_| damaged());
        let bytes = self.archive.get_range(&key, place(artifact.start)?, place(artifact.size)?).await?;
        if hex::encode(Sha256::digest(&bytes)) == artifact.sha256 { Ok(bytes) } else { Err(damaged()) }
    }

    /// Puts a report's object together again; `change` gives each member's new bytes, or none for one that goes. The
    /// new object is in the archive then, with its intent in the rows; whoever names it calls
    /// [`removals::exchange_bundle`] and then [`Sweeper::carry_out`] for the old one.
    pub(super) async fn rebundle(
        &self,
        row: &ReportRow,
        change: impl Fn(&str, Bytes) -> Result<Option<Bytes>, RetentionError>,
    ) -> Result<Rebundled, RetentionError> {
        let damaged = |name: &str| RetentionError::Damaged(name.to_owned());
        let from = row.object_key.clone().ok_or_else(|| damaged("report"))?;
        let object = self.archive.get(&Key::external(from.as_str())?).await?.ok_or_else(|| damaged("report"))?;
        let mut bundle = Bundle::new();
        for artifact in self.db.artifacts(row.id).await? {
            let place = |number: i64| usize::try_from(number).map_err(|_| damaged(&artifact.name));
            let (start, size) = (place(artifact.start)?, place(artifact.size)?);
            let end = start.checked_add(size).filter(|end| *end <= object.len());
            let bytes = object.slice(start..end.ok_or_else(|| damaged(&artifact.name))?);
            // Bytes that changed must not come out of this with a new hash.
            if hex::encode(Sha256::digest(&bytes)) != artifact.sha256 {
                return Err(damaged(&artifact.name));
            }
            if let Some(bytes) = change(&artifact.name, bytes)? {
                bundle = bundle.add(artifact.name, artifact.content_type, bytes);
            }
        }
        let (object, members) = bundle.finish()?;
        let key = Key::report(&row.location, row.night, row.revision, &hex::encode(Sha256::digest(&object)));
        let number = |size: u64| i64::try_from(size).unwrap_or(i64::MAX);
        let members = members
            .into_iter()
            .map(|member| Artifact {
                report: row.id,
                name: member.name,
                content_type: member.content_type,
                start: number(member.start),
                size: number(member.size),
                sha256: member.sha256,
            })
            .collect();
        let to = key.path().to_owned();
        if to != from {
            let mut tx = self.db.begin().await?;
            removals::doom(&mut tx, &to, self.clock.now()).await?;
            tx.commit().await?;
            self.archive.put(&key, object).await?;
        }
        Ok(Rebundled { report: row.id, from, to, members })
    }

    /// Deletes a doomed object, and then its intent.
    pub(super) async fn carry_out(&self, key: &str) -> Result<(), RetentionError> {
        self.archive.delete(&Key::external(key)?).await?;
        let mut tx = self.db.begin().await?;
        removals::spare(&mut tx, key).await?;
        tx.commit().await?;
        Ok(())
    }
}
