//! Footage: recordings whose producer keeps them for a few days only come into the archive, and their rows name the
//! copy from then on. What cannot be copied stays where it is, with a note; no report fails for it.

use std::collections::HashSet;
use std::time::Duration;

use chrono::{DateTime, Utc};
use tokio::io::AsyncReadExt;
use tokio::time::Instant;
use url::Url;

use super::fetch::{FetchError, Fetched, Sink, fetch};
use super::{RetentionError, Sweeper};
use crate::archive::{ArchiveError, Key};
use crate::config::FootageSource;
use crate::db::clips::{Clip, KnownClip};
use crate::db::footage::{self, Holder};
use crate::db::incidents::KnownIncident;
use crate::db::media::latest_removal;
use crate::db::objects::Object;
use crate::db::removals::outlast_dooms;
use crate::model::chain;

/// How long copying may take: a mail is waiting for it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Patience {
    /// For one recording.
    pub(super) one: Duration,
    /// For all recordings of a report.
    pub(super) all: Duration,
}

/// Well within the time that a build has in all.
const PATIENCE: Patience = Patience { one: Duration::from_mins(2), all: Duration::from_mins(3) };
/// What is cut off after all that time still has so long to be written down.
const LAST_WORDS: Duration = Duration::from_secs(5);

/// Why a recording was not copied.
#[derive(Debug, thiserror::Error)]
enum CopyError {
    #[error("it cannot be fetched")]
    Fetch(#[from] FetchError),
    #[error("it took longer than {} s", .0.as_secs())]
    Slow(Duration),
    #[error("{0} was silent when it was asked for another recording of the report")]
    Silent(String),
    #[error("there was no time left after the report's other recordings")]
    NoTime,
    #[error("the object is not in the bucket")]
    Absent,
    #[error("it asks for a password")]
    Password,
    #[error("its URL is none")]
    Url(#[from] url::ParseError),
    #[error("the archive did not take it")]
    Archive(#[from] ArchiveError),
    #[error("the archive did not hand it out")]
    Read(#[source] std::io::Error),
    #[error("its object key is impossible")]
    Key(#[from] crate::archive::KeyError),
}

/// Where a recording is that is to be copied.
enum From<'a> {
    Web(&'a str),
    Bucket(&'a str),
}

impl From<'_> {
    /// Who is asked over the web.
    fn origin(&self) -> Option<String> {
        match self {
            Self::Web(url) => Url::parse(url).ok().map(|url| url.origin().ascii_serialization()),
            Self::Bucket(_) => None,
        }
    }
}

impl CopyError {
    /// Whether whoever was asked did not answer, so that asking for more would only take time.
    const fn is_silence(&self) -> bool {
        matches!(self, Self::Slow(_) | Self::Fetch(FetchError::Slow | FetchError::Connect(..)))
    }
}

/// Copying under way.
struct Copying {
    until: Instant,
    one: Duration,
    /// Who did not answer.
    silent: HashSet<String>,
}

impl Sweeper {
    /// Copies what `[retention] copy_clips_from` names of a night's clips and photos; returns how many were copied.
    /// What could not be copied since `since` is not asked for again. It ends within three minutes, whatever hangs.
    pub async fn keep_footage(
        &self,
        clips: &[KnownClip],
        incidents: &[KnownIncident],
        since: DateTime<Utc>,
    ) -> Result<u64, RetentionError> {
        self.keep_footage_within(clips, incidents, since, PATIENCE).await
    }

    pub(super) async fn keep_footage_within(
        &self,
        clips: &[KnownClip],
        incidents: &[KnownIncident],
        since: DateTime<Utc>,
        patience: Patience,
    ) -> Result<u64, RetentionError> {
        let until = Instant::now() + patience.all;
        let mut copied = 0;
        let copying = self.copy_all(clips, incidents, since, until, patience.one, &mut copied);
        if let Ok(ended) = tokio::time::timeout_at(until + LAST_WORDS, copying).await {
            ended?;
        } else {
            tracing::warn!("copying footage took too long and was cut off");
        }
        Ok(copied)
    }

    async fn copy_all(
        &self,
        clips: &[KnownClip],
        incidents: &[KnownIncident],
        since: DateTime<Utc>,
        until: Instant,
        one: Duration,
        copied: &mut u64,
    ) -> Result<(), RetentionError> {
        let mut copying = Copying { until, one, silent: HashSet::new() };
        let mut wanted = Vec::new();
        for known in clips {
            if let Some(from) = self.source_of(known) {
                wanted.push((Holder::Clip(&known.clip.clip), from, Some(&known.clip)));
            }
        }
        for known in incidents {
            let key = known.incident.photo_key.as_deref();
            if let Some(key) = key.filter(|key| known.photo_present == Some(true) && self.is_prefix(key)) {
                wanted.push((Holder::Photo(&known.incident.incident), From::Bucket(key), None));
            }
        }
        let names: Vec<String> = wanted.iter().map(|(holder, ..)| holder.name()).collect();
        let tried = self.db.failed_since(&names, since).await?;
        for ((holder, from, clip), name) in wanted.into_iter().zip(names) {
            if tried.contains(&name) {
                continue;
            }
            let got = self.copy(&mut copying, &from, clip).await;
            let before = match (clip, &from) {
                (Some(clip), _) => clip.object_key.as_deref(),
                (None, From::Bucket(key)) => Some(*key),
                (None, From::Web(_)) => None,
            };
            *copied += self.settle(holder, before, got).await?;
        }
        Ok(())
    }

    /// One recording, if there is time for it and somebody who answers.
    async fn copy(
        &self,
        copying: &mut Copying,
        from: &From<'_>,
        clip: Option<&Clip>,
    ) -> Result<(Object, Fetched), CopyError> {
        let left = copying.until.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Err(CopyError::NoTime);
        }
        if clip.is_some_and(|clip| clip.password.is_some()) && matches!(from, From::Web(_)) {
            return Err(CopyError::Password);
        }
        let origin = from.origin();
        if let Some(silent) = origin.as_ref().filter(|origin| copying.silent.contains(*origin)) {
            return Err(CopyError::Silent(silent.clone()));
        }
        let time = copying.one.min(left);
        let getting = self.get(from, clip.and_then(|clip| clip.content_type.as_deref()));
        let got = tokio::time::timeout(time, getting).await.unwrap_or(Err(CopyError::Slow(time)));
        if got.as_ref().is_err_and(CopyError::is_silence) {
            copying.silent.extend(origin);
        }
        got
    }

    /// Where a clip is to be copied from, if it is.
    fn source_of<'a>(&self, known: &'a KnownClip) -> Option<From<'a>> {
        let present = known.present == Some(true);
        match (known.clip.object_key.as_deref(), known.clip.external_url.as_deref()) {
            (Some(key), _) if present && self.is_prefix(key) => Some(From::Bucket(key)),
            (Some(_), _) if present => None,
            (_, Some(url)) => {
                let parsed = Url::parse(url).ok()?;
                self.retention.copy_from.iter().any(|source| source.allows(&parsed)).then_some(From::Web(url))
            }
            _ => None,
        }
    }

    fn is_prefix(&self, key: &str) -> bool {
        self.retention
            .copy_from
            .iter()
            .any(|source| matches!(source, FootageSource::Prefix(prefix) if key.starts_with(prefix)))
    }

    /// Brings a recording into the archive, under the key that follows from its content.
    async fn get(&self, from: &From<'_>, content_type: Option<&str>) -> Result<(Object, Fetched), CopyError> {
        let limit = self.retention.copy_limit;
        let fetched = match from {
            From::Web(url) => fetch(&Url::parse(url)?, &self.retention.copy_from, limit).await?,
            From::Bucket(key) => self.read_object(key, limit).await?,
        };
        // What the feed says goes before what a server says of bytes that it hands out as anything.
        let content_type = content_type.unwrap_or(&fetched.content_type).to_owned();
        let key = Key::media(&fetched.sha256, &content_type);
        self.archive.put_file(&key, &fetched.file).await?;
        let object = Object {
            object_key: key.path().to_owned(),
            sha256: Some(fetched.sha256.clone()),
            size: i64::try_from(fetched.size).ok(),
            content_type: Some(content_type),
            present: true,
            checked_at: self.clock.now(),
        };
        Ok((object, fetched))
    }

    async fn read_object(&self, key: &str, limit: u64) -> Result<Fetched, CopyError> {
        let (info, mut reader) = self.archive.read(&Key::external(key)?).await?.ok_or(CopyError::Absent)?;
        let mut sink = Sink::new(limit)?;
        let mut buffer = vec![0; 64 << 10];
        loop {
            match reader.read(&mut buffer).await.map_err(CopyError::Read)? {
                0 => return Ok(sink.finish(info.content_type.unwrap_or_default()).await?),
                some => sink.take(&buffer[..some]).await?,
            }
        }
    }

    /// Writes down what became of a copy.
    async fn settle(
        &self,
        holder: Holder<'_>,
        before: Option<&str>,
        got: Result<(Object, Fetched), CopyError>,
    ) -> Result<u64, RetentionError> {
        let (object, fetched) = match got {
            Ok(got) => got,
            Err(error) => {
                tracing::warn!(what = ?holder, error = &error as &dyn std::error::Error, "a recording stays with its producer");
                let mut tx = self.db.begin().await?;
                footage::note(&mut tx, holder, &chain(&error), self.clock.now()).await?;
                tx.commit().await?;
                return Ok(0);
            }
        };
        let mut known = None;
        loop {
            // The same content may have been swept between the upload and now.
            let (mut tx, was_doomed) = outlast_dooms(&self.db, &[&object.object_key]).await?;
            let latest = latest_removal(&mut tx, &[&object.object_key], object.checked_at).await?;
            if latest == known && !was_doomed {
                tx.put_objects(std::slice::from_ref(&object)).await?;
                let named = footage::name_copy(&mut tx, holder, before, &object).await?;
                tx.commit().await?;
                return Ok(u64::from(named));
            }
            known = latest;
            drop(tx);
            let key = Key::media(&fetched.sha256, object.content_type.as_deref().unwrap_or_default());
            self.archive.put_file(&key, &fetched.file).await?;
        }
    }
}
