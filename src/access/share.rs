//! Share: incidents, addresses and an end become links of their own for each address, and a token becomes whose it is.
//!
//! A share lets its addresses in (`db::whitelist`) to see what was shared and no more. It must not write letters, or
//! decide who may share.

use std::collections::{BTreeMap, BTreeSet};

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use chrono::{DateTime, Utc};
use hmac::{Hmac, Mac};
use sha2::Sha256;
use uuid::Uuid;

use super::{LinkKey, Token, domains};
use crate::db::domain_rules::DomainRule;
use crate::db::shares::{self, Item, Recipient, Share};
use crate::db::whitelist::{self, Listed};
use crate::db::{Db, DbError, Tx};
use crate::model::{EmailAddress, ShareId};

/// The most addresses of one share.
pub const MOST_ADDRESSES: usize = 200;

/// What somebody typed or pasted as addresses.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Addresses {
    /// The addresses, each once, in their one form, in the order given.
    pub good: Vec<EmailAddress>,
    /// What is none.
    pub bad: Vec<String>,
    /// Addresses to which the account's rules let nothing go.
    pub refused: Vec<String>,
}

impl Addresses {
    /// Reads a list: one on a line, or with commas or semicolons between; `Name <address>` is read as its address.
    #[must_use]
    pub fn parse(raw: &str, rules: &[DomainRule]) -> Self {
        let mut read = Self::default();
        let mut known = BTreeSet::new();
        for written in raw.split([',', ';', '\n', '\r']).map(str::trim).filter(|written| !written.is_empty()) {
            let bare = match written.rsplit_once('<') {
                Some((_, rest)) => rest.trim_end().trim_end_matches('>'),
                None => written,
            };
            let bare = bare.trim().trim_matches(|c| c == '"' || c == '\'');
            for bare in bare.split_whitespace() {
                match EmailAddress::new(EmailAddress::normalized(bare)) {
                    Err(_) => read.bad.push(bare.chars().take(80).collect()),
                    Ok(address) if !known.insert(address.as_str().to_owned()) => {}
                    Ok(address) if !domains::allows(rules, address.as_str()) => {
                        read.refused.push(address.as_str().to_owned());
                    }
                    Ok(address) => read.good.push(address),
                }
            }
        }
        read
    }
}

/// The token of a recipient's link: always the same one for the same key, so that a letter can be written again;
/// nobody without the key can make one. What is kept is its hash.
///
/// # Panics
/// Never: HMAC takes keys of every length.
#[must_use]
pub fn token(key: &LinkKey, recipient: Uuid) -> Token {
    let mut mac = Hmac::<Sha256>::new_from_slice(key.bytes()).expect("HMAC takes keys of every length");
    mac.update(b"daybreak share 1\0");
    mac.update(recipient.as_bytes());
    let text = BASE64_URL_SAFE_NO_PAD.encode(&mac.finalize().into_bytes()[..20]);
    Token::parse(&text).expect("20 bytes are 27 letters")
}

/// A share that is wanted.
#[derive(Debug)]
pub struct Wanted<'a> {
    /// Its row.
    pub share: &'a Share,
    /// Its incidents.
    pub items: &'a [Item],
    /// Objects of the archive that items without a report need.
    pub objects: &'a BTreeSet<String>,
    /// Those with whom it is shared.
    pub recipients: &'a [Recipient],
}

/// Writes a share, a link for each address, and who is let in by it; false where it stands already.
pub async fn create(tx: &mut Tx, wanted: &Wanted<'_>) -> Result<bool, DbError> {
    let share = wanted.share;
    if !shares::insert(tx, share, wanted.items, wanted.objects).await? {
        return Ok(false);
    }
    for recipient in wanted.recipients {
        shares::insert_recipient(tx, recipient).await?;
        let listed = Listed {
            // The entry goes by its recipient: one id for both.
            id: recipient.id.into(),
            address: recipient.address.clone(),
            location: share.location.clone(),
            since: share.created_at,
            expires_at: Some(recipient.expires_at),
            granted_by: share.actor.clone(),
            note: format!("share:{}", share.id),
            revoked_at: None,
            whole: false,
        };
        whitelist::insert(tx, &listed).await?;
    }
    Ok(true)
}

/// Ends the link of one recipient, or of all; who is let in by no other share of the location is let in no more.
/// Returns how many links that were.
pub async fn revoke(
    tx: &mut Tx,
    share: &Share,
    recipient: Option<Uuid>,
    by: &str,
    now: DateTime<Utc>,
) -> Result<usize, DbError> {
    let ended = shares::revoke(tx, share.id, recipient, by, now).await?;
    whitelist::revoke_shared(tx, &share.location, &ended, by, now).await?;
    Ok(ended.len())
}

/// What a token of a share opens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opened {
    /// Whose link it is.
    pub recipient: Recipient,
    /// To what.
    pub share: Share,
}

/// Looks a token up, whether it still leads anywhere or not; it changes nothing. Nothing is kept in between: a link that
/// was revoked is dead in every process at once.
pub async fn open(db: &Db, token: &str) -> Result<Option<Opened>, DbError> {
    let Some(token) = Token::parse(token) else { return Ok(None) };
    let Some(recipient) = db.share_recipient(&token.hash()).await? else { return Ok(None) };
    let share = db.share(recipient.share).await?;
    Ok(share.map(|share| Opened { recipient, share }))
}

/// How often, and when, each recipient has looked, by their link or signed in, by address; likely scanners are left out.
pub async fn looks(db: &Db, share: ShareId) -> Result<BTreeMap<String, shares::Looks>, DbError> {
    let looks = db.looks_at(share, &subject(share)).await?;
    Ok(looks.into_iter().map(|look| (look.person.clone(), look)).collect())
}

/// How the access log names a share.
#[must_use]
pub fn subject(share: ShareId) -> String {
    format!("share:{share}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::db::testing::on_each_database;
    use chrono::TimeDelta;

    #[test]
    fn a_pasted_list_is_read_as_people_paste_it() {
        let rules = [DomainRule {
            domain: "rival.example".into(),
            allowed: false,
            added_at: DateTime::UNIX_EPOCH,
            added_by: String::new(),
        }];
        let raw = "Dana Ito <Dana@Example.com>, jan@example.com; dana@example.com\r\n\"Zoe\" <zoe@exämple.org>\n\
                   spy@mail.rival.example nonsense\n<>, a@b@c,,;\n";
        let read = Addresses::parse(raw, &rules);
        let good: Vec<&str> = read.good.iter().map(EmailAddress::as_str).collect();
        assert_eq!(good, ["dana@example.com", "jan@example.com", "zoe@xn--exmple-cua.org"]);
        assert_eq!(read.refused, ["spy@mail.rival.example"]);
        assert_eq!(read.bad, ["nonsense", "a@b@c"]);
        assert_eq!(Addresses::parse(" \n,;", &[]), Addresses::default());
    }

    #[test]
    fn a_recipients_token_is_theirs_alone() {
        let key = LinkKey::new("a key of tests, which is long enough to be one").unwrap();
        let (one, other) = (Uuid::from_u128(1), Uuid::from_u128(2));
        assert_eq!(token(&key, one), token(&key, one));
        assert_ne!(token(&key, one).to_string(), token(&key, other).to_string());
    }

    #[tokio::test]
    async fn a_revoked_share_lets_nobody_in_any_more_but_whom_another_lets_in() {
        on_each_database("share_revoked", async |db| {
            let at: DateTime<Utc> = "2026-03-29T05:00:00Z".parse().unwrap();
            let key = LinkKey::new("a key of tests, which is long enough to be one").unwrap();
            let share = |id: u128| Share {
                id: Uuid::from_u128(id).into(),
                location: "harbor".parse().unwrap(),
                branch: "north".parse().unwrap(),
                actor: "user:x".into(),
                by_address: "maria@example.com".into(),
                by_name: "Maria".into(),
                note: String::new(),
                may_comment: false,
                created_at: at,
                expires_at: at + TimeDelta::days(7),
            };
            let recipient = |share: u128, id: u128, address: &str| Recipient {
                id: Uuid::from_u128(id),
                share: Uuid::from_u128(share).into(),
                address: address.into(),
                language: "en".into(),
                token_hash: token(&key, Uuid::from_u128(id)).hash().to_vec(),
                letter: Uuid::from_u128(id).into(),
                expires_at: at + TimeDelta::days(7),
                revoked_at: None,
            };
            let in_force = async || {
                let listed = db.whitelist_of(&"harbor".parse().unwrap(), 99).await.unwrap();
                listed
                    .into_iter()
                    .filter(|listed| listed.revoked_at.is_none())
                    .map(|listed| listed.address)
                    .collect::<BTreeSet<_>>()
            };
            let (dana, jan) = ("dana@example.com", "jan@example.com");
            let mut tx = db.begin().await.unwrap();
            for (number, recipients) in
                [(1, vec![recipient(1, 11, dana), recipient(1, 12, jan)]), (2, vec![recipient(2, 21, dana)])]
            {
                let share = share(number);
                let (items, objects) = ([], BTreeSet::new());
                let wanted = Wanted { share: &share, items: &items, objects: &objects, recipients: &recipients };
                assert!(create(&mut tx, &wanted).await.unwrap());
                assert!(!create(&mut tx, &wanted).await.unwrap());
            }
            tx.commit().await.unwrap();
            assert_eq!(in_force().await, BTreeSet::from([dana.to_owned(), jan.to_owned()]));
            assert!(!db.is_whitelisted(dana, &"harbor".parse().unwrap(), at).await.unwrap(), "not the whole location");
            let mut tx = db.begin().await.unwrap();
            assert_eq!(revoke(&mut tx, &share(1), None, "user:x", at).await.unwrap(), 2);
            tx.commit().await.unwrap();
            assert_eq!(in_force().await, BTreeSet::from([dana.to_owned()]), "another share lets her in");
            let opened = open(db, &token(&key, Uuid::from_u128(11)).to_string()).await.unwrap().unwrap();
            assert!(!opened.recipient.is_live(at) && opened.share == share(1));
            assert!(
                open(db, &token(&key, Uuid::from_u128(21)).to_string()).await.unwrap().unwrap().recipient.is_live(at)
            );
            assert_eq!(open(db, "no token").await.unwrap(), None);
            assert!(looks(db, share(1).id).await.unwrap().is_empty());
        })
        .await;
    }
}
