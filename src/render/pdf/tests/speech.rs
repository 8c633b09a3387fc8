//! Words for tests: the four languages from their messages, with plain formats in place of a locale's.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use rust_decimal::Decimal;

use crate::model::{Currency, Language, NightDate};
use crate::render::pdf::{Format, Value, Words};

struct Speech(FluentBundle<FluentResource>);

impl Format for Speech {
    fn message(&self, key: &str, arguments: &[(&str, Value<'_>)]) -> String {
        let pattern = self.0.get_message(key).and_then(|message| message.value()).unwrap_or_else(|| panic!("no {key}"));
        let mut filled = FluentArgs::new();
        for (name, value) in arguments {
            match *value {
                Value::Text(text) => filled.set(*name, text.to_owned()),
                Value::Number(number) => filled.set(*name, FluentValue::from(number)),
            }
        }
        let mut errors = Vec::new();
        let text = self.0.format_pattern(pattern, Some(&filled), &mut errors).into_owned();
        assert!(errors.is_empty(), "{key}: {errors:?}");
        text
    }

    fn date(&self, night: NightDate) -> String {
        night.date().format("%A, %-d %B %Y").to_string()
    }

    fn time(&self, at: DateTime<Utc>, zone: Tz) -> String {
        at.with_timezone(&zone).format("%H:%M:%S").to_string()
    }

    fn date_time(&self, at: DateTime<Utc>, zone: Tz) -> String {
        at.with_timezone(&zone).format("%-d %b %Y, %H:%M:%S").to_string()
    }

    fn money(&self, amount: &Decimal, currency: &Currency) -> String {
        let mut amount = *amount;
        if amount.scale() < 2 {
            amount.rescale(2);
        }
        format!("{currency} {amount}")
    }

    fn integer(&self, number: i64) -> String {
        number.to_string()
    }

    fn quantity(&self, quantity: &Decimal) -> String {
        quantity.normalize().to_string()
    }
}

/// The messages of a language.
pub(super) fn source(language: Language) -> &'static str {
    match language {
        Language::En => include_str!("../../../../templates/messages/en/pdf.ftl"),
        Language::Es => include_str!("../../../../templates/messages/es/pdf.ftl"),
        Language::De => include_str!("../../../../templates/messages/de/pdf.ftl"),
        Language::Pl => include_str!("../../../../templates/messages/pl/pdf.ftl"),
    }
}

/// The words of a language.
pub(super) fn words(language: Language) -> Words {
    let mut bundle = FluentBundle::new_concurrent(vec![language.tag().parse().unwrap()]);
    bundle.set_use_isolating(false);
    bundle.add_builtins().unwrap();
    bundle.add_resource(FluentResource::try_new(source(language).into()).unwrap()).unwrap();
    Words::of(language.tag(), Box::new(Speech(bundle)))
}
