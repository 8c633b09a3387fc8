//! `[oidc]`: the OpenID provider at which staff may sign in.

use schemars::JsonSchema;
use serde::Deserialize;
use url::Url;

use super::environment::OIDC_SECRET;
use super::key::{Key, Reading, line_of_text};

/// The OpenID provider at which users may sign in.
#[derive(Clone, PartialEq, Eq)]
pub struct Oidc {
    /// Its name for itself, without a slash at the end unless it has one.
    pub issuer: String,
    /// Our name there.
    pub client_id: String,
    /// Our secret there, from `DAYBREAK_OIDC_SECRET`; none for a public client, which PKCE protects.
    pub secret: Option<String>,
    /// What the button says.
    pub label: String,
}

impl std::fmt::Debug for Oidc {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Oidc").field("issuer", &self.issuer).field("client_id", &self.client_id).finish_non_exhaustive()
    }
}

/// The OpenID provider at which users may sign in, besides passwords and letters. Its redirect address is
/// `public_url` with sign-in/openid/back. Whoever comes from there must be a user here, with the same verified address.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
#[schemars(rename = "oidc")]
pub(super) struct RawOidc {
    /// The provider's issuer, an https URL, under which it has its /.well-known/openid-configuration.
    #[schemars(extend("format" = "uri"))]
    issuer: Key<String>,
    /// The name under which this installation is registered there.
    client_id: Key<String>,
    /// What the button says.
    #[schemars(extend("default" = "OpenID Connect"))]
    label: Key<String>,
}

impl RawOidc {
    pub(super) fn check(&self, reading: &mut Reading<'_>) -> Option<Oidc> {
        let issuer = self.issuer.read(reading, "oidc.issuer", |raw| issuer(raw));
        let client_id = self.client_id.read(reading, "oidc.client_id", |raw| line_of_text(raw, 200));
        let label = self.label.read(reading, "oidc.label", |raw| line_of_text(raw, 60));
        let secret = reading.secret(OIDC_SECRET);
        if !self.issuer.is_set() {
            self.client_id.only_with(reading, "oidc.client_id", "an `issuer`");
            self.label.only_with(reading, "oidc.label", "an `issuer`");
            return None;
        }
        if !self.client_id.is_set() {
            let message = "needs a `client_id` beside it: the name under which this installation is registered there";
            reading.faults.at(&self.issuer.span(), "oidc.issuer", message.to_owned());
        }
        Some(Oidc {
            issuer: issuer?,
            client_id: client_id?,
            secret,
            label: label.unwrap_or_else(|| "OpenID Connect".into()),
        })
    }
}

/// An issuer is compared letter by letter, so it is kept as it was written.
fn issuer(raw: &str) -> Result<String, &'static str> {
    let url = Url::parse(raw).map_err(|_| "must be a URL such as https://login.example.com")?;
    let local = matches!(url.host_str(), Some("localhost" | "127.0.0.1" | "[::1]"));
    match url.scheme() {
        "https" => {}
        "http" if local => {}
        _ => return Err("must begin with https://"),
    }
    if url.query().is_some() || url.fragment().is_some() || !url.username().is_empty() {
        return Err("must be scheme, host and path only");
    }
    Ok(raw.to_owned())
}
