//! `[archive]`: where the bytes are.

use std::path::PathBuf;

use schemars::JsonSchema;
use serde::Deserialize;
use url::Url;

use super::environment::{S3_ACCESS_KEY_ID, S3_SECRET_ACCESS_KEY};
use super::key::{Key, Reading};

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

const DEFAULT_PATH: &str = "daybreak-data/archive";
const DEFAULT_REGION: &str = "us-east-1";

/// Where the bytes are: clips, photos, and each report's HTML, text, PDF and frozen data.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
#[schemars(rename = "archive")]
pub(super) struct RawArchive {
    /// Which S3. The default is "embedded".
    kind: Key<ArchiveKind>,
    /// With "embedded": the folder of its files; relative to this file's folder.
    #[schemars(extend("default" = DEFAULT_PATH))]
    path: Key<String>,
    /// With "s3": where the server is, such as `https://s3.example.com`. Leave it out for AWS itself.
    #[schemars(extend("format" = "uri"))]
    endpoint: Key<String>,
    /// With "s3": where browsers reach the server, when that is not `endpoint`; the links to clips lead there.
    #[schemars(extend("format" = "uri"))]
    public_endpoint: Key<String>,
    /// With "s3": the region.
    #[schemars(extend("default" = DEFAULT_REGION))]
    region: Key<String>,
    /// With "s3": the bucket. The keys to it come from `DAYBREAK_S3_ACCESS_KEY_ID` and `DAYBREAK_S3_SECRET_ACCESS_KEY`.
    bucket: Key<String>,
    /// With "s3": `https://host/bucket/key` instead of `https://bucket.host/key`. The default is true with an
    /// `endpoint`, and false for AWS.
    path_style: Key<bool>,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(inline)]
enum ArchiveKind {
    /// An S3 server inside this process, with its files in a folder.
    #[default]
    Embedded,
    /// A real S3 server.
    S3,
}

impl RawArchive {
    pub(super) fn check(&self, reading: &mut Reading<'_>) -> Archive {
        if self.kind.get().copied().unwrap_or_default() == ArchiveKind::S3 {
            self.s3(reading)
        } else {
            self.embedded(reading)
        }
    }

    fn embedded(&self, reading: &mut Reading<'_>) -> Archive {
        for (key, name) in [
            (&self.endpoint, "archive.endpoint"),
            (&self.public_endpoint, "archive.public_endpoint"),
            (&self.region, "archive.region"),
            (&self.bucket, "archive.bucket"),
        ] {
            key.only_with(reading, name, "`kind = \"s3\"`");
        }
        self.path_style.only_with(reading, "archive.path_style", "`kind = \"s3\"`");
        let path = self.path.get().map_or(DEFAULT_PATH, String::as_str);
        let path = reading.path(path).unwrap_or_else(|error| {
            reading.faults.at(&self.path.span(), "archive.path", error);
            PathBuf::new()
        });
        Archive::Embedded { path }
    }

    fn s3(&self, reading: &mut Reading<'_>) -> Archive {
        self.path.only_with(reading, "archive.path", "`kind = \"embedded\"`");
        let bucket = self.bucket.read(reading, "archive.bucket", |bucket| bucket_name(bucket));
        if !self.bucket.is_set() {
            reading.faults.at(&self.kind.span(), "archive.bucket", "is missing; `kind = \"s3\"` needs a bucket");
        }
        let endpoint = self.endpoint.read(reading, "archive.endpoint", |url| web_url(url));
        let public_endpoint = self.public_endpoint.read(reading, "archive.public_endpoint", |url| web_url(url));
        let region = self.region.read(reading, "archive.region", |region| super::key::line_of_text(region, 64));
        let mut secret = |name| {
            let value = reading.secret(name);
            if value.is_none() {
                let message = format!("{name} is not set in the environment; `kind = \"s3\"` needs it");
                reading.faults.at(&self.kind.span(), "archive.kind", message);
            }
            value.unwrap_or_default()
        };
        Archive::S3 {
            access_key_id: secret(S3_ACCESS_KEY_ID),
            secret_access_key: secret(S3_SECRET_ACCESS_KEY),
            path_style: self.path_style.get().copied().unwrap_or(self.endpoint.is_set()),
            endpoint,
            public_endpoint,
            region: region.unwrap_or_else(|| DEFAULT_REGION.to_owned()),
            bucket: bucket.unwrap_or_default(),
        }
    }
}

/// S3's rule for bucket names (3 to 63 lower-case letters, digits, dots and hyphens).
fn bucket_name(raw: &str) -> Result<String, &'static str> {
    let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-' || c == '.';
    let ends_well = !raw.starts_with(['-', '.']) && !raw.ends_with(['-', '.']);
    if (3..=63).contains(&raw.len()) && raw.chars().all(allowed) && ends_well {
        Ok(raw.to_owned())
    } else {
        Err(
            "a bucket's name has 3 to 63 lower-case letters, digits, dots and hyphens, and begins and ends with a letter or digit",
        )
    }
}

/// An endpoint, without the slash at its end.
fn web_url(raw: &str) -> Result<String, &'static str> {
    let url = Url::parse(raw).ok().filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host());
    let url = url.ok_or("must be a URL such as https://s3.example.com")?;
    if !url.username().is_empty() || url.password().is_some() || url.query().is_some() || url.fragment().is_some() {
        return Err("must be scheme, host and port only; the keys come from the environment");
    }
    Ok(raw.trim_end_matches('/').to_owned())
}
