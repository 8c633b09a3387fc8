//! Footage: recordings whose producer keeps them for a few days only come into the archive, and their rows name the
//! copy from then on. What cannot be copied stays where it is, with a note; no report fails for it.

use std::time::Duration;

use tokio::io::AsyncReadExt;
use url::Url;

use super::fetch::{FetchError, Fetched, Sink, fetch};
use super::{RetentionError, Sweeper};
use crate::archive::{ArchiveError, Key};
use crate::config::FootageSource;
use crate::db::clips::KnownClip;
use crate::db::footage::{self, Holder};
use crate::db::incidents::KnownIncident;
use crate::db::media::latest_removal;
use crate::db::objects::Object;

/// How long one recording may take.
const ONE: Duration = Duration::from_mins(2);
/// How long all recordings of a report may take: a mail is waiting for them.
const ALL: Duration = Duration::from_mins(5);

/// Why a recording was not copied.
#[derive(Debug, thiserror::Error)]
enum CopyError {
    #[error("it cannot be fetched")]
    Fetch(#[from] FetchError),
    #[error("it took longer than two minutes")]
    Slow,
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

impl Sweeper {
    /// Copies what `[retention] copy_clips_from` names of a night's clips and photos; returns how many were copied.
    pub async fn keep_footage(&self, clips: &[KnownClip], incidents: &[KnownIncident]) -> Result<u64, RetentionError> {
        let began = tokio::time::Instant::now();
        let mut copied = 0;
        for known in clips {
            let clip = &known.clip;
            let Some(from) = self.source_of(known) else { continue };
            let got = match () {
                () if began.elapsed() > ALL => Err(CopyError::NoTime),
                () if clip.password.is_some() && matches!(from, From::Web(_)) => Err(CopyError::Password),
                () => self.get(&from, clip.content_type.as_deref()).await,
            };
            let holder = Holder::Clip(&clip.clip);
            copied += self.settle(holder, clip.object_key.as_deref(), got).await?;
        }
        for known in incidents {
            let incident = &known.incident;
            let Some(key) =
                incident.photo_key.as_deref().filter(|key| known.photo_present == Some(true) && self.is_prefix(key))
            else {
                continue;
            };
            let got =
                if began.elapsed() > ALL { Err(CopyError::NoTime) } else { self.get(&From::Bucket(key), None).await };
            copied += self.settle(Holder::Photo(&incident.incident), Some(key), got).await?;
        }
        Ok(copied)
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
        let getting = async {
            match from {
                From::Web(url) => Ok(fetch(&Url::parse(url)?, &self.retention.copy_from, limit).await?),
                From::Bucket(key) => self.read_object(key, limit).await,
            }
        };
        let fetched = tokio::time::timeout(ONE, getting).await.map_err(|_| CopyError::Slow)??;
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
                footage::note(&mut tx, holder, &told(&error), self.clock.now()).await?;
                tx.commit().await?;
                return Ok(0);
            }
        };
        let mut known = None;
        loop {
            let mut tx = self.db.begin().await?;
            tx.hold_imports().await?;
            // The same content may have been swept between the upload and now.
            let latest = latest_removal(&mut tx, &[&object.object_key], object.checked_at).await?;
            if latest == known {
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

/// An error and its causes in one line.
fn told(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text.push_str(": ");
        text.push_str(&cause.to_string());
        source = cause.source();
    }
    text
}
