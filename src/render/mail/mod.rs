//! Mail: a report becomes a mail's subject, HTML, text and pictures in one language.
//!
//! It must not assemble MIME, know addresses, or sign links.

mod accent;
mod assembly;
mod body;
mod changes;
mod chart;
mod event;
mod frame;
mod logo;
mod shown;
mod slots;
mod summary;
mod thumbnail;

#[cfg(test)]
mod tests;

pub(super) use accent::Accent;
pub(super) use assembly::compose;
pub use body::{Filled, InlineImage, MailBody, MailOptions, PdfDelivery};
pub use logo::{LogoError, LogoPicture, MOST_LOGO_BYTES};
pub(super) use thumbnail::Thumbnails;

use std::sync::Arc;

use serde::Serialize;
use tera::{Context, Tera};

use super::RenderError;
use super::l10n::{Arg, L10n};
use crate::compose::Photo;
use crate::config::Brand;

/// Where a photo's bytes come from.
pub(super) type Photographs<'a> = &'a dyn Fn(&Photo) -> Option<Arc<[u8]>>;

/// What a mail is written with.
pub(super) struct Desk<'a> {
    pub(super) tera: &'a Tera,
    pub(super) l10n: &'a L10n,
    /// Under which key templates find the language.
    pub(super) key: &'a str,
    /// The report's brand, …
    pub(super) brand: &'a Brand,
    /// … and the house's.
    pub(super) house: &'a Brand,
    pub(super) accent: Accent,
    pub(super) thumbnails: &'a Thumbnails,
    pub(super) photos: Photographs<'a>,
}

impl Desk<'_> {
    /// A template filled with a view.
    fn render(&self, template: &str, view: &impl Serialize) -> Result<String, RenderError> {
        let failed = |error: tera::Error| RenderError::template(&error, template);
        let mut context = Context::from_serialize(view).map_err(failed)?;
        context.insert("l10n", self.key);
        self.tera.render(template, &context).map_err(failed)
    }

    /// A message of the mail's language.
    fn say(&self, key: &str, args: &[(&str, Arg<'_>)]) -> String {
        self.l10n.message(key, args)
    }
}
