//! API keys: random bytes become a key that a program is given once; a key that a program sends becomes what it may do.
//!
//! A key has 240 random bits, of which its first characters name it to people. Only its SHA-256 is kept: a key is no
//! password that somebody chose, so there is nothing that a slow hash would protect. It must not know requests.

use std::time::Duration;

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use chrono::{DateTime, TimeDelta, Utc};
use sha2::{Digest, Sha256};

use crate::db::api_keys::{self, ApiKey};
use crate::db::{Db, DbError, Tx};
use crate::model::{ApiKeyId, BranchRef, KeyRight};

/// Random bytes of a key: 48 bits are shown in its prefix, 192 never.
pub const RANDOM_BYTES: usize = 30;
/// What every key begins with, so that a scanner of repositories knows one when it sees it.
const MARK: &str = "dbk_";
/// Characters of the prefix that is shown.
const SHOWN: usize = 12;
/// Characters of a key.
const LENGTH: usize = MARK.len() + RANDOM_BYTES * 4 / 3;
/// The last use is written no more often than that.
const NOTED_EVERY: TimeDelta = TimeDelta::minutes(1);

/// How long noting that may take: an import of a million lines holds SQLite's one writer for longer.
const PATIENCE: Duration = Duration::from_millis(500);

/// Why a key could not be changed or looked up.
#[derive(Debug, thiserror::Error)]
pub enum ApiKeyError {
    /// There is none.
    #[error("no such key")]
    Unknown,
    /// It was taken back.
    #[error("the key was revoked at {0}")]
    Revoked(DateTime<Utc>),
    /// Its time is over.
    #[error("the key expired at {0}")]
    Expired(DateTime<Utc>),
    /// Another took its place.
    #[error("the key has been rotated already")]
    Succeeded,
    /// Nobody knows for now.
    #[error("cannot read or write the keys")]
    Rows(#[from] DbError),
}

/// The text of a key. `Debug` hides it.
#[derive(Clone, PartialEq, Eq)]
pub struct KeyText(String);

impl KeyText {
    fn of(random: &[u8; RANDOM_BYTES]) -> Self {
        Self(format!("{MARK}{}", BASE64_URL_SAFE_NO_PAD.encode(random)))
    }

    /// A key as a program sends it; none for what cannot be one.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let plausible = text.len() == LENGTH
            && text.starts_with(MARK)
            && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte));
        plausible.then(|| Self(text.to_owned()))
    }

    /// The whole text, to be shown once.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }

    fn hash(&self) -> [u8; 32] {
        Sha256::digest(self.0.as_bytes()).into()
    }
}

impl std::fmt::Debug for KeyText {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("KeyText(***)")
    }
}

/// A key to be.
#[derive(Debug, Clone)]
pub struct NewKey {
    /// What people call it.
    pub name: String,
    /// What it may do.
    pub rights: Vec<KeyRight>,
    /// The branches that it is for; none is all of them.
    pub branches: Option<Vec<BranchRef>>,
    /// From when on it opens nothing.
    pub expires_at: Option<DateTime<Utc>>,
}

/// A key that was just made: the only moment at which its text is known.
#[derive(Debug)]
pub struct MintedKey {
    /// What stands in the row.
    pub key: ApiKey,
    /// What the program must send.
    pub text: KeyText,
}

impl MintedKey {
    fn new(new: NewKey, random: &[u8; RANDOM_BYTES], by: &str, now: DateTime<Utc>) -> Self {
        let text = KeyText::of(random);
        let key = ApiKey {
            id: ApiKeyId::of(&text.hash()),
            name: new.name,
            prefix: text.0[..SHOWN].to_owned(),
            rights: new.rights,
            branches: new.branches,
            created_at: now,
            created_by: by.to_owned(),
            expires_at: new.expires_at,
            last_used_at: None,
            revoked_at: None,
            revoked_by: None,
            successor: None,
        };
        Self { key, text }
    }
}

/// Makes a key. `random` must come from the system's source of randomness.
///
/// # Errors
/// [`ApiKeyError::Rows`].
pub async fn mint_key(
    tx: &mut Tx,
    new: NewKey,
    random: &[u8; RANDOM_BYTES],
    by: &str,
    now: DateTime<Utc>,
) -> Result<MintedKey, ApiKeyError> {
    let minted = MintedKey::new(new, random, by, now);
    api_keys::insert(tx, &minted.key, &minted.text.hash()).await?;
    Ok(minted)
}

/// Makes a key with the name, rights and branches of `old`, which goes on working until `old_ends` and no longer.
///
/// # Errors
/// [`ApiKeyError`]: a key that is revoked, over or rotated already has no successor to be made.
pub async fn rotate_key(
    tx: &mut Tx,
    old: &ApiKey,
    random: &[u8; RANDOM_BYTES],
    (by, now): (&str, DateTime<Utc>),
    old_ends: DateTime<Utc>,
) -> Result<MintedKey, ApiKeyError> {
    in_force(old, now)?;
    let new = NewKey {
        name: old.name.clone(),
        rights: old.rights.clone(),
        branches: old.branches.clone(),
        // A key that was made for a while is followed by one for as long a while.
        expires_at: old.expires_at.map(|end| now + (end - old.created_at)),
    };
    let minted = MintedKey::new(new, random, by, now);
    api_keys::insert(tx, &minted.key, &minted.text.hash()).await?;
    if !api_keys::succeed(tx, old.id, minted.key.id, old_ends).await? {
        return Err(ApiKeyError::Succeeded);
    }
    Ok(minted)
}

/// Takes a key back, at once and for good; false where that had been done.
///
/// # Errors
/// [`ApiKeyError::Rows`].
pub async fn revoke_key(tx: &mut Tx, key: ApiKeyId, by: &str, now: DateTime<Utc>) -> Result<bool, ApiKeyError> {
    Ok(api_keys::revoke(tx, key, by, now).await?)
}

/// The key that a program sends, where it opens anything now; its use is noted, at most once a minute.
///
/// It is found by its hash: a comparison in constant time has nothing to protect, because whoever times the index learns
/// about a hash, not about a key.
///
/// # Errors
/// [`ApiKeyError`]; what is told to the program should not tell the first three apart.
pub async fn key_of(db: &Db, text: &str, now: DateTime<Utc>) -> Result<ApiKey, ApiKeyError> {
    let text = KeyText::parse(text).ok_or(ApiKeyError::Unknown)?;
    let key = db.api_key_of(&text.hash()).await?.ok_or(ApiKeyError::Unknown)?;
    in_force(&key, now)?;
    if key.last_used_at.is_none_or(|last| last <= now - NOTED_EVERY) {
        let noting = db.api_key_used(key.id, now, now - NOTED_EVERY);
        if !matches!(tokio::time::timeout(PATIENCE, noting).await, Ok(Ok(()))) {
            tracing::debug!(key = key.prefix, "that a key was used could not be noted");
        }
    }
    Ok(key)
}

fn in_force(key: &ApiKey, now: DateTime<Utc>) -> Result<(), ApiKeyError> {
    match (key.revoked_at, key.expires_at) {
        (Some(at), _) => Err(ApiKeyError::Revoked(at)),
        (None, Some(end)) if end <= now => Err(ApiKeyError::Expired(end)),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::db::testing::on_each_database;

    fn now() -> DateTime<Utc> {
        "2026-03-29T05:00:00Z".parse().unwrap()
    }

    fn north() -> NewKey {
        NewKey {
            name: "recorder\0".into(),
            rights: vec![KeyRight::Feed, KeyRight::Read],
            branches: Some(vec!["north".parse().unwrap()]),
            expires_at: None,
        }
    }

    #[test]
    fn a_key_is_long_and_hides_itself() {
        let minted = MintedKey::new(north(), &[7; RANDOM_BYTES], "Dana", now());
        assert_eq!(minted.text.reveal().len(), LENGTH);
        assert_eq!(KeyText::parse(minted.text.reveal()), Some(minted.text.clone()));
        assert!(minted.text.reveal().starts_with(&minted.key.prefix));
        assert!(!format!("{minted:?}").contains(minted.text.reveal()));
        for text in ["", "dbk_", "Bearer", &"dbk_".repeat(11), &minted.text.reveal().replacen('d', "ż", 1)] {
            let parsed = KeyText::parse(text);
            assert!(parsed.is_none() || text == "dbk_".repeat(11), "{text}");
        }
    }

    #[tokio::test]
    async fn a_key_works_until_it_is_revoked_expired_or_rotated_away() {
        on_each_database("api_key", lives_and_ends).await;
    }

    async fn lives_and_ends(db: &Db) {
        let mut tx = db.begin().await.unwrap();
        let minted = mint_key(&mut tx, north(), &[1; RANDOM_BYTES], "Dana", now()).await.unwrap();
        tx.commit().await.unwrap();
        let text = minted.text.reveal();
        assert_eq!(key_of(db, text, now()).await.unwrap(), minted.key);
        // The last use is noted to the minute.
        for (seconds, noted) in [(30, 0), (59, 0), (61, 61), (62, 61)] {
            key_of(db, text, now() + TimeDelta::seconds(seconds)).await.unwrap();
            let known = db.api_keys(false, now()).await.unwrap();
            assert_eq!(known[0].last_used_at, Some(now() + TimeDelta::seconds(noted)), "{seconds}");
        }
        for text in ["", "dbk_x", &text.replace("AQ", "AR")] {
            assert!(matches!(key_of(db, text, now()).await, Err(ApiKeyError::Unknown)), "{text}");
        }
        let (later, ends) = (now() + TimeDelta::days(1), now() + TimeDelta::days(8));
        let mut tx = db.begin().await.unwrap();
        let next = rotate_key(&mut tx, &minted.key, &[2; RANDOM_BYTES], ("Dana", later), ends).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!((&next.key.name, &next.key.branches), (&minted.key.name, &minted.key.branches));
        let old = key_of(db, text, ends - TimeDelta::seconds(1)).await.unwrap();
        assert_eq!((old.expires_at, old.successor), (Some(ends), Some(next.key.id)));
        assert!(matches!(key_of(db, text, ends).await, Err(ApiKeyError::Expired(at)) if at == ends));
        let mut tx = db.begin().await.unwrap();
        let again = rotate_key(&mut tx, &old, &[3; RANDOM_BYTES], ("Dana", later), ends).await;
        drop(tx);
        assert!(matches!(again, Err(ApiKeyError::Succeeded)), "one successor");
        assert_eq!(db.api_keys(true, ends).await.unwrap().len(), 2, "and no third key is left of the try");
        let mut tx = db.begin().await.unwrap();
        assert!(revoke_key(&mut tx, next.key.id, "Eve", later).await.unwrap());
        assert!(!revoke_key(&mut tx, next.key.id, "Eve", later).await.unwrap());
        tx.commit().await.unwrap();
        let refused = key_of(db, next.text.reveal(), later).await;
        assert!(matches!(refused, Err(ApiKeyError::Revoked(at)) if at == later));
        assert!(db.api_keys(false, ends).await.unwrap().is_empty());
    }
}
