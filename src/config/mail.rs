//! `[mail]`: how mail leaves.

use std::path::PathBuf;

use schemars::JsonSchema;
use serde::Deserialize;
use url::Url;

use super::dkim::{Dkim, RawDkim};
use super::environment::SMTP_PASSWORD;
use super::key::{Key, Reading, line_of_text};
use super::pace::{DEFAULT_CONNECTIONS, DEFAULT_PER_DOMAIN, Pace, RATE_PATTERN, RawDomain, RawPace};
use super::portal::RawPortal;
use super::quantity::{SIZE_PATTERN, parse_size};
use crate::model::EmailAddress;

/// How mail leaves, and what every mail carries.
#[derive(Debug, Clone)]
pub struct Mail {
    /// The way out.
    pub transport: Transport,
    /// Address of the `From` header.
    pub from: EmailAddress,
    /// Name of the `From` header; the brand's name when not set.
    pub from_name: Option<String>,
    /// Where answers go.
    pub reply_to: Option<EmailAddress>,
    /// Domain of Message-IDs and of the List-Id; the `from` address's when not set.
    pub domain: String,
    /// A PDF up to this size (bytes) is attached, a larger one is linked.
    pub max_attachment: u64,
    /// Where returned mail goes: the envelope's sender, with a token of the delivery; `from` without one when not set.
    pub bounce_address: Option<EmailAddress>,
    /// How much leaves at once.
    pub pace: Pace,
    /// How mails are signed; not at all when not set.
    pub dkim: Option<Dkim>,
}

/// The way out.
#[derive(Clone, PartialEq, Eq)]
pub enum Transport {
    /// `.eml` files in a folder: the embedded default.
    Outbox {
        /// The folder.
        path: PathBuf,
    },
    /// A mail server.
    Smtp {
        /// `smtp://host:port` (STARTTLS required unless `?tls=none` or `?tls=opportunistic`) or `smtps://`; without the
        /// user.
        url: String,
        /// User, from the URL in the file.
        username: Option<String>,
        /// From `DAYBREAK_SMTP_PASSWORD`.
        password: Option<String>,
        /// Certificates (PEM) that the server's may be signed by, besides those that browsers trust.
        ca_file: Option<PathBuf>,
    },
    /// Kept in memory: for tests.
    Memory,
}

impl std::fmt::Debug for Transport {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Outbox { path } => write!(f, "outbox in {}", path.display()),
            Self::Smtp { url, .. } => f.write_str(url),
            Self::Memory => f.write_str("memory"),
        }
    }
}

const DEFAULT_OUTBOX: &str = "daybreak-data/outbox";
const DEFAULT_FROM: &str = "reports@daybreak.example";
const DEFAULT_ATTACHMENT: u64 = 7_000_000;

/// How mail leaves, and what every mail carries.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
#[schemars(rename = "mail")]
pub(super) struct RawMail {
    /// "outbox" writes .eml files into a folder and mails nobody; `smtp://user@host:587` is a mail server with STARTTLS,
    /// `smtps://user@host` one with TLS from the first byte. `?tls=none` or `?tls=opportunistic` after smtp:// loosens
    /// that. The password comes from `DAYBREAK_SMTP_PASSWORD`.
    #[schemars(extend("default" = "outbox", "pattern" = "^(outbox|smtps?://.+)$"))]
    transport: Key<String>,
    /// With "outbox": the folder; relative to this file's folder.
    #[schemars(extend("default" = DEFAULT_OUTBOX))]
    outbox: Key<String>,
    /// Address of the `From` header; a mail server needs one of yours.
    #[schemars(extend("default" = DEFAULT_FROM, "format" = "email"))]
    from: Key<String>,
    /// Name of the `From` header. The default is the brand's name.
    from_name: Key<String>,
    /// Where answers go. The default is `from`.
    #[schemars(extend("format" = "email"))]
    reply_to: Key<String>,
    /// Domain of Message-IDs and of the List-Id. The default is that of `from`.
    domain: Key<String>,
    /// A PDF up to this size is attached, a larger one is linked. A mail grows by a third over it.
    #[schemars(extend("default" = "7MB", "pattern" = SIZE_PATTERN))]
    max_attachment: Key<String>,
    /// Where returned mail goes. Each mail's envelope carries it with a token of its own (bounce+TOKEN@example.com), so
    /// the mail server must take what stands after the plus. Without it mail returns to `from`, and nobody reads it here.
    #[schemars(extend("format" = "email"))]
    bounce_address: Key<String>,
    /// With a mail server: a PEM file of certificates that its own may be signed by, besides those that browsers trust.
    ca_file: Key<String>,
    /// With a mail server: connections to it at most, of all workers together.
    #[schemars(range(min = 1, max = 1000), extend("default" = DEFAULT_CONNECTIONS))]
    max_connections: Key<i64>,
    /// With a mail server: mails to one recipient domain at once, of all workers together, so that a slow one leaves
    /// room for the others.
    #[schemars(range(min = 1, max = 1000), extend("default" = DEFAULT_PER_DOMAIN))]
    max_per_domain: Key<i64>,
    /// With a mail server: mails at most in a second, minute or hour, of all workers together: "600/m". The default is
    /// no limit.
    #[schemars(extend("pattern" = RATE_PATTERN))]
    rate: Key<String>,
    /// With a mail server: other limits for single recipient domains.
    domains: Vec<RawDomain>,
    /// With which keys mails are signed. Without it they are not.
    dkim: RawDkim,
}

impl RawMail {
    pub(super) fn check(&self, portal: &RawPortal, reading: &mut Reading<'_>) -> Mail {
        let transport = self.transport(portal, reading);
        let from = self.from.read(reading, "mail.from", |raw| EmailAddress::new(raw.as_str()));
        if matches!(transport, Transport::Smtp { .. }) && !self.from.is_set() {
            let message = "is missing; a mail server needs an address of yours, such as \"nights@example.com\"";
            reading.faults.at(&self.transport.span(), "mail.from", message);
        }
        let from = from.unwrap_or_else(|| EmailAddress::new(DEFAULT_FROM).expect("the default address is one"));
        let domain = self.domain.read(reading, "mail.domain", |raw| domain(raw));
        let max_attachment = self.max_attachment.read(reading, "mail.max_attachment", |raw| parse_size(raw));
        let pace = RawPace {
            max_connections: &self.max_connections,
            max_per_domain: &self.max_per_domain,
            rate: &self.rate,
            domains: &self.domains,
        };
        Mail {
            transport,
            from_name: self.from_name.read(reading, "mail.from_name", |raw| line_of_text(raw, 80)),
            reply_to: self.reply_to.read(reading, "mail.reply_to", |raw| EmailAddress::new(raw.as_str())),
            domain: domain.unwrap_or_else(|| from.domain().to_owned()),
            bounce_address: self.bounce_address.read(reading, "mail.bounce_address", |raw| bounce_address(raw)),
            pace: pace.check(reading),
            dkim: self.dkim.check(&from, reading),
            from,
            max_attachment: max_attachment.unwrap_or(DEFAULT_ATTACHMENT),
        }
    }

    fn transport(&self, portal: &RawPortal, reading: &mut Reading<'_>) -> Transport {
        let path = self.outbox.get().map_or(DEFAULT_OUTBOX, String::as_str);
        let path = reading.path(path).unwrap_or_else(|error| {
            reading.faults.at(&self.outbox.span(), "mail.outbox", error);
            PathBuf::new()
        });
        let outbox = Transport::Outbox { path };
        if self.transport.get().is_none_or(|raw| raw == "outbox") {
            self.ca_file.only_with(reading, "mail.ca_file", "a mail server");
            return outbox;
        }
        self.outbox.only_with(reading, "mail.outbox", "`transport = \"outbox\"`");
        let Some(server) = self.transport.read(reading, "mail.transport", |raw| Server::parse(raw)) else {
            return outbox;
        };
        let password = reading.secret(SMTP_PASSWORD);
        let fault = if server.username.is_some() && password.is_none() {
            Some("names a user, but DAYBREAK_SMTP_PASSWORD is not set in the environment")
        } else if !server.is_local && portal.is_local() {
            Some("mails people, but `portal.public_url` is not set: the links in the mails would lead to localhost")
        } else {
            None
        };
        if let Some(fault) = fault {
            reading.faults.at(&self.transport.span(), "mail.transport", fault);
        }
        let password = password.filter(|_| server.username.is_some());
        let ca_file = self.ca_file.get().and_then(|raw| match reading.path(raw) {
            Ok(path) => Some(path),
            Err(error) => {
                reading.faults.at(&self.ca_file.span(), "mail.ca_file", error);
                None
            }
        });
        Transport::Smtp { url: server.url, username: server.username, password, ca_file }
    }
}

/// A mail server as `transport` names it.
struct Server {
    /// Without the user.
    url: String,
    username: Option<String>,
    /// On this machine: a sink for tests, or a relay.
    is_local: bool,
}

impl Server {
    /// Checks without repeating the text: somebody may have written a password into it.
    fn parse(raw: &str) -> Result<Self, String> {
        const EXPECTED: &str = "must be \"outbox\", \"smtp://user@host:587\" or \"smtps://user@host\"";
        let mut url = Url::parse(raw).map_err(|_| EXPECTED)?;
        let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']).to_owned();
        if !matches!(url.scheme(), "smtp" | "smtps") || host.is_empty() || !matches!(url.path(), "" | "/") {
            return Err(EXPECTED.to_owned());
        }
        if url.password().is_some() {
            return Err("a password does not belong in the file; take it out and set DAYBREAK_SMTP_PASSWORD".to_owned());
        }
        let is_local = host == "localhost" || host.parse().is_ok_and(|ip: std::net::IpAddr| ip.is_loopback());
        let username = Some(percent_decoded(url.username())?).filter(|name| !name.is_empty());
        for (key, value) in url.query_pairs() {
            match (key.as_ref(), value.as_ref(), url.scheme()) {
                ("tls", "required", _) => {}
                ("tls", "none" | "opportunistic", "smtp") if username.is_none() || is_local => {}
                ("tls", "none" | "opportunistic", "smtp") => {
                    return Err("would send the password in the clear; take ?tls=… out".to_owned());
                }
                _ => {
                    return Err(
                        "takes ?tls=required, none or opportunistic (the last two with smtp://) only".to_owned()
                    );
                }
            }
        }
        // A user cannot be taken out of a URL without a host; this one has one.
        url.set_username("").map_err(|()| EXPECTED)?;
        Ok(Self { url: url.to_string(), username, is_local })
    }
}

/// The user's name, which a URL carries percent-encoded (`nights%40example.com@mail.example.com`).
fn percent_decoded(raw: &str) -> Result<String, &'static str> {
    // A form's decoding takes `+` for a space; a URL's user means the plus.
    let form = format!("u={}", raw.replace('+', "%2B"));
    let decoded = url::form_urlencoded::parse(form.as_bytes()).next().map(|(_, value)| value.into_owned());
    let decoded = decoded.unwrap_or_default();
    if decoded.chars().any(|c| c.is_control() || c == char::REPLACEMENT_CHARACTER) {
        return Err("names a user with characters that no user has");
    }
    Ok(decoded)
}

/// Octets that the local part may have, so that 26 of a token and a plus fit into 64 beside it (RFC 5321).
const MOST_BOUNCE_LOCAL: usize = 37;

fn bounce_address(raw: &str) -> Result<EmailAddress, String> {
    let address = EmailAddress::new(raw).map_err(|error| error.to_string())?;
    let local = raw.rsplit_once('@').map_or("", |(local, _)| local);
    if local.len() > MOST_BOUNCE_LOCAL || !local.is_ascii() || local.starts_with('"') {
        return Err(format!("must have at most {MOST_BOUNCE_LOCAL} plain characters before the @: a token is added"));
    }
    Ok(address)
}

/// A domain in lower case.
pub(super) fn domain(raw: &str) -> Result<String, &'static str> {
    let is_label = |label: &str| {
        let allowed = label.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
        allowed && (1..=63).contains(&label.len()) && !label.starts_with('-') && !label.ends_with('-')
    };
    if raw.len() <= 253 && raw.split('.').all(is_label) {
        Ok(raw.to_ascii_lowercase())
    } else {
        Err("must be a domain such as \"example.com\" (letters beyond ASCII as xn--)")
    }
}
