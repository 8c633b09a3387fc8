//! Objects that were not in the archive when their records came are looked for again before a report says so: a clip
//! is often sent after the event that names it.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};

use super::Night;
use crate::archive::{Archive, ArchiveError, Key};
use crate::db::objects::Object;
use crate::db::{Db, DbError};

/// Why absent objects were not looked for.
#[derive(Debug, thiserror::Error)]
pub enum LookError {
    /// The archive did not answer.
    #[error("cannot look for a clip or photo in the archive")]
    Archive(#[from] ArchiveError),
    /// What was found was not written down.
    #[error("cannot write down which clips and photos are there")]
    Db(#[from] DbError),
}

impl Night {
    /// Keys of clips and photos that were not in the archive when last looked for.
    #[must_use]
    pub fn absent_objects(&self) -> BTreeSet<&str> {
        let clips = self.clips.iter().filter(|known| known.present != Some(true));
        let photos = self.incidents.iter().filter(|known| known.photo_present != Some(true));
        clips
            .filter_map(|known| known.clip.object_key.as_deref())
            .chain(photos.filter_map(|known| known.incident.photo_key.as_deref()))
            .collect()
    }
}

/// Looks in the archive for the night's absent objects, writes down those that have come, and marks them in `night`.
/// Costs nothing where none is absent.
pub async fn look_again(db: &Db, archive: &Archive, night: &mut Night, now: DateTime<Utc>) -> Result<(), LookError> {
    let mut come = Vec::new();
    for absent in night.absent_objects() {
        // A key that can be no key names nothing.
        let Ok(key) = Key::external(absent) else { continue };
        if let Some(info) = archive.head(&key).await? {
            come.push(Object {
                object_key: absent.to_owned(),
                sha256: None,
                size: i64::try_from(info.size).ok(),
                content_type: info.content_type,
                present: true,
                checked_at: now,
            });
        }
    }
    if come.is_empty() {
        return Ok(());
    }
    let mut tx = db.begin().await?;
    let keys: Vec<_> = come.iter().map(|object| object.object_key.as_str()).collect();
    let known = tx.objects(&keys).await?;
    for object in &mut come {
        let before = known.iter().find(|before| before.object_key == object.object_key);
        object.sha256 = before.and_then(|before| before.sha256.clone());
    }
    tx.put_objects(&come).await?;
    tx.commit().await?;
    for object in &come {
        let key = Some(&object.object_key);
        for known in night.clips.iter_mut().filter(|known| known.clip.object_key.as_ref() == key) {
            known.present = Some(true);
            known.sha256.clone_from(&object.sha256);
        }
        for known in night.incidents.iter_mut().filter(|known| known.incident.photo_key.as_ref() == key) {
            known.photo_present = Some(true);
            known.photo_sha256.clone_from(&object.sha256);
        }
    }
    Ok(())
}
