//! Objects that were not in the archive when their records came are looked for again before a report says so (a clip
//! is often sent after the event that names it), and those that were there are, when that was some time ago.

use std::collections::BTreeSet;

use chrono::{DateTime, TimeDelta, Utc};

use super::Night;
use crate::archive::{Archive, ArchiveError, Key};
use crate::db::objects::Object;
use crate::db::{Db, DbError};

/// For how long an object that was there is believed to be.
const LOOKED_FOR: TimeDelta = TimeDelta::hours(1);

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

    /// The absent ones, and those that were there, but when last looked for more than an hour before `now`.
    fn doubtful_objects(&self, now: DateTime<Utc>) -> BTreeSet<&str> {
        let stale = |checked_at: Option<DateTime<Utc>>| checked_at.is_none_or(|at| at < now - LOOKED_FOR);
        let clips = self.clips.iter().filter(|known| stale(known.checked_at));
        let photos = self.incidents.iter().filter(|known| stale(known.photo_checked_at));
        let mut doubtful = self.absent_objects();
        doubtful.extend(clips.filter_map(|known| known.clip.object_key.as_deref()));
        doubtful.extend(photos.filter_map(|known| known.incident.photo_key.as_deref()));
        doubtful
    }

    /// Marks what is known of an object now.
    fn mark(&mut self, object: &Object) {
        let key = Some(&object.object_key);
        for known in self.clips.iter_mut().filter(|known| known.clip.object_key.as_ref() == key) {
            known.present = Some(object.present);
            known.sha256.clone_from(&object.sha256);
            known.checked_at = Some(object.checked_at);
        }
        for known in self.incidents.iter_mut().filter(|known| known.incident.photo_key.as_ref() == key) {
            known.photo_present = Some(object.present);
            known.photo_sha256.clone_from(&object.sha256);
            known.photo_checked_at = Some(object.checked_at);
        }
    }
}

/// Looks in the archive for the night's objects that were absent, or that nobody has looked for in the last hour (an
/// object may be gone by now, and a link to it would be dead); writes down what is found, and marks it in `night`.
pub async fn look_again(db: &Db, archive: &Archive, night: &mut Night, now: DateTime<Utc>) -> Result<(), LookError> {
    let mut looked = Vec::new();
    for name in night.doubtful_objects(now) {
        // A key that can be no key names nothing.
        let Ok(key) = Key::external(name) else { continue };
        let info = archive.head(&key).await?;
        if info.is_none() && night.absent_objects().contains(name) {
            continue;
        }
        looked.push(Object {
            object_key: name.to_owned(),
            sha256: None,
            size: info.as_ref().and_then(|info| i64::try_from(info.size).ok()),
            present: info.is_some(),
            content_type: info.and_then(|info| info.content_type),
            checked_at: now,
        });
    }
    if looked.is_empty() {
        return Ok(());
    }
    let mut tx = db.begin().await?;
    let keys: Vec<_> = looked.iter().map(|object| object.object_key.as_str()).collect();
    let known = tx.objects(&keys).await?;
    for object in &mut looked {
        let before = known.iter().find(|before| before.object_key == object.object_key);
        object.sha256 = before.and_then(|before| before.sha256.clone());
    }
    tx.put_objects(&looked).await?;
    tx.commit().await?;
    for object in &looked {
        night.mark(object);
    }
    Ok(())
}
