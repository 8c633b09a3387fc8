//! `[alerts]`: who is told when something went wrong.

use schemars::JsonSchema;
use serde::Deserialize;
use url::Url;

use super::key::{Key, Reading};
use crate::model::EmailAddress;

/// Who is told when something went wrong; nobody, where nothing is set.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Alerts {
    /// The operators' address.
    pub to: Option<EmailAddress>,
    /// Who is told what readers say of their reports, if not the operators.
    pub feedback: Option<EmailAddress>,
    /// Where each alert is posted as JSON. Some services put a secret into this address, so it is never shown whole.
    pub webhook: Option<Url>,
}

impl std::fmt::Debug for Alerts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let host = self.webhook.as_ref().and_then(Url::host_str);
        f.debug_struct("Alerts")
            .field("to", &self.to)
            .field("feedback", &self.feedback)
            .field("webhook", &host)
            .finish()
    }
}

/// Who is told when something went wrong: a deadline passed, a report or mail failed for good, a site is held.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
#[schemars(rename = "alerts")]
pub(super) struct RawAlerts {
    /// The operators' address. Failures are gathered into at most one mail an hour, the first one at once.
    #[schemars(extend("format" = "email"))]
    to: Key<String>,
    /// Who is told what readers say of their reports (`to`, where it is not set): gathered into at most one letter an
    /// hour, the first one at once.
    #[schemars(extend("format" = "email"))]
    feedback: Key<String>,
    /// Where each alert is posted as JSON within a minute, such as `https://hooks.example.com/daybreak`.
    #[schemars(extend("format" = "uri"))]
    webhook: Key<String>,
}

impl RawAlerts {
    pub(super) fn check(&self, reading: &mut Reading<'_>) -> Alerts {
        Alerts {
            to: self.to.read(reading, "alerts.to", |raw| EmailAddress::new(raw.as_str())),
            feedback: self.feedback.read(reading, "alerts.feedback", |raw| EmailAddress::new(raw.as_str())),
            webhook: self.webhook.read(reading, "alerts.webhook", |raw| http_url(raw)),
        }
    }
}

/// An address of HTTP, said without repeating it: it may hold a secret.
fn http_url(raw: &str) -> Result<Url, &'static str> {
    let url = Url::parse(raw).ok().filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host());
    let url = url.ok_or("must be a URL such as https://hooks.example.com/daybreak")?;
    if url.username().is_empty() && url.password().is_none() {
        Ok(url)
    } else {
        Err("takes no user or password before the host")
    }
}
