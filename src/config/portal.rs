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
    /// How many servers stand before the portal and add the address that they were asked from to `X-Forwarded-For`.
    pub proxies: usize,
}

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
        let proxies = self.behind_proxies.read(reading, "portal.behind_proxies", |number| {
            usize::try_from(*number).ok().filter(|number| *number <= 10).ok_or("must be from 0 to 10")
        });
        Portal {
            listen,
            public_url: public_url.unwrap_or_else(|| localhost(listen.port())),
            proxies: proxies.unwrap_or_default(),
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
