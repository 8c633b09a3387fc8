//! The renderer: templates parsed once, languages made ready once, shared by all threads.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use tera::{Kwargs, State, Tera, Value};

use super::l10n::{Arg, L10n, Messages};
use super::mail::{self, Accent, MailBody, MailOptions, PdfDelivery, Photographs, Thumbnails};
use super::{LetterBrand, RenderError, Templates, brand};
use crate::compose::{Photo, Report, Sample};
use crate::config::Brand;
use crate::model::{BranchBrand, Language};

/// Languages made ready, by what distinguishes them.
type Shelf = Arc<RwLock<HashMap<String, Arc<L10n>>>>;

/// Renders mails. Make one and share it.
pub struct Renderer {
    tera: Tera,
    messages: Messages,
    languages: Shelf,
    pub(super) brand: Brand,
    accent: Accent,
    thumbnails: Thumbnails,
}

impl std::fmt::Debug for Renderer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Renderer").field("brand", &self.brand).field("messages", &self.messages).finish_non_exhaustive()
    }
}

impl Renderer {
    /// Parses templates and messages.
    ///
    /// # Errors
    /// [`RenderError::Parse`] or [`RenderError::L10n`] naming file and line, [`RenderError::Color`].
    #[expect(clippy::needless_pass_by_value, reason = "the templates' texts are of no use afterwards")]
    pub fn new(templates: Templates, brand: Brand) -> Result<Self, RenderError> {
        let accent = Accent::of(&brand.color).ok_or_else(|| RenderError::Color(brand.color.clone()))?;
        let messages = templates.messages()?;
        let languages = Shelf::default();
        let mut tera = Tera::new();
        // `.html` is escaped; `.txt`, `.subject` and `.css` are not.
        tera.autoescape_on([".html"]);
        let shelf = Arc::clone(&languages);
        tera.register_function("t", move |kwargs: Kwargs, state: &State<'_>| translate(&shelf, &kwargs, state));
        tera.add_raw_templates(templates.under("mail/")).map_err(|error| RenderError::parse(&error))?;
        Ok(Self { tera, messages, languages, brand, accent, thumbnails: Thumbnails::default() })
    }

    /// A language in the conventions of a locale, made once.
    ///
    /// # Errors
    /// [`RenderError::L10n`] when CLDR lacks something.
    pub fn l10n(&self, language: Language, locale: &str) -> Result<Arc<L10n>, RenderError> {
        let key = L10n::cache_key(language, locale);
        if let Some(known) = self.languages.read().unwrap_or_else(PoisonError::into_inner).get(&key) {
            return Ok(Arc::clone(known));
        }
        let made = Arc::new(L10n::with_messages(&self.messages, language, locale)?);
        self.languages.write().unwrap_or_else(PoisonError::into_inner).insert(key, Arc::clone(&made));
        Ok(made)
    }

    /// The mail of a report in one language and locale (BCP 47, for dates, numbers and money). `photos` gives a
    /// picture's bytes, or none where it cannot be had, which leaves a labelled placeholder.
    ///
    /// # Errors
    /// [`RenderError::Template`] naming file and line; [`RenderError::TooLarge`] when replaced templates leave no room.
    pub fn mail(
        &self,
        report: &Report,
        locale: &str,
        language: Language,
        options: &MailOptions,
        photos: Photographs<'_>,
    ) -> Result<MailBody, RenderError> {
        let l10n = self.l10n(language, locale)?;
        let key = L10n::cache_key(language, locale);
        let (named, own) = (self.brand_of(report), report.brand.as_deref().and_then(BranchBrand::colors));
        let desk = mail::Desk {
            tera: &self.tera,
            l10n: &l10n,
            key: &key,
            brand: &named,
            house: &self.brand,
            accent: own.map_or(self.accent, Accent::own),
            thumbnails: &self.thumbnails,
            photos,
        };
        mail::compose(&desk, report, *options)
    }

    /// The name and colour that a report's papers carry.
    #[must_use]
    pub fn brand_of(&self, report: &Report) -> Cow<'_, Brand> {
        brand::of(&self.brand, report)
    }

    /// The name and colour that papers of a branch carry.
    #[must_use]
    pub fn brand_with(&self, own: Option<&BranchBrand>) -> Cow<'_, Brand> {
        brand::with(&self.brand, own)
    }

    /// A template filled with a context that needs no language.
    pub(super) fn render(&self, template: &str, context: &tera::Context) -> Result<String, RenderError> {
        self.tera.render(template, context).map_err(|error| RenderError::template(&error, template))
    }

    /// Renders every template with every sample in every language; empty when all is well.
    #[must_use]
    pub fn check(&self) -> Vec<RenderError> {
        let alert = self.alert(&super::AlertView::sample()).err();
        let letter = self.letter(&super::LetterView::sample(), Language::En).err();
        let brand = Some(LetterBrand::of(&Sample::brand(), |logo| logo.key.clone()));
        let own = self.letter(&super::LetterView { brand, ..super::LetterView::sample() }, Language::En).err();
        let own = own.filter(|own| letter.as_ref().is_none_or(|known| known.to_string() != own.to_string()));
        let mut faults: Vec<RenderError> = alert.into_iter().chain(letter).chain(own).collect();
        let options = [
            MailOptions { pdf: PdfDelivery::Attached, test: false },
            MailOptions { pdf: PdfDelivery::Linked, test: true },
        ];
        let branded = Report { brand: Some(Sample::brand().into()), ..Sample::Correction.report() };
        for report in Sample::ALL.map(Sample::report).into_iter().chain([branded]) {
            for language in Language::ALL {
                for options in &options {
                    if let Err(fault) = self.mail(&report, language.tag(), language, options, &|_: &Photo| None) {
                        let text = fault.to_string();
                        // One fault in a template shows in every sample and language; it is told once.
                        if !faults.iter().any(|known: &RenderError| known.to_string() == text) {
                            faults.push(fault);
                        }
                    }
                }
            }
        }
        faults
    }
}

/// `t(key="greeting", name=name)` in a template: a message of the language that is being rendered.
fn translate(shelf: &Shelf, kwargs: &Kwargs, state: &State<'_>) -> tera::TeraResult<Value> {
    let key: String = kwargs.must_get("key")?;
    let language: String = state
        .get("l10n")?
        .ok_or_else(|| tera::Error::message("the context has no `l10n`, so `t` knows no language"))?;
    let l10n = shelf.read().unwrap_or_else(PoisonError::into_inner).get(&language).cloned();
    let l10n = l10n.ok_or_else(|| tera::Error::message(format!("`{language}` is not made ready")))?;
    let args: Vec<(&str, Arg<'_>)> = kwargs
        .iter()
        .filter_map(|(name, value)| Some((name.as_str().filter(|name| *name != "key")?, value)))
        .map(|(name, value)| {
            let given = value.as_f64().map(Arg::Number).or_else(|| value.as_str().map(Arg::from));
            given
                .map(|given| (name, given))
                .ok_or_else(|| tera::Error::message(format!("`{name}` is no text or number")))
        })
        .collect::<Result<_, _>>()?;
    let text = l10n.try_message(&key, &args);
    text.map(Value::from).ok_or_else(|| tera::Error::message(format!("there is no message `{key}`")))
}
