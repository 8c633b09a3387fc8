//! Brands: what somebody wants a branch's mails and pages to carry becomes a row, a logo in the archive, and an entry in
//! the audit log; or a list of what is wrong with it.

use bytes::Bytes;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::By;
use crate::access::domains;
use crate::archive::{Archive, ArchiveError, Key};
use crate::audit::{self, Change};
use crate::db::brands::{self, KeptBrand};
use crate::db::domain_rules::DomainRule;
use crate::db::objects::Object;
use crate::db::{Db, DbError, Tx, removals};
use crate::model::{AddressError, BranchBrand, BranchRef, Color, ColorError, EmailAddress, Logo, clean};
use crate::render::LogoPicture;

/// The longest name, in characters.
const LONGEST: usize = 80;

/// What somebody typed; an empty field is the house's.
#[derive(Debug, Clone, Copy, Default)]
pub struct Wish<'a> {
    /// The name.
    pub name: &'a str,
    /// The name in `From`.
    pub sender: &'a str,
    /// Where answers go.
    pub reply_to: &'a str,
    /// Accent colour on light ground.
    pub color: &'a str,
    /// Accent colour on dark ground.
    pub color_dark: &'a str,
}

/// What is wrong with a field of a brand.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum BrandFault {
    /// A name that is too long.
    #[error("{field}: has more than 80 characters")]
    TooLong {
        /// `name` or `sender`.
        field: &'static str,
    },
    /// A sender that would be read as an address, and mistaken for the one behind it.
    #[error("sender: must be a name without an @; the address of the sender is always the installation's")]
    Sender,
    /// No address.
    #[error("reply_to: cannot be mailed to ({0})")]
    ReplyTo(AddressError),
    /// An address that the account's own rules let nothing go to.
    #[error("reply_to: the account's domain rules let nothing go to this address")]
    Domain,
    /// No colour.
    #[error("{field}: {what}")]
    Color {
        /// `color` or `color_dark`.
        field: &'static str,
        /// What it must be.
        what: ColorError,
    },
    /// A colour that cannot be read.
    #[error("{field}: {color} has a contrast of {ratio} : 1 with {ground}, and text needs 4.5 : 1; {better} would do")]
    Faint {
        /// `color` or `color_dark`.
        field: &'static str,
        /// Which colour.
        color: Color,
        /// The ground on which it stands.
        ground: Color,
        /// Its contrast, with one decimal, rounded down.
        ratio: String,
        /// The next one that can be read.
        better: Color,
    },
}

impl BrandFault {
    /// Which field it is about.
    #[must_use]
    pub const fn field(&self) -> &'static str {
        match self {
            Self::TooLong { field } | Self::Color { field, .. } | Self::Faint { field, .. } => field,
            Self::Sender => "sender",
            Self::ReplyTo(_) | Self::Domain => "reply_to",
        }
    }

    /// What is wrong, without the field's name.
    #[must_use]
    pub fn what(&self) -> String {
        let whole = self.to_string();
        whole.split_once(": ").map_or(whole.clone(), |(_, what)| what.to_owned())
    }
}

/// Why a brand was not kept.
#[derive(Debug, thiserror::Error)]
pub enum BrandError {
    /// The rows.
    #[error("cannot keep the brand")]
    Db(#[from] DbError),
    /// The logo's bytes.
    #[error("cannot keep the logo")]
    Archive(#[from] ArchiveError),
}

/// Checks what somebody typed; every fault at once. The logo is none.
///
/// # Errors
/// The faults, in the order of the fields.
pub fn check(wish: Wish<'_>, rules: &[DomainRule]) -> Result<BranchBrand, Vec<BrandFault>> {
    let mut faults = Vec::new();
    let brand = BranchBrand {
        name: keep(named("name", wish.name), &mut faults),
        sender: keep(sender(wish.sender), &mut faults),
        reply_to: keep(reply_to(wish.reply_to, rules), &mut faults),
        color: keep(readable("color", wish.color, (Color::WHITE, Color::BLACK)), &mut faults),
        color_dark: keep(readable("color_dark", wish.color_dark, (Color::NIGHT, Color::WHITE)), &mut faults),
        logo: None,
    };
    if faults.is_empty() { Ok(brand) } else { Err(faults) }
}

fn keep<T>(read: Result<Option<T>, BrandFault>, faults: &mut Vec<BrandFault>) -> Option<T> {
    read.unwrap_or_else(|fault| {
        faults.push(fault);
        None
    })
}

/// A name on one line, without what acts instead of being read.
fn named(field: &'static str, raw: &str) -> Result<Option<String>, BrandFault> {
    if raw.chars().count() > LONGEST {
        return Err(BrandFault::TooLong { field });
    }
    let line = clean(raw).split_whitespace().collect::<Vec<_>>().join(" ");
    Ok((!line.is_empty()).then_some(line))
}

fn sender(raw: &str) -> Result<Option<String>, BrandFault> {
    let name = named("sender", raw)?;
    if name.as_ref().is_some_and(|name| name.contains(['@', '＠', '﹫'])) {
        Err(BrandFault::Sender)
    } else {
        Ok(name)
    }
}

fn reply_to(raw: &str, rules: &[DomainRule]) -> Result<Option<EmailAddress>, BrandFault> {
    if raw.is_empty() {
        return Ok(None);
    }
    let typed = EmailAddress::new(raw).map_err(BrandFault::ReplyTo)?;
    let address = EmailAddress::new(EmailAddress::normalized(typed.as_str())).map_err(BrandFault::ReplyTo)?;
    if domains::allows(rules, address.as_str()) { Ok(Some(address)) } else { Err(BrandFault::Domain) }
}

fn readable(field: &'static str, raw: &str, (ground, end): (Color, Color)) -> Result<Option<Color>, BrandFault> {
    if raw.is_empty() {
        return Ok(None);
    }
    let color: Color = raw.parse().map_err(|what| BrandFault::Color { field, what })?;
    let contrast = color.contrast(ground);
    if contrast >= Color::READABLE {
        return Ok(Some(color));
    }
    let ratio = format!("{:.1}", (contrast * 10.0).floor() / 10.0);
    Err(BrandFault::Faint { field, color, ground, ratio, better: color.toward(end, ground, Color::READABLE) })
}

/// Makes a branch's brand what was checked; its logo stays. Returns whether anything is different now.
pub async fn set(tx: &mut Tx, branch: &BranchRef, wanted: BranchBrand, by: &By<'_>) -> Result<bool, DbError> {
    let before = tx.brand(branch).await?.unwrap_or_default();
    let after = BranchBrand { logo: before.logo.clone(), ..wanted };
    put(tx, branch, ("brand.set", &before), after, by).await
}

/// Takes a branch's logo away; false where it had none.
pub async fn remove_logo(tx: &mut Tx, branch: &BranchRef, by: &By<'_>) -> Result<bool, DbError> {
    let before = tx.brand(branch).await?.unwrap_or_default();
    let after = BranchBrand { logo: None, ..before.clone() };
    put(tx, branch, ("brand.logo", &before), after, by).await
}

/// Gives a branch the house's brand back; false where it had it.
pub async fn unset(tx: &mut Tx, branch: &BranchRef, by: &By<'_>) -> Result<bool, DbError> {
    let before = tx.brand(branch).await?.unwrap_or_default();
    put(tx, branch, ("brand.unset", &before), BranchBrand::default(), by).await
}

/// Puts a logo into the archive and makes it a branch's. Commit what is returned.
///
/// The bytes are there before the row that names them. Retention may be about to delete the same content, which nothing
/// used until now: it is waited for, and the bytes are brought again.
pub async fn set_logo(
    db: &Db,
    archive: &Archive,
    branch: &BranchRef,
    picture: &LogoPicture,
    by: &By<'_>,
) -> Result<(Tx, bool), BrandError> {
    let sha256 = hex::encode(Sha256::digest(&picture.bytes));
    let key = Key::logo(&sha256, "image/png");
    let bytes = Bytes::copy_from_slice(&picture.bytes);
    archive.put(&key, bytes.clone()).await?;
    let (mut tx, was_doomed) = removals::outlast_dooms(db, &[key.path()]).await?;
    if was_doomed {
        archive.put(&key, bytes).await?;
    }
    tx.put_objects(&[Object {
        object_key: key.path().to_owned(),
        sha256: Some(sha256.clone()),
        size: i64::try_from(picture.bytes.len()).ok(),
        content_type: Some(key.content_type().to_owned()),
        present: true,
        checked_at: by.now,
    }])
    .await?;
    let logo = Logo { key: key.path().to_owned(), sha256, width: picture.width, height: picture.height };
    let before = tx.brand(branch).await?.unwrap_or_default();
    let after = BranchBrand { logo: Some(logo), ..before.clone() };
    let changed = put(&mut tx, branch, ("brand.logo", &before), after, by).await?;
    Ok((tx, changed))
}

async fn put(
    tx: &mut Tx,
    branch: &BranchRef,
    (action, before): (&'static str, &BranchBrand),
    after: BranchBrand,
    by: &By<'_>,
) -> Result<bool, DbError> {
    if *before == after {
        return Ok(false);
    }
    let detail = json!({ "before": told(before), "after": told(&after) });
    if after.is_empty() {
        brands::remove(tx, branch).await?;
    } else {
        let (branch, changed_by) = (branch.clone(), by.actor.to_string());
        brands::put(tx, &KeptBrand { branch, brand: after, changed_at: by.now, changed_by }).await?;
    }
    let change = Change {
        actor: by.actor.clone(),
        action,
        object: format!("brand:{branch}"),
        branch: Some(branch),
        detail,
        origin: by.origin,
    };
    audit::record(tx, change, by.now).await?;
    Ok(true)
}

/// What the log says of a brand: of an address, that there is one.
fn told(brand: &BranchBrand) -> Value {
    json!({
        "name": brand.name,
        "sender": brand.sender,
        "reply_to": brand.reply_to.as_ref().map(ToString::to_string),
        "color": brand.color,
        "color_dark": brand.color_dark,
        "logo": brand.logo.as_ref().map(|logo| &logo.sha256),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn faults(wish: Wish<'_>, rules: &[DomainRule]) -> Vec<String> {
        check(wish, rules).unwrap_err().iter().map(ToString::to_string).collect()
    }

    #[test]
    fn what_is_typed_becomes_a_brand_and_nothing_typed_is_the_houses() {
        assert!(check(Wish { name: " \u{202E}\r\n ", ..Wish::default() }, &[]).unwrap().is_empty());
        let wish = Wish {
            name: "  North\u{202E}wind\r\nBcc: x ",
            sender: "Northwind",
            reply_to: "Desk@Exämple.com",
            color: "#8A1538",
            color_dark: "#ff9db5",
        };
        let brand = check(wish, &[]).unwrap();
        assert_eq!(brand.name.as_deref(), Some("Northwind Bcc: x"));
        assert_eq!(brand.reply_to.unwrap().as_str(), "desk@xn--exmple-cua.com");
        assert_eq!(brand.color.unwrap().to_string(), "#8a1538");
    }

    #[test]
    fn every_fault_is_told_at_once_in_a_sentence() {
        let long = "x".repeat(81);
        let wish = Wish {
            name: &long,
            sender: "service@bank.example",
            reply_to: "nobody",
            color: "#ffee00",
            color_dark: "red;}",
        };
        let told = faults(wish, &[]);
        assert_eq!(told.len(), 5, "{told:?}");
        assert_eq!(told[0], "name: has more than 80 characters");
        assert!(told[1].starts_with("sender: must be a name without an @"));
        assert!(told[2].starts_with("reply_to: cannot be mailed to"));
        assert!(told[3].starts_with("color: #ffee00 has a contrast of 1.2 : 1 with #ffffff"), "{}", told[3]);
        assert_eq!(told[4], "color_dark: must be a colour such as #1f4e79");
        let dark = faults(Wish { color_dark: "#30343a", ..Wish::default() }, &[]).remove(0);
        assert!(dark.contains("with #181c22"), "{dark}");
    }

    #[test]
    fn what_is_proposed_instead_is_taken() {
        for (color, color_dark) in [("#ffee00", ""), ("", "#203040"), ("#00ff00", "#0000ff"), ("#808080", "#555555")] {
            for fault in check(Wish { color, color_dark, ..Wish::default() }, &[]).unwrap_err() {
                let BrandFault::Faint { field, better, .. } = &fault else { panic!("{fault}") };
                let better = better.to_string();
                let wish = if *field == "color" {
                    Wish { color: &better, ..Wish::default() }
                } else {
                    Wish { color_dark: &better, ..Wish::default() }
                };
                assert!(check(wish, &[]).is_ok(), "{fault}");
                assert!(!fault.what().starts_with(field));
            }
        }
    }

    #[test]
    fn answers_go_where_the_accounts_rules_let_things_go() {
        let blocked = DomainRule {
            domain: "example.com".into(),
            allowed: false,
            added_at: chrono::DateTime::UNIX_EPOCH,
            added_by: String::new(),
        };
        let told = faults(Wish { reply_to: "desk@example.com", ..Wish::default() }, &[blocked]);
        assert_eq!(told, ["reply_to: the account's domain rules let nothing go to this address"]);
    }
}
