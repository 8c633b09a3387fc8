//! Upload: the contents that a checked feed names get into the archive, each once, before the rows do.

use chrono::{DateTime, Utc};
use futures::{StreamExt, TryStreamExt, stream};
use serde::Serialize;

use super::ImportError;
use super::media::{Content, Media};
use super::source::SourceError;
use crate::archive::{Archive, Key};
use crate::db::objects::Object;

/// Uploads at a time.
const AT_ONCE: usize = 8;

/// What became of the media.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct MediaCounts {
    /// Contents that were uploaded.
    pub uploaded: u64,
    /// Contents and keys that the archive had already.
    pub known: u64,
    /// Keys (`s3:KEY`) that the archive has not: their clips and photos are shown as missing.
    pub missing: u64,
}

enum Fate {
    Uploaded,
    Known,
    Missing,
}

/// Brings every content into the archive and looks for every key.
pub(super) async fn upload(
    archive: &Archive,
    media: &Media,
    now: DateTime<Utc>,
    progress: impl Fn(u64),
) -> Result<(Vec<Object>, MediaCounts), ImportError> {
    let contents = stream::iter(&media.contents).map(|(sha256, content)| content_object(archive, sha256, content, now));
    let keys = stream::iter(&media.keys).map(|(key, sha256)| key_object(archive, key, sha256.as_deref(), now));
    let mut objects = Vec::with_capacity(media.contents.len() + media.keys.len());
    let mut counts = MediaCounts::default();
    let mut contents = contents.buffered(AT_ONCE).boxed();
    let mut keys = keys.buffered(AT_ONCE).boxed();
    loop {
        let next = match contents.try_next().await? {
            Some(object) => Some(object),
            None => keys.try_next().await?,
        };
        let Some((object, fate)) = next else { return Ok((objects, counts)) };
        objects.push(object);
        match fate {
            Fate::Uploaded => counts.uploaded += 1,
            Fate::Known => counts.known += 1,
            Fate::Missing => counts.missing += 1,
        }
        progress(objects.len() as u64);
    }
}

async fn content_object(
    archive: &Archive,
    sha256: &str,
    content: &Content,
    now: DateTime<Utc>,
) -> Result<(Object, Fate), ImportError> {
    let failed = |source| ImportError::Upload { path: content.path.clone(), source };
    let key = Key::media(sha256, &content.mime);
    let there = archive.head(&key).await.map_err(failed)?;
    let fate = if there.is_some_and(|info| info.size == content.size) {
        Fate::Known
    } else {
        unchanged(content)?;
        archive.put_file(&key, &content.path).await.map_err(failed)?;
        unchanged(content)?;
        Fate::Uploaded
    };
    let object = Object {
        object_key: key.path().to_owned(),
        sha256: Some(sha256.to_owned()),
        size: i64::try_from(content.size).ok(),
        content_type: Some(content.mime.clone()),
        present: true,
        checked_at: now,
    };
    Ok((object, fate))
}

/// The key says what the content is, so a file that changed since it was hashed must not be stored under it.
fn unchanged(content: &Content) -> Result<(), ImportError> {
    let read = |source| SourceError::Read { path: content.path.clone(), source };
    let metadata = std::fs::metadata(&content.path).map_err(read)?;
    if metadata.len() == content.size && metadata.modified().ok() == content.modified {
        Ok(())
    } else {
        Err(SourceError::Changed { path: content.path.clone() }.into())
    }
}

async fn key_object(
    archive: &Archive,
    key: &str,
    sha256: Option<&str>,
    now: DateTime<Utc>,
) -> Result<(Object, Fate), ImportError> {
    let looked_up = Key::external(key).map_err(|_| ImportError::Source(SourceError::Changed { path: key.into() }))?;
    let there = archive.head(&looked_up).await.map_err(ImportError::Look)?;
    let fate = if there.is_some() { Fate::Known } else { Fate::Missing };
    let object = Object {
        object_key: key.to_owned(),
        sha256: sha256.map(str::to_owned),
        size: there.as_ref().and_then(|info| i64::try_from(info.size).ok()),
        content_type: there.as_ref().and_then(|info| info.content_type.clone()),
        present: there.is_some(),
        checked_at: now,
    };
    Ok((object, fate))
}
