//! Templates: the built-in ones, each of which a file of the same path in a folder may replace.
//!
//! It must not know what they are filled with.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::path::Path;

use rust_embed::RustEmbed;

use super::RenderError;
use super::l10n::{L10nError, Messages};

#[derive(RustEmbed)]
#[folder = "templates/mail"]
#[prefix = "mail/"]
struct Mail;

#[derive(RustEmbed)]
#[folder = "templates/messages"]
#[prefix = "messages/"]
struct Fluent;

/// Templates and messages as texts, by path: `mail/report.html`, `messages/de/mail.ftl`.
#[derive(Debug, Clone)]
pub struct Templates {
    files: BTreeMap<String, Cow<'static, str>>,
}

impl Templates {
    /// The built-in ones.
    #[must_use]
    pub fn embedded() -> Self {
        let mail = Mail::iter().filter_map(|path| Mail::get(&path).map(|file| (path, file)));
        let fluent = Fluent::iter().filter_map(|path| Fluent::get(&path).map(|file| (path, file)));
        let files = mail.chain(fluent).filter_map(|(path, file)| {
            let text = match file.data {
                Cow::Borrowed(bytes) => Cow::Borrowed(std::str::from_utf8(bytes).ok()?),
                Cow::Owned(bytes) => Cow::Owned(String::from_utf8(bytes).ok()?),
            };
            Some((path.into_owned(), text))
        });
        Self { files: files.collect() }
    }

    /// The built-in ones, replaced by the files of the same path under `folder`. Files of other names are kept too, so
    /// that a replacement can include its own parts.
    ///
    /// # Errors
    /// [`RenderError::Read`] naming the folder or file that cannot be read as UTF-8 text.
    pub fn from_dir(folder: &Path) -> Result<Self, RenderError> {
        let mut templates = Self::embedded();
        templates.read(folder, folder)?;
        Ok(templates)
    }

    fn read(&mut self, root: &Path, folder: &Path) -> Result<(), RenderError> {
        let failed = |path: &Path| {
            let path = path.to_owned();
            move |source| RenderError::Read { path, source }
        };
        for entry in std::fs::read_dir(folder).map_err(failed(folder))? {
            let entry = entry.map_err(failed(folder))?;
            let path = entry.path();
            if path.is_dir() {
                self.read(root, &path)?;
                continue;
            }
            let wanted = path.extension().and_then(|end| end.to_str());
            if !wanted.is_some_and(|end| ["html", "txt", "subject", "css", "ftl"].contains(&end)) {
                continue;
            }
            let text = std::fs::read_to_string(&path).map_err(failed(&path))?;
            let segments = path.strip_prefix(root).unwrap_or(&path).iter().map(|part| part.to_string_lossy());
            self.files.insert(segments.collect::<Vec<_>>().join("/"), Cow::Owned(text));
        }
        Ok(())
    }

    /// The same with one file replaced.
    #[must_use]
    pub fn with(mut self, path: impl Into<String>, text: impl Into<String>) -> Self {
        self.files.insert(path.into(), Cow::Owned(text.into()));
        self
    }

    /// The messages among them, parsed.
    ///
    /// # Errors
    /// [`L10nError::Syntax`] naming file and line.
    pub fn messages(&self) -> Result<Messages, L10nError> {
        Messages::parse(self.files.iter().map(|(path, text)| (path.as_str(), text.as_ref())))
    }

    /// The templates among them under `prefix`, by path.
    pub(super) fn under(&self, prefix: &str) -> impl Iterator<Item = (&str, &str)> {
        self.files
            .iter()
            .filter(move |(path, _)| path.starts_with(prefix))
            .map(|(path, text)| (path.as_str(), text.as_ref()))
    }
}
