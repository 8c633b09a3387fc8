//! The client: keys and bytes become calls of aws-sdk-s3, and its answers become values of ours.

use std::path::Path;
use std::pin::Pin;
use std::sync::Arc;

use aws_sdk_s3::Client;
use aws_sdk_s3::config::timeout::TimeoutConfig;
use aws_sdk_s3::primitives::ByteStream;
use bytes::Bytes;
use tokio::io::AsyncRead;

use super::connect::CONNECT;
use super::embedded::Embedded;
use super::error::{Scene, of_sdk};
use super::{ArchiveError, Key};

/// A body that is read as it comes.
pub type ByteReader = Pin<Box<dyn AsyncRead + Send>>;

/// Where the bytes are; clones share one client (and one embedded server).
#[derive(Clone)]
pub struct Archive(pub(super) Arc<Inner>);

pub(super) struct Inner {
    pub(super) client: Client,
    /// Signs links for browsers, which may reach the server under another name.
    pub(super) public: Client,
    pub(super) endpoint: String,
    pub(super) bucket: String,
    pub(super) server: Option<Embedded>,
}

/// What is known about an object without reading it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ObjectInfo {
    /// Size in bytes.
    pub size: u64,
    /// Content type, where one was given when it was stored.
    pub content_type: Option<String>,
}

impl Archive {
    /// Stores bytes, replacing what was under the key.
    ///
    /// # Errors
    /// [`ArchiveError`], retryable or final by [`ArchiveError::is_retryable`].
    pub async fn put(&self, key: &Key, bytes: Bytes) -> Result<(), ArchiveError> {
        self.put_object(key, ByteStream::from(bytes), None).await
    }

    /// Stores a file's bytes without holding them in memory; up to 5 GiB, S3's limit for one upload.
    ///
    /// # Errors
    /// [`ArchiveError::File`] for the file, else as [`Archive::put`].
    pub async fn put_file(&self, key: &Key, path: &Path) -> Result<(), ArchiveError> {
        let unreadable = |source| ArchiveError::File { path: path.to_path_buf(), source: Box::new(source) };
        let body = ByteStream::from_path(path).await.map_err(unreadable)?;
        // A recording may take longer than any fixed time; the SDK gives up on an upload that stalls.
        let patient = TimeoutConfig::builder().connect_timeout(CONNECT).disable_operation_attempt_timeout().build();
        self.put_object(key, body, Some(patient)).await
    }

    async fn put_object(&self, key: &Key, body: ByteStream, time: Option<TimeoutConfig>) -> Result<(), ArchiveError> {
        let mut call = self
            .client()
            .put_object()
            .bucket(&self.0.bucket)
            .key(key.path())
            .content_type(key.content_type())
            .cache_control(key.cache_control())
            .body(body)
            .customize();
        if let Some(time) = time {
            call = call.config_override(aws_sdk_s3::config::Builder::new().timeout_config(time));
        }
        call.send().await.map_err(|error| of_sdk(error, self.scene(key)))?;
        Ok(())
    }

    /// What is known about an object, or nothing where there is none.
    ///
    /// # Errors
    /// [`ArchiveError`] where the archive does not say.
    pub async fn head(&self, key: &Key) -> Result<Option<ObjectInfo>, ArchiveError> {
        let call = self.client().head_object().bucket(&self.0.bucket).key(key.path());
        found(
            call.send()
                .await
                .map_err(|error| of_sdk(error, self.scene(key)))
                .map(|head| ObjectInfo { size: size(head.content_length), content_type: head.content_type }),
        )
    }

    /// An object's bytes, or nothing where there is none.
    ///
    /// # Errors
    /// [`ArchiveError`] where the archive does not say, or the answer breaks off.
    pub async fn get(&self, key: &Key) -> Result<Option<Bytes>, ArchiveError> {
        let call = self.client().get_object().bucket(&self.0.bucket).key(key.path());
        match found(call.send().await.map_err(|error| of_sdk(error, self.scene(key))))? {
            None => Ok(None),
            Some(object) => collect(key, object.body).await.map(Some),
        }
    }

    /// `length` bytes of an object from `start` on.
    ///
    /// # Errors
    /// [`ArchiveError::Missing`] where there is no object, [`ArchiveError::Range`] where it is too short.
    pub async fn get_range(&self, key: &Key, start: u64, length: u64) -> Result<Bytes, ArchiveError> {
        let Some(last) = (start + length).checked_sub(1).filter(|_| length > 0) else {
            return Ok(Bytes::new());
        };
        let too_short = || ArchiveError::Range { key: key.path().to_owned(), end: last + 1 };
        let call = self.client().get_object().bucket(&self.0.bucket).key(key.path());
        let object = call.range(format!("bytes={start}-{last}")).send().await.map_err(|error| {
            match of_sdk(error, self.scene(key)) {
                ArchiveError::Refused { code, .. } if code == "InvalidRange" => too_short(),
                other => other,
            }
        })?;
        let bytes = collect(key, object.body).await?;
        if bytes.len() as u64 == length { Ok(bytes) } else { Err(too_short()) }
    }

    /// An object's bytes as they come, or nothing where there is none: for what is too large for memory.
    ///
    /// # Errors
    /// [`ArchiveError`] where the archive does not say; the reader fails where the answer breaks off.
    pub async fn read(&self, key: &Key) -> Result<Option<(ObjectInfo, ByteReader)>, ArchiveError> {
        let call = self.client().get_object().bucket(&self.0.bucket).key(key.path());
        let object = found(call.send().await.map_err(|error| of_sdk(error, self.scene(key))))?;
        Ok(object.map(|object| {
            let info = ObjectInfo { size: size(object.content_length), content_type: object.content_type };
            (info, Box::pin(object.body.into_async_read()) as ByteReader)
        }))
    }

    /// Deletes an object; deleting nothing is no error.
    ///
    /// # Errors
    /// [`ArchiveError`] where the archive refuses.
    pub async fn delete(&self, key: &Key) -> Result<(), ArchiveError> {
        let call = self.client().delete_object().bucket(&self.0.bucket).key(key.path());
        found(call.send().await.map_err(|error| of_sdk(error, self.scene(key))))?;
        Ok(())
    }

    /// Stops the embedded server after the calls under way; a real endpoint needs no farewell.
    pub async fn close(&self) {
        if let Some(server) = &self.0.server {
            server.stop().await;
        }
    }

    /// Where it is, for messages.
    #[must_use]
    pub fn endpoint(&self) -> &str {
        &self.0.endpoint
    }

    pub(super) fn bucket(&self) -> &str {
        &self.0.bucket
    }

    pub(super) fn client(&self) -> &Client {
        &self.0.client
    }

    pub(super) fn public(&self) -> &Client {
        &self.0.public
    }

    pub(super) fn scene<'a>(&'a self, key: &'a Key) -> Scene<'a> {
        Scene { endpoint: &self.0.endpoint, bucket: &self.0.bucket, key: key.path() }
    }
}

impl std::fmt::Debug for Archive {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Archive({} at {})", self.0.bucket, self.0.endpoint)
    }
}

/// A missing object is an answer, not an error.
fn found<T>(answer: Result<T, ArchiveError>) -> Result<Option<T>, ArchiveError> {
    match answer {
        Ok(value) => Ok(Some(value)),
        Err(ArchiveError::Missing { .. }) => Ok(None),
        Err(error) => Err(error),
    }
}

async fn collect(key: &Key, body: ByteStream) -> Result<Bytes, ArchiveError> {
    let broke_off = |source| ArchiveError::Body { key: key.path().to_owned(), source: Box::new(source) };
    Ok(body.collect().await.map_err(broke_off)?.into_bytes())
}

fn size(length: Option<i64>) -> u64 {
    length.and_then(|length| u64::try_from(length).ok()).unwrap_or(0)
}
