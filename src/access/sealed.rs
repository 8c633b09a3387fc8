//! Sealed: bytes that a row, a cookie or a form keeps become unreadable and unchangeable for whoever holds them
//! (AES-256-GCM, with a key that follows from the installation's key of links). A purpose goes in, so that what was
//! sealed for one cannot be shown for another. Another key of links opens none of it.

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use hmac::{Hmac, Mac};
use serde::Serialize;
use serde::de::DeserializeOwned;
use sha2::Sha256;

use super::LinkKey;
use crate::random::{NoRandom, Random};

/// Why something was not sealed.
#[derive(Debug, thiserror::Error)]
pub enum SealError {
    /// Each seal needs a number of its own.
    #[error("cannot seal")]
    Random(#[from] NoRandom),
    /// The cipher refused.
    #[error("the cipher failed")]
    Cipher,
}

/// What seals and opens.
pub struct Seal(LessSafeKey);

impl Seal {
    /// The seal of an installation.
    ///
    /// # Errors
    /// [`SealError::Cipher`], which a key of the right length does not give.
    ///
    /// # Panics
    /// Never: HMAC takes keys of every length.
    pub fn new(key: &LinkKey) -> Result<Self, SealError> {
        let mut mac = Hmac::<Sha256>::new_from_slice(key.bytes()).expect("HMAC takes keys of every length");
        mac.update(b"daybreak seal 1");
        let key = UnboundKey::new(&AES_256_GCM, &mac.finalize().into_bytes()).map_err(|_| SealError::Cipher)?;
        Ok(Self(LessSafeKey::new(key)))
    }

    /// Seals bytes for a purpose.
    ///
    /// # Errors
    /// [`SealError`]
    pub fn seal(&self, purpose: &str, bytes: &[u8], random: &Random) -> Result<Vec<u8>, SealError> {
        let number: [u8; NONCE_LEN] = random.bytes()?;
        let mut sealed = bytes.to_vec();
        let nonce = Nonce::assume_unique_for_key(number);
        let sealing = self.0.seal_in_place_append_tag(nonce, Aad::from(purpose.as_bytes()), &mut sealed);
        sealing.map_err(|_| SealError::Cipher)?;
        sealed.splice(0..0, number);
        Ok(sealed)
    }

    /// What was sealed for this purpose; none for everything else.
    #[must_use]
    pub fn open(&self, purpose: &str, sealed: &[u8]) -> Option<Vec<u8>> {
        let (number, rest) = sealed.split_at_checked(NONCE_LEN)?;
        let mut bytes = rest.to_vec();
        let nonce = Nonce::try_assume_unique_for_key(number).ok()?;
        let length = self.0.open_in_place(nonce, Aad::from(purpose.as_bytes()), &mut bytes).ok()?.len();
        bytes.truncate(length);
        Some(bytes)
    }

    /// A value as a text for cookies and forms.
    ///
    /// # Errors
    /// [`SealError`]
    pub fn ticket(&self, purpose: &str, value: &impl Serialize, random: &Random) -> Result<String, SealError> {
        let bytes = serde_json::to_vec(value).map_err(|_| SealError::Cipher)?;
        Ok(BASE64_URL_SAFE_NO_PAD.encode(self.seal(purpose, &bytes, random)?))
    }

    /// The value of a ticket that was made for this purpose.
    #[must_use]
    pub fn redeem<T: DeserializeOwned>(&self, purpose: &str, ticket: &str) -> Option<T> {
        let sealed = BASE64_URL_SAFE_NO_PAD.decode(ticket).ok()?;
        serde_json::from_slice(&self.open(purpose, &sealed)?).ok()
    }
}

impl std::fmt::Debug for Seal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Seal(***)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_sealed_opens_whole_for_its_purpose_and_key_only() {
        let seal = |key: &str| Seal::new(&LinkKey::new(&key.repeat(32)).unwrap()).unwrap();
        let random = Random::fixed();
        let ours = seal("a");
        let sealed = ours.seal("second factor", b"secret", &random).unwrap();
        assert_ne!(sealed, ours.seal("second factor", b"secret", &random).unwrap());
        assert_eq!(ours.open("second factor", &sealed).as_deref(), Some(&b"secret"[..]));
        assert_eq!(ours.open("password", &sealed), None);
        assert_eq!(seal("b").open("second factor", &sealed), None);
        for end in 0..sealed.len() {
            assert_eq!(ours.open("second factor", &sealed[..end]), None);
            let mut changed = sealed.clone();
            changed[end] ^= 1;
            assert_eq!(ours.open("second factor", &changed), None);
        }
        let ticket = ours.ticket("t", &("dana", 7), &random).unwrap();
        assert_eq!(ours.redeem("t", &ticket), Some(("dana".to_owned(), 7)));
        assert_eq!(ours.redeem::<(String, i32)>("t", "no ticket"), None);
    }
}
