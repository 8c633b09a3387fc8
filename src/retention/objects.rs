//! Objects: clips, photos and logos lie in the archive once per content, and go when nothing needs them any more.

use std::collections::{HashMap, HashSet};
use std::ops::ControlFlow;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};

use super::sweep::Sweep;
use super::{Entry, RetentionError};
use crate::archive::Key;
use crate::db::media::{self, ObjectUser};
use crate::db::{DbError, Tx, brands, removals};

/// Objects that are looked at at once.
const PAGE: i64 = 500;
/// Objects that are deleted at once.
pub(super) const DELETED: usize = 20;
/// How long the archive may take for these: an import that needs one of them waits a little longer than that.
const PATIENCE: Duration = Duration::from_secs(10);
/// What was seen so short a time ago may be about to be named.
const FRESH: TimeDelta = TimeDelta::days(1);

/// An object that nothing needs.
struct Loose {
    key: String,
    bytes: u64,
    seen: DateTime<Utc>,
}

impl Sweep<'_> {
    /// Goes through all that the archive is known to hold.
    pub(super) async fn objects(&mut self) -> Result<ControlFlow<()>, RetentionError> {
        let mut after = String::new();
        loop {
            let (loose, last) = self.page(&after).await?;
            for some in loose.chunks(DELETED) {
                if !self.dry {
                    let keys: Vec<String> = some.iter().map(|object| object.key.clone()).collect();
                    self.delete(&keys).await?;
                }
                let oldest = some.iter().map(|object| object.seen).min();
                let bytes = some.iter().map(|object| object.bytes).sum();
                let count = some.len() as u64;
                self.add_to(Entry { kind: "media", location: None, kept_days: None, count, bytes, oldest });
                if self.step(count).await.is_break() {
                    return Ok(ControlFlow::Break(()));
                }
            }
            match last {
                Some(last) => after = last,
                None => return Ok(ControlFlow::Continue(())),
            }
        }
    }

    /// What nothing needs of a page of objects, and the page's last key.
    async fn page(&self, after: &str) -> Result<(Vec<Loose>, Option<String>), RetentionError> {
        let mut tx = self.sweeper.db.snapshot().await?;
        let page = media::objects_after(&mut tx, after, PAGE).await?;
        let last = page.last().map(|(key, ..)| key.clone());
        let keys: Vec<String> = page.iter().map(|(key, ..)| key.clone()).collect();
        let [clips, incidents] = media::namers(&mut tx, &keys).await?;
        let users = media::users(&mut tx, &keys, self.now).await?;
        let mut shared = media::shared(&mut tx, &keys, self.now).await?;
        shared.extend(brands::logos_among(&mut tx, &keys).await?);
        tx.commit().await?;
        let named = clips.iter().filter(|(_, clip)| !self.gone.clips.contains(clip));
        let shown = incidents.iter().filter(|(_, incident)| !self.gone.incidents.contains(incident));
        let named: HashSet<&str> =
            named.chain(shown).map(|(key, _)| key.as_str()).chain(shared.iter().map(String::as_str)).collect();
        let loose = page
            .iter()
            .filter(|(key, _, seen)| {
                !named.contains(key.as_str()) && *seen < self.now - FRESH && !self.is_used(key, &users)
            })
            .map(|(key, size, seen)| Loose {
                key: key.clone(),
                bytes: size.and_then(|size| u64::try_from(size).ok()).unwrap_or(0),
                seen: *seen,
            })
            .collect();
        Ok((loose, last))
    }

    /// Whether a frozen report needs an object: by a link that works, or because the site keeps footage for so long.
    fn is_used(&self, key: &str, users: &HashMap<String, Vec<ObjectUser>>) -> bool {
        let retention = &self.sweeper.retention;
        users.get(key).into_iter().flatten().filter(|user| !self.gone.reports.contains(&user.report)).any(|user| {
            let kept = user.branch.as_ref().map_or(retention.kept, |branch| retention.of(branch));
            let young = user.built_at.is_none_or(|built_at| built_at >= self.cutoff(kept.clips_days));
            user.linked || young
        })
    }

    /// Deletes objects and says so in their rows. They are doomed first, in a transaction of its own, so that nobody
    /// waits for the archive: an import that found one of them there waits until its doom is over, and brings it again.
    pub(super) async fn delete(&self, keys: &[String]) -> Result<(), RetentionError> {
        let mut tx = self.sweeper.db.begin().await?;
        let keys = unnamed(&mut tx, keys).await?;
        for key in &keys {
            removals::doom(&mut tx, key, self.sweeper.clock.now()).await?;
        }
        tx.commit().await?;
        let deleting = async {
            for key in &keys {
                self.sweeper.archive.delete(&Key::external(key.as_str())?).await?;
            }
            Ok::<(), RetentionError>(())
        };
        let endpoint = || self.sweeper.archive.endpoint().to_owned();
        tokio::time::timeout(PATIENCE, deleting)
            .await
            .map_err(|_| crate::archive::ArchiveError::Timeout { endpoint: endpoint() })??;
        let mut tx = self.sweeper.db.begin().await?;
        tx.hold_imports().await?;
        let mut doomed = removals::doomed_among(&mut tx, &keys.iter().map(String::as_str).collect::<Vec<_>>()).await?;
        // Whose doom somebody else has ended is there again.
        let keys: Vec<String> = keys.into_iter().filter(|key| doomed.remove(key)).collect();
        media::bury_objects(&mut tx, &keys, self.sweeper.clock.now()).await?;
        for key in &keys {
            removals::spare(&mut tx, key).await?;
        }
        tx.commit().await?;
        Ok(())
    }
}

/// Those of these objects that no record names, with imports held; what is named is spared.
async fn unnamed(tx: &mut Tx, keys: &[String]) -> Result<Vec<String>, DbError> {
    tx.hold_imports().await?;
    let mut named: HashSet<String> = media::namers(tx, keys).await?.into_iter().flatten().map(|(key, _)| key).collect();
    named.extend(brands::logos_among(tx, keys).await?);
    for key in &named {
        removals::spare(tx, key).await?;
    }
    Ok(keys.iter().filter(|key| !named.contains(*key)).cloned().collect())
}
