//! People: an address leaves an entry before the chain binds it, and stands beside the log instead, where it can be erased
//! without breaking the chain.
//!
//! In its place stands a word that tells nothing, the same one for the same address as long as that is known. Whoever
//! reads the log reads the address; once it is erased they read the word, and can still tell that two entries speak of the
//! same person. It must not decide who is erased.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::db::audit::{self, Entry, Wanted};
use crate::db::audit_people::Person;
use crate::db::{Db, DbError, Tx, audit_people};
use crate::model::EmailAddress;

/// How every word begins, and how many hex digits follow: a word is a hash of salt and address, so that an address that
/// somebody puts in the place of another behind our back does not go with it.
const WORD: &str = "person-";
const DIGITS: usize = 32;
/// Words from before were thrown, and are shorter: of whom they stand for nothing can be proved.
const THROWN: usize = 20;

/// How many people are read at once.
const STEP: i64 = 1_000;

/// Addresses and the words for them, or words and their addresses.
#[derive(Debug, Default)]
pub(super) struct Exchange(BTreeMap<String, String>);

impl Exchange {
    /// Words for every address in an entry's texts, which are then put in their place by [`Exchange::address_out`].
    pub(super) async fn of(tx: &mut Tx, entry: i64, texts: &[&str], detail: &Value) -> Result<Self, DbError> {
        let mut named = BTreeSet::new();
        for text in texts {
            named.extend(addresses(text).map(|at| text[at].to_owned()));
        }
        collect(detail, &mut named);
        let mut words = BTreeMap::new();
        for address in named {
            let person = audit_people::hold(tx, &address, entry).await?;
            let word = match person.salt.as_deref() {
                // The database's own random word is what nobody can guess.
                Some("") => {
                    let salt = person.word.trim_start_matches(WORD);
                    let word = committed(salt, &address);
                    audit_people::settle(tx, &address, (&word, salt)).await?;
                    word
                }
                _ => person.word,
            };
            words.insert(address, word);
        }
        Ok(Self(words))
    }

    /// A text with words in the place of addresses.
    pub(super) fn address_out(&self, text: &str) -> String {
        self.exchanged(text, addresses(text))
    }

    /// A JSON value with words in the place of addresses.
    pub(super) fn addresses_out(&self, value: Value) -> Value {
        match value {
            Value::String(text) => self.address_out(&text).into(),
            Value::Array(list) => list.into_iter().map(|one| self.addresses_out(one)).collect(),
            Value::Object(fields) => {
                fields.into_iter().map(|(name, one)| (self.address_out(&name), self.addresses_out(one))).collect()
            }
            other => other,
        }
    }

    /// A text with addresses in the place of words. They need no escapes in JSON.
    fn address_in(&self, text: &str) -> String {
        self.exchanged(text, words(text))
    }

    fn exchanged(&self, text: &str, found: impl Iterator<Item = Range<usize>>) -> String {
        let (mut whole, mut done) = (String::with_capacity(text.len()), 0);
        for at in found {
            let Some(other) = self.0.get(&text[at.clone()]) else { continue };
            whole.push_str(&text[done..at.start]);
            whole.push_str(other);
            done = at.end;
        }
        whole.push_str(&text[done..]);
        whole
    }
}

/// Every address in a value's texts.
fn collect(value: &Value, named: &mut BTreeSet<String>) {
    match value {
        Value::String(text) => named.extend(addresses(text).map(|at| text[at].to_owned())),
        Value::Array(list) => list.iter().for_each(|one| collect(one, named)),
        Value::Object(fields) => fields.iter().for_each(|(name, one)| {
            named.extend(addresses(name).map(|at| name[at].to_owned()));
            collect(one, named);
        }),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// Where addresses stand in a text: what can be one (RFC 5322 atoms, RFC 6531 letters), as far as it reaches.
fn addresses(text: &str) -> impl Iterator<Item = Range<usize>> {
    let is_atom = |c: char| c.is_alphanumeric() || !c.is_ascii() || "!#$%&'*+-/=?^_`{|}~.@".contains(c);
    let mut rest = 0;
    std::iter::from_fn(move || {
        loop {
            let start = rest + text[rest..].find(is_atom)?;
            let end = text[start..].find(|c| !is_atom(c)).map_or(text.len(), |length| start + length);
            rest = end;
            // A sentence that ends with an address ends with a mark that is none of it.
            let end = start + text[start..end].trim_end_matches(['.', '!', '?', '\'', '}']).len();
            if text[start..end].contains('@') && EmailAddress::new(&text[start..end]).is_ok() {
                return Some(start..end);
            }
        }
    })
}

/// Where words stand in a text.
fn words(text: &str) -> impl Iterator<Item = Range<usize>> {
    text.match_indices(WORD).filter_map(move |(start, _)| {
        let digits = start + WORD.len();
        let is_word = |length| text.get(digits..digits + length).is_some_and(|part| part.bytes().all(is_digit));
        [DIGITS, THROWN].into_iter().find(|length| is_word(*length)).map(|length| start..digits + length)
    })
}

const fn is_digit(byte: u8) -> bool {
    byte.is_ascii_hexdigit()
}

/// The word of an address with a salt.
fn committed(salt: &str, address: &str) -> String {
    let hash = Sha256::digest(format!("daybreak person\0{salt}\0{address}"));
    format!("{WORD}{}", &hex::encode(hash)[..DIGITS])
}

/// Whether a word from before says nothing of whom it stands for.
fn is_thrown(person: &Person) -> bool {
    person.word.len() == WORD.len() + THROWN
}

/// Whether a word still stands for the address that it was made of, as far as that can be told.
fn holds(person: &Person) -> bool {
    let proved = person.salt.as_deref().is_some_and(|salt| committed(salt, &person.address) == person.word);
    person.normalized == EmailAddress::normalized(&person.address) && (proved || is_thrown(person))
}

/// What is wrong with whom the log names: the last entries and the words of those who are not who they were; and how many
/// there are of whom it cannot be told, because they were named before there were such words.
pub(super) async fn verify(db: &Db) -> Result<(Vec<(i64, String)>, u64), DbError> {
    let (mut swapped, mut thrown, mut last) = (Vec::new(), 0, String::new());
    loop {
        let people = db.people_after(&last, STEP).await?;
        let Some(person) = people.last() else { return Ok((swapped, thrown)) };
        last.clone_from(&person.word);
        thrown += people.iter().filter(|person| is_thrown(person)).count() as u64;
        swapped
            .extend(people.into_iter().filter(|person| !holds(person)).map(|person| (person.last_entry, person.word)));
    }
}

/// Entries as people read them, newest first: with the addresses that are still known.
pub async fn found(db: &Db, wanted: &Wanted, limit: i64) -> Result<Vec<Entry>, DbError> {
    let asked: Vec<&str> = [&wanted.actor, &wanted.object].into_iter().flatten().map(String::as_str).collect();
    let named: Vec<&str> = asked.iter().flat_map(|text| addresses(text).map(move |at| &text[at])).collect();
    let known = db.people_by_address(&named).await?;
    let out = Exchange(known.into_iter().filter(holds).map(|person| (person.address, person.word)).collect());
    let mut wanted = wanted.clone();
    for text in [&mut wanted.actor, &mut wanted.object].into_iter().flatten() {
        *text = out.address_out(text);
    }
    let mut entries = db.audit_found(&wanted, limit).await?;
    let inside: BTreeSet<&str> = entries
        .iter()
        .flat_map(|entry| [&entry.actor, &entry.object, &entry.detail])
        .flat_map(|text| words(text).map(move |at| &text[at]))
        .collect();
    let inside: Vec<&str> = inside.into_iter().collect();
    // Who is not who they were is not named: `audit verify` tells of them.
    let known = db.people_by_word(&inside).await?;
    let back = Exchange(known.into_iter().filter(holds).map(|person| (person.word, person.address)).collect());
    for entry in &mut entries {
        for text in [&mut entry.actor, &mut entry.object, &mut entry.detail] {
            *text = back.address_in(text);
        }
    }
    Ok(entries)
}

/// Takes a person's addresses, each in its one form, out of the log; what is left of them there tells nobody whose they
/// were. To be called right before an entry is recorded: it holds the log's head, as that does.
pub async fn forget(tx: &mut Tx, addresses: impl IntoIterator<Item = String>) -> Result<(), DbError> {
    audit::hold_head(tx).await?;
    for address in addresses {
        audit_people::forget(tx, &address).await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::{Actor, Broken, Change, prune, record, verify};
    use super::*;
    use crate::db::testing::{on_each_database, run};
    use chrono::{DateTime, TimeDelta, Utc};
    use serde_json::json;

    fn at() -> DateTime<Utc> {
        "2026-03-29T05:00:00Z".parse().unwrap()
    }

    async fn enter(db: &Db, address: &str, after: TimeDelta) {
        let mut tx = db.begin().await.unwrap();
        let detail = json!({
            "said": format!("call me\n{address}, please"), "to": [address], "by": { address: 1 }, "case": "a@b at 7",
        });
        let change = Change {
            actor: Actor::Address(address.into()),
            action: "share.create",
            object: format!("address:{address}"),
            branch: None,
            detail,
            origin: "",
        };
        record(&mut tx, change, at() + after).await.unwrap();
        tx.commit().await.unwrap();
    }

    fn by(address: &str) -> Wanted {
        Wanted { actor: Some(format!("address:{address}")), ..Wanted::default() }
    }

    #[test]
    fn addresses_are_found_wherever_people_put_them() {
        let found = |text: &str| addresses(text).map(|at| text[at].to_owned()).collect::<Vec<_>>();
        assert_eq!(found("address:dana@example.com"), ["dana@example.com"]);
        assert_eq!(found("Dana <d.o'n+x@exämple.org>, (jan@example.com)."), ["d.o'n+x@exämple.org", "jan@example.com"]);
        assert_eq!(found("ask dana@example.com. Or jan@example.com!"), ["dana@example.com", "jan@example.com"]);
        assert_eq!(found("3 @ 4, @home, a@, \u{1f600}@"), [""; 0]);
        assert_eq!(found(""), [""; 0]);
    }

    #[tokio::test]
    async fn an_erased_address_leaves_the_log_and_the_log_still_verifies() {
        on_each_database("audit_people", async |db| {
            let (dana, jan) = ("Dana@Example.com", "jan@example.com");
            enter(db, dana, TimeDelta::zero()).await;
            enter(db, jan, TimeDelta::zero()).await;
            enter(db, dana, TimeDelta::zero()).await;
            let raw = db.audit_after(0, 9).await.unwrap();
            assert!(raw.iter().all(|entry| !format!("{entry:?}").to_lowercase().contains("example.com")), "{raw:?}");
            assert_eq!(raw[0].actor, raw[2].actor, "the same word");
            assert_ne!(raw[0].actor, raw[1].actor);
            let read = found(db, &by(dana), 9).await.unwrap();
            assert_eq!(read.len(), 2);
            assert_eq!(read[0].object, "address:Dana@Example.com");
            let detail: Value = serde_json::from_str(&read[0].detail).unwrap();
            assert_eq!(detail["said"], "call me\nDana@Example.com, please");
            assert_eq!((&detail["to"][0], &detail["by"][dana]), (&json!(dana), &json!(1)));

            let mut tx = db.begin().await.unwrap();
            forget(&mut tx, ["dana@example.com".to_owned()]).await.unwrap();
            tx.commit().await.unwrap();
            assert_eq!(verify(db).await.unwrap(), (3, vec![]));
            let all = found(db, &Wanted::default(), 9).await.unwrap();
            assert!(!format!("{all:?}").to_lowercase().contains("dana"), "{all:?}");
            assert_eq!(all[1].actor, "address:jan@example.com");
            assert_eq!(found(db, &by(dana), 9).await.unwrap(), []);
            let word = Wanted { actor: Some(raw[0].actor.clone()), ..Wanted::default() };
            assert_eq!(found(db, &word, 9).await.unwrap().len(), 2, "one person, of whom nobody knows who");
        })
        .await;
    }

    #[tokio::test]
    async fn who_stands_in_no_entry_any_more_is_forgotten_with_the_last() {
        on_each_database("audit_people_pruned", async |db| {
            enter(db, "dana@example.com", TimeDelta::zero()).await;
            enter(db, "jan@example.com", TimeDelta::days(1)).await;
            enter(db, "jan@example.com", TimeDelta::days(9)).await;
            let mut tx = db.begin().await.unwrap();
            assert_eq!(prune(&mut tx, at() + TimeDelta::days(5), 9, at() + TimeDelta::days(10)).await.unwrap(), 2);
            tx.commit().await.unwrap();
            let known = db.people_by_address(&["dana@example.com", "jan@example.com"]).await.unwrap();
            assert_eq!(known.iter().map(|person| person.address.as_str()).collect::<Vec<_>>(), ["jan@example.com"]);
            assert_eq!(verify(db).await.unwrap().1, []);
        })
        .await;
    }

    #[tokio::test]
    async fn somebody_who_is_put_in_the_place_of_another_shows() {
        on_each_database("audit_people_swapped", async |db| {
            enter(db, "dana@example.com", TimeDelta::zero()).await;
            enter(db, "jan@example.com", TimeDelta::zero()).await;
            assert_eq!(verify(db).await.unwrap(), (2, vec![]));
            let swap = "UPDATE audit_people SET address = 'evil@example.com', normalized = 'evil@example.com' \
                        WHERE address = 'dana@example.com'";
            run(db, swap).await;
            let (count, broken) = verify(db).await.unwrap();
            assert!(count == 2 && matches!(broken[..], [Broken::Person { number: 1, .. }]), "{broken:?}");
            let read = found(db, &Wanted::default(), 9).await.unwrap();
            assert!(!format!("{read:?}").contains("evil"), "nobody is named who was not: {read:?}");
            run(db, "UPDATE audit_people SET salt = NULL WHERE address = 'evil@example.com'").await;
            assert_eq!(verify(db).await.unwrap().1.len(), 1, "a word that was made of a salt wants it");
            run(db, "UPDATE audit_people SET address = 'dana@example.com' WHERE address = 'evil@example.com'").await;
            assert_eq!(verify(db).await.unwrap().1.len(), 1, "nor is it found by another address when it is erased");
        })
        .await;
    }

    #[tokio::test]
    async fn of_words_from_before_nothing_is_proved_and_that_is_said() {
        on_each_database("audit_people_thrown", async |db| {
            enter(db, "dana@example.com", TimeDelta::zero()).await;
            assert_eq!(super::super::unproved(db).await.unwrap(), 0);
            run(
                db,
                "INSERT INTO audit_people (address, normalized, word, last_entry) \
                 VALUES ('jan@example.com', 'jan@example.com', 'person-0123456789abcdef0123', 1)",
            )
            .await;
            enter(db, "jan@example.com", TimeDelta::zero()).await;
            assert_eq!(verify(db).await.unwrap().1, []);
            assert_eq!(super::super::unproved(db).await.unwrap(), 1);
            let raw = db.audit_after(1, 9).await.unwrap();
            assert_eq!(raw[0].actor, "address:person-0123456789abcdef0123", "the word stays");
            let read = found(db, &by("jan@example.com"), 9).await.unwrap();
            assert_eq!(read[0].actor, "address:jan@example.com");
        })
        .await;
    }
}
