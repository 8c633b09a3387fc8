//! The letter: what one person is told that is no report becomes a mail in their language.

use serde::Serialize;

use super::{RenderError, Renderer};
use crate::model::{BranchBrand, Language, Logo};

/// Colours of links where there are no others, on light and on dark ground.
const LINK: (&str, &str) = ("#1f4e79", "#9ec5f5");

/// What a letter says. Every text is in the reader's language already; texts of people and feeds are hostile, and
/// escaped here.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct LetterView {
    /// Its subject, on one line.
    pub subject: String,
    /// Its heading.
    pub heading: String,
    /// What is said first, a paragraph each.
    pub paragraphs: Vec<String>,
    /// A code to be typed, shown large.
    pub code: Option<String>,
    /// What somebody else wrote to the reader, and who that is.
    pub quote: Option<LetterQuote>,
    /// What to press.
    pub button: Option<LetterLink>,
    /// Things it is about, each with a link of its own.
    pub items: Vec<LetterItem>,
    /// What is said last, in small letters.
    pub small: Vec<String>,
    /// The brand of the branch whose things it is about, where it has one of its own.
    pub brand: Option<LetterBrand>,
}

/// A branch's own brand, as a letter carries it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LetterBrand {
    /// Its name.
    pub name: Option<String>,
    /// The name in `From`.
    pub from_name: Option<String>,
    /// Where answers go.
    pub reply_to: Option<String>,
    /// Its colours on light and on dark ground, `#rrggbb`.
    pub colors: Option<(String, String)>,
    /// Its logo.
    pub logo: Option<LetterLogo>,
}

/// A logo that a letter links to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LetterLogo {
    /// Where it lies.
    pub url: String,
    /// Width at which it is shown.
    pub width: u32,
    /// Height at which it is shown.
    pub height: u32,
}

impl LetterBrand {
    /// A brand whose logo lies at an address.
    #[must_use]
    pub fn of(brand: &BranchBrand, address: impl Fn(&Logo) -> String) -> Self {
        let logo = |logo: &Logo| {
            let (width, height) = logo.shown();
            LetterLogo { url: address(logo), width, height }
        };
        Self {
            name: brand.name.clone(),
            from_name: brand.from_name().map(str::to_owned),
            reply_to: brand.reply_to.as_ref().map(|address| address.as_str().to_owned()),
            colors: brand.colors().map(|(light, dark)| (light.to_string(), dark.to_string())),
            logo: brand.logo.as_ref().map(logo),
        }
    }
}

/// What somebody wrote.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LetterQuote {
    /// Who.
    pub by: String,
    /// What.
    pub text: String,
}

/// A link with its label.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LetterLink {
    /// What it says.
    pub label: String,
    /// Where it leads.
    pub url: String,
}

/// One thing that a letter is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LetterItem {
    /// Its heading.
    pub title: String,
    /// When and where, in small letters.
    pub meta: String,
    /// Where it leads.
    pub url: Option<String>,
}

/// A letter's mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LetterMail {
    /// HTML part.
    pub html: String,
    /// Text part.
    pub text: String,
}

impl LetterView {
    /// What `templates check` renders.
    #[must_use]
    pub fn sample() -> Self {
        let link = |label: &str, url: &str| LetterLink { label: label.into(), url: url.into() };
        Self {
            subject: "Dana shared 2 incidents with you".into(),
            heading: "Two incidents at Harbor <Market>".into(),
            paragraphs: vec!["Dana (dana@example.com) shared what happened on 28 March with you.".into()],
            code: Some("402 917".into()),
            quote: Some(LetterQuote {
                by: "Dana".into(),
                text: "Please look at the second one.\n<b>Is this our cleaner?</b>".into(),
            }),
            button: Some(link("Look at them", "https://nights.example.com/s/token")),
            items: vec![
                LetterItem {
                    title: "Theft".into(),
                    meta: "Harbor Market, 28 Mar, 02:14".into(),
                    url: Some("https://nights.example.com/s/token/1".into()),
                },
                LetterItem { title: "Vandalism".into(), meta: "Harbor Market, 28 Mar, 03:40".into(), url: None },
            ],
            small: vec!["The link works until 28 April.".into()],
            brand: None,
        }
    }
}

impl Renderer {
    /// The mail of a letter.
    ///
    /// # Errors
    /// [`RenderError::Template`] naming file and line.
    pub fn letter(&self, view: &LetterView, language: Language) -> Result<LetterMail, RenderError> {
        let own = view.brand.as_ref();
        let colors = own.and_then(|own| own.colors.as_ref());
        let render = |name| {
            let mut context = tera::Context::new();
            context.insert("letter", view);
            context.insert("lang", language.tag());
            context.insert("brand_name", own.and_then(|own| own.name.as_ref()).unwrap_or(&self.brand.name));
            context.insert("support", &self.brand.support);
            context.insert("color", colors.map_or(&self.brand.color, |(light, _)| light));
            context.insert("link", colors.map_or(LINK.0, |(light, _)| light.as_str()));
            context.insert("link_dark", colors.map_or(LINK.1, |(_, dark)| dark.as_str()));
            context.insert("logo", &own.and_then(|own| own.logo.as_ref()));
            self.render(name, &context)
        };
        Ok(LetterMail { html: render("mail/letter.html")?, text: render("mail/letter.txt")? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Brand;
    use crate::render::Templates;

    #[test]
    fn a_letter_escapes_what_people_write_and_says_all_of_it_in_both_parts() {
        let renderer = Renderer::new(Templates::embedded(), Brand::default()).unwrap();
        let mail = renderer.letter(&LetterView::sample(), Language::En).unwrap();
        assert!(
            mail.html.contains("&lt;b&gt;Is this our cleaner?&lt;") && !mail.html.contains("<b>Is"),
            "{}",
            mail.html
        );
        for part in [&mail.html, &mail.text] {
            for word in ["402 917", "https://nights.example.com/s/token/1", "Vandalism", "until 28 April", "Dana"] {
                assert!(part.contains(word), "{word} in {part}");
            }
        }
        assert!(mail.text.contains("> <b>Is this our cleaner?</b>"), "{}", mail.text);
    }

    #[test]
    fn a_letter_of_a_branch_with_a_brand_carries_it_and_no_other_does() {
        let renderer = Renderer::new(Templates::embedded(), Brand::default()).unwrap();
        let house = renderer.letter(&LetterView::sample(), Language::En).unwrap();
        let brand = LetterBrand::of(&crate::compose::Sample::brand(), |logo| {
            format!("https://nights.example.com/brand/{}.png", logo.sha256)
        });
        assert_eq!(brand.from_name.as_deref(), Some("Northwind nights"));
        let own = renderer.letter(&LetterView { brand: Some(brand), ..LetterView::sample() }, Language::En).unwrap();
        for (mark, html) in
            [("Northwind &lt;Watch&gt;", true), ("#8a1538", true), ("#ff9db5", true), ("/brand/0000", true)]
        {
            assert_eq!(own.html.contains(mark), html, "{mark} in {}", own.html);
            assert!(!house.html.contains(mark), "{mark}");
        }
        assert!(own.text.contains("Northwind <Watch>") && house.text.contains("Daybreak"));
        assert!(!own.html.contains("#1f4e79"), "{}", own.html);
    }
}
