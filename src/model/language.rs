//! The languages that mails, PDFs and pages are written in.

use serde::{Deserialize, Serialize};
use std::fmt;

/// A language with a complete translation. Every other language falls back to English.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Language {
    /// English, the fallback.
    #[default]
    En,
    /// Spanish.
    Es,
    /// German.
    De,
    /// Polish.
    Pl,
}

impl Language {
    /// All of them, English first.
    pub const ALL: [Self; 4] = [Self::En, Self::Es, Self::De, Self::Pl];

    /// The language of a BCP 47 tag, by its primary subtag; English for any other or none.
    #[must_use]
    pub fn of_locale(locale: Option<&str>) -> Self {
        let primary = locale.and_then(|tag| tag.split(['-', '_']).next()).unwrap_or_default().to_ascii_lowercase();
        Self::ALL.into_iter().find(|language| language.tag() == primary).unwrap_or_default()
    }

    /// The BCP 47 primary subtag, for `lang` attributes, `Content-Language` and file names.
    #[must_use]
    pub const fn tag(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::Es => "es",
            Self::De => "de",
            Self::Pl => "pl",
        }
    }
}

impl fmt::Display for Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.tag())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_locale_finds_its_language_or_english() {
        assert_eq!(Language::of_locale(Some("pl-PL")), Language::Pl);
        assert_eq!(Language::of_locale(Some("ES")), Language::Es);
        assert_eq!(Language::of_locale(Some("ja-JP")), Language::En);
        assert_eq!(Language::of_locale(None), Language::En);
    }
}
