//! Presigned URLs: a key becomes an address that works for minutes, with the content type that a browser needs.

use std::time::{Duration, SystemTime};

use aws_sdk_s3::presigning::PresigningConfig;
use chrono::{DateTime, Utc};
use url::Url;

use super::{Archive, ArchiveError, Key};

/// No presigned URL lives longer (design decision 7).
pub(super) const LONGEST: Duration = Duration::from_mins(15);

/// How an object is to be served.
#[derive(Debug, Clone)]
pub struct PresignOptions<'a> {
    /// The instant from which on it works.
    pub now: DateTime<Utc>,
    /// How long it works; at most 15 minutes, more is cut.
    pub expires_in: Duration,
    /// What the browser is told it is, whatever stands with the object.
    pub content_type: Option<&'a str>,
    /// Name under which it is saved.
    pub file_name: Option<&'a str>,
}

impl Archive {
    /// A URL that anybody may open for some minutes: ranges work, nothing is cached.
    ///
    /// # Errors
    /// [`ArchiveError::Presign`].
    pub async fn presign(&self, key: &Key, options: PresignOptions<'_>) -> Result<Url, ArchiveError> {
        let failed = |source| ArchiveError::Presign { key: key.path().to_owned(), source };
        let config = PresigningConfig::builder()
            .start_time(SystemTime::from(options.now))
            .expires_in(options.expires_in.min(LONGEST))
            .build()
            .map_err(|error| failed(error.into()))?;
        let request = self
            .public()
            .get_object()
            .bucket(self.bucket())
            .key(key.path())
            .response_cache_control("private, no-store")
            .set_response_content_type(options.content_type.map(str::to_owned))
            .set_response_content_disposition(options.file_name.map(disposition))
            .presigned(config)
            .await
            .map_err(|error| failed(error.into()))?;
        Url::parse(request.uri()).map_err(|error| failed(error.into()))
    }

    /// Scheme, host and port of presigned URLs: what a page's Content-Security-Policy must let in.
    ///
    /// # Errors
    /// [`ArchiveError::Endpoint`] where endpoint and bucket make no address.
    pub async fn public_origin(&self) -> Result<String, ArchiveError> {
        let options =
            PresignOptions { now: DateTime::UNIX_EPOCH, expires_in: LONGEST, content_type: None, file_name: None };
        let endpoint =
            || ArchiveError::Endpoint { endpoint: self.endpoint().to_owned(), bucket: self.bucket().to_owned() };
        let url = self.presign(&Key::probe(0), options).await.map_err(|_| endpoint())?;
        if url.has_host() { Ok(url.origin().ascii_serialization()) } else { Err(endpoint()) }
    }
}

/// `Content-Disposition` (RFC 6266): shown in the browser, saved under `name`; beside the ASCII form the exact one.
fn disposition(name: &str) -> String {
    let plain: String = name
        .chars()
        .map(|character| if character.is_ascii_alphanumeric() || "-_. ".contains(character) { character } else { '_' })
        .collect();
    let mut exact = String::new();
    for byte in name.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.".contains(&byte) {
            exact.push(char::from(byte));
        } else {
            exact.push('%');
            exact.push_str(&hex::encode_upper([byte]));
        }
    }
    format!("inline; filename=\"{plain}\"; filename*=UTF-8''{exact}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hostile_file_name_stays_a_file_name() {
        assert_eq!(
            disposition("ż\"\r\nX: y.mp4"),
            "inline; filename=\"____X_ y.mp4\"; filename*=UTF-8''%C5%BC%22%0D%0AX%3A%20y.mp4"
        );
    }
}
