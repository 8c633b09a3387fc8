//! `[portal]`: where the portal listens and how people reach it.

use std::net::SocketAddr;

use schemars::JsonSchema;
use serde::Deserialize;
use url::Url;

use super::key::{Key, Reading};

/// Where the portal listens and how people reach it.
#[derive(Debug, Clone)]
pub struct Portal {
    /// Address and port to listen on.
    pub listen: SocketAddr,
    /// What links begin with, as people reach it: ends with a slash, so that `join("c/…")` keeps its path.
    pub public_url: Url,
    /// A location whose latest review is older than so many days is listed among all locations only.
    pub review_days: u32,
}

const DEFAULT_REVIEW_DAYS: u32 = 7;
const DEFAULT_LISTEN: &str = "127.0.0.1:8080";

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
    /// A location whose latest review is older than so many days is not in the list of locations any more, only in the
    /// list of all ("Suspicious incidents report").
    #[schemars(range(min = 1, max = 366), extend("default" = DEFAULT_REVIEW_DAYS))]
    review_days: Key<i64>,
}

impl RawPortal {
    pub(super) fn check(&self, reading: &mut Reading<'_>) -> Portal {
        let listen = self.listen.read(reading, "portal.listen", |raw| {
            raw.parse().map_err(|_| "must be an address and a port, such as \"127.0.0.1:8080\" or \"[::]:8080\"")
        });
        let listen: SocketAddr = listen.unwrap_or(SocketAddr::from(([127, 0, 0, 1], 8080)));
        let public_url = self.public_url.read(reading, "portal.public_url", |raw| public_url(raw));
        let review_days = self.review_days.read(reading, "portal.review_days", |days| {
            u32::try_from(*days).ok().filter(|days| (1..=366).contains(days)).ok_or("must be from 1 to 366 days")
        });
        Portal {
            listen,
            public_url: public_url.unwrap_or_else(|| localhost(listen.port())),
            review_days: review_days.unwrap_or(DEFAULT_REVIEW_DAYS),
        }
    }

    /// Whether links lead to where only this machine's people come.
    pub(super) const fn is_local(&self) -> bool {
        !self.public_url.is_set()
    }
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
