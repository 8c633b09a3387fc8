//! What a reader of each locale sees.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use rust_decimal::Decimal;

use super::*;
use crate::model::{Currency, NightDate};
use crate::render::Templates;

fn l10n(locale: &str) -> L10n {
    L10n::new(Language::of_locale(Some(locale)), locale).unwrap()
}

fn night() -> NightDate {
    "2026-03-28".parse().unwrap()
}

fn at(instant: &str) -> DateTime<Utc> {
    instant.parse().unwrap()
}

/// No-break spaces are shown as `_`.
fn seen(text: impl AsRef<str>) -> String {
    text.as_ref().replace('\u{A0}', "_")
}

#[test]
fn dates_and_times_follow_the_region() {
    let zone = chrono_tz::Europe::Warsaw;
    let told = |locale: &str| {
        let l10n = l10n(locale);
        let time = l10n.time(at("2026-03-28T21:05:09Z"), zone);
        seen(format!("{} | {} | {time}", l10n.date_with_weekday(night()), l10n.day(night())))
    };
    assert_eq!(told("en-US"), "Saturday, March 28, 2026 | Mar 28 | 10:05_PM");
    assert_eq!(told("en-GB"), "Saturday, 28 March 2026 | 28 Mar | 22:05");
    assert_eq!(told("ja-JP"), "Saturday, 28 March 2026 | 28 Mar | 22:05");
    assert_eq!(told("de-DE"), "Samstag, 28. März 2026 | 28. März | 22:05");
    assert_eq!(told("es-ES"), "sábado, 28 de marzo de 2026 | 28 mar | 22:05");
    assert_eq!(told("es-MX"), "sábado, 28 de marzo de 2026 | 28 mar | 10:05_p.m.");
    assert_eq!(told("pl-PL"), "sobota, 28 marca 2026 | 28 mar | 22:05");
    assert_eq!(seen(l10n("en-US").time_with_seconds(at("2026-03-28T21:05:09Z"), zone)), "10:05:09_PM");
    assert_eq!(seen(l10n("pl").date_time(at("2026-03-28T21:05:09Z"), zone)), "28 marca 2026 22:05");
}

#[test]
fn zones_are_named_in_the_language() {
    let before = at("2026-03-28T17:00:00Z");
    let named = |locale: &str, zone: chrono_tz::Tz| l10n(locale).zone_name(zone, before);
    assert_eq!(named("en", chrono_tz::Europe::Warsaw), "Central European Time");
    assert_eq!(named("de", chrono_tz::Europe::Warsaw), "Mitteleuropäische Zeit");
    assert_eq!(named("es", chrono_tz::America::Chicago), "hora central");
    assert_eq!(named("pl", chrono_tz::America::Chicago), "czas środkowoamerykański");
    let offset = |zone: chrono_tz::Tz, instant: &str| l10n("en").zone_offset(zone, at(instant));
    assert_eq!(offset(chrono_tz::Europe::Warsaw, "2026-03-29T04:00:00Z"), "UTC+2");
    assert_eq!(offset(chrono_tz::Asia::Kolkata, "2026-03-29T04:00:00Z"), "UTC+5:30");
    assert_eq!(offset(chrono_tz::America::St_Johns, "2026-01-29T04:00:00Z"), "UTC−3:30");
    assert_eq!(offset(chrono_tz::UTC, "2026-01-29T04:00:00Z"), "UTC");
}

#[test]
fn numbers_and_money_follow_the_region_and_stay_exact() {
    let money = |locale: &str, amount: &str, currency: &str| {
        seen(l10n(locale).money(&amount.parse().unwrap(), &Currency::new(currency).unwrap()))
    };
    assert_eq!(money("en-US", "1234.5", "USD"), "$1,234.50");
    assert_eq!(money("en-GB", "12", "USD"), "US$12.00");
    assert_eq!(money("de-DE", "1234.50", "EUR"), "1.234,50_€");
    assert_eq!(money("de-CH", "1234.50", "CHF"), "CHF_1'234.50");
    assert_eq!(money("pl-PL", "12345.67", "PLN"), "12_345,67_zł");
    assert_eq!(money("de-DE", "1234.5", "PLN"), "1.234,50_PLN", "no symbol there: its code");
    assert_eq!(money("es-MX", "12.30", "MXN"), "$12.30");
    assert_eq!(money("en-US", "-12.30", "USD"), "-$12.30");
    assert_eq!(money("en-US", "1200", "JPY"), "¥1,200");
    for (amount, shown) in
        [("0.0995", "$0.0995"), ("1.239999999", "$1.239999999"), ("0.005", "$0.005"), ("9.9999", "$9.9999")]
    {
        assert_eq!(money("en-US", amount, "USD"), shown, "nothing is rounded");
    }
    assert_eq!(money("en-US", "12.5", "JPY"), "¥12.5");
    assert_eq!(money("de-DE", "-0.0025", "EUR"), "-0,0025_€");
    assert_eq!(money("en-US", "1", "XQZ"), "XQZ_1.00");
    assert_eq!(l10n("en-US").integer(-1_234_567), "-1,234,567");
    assert_eq!(seen(l10n("de-DE").decimal(&"2.50".parse::<Decimal>().unwrap())), "2,50");
    assert_eq!(seen(l10n("de-DE").percent(&"12.5".parse::<Decimal>().unwrap())), "12,5_%");
    assert_eq!(l10n("en-US").percent(&"12.5".parse::<Decimal>().unwrap()), "12.5%");
}

#[test]
fn plurals_and_ordinals_follow_each_grammar() {
    let said = |locale: &str, key: &str, counts: &[u32]| -> Vec<String> {
        let l10n = l10n(locale);
        counts.iter().map(|count| seen(l10n.message(key, &[("count", (*count).into())]))).collect()
    };
    assert_eq!(
        said("pl", "count-incidents", &[0, 1, 2, 5, 12, 22, 25, 1_284_002]),
        [
            "0 incydentów",
            "1 incydent",
            "2 incydenty",
            "5 incydentów",
            "12 incydentów",
            "22 incydenty",
            "25 incydentów",
            "1_284_002 incydenty"
        ]
    );
    assert_eq!(
        said("pl", "count-interactions", &[1, 2, 5, 22]),
        ["1 interwencja", "2 interwencje", "5 interwencji", "22 interwencje"]
    );
    assert_eq!(said("de", "count-incidents", &[0, 1, 2]), ["0 Vorfälle", "1 Vorfall", "2 Vorfälle"]);
    assert_eq!(said("es", "count-interactions", &[1, 2]), ["1 intervención", "2 intervenciones"]);
    assert_eq!(said("en-GB", "count-interactions", &[1, 1500]), ["1 interaction", "1,500 interactions"]);
    let case = |locale: &str, instance: u32| {
        l10n(locale).message("case", &[("number", "1042".into()), ("instance", instance.into())])
    };
    let told: Vec<String> = [1, 2, 3, 4, 11, 22, 103].into_iter().map(|instance| case("en", instance)).collect();
    assert_eq!(told[2], "Case 1042, 3rd time");
    let endings: Vec<&str> = told.iter().filter_map(|text| text.split(' ').nth(2)).collect();
    assert_eq!(endings, ["1st", "2nd", "3rd", "4th", "11th", "22nd", "103rd"]);
    assert_eq!(case("de", 3), "Fall 1042, zum 3. Mal");
    assert_eq!(case("es", 3), "Caso 1042, 3.ª vez");
    assert_eq!(case("pl", 3), "Sprawa 1042, 3. raz");
}

/// Keys with the variables that each language's message uses.
fn keys() -> BTreeMap<Language, BTreeMap<String, BTreeSet<String>>> {
    use fluent_bundle::FluentResource;
    let templates = Templates::embedded();
    let mut languages = BTreeMap::new();
    for language in Language::ALL {
        let keys: &mut BTreeMap<String, BTreeSet<String>> = languages.entry(language).or_default();
        for (path, text) in templates.under(&format!("messages/{language}/")) {
            let resource = FluentResource::try_new(text.to_owned()).unwrap_or_else(|_| panic!("{path}"));
            assert!(resource.entries().count() > 0, "{path}");
            // A message begins at the line's start; its variables follow until the next one does.
            let mut current = String::new();
            for line in text.lines().filter(|line| !line.starts_with('#')) {
                if let Some((key, _)) =
                    line.split_once(" =").filter(|_| line.starts_with(|c: char| c.is_ascii_lowercase()))
                {
                    key.clone_into(&mut current);
                    assert!(keys.insert(current.clone(), BTreeSet::new()).is_none(), "{path}: {key} stands twice");
                }
                for rest in line.split('$').skip(1) {
                    let name: String = rest.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_').collect();
                    keys.get_mut(&current).unwrap().insert(name);
                }
            }
        }
    }
    languages
}

#[test]
fn every_language_has_the_same_messages_with_the_same_variables() {
    let languages = keys();
    let english = &languages[&Language::En];
    assert!(english.len() > 100);
    for (language, keys) in &languages {
        assert_eq!(keys, english, "{language}");
    }
}

#[test]
fn every_message_is_used() {
    let templates = Templates::embedded();
    let mut used: String = templates.under("mail/").map(|(_, text)| text).collect();
    used.push_str(concat!(
        include_str!("../mail/frame.rs"),
        include_str!("../mail/event.rs"),
        include_str!("../mail/summary.rs"),
        include_str!("../mail/changes.rs"),
        include_str!("../mail/assembly.rs"),
    ));
    let mail: BTreeSet<&str> = templates
        .under("messages/en/mail.ftl")
        .flat_map(|(_, text)| text.lines())
        .filter(|line| line.starts_with(|c: char| c.is_ascii_lowercase()))
        .filter_map(|line| line.split_once(" = ").map(|(key, _)| key))
        .collect();
    for key in mail {
        assert!(used.contains(&format!("\"{key}\"")), "{key} is used nowhere");
    }
}

#[test]
fn a_broken_message_file_is_named_with_its_line() {
    let broken = Templates::embedded().with("messages/de/mail.ftl", "a = b\nc = { $x\nd = e\n");
    let fault = broken.messages().unwrap_err().to_string();
    assert!(fault.starts_with("messages/de/mail.ftl:"), "{fault}");
}

#[test]
fn a_language_without_a_message_says_it_in_english() {
    let messages =
        Templates::embedded().with("messages/de/mail.ftl", "quiet-night = stille Nacht\n").messages().unwrap();
    let l10n = L10n::with_messages(&messages, Language::De, "de").unwrap();
    assert_eq!(l10n.message("quiet-night", &[]), "stille Nacht");
    assert_eq!(l10n.message("link-open", &[]), "Open in browser");
    assert_eq!(l10n.try_message("no-such-message", &[]), None);
}
