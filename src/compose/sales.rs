//! Transactions: a sale's lines become totals in exact decimals.

use std::collections::{BTreeMap, BTreeSet};

use rust_decimal::Decimal;

use super::{Escalation, Line, Payment, Transaction};
use crate::collect::Night;
use crate::db::transactions::Sale;
use crate::model::TransactionRef;

/// The transactions of the incidents, in the order in which these stand, then those of the night that none names.
pub(super) fn transactions(night: &Night, escalations: &[Escalation]) -> Vec<Transaction> {
    let known: BTreeMap<&TransactionRef, &Sale> =
        night.sales.iter().chain(&night.earlier_sales).map(|sale| (&sale.transaction, sale)).collect();
    let mut shown = BTreeSet::new();
    let named = escalations
        .iter()
        .filter_map(|escalation| escalation.incident.as_ref()?.transaction.as_ref())
        .filter_map(|named| known.get(named).copied());
    named.chain(&night.sales).filter(|sale| shown.insert(&sale.transaction)).map(transaction).collect()
}

fn transaction(sale: &Sale) -> Transaction {
    let lines: Vec<_> = sale
        .lines
        .iter()
        .map(|line| Line {
            sku: line.sku.clone(),
            description: line.description.clone(),
            quantity: line.quantity,
            unit_price: line.unit_price,
            // The import takes no amounts whose product or sum would not be exact.
            total: line.quantity.saturating_mul(line.unit_price),
            paid: line.paid,
        })
        .collect();
    let sum = |paid: bool| {
        let amounts = lines.iter().filter(|line| line.paid == paid).map(|line| line.total);
        amounts.fold(Decimal::ZERO, Decimal::saturating_add)
    };
    let (paid_total, unpaid_total) = (sum(true), sum(false));
    Transaction {
        transaction: sale.transaction.clone(),
        terminal: sale.terminal.clone(),
        at: sale.at,
        currency: sale.currency.clone(),
        paid_total,
        unpaid_total,
        total: paid_total.saturating_add(unpaid_total),
        payment: sale.payment.as_ref().map(|payment| Payment {
            method: payment.method.clone(),
            amount: payment.amount,
            last4: payment.last4.clone(),
        }),
        lines,
    }
}
