//! `[archive]`: where the bytes are.

use std::path::PathBuf;

/// Which S3.
#[derive(Clone, PartialEq, Eq)]
pub enum Archive {
    /// An S3 server inside this process, on a loopback port, with its files in a folder: the embedded default.
    Embedded {
        /// The folder.
        path: PathBuf,
    },
    /// A real S3 endpoint.
    S3 {
        /// `https://…`; none for AWS itself.
        endpoint: Option<String>,
        /// Where browsers reach it, when that differs from `endpoint`: presigned links carry this one.
        public_endpoint: Option<String>,
        /// Region.
        region: String,
        /// Bucket.
        bucket: String,
        /// `https://host/bucket/key` instead of `https://bucket.host/key`.
        path_style: bool,
        /// From `DAYBREAK_S3_ACCESS_KEY_ID`.
        access_key_id: String,
        /// From `DAYBREAK_S3_SECRET_ACCESS_KEY`.
        secret_access_key: String,
    },
}

impl std::fmt::Debug for Archive {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Embedded { path } => write!(f, "embedded S3 in {}", path.display()),
            Self::S3 { endpoint, bucket, .. } => {
                write!(f, "s3 bucket {bucket} at {}", endpoint.as_deref().unwrap_or("AWS"))
            }
        }
    }
}
