//! VERP: the envelope's sender carries the delivery, so that returned mail tells which one it was.
//!
//! `bounce@example.com` becomes `bounce+TOKEN@example.com`, where the token is the delivery's id in 26 characters of
//! lower-case base32 (RFC 4648 section 6, without padding). It says nothing to anybody who lacks our rows. It must not
//! judge what a returned mail means.

use uuid::Uuid;

use crate::model::{DeliveryId, EmailAddress};

/// What stands between the address's own local part and the token: the subaddress of RFC 5233.
const SEPARATOR: char = '+';
const ALPHABET: &[u8; 32] = b"abcdefghijklmnopqrstuvwxyz234567";
/// Characters of a token: 128 bits, five each.
const TOKEN: usize = 26;
/// Octets of a local part (RFC 5321 section 4.5.3.1.1).
const LOCAL_PART: usize = 64;

/// Octets that the local part of a bounce address may have, so that the token still fits beside it.
pub const MOST_LOCAL: usize = LOCAL_PART - TOKEN - SEPARATOR.len_utf8();

/// The envelope sender of a delivery. A base whose local part leaves no room for the token is used as it stands;
/// `[mail] bounce_address` refuses such a one.
#[must_use]
pub fn sender(base: &EmailAddress, delivery: DeliveryId) -> EmailAddress {
    let Some((local, domain)) = base.as_str().rsplit_once('@') else { return base.clone() };
    // A quoted local part ends in a quote; a token after that would be no address.
    if local.len() > MOST_LOCAL || local.ends_with('"') {
        return base.clone();
    }
    let own = format!("{local}{SEPARATOR}{}@{domain}", encode(delivery.as_uuid().as_u128()));
    EmailAddress::new(own).unwrap_or_else(|_| base.clone())
}

/// The delivery that an envelope sender of ours names. Takes what mail servers make of an address on its way: other
/// letter case, angle brackets, spaces around.
#[must_use]
pub fn delivery_of(address: &str) -> Option<DeliveryId> {
    let bare = address.trim().trim_start_matches('<').trim_end_matches('>');
    let (local, _) = bare.rsplit_once('@')?;
    let (_, token) = local.rsplit_once(SEPARATOR)?;
    decode(token).map(|id| DeliveryId::from(Uuid::from_u128(id)))
}

/// 128 bits from the highest down, with two zero bits after the last.
fn encode(bits: u128) -> String {
    let mut token = String::with_capacity(TOKEN);
    for n in 0..TOKEN {
        let five = if n == TOKEN - 1 { (bits << 2) & 31 } else { (bits >> (123 - 5 * n)) & 31 };
        let index = usize::try_from(five).unwrap_or_default();
        token.push(char::from(ALPHABET[index]));
    }
    token
}

fn decode(token: &str) -> Option<u128> {
    if token.len() != TOKEN {
        return None;
    }
    let mut bits = 0_u128;
    for (n, byte) in token.bytes().enumerate() {
        let five = ALPHABET.iter().position(|letter| *letter == byte.to_ascii_lowercase())?;
        let five = u128::try_from(five).ok()?;
        bits = if n == TOKEN - 1 {
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

    #[test]
    fn the_token_is_base32_of_the_ids_bytes() {
        let base: EmailAddress = "bounce@daybreak.example".parse().unwrap();
        // As `base32` of coreutils writes these sixteen bytes, in lower case and without padding.
        let delivery = id(0x0001_0203_0405_0607_0809_0a0b_0c0d_0e0f);
        assert_eq!(sender(&base, delivery).as_str(), "bounce+aaaqeayeaudaocajbifqydiob4@daybreak.example");
        assert_eq!(sender(&base, id(u128::MAX)).as_str(), "bounce+77777777777777777777777774@daybreak.example");
    }

    #[test]
    fn a_delivery_is_found_again_however_a_server_writes_the_address() {
        for address in [
            "bounce+aaaqeayeaudaocajbifqydiob4@daybreak.example",
            " <BOUNCE+AAAQEAYEAUDAOCAJBIFQYDIOB4@DAYBREAK.EXAMPLE> ",
            "b+c+aaaqeayeaudaocajbifqydiob4@x",
        ] {
            assert_eq!(delivery_of(address), Some(id(0x0001_0203_0405_0607_0809_0a0b_0c0d_0e0f)), "{address}");
        }
        for address in [
            "",
            "@",
            "+@",
            "bounce@daybreak.example",
            "bounce+short@daybreak.example",
            "bounce+aaaqeayeaudaocajbifqydiob5@daybreak.example",
            "bounce+aaaqeayeaudaocajbifqydiob1@daybreak.example",
            "bounce+aaaqeayeaudaocajbifqydiob44@daybreak.example",
            "bounce+żżżżżżżżżżżżż@daybreak.example",
        ] {
            assert_eq!(delivery_of(address), None, "{address}");
        }
    }

    #[test]
    fn a_local_part_never_grows_beyond_what_smtp_allows() {
        let fits: EmailAddress = format!("{}@daybreak.example", "b".repeat(MOST_LOCAL)).parse().unwrap();
        let own = sender(&fits, id(7));
        assert_eq!(own.as_str().split('@').next().unwrap().len(), 64);
        assert_eq!(delivery_of(own.as_str()), Some(id(7)));
        let long: EmailAddress = format!("{}@daybreak.example", "b".repeat(MOST_LOCAL + 1)).parse().unwrap();
        assert_eq!(sender(&long, id(7)), long);
        let quoted: EmailAddress = "\"a b\"@daybreak.example".parse().unwrap();
        assert_eq!(sender(&quoted, id(7)), quoted);
    }

    proptest! {
        #[test]
        fn every_delivery_is_found_again(bits: u128) {
            let base: EmailAddress = "bounce@daybreak.example".parse().unwrap();
            prop_assert_eq!(delivery_of(sender(&base, id(bits)).as_str()), Some(id(bits)));
        }

        #[test]
        fn no_text_makes_it_panic(text: String) {
            let _ = delivery_of(&text);
        }
    }
}
