//! `[mail] dkim`: with which keys mails are signed (RFC 6376, RFC 8463).

use std::fmt;
use std::path::PathBuf;

use schemars::JsonSchema;
use serde::Deserialize;

use super::environment::{DKIM_ED25519_KEY, DKIM_KEY};
use super::key::{Key, Reading};
use super::mail::domain;
use crate::model::EmailAddress;

/// How mails are signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dkim {
    /// The domain that signs (`d=`).
    pub domain: String,
    /// The keys, in the order of their signatures: RSA first, for every receiver reads it.
    pub keys: Vec<DkimKey>,
}

/// One key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DkimKey {
    /// What kind it is.
    pub algorithm: DkimAlgorithm,
    /// Under which name its public half stands in DNS (`s=`).
    pub selector: String,
    /// Where its private half is.
    pub source: KeySource,
}

/// Kinds of keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DkimAlgorithm {
    /// `rsa-sha256`
    Rsa,
    /// `ed25519-sha256`
    Ed25519,
}

/// Where a private key is.
#[derive(Clone, PartialEq, Eq)]
pub enum KeySource {
    /// In a PEM file.
    File(PathBuf),
    /// In the environment, as PEM.
    Environment {
        /// The variable.
        variable: &'static str,
        /// Its value.
        pem: String,
    },
}

impl fmt::Display for KeySource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path) => path.display().fmt(f),
            Self::Environment { variable, .. } => f.write_str(variable),
        }
    }
}

/// Never the key itself.
impl fmt::Debug for KeySource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// With which keys mails are signed. Without it they are not.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
#[schemars(inline)]
pub(super) struct RawDkim {
    /// Under which name the RSA key's public half stands in DNS: SELECTOR._domainkey.DOMAIN.
    selector: Key<String>,
    /// The RSA key (2048 bits or more) as a PEM file that only Daybreak may read; relative to this file's folder. Or the
    /// PEM itself in `DAYBREAK_DKIM_KEY`.
    key_file: Key<String>,
    /// The domain that signs. The default is that of `from`.
    domain: Key<String>,
    /// The same for a second signature, by an Ed25519 key.
    ed25519_selector: Key<String>,
    /// The Ed25519 key as a PEM file. Or the PEM itself in `DAYBREAK_DKIM_ED25519_KEY`.
    ed25519_key_file: Key<String>,
}

impl RawDkim {
    pub(super) fn check(&self, from: &EmailAddress, reading: &mut Reading<'_>) -> Option<Dkim> {
        let signing = self.domain.read(reading, "mail.dkim.domain", |raw| domain(raw));
        let rsa = key(reading, DkimAlgorithm::Rsa, ("selector", &self.selector), ("key_file", &self.key_file));
        let second = key(
            reading,
            DkimAlgorithm::Ed25519,
            ("ed25519_selector", &self.ed25519_selector),
            ("ed25519_key_file", &self.ed25519_key_file),
        );
        let Some(rsa) = rsa else {
            let alone = [&self.domain, &self.ed25519_selector, &self.ed25519_key_file];
            if let Some(set) =
                alone.into_iter().find(|key| key.is_set() && !self.selector.is_set() && !self.key_file.is_set())
            {
                let message = "is missing: the first signature is an RSA one, which every receiver reads";
                reading.faults.at(&set.span(), "mail.dkim.selector", message);
            }
            return None;
        };
        let signing = match signing {
            Some(signing) => signing,
            None if self.domain.is_set() => return None,
            None => match domain(from.domain()) {
                Ok(of_sender) => of_sender,
                Err(error) => {
                    reading.faults.at(&self.selector.span(), "mail.dkim.domain", error);
                    return None;
                }
            },
        };
        let keys = [Some(rsa), second].into_iter().flatten().collect();
        Some(Dkim { domain: signing, keys })
    }
}

/// One key with its selector; none where neither is set, or where something is wrong, which is then among the faults.
fn key(
    reading: &mut Reading<'_>,
    algorithm: DkimAlgorithm,
    (selector_name, selector): (&str, &Key<String>),
    (file_name, file): (&str, &Key<String>),
) -> Option<DkimKey> {
    let variable = match algorithm {
        DkimAlgorithm::Rsa => DKIM_KEY,
        DkimAlgorithm::Ed25519 => DKIM_ED25519_KEY,
    };
    let (selector_key, file_key) = (format!("mail.dkim.{selector_name}"), format!("mail.dkim.{file_name}"));
    let pem = reading.secret(variable);
    if !selector.is_set() {
        if file.is_set() {
            let message = "is missing: under which name the key's public half stands in DNS";
            reading.faults.at(&file.span(), selector_key, message);
        }
        return None;
    }
    let source = match (pem, file.get()) {
        (Some(pem), None) => Some(KeySource::Environment { variable, pem }),
        (Some(_), Some(_)) => {
            let message = format!("means nothing here, {variable} takes its place; take one of them out");
            reading.faults.at(&file.span(), file_key, message);
            None
        }
        (None, Some(raw)) => match reading.path(raw) {
            Ok(path) => Some(KeySource::File(path)),
            Err(error) => {
                reading.faults.at(&file.span(), file_key, error);
                None
            }
        },
        (None, None) => {
            reading.faults.at(&selector.span(), file_key, format!("is missing; name a file, or set {variable}"));
            None
        }
    };
    let selector = selector.read(reading, &selector_key, |raw| {
        domain(raw).map_err(|_| "must be letters, digits and hyphens, as in \"daybreak\"")
    });
    Some(DkimKey { algorithm, selector: selector?, source: source? })
}
