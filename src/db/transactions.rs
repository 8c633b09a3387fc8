//! Transactions: sales at a terminal. (In SQL `sale`, because TRANSACTION is a word of SQL.)

use chrono::{DateTime, Utc};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use sqlx::QueryBuilder;

use super::records::{ROWS, Stamped, Upsert};
use super::text::{json, stored};
use super::{DbError, Tx, on};
use crate::model::{Currency, LocationRef, TransactionRef, Window};

/// A sale.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, sqlx::FromRow)]
pub struct Sale {
    /// Its ref.
    #[sqlx(rename = "ref")]
    pub transaction: TransactionRef,
    /// Where.
    pub location: LocationRef,
    /// The terminal.
    #[sqlx(try_from = "super::text::Text")]
    pub terminal: String,
    /// When it took place.
    pub at: DateTime<Utc>,
    /// The currency of all its amounts.
    pub currency: Currency,
    /// Its lines in the producer's order.
    #[sqlx(try_from = "super::text::JsonText<Vec<SaleLine>>")]
    pub lines: Vec<SaleLine>,
    /// What was paid, and how.
    #[sqlx(try_from = "super::text::JsonText<Option<SalePayment>>")]
    pub payment: Option<SalePayment>,
}

/// A line of a sale.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SaleLine {
    /// Stock keeping unit.
    pub sku: String,
    /// The item.
    pub description: String,
    /// How many (or how much).
    #[serde(with = "rust_decimal::serde::str")]
    pub quantity: Decimal,
    /// Price of one.
    #[serde(with = "rust_decimal::serde::str")]
    pub unit_price: Decimal,
    /// Whether it was paid.
    pub paid: bool,
}

/// A payment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SalePayment {
    /// `card`, `cash`, …: the producer's word.
    pub method: String,
    /// The amount.
    #[serde(with = "rust_decimal::serde::str")]
    pub amount: Decimal,
    /// The card's last four digits.
    pub last4: Option<String>,
}

const SALES: Upsert = Upsert {
    table: "transactions",
    key: "ref",
    columns: &["ref", "location", "terminal", "at", "currency", "lines", "payment", "digest"],
};

macro_rules! select {
    () => {
        "SELECT ref, location, terminal, at, currency, lines, payment FROM transactions "
    };
}

impl Tx {
    /// Writes transactions.
    pub async fn put_sales(&mut self, rows: &[Stamped<Sale>]) -> Result<(), DbError> {
        for rows in rows.chunks(ROWS) {
            on!(in self, |c| {
                let mut sql = QueryBuilder::<Backend>::new(SALES.head());
                sql.push_values(rows, |mut values, Stamped { row, digest }| {
                    values
                        .push_bind(&row.transaction)
                        .push_bind(&row.location)
                        .push_bind(stored(&row.terminal))
                        .push_bind(row.at)
                        .push_bind(&row.currency)
                        .push_bind(json(&row.lines))
                        .push_bind(row.payment.as_ref().map(json))
                        .push_bind(&digest.0[..]);
                });
                sql.push(SALES.tail()).build().persistent(rows.len() == ROWS).execute(c).await?;
            });
        }
        Ok(())
    }

    /// The transactions of a location in a window, in order of time and ref.
    pub async fn sales_in(&mut self, location: &LocationRef, window: Window) -> Result<Vec<Sale>, DbError> {
        Ok(on!(in self, |c| {
            sqlx::query_as(concat!(select!(), "WHERE location = $1 AND at >= $2 AND at < $3 ORDER BY at, ref"))
                .bind(location)
                .bind(window.start)
                .bind(window.end)
                .fetch_all(c)
                .await?
        }))
    }

    /// Transactions by ref, whenever they were.
    pub async fn sales(&mut self, refs: &[&TransactionRef]) -> Result<Vec<Sale>, DbError> {
        let mut found = Vec::with_capacity(refs.len());
        for refs in refs.chunks(ROWS) {
            found.extend::<Vec<Sale>>(on!(in self, |c| {
                let mut sql = QueryBuilder::<Backend>::new(concat!(select!(), "WHERE ref IN ("));
                let mut list = sql.separated(", ");
                for one in refs {
                    list.push_bind(*one);
                }
                sql.push(")");
                sql.build_query_as().persistent(false).fetch_all(c).await?
            }));
        }
        Ok(found)
    }
}
