//! E-mail addresses that never show themselves in a log.

use serde::{Deserialize, Serialize};
use std::fmt;

/// Why a text is no e-mail address.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not an e-mail address: {0}")]
pub struct AddressError(String);

/// A checked e-mail address (RFC 5322 addr-spec, RFC 6531 for non-ASCII). `Debug` and `Display` mask it, so
/// that no log line carries a person's address; [`EmailAddress::as_str`] is the one way to the whole text.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, sqlx::Type)]
#[serde(try_from = "String", into = "String")]
#[sqlx(transparent)]
pub struct EmailAddress(String);

impl EmailAddress {
    /// Checks and wraps an address.
    ///
    /// # Errors
    /// [`AddressError`] saying what is wrong with it.
    pub fn new(raw: impl Into<String>) -> Result<Self, AddressError> {
        let raw = raw.into();
        let options = email_address::Options::default().without_display_text().without_domain_literal();
        email_address::EmailAddress::parse_with_options(&raw, options)
            .map_err(|error| AddressError(error.to_string()))?;
        if raw.chars().any(char::is_control) {
            return Err(AddressError("it contains control characters".into()));
        }
        Ok(Self(raw))
    }

    /// The whole address: for the envelope, the `To` header and pages for signed-in staff, never for a log.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The one form of an address by which it is recognized again, however it was written: lower case, the domain as
    /// A-labels (RFC 5890). A text that is no address is only lower-cased.
    #[must_use]
    pub fn normalized(raw: &str) -> String {
        let lower = raw.trim().to_lowercase();
        let Some((local, domain)) = lower.rsplit_once('@') else { return lower };
        match url::Host::parse(domain.trim_end_matches('.')) {
            Ok(url::Host::Domain(ascii)) => format!("{local}@{ascii}"),
            _ => lower,
        }
    }

    /// The part after the `@`.
    #[must_use]
    pub fn domain(&self) -> &str {
        self.0.rsplit_once('@').map_or("", |(_, domain)| domain)
    }
}

impl fmt::Display for EmailAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let local = self.0.rsplit_once('@').map_or("", |(local, _)| local);
        let first: String = local.chars().take(1).collect();
        write!(f, "{first}***@{}", self.domain())
    }
}

impl fmt::Debug for EmailAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl TryFrom<String> for EmailAddress {
    type Error = AddressError;
    fn try_from(raw: String) -> Result<Self, AddressError> {
        Self::new(raw)
    }
}

impl std::str::FromStr for EmailAddress {
    type Err = AddressError;
    fn from_str(raw: &str) -> Result<Self, AddressError> {
        Self::new(raw)
    }
}

impl From<EmailAddress> for String {
    fn from(address: EmailAddress) -> Self {
        address.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_log_never_shows_the_whole_address() {
        let address = EmailAddress::new("maria.kowalska@example.com").unwrap();
        assert_eq!(format!("{address} {address:?}"), "m***@example.com m***@example.com");
    }

    #[test]
    fn an_address_is_recognized_however_it_is_written() {
        for raw in ["Zoe@Exämple.Example", " zoe@xn--exmple-cua.example ", "ZOE@XN--EXMPLE-CUA.EXAMPLE."] {
            assert_eq!(EmailAddress::normalized(raw), "zoe@xn--exmple-cua.example", "{raw}");
        }
        for raw in ["", "@", "nobody", "a@", "a@[", "a b@ c"] {
            assert_eq!(EmailAddress::normalized(raw), raw, "what is no address stays");
        }
    }

    #[test]
    fn impossible_addresses_are_refused() {
        for raw in
            ["", "nobody", "a@", "@b.example", "a b@c.example", "a@b.example\r\nBcc: x@y.example", "A <a@b.example>"]
        {
            assert!(EmailAddress::new(raw).is_err(), "{raw:?}");
        }
        assert!(EmailAddress::new("zoë@exämple.example").is_ok());
    }
}
