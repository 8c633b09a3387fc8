//! L10n: instants, numbers, money and messages become texts of one language in the recipient's regional conventions
//! (CLDR, through ICU4X). Shared by mail, PDF and pages.
//!
//! It must not know what is said with them, or read a clock.

mod dates;
mod locale;
mod messages;
mod numbers;

use std::borrow::Cow;

pub use messages::Messages;

use crate::model::Language;
use dates::Dates;
use locale::Conventions;
use messages::Bundle;
use numbers::Numbers;
pub(crate) use numbers::number_options;

/// Why texts of a language cannot be made.
#[derive(Debug, thiserror::Error)]
pub enum L10nError {
    /// A Fluent file does not parse.
    #[error("{file}:{line}: {what}")]
    Syntax {
        /// Path within the templates.
        file: String,
        /// Line, from 1.
        line: usize,
        /// What is wrong there.
        what: String,
    },
    /// CLDR has no data for a formatter.
    #[error("no CLDR data for {what} in {locale}")]
    Data {
        /// What was to be formatted.
        what: &'static str,
        /// Where.
        locale: String,
        /// ICU4X's account.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
}

/// An argument of a message: numbers choose plural forms, texts are put in as they are.
#[derive(Debug, Clone, PartialEq)]
pub enum Arg<'a> {
    /// A text.
    Text(Cow<'a, str>),
    /// A number.
    Number(f64),
}

impl<'a> From<&'a str> for Arg<'a> {
    fn from(text: &'a str) -> Self {
        Self::Text(Cow::Borrowed(text))
    }
}

impl<'a> From<&'a String> for Arg<'a> {
    fn from(text: &'a String) -> Self {
        Self::Text(Cow::Borrowed(text))
    }
}

impl From<String> for Arg<'_> {
    fn from(text: String) -> Self {
        Self::Text(Cow::Owned(text))
    }
}

impl From<u32> for Arg<'_> {
    fn from(number: u32) -> Self {
        Self::Number(number.into())
    }
}

impl From<i32> for Arg<'_> {
    fn from(number: i32) -> Self {
        Self::Number(number.into())
    }
}

impl From<i64> for Arg<'_> {
    #[expect(clippy::cast_precision_loss, reason = "counts are far below 2^52")]
    fn from(number: i64) -> Self {
        Self::Number(number as f64)
    }
}

impl From<usize> for Arg<'_> {
    #[expect(clippy::cast_precision_loss, reason = "counts are far below 2^52")]
    fn from(number: usize) -> Self {
        Self::Number(number as f64)
    }
}

/// One language in one region's conventions. Making one costs some hundred microseconds; share it.
pub struct L10n {
    language: Language,
    tag: String,
    bundle: Bundle,
    dates: Dates,
    numbers: Numbers,
}

impl std::fmt::Debug for L10n {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("L10n").field("language", &self.language).field("tag", &self.tag).finish_non_exhaustive()
    }
}

impl L10n {
    /// The built-in messages in `language`, with the conventions of `locale` (BCP 47; a region of another language
    /// is taken over as far as CLDR knows it, an unreadable tag means the language's own conventions).
    ///
    /// # Errors
    /// [`L10nError`] when built-in data is broken, which tests rule out for every language.
    pub fn new(language: Language, locale: &str) -> Result<Self, L10nError> {
        Self::with_messages(&super::Templates::embedded().messages()?, language, locale)
    }

    /// The same with other messages.
    ///
    /// # Errors
    /// [`L10nError::Data`] when CLDR lacks something.
    pub fn with_messages(messages: &Messages, language: Language, locale: &str) -> Result<Self, L10nError> {
        let conventions = Conventions::of(language, locale);
        let tag = conventions.tag();
        Ok(Self {
            language,
            bundle: messages.bundle(language, &tag),
            dates: Dates::new(&conventions)?,
            numbers: Numbers::new(&conventions)?,
            tag,
        })
    }

    /// What distinguishes the result of [`L10n::with_messages`]: there are few, however many locales contacts name.
    pub(crate) fn cache_key(language: Language, locale: &str) -> String {
        let conventions = Conventions::of(language, locale);
        let clock = conventions.hour_cycle.map(|cycle| cycle.as_str()).unwrap_or_default();
        format!("{}/{clock}", conventions.tag())
    }

    /// The language of the messages.
    #[must_use]
    pub fn language(&self) -> Language {
        self.language
    }

    /// Language and region in effect, for `lang` attributes and `Content-Language`.
    #[must_use]
    pub fn tag(&self) -> &str {
        &self.tag
    }

    /// The text of a message, or none when there is no such message.
    #[must_use]
    pub fn try_message(&self, key: &str, args: &[(&str, Arg<'_>)]) -> Option<String> {
        self.bundle.message(key, args)
    }

    /// The text of a message; the key itself when there is no such message, which tests rule out.
    #[must_use]
    pub fn message(&self, key: &str, args: &[(&str, Arg<'_>)]) -> String {
        self.try_message(key, args).unwrap_or_else(|| {
            tracing::error!(key, language = %self.language, "no such message");
            key.to_owned()
        })
    }
}

#[cfg(test)]
mod tests;
