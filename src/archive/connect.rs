//! Connecting: `[archive]` becomes a client of a real endpoint, or of the embedded server that it starts.

use std::sync::Arc;
use std::time::Duration;

use aws_sdk_s3::Client;
use aws_sdk_s3::config::retry::RetryConfig;
use aws_sdk_s3::config::timeout::TimeoutConfig;
use aws_sdk_s3::config::{
    BehaviorVersion, Credentials, Region, RequestChecksumCalculation, ResponseChecksumValidation,
};

use super::ArchiveError;
use super::client::{Archive, Inner};
use super::embedded::{self, Embedded};
use crate::config;

/// How long a server may take to accept a connection.
pub(super) const CONNECT: Duration = Duration::from_secs(5);
/// How long one try of a small object may take.
const ATTEMPT: Duration = Duration::from_mins(1);
/// Tries of one call; more patience is the engine's.
const ATTEMPTS: u32 = 3;

/// How a client reaches a bucket.
struct Reach<'a> {
    endpoint: Option<&'a str>,
    region: &'a str,
    path_style: bool,
    access_key_id: &'a str,
    secret_access_key: &'a str,
}

impl Archive {
    /// Connects. The embedded server is started (its folder and bucket are made where missing); a real endpoint is
    /// not asked before the first call, see [`Archive::check`].
    ///
    /// # Errors
    /// [`ArchiveError::Folder`] and [`ArchiveError::Listen`] of the embedded server, [`ArchiveError::Endpoint`] of a
    /// real one.
    pub async fn connect(config: &config::Archive) -> Result<Self, ArchiveError> {
        match config {
            config::Archive::Embedded { path } => {
                let server = Embedded::start(path).await?;
                let reach = Reach {
                    endpoint: Some(server.endpoint()),
                    region: embedded::REGION,
                    path_style: true,
                    access_key_id: server.access_key_id(),
                    secret_access_key: server.secret_access_key(),
                };
                let client = client(&reach);
                Ok(Self(Arc::new(Inner {
                    public: client.clone(),
                    client,
                    endpoint: server.endpoint().to_owned(),
                    bucket: embedded::BUCKET.to_owned(),
                    server: Some(server),
                })))
            }
            config::Archive::S3 {
                endpoint,
                public_endpoint,
                region,
                bucket,
                path_style,
                access_key_id,
                secret_access_key,
            } => {
                let mut reach = Reach {
                    endpoint: endpoint.as_deref(),
                    region,
                    path_style: *path_style,
                    access_key_id,
                    secret_access_key,
                };
                let inner = client(&reach);
                reach.endpoint = public_endpoint.as_deref().or(reach.endpoint);
                let archive = Self(Arc::new(Inner {
                    public: client(&reach),
                    client: inner,
                    endpoint: endpoint.clone().unwrap_or_else(|| "AWS".to_owned()),
                    bucket: bucket.clone(),
                    server: None,
                }));
                archive.public_origin().await?;
                Ok(archive)
            }
        }
    }
}

fn client(reach: &Reach<'_>) -> Client {
    let credentials = Credentials::new(reach.access_key_id, reach.secret_access_key, None, None, "daybreak");
    let mut config = aws_sdk_s3::Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new(reach.region.to_owned()))
        .credentials_provider(credentials)
        .force_path_style(reach.path_style)
        // The signature covers the SHA-256 of a body already; other servers than AWS stumble over more.
        .request_checksum_calculation(RequestChecksumCalculation::WhenRequired)
        .response_checksum_validation(ResponseChecksumValidation::WhenRequired)
        .retry_config(RetryConfig::standard().with_max_attempts(ATTEMPTS))
        .timeout_config(TimeoutConfig::builder().connect_timeout(CONNECT).operation_attempt_timeout(ATTEMPT).build());
    if let Some(endpoint) = reach.endpoint {
        config = config.endpoint_url(endpoint);
    }
    Client::from_conf(config.build())
}
