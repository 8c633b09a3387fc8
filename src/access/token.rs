//! Tokens: a delivery and a target become a text for a URL, always the same one for the same key.

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use chrono::{Datelike, NaiveDate};
use hmac::{Hmac, Mac};
use sha2::{Digest, Sha256};

use super::LinkKey;
use crate::model::{DeliveryId, LinkTarget};

/// 160 bits; what is asked for is 128.
const BYTES: usize = 20;
/// Of its URL form.
const LENGTH: usize = 27;

/// An opaque token. `Display` is its URL form; `Debug` hides it, because it opens doors.
#[derive(Clone, PartialEq, Eq)]
pub struct Token(String);

/// The token of a delivery's link to `target`. The same delivery has the same tokens, so that building a mail again
/// gives the same bytes; nobody without the key can make one.
///
/// # Panics
/// Never: HMAC takes keys of every length.
#[must_use]
pub fn mint(key: &LinkKey, delivery: DeliveryId, target: &LinkTarget) -> Token {
    let mut mac = Hmac::<Sha256>::new_from_slice(key.bytes()).expect("HMAC takes keys of every length");
    mac.update(b"daybreak link 1\0");
    mac.update(delivery.as_uuid().as_bytes());
    mac.update(target.kind().as_bytes());
    mac.update(b"\0");
    mac.update(target.subject().unwrap_or_default().as_bytes());
    Token(BASE64_URL_SAFE_NO_PAD.encode(&mac.finalize().into_bytes()[..BYTES]))
}

/// The token by which who has signed in opens what a mail of theirs leads to, on one day, where the mail's own link has
/// ended: the same all day long, so that asking again makes no other.
///
/// # Panics
/// Never: HMAC takes keys of every length.
#[must_use]
pub fn mint_again(key: &LinkKey, delivery: DeliveryId, target: &LinkTarget, day: NaiveDate) -> Token {
    let mut mac = Hmac::<Sha256>::new_from_slice(key.bytes()).expect("HMAC takes keys of every length");
    mac.update(b"daybreak link of a day 1\0");
    mac.update(&day.num_days_from_ce().to_be_bytes());
    mac.update(mint(key, delivery, target).0.as_bytes());
    Token(BASE64_URL_SAFE_NO_PAD.encode(&mac.finalize().into_bytes()[..BYTES]))
}

impl Token {
    /// A token that follows from nothing: of a session, a share, a one-time link.
    #[must_use]
    pub fn random(bytes: [u8; BYTES]) -> Self {
        Self(BASE64_URL_SAFE_NO_PAD.encode(bytes))
    }

    /// A token as somebody sends it; none for what cannot be one.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let plausible =
            text.len() == LENGTH && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte));
        plausible.then(|| Self(text.to_owned()))
    }

    /// SHA-256 of its URL form: what rows and manifests keep.
    #[must_use]
    pub fn hash(&self) -> [u8; 32] {
        Sha256::digest(self.0.as_bytes()).into()
    }
}

impl std::fmt::Display for Token {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::fmt::Debug for Token {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Token(***)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{ClipRef, IncidentRef, ReportId};
    use std::collections::HashSet;

    fn key(text: &str) -> LinkKey {
        LinkKey::new(&text.repeat(32)).unwrap()
    }

    fn delivery(contact: &str) -> DeliveryId {
        let report = ReportId::of(&"harbor".parse().unwrap(), "2026-03-28".parse().unwrap(), 1);
        DeliveryId::of(report, &contact.parse().unwrap())
    }

    #[test]
    fn a_token_is_the_same_again_and_differs_by_key_mail_kind_and_subject() {
        let targets = [
            LinkTarget::Report,
            LinkTarget::Pdf,
            LinkTarget::Unsubscribe,
            LinkTarget::Incident(IncidentRef::new("1").unwrap()),
            LinkTarget::Clip(ClipRef::new("1").unwrap()),
            LinkTarget::Clip(ClipRef::new("2").unwrap()),
        ];
        let mut seen = HashSet::new();
        for key in [key("a"), key("b")] {
            for contact in ["maria", "jan"] {
                for target in &targets {
                    let token = mint(&key, delivery(contact), target);
                    assert_eq!(token, mint(&key, delivery(contact), target));
                    assert_eq!(Token::parse(&token.to_string()).as_ref(), Some(&token));
                    assert!(seen.insert(token.hash()));
                }
            }
        }
        assert_eq!(seen.len(), 24);
    }

    #[test]
    fn what_cannot_be_a_token_is_none_and_none_shows_itself() {
        for text in ["", "x", "../../../../etc/passwd-----", "ąąąąąąąąąąąąąą", &"a".repeat(28)] {
            assert_eq!(Token::parse(text), None, "{text}");
        }
        assert_eq!(
            format!("{:?} {:?}", mint(&key("a"), delivery("m"), &LinkTarget::Pdf), key("a")),
            "Token(***) LinkKey(***)"
        );
        assert!(matches!(LinkKey::new("short"), Err(super::super::LinkKeyError::Short(5))));
    }
}
