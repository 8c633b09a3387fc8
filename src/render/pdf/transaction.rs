//! A transaction: where and when, its lines, what was paid, and what was taken unpaid.

use rust_decimal::Decimal;

use super::canvas::{Bookmark, Canvas};
use super::look::{Align, BODY, MARGIN, STRONG, Style, WIDTH};
use super::paint::Ink;
use super::table::{Cell, Column, Dress, Table, facts};
use super::tags::{DOCUMENT, TagId};
use super::{Value, Words, Writer, number, shown};
use crate::compose::{Line, Transaction};

/// Ink of what was not paid; the words say it too.
const UNPAID: Ink = Ink(0x9f, 0x12, 0x39);
/// Between the lines and the totals.
const SPACE: f64 = 8.0;
/// Rows of totals at most, and the height of one: the last line goes to the next page with them.
const MOST_TOTALS: f64 = 5.0;
const TOTALS_ROW: f64 = 21.0;

impl Writer<'_> {
    /// Sets the transactions that no incident names.
    pub(super) fn other_transactions(&mut self) {
        let words = self.words();
        let alone = self.transactions_alone();
        if alone.is_empty() {
            return;
        }
        self.canvas.break_page();
        let section = self.canvas.tags.add(DOCUMENT, "Sect");
        let to = self.canvas.here();
        let title = words.other_transactions.clone();
        self.canvas.heading(section, "H2", &title, 15.0);
        self.canvas.bookmarks.push(Bookmark { depth: 0, title, to });
        for transaction in alone {
            self.canvas.need(150.0);
            let to = self.canvas.here();
            let reference = shown(transaction.transaction.as_str());
            let title = words.say("pdf-transaction-number", &[("reference", Value::Text(&reference))]);
            self.canvas.bookmarks.push(Bookmark { depth: 1, title, to });
            self.transaction(section, "H3", transaction);
            self.canvas.skip(20.0);
        }
    }

    /// Sets a transaction.
    pub(super) fn transaction(&mut self, parent: TagId, heading: &'static str, transaction: &Transaction) {
        let words = self.words();
        let reference = shown(transaction.transaction.as_str());
        let title = words.say("pdf-transaction-number", &[("reference", Value::Text(&reference))]);
        let when = self.date_time(transaction.at);
        self.canvas.need(130.0);
        self.canvas.heading(parent, heading, &title, 10.5);
        let rows = [(words.terminal.as_str(), shown(&transaction.terminal)), (words.time.as_str(), when)];
        facts(&mut self.canvas, parent, (MARGIN, MARGIN + WIDTH), &rows);
        self.canvas.skip(8.0);
        lines(&mut self.canvas, words, parent, transaction);
        self.canvas.skip(SPACE);
        totals(&mut self.canvas, words, parent, transaction);
    }
}

fn lines(canvas: &mut Canvas, words: &Words, parent: TagId, transaction: &Transaction) {
    let money = |amount: &Decimal| words.format.money(amount, &transaction.currency);
    let column = |title: &str, width, align| Column { title: title.into(), width, align };
    let (sku, quantity, price, total, status) = (74.0, 52.0, 76.0, 80.0, 78.0);
    let columns = vec![
        column(&words.sku, sku, Align::Start),
        column(&words.item, WIDTH - sku - quantity - price - total - status, Align::Start),
        column(&words.quantity, quantity, Align::Right),
        column(&words.unit_price, price, Align::Right),
        column(&words.line_total, total, Align::Right),
        column(&words.status, status, Align::Right),
    ];
    let table = Table::begin(canvas, parent, MARGIN, columns);
    let last = transaction.lines.len().saturating_sub(1);
    for (at, line) in transaction.lines.iter().enumerate() {
        let Line { sku, description, quantity, unit_price, total, paid } = line;
        let (text, status, says) =
            if *paid { (BODY, BODY, &words.paid) } else { (BODY, Style { ink: UNPAID, ..STRONG }, &words.unpaid) };
        let cells = [
            Cell::new(shown(sku), text),
            Cell::heading(shown(description), text),
            Cell::new(words.format.quantity(quantity), text),
            Cell::new(money(unit_price), text),
            Cell::new(money(total), if *paid { text } else { status }),
            Cell::new(says.as_str(), status),
        ];
        let (fill, bar) = if *paid { (None, None) } else { (Some(UNPAID.tint(0.07)), Some(UNPAID)) };
        let keep = if at == last { SPACE + MOST_TOTALS * TOTALS_ROW } else { 0.0 };
        table.row(canvas, &cells, &Dress { fill, bar, keep, ..Dress::default() });
    }
}

fn totals(canvas: &mut Canvas, words: &Words, parent: TagId, transaction: &Transaction) {
    let money = |amount: &Decimal| words.format.money(amount, &transaction.currency);
    let counted = |label: &str, paid: bool| {
        let count = transaction.lines.iter().filter(|line| line.paid == paid).count();
        format!("{label} · {}", words.say("pdf-lines", &[("count", Value::Number(number(count)))]))
    };
    let unpaid = if transaction.unpaid_total.is_zero() { BODY } else { Style { ink: UNPAID, ..STRONG } };
    let mut rows = vec![
        (counted(&words.paid_items, true), money(&transaction.paid_total), BODY),
        (counted(&words.taken_unpaid, false), money(&transaction.unpaid_total), unpaid),
        (words.total.clone(), money(&transaction.total), Style { size: 11.0, ..STRONG }),
    ];
    match &transaction.payment {
        None => rows.push((words.payment.clone(), words.no_payment.clone(), BODY)),
        Some(payment) => {
            let method = shown(&payment.method);
            let by = match &payment.last4 {
                Some(last4) => {
                    let last4 = shown(last4);
                    let arguments = [("method", Value::Text(&method)), ("last4", Value::Text(&last4))];
                    words.say("pdf-card", &arguments)
                }
                None => method,
            };
            rows.push((format!("{}: {by}", words.payment), money(&payment.amount), BODY));
            let difference = payment.amount.saturating_sub(transaction.paid_total);
            if !difference.is_zero() {
                let label = if difference.is_sign_positive() { &words.overpaid } else { &words.underpaid };
                rows.push((label.clone(), money(&difference.abs()), STRONG));
            }
        }
    }
    let column = |width, align| Column { title: String::new(), width, align };
    let (label, amount) = (200.0, 110.0);
    canvas.need(super::table::count(rows.len()) * TOTALS_ROW);
    let columns = vec![column(label, Align::Start), column(amount, Align::Right)];
    let table = Table::begin(canvas, parent, MARGIN + WIDTH - label - amount, columns);
    for (says, sum, style) in rows {
        table.row(canvas, &[Cell::heading(says, style), Cell::new(sum, style)], &Dress::default());
    }
}
