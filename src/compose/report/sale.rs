//! What was sold, paid and taken, as a report freezes it.

use chrono::{DateTime, Utc};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::model::{Currency, TransactionRef};

/// A sale at a terminal, with what was paid and what was not.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Transaction {
    /// Its ref.
    pub transaction: TransactionRef,
    /// The terminal.
    pub terminal: String,
    /// When it took place.
    pub at: DateTime<Utc>,
    /// The currency of all its amounts.
    pub currency: Currency,
    /// Its lines in the producer's order.
    pub lines: Vec<Line>,
    /// Sum of the paid lines.
    #[serde(with = "rust_decimal::serde::str")]
    pub paid_total: Decimal,
    /// Sum of the unpaid lines: what was taken.
    #[serde(with = "rust_decimal::serde::str")]
    pub unpaid_total: Decimal,
    /// Sum of all lines.
    #[serde(with = "rust_decimal::serde::str")]
    pub total: Decimal,
    /// What was paid, and how.
    pub payment: Option<Payment>,
}

/// A line of a transaction.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Line {
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
    /// Quantity × unit price, exact.
    #[serde(with = "rust_decimal::serde::str")]
    pub total: Decimal,
    /// Whether it was paid.
    pub paid: bool,
}

/// A payment.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Payment {
    /// `card`, `cash`, …: the producer's word.
    pub method: String,
    /// The amount.
    #[serde(with = "rust_decimal::serde::str")]
    pub amount: Decimal,
    /// The card's last four digits.
    pub last4: Option<String>,
}
