//! The PDF's words: a language made ready becomes the labels and formats that the PDF asks for.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use rust_decimal::Decimal;

use super::l10n::{Arg, L10n};
use super::pdf::{Format, Value, Words};
use super::{RenderError, Renderer};
use crate::config::Brand;
use crate::model::{Currency, Language, NightDate};

/// A language as the PDF speaks it.
struct Spoken(Arc<L10n>);

impl Format for Spoken {
    fn message(&self, key: &str, arguments: &[(&str, Value<'_>)]) -> String {
        let arguments: Vec<(&str, Arg<'_>)> = arguments
            .iter()
            .map(|(name, value)| match value {
                Value::Text(text) => (*name, Arg::from(*text)),
                Value::Number(number) => (*name, Arg::from(*number)),
            })
            .collect();
        self.0.message(key, &arguments)
    }

    fn date(&self, night: NightDate) -> String {
        self.0.date_with_weekday(night)
    }

    fn time(&self, at: DateTime<Utc>, zone: Tz) -> String {
        self.0.time_with_seconds(at, zone)
    }

    fn date_time(&self, at: DateTime<Utc>, zone: Tz) -> String {
        self.0.date_time(at, zone)
    }

    fn money(&self, amount: &Decimal, currency: &Currency) -> String {
        self.0.money(amount, currency)
    }

    fn integer(&self, number: i64) -> String {
        self.0.integer(number)
    }

    fn quantity(&self, quantity: &Decimal) -> String {
        self.0.decimal(&quantity.normalize())
    }
}

impl Renderer {
    /// The PDF's words in a language with the conventions of a locale (BCP 47).
    ///
    /// # Errors
    /// [`RenderError::L10n`] when CLDR lacks something.
    pub fn pdf_words(&self, language: Language, locale: &str) -> Result<Words, RenderError> {
        let l10n = self.l10n(language, locale)?;
        Ok(Words::of(l10n.tag().to_owned(), Box::new(Spoken(l10n))))
    }

    /// Whose name and colours everything carries.
    #[must_use]
    pub fn brand(&self) -> &Brand {
        &self.brand
    }
}
