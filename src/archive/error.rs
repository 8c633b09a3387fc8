//! What can go wrong with the archive: SDK errors become one sentence each, retryable or final by type.

use std::path::PathBuf;

use aws_sdk_s3::config::http::HttpResponse;
use aws_sdk_s3::error::{ProvideErrorMetadata, SdkError};

use crate::model::chain;

/// Codes by which the embedded server says what a disk said.
pub(super) const STORAGE_FULL: &str = "StorageFull";
pub(super) const STORAGE_READ_ONLY: &str = "StorageReadOnly";

/// How rustls begins what it says of every certificate that it refuses.
const UNTRUSTED: &str = "invalid peer certificate";

type Source = Box<dyn std::error::Error + Send + Sync>;

/// What went wrong, by the step that failed.
#[derive(Debug, thiserror::Error)]
pub enum ArchiveError {
    /// The embedded server's folder.
    #[error("cannot use the archive's folder {} (is it writable?)", path.display())]
    Folder {
        /// Which folder or file of it.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The embedded server has no port.
    #[error("the embedded archive cannot listen on 127.0.0.1")]
    Listen(#[source] std::io::Error),
    /// The endpoint's URL or the bucket's name makes no address.
    #[error("the archive's endpoint {endpoint:?} and bucket {bucket:?} make no valid address")]
    Endpoint {
        /// As configured.
        endpoint: String,
        /// As configured.
        bucket: String,
    },
    /// Nobody answers: connection refused, no such host, no route.
    #[error("the archive at {endpoint} cannot be reached")]
    Unreachable {
        /// Where.
        endpoint: String,
        /// Why.
        source: Source,
    },
    /// Its certificate is not trusted: another server answers, or one whose certificate has run out.
    #[error("the connection to the archive at {endpoint} is not safe")]
    Untrusted {
        /// Where.
        endpoint: String,
        /// Why.
        source: Source,
    },
    /// No answer in time.
    #[error("the archive at {endpoint} did not answer in time")]
    Timeout {
        /// Where.
        endpoint: String,
    },
    /// The server asks to come back later (5xx, throttling).
    #[error("the archive at {endpoint} is busy or broken for now ({code})")]
    Busy {
        /// Where.
        endpoint: String,
        /// Its word.
        code: String,
    },
    /// The disk is full.
    #[error("the archive's disk is full; free some space and try again")]
    Full,
    /// The folder cannot be written to.
    #[error("the archive's folder is read-only for this user")]
    ReadOnly,
    /// No such bucket.
    #[error("the archive has no bucket {bucket:?}; create it, or correct `bucket` in jobs.toml")]
    Bucket {
        /// Which.
        bucket: String,
    },
    /// Wrong keys, or keys without the right.
    #[error(
        "the archive refuses the access key or its rights ({code}); check DAYBREAK_S3_ACCESS_KEY_ID and \
             DAYBREAK_S3_SECRET_ACCESS_KEY"
    )]
    Denied {
        /// Its word.
        code: String,
    },
    /// No such object where there must be one.
    #[error("the archive has no object {key:?}")]
    Missing {
        /// Which.
        key: String,
    },
    /// An object is shorter than the range that was asked for.
    #[error("the object {key:?} ends before byte {end}")]
    Range {
        /// Which.
        key: String,
        /// The first byte after the range.
        end: u64,
    },
    /// Anything else that the server refuses for good.
    #[error("the archive refused ({code}): {message}")]
    Refused {
        /// Its word.
        code: String,
        /// Its sentence.
        message: String,
    },
    /// The answer broke off.
    #[error("the object {key:?} broke off while being read")]
    Body {
        /// Which.
        key: String,
        /// Why.
        source: Source,
    },
    /// A local file that was to be uploaded.
    #[error("cannot read {}", path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        source: Source,
    },
    /// No link could be signed.
    #[error("cannot sign a link to {key:?}")]
    Presign {
        /// To what.
        key: String,
        /// Why.
        source: Source,
    },
    /// The probe of `doctor` read something else than it had written.
    #[error("the archive returned other bytes than were written")]
    Probe,
}

impl ArchiveError {
    /// Whether the same call may succeed later, by itself, or because somebody frees a disk, renews a certificate or
    /// puts a key right.
    #[must_use]
    pub const fn is_retryable(&self) -> bool {
        matches!(
            self,
            Self::Unreachable { .. }
                | Self::Untrusted { .. }
                | Self::Timeout { .. }
                | Self::Busy { .. }
                | Self::Full
                | Self::Denied { .. }
                | Self::Body { .. }
        )
    }

    /// What to do about it, for `doctor` and the log.
    #[must_use]
    pub const fn remedy(&self) -> &'static str {
        match self {
            Self::Folder { .. } | Self::Full | Self::ReadOnly => {
                "check that the folder is writable and that the disk has room"
            }
            Self::Untrusted { .. } => {
                "let the server's certificate name the host of [archive] endpoint, be valid, and come from an authority that \
                 this machine trusts"
            }
            Self::Unreachable { .. } | Self::Timeout { .. } | Self::Busy { .. } => {
                "check [archive] endpoint in jobs.toml, that the server runs, and that no firewall is between"
            }
            _ => "check [archive] in jobs.toml, and DAYBREAK_S3_ACCESS_KEY_ID and DAYBREAK_S3_SECRET_ACCESS_KEY",
        }
    }
}

/// What an error is about, for its sentence.
#[derive(Clone, Copy)]
pub(super) struct Scene<'a> {
    pub(super) endpoint: &'a str,
    pub(super) bucket: &'a str,
    pub(super) key: &'a str,
}

/// Reads an SDK error. A missing object is [`ArchiveError::Missing`]; who expects it matches on that.
pub(super) fn of_sdk<E>(error: SdkError<E, HttpResponse>, scene: Scene<'_>) -> ArchiveError
where
    E: ProvideErrorMetadata + std::error::Error + Send + Sync + 'static,
{
    let endpoint = scene.endpoint.to_owned();
    match error {
        SdkError::TimeoutError(_) => ArchiveError::Timeout { endpoint },
        SdkError::DispatchFailure(ref failure) if failure.is_timeout() => ArchiveError::Timeout { endpoint },
        SdkError::DispatchFailure(_) if chain(&error).contains(UNTRUSTED) => {
            ArchiveError::Untrusted { endpoint, source: Box::new(error) }
        }
        SdkError::DispatchFailure(_) => ArchiveError::Unreachable { endpoint, source: Box::new(error) },
        SdkError::ResponseError(_) => ArchiveError::Busy { endpoint, code: "unreadable answer".into() },
        SdkError::ServiceError(refused) => {
            let status = refused.raw().status().as_u16();
            of_code(refused.err().code(), refused.err().message(), status, scene)
        }
        other => ArchiveError::Refused { code: "request".into(), message: other.to_string() },
    }
}

/// HEAD has no body, so its status must do where the code is missing.
fn of_code(code: Option<&str>, message: Option<&str>, status: u16, scene: Scene<'_>) -> ArchiveError {
    let word = code.map_or_else(|| format!("HTTP {status}"), str::to_owned);
    match (code.unwrap_or_default(), status) {
        (STORAGE_FULL, _) => ArchiveError::Full,
        (STORAGE_READ_ONLY, _) => ArchiveError::ReadOnly,
        ("NoSuchBucket", _) => ArchiveError::Bucket { bucket: scene.bucket.to_owned() },
        ("NoSuchKey" | "NotFound", _) | (_, 404) => ArchiveError::Missing { key: scene.key.to_owned() },
        (_, 401 | 403) => ArchiveError::Denied { code: word },
        (_, 429 | 500..) | ("SlowDown" | "RequestTimeout", _) => {
            ArchiveError::Busy { endpoint: scene.endpoint.to_owned(), code: word }
        }
        _ => ArchiveError::Refused { code: word, message: message.unwrap_or("no reason was given").to_owned() },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_may_heal_is_retried_and_what_the_server_will_always_refuse_is_not() {
        let scene = Scene { endpoint: "https://s3.example", bucket: "b", key: "k" };
        assert!(of_code(Some("StorageFull"), None, 400, scene).is_retryable());
        assert!(of_code(Some("SlowDown"), None, 503, scene).is_retryable());
        assert!(of_code(None, None, 500, scene).is_retryable());
        let denied = of_code(Some("SignatureDoesNotMatch"), None, 403, scene);
        assert!(
            matches!(denied, ArchiveError::Denied { .. }) && denied.is_retryable(),
            "somebody may put the key right"
        );
        assert!(matches!(of_code(Some("NoSuchBucket"), None, 404, scene), ArchiveError::Bucket { .. }));
        assert!(matches!(of_code(None, None, 404, scene), ArchiveError::Missing { .. }));
        assert!(!of_code(Some(STORAGE_READ_ONLY), None, 400, scene).is_retryable());
    }
}
