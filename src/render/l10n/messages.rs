//! Messages: Fluent files become texts in one language, with plurals, ordinals and numbers as its grammar wants them.

use std::collections::BTreeMap;
use std::sync::Arc;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use icu::decimal::{DecimalFormatter, input::Decimal};
use icu::locale::Locale;
use intl_memoizer::{Memoizable, concurrent::IntlLangMemoizer};
use unic_langid::LanguageIdentifier;

use super::{Arg, L10nError};
use crate::model::Language;

/// The parsed Fluent files of every language.
#[derive(Clone)]
pub struct Messages {
    files: BTreeMap<Language, Vec<Arc<FluentResource>>>,
}

impl std::fmt::Debug for Messages {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_map().entries(self.files.iter().map(|(language, files)| (language, files.len()))).finish()
    }
}

impl Messages {
    /// Parses `(path, text)` pairs whose path is `messages/LANGUAGE/NAME.ftl`; other paths are passed over.
    ///
    /// # Errors
    /// [`L10nError::Syntax`] naming file and line of the first fault in a file.
    pub fn parse<'a>(files: impl IntoIterator<Item = (&'a str, &'a str)>) -> Result<Self, L10nError> {
        let mut parsed: BTreeMap<Language, Vec<Arc<FluentResource>>> = BTreeMap::new();
        for (path, text) in files {
            let Some(language) = language_of(path) else { continue };
            let resource = FluentResource::try_new(text.to_owned()).map_err(|(_, errors)| {
                let fault = errors.into_iter().next();
                let at = fault.as_ref().map_or(0, |fault| fault.pos.start).min(text.len());
                let line = text.as_bytes()[..at].split(|byte| *byte == b'\n').count();
                let what = fault.map(|fault| fault.kind.to_string()).unwrap_or_default();
                L10nError::Syntax { file: path.to_owned(), line, what }
            })?;
            parsed.entry(language).or_default().push(Arc::new(resource));
        }
        Ok(Self { files: parsed })
    }

    /// The bundle of one language, writing numbers as `locale` does.
    pub(super) fn bundle(&self, language: Language, locale: &str) -> Bundle {
        let tag: LanguageIdentifier = locale.parse().unwrap_or_default();
        let mut bundle = FluentBundle::new_concurrent(vec![tag]);
        bundle.set_use_isolating(false); // markup isolates what needs it; subjects and plain text want none
        bundle.set_formatter(Some(format_number));
        // English first, so that a translation overrides it and nothing is ever without words.
        for language in [Language::En, language] {
            for file in self.files.get(&language).into_iter().flatten() {
                bundle.add_resource_overriding(Arc::clone(file));
            }
        }
        // Its only fault is a function of that name, and a new bundle has none.
        let _ = bundle.add_builtins();
        Bundle(bundle)
    }
}

/// `messages/de/mail.ftl` is German.
fn language_of(path: &str) -> Option<Language> {
    let rest = path.strip_prefix("messages/")?;
    let (tag, file) = rest.split_once('/')?;
    Language::ALL.into_iter().find(|language| language.tag() == tag && file.strip_suffix(".ftl").is_some())
}

/// The messages of one language.
pub(super) struct Bundle(FluentBundle<Arc<FluentResource>>);

impl Bundle {
    /// The text of a message, or none when no language has it.
    pub(super) fn message(&self, key: &str, args: &[(&str, Arg<'_>)]) -> Option<String> {
        let pattern = self.0.get_message(key)?.value()?;
        let mut given = FluentArgs::with_capacity(args.len());
        for (name, value) in args {
            given.set(*name, value.as_fluent());
        }
        let mut faults = Vec::new();
        let text = self.0.format_pattern(pattern, Some(&given), &mut faults);
        for fault in faults {
            tracing::warn!(key, %fault, "a message lacks something");
        }
        Some(text.into_owned())
    }
}

impl Arg<'_> {
    fn as_fluent(&self) -> FluentValue<'_> {
        match self {
            Self::Text(text) => FluentValue::from(text.as_ref()),
            Self::Number(number) => FluentValue::from(*number),
        }
    }
}

/// Numbers in messages as the locale writes them; memoized once a bundle.
struct Numbers(DecimalFormatter);

impl Memoizable for Numbers {
    type Args = ();
    type Error = ();
    fn construct(language: LanguageIdentifier, (): ()) -> Result<Self, ()> {
        let locale = Locale::try_from_str(&language.to_string()).map_err(|_| ())?;
        DecimalFormatter::try_new(locale.into(), super::number_options()).map(Self).map_err(|_| ())
    }
}

fn format_number(value: &FluentValue<'_>, memoizer: &IntlLangMemoizer) -> Option<String> {
    let FluentValue::Number(number) = value else { return None };
    let digits: Decimal = number.as_string().parse().ok()?;
    memoizer.with_try_get::<Numbers, _, _>((), |numbers| numbers.0.format(&digits).to_string()).ok()
}
