//! Key: a PEM of a private key becomes something that signs, and the record that lets others check it.

use std::fmt;

use aws_lc_rs::encoding::{AsDer, PublicKeyX509Der};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeyPair as RsaKeyPair;
use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair, RSA_PKCS1_SHA256};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};
use tokio_rustls::rustls::pki_types::PrivateKeyDer;
use tokio_rustls::rustls::pki_types::pem::PemObject;

use crate::config::{DkimAlgorithm, DkimKey, KeySource};

/// Bits that an RSA key must have at least (RFC 8301).
const LEAST_BITS: usize = 1024;
/// Bits of an RSA key that receivers are content with.
const GOOD_BITS: usize = 2048;

/// Why mails cannot be signed.
#[derive(Debug, thiserror::Error)]
pub enum DkimError {
    /// The file.
    #[error("the DKIM key {file} cannot be read")]
    Read {
        /// Which file.
        file: String,
        /// Why not.
        source: std::io::Error,
    },
    /// What is in it.
    #[error("the DKIM key {origin} is no {expected} key in PEM: {what}")]
    Key {
        /// The file or variable.
        origin: String,
        /// What was expected.
        expected: &'static str,
        /// What is wrong.
        what: String,
    },
    /// Signing itself.
    #[error("a message could not be signed")]
    Sign,
}

/// What must stand in DNS for a key's signatures to be believed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Published {
    /// Name of the record.
    pub name: String,
    /// Its TXT value.
    pub value: String,
    /// What is doubtful about the key or its file.
    pub doubt: Option<String>,
}

/// A key with its selector.
pub(super) struct Key {
    selector: String,
    kind: Kind,
    doubt: Option<String>,
}

enum Kind {
    Rsa(Box<RsaKeyPair>),
    Ed25519(Box<Ed25519KeyPair>),
}

/// Never the key itself.
impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.algorithm(), self.selector)
    }
}

impl Key {
    pub(super) fn load(config: &DkimKey) -> Result<Self, DkimError> {
        let (pem, mut doubt) = match &config.source {
            KeySource::File(path) => {
                let read = std::fs::read(path);
                let pem = read.map_err(|source| DkimError::Read { file: path.display().to_string(), source })?;
                (pem, exposed(path))
            }
            KeySource::Environment { pem, .. } => (pem.clone().into_bytes(), None),
        };
        let kind = parse(config.algorithm, &pem).map_err(|what| DkimError::Key {
            origin: config.source.to_string(),
            expected: match config.algorithm {
                DkimAlgorithm::Rsa => "RSA",
                DkimAlgorithm::Ed25519 => "Ed25519",
            },
            what,
        })?;
        if let Kind::Rsa(pair) = &kind
            && pair.public_modulus_len() * 8 < GOOD_BITS
        {
            doubt.get_or_insert(format!("has {} bits; receivers want {GOOD_BITS}", pair.public_modulus_len() * 8));
        }
        let doubt = doubt.map(|doubt| format!("{} {doubt}", config.source));
        Ok(Self { selector: config.selector.clone(), kind, doubt })
    }

    pub(super) fn selector(&self) -> &str {
        &self.selector
    }

    /// The `a=` tag.
    pub(super) const fn algorithm(&self) -> &'static str {
        match self.kind {
            Kind::Rsa(_) => "rsa-sha256",
            Kind::Ed25519(_) => "ed25519-sha256",
        }
    }

    /// The signature of canonical headers. Deterministic: PKCS#1 v1.5 and Ed25519 take no randomness into it.
    pub(super) fn sign(&self, hashed: &[u8]) -> Result<Vec<u8>, DkimError> {
        match &self.kind {
            Kind::Rsa(pair) => {
                let mut signature = vec![0; pair.public_modulus_len()];
                pair.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), hashed, &mut signature)
                    .map_err(|_| DkimError::Sign)?;
                Ok(signature)
            }
            // RFC 8463 section 3: the hash is what is signed.
            Kind::Ed25519(pair) => Ok(pair.sign(&Sha256::digest(hashed)).as_ref().to_vec()),
        }
    }

    pub(super) fn published(&self, domain: &str) -> Result<Published, DkimError> {
        let (kind, public) = match &self.kind {
            Kind::Rsa(pair) => {
                let der: PublicKeyX509Der<'_> = pair.public_key().as_der().map_err(|_| DkimError::Sign)?;
                ("rsa", der.as_ref().to_vec())
            }
            Kind::Ed25519(pair) => ("ed25519", pair.public_key().as_ref().to_vec()),
        };
        Ok(Published {
            name: format!("{}._domainkey.{domain}", self.selector),
            value: format!("v=DKIM1; k={kind}; p={}", STANDARD.encode(public)),
            doubt: self.doubt.clone(),
        })
    }
}

fn parse(algorithm: DkimAlgorithm, pem: &[u8]) -> Result<Kind, String> {
    let key = PrivateKeyDer::from_pem_slice(pem).map_err(|error| error.to_string())?;
    match (algorithm, &key) {
        (DkimAlgorithm::Rsa, PrivateKeyDer::Pkcs8(_) | PrivateKeyDer::Pkcs1(_)) => {
            let pair = match &key {
                PrivateKeyDer::Pkcs8(der) => RsaKeyPair::from_pkcs8(der.secret_pkcs8_der()),
                _ => RsaKeyPair::from_der(key.secret_der()),
            };
            let pair = pair.map_err(|error| error.to_string())?;
            let bits = pair.public_modulus_len() * 8;
            if bits < LEAST_BITS {
                return Err(format!("it has {bits} bits, {GOOD_BITS} are needed"));
            }
            Ok(Kind::Rsa(Box::new(pair)))
        }
        (DkimAlgorithm::Ed25519, PrivateKeyDer::Pkcs8(der)) => {
            // openssl writes the form without the public half.
            let pair = Ed25519KeyPair::from_pkcs8_maybe_unchecked(der.secret_pkcs8_der());
            Ok(Kind::Ed25519(Box::new(pair.map_err(|error| error.to_string())?)))
        }
        _ => Err("it is of another kind".to_owned()),
    }
}

/// Whether others than its owner may read a file.
fn exposed(path: &std::path::Path) -> Option<String> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = std::fs::metadata(path).ok()?.permissions().mode() & 0o777;
        // The group may read: that is how a service's secrets are handed out.
        (mode & 0o027 != 0).then(|| format!("may be read or written by others (mode {mode:03o}); chmod 600 mends it"))
    }
    #[cfg(not(unix))]
    None
}
