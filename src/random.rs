//! Randomness: what nobody can guess is an argument, and this is where it comes from (design decision 8).

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use sha2::{Digest, Sha256};

/// The system gave no random bytes.
#[derive(Debug, thiserror::Error)]
#[error("the system gives no random bytes: {0}")]
pub struct NoRandom(String);

/// Where random bytes come from: the system, or a test.
#[derive(Debug, Clone, Default)]
pub enum Random {
    /// The system's generator, fit for keys.
    #[default]
    System,
    /// The same bytes in the same order on every run; clones share the order.
    Fixed(Arc<AtomicU64>),
}

impl Random {
    /// One whose bytes are known beforehand, for tests.
    #[must_use]
    pub fn fixed() -> Self {
        Self::Fixed(Arc::default())
    }

    /// So many random bytes.
    ///
    /// # Errors
    /// [`NoRandom`], which a running system does not answer.
    pub fn bytes<const N: usize>(&self) -> Result<[u8; N], NoRandom> {
        let mut bytes = [0; N];
        match self {
            Self::System => getrandom::fill(&mut bytes).map_err(|error| NoRandom(error.to_string()))?,
            Self::Fixed(counter) => {
                for chunk in bytes.chunks_mut(32) {
                    let digest = Sha256::digest(counter.fetch_add(1, Ordering::Relaxed).to_be_bytes());
                    chunk.copy_from_slice(&digest[..chunk.len()]);
                }
            }
        }
        Ok(bytes)
    }

    /// A random id (RFC 9562, version 8: bits of our own), for what has no natural key.
    ///
    /// # Errors
    /// [`NoRandom`]
    pub fn id(&self) -> Result<uuid::Uuid, NoRandom> {
        self.bytes().map(uuid::Uuid::new_v8)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_systems_bytes_differ_and_a_tests_are_the_same_again() {
        let system = Random::System;
        assert_ne!(system.bytes::<20>().unwrap(), system.bytes::<20>().unwrap());
        let (one, other) = (Random::fixed(), Random::fixed());
        let first = one.bytes::<40>().unwrap();
        assert_eq!(first, other.bytes::<40>().unwrap());
        assert_ne!(first, one.clone().bytes::<40>().unwrap(), "clones go on where the other stopped");
        assert_eq!(other.id().unwrap().get_version_num(), 8);
    }
}
