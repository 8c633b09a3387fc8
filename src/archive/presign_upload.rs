//! Presigned uploads: a key, a size and a hash become an address that takes these bytes, and no others, for minutes.

use std::collections::BTreeMap;
use std::time::{Duration, SystemTime};

use aws_sdk_s3::presigning::PresigningConfig;
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use chrono::{DateTime, Utc};
use url::Url;

use super::presign::LONGEST;
use super::{Archive, ArchiveError, Key};

/// What is to be uploaded.
#[derive(Debug, Clone)]
pub struct Upload {
    /// Its size in bytes; one PUT takes 5 GiB at most.
    pub size: u64,
    /// SHA-256 of its bytes.
    pub sha256: [u8; 32],
    /// The instant from which on the address works.
    pub now: DateTime<Utc>,
    /// How long it works; at most 15 minutes, more is cut.
    pub expires_in: Duration,
}

/// Where to upload, and how.
#[derive(Debug, Clone)]
pub struct UploadAddress {
    /// To be asked with PUT.
    pub url: Url,
    /// Headers that must be sent as they are: size, type and hash are signed with the address.
    pub headers: BTreeMap<String, String>,
    /// From when on it does not work.
    pub expires_at: DateTime<Utc>,
}

impl Archive {
    /// An address to which anybody may upload what `upload` describes, with the key's content type.
    ///
    /// # Errors
    /// [`ArchiveError::Presign`].
    pub async fn presign_upload(&self, key: &Key, upload: &Upload) -> Result<UploadAddress, ArchiveError> {
        let failed = |source| ArchiveError::Presign { key: key.path().to_owned(), source };
        let expires_in = upload.expires_in.min(LONGEST);
        let config = PresigningConfig::builder()
            .start_time(SystemTime::from(upload.now))
            .expires_in(expires_in)
            .build()
            .map_err(|error| failed(error.into()))?;
        let size = i64::try_from(upload.size).map_err(|error| failed(error.into()))?;
        let request = self
            .public()
            .put_object()
            .bucket(self.bucket())
            .key(key.path())
            .content_type(key.content_type())
            .content_length(size)
            .checksum_sha256(BASE64_STANDARD.encode(upload.sha256))
            .presigned(config)
            .await
            .map_err(|error| failed(error.into()))?;
        let headers = request.headers().map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned())).collect();
        let url = Url::parse(request.uri()).map_err(|error| failed(error.into()))?;
        Ok(UploadAddress { url, headers, expires_at: upload.now + expires_in })
    }
}
