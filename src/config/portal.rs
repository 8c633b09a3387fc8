//! `[portal]`: where the portal listens and how people reach it.

use std::net::SocketAddr;

use schemars::JsonSchema;
use serde::Deserialize;
use url::Url;

use super::key::{Key, Reading};
use super::quantity::{SIZE_PATTERN, parse_size};

/// Where the portal listens and how people reach it.
#[derive(Debug, Clone)]
pub struct Portal {
    /// Address and port to listen on.
    pub listen: SocketAddr,
    /// What links begin with, as people reach it: ends with a slash, so that `join("c/…")` keeps its path.
    pub public_url: Url,
    /// A location whose latest review is older than so many days is listed among all locations only.
    pub review_days: u32,
    /// What producers may send.
    pub intake: Intake,
    /// How many servers stand before the portal and add the address that they were asked from to `X-Forwarded-For`.
    pub proxies: usize,
}

/// What producers may send.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Intake {
    /// The largest feed of one request, in bytes after decompression.
    pub max_feed: u64,
    /// The largest clip or photo that is uploaded, in bytes.
    pub max_media: u64,
}

impl Default for Intake {
    fn default() -> Self {
        Self { max_feed: DEFAULT_FEED, max_media: DEFAULT_MEDIA }
    }
}

const DEFAULT_REVIEW_DAYS: u32 = 7;
const DEFAULT_LISTEN: &str = "127.0.0.1:8080";
const DEFAULT_FEED: u64 = 1_000_000_000;
const DEFAULT_MEDIA: u64 = 2_000_000_000;
/// What S3 takes in one PUT.
const LARGEST_MEDIA: u64 = 5 << 30;
/// A line has a mebibyte at most, and one must fit.
const SMALLEST: u64 = 2_000_000;

/// Where the portal listens and how people reach it.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
#[schemars(rename = "portal")]
pub(super) struct RawPortal {
    /// Address and port to listen on; "0.0.0.0:8080" listens to the whole network.
    #[schemars(extend("default" = DEFAULT_LISTEN))]
    listen: Key<String>,
    /// What the links in mails begin with, as people reach the portal, such as `https://nights.example.com`. The default
    /// is localhost with the port of `listen`, which works on this machine only.
    #[schemars(extend("format" = "uri", "default" = "http://localhost:8080"))]
    public_url: Key<String>,
    /// The largest feed that `POST /api/v1/feed` takes in one request (decompressed): from 2MB to 100GB.
    #[schemars(extend("default" = "1GB", "pattern" = SIZE_PATTERN))]
    max_feed: Key<String>,
    /// The largest clip or photo for which `POST /api/v1/media` gives an address: from 2MB to 5GB.
    #[schemars(extend("default" = "2GB", "pattern" = SIZE_PATTERN))]
    max_media: Key<String>,
    /// A location whose latest review is older than so many days is not in the list of locations any more, only in the
    /// list of all ("Suspicious incidents report").
    #[schemars(range(min = 1, max = 366), extend("default" = DEFAULT_REVIEW_DAYS))]
    review_days: Key<i64>,
    /// How many proxies of yours stand before the portal: each adds the address that it was asked from to X-Forwarded-For,
    /// and so many are believed, counted from the last. 0 believes none. Access log, audit log and the limits of the
    /// sign-in go by these addresses.
    #[schemars(extend("default" = 0, "minimum" = 0, "maximum" = 10))]
    behind_proxies: Key<i64>,
}

impl RawPortal {
    pub(super) fn check(&self, reading: &mut Reading<'_>) -> Portal {
        let listen = self.listen.read(reading, "portal.listen", |raw| {
            raw.parse().map_err(|_| "must be an address and a port, such as \"127.0.0.1:8080\" or \"[::]:8080\"")
        });
        let listen: SocketAddr = listen.unwrap_or(SocketAddr::from(([127, 0, 0, 1], 8080)));
        let public_url = self.public_url.read(reading, "portal.public_url", |raw| public_url(raw));
        let max_feed = self
            .max_feed
            .read(reading, "portal.max_feed", |raw| size(raw, 100_000_000_000, "must be from 2MB to 100GB"));
        let max_media = self.max_media.read(reading, "portal.max_media", |raw| {
            size(raw, LARGEST_MEDIA, "must be from 2MB to 5GB, which is what S3 takes in one piece")
        });
        let intake =
            Intake { max_feed: max_feed.unwrap_or(DEFAULT_FEED), max_media: max_media.unwrap_or(DEFAULT_MEDIA) };
        let review_days = self.review_days.read(reading, "portal.review_days", |days| {
            u32::try_from(*days).ok().filter(|days| (1..=366).contains(days)).ok_or("must be from 1 to 366 days")
        });
        let proxies = self.behind_proxies.read(reading, "portal.behind_proxies", |number| {
            usize::try_from(*number).ok().filter(|number| *number <= 10).ok_or("must be from 0 to 10")
        });
        Portal {
            listen,
            public_url: public_url.unwrap_or_else(|| localhost(listen.port())),
            intake,
            review_days: review_days.unwrap_or(DEFAULT_REVIEW_DAYS),
            proxies: proxies.unwrap_or_default(),
        }
    }

    /// Whether links lead to where only this machine's people come.
    pub(super) const fn is_local(&self) -> bool {
        !self.public_url.is_set()
    }
}

fn size(raw: &str, most: u64, message: &str) -> Result<u64, String> {
    let size = parse_size(raw).map_err(|error| error.to_string())?;
    if (SMALLEST..=most).contains(&size) { Ok(size) } else { Err(message.to_owned()) }
}

fn localhost(port: u16) -> Url {
    let url = Url::parse(&format!("http://localhost:{port}/"));
    url.expect("a host name and a port make a URL")
}

fn public_url(raw: &str) -> Result<Url, &'static str> {
    let url = Url::parse(raw).ok().filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host());
    let mut url = url.ok_or("must be a URL such as https://nights.example.com")?;
    if !url.username().is_empty() || url.password().is_some() || url.query().is_some() || url.fragment().is_some() {
        return Err("must be scheme, host and path only, such as https://nights.example.com");
    }
    if !url.path().ends_with('/') {
        url.set_path(&format!("{}/", url.path()));
    }
    Ok(url)
}
