//! Sales: a transaction becomes a table with what was not paid marked, in exact amounts.

use serde::Serialize;

use super::event::written_out;
use super::line;
use crate::compose::{Report, Transaction};
use crate::render::l10n::L10n;

/// A transaction on a page.
#[derive(Serialize)]
pub(in crate::portal) struct Sale {
    id: String,
    terminal: String,
    time: String,
    lines: Vec<SaleLine>,
    paid_total: String,
    /// None where everything was paid.
    unpaid_total: Option<String>,
    total: String,
    payment: Option<String>,
}

#[derive(Serialize)]
struct SaleLine {
    sku: String,
    item: String,
    quantity: String,
    price: String,
    amount: String,
    paid: bool,
}

/// The transaction in the reader's conventions.
pub(in crate::portal) fn sale(transaction: &Transaction, report: &Report, l10n: &L10n) -> Sale {
    let money = |amount| l10n.money(amount, &transaction.currency);
    let lines = transaction.lines.iter().map(|sold| SaleLine {
        sku: line(&sold.sku, 80),
        item: line(&sold.description, 300),
        quantity: l10n.decimal(&sold.quantity),
        price: money(&sold.unit_price),
        amount: money(&sold.total),
        paid: sold.paid,
    });
    let payment = transaction.payment.as_ref().map(|payment| {
        let mut args = vec![("amount", money(&payment.amount).into()), ("method", line(&payment.method, 60).into())];
        match &payment.last4 {
            None => l10n.message("page-payment", &args),
            Some(last4) => {
                args.push(("last4", line(last4, 8).into()));
                l10n.message("page-payment-card", &args)
            }
        }
    });
    Sale {
        id: line(transaction.transaction.as_str(), 128),
        terminal: line(&transaction.terminal, 80),
        time: l10n.time_with_seconds(transaction.at, report.site.timezone),
        lines: lines.collect(),
        paid_total: money(&transaction.paid_total),
        unpaid_total: transaction.lines.iter().any(|sold| !sold.paid).then(|| money(&transaction.unpaid_total)),
        total: money(&transaction.total),
        payment,
    }
}

impl Sale {
    /// About how many bytes it takes on a page.
    pub(in crate::portal) fn weight(&self) -> usize {
        let line = |line: &SaleLine| 300 + written_out(&line.sku) + written_out(&line.item);
        1_800 + self.lines.iter().map(line).sum::<usize>()
    }

    /// What a search looks through.
    pub(super) fn words(&self) -> impl Iterator<Item = &str> {
        let lines = self.lines.iter().flat_map(|line| [line.sku.as_str(), line.item.as_str()]);
        lines.chain([self.terminal.as_str(), self.id.as_str()])
    }
}
