//! Sources of footage: the hosts and prefixes from which recordings may be copied.

use std::net::IpAddr;
use std::str::FromStr;

use url::Url;

/// Where footage may be copied from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FootageSource {
    /// A web server: by name (then only its public addresses), or by an address that stands in the file, which may be
    /// a private one, because whoever wrote it there meant it.
    Host {
        /// Name or address as it stands in a URL, in lower case.
        host: String,
        /// The one port; none for 80 and 443.
        port: Option<u16>,
    },
    /// Objects of the bucket whose keys begin so.
    Prefix(String),
}

/// A source as it is spelled in jobs.toml.
pub(super) struct Spelled(pub(super) FootageSource);

impl FromStr for Spelled {
    type Err = &'static str;

    fn from_str(raw: &str) -> Result<Self, Self::Err> {
        if let Some(prefix) = raw.strip_prefix("s3:") {
            let ours =
                ["reports/", "media/", "probe/"].iter().any(|own| own.starts_with(prefix) || prefix.starts_with(own));
            return if prefix.is_empty() || ours || prefix.chars().any(char::is_control) {
                Err("must be a prefix of other people's objects, such as \"s3:incoming/\"")
            } else {
                Ok(Self(FootageSource::Prefix(prefix.to_owned())))
            };
        }
        let wrong = "must be a host such as \"footage.example.com\" or \"10.0.0.5:8080\", or \"s3:PREFIX\"";
        let url = Url::parse(&format!("http://{raw}/")).map_err(|_| wrong)?;
        let plain = url.path() == "/" && url.username().is_empty() && url.query().is_none() && url.fragment().is_none();
        let host = url.host_str().filter(|_| plain).ok_or(wrong)?;
        // The parser drops `:80`, the usual port of the scheme that it was given.
        let port = if raw.ends_with(":80") { Some(80) } else { url.port() };
        Ok(Self(FootageSource::Host { host: host.to_ascii_lowercase(), port }))
    }
}

impl FootageSource {
    /// Whether a URL leads there.
    #[must_use]
    pub fn allows(&self, url: &Url) -> bool {
        let Self::Host { host, port } = self else { return false };
        let known = url.host_str().is_some_and(|named| named.eq_ignore_ascii_case(host));
        let reached = url.port_or_known_default();
        let at = match port {
            Some(port) => reached == Some(*port),
            None => matches!(reached, Some(80 | 443)),
        };
        matches!(url.scheme(), "http" | "https") && known && at
    }

    /// Whether it is written as an address, not as a name.
    #[must_use]
    pub fn is_address(&self) -> bool {
        match self {
            Self::Host { host, .. } => host.trim_matches(['[', ']']).parse::<IpAddr>().is_ok(),
            Self::Prefix(_) => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source(raw: &str) -> FootageSource {
        raw.parse::<Spelled>().unwrap_or_else(|error| panic!("{raw}: {error}")).0
    }

    #[test]
    fn a_host_allows_its_own_urls_and_no_others() {
        let url = |text: &str| Url::parse(text).unwrap();
        let plain = source("Footage.example.com");
        assert!(plain.allows(&url("https://footage.example.com/v/1.mp4")));
        assert!(plain.allows(&url("http://FOOTAGE.example.com:80/v")));
        for other in
            ["https://footage.example.com:8443/", "https://evil.example/", "https://footage.example.com.evil.example/"]
        {
            assert!(!plain.allows(&url(other)), "{other}");
        }
        assert!(!plain.allows(&url("ftp://footage.example.com/")) && !plain.is_address());
        let private = source("10.0.0.5:8080");
        assert!(private.is_address() && private.allows(&url("http://10.0.0.5:8080/a")));
        assert!(!private.allows(&url("http://10.0.0.5/a")));
        assert!(source("[::1]:90").is_address() && source("a.example:80").allows(&url("http://a.example/")));
    }

    #[test]
    fn what_is_neither_host_nor_prefix_is_refused() {
        for raw in
            ["", "a b", "user@host.example", "host.example/path", "s3:", "s3:media/x", "s3:rep", "http://host.example"]
        {
            assert!(raw.parse::<Spelled>().is_err(), "{raw:?}");
        }
        assert_eq!(source("s3:incoming/"), FootageSource::Prefix("incoming/".into()));
    }
}
