//! What was bought: transactions with their lines and payment, in exact decimals.

use rust_decimal::Decimal;

use super::checks::{self, LARGEST_TOTAL};
use super::fields::Fields;
use super::places::record;
use super::record::{Read, Record};
use super::value::Value;
use crate::db::RefTable;
use crate::db::transactions::{Sale, SaleLine, SalePayment};
use crate::model::TransactionRef;

pub(super) fn transaction(fields: &mut Fields<'_, '_>) -> Read {
    let id = fields.id::<TransactionRef>("ref");
    let location = fields.reference("location", RefTable::Locations);
    let terminal = fields.text("terminal");
    let at = fields.instant("at");
    let currency = fields.checked("currency", checks::currency);
    let items = fields.list("lines");
    let mut lines = Vec::with_capacity(items.len());
    for (n, item) in items.into_iter().enumerate() {
        lines.extend(line(fields, &format!("lines[{n}]"), item));
    }
    if total(&lines).is_none() {
        fields.fault("lines", format!("the amounts add up to more than {LARGEST_TOTAL}"));
    }
    let payment = fields.maybe("payment").and_then(|value| payment(fields, value));
    let identity = id.as_ref().map(ToString::to_string);
    let record = record(|| {
        Some(Record::Transaction(Sale {
            transaction: id?,
            location: location?,
            terminal: terminal?.into_owned(),
            at: at?,
            currency: currency?,
            lines,
            payment,
        }))
    });
    (identity, record)
}

/// The sum of the lines' absolute amounts, where it is small enough for every part of it to be exact.
fn total(lines: &[SaleLine]) -> Option<Decimal> {
    lines.iter().try_fold(Decimal::ZERO, |sum, line| {
        let amount = line.quantity.checked_mul(line.unit_price)?.abs();
        sum.checked_add(amount).filter(|sum| *sum <= LARGEST_TOTAL)
    })
}

fn line<'a>(fields: &mut Fields<'a, '_>, name: &str, value: Value<'a>) -> Option<SaleLine> {
    let mut line = fields.object(name, value)?;
    let sku = line.text("sku");
    let description = line.text("description");
    let quantity = amount(&mut line, "quantity", checks::quantity);
    let unit_price = amount(&mut line, "unit_price", checks::money);
    let paid = line.flag("paid");
    line.finish();
    Some(SaleLine {
        sku: sku?.into_owned(),
        description: description?.into_owned(),
        quantity: quantity?,
        unit_price: unit_price?,
        paid: paid?,
    })
}

fn payment<'a>(fields: &mut Fields<'a, '_>, value: Value<'a>) -> Option<SalePayment> {
    let mut payment = fields.object("payment", value)?;
    let method = payment.text("method");
    let paid = amount(&mut payment, "amount", checks::money);
    let last4 = payment.maybe_checked("last4", |text| {
        if text.len() == 4 && text.bytes().all(|byte| byte.is_ascii_digit()) {
            Ok(text.to_owned())
        } else {
            // Not quoted: it may be a whole card number.
            Err("expected the card's last four digits")
        }
    });
    payment.finish();
    Some(SalePayment { method: method?.into_owned(), amount: paid?, last4 })
}

fn amount(
    fields: &mut Fields<'_, '_>,
    name: &str,
    check: impl FnOnce(&Value<'_>) -> Result<Decimal, String>,
) -> Option<Decimal> {
    let value = fields.required(name)?;
    check(&value).map_err(|what| fields.fault(name, what)).ok()
}
