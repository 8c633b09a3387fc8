//! DKIM: a message's bytes become the same bytes with signatures at their head (RFC 6376, RFC 8463).
//!
//! Relaxed in headers and body, RSA first and Ed25519 where there is such a key, `From` and its like signed once more
//! than they stand there, so that none can be added, and no `l=`. Signed once, when the message is put together: the
//! time is the message's own, both algorithms are deterministic, and so the same message has the same signatures. Not
//! by the mail library's signer, which takes the time of day, signs before headers are folded, and cannot oversign.
//! It must not change what it signs.

mod canonical;
mod key;

use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, Utc};
use sha2::{Digest, Sha256};

use self::canonical::Headers;
use self::key::Key;
use crate::config::Dkim;

pub use key::{DkimError, Published};

/// What is signed, where it is there (RFC 6376 section 5.4.1, and what Gmail and RFC 8058 ask for).
const SIGNED: &[&str] = &[
    "From",
    "To",
    "Reply-To",
    "Subject",
    "Date",
    "Message-ID",
    "MIME-Version",
    "Content-Type",
    "Content-Language",
    "Auto-Submitted",
    "Feedback-ID",
    "List-Id",
    "List-Unsubscribe",
    "List-Unsubscribe-Post",
];
/// What is signed once more than it is there: another one on the way breaks the signature.
const OVERSIGNED: &[&str] = &["From", "To", "Cc", "Reply-To", "Subject", "Date", "Content-Type", "List-Unsubscribe"];
/// Characters of a signature's line.
const LINE: usize = 72;

/// Signs messages; with no key it leaves them as they are. Cheap to clone.
#[derive(Debug, Clone, Default)]
pub struct Signer(Option<Arc<Keys>>);

#[derive(Debug)]
struct Keys {
    domain: String,
    keys: Vec<Key>,
}

impl Signer {
    /// Reads the keys that `[mail] dkim` names.
    pub fn load(dkim: Option<&Dkim>) -> Result<Self, DkimError> {
        let Some(dkim) = dkim else { return Ok(Self::default()) };
        let keys = dkim.keys.iter().map(Key::load).collect::<Result<Vec<_>, _>>()?;
        Ok(Self(Some(Arc::new(Keys { domain: dkim.domain.clone(), keys }))))
    }

    /// What must stand in DNS for the signatures to be believed: one record a key.
    pub fn published(&self) -> Result<Vec<Published>, DkimError> {
        let Some(keys) = &self.0 else { return Ok(Vec::new()) };
        keys.keys.iter().map(|key| key.published(&keys.domain)).collect()
    }

    /// The message with a signature of each key at its head. `at` is the time of signing that they state.
    pub(super) fn sign(&self, message: Vec<u8>, at: DateTime<Utc>) -> Result<Vec<u8>, DkimError> {
        let Some(keys) = &self.0 else { return Ok(message) };
        let (headers, body) = canonical::split(&message);
        let headers = Headers::parse(headers);
        let body_hash = STANDARD.encode(Sha256::digest(canonical::body(body)));
        let names = signed_names(&headers);
        let mut signed = Vec::with_capacity(message.len() + 1024 * keys.keys.len());
        for key in &keys.keys {
            let unsigned = unsigned(key, &keys.domain, at, &names, &body_hash);
            let mut hashed = headers.canonical(&names);
            hashed.extend_from_slice(&canonical::header(&unsigned));
            let signature = STANDARD.encode(key.sign(&hashed)?);
            signed.extend_from_slice(unsigned.as_bytes());
            signed.extend_from_slice(folded(&signature).as_bytes());
            signed.extend_from_slice(b"\r\n");
        }
        signed.extend_from_slice(&message);
        Ok(signed)
    }
}

/// The names to sign, in order, those that are oversigned once more than they stand there.
fn signed_names(headers: &Headers<'_>) -> Vec<&'static str> {
    let mut names = Vec::new();
    for name in SIGNED {
        names.extend(std::iter::repeat_n(*name, headers.count(name)));
    }
    names.extend_from_slice(OVERSIGNED);
    names
}

/// The signature's header with an empty `b=`, as it is hashed and as it stands in the message.
fn unsigned(key: &Key, domain: &str, at: DateTime<Utc>, names: &[&str], body_hash: &str) -> String {
    let mut list = String::from(" h=");
    let mut length = list.len();
    for (n, name) in names.iter().enumerate() {
        let word = format!("{name}{}", if n + 1 == names.len() { ";" } else { ":" });
        if length + word.len() > LINE {
            list.push_str("\r\n ");
            length = 1;
        }
        length += word.len();
        list.push_str(&word.to_ascii_lowercase());
    }
    format!(
        "DKIM-Signature: v=1; a={}; c=relaxed/relaxed; q=dns/txt;\r\n d={domain}; s={};\r\n t={};\r\n{list}\r\n bh={body_hash};\r\n b=",
        key.algorithm(),
        key.selector(),
        at.timestamp(),
    )
}

/// Base64 over several lines, whose breaks mean nothing within `b=`.
fn folded(signature: &str) -> String {
    let mut text = String::with_capacity(signature.len() + signature.len() / LINE * 3 + 3);
    for (n, letter) in signature.chars().enumerate() {
        if n > 0 && n % (LINE - 3) == 0 {
            text.push_str("\r\n ");
        }
        text.push(letter);
    }
    text
}

#[cfg(test)]
mod tests;
