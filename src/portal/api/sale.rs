//! Sales: a transaction as a report has it, line by line, becomes what programs read: amounts exact, what was not paid
//! marked.

use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::Serialize;

use crate::compose::{Line, Payment, Transaction};
use crate::model::TransactionRef;

/// A transaction.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Transaction")]
pub(super) struct SaleView {
    transaction: TransactionRef,
    terminal: String,
    at: DateTime<Utc>,
    /// ISO 4217; of all amounts, which are decimals.
    currency: String,
    lines: Vec<LineView>,
    /// Of the lines that were paid.
    paid_total: String,
    /// Of those that were not.
    unpaid_total: String,
    total: String,
    payment: Option<PaymentView>,
}

/// A line of a transaction.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "TransactionLine")]
struct LineView {
    /// Stock keeping unit.
    sku: String,
    description: String,
    quantity: String,
    unit_price: String,
    total: String,
    /// Whether it was paid.
    paid: bool,
}

/// What was paid, and how.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Payment")]
struct PaymentView {
    /// The producer's word.
    method: String,
    amount: String,
    /// The card's last four digits.
    last4: Option<String>,
}

impl From<&Transaction> for SaleView {
    fn from(sale: &Transaction) -> Self {
        let line = |line: &Line| LineView {
            sku: line.sku.clone(),
            description: line.description.clone(),
            quantity: line.quantity.to_string(),
            unit_price: line.unit_price.to_string(),
            total: line.total.to_string(),
            paid: line.paid,
        };
        let payment = |payment: &Payment| PaymentView {
            method: payment.method.clone(),
            amount: payment.amount.to_string(),
            last4: payment.last4.clone(),
        };
        Self {
            transaction: sale.transaction.clone(),
            terminal: sale.terminal.clone(),
            at: sale.at,
            currency: sale.currency.to_string(),
            lines: sale.lines.iter().map(line).collect(),
            paid_total: sale.paid_total.to_string(),
            unpaid_total: sale.unpaid_total.to_string(),
            total: sale.total.to_string(),
            payment: sale.payment.as_ref().map(payment),
        }
    }
}
