//! The key that tokens are derived with: from the environment, or made once and kept in the database.

use zeroize::Zeroizing;

use crate::config;
use crate::db::{Db, DbError};

/// Name of the kept key in the table `instance`.
const NAME: &str = "link_key";
/// A shorter key could be guessed.
const SHORTEST: usize = 32;

/// Why there is no key.
#[derive(Debug, thiserror::Error)]
pub enum LinkKeyError {
    /// The configured one.
    #[error("DAYBREAK_LINK_KEY has {0} characters, at least {SHORTEST} are needed (try: openssl rand -hex 32)")]
    Short(usize),
    /// The system gave no random bytes to make one from.
    #[error("cannot make a link key: {0}")]
    Random(String),
    /// It could not be kept or read.
    #[error("cannot read the link key")]
    Keep(#[from] DbError),
}

/// The key. Another one makes other tokens for later mails; links that were mailed before go on working, because they
/// are found by their hash.
#[derive(Clone)]
pub struct LinkKey(Zeroizing<Vec<u8>>);

impl LinkKey {
    /// The configured key, else the database's; where it has none yet, one is made. Processes that start together
    /// agree on one.
    ///
    /// # Errors
    /// [`LinkKeyError`].
    pub async fn load(db: &Db, links: &config::Links) -> Result<Self, LinkKeyError> {
        if let Some(key) = &links.key {
            return Self::new(key);
        }
        if let Some(kept) = db.instance_value(NAME).await? {
            return Self::new(&kept);
        }
        let mut random = Zeroizing::new([0_u8; 32]);
        getrandom::fill(random.as_mut()).map_err(|error| LinkKeyError::Random(error.to_string()))?;
        let made = Zeroizing::new(hex::encode(random.as_ref()));
        Self::new(&db.instance_value_or(NAME, &made).await?)
    }

    /// A key from a text of at least 32 characters.
    ///
    /// # Errors
    /// [`LinkKeyError::Short`].
    pub fn new(text: &str) -> Result<Self, LinkKeyError> {
        let length = text.chars().count();
        if length < SHORTEST {
            Err(LinkKeyError::Short(length))
        } else {
            Ok(Self(Zeroizing::new(text.as_bytes().to_vec())))
        }
    }

    pub(super) fn bytes(&self) -> &[u8] {
        &self.0
    }
}

impl std::fmt::Debug for LinkKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("LinkKey(***)")
    }
}
