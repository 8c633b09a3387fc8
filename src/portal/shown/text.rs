//! Hostile texts made fit for a page: cleaned, on one line where they belong on one, and URLs checked.

use url::Url;

use crate::model::clean;

/// A text on one line of at most `most` characters.
pub(in crate::portal) fn line(raw: &str, most: usize) -> String {
    let cleaned = clean(raw);
    let mut shown = String::new();
    let mut left = most;
    for word in cleaned.split_whitespace() {
        if !shown.is_empty() {
            shown.push(' ');
        }
        let mut characters = word.chars();
        shown.extend(characters.by_ref().take(left));
        let room = left.saturating_sub(word.chars().count() + 1);
        if characters.next().is_some() || room == 0 && !cleaned.trim_end().ends_with(word) {
            shown.push('…');
            return shown;
        }
        left = room;
    }
    shown
}

/// A text with its line breaks, whole: a page has room.
pub(super) fn whole(raw: &str) -> String {
    clean(raw).trim().to_owned()
}

/// A URL that a link may carry: absolute `http` or `https`. Anything else is none.
pub(in crate::portal) fn web_url(raw: &str) -> Option<Url> {
    Url::parse(raw.trim()).ok().filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_one_line_and_bounded() {
        assert_eq!(line(" a\r\nb\t\u{202E}c ", 10), "a b c");
        assert_eq!(line(&"x".repeat(100), 5), "xxxxx…");
        assert_eq!(line("ab cd ef", 5), "ab cd…");
        assert_eq!(line("ab cd", 5), "ab cd");
        assert_eq!(line("", 5), "");
    }

    #[test]
    fn only_web_addresses_become_links() {
        for raw in ["javascript:alert(1)", "data:text/html,x", "/relative", "mailto:a@example.com", ""] {
            assert!(web_url(raw).is_none(), "{raw}");
        }
        assert_eq!(
            web_url("https://x.example/?q=\"><s>").map(String::from).as_deref(),
            Some("https://x.example/?q=%22%3E%3Cs%3E")
        );
    }
}
