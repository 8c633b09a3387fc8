//! The rendered mail, once for a report and locale, and how it is filled for each recipient.

use std::sync::Arc;

use super::shown;
use super::slots::{self, GREETING, NAME};
use crate::model::LinkTarget;

/// Whether a PDF goes with the mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum PdfDelivery {
    /// There is none.
    #[default]
    None,
    /// It is attached.
    Attached,
    /// It is linked only.
    Linked,
}

/// How a mail is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct MailOptions {
    /// Whether a PDF goes with it.
    pub pdf: PdfDelivery,
    /// Whether it is a test: marked in the subject and at the top.
    pub test: bool,
}

/// A picture within the mail, named by the HTML as `cid:`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InlineImage {
    /// Content-ID without its angle brackets (RFC 2392).
    pub cid: String,
    /// `image/png` or `image/jpeg`.
    pub content_type: &'static str,
    /// A name for those who save it.
    pub file_name: String,
    /// The bytes.
    pub bytes: Arc<[u8]>,
}

/// A mail in one language and locale, with slots for the recipient's name and links.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MailBody {
    /// The subject, in one line and without slots.
    pub subject: String,
    /// The HTML part with slots.
    pub html: String,
    /// The text part with slots.
    pub text: String,
    /// The pictures that the HTML shows.
    pub images: Vec<InlineImage>,
    /// Every target that HTML or text links to, in order, each once.
    pub links: Vec<LinkTarget>,
    /// Language and region, for `Content-Language`.
    pub language_tag: String,
    /// The greeting with a slot for the name, and the one for those without a name.
    pub(super) greetings: [String; 2],
}

/// A mail as one recipient gets it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Filled {
    /// The subject.
    pub subject: String,
    /// The HTML part.
    pub html: String,
    /// The text part.
    pub text: String,
}

impl MailBody {
    /// Fills the slots for one recipient. `link` is asked once for each target; the name may be hostile.
    #[must_use]
    pub fn fill(&self, recipient_name: &str, link: &dyn Fn(&LinkTarget) -> String) -> Filled {
        let name = shown::line(recipient_name, 60);
        let greeting = &self.greetings[usize::from(name.is_empty())];
        let urls: Vec<String> = self.links.iter().map(link).collect();
        let url = |key: &str| key.parse::<usize>().ok().and_then(|at| urls.get(at)).map_or("", String::as_str);
        let html = slots::replace(&self.html, |key| match key {
            GREETING => slots::replace(&escape(greeting), |inner| match inner {
                // Isolated, so that a name written from right to left leaves the sentence alone.
                NAME => format!("<bdi>{}</bdi>", escape(&name)),
                _ => String::new(),
            }),
            _ => escape(url(key)),
        });
        let text = slots::replace(&self.text, |key| match key {
            GREETING => slots::replace(greeting, |_| name.clone()),
            _ => url(key).to_owned(),
        });
        Filled { subject: self.subject.clone(), html, text }
    }
}

/// A text as it may stand in HTML, in content and in quoted attributes.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            _ => escaped.push(character),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    fn body() -> MailBody {
        MailBody {
            subject: "s".into(),
            html: format!("<p>{}</p><a href=\"{}\">x</a>", slots::slot(GREETING), slots::slot("0")),
            text: format!("{}\n{}", slots::slot(GREETING), slots::slot("0")),
            images: Vec::new(),
            links: vec![LinkTarget::Report],
            language_tag: "en".into(),
            greetings: [format!("Good morning, {}.", slots::slot(NAME)), "Good morning.".into()],
        }
    }

    #[test]
    fn a_name_is_escaped_in_html_and_plain_in_text() {
        let filled = body().fill("<b>\"Ann\"</b>\r\nBcc: x\u{FDD0}0\u{FDD1}", &|_| "https://x.example/?a=1&b=2".into());
        assert_eq!(
            filled.html,
            "<p>Good morning, <bdi>&lt;b&gt;&quot;Ann&quot;&lt;/b&gt; Bcc: x0</bdi>.</p>\
             <a href=\"https://x.example/?a=1&amp;b=2\">x</a>"
        );
        assert_eq!(filled.text, "Good morning, <b>\"Ann\"</b> Bcc: x0.\nhttps://x.example/?a=1&b=2");
    }

    #[test]
    fn nobody_is_greeted_by_an_empty_name() {
        assert!(body().fill(" \u{202E} ", &|_| String::new()).text.starts_with("Good morning.\n"));
    }
}
