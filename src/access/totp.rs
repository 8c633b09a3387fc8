//! One-time passwords of a phone (RFC 6238: HMAC-SHA-1, six digits, 30 seconds) and the spare codes for who lost it. A
//! step that was used is not taken again.

use aws_lc_rs::hmac::{HMAC_SHA1_FOR_LEGACY_USE_ONLY, Key, sign};
use chrono::{DateTime, Utc};
use sha2::{Digest, Sha256};

/// Length of a step, in seconds.
const STEP: i64 = 30;
/// Of a secret: what RFC 4226 recommends.
pub const SECRET: usize = 20;
/// How many spare codes somebody gets.
pub const SPARES: usize = 10;

/// A secret that a phone and we share.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret([u8; SECRET]);

impl Secret {
    /// The secret with these bytes.
    #[must_use]
    pub const fn new(bytes: [u8; SECRET]) -> Self {
        Self(bytes)
    }

    /// From bytes that were kept.
    #[must_use]
    pub fn from_slice(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(Self)
    }

    /// Its bytes, to be sealed.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; SECRET] {
        &self.0
    }

    /// As people type it, in Base32.
    #[must_use]
    pub fn text(&self) -> String {
        base32(&self.0)
    }

    /// As a phone reads it (the Key URI format that authenticators agree on).
    #[must_use]
    pub fn uri(&self, issuer: &str, account: &str) -> String {
        let part =
            |text: &str| url::form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>().replace('+', "%20");
        let issuer = part(issuer);
        format!(
            "otpauth://totp/{issuer}:{}?secret={}&issuer={issuer}&algorithm=SHA1&digits=6&period={STEP}",
            part(account),
            self.text()
        )
    }

    /// The step that a code is of, if it is of this one or one of its neighbours and later than the last that was used.
    #[must_use]
    pub fn step_of(&self, code: &str, used: Option<i64>, now: DateTime<Utc>) -> Option<i64> {
        let code: String = code.chars().filter(|c| !c.is_whitespace()).collect();
        let this = now.timestamp().div_euclid(STEP);
        // Every one is compared, so that how long it takes does not tell which it was.
        let found = [this - 1, this, this + 1].map(|step| (step, same(&self.code(step), &code)));
        found.into_iter().find(|(step, is_same)| *is_same && used.is_none_or(|used| *step > used)).map(|(step, _)| step)
    }

    pub(crate) fn code(&self, step: i64) -> String {
        let key = Key::new(HMAC_SHA1_FOR_LEGACY_USE_ONLY, &self.0);
        let tag = sign(&key, &step.to_be_bytes());
        let bytes = tag.as_ref();
        let at = usize::from(bytes[bytes.len() - 1] & 0x0f);
        let number = u32::from_be_bytes([bytes[at] & 0x7f, bytes[at + 1], bytes[at + 2], bytes[at + 3]]);
        format!("{:06}", number % 1_000_000)
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret(***)")
    }
}

/// Compares in a time that does not depend on where two texts differ.
#[must_use]
pub fn same(one: &str, other: &str) -> bool {
    aws_lc_rs::constant_time::verify_slices_are_equal(one.as_bytes(), other.as_bytes()).is_ok()
}

/// A spare code: 50 random bits, in two groups that people can type.
#[must_use]
pub fn spare(bytes: [u8; 7]) -> String {
    let text = base32(&bytes).to_lowercase();
    format!("{}-{}", &text[..5], &text[5..10])
}

/// What is kept of a spare code: with its owner, so that nobody compares those of two people.
#[must_use]
pub fn spare_hash(owner: &str, code: &str) -> [u8; 32] {
    let code: String = code.to_lowercase().chars().filter(char::is_ascii_alphanumeric).collect();
    Sha256::digest(format!("daybreak spare\0{owner}\0{code}")).into()
}

/// RFC 4648, without padding.
fn base32(bytes: &[u8]) -> String {
    const ALPHABET: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    let group = |chunk: &[u8]| {
        let mut five = [0; 8];
        five[3..3 + chunk.len()].copy_from_slice(chunk);
        let bits = u64::from_be_bytes(five);
        let letters = (0..8).map(|place| ALPHABET[usize::from((bits >> (35 - 5 * place)).to_be_bytes()[7] & 31)]);
        letters.take((chunk.len() * 8).div_ceil(5)).map(char::from).collect::<String>()
    };
    bytes.chunks(5).map(group).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rfc() -> Secret {
        Secret::new(*b"12345678901234567890")
    }

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(seconds, 0).unwrap()
    }

    #[test]
    fn codes_are_those_of_rfc_6238() {
        for (seconds, code) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_111_111_111, "050471"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
            (20_000_000_000, "353130"),
        ] {
            assert_eq!(rfc().step_of(code, None, at(seconds)), Some(seconds / 30), "{seconds}");
        }
    }

    #[test]
    fn a_code_holds_for_its_neighbours_and_is_taken_once() {
        assert_eq!(rfc().step_of("287 082", None, at(59 + 30)), Some(1));
        assert_eq!(rfc().step_of("287082", None, at(59 + 60)), None);
        assert_eq!(rfc().step_of("287082", Some(1), at(59)), None, "it was used");
        assert_eq!(rfc().step_of("", None, at(59)), None);
    }

    #[test]
    fn secrets_and_spare_codes_are_typed_by_people() {
        assert_eq!(rfc().text(), "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
        let uri = rfc().uri("Nights & Co", "dana@example.com");
        assert!(uri.starts_with("otpauth://totp/Nights%20%26%20Co:dana%40example.com?secret=GEZD"), "{uri}");
        let code = spare([0xff; 7]);
        assert_eq!(code, "77777-77777");
        assert_eq!(spare_hash("a", &code), spare_hash("a", "77777 77777"));
        assert_ne!(spare_hash("a", &code), spare_hash("b", &code));
        assert_eq!(base32(b"foob"), "MZXW6YQ");
        assert_eq!(format!("{:?}", rfc()), "Secret(***)");
    }
}
