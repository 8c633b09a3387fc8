//! ID tokens: what an OpenID provider signed about somebody becomes claims, where every one of them is as it should be
//! (OpenID Connect Core 1.0, section 3.1.3.7). Only RS256 and ES256 are taken: no token chooses how it is checked.

use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED, RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents, UnparsedPublicKey,
};
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use super::totp::same;

/// Clocks differ by so much.
const LEEWAY: TimeDelta = TimeDelta::minutes(2);

/// Why a token is worth nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TokenError {
    /// It is no token.
    #[error("it is no signed token")]
    Form,
    /// None of the provider's keys fits.
    #[error("it is signed with an unknown key, or in a way that is not taken")]
    Key,
    /// The signature.
    #[error("its signature is wrong")]
    Signature,
    /// Of another provider.
    #[error("it is of another issuer")]
    Issuer,
    /// For another client.
    #[error("it is for another client")]
    Audience,
    /// Too old, or of the future.
    #[error("it has expired")]
    Expired,
    /// Of another sign-in.
    #[error("it belongs to another sign-in")]
    Nonce,
}

/// A key of a provider (RFC 7517).
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Jwk {
    /// `RSA` or `EC`.
    pub kty: String,
    /// Its name.
    pub kid: Option<String>,
    /// What it is for: `sig`.
    #[serde(rename = "use")]
    pub purpose: Option<String>,
    /// Modulus of RSA.
    pub n: Option<String>,
    /// Exponent of RSA.
    pub e: Option<String>,
    /// The curve of EC.
    pub crv: Option<String>,
    /// Its point's first coordinate.
    pub x: Option<String>,
    /// Its point's second coordinate.
    pub y: Option<String>,
}

/// What a token must say.
#[derive(Debug, Clone, Copy)]
pub struct Expected<'a> {
    /// By whom it was made.
    pub issuer: &'a str,
    /// For whom.
    pub client_id: &'a str,
    /// Of which sign-in.
    pub nonce: &'a str,
}

/// What a token says of somebody.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Claims {
    iss: String,
    /// Who they are there, for ever.
    pub sub: String,
    aud: Audience,
    azp: Option<String>,
    exp: i64,
    #[serde(default)]
    iat: i64,
    nonce: Option<String>,
    /// Their address.
    pub email: Option<String>,
    /// Whether they have proved it.
    #[serde(default)]
    pub email_verified: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(untagged)]
enum Audience {
    One(String),
    Many(Vec<String>),
}

#[derive(Deserialize)]
struct Header {
    alg: String,
    kid: Option<String>,
}

/// The claims of a token.
///
/// # Errors
/// [`TokenError`]
pub fn verify(token: &str, keys: &[Jwk], expected: Expected<'_>, now: DateTime<Utc>) -> Result<Claims, TokenError> {
    let (signed, signature) = token.rsplit_once('.').ok_or(TokenError::Form)?;
    let (header, claims) = signed.split_once('.').ok_or(TokenError::Form)?;
    let header: Header = serde_json::from_slice(&bytes(header)?).map_err(|_| TokenError::Form)?;
    let (claims, signature) = (bytes(claims)?, bytes(signature)?);
    let kind = match header.alg.as_str() {
        "RS256" => "RSA",
        "ES256" => "EC",
        _ => return Err(TokenError::Key),
    };
    let mut fitting = keys
        .iter()
        .filter(|key| key.kty == kind && key.purpose.as_deref().is_none_or(|purpose| purpose == "sig"))
        .filter(|key| header.kid.is_none() || key.kid == header.kid)
        .peekable();
    fitting.peek().ok_or(TokenError::Key)?;
    if !fitting.any(|key| key.signed(signed.as_bytes(), &signature)) {
        return Err(TokenError::Signature);
    }
    let claims: Claims = serde_json::from_slice(&claims).map_err(|_| TokenError::Form)?;
    claims.check(expected, now)?;
    Ok(claims)
}

impl Claims {
    fn check(&self, expected: Expected<'_>, now: DateTime<Utc>) -> Result<(), TokenError> {
        if self.iss != expected.issuer {
            return Err(TokenError::Issuer);
        }
        let is_for = |who: &String| who == expected.client_id;
        let ours = match &self.aud {
            Audience::One(who) => is_for(who),
            Audience::Many(all) => all.iter().any(is_for) && (all.len() == 1 || self.azp.as_ref().is_some_and(is_for)),
        };
        if !ours || self.azp.as_ref().is_some_and(|who| !is_for(who)) {
            return Err(TokenError::Audience);
        }
        if self.exp <= (now - LEEWAY).timestamp() || self.iat > (now + LEEWAY).timestamp() {
            return Err(TokenError::Expired);
        }
        if !self.nonce.as_deref().is_some_and(|nonce| same(nonce, expected.nonce)) {
            return Err(TokenError::Nonce);
        }
        Ok(())
    }
}

impl Jwk {
    fn signed(&self, message: &[u8], signature: &[u8]) -> bool {
        let part = |text: &Option<String>| text.as_deref().and_then(|text| bytes(text).ok());
        match (self.kty.as_str(), self.crv.as_deref()) {
            ("RSA", _) => {
                let (Some(n), Some(e)) = (part(&self.n), part(&self.e)) else { return false };
                RsaPublicKeyComponents { n, e }.verify(&RSA_PKCS1_2048_8192_SHA256, message, signature).is_ok()
            }
            ("EC", Some("P-256")) => {
                let (Some(x), Some(y)) = (part(&self.x), part(&self.y)) else { return false };
                let point = [&[4][..], &x, &y].concat();
                UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, point).verify(message, signature).is_ok()
            }
            _ => false,
        }
    }
}

fn bytes(text: &str) -> Result<Vec<u8>, TokenError> {
    BASE64_URL_SAFE_NO_PAD.decode(text).map_err(|_| TokenError::Form)
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use aws_lc_rs::rand::SystemRandom;
    use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair};
    use serde_json::{Value, json};

    /// A provider's key.
    pub(crate) struct Signer(EcdsaKeyPair);

    impl Signer {
        pub(crate) fn new() -> Self {
            Self(EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap())
        }

        pub(crate) fn jwk(&self, kid: &str) -> Jwk {
            let point = self.0.public_key().as_ref().to_vec();
            let text = |bytes: &[u8]| Some(BASE64_URL_SAFE_NO_PAD.encode(bytes));
            Jwk {
                kty: "EC".into(),
                kid: Some(kid.into()),
                crv: Some("P-256".into()),
                x: text(&point[1..33]),
                y: text(&point[33..]),
                ..Jwk::default()
            }
        }

        pub(crate) fn sign(&self, kid: &str, claims: &Value) -> String {
            let part = |value: &Value| BASE64_URL_SAFE_NO_PAD.encode(value.to_string());
            let signed = format!("{}.{}", part(&json!({ "alg": "ES256", "kid": kid })), part(claims));
            let signature = self.0.sign(&SystemRandom::new(), signed.as_bytes()).unwrap();
            format!("{signed}.{}", BASE64_URL_SAFE_NO_PAD.encode(signature.as_ref()))
        }
    }

    const EXPECTED: Expected<'_> = Expected { issuer: "https://login.example.com", client_id: "us", nonce: "n" };

    fn now() -> DateTime<Utc> {
        "2026-03-29T05:00:00Z".parse().unwrap()
    }

    fn claims() -> Value {
        json!({
            "iss": "https://login.example.com", "sub": "7", "aud": "us", "nonce": "n",
            "exp": now().timestamp() + 60, "iat": now().timestamp(),
            "email": "dana@example.com", "email_verified": true,
        })
    }

    #[test]
    fn a_token_is_taken_where_all_of_it_is_right_and_refused_for_each_thing_that_is_not() {
        let signer = Signer::new();
        let keys = [Signer::new().jwk("other"), signer.jwk("k")];
        let good = verify(&signer.sign("k", &claims()), &keys, EXPECTED, now()).unwrap();
        assert_eq!(
            (good.sub.as_str(), good.email.as_deref(), good.email_verified),
            ("7", Some("dana@example.com"), true)
        );
        let with = |name: &str, value: Value| {
            let mut claims = claims();
            claims[name] = value;
            verify(&signer.sign("k", &claims), &keys, EXPECTED, now()).unwrap_err()
        };
        assert_eq!(with("iss", json!("https://evil.example.com")), TokenError::Issuer);
        assert_eq!(with("aud", json!("them")), TokenError::Audience);
        assert_eq!(with("aud", json!(["us", "them"])), TokenError::Audience, "without azp nobody knows for whom");
        assert_eq!(with("azp", json!("them")), TokenError::Audience);
        assert_eq!(with("exp", json!(now().timestamp() - 121)), TokenError::Expired);
        assert_eq!(with("iat", json!(now().timestamp() + 121)), TokenError::Expired);
        assert_eq!(with("nonce", json!("m")), TokenError::Nonce);
        assert_eq!(with("nonce", Value::Null), TokenError::Nonce);
        let forged = Signer::new().sign("k", &claims());
        assert_eq!(verify(&forged, &keys, EXPECTED, now()).unwrap_err(), TokenError::Signature);
        let unknown = signer.sign("z", &claims());
        assert_eq!(verify(&unknown, &keys, EXPECTED, now()).unwrap_err(), TokenError::Key);
        for (header, error) in [
            (json!({ "alg": "none" }), TokenError::Key),
            (json!({ "alg": "HS256", "kid": "k" }), TokenError::Key),
            (json!({ "kid": "k" }), TokenError::Form),
        ] {
            let token = signer.sign("k", &claims());
            let (_, rest) = token.split_once('.').unwrap();
            let token = format!("{}.{rest}", BASE64_URL_SAFE_NO_PAD.encode(header.to_string()));
            assert_eq!(verify(&token, &keys, EXPECTED, now()).unwrap_err(), error, "{header}");
        }
        for text in ["", "a", "a.b", "a.b.c", "..", "é.é.é"] {
            assert_eq!(verify(text, &keys, EXPECTED, now()).unwrap_err(), TokenError::Form, "{text}");
        }
    }

    #[test]
    fn rsa_is_taken_too() {
        use aws_lc_rs::rsa::{KeyPair as RsaKeyPair, KeySize};
        use aws_lc_rs::signature::RSA_PKCS1_SHA256;
        let pair = RsaKeyPair::generate(KeySize::Rsa2048).unwrap();
        // RFC 8017's RSAPublicKey in DER: a sequence of two numbers, of 257 and 3 bytes.
        let public = pair.public_key().as_ref();
        let text = |bytes: &[u8]| Some(BASE64_URL_SAFE_NO_PAD.encode(bytes));
        let key = Jwk { kty: "RSA".into(), n: text(&public[9..265]), e: text(&public[267..270]), ..Jwk::default() };
        let part = |value: &Value| BASE64_URL_SAFE_NO_PAD.encode(value.to_string());
        let signed = format!("{}.{}", part(&json!({ "alg": "RS256" })), part(&claims()));
        let mut signature = vec![0; pair.public_modulus_len()];
        pair.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), signed.as_bytes(), &mut signature).unwrap();
        let token = format!("{signed}.{}", BASE64_URL_SAFE_NO_PAD.encode(&signature));
        assert!(verify(&token, std::slice::from_ref(&key), EXPECTED, now()).is_ok());
        signature[9] ^= 1;
        let token = format!("{signed}.{}", BASE64_URL_SAFE_NO_PAD.encode(&signature));
        assert_eq!(verify(&token, &[key], EXPECTED, now()).unwrap_err(), TokenError::Signature);
    }
}
