//! VERP: the envelope's sender carries the delivery, so that returned mail tells which one it was.
//!
//! `bounce@example.com` becomes `bounce+TOKEN@example.com`, where the token is the delivery's id in 26 characters of
//! lower-case base32 (RFC 4648 section 6, without padding) and a mark in 10 more: an id follows from what a report is,
//! and could be worked out by others; the mark could not, without this installation's key. It must not judge what a
//! returned mail means.

use hmac::{Hmac, Mac};
use sha2::Sha256;
use uuid::Uuid;
use zeroize::Zeroizing;

use crate::config::Mail;
use crate::db::{Db, DbError};
use crate::model::{DeliveryId, EmailAddress};

/// Name of the kept key in the table `instance`.
const NAME: &str = "bounce_key";

/// What stands between the address's own local part and the token: the subaddress of RFC 5233.
const SEPARATOR: char = '+';
const ALPHABET: &[u8; 32] = b"abcdefghijklmnopqrstuvwxyz234567";
/// Characters of a delivery's id: 128 bits, five each.
const ID: usize = 26;
/// Characters of a mark: 50 bits, which nobody guesses by sending mails.
const MARK: usize = 10;
/// Characters of a token.
pub const TOKEN: usize = ID + MARK;
/// Octets of a local part (RFC 5321 section 4.5.3.1.1).
const LOCAL_PART: usize = 64;

/// Octets that the local part of a bounce address may have, so that the token still fits beside it.
pub const MOST_LOCAL: usize = LOCAL_PART - TOKEN - SEPARATOR.len_utf8();

/// Why there is no key.
#[derive(Debug, thiserror::Error)]
pub enum BounceKeyError {
    /// The system gave no random bytes to make one from.
    #[error("cannot make a key for returned mail: {0}")]
    Random(String),
    /// It could not be kept or read.
    #[error("cannot read the key for returned mail")]
    Keep(#[from] DbError),
}

/// The installation's key, with which the tokens of envelope senders are marked. It never changes: a mail may come back
/// weeks later.
#[derive(Clone)]
pub struct BounceKey(Zeroizing<Vec<u8>>);

impl BounceKey {
    /// The database's key; where it has none yet, one is made. Processes that start together agree on one.
    ///
    /// # Errors
    /// [`BounceKeyError`].
    pub async fn load(db: &Db) -> Result<Self, BounceKeyError> {
        if let Some(kept) = db.instance_value(NAME).await? {
            return Ok(Self::new(&kept));
        }
        let mut random = Zeroizing::new([0_u8; 32]);
        getrandom::fill(random.as_mut()).map_err(|error| BounceKeyError::Random(error.to_string()))?;
        let made = Zeroizing::new(hex::encode(random.as_ref()));
        Ok(Self::new(&db.instance_value_or(NAME, &made).await?))
    }

    /// The key of a text.
    #[must_use]
    pub fn new(text: &str) -> Self {
        Self(Zeroizing::new(text.as_bytes().to_vec()))
    }

    /// A delivery's token: its id and our mark.
    #[must_use]
    pub fn token(&self, delivery: DeliveryId) -> String {
        let mut token = encode(delivery.as_uuid().as_u128());
        token.extend(self.mark(delivery).map(char::from));
        token
    }

    /// Whether a token was made here.
    #[must_use]
    pub fn made(&self, token: &Token) -> bool {
        let differing =
            self.mark(token.delivery).iter().zip(&token.mark).fold(0, |seen, (one, other)| seen | (one ^ other));
        differing == 0
    }

    fn mark(&self, delivery: DeliveryId) -> [u8; MARK] {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.0).expect("HMAC takes a key of any length");
        mac.update(b"bounce ");
        mac.update(delivery.as_uuid().as_bytes());
        let digest = mac.finalize().into_bytes();
        let mut mark = [0; MARK];
        for (letter, byte) in mark.iter_mut().zip(digest) {
            *letter = ALPHABET[usize::from(byte % 32)];
        }
        mark
    }
}

impl std::fmt::Debug for BounceKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("BounceKey")
    }
}

/// A token that was read somewhere; [`BounceKey::made`] tells whether it is ours.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    /// The delivery that it names.
    pub delivery: DeliveryId,
    mark: [u8; MARK],
}

impl Token {
    /// Reads a token, in whatever letter case.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (id, mark) = text.split_at_checked(ID)?;
        let mark: [u8; MARK] = mark.to_ascii_lowercase().into_bytes().try_into().ok()?;
        Some(Self { delivery: DeliveryId::from(Uuid::from_u128(decode(id)?)), mark })
    }

    /// The token of an envelope sender of ours. Takes what mail servers make of an address on its way: other letter
    /// case, angle brackets, spaces around.
    #[must_use]
    pub fn of_address(address: &str) -> Option<Self> {
        let bare = address.trim().trim_start_matches('<').trim_end_matches('>');
        let (local, _) = bare.rsplit_once('@')?;
        let (_, token) = local.rsplit_once(SEPARATOR)?;
        Self::parse(token)
    }
}

/// The envelope sender that `[mail]` gives a delivery: its bounce address with the token, or `from` as it stands.
#[must_use]
pub fn envelope(mail: &Mail, key: &BounceKey, delivery: DeliveryId) -> EmailAddress {
    mail.bounce_address.as_ref().map_or_else(|| mail.from.clone(), |base| sender(base, key, delivery))
}

/// The envelope sender of a delivery. A base whose local part leaves no room for the token is used as it stands;
/// `[mail] bounce_address` refuses such a one.
#[must_use]
pub fn sender(base: &EmailAddress, key: &BounceKey, delivery: DeliveryId) -> EmailAddress {
    let Some((local, domain)) = base.as_str().rsplit_once('@') else { return base.clone() };
    // A quoted local part ends in a quote; a token after that would be no address.
    if local.len() > MOST_LOCAL || local.ends_with('"') {
        return base.clone();
    }
    let own = format!("{local}{SEPARATOR}{}@{domain}", key.token(delivery));
    EmailAddress::new(own).unwrap_or_else(|_| base.clone())
}

/// 128 bits from the highest down, with two zero bits after the last.
fn encode(bits: u128) -> String {
    let mut token = String::with_capacity(TOKEN);
    for n in 0..ID {
        let five = if n == ID - 1 { (bits << 2) & 31 } else { (bits >> (123 - 5 * n)) & 31 };
        let index = usize::try_from(five).unwrap_or_default();
        token.push(char::from(ALPHABET[index]));
    }
    token
}

fn decode(token: &str) -> Option<u128> {
    if token.len() != ID {
        return None;
    }
    let mut bits = 0_u128;
    for (n, byte) in token.bytes().enumerate() {
        let five = ALPHABET.iter().position(|letter| *letter == byte.to_ascii_lowercase())?;
        let five = u128::try_from(five).ok()?;
        bits = if n == ID - 1 {
            // The two bits beyond 128 are zero in every token that was made here.
            if five & 3 != 0 {
                return None;
            }
            (bits << 3) | (five >> 2)
        } else {
            (bits << 5) | five
        };
    }
    Some(bits)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn id(bits: u128) -> DeliveryId {
        DeliveryId::from(Uuid::from_u128(bits))
    }

    fn key() -> BounceKey {
        BounceKey::new("a key of tests")
    }

    fn base() -> EmailAddress {
        "bounce@daybreak.example".parse().unwrap()
    }

    fn found(address: &str) -> Option<DeliveryId> {
        Token::of_address(address).filter(|token| key().made(token)).map(|token| token.delivery)
    }

    #[test]
    fn the_token_is_base32_of_the_ids_bytes_and_a_mark() {
        // As `base32` of coreutils writes these sixteen bytes, in lower case and without padding.
        let delivery = id(0x0001_0203_0405_0607_0809_0a0b_0c0d_0e0f);
        let own = sender(&base(), &key(), delivery);
        assert!(own.as_str().starts_with("bounce+aaaqeayeaudaocajbifqydiob4"), "{own:?}");
        assert_eq!(own.as_str().len(), "bounce+".len() + TOKEN + "@daybreak.example".len());
        assert!(sender(&base(), &key(), id(u128::MAX)).as_str().starts_with("bounce+77777777777777777777777774"));
    }

    #[test]
    fn a_token_that_somebody_worked_out_is_not_ours() {
        let token = key().token(id(7));
        assert_eq!(found(&format!("bounce+{token}@x")), Some(id(7)));
        let forged = BounceKey::new("another key").token(id(7));
        assert_eq!(token[..26], forged[..26], "an id is no secret");
        assert_eq!(found(&format!("bounce+{forged}@x")), None);
        assert_eq!(found(&format!("bounce+{}aaaaaaaaaa@x", &token[..26])), None);
    }

    #[test]
    fn a_delivery_is_found_again_however_a_server_writes_the_address() {
        let token = key().token(id(7));
        for address in [
            format!("bounce+{token}@daybreak.example"),
            format!(" <BOUNCE+{}@DAYBREAK.EXAMPLE> ", token.to_uppercase()),
            format!("b+c+{token}@x"),
        ] {
            assert_eq!(found(&address), Some(id(7)), "{address}");
        }
        for address in [
            String::new(),
            "@".into(),
            "+@".into(),
            "bounce@daybreak.example".into(),
            "bounce+short@daybreak.example".into(),
            format!("bounce+{}@daybreak.example", &token[..26]),
            format!("bounce+{}1@daybreak.example", &token[..35]),
            format!("bounce+{token}4@daybreak.example"),
            "bounce+żżżżżżżżżżżżżżżżżż@daybreak.example".into(),
        ] {
            assert_eq!(found(&address), None, "{address}");
        }
    }

    #[test]
    fn a_local_part_never_grows_beyond_what_smtp_allows() {
        let fits: EmailAddress = format!("{}@daybreak.example", "b".repeat(MOST_LOCAL)).parse().unwrap();
        let own = sender(&fits, &key(), id(7));
        assert_eq!(own.as_str().split('@').next().unwrap().len(), 64);
        assert_eq!(found(own.as_str()), Some(id(7)));
        let long: EmailAddress = format!("{}@daybreak.example", "b".repeat(MOST_LOCAL + 1)).parse().unwrap();
        assert_eq!(sender(&long, &key(), id(7)), long);
        let quoted: EmailAddress = "\"a b\"@daybreak.example".parse().unwrap();
        assert_eq!(sender(&quoted, &key(), id(7)), quoted);
    }

    proptest! {
        #[test]
        fn every_delivery_is_found_again(bits: u128) {
            prop_assert_eq!(found(sender(&base(), &key(), id(bits)).as_str()), Some(id(bits)));
        }

        #[test]
        fn no_text_makes_it_panic(text: String) {
            let _ = Token::of_address(&text);
        }
    }
}
