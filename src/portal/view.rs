//! The view: what a page says becomes HTML in one language.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use rust_embed::RustEmbed;
use serde::Serialize;
use tera::{Context, Kwargs, State, Tera, Value};

use super::PortalError;
use super::assets;
use super::fault::Fault;
use super::navigation::{self, Link};
use super::viewer::Viewer;
use crate::access::Principal;
use crate::config::Brand;
use crate::model::Language;
use crate::render::Templates;
use crate::render::l10n::{Arg, L10n, Messages};

#[derive(RustEmbed)]
#[folder = "templates/portal"]
struct Pages;

/// The signed-in person, as each page knows them.
#[derive(Serialize)]
struct Me<'a> {
    name: &'a str,
    /// `customer`, `branch`, `staff` or `operations`; `nobody` where nobody is signed in.
    role: &'static str,
    csrf: Option<&'a str>,
    /// What stands in the navigation.
    rooms: Vec<Link>,
    /// Whether it is their own page.
    at_home: bool,
}

impl<'a> Me<'a> {
    fn of(viewer: &'a Viewer) -> Self {
        let name = match &viewer.principal {
            Principal::User(user) => user.name.as_str(),
            other => other.address().unwrap_or_default(),
        };
        Self {
            name,
            role: viewer.principal.word(),
            csrf: viewer.csrf.as_deref(),
            rooms: navigation::links(&viewer.principal, &viewer.here),
            at_home: navigation::room_of(&viewer.here) == "me",
        }
    }
}

type Shelf = Arc<RwLock<HashMap<String, Arc<L10n>>>>;

/// Templates and languages of the pages.
pub(super) struct View {
    tera: Tera,
    messages: Messages,
    languages: Shelf,
}

impl View {
    pub(super) fn new(templates: &Templates, brand: &Brand) -> Result<Self, PortalError> {
        let messages = templates.messages().map_err(PortalError::Messages)?;
        let languages = Shelf::default();
        let mut tera = Tera::new();
        tera.autoescape_on([".html"]);
        let shelf = Arc::clone(&languages);
        tera.register_function("t", move |kwargs: Kwargs, state: &State<'_>| translate(&shelf, &kwargs, state));
        let files: Vec<(String, String)> = Pages::iter()
            .filter(|path| path.ends_with(".html"))
            .filter_map(|path| {
                let bytes = Pages::get(&path)?.data.into_owned();
                Some((path.into_owned(), String::from_utf8(bytes).ok()?))
            })
            .collect();
        let named = files.iter().map(|(path, text)| (path.as_str(), text.as_str()));
        tera.add_raw_templates(named).map_err(|error| PortalError::Template(error.to_string()))?;
        let shared = tera.global_context();
        shared.insert("brand_name", &brand.name);
        shared.insert("support", &brand.support);
        shared.insert("brand_address", &brand.address);
        shared.insert("version", &assets::version(brand));
        Ok(Self { tera, messages, languages })
    }

    /// A language in a locale's conventions, made once.
    pub(super) fn l10n(&self, language: Language, locale: &str) -> Result<Arc<L10n>, Fault> {
        let key = L10n::cache_key(language, locale);
        if let Some(known) = self.languages.read().unwrap_or_else(PoisonError::into_inner).get(&key) {
            return Ok(Arc::clone(known));
        }
        let made = Arc::new(L10n::with_messages(&self.messages, language, locale).map_err(Fault::Language)?);
        self.languages.write().unwrap_or_else(PoisonError::into_inner).insert(key, Arc::clone(&made));
        Ok(made)
    }

    /// Renders a page for somebody who is, or is not, signed in: the same with `me`, from which the base page makes its
    /// navigation and each form its `csrf`.
    pub(super) fn page(
        &self,
        template: &str,
        l10n: &L10n,
        viewer: &Viewer,
        page: &impl Serialize,
    ) -> Result<String, Fault> {
        let mut context = Context::from_serialize(page).map_err(|error| Fault::Template(Arc::new(error)))?;
        context.insert("me", &Me::of(viewer));
        self.fill(template, l10n, context)
    }

    /// Renders a template of `templates/portal`.
    pub(super) fn render(&self, template: &str, l10n: &L10n, page: &impl Serialize) -> Result<String, Fault> {
        let context = Context::from_serialize(page).map_err(|error| Fault::Template(Arc::new(error)))?;
        self.fill(template, l10n, context)
    }

    fn fill(&self, template: &str, l10n: &L10n, mut context: Context) -> Result<String, Fault> {
        let key = L10n::cache_key(l10n.language(), l10n.tag());
        // A reader's own clock (12 or 24 hours) is no part of the tag, and messages do not need it.
        self.l10n(l10n.language(), l10n.tag())?;
        context.insert("l10n", &key);
        context.insert("lang", l10n.tag());
        self.tera.render(template, &context).map_err(|error| Fault::Template(Arc::new(error)))
    }
}

/// `t(key="page-night", date=date)` in a template: a message of the page's language.
fn translate(shelf: &Shelf, kwargs: &Kwargs, state: &State<'_>) -> tera::TeraResult<Value> {
    let key: String = kwargs.must_get("key")?;
    let language: String = state.get("l10n")?.ok_or_else(|| tera::Error::message("the context has no `l10n`"))?;
    let l10n = shelf.read().unwrap_or_else(PoisonError::into_inner).get(&language).cloned();
    let l10n = l10n.ok_or_else(|| tera::Error::message(format!("`{language}` is not made ready")))?;
    let args: Vec<(&str, Arg<'_>)> = kwargs
        .iter()
        .filter_map(|(name, value)| Some((name.as_str().filter(|name| *name != "key")?, value)))
        .filter_map(|(name, value)| {
            let given = value.as_f64().map(Arg::Number).or_else(|| value.as_str().map(Arg::from))?;
            Some((name, given))
        })
        .collect();
    let text = l10n.try_message(&key, &args);
    text.map(Value::from).ok_or_else(|| tera::Error::message(format!("there is no message `{key}`")))
}
