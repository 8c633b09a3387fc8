//! Render: a composed [`Report`](crate::compose::Report) becomes what people read: a mail's subject, HTML, text and
//! images in their language, and the PDF.
//!
//! It must not read rows, clocks or configuration files, sign links, or know how mail is sent: names and links are left
//! as slots that [`MailBody::fill`] fills for each recipient. The same report gives the same bytes.

pub mod l10n;
pub mod pdf;

mod alert;
mod brand;
mod error;
mod letter;
mod mail;
mod pdf_words;
mod renderer;
mod templates;

pub use alert::{AlertGroup, AlertItem, AlertMail, AlertView};
pub use error::RenderError;
pub use letter::{LetterBrand, LetterItem, LetterLink, LetterLogo, LetterMail, LetterQuote, LetterView};
pub use mail::{Filled, InlineImage, LogoError, LogoPicture, MOST_LOGO_BYTES, MailBody, MailOptions, PdfDelivery};
pub use renderer::Renderer;
pub use templates::Templates;
