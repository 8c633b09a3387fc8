//! Passwords: what somebody types becomes a hash that is slow to guess (argon2id, OWASP's least parameters: 19 MiB, two
//! passes), or is compared with one. It must not know whose they are.

use argon2::password_hash::{PasswordHash, PasswordHasher, PasswordVerifier, SaltString};
use argon2::{Algorithm, Argon2, Params, Version};
use tokio::sync::Semaphore;
use tokio::task::spawn_blocking;

/// Fewer characters are guessed too soon.
pub const SHORTEST: usize = 12;
/// Nobody types more.
pub const LONGEST: usize = 256;
/// Each takes 19 MiB for as long as it is computed; more at once wait.
static AT_ONCE: Semaphore = Semaphore::const_new(4);
/// A hash that no password has, of the same parameters: what is unknown takes as long to refuse as what is wrong.
const NOBODYS: &str = "$argon2id$v=19$m=19456,t=2,p=1$bm9ib2R5IGhhcyB0aGlz$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/// Why there is no hash.
#[derive(Debug, thiserror::Error)]
pub enum PasswordError {
    /// Too short or too long.
    #[error("a password has from {SHORTEST} to {LONGEST} characters")]
    Length,
    /// It says whose it is.
    #[error("a password must not be the address or the name of its owner")]
    Told,
    /// The computation failed.
    #[error("cannot hash the password: {0}")]
    Hash(String),
}

/// Whether a password may be one of the person with these names.
///
/// # Errors
/// [`PasswordError::Length`], [`PasswordError::Told`].
pub fn check(password: &str, names: &[&str]) -> Result<(), PasswordError> {
    if !(SHORTEST..=LONGEST).contains(&password.chars().count()) {
        return Err(PasswordError::Length);
    }
    let lower = password.to_lowercase();
    let varied = lower.chars().collect::<std::collections::HashSet<_>>().len() > 3;
    if !varied || names.iter().any(|name| !name.is_empty() && name.to_lowercase() == lower) {
        return Err(PasswordError::Told);
    }
    Ok(())
}

/// The PHC string of a password, on a thread where it holds nobody up.
///
/// # Errors
/// [`PasswordError::Hash`].
pub async fn hash(password: String, salt: [u8; 16]) -> Result<String, PasswordError> {
    let place = AT_ONCE.acquire().await;
    let hashed = spawn_blocking(move || {
        // Until it is computed, whether anybody still waits for it or not.
        let _place = place;
        let salt = SaltString::encode_b64(&salt).map_err(|error| error.to_string())?;
        let hash = argon2id()?.hash_password(password.as_bytes(), &salt).map_err(|error| error.to_string())?;
        Ok(hash.to_string())
    });
    hashed.await.map_err(|error| error.to_string()).flatten().map_err(PasswordError::Hash)
}

/// Whether a password has this hash, on a thread where it holds nobody up; it takes as long where there is none.
pub async fn matches(password: String, hash: Option<String>) -> bool {
    let place = AT_ONCE.acquire().await;
    let compared = spawn_blocking(move || {
        // Until it is compared, whether anybody still waits for it or not.
        let _place = place;
        let parsed = PasswordHash::new(hash.as_deref().unwrap_or(NOBODYS));
        let (Ok(argon2id), Ok(parsed)) = (argon2id(), parsed) else { return false };
        let is_equal = argon2id.verify_password(password.as_bytes(), &parsed).is_ok();
        is_equal && hash.is_some()
    });
    compared.await.unwrap_or(false)
}

fn argon2id() -> Result<Argon2<'static>, String> {
    let params = Params::new(19_456, 2, 1, None).map_err(|error| error.to_string())?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_password_matches_its_own_hash_only() {
        let hashed = hash("correct horse battery".into(), [7; 16]).await.unwrap();
        assert!(hashed.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hashed}");
        assert!(matches("correct horse battery".into(), Some(hashed.clone())).await);
        assert!(!matches("correct horse batterz".into(), Some(hashed)).await);
        assert!(!matches("correct horse battery".into(), None).await);
        assert!(!matches("x".into(), Some("no hash".into())).await);
        assert!(PasswordHash::new(NOBODYS).is_ok(), "else the unknown would be refused sooner");
    }

    #[tokio::test]
    async fn who_turns_away_leaves_no_room_for_more_than_are_computed() {
        for _ in 0..4 {
            let asked = matches("correct horse battery".into(), None);
            assert!(tokio::time::timeout(std::time::Duration::ZERO, asked).await.is_err(), "turned away at once");
        }
        assert_eq!(AT_ONCE.available_permits(), 0, "four are computed still");
        assert!(!matches("correct horse battery".into(), None).await, "the next one waits for its turn");
    }

    #[test]
    fn what_is_short_or_says_whose_it_is_is_refused() {
        assert!(check("correct horse", &["dana@example.com"]).is_ok());
        for bad in ["short", "aaaaaaaaaaaaaaa", "Dana@Example.com", &"ab1c".repeat(65)] {
            assert!(check(bad, &["dana@example.com", ""]).is_err(), "{bad}");
        }
    }
}
