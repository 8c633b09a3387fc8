//! Brands: what a branch's mails and pages carry in the place of the house's.

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use serde::Serialize;
use sqlx::QueryBuilder;

use super::text::{MaybeText, Text, maybe_stored, stored};
use super::{Db, DbError, Tx, on};
use crate::model::{BranchBrand, BranchRef, Color, EmailAddress, Logo};

/// Names in one statement.
const NAMES: usize = 200;

/// A row of `brands`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct KeptBrand {
    /// Whose it is.
    pub branch: BranchRef,
    /// What it is.
    pub brand: BranchBrand,
    /// Since when.
    pub changed_at: DateTime<Utc>,
    /// Who made it so, as the audit log names people.
    pub changed_by: String,
}

#[derive(sqlx::FromRow)]
struct Row {
    branch: BranchRef,
    #[sqlx(try_from = "MaybeText")]
    name: Option<String>,
    #[sqlx(try_from = "MaybeText")]
    sender: Option<String>,
    reply_to: Option<String>,
    color: Option<String>,
    color_dark: Option<String>,
    logo_key: Option<String>,
    logo_sha256: Option<String>,
    logo_width: Option<i32>,
    logo_height: Option<i32>,
    changed_at: DateTime<Utc>,
    #[sqlx(try_from = "Text")]
    changed_by: String,
}

impl TryFrom<Row> for KeptBrand {
    type Error = DbError;
    fn try_from(row: Row) -> Result<Self, DbError> {
        let unreadable = |what: String| DbError::Row { table: "brands", what };
        let color = |raw: Option<String>| {
            raw.map(|raw| raw.parse::<Color>().map_err(|error| unreadable(format!("{raw:?}: {error}")))).transpose()
        };
        let reply_to =
            row.reply_to.map(EmailAddress::new).transpose().map_err(|error| unreadable(error.to_string()))?;
        let side = |side: Option<i32>| side.and_then(|side| u32::try_from(side).ok());
        let logo = match (row.logo_key, row.logo_sha256, side(row.logo_width), side(row.logo_height)) {
            (Some(key), Some(sha256), Some(width), Some(height)) => Some(Logo { key, sha256, width, height }),
            _ => None,
        };
        let brand = BranchBrand {
            name: row.name,
            sender: row.sender,
            reply_to,
            color: color(row.color)?,
            color_dark: color(row.color_dark)?,
            logo,
        };
        Ok(Self { branch: row.branch, brand, changed_at: row.changed_at, changed_by: row.changed_by })
    }
}

/// Writes a branch's brand in the place of an earlier one.
pub async fn put(tx: &mut Tx, kept: &KeptBrand) -> Result<(), DbError> {
    let (brand, logo) = (&kept.brand, kept.brand.logo.as_ref());
    let side = |side: fn(&Logo) -> u32| logo.map(|logo| i32::try_from(side(logo)).unwrap_or(i32::MAX));
    on!(in tx, |c| sqlx::query(
        "INSERT INTO brands (branch, name, sender, reply_to, color, color_dark, logo_key, logo_sha256, logo_width, \
         logo_height, changed_at, changed_by) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) \
         ON CONFLICT (branch) DO UPDATE SET name = excluded.name, sender = excluded.sender, \
         reply_to = excluded.reply_to, color = excluded.color, color_dark = excluded.color_dark, \
         logo_key = excluded.logo_key, logo_sha256 = excluded.logo_sha256, logo_width = excluded.logo_width, \
         logo_height = excluded.logo_height, changed_at = excluded.changed_at, changed_by = excluded.changed_by",
    )
    .bind(&kept.branch)
    .bind(maybe_stored(brand.name.as_ref()))
    .bind(maybe_stored(brand.sender.as_ref()))
    .bind(&brand.reply_to)
    .bind(brand.color.map(|color| color.to_string()))
    .bind(brand.color_dark.map(|color| color.to_string()))
    .bind(logo.map(|logo| logo.key.as_str()))
    .bind(logo.map(|logo| logo.sha256.as_str()))
    .bind(side(|logo| logo.width))
    .bind(side(|logo| logo.height))
    .bind(kept.changed_at)
    .bind(stored(&kept.changed_by))
    .execute(c)
    .await?
    .rows_affected());
    Ok(())
}

/// Gives a branch the house's brand back; false where it had it.
pub async fn remove(tx: &mut Tx, branch: &BranchRef) -> Result<bool, DbError> {
    let removed = on!(in tx, |c| sqlx::query("DELETE FROM brands WHERE branch = $1")
        .bind(branch)
        .execute(c)
        .await?
        .rows_affected());
    Ok(removed == 1)
}

/// Takes a person's address, in its one form, out of the brands whose answers go there; returns of how many.
pub async fn forget_address(tx: &mut Tx, address: &str) -> Result<u64, DbError> {
    Ok(on!(in tx, |c| sqlx::query("UPDATE brands SET reply_to = NULL WHERE reply_to = $1")
        .bind(address)
        .execute(c)
        .await?
        .rows_affected()))
}

/// Which of these objects are the logo of a brand.
pub async fn logos_among(tx: &mut Tx, keys: &[String]) -> Result<HashSet<String>, DbError> {
    let mut found = HashSet::new();
    for keys in keys.chunks(NAMES) {
        found.extend::<Vec<String>>(on!(in tx, |c| {
            let mut sql = QueryBuilder::<Backend>::new("SELECT DISTINCT logo_key FROM brands WHERE logo_key IN (");
            let mut list = sql.separated(", ");
            for key in keys {
                list.push_bind(key.as_str());
            }
            sql.push(")");
            sql.build_query_scalar().persistent(false).fetch_all(c).await?
        }));
    }
    Ok(found)
}

impl Tx {
    /// A branch's own brand, as this transaction sees it.
    pub async fn brand(&mut self, branch: &BranchRef) -> Result<Option<BranchBrand>, DbError> {
        let row: Option<Row> = on!(in self, |c| sqlx::query_as("SELECT * FROM brands WHERE branch = $1")
            .bind(branch)
            .fetch_optional(c)
            .await?);
        Ok(row.map(KeptBrand::try_from).transpose()?.map(|kept| kept.brand))
    }
}

impl Db {
    /// A branch's own brand.
    pub async fn brand(&self, branch: &BranchRef) -> Result<Option<KeptBrand>, DbError> {
        let row: Option<Row> = on!(read self, |c| sqlx::query_as("SELECT * FROM brands WHERE branch = $1")
            .bind(branch)
            .fetch_optional(c)
            .await?);
        row.map(KeptBrand::try_from).transpose()
    }

    /// The brands to which a person's answers go, by the address in its one form.
    pub async fn brands_answering_to(&self, address: &str) -> Result<Vec<BranchRef>, DbError> {
        Ok(on!(read self, |c| sqlx::query_scalar("SELECT branch FROM brands WHERE reply_to = $1 ORDER BY branch")
            .bind(address)
            .fetch_all(c)
            .await?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::db::testing::on_each_database;

    fn kept(name: &str) -> KeptBrand {
        KeptBrand {
            branch: "north".parse().unwrap(),
            brand: BranchBrand {
                name: Some(name.into()),
                sender: None,
                reply_to: Some(EmailAddress::new("desk@example.com").unwrap()),
                color: Some("#8a1538".parse().unwrap()),
                color_dark: None,
                logo: Some(Logo { key: "brands/abc".into(), sha256: "abc".into(), width: 640, height: 120 }),
            },
            changed_at: "2026-03-29T05:00:00Z".parse().unwrap(),
            changed_by: "user:x\u{0}".into(),
        }
    }

    #[tokio::test]
    async fn a_branch_has_one_brand_or_none() {
        on_each_database("brands", async |db| {
            let (north, south): (BranchRef, BranchRef) = ("north".parse().unwrap(), "south".parse().unwrap());
            let keys = ["brands/abc".to_owned(), "brands/other".to_owned()];
            let mut tx = db.begin().await.unwrap();
            put(&mut tx, &kept("First")).await.unwrap();
            put(&mut tx, &kept("Second\u{0}")).await.unwrap();
            assert_eq!(tx.brand(&north).await.unwrap(), Some(kept("Second\u{0}").brand));
            assert_eq!(logos_among(&mut tx, &keys).await.unwrap(), HashSet::from(["brands/abc".to_owned()]));
            tx.commit().await.unwrap();
            assert_eq!(db.brand(&north).await.unwrap(), Some(kept("Second\u{0}")));
            assert_eq!(db.brand(&south).await.unwrap(), None);
            assert_eq!(db.brands_answering_to("desk@example.com").await.unwrap(), std::slice::from_ref(&north));
            let mut tx = db.begin().await.unwrap();
            assert_eq!(forget_address(&mut tx, "desk@example.com").await.unwrap(), 1);
            assert_eq!(tx.brand(&north).await.unwrap().unwrap().reply_to, None);
            assert!(remove(&mut tx, &north).await.unwrap() && !remove(&mut tx, &north).await.unwrap());
            tx.commit().await.unwrap();
            assert_eq!(db.brand(&north).await.unwrap(), None);
        })
        .await;
    }
}
