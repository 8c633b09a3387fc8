//! Which conventions a mail's dates and numbers follow: the mail's language with the recipient's region.

use icu::locale::{Locale, preferences::extensions::unicode::keywords::HourCycle, subtags::Region};

use crate::model::Language;

/// Regions whose own English conventions CLDR knows well; other regions read international English.
const ENGLISH_REGIONS: [&str; 9] = ["US", "GB", "CA", "AU", "NZ", "IE", "IN", "ZA", "SG"];

/// A language with a region, as formatters take it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Conventions {
    /// Language and region only, so that there are few of them whatever contacts' locales say.
    pub(super) locale: Locale,
    /// Set where the language's own clock would surprise the reader.
    pub(super) hour_cycle: Option<HourCycle>,
}

impl Conventions {
    /// The conventions for a text in `language` that is read by somebody with the locale `tag` (BCP 47).
    ///
    /// Words of a date are in the text's language always: a Japanese reader of an English mail gets
    /// "28 March 2026, 18:00" (international English, 24-hour clock), not a mixture of two languages.
    pub(super) fn of(language: Language, tag: &str) -> Self {
        let wanted = Locale::try_from_str(tag).ok();
        let speaks_it = wanted.as_ref().is_none_or(|wanted| wanted.id.language.as_str() == language.tag());
        let region = wanted.as_ref().and_then(|wanted| wanted.id.region);
        let hour_cycle = wanted.as_ref().and_then(hour_cycle_of);
        let (region, hour_cycle) = match (language, region) {
            (Language::En, region) if !speaks_it && !region.is_some_and(is_english) => {
                (Region::try_from_str("001").ok(), hour_cycle.or(Some(HourCycle::H23)))
            }
            (_, region) => (region, hour_cycle),
        };
        let mut locale = Locale::try_from_str(language.tag()).unwrap_or(Locale::UNKNOWN);
        locale.id.region = region;
        Self { locale, hour_cycle }
    }

    /// The language tag, as `lang` attributes carry it.
    pub(super) fn tag(&self) -> String {
        self.locale.to_string()
    }
}

fn is_english(region: Region) -> bool {
    ENGLISH_REGIONS.contains(&region.as_str())
}

fn hour_cycle_of(locale: &Locale) -> Option<HourCycle> {
    let keywords = &locale.extensions.unicode.keywords;
    let value = keywords.get(&icu::locale::extensions::unicode::key!("hc"))?;
    HourCycle::try_from(value).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tag(language: Language, locale: &str) -> String {
        Conventions::of(language, locale).tag()
    }

    #[test]
    fn the_region_is_kept_and_the_language_is_the_mails() {
        assert_eq!(tag(Language::En, "en-GB"), "en-GB");
        assert_eq!(tag(Language::De, "de-AT"), "de-AT");
        assert_eq!(tag(Language::De, "en-CH"), "de-CH");
        assert_eq!(tag(Language::Pl, "no such locale"), "pl");
        assert_eq!(tag(Language::Es, "es"), "es");
    }

    #[test]
    fn a_fallback_to_english_is_international_english() {
        assert_eq!(tag(Language::En, "ja-JP"), "en-001");
        assert_eq!(Conventions::of(Language::En, "ja-JP").hour_cycle, Some(HourCycle::H23));
        assert_eq!(tag(Language::En, "fr-CA"), "en-CA");
        assert_eq!(tag(Language::En, "ko-US"), "en-US");
        assert_eq!(Conventions::of(Language::En, "en-US-u-hc-h23").hour_cycle, Some(HourCycle::H23));
    }
}
