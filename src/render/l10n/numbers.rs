//! Numbers, percentages and money as a locale writes them. Amounts stay exact: nothing is rounded silently.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use icu::decimal::options::{DecimalFormatterOptions, GroupingStrategy};
use icu::decimal::{DecimalFormatter, input::Decimal as Digits};
use icu_experimental::dimension::currency::CurrencyType;
use icu_experimental::dimension::currency::formatter::CurrencyFormatter;
use icu_experimental::dimension::currency::options::CurrencyFormatterOptions;
use icu_experimental::dimension::percent::formatter::PercentFormatter;
use icu_experimental::dimension::percent::options::PercentFormatterOptions;
use rust_decimal::Decimal;

use super::locale::Conventions;
use super::{L10n, L10nError};
use crate::model::Currency;

/// The formatter of one currency.
struct Money {
    formatter: CurrencyFormatter<DecimalFormatter>,
    /// How many digits after the point it writes, rounding the rest away.
    digits: u32,
}

/// The formatters of one locale.
pub(super) struct Numbers {
    decimal: DecimalFormatter,
    percent: PercentFormatter<DecimalFormatter>,
    locale: icu::locale::Locale,
    money: RwLock<HashMap<Currency, Option<Arc<Money>>>>,
}

/// How numbers are grouped: as the locale does it by default (Polish and Spanish do not group four digits).
pub(crate) fn number_options() -> DecimalFormatterOptions {
    DecimalFormatterOptions::from(GroupingStrategy::Auto)
}

impl Numbers {
    pub(super) fn new(conventions: &Conventions) -> Result<Self, L10nError> {
        let failed =
            |source: String| L10nError::Data { what: "numbers", locale: conventions.tag(), source: source.into() };
        let locale = conventions.locale.clone();
        Ok(Self {
            decimal: DecimalFormatter::try_new((&locale).into(), number_options())
                .map_err(|error| failed(error.to_string()))?,
            percent: PercentFormatter::try_new((&locale).into(), PercentFormatterOptions::default())
                .map_err(|error| failed(error.to_string()))?,
            locale,
            money: RwLock::default(),
        })
    }

    /// The formatter of a currency, made once. There are as many as there are currencies in the feeds.
    fn money(&self, currency: &Currency) -> Option<Arc<Money>> {
        if let Some(known) = self.money.read().unwrap_or_else(PoisonError::into_inner).get(currency) {
            return known.clone();
        }
        let made = CurrencyType::try_from_str(currency.as_str())
            .ok()
            .and_then(|code| {
                CurrencyFormatter::try_new_symbol((&self.locale).into(), code, CurrencyFormatterOptions::default()).ok()
            })
            .map(|formatter| {
                let zero = formatter.format_fixed_decimal(&Digits::from(0)).to_string();
                let digits = zero.chars().filter(|character| character.is_numeric()).count().saturating_sub(1);
                Arc::new(Money { formatter, digits: u32::try_from(digits).unwrap_or(0) })
            });
        self.money.write().unwrap_or_else(PoisonError::into_inner).insert(currency.clone(), made.clone());
        made
    }
}

fn digits(number: &Decimal) -> Digits {
    // Both are plain decimal notation; a Decimal's own Display is never anything else.
    number.to_string().parse().unwrap_or_default()
}

impl L10n {
    /// A whole number: "1,284".
    #[must_use]
    pub fn integer(&self, number: i64) -> String {
        self.numbers.decimal.format(&Digits::from(number)).to_string()
    }

    /// An exact decimal with all its digits: "2.50".
    #[must_use]
    pub fn decimal(&self, number: &Decimal) -> String {
        self.numbers.decimal.format(&digits(number)).to_string()
    }

    /// A share of a hundred: 12.5 is "12.5%".
    #[must_use]
    pub fn percent(&self, number: &Decimal) -> String {
        self.numbers.percent.format(&digits(number)).to_string()
    }

    /// An amount of money with the currency's usual number of digits, or more where the amount has more: nothing is
    /// rounded. "$12.30", "12,30 $".
    #[must_use]
    pub fn money(&self, amount: &Decimal, currency: &Currency) -> String {
        let exact = amount.normalize();
        let Some(money) = self.numbers.money(currency) else {
            return format!("{}\u{A0}{currency}", self.decimal(amount));
        };
        if exact.scale() <= money.digits {
            return money.formatter.format_fixed_decimal(&digits(&exact)).to_string();
        }
        // The currency's formatter would round: it writes another number of the same sign, whose place is then taken.
        let one = if exact.is_sign_negative() { -1 } else { 1 };
        let pattern = money.formatter.format_fixed_decimal(&Digits::from(one)).to_string();
        let number = self.decimal(&exact.abs());
        match (pattern.find(char::is_numeric), pattern.rfind(char::is_numeric)) {
            (Some(first), Some(last)) => {
                let after = pattern[last..].chars().next().map_or(0, char::len_utf8);
                format!("{}{number}{}", &pattern[..first], &pattern[last + after..])
            }
            _ => format!("{number}\u{A0}{currency}"),
        }
    }
}
