//! Hostile texts made fit for a mail: cleaned, bounded, and URLs checked. Every text of an event passes through here.

use unicode_segmentation::UnicodeSegmentation as _;

use crate::model::clean;

/// A text in one line of at most `most` characters as a reader counts them.
pub(super) fn line(raw: &str, most: usize) -> String {
    let cleaned = clean(&raw.chars().take(most.saturating_mul(32)).collect::<String>());
    let words: Vec<&str> = cleaned.split_whitespace().collect();
    excerpt(&words.join(" "), most).0
}

/// A text with its line breaks, trimmed, at most `most` characters as a reader counts them, and whether it was cut.
pub(super) fn paragraphs(raw: &str, most: usize) -> (String, bool) {
    let cleaned = clean(raw);
    let mut text = String::with_capacity(cleaned.len());
    let mut empty = 0;
    for line in cleaned.trim().lines().map(str::trim_end) {
        empty = if line.is_empty() { empty + 1 } else { 0 };
        if empty < 2 {
            if !text.is_empty() {
                text.push('\n');
            }
            text.push_str(line);
        }
    }
    excerpt(&text, most)
}

/// The beginning of a text, cut between words where that loses little, and whether anything was cut. One grapheme
/// cluster can be endlessly long, so bytes are bounded as well.
fn excerpt(text: &str, most: usize) -> (String, bool) {
    if text.len() <= most {
        return (text.to_owned(), false);
    }
    let room = most.saturating_mul(8).saturating_add(64);
    let mut end = 0;
    let mut last_space = 0;
    for (count, (at, cluster)) in text.grapheme_indices(true).enumerate() {
        if count == most || at + cluster.len() > room {
            let cut = if last_space > end / 5 * 4 { last_space } else { end };
            return (format!("{}…", text[..cut].trim_end()), true);
        }
        if cluster.chars().all(char::is_whitespace) {
            last_space = at;
        }
        end = at + cluster.len();
    }
    (text.to_owned(), false)
}

/// A URL that a link may carry: absolute `http` or `https`, normalized, of sane length. Anything else is none.
pub(super) fn web_url(raw: &str) -> Option<String> {
    const LONGEST: usize = 1_000;
    let url = url::Url::parse(raw.trim()).ok()?;
    let text = String::from(url.clone());
    let sane = matches!(url.scheme(), "http" | "https") && url.has_host() && text.len() <= LONGEST;
    sane.then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_one_line_and_bounded() {
        assert_eq!(line(" a\r\nb\t\u{202E}c ", 10), "a b c");
        assert_eq!(line("Harbor Market North Entrance", 20), "Harbor Market North…");
        assert_eq!(line(&"x".repeat(100), 5), "xxxxx…");
        assert_eq!(line("👩‍👩‍👧👩‍👩‍👧👩‍👩‍👧", 2), "👩‍👩‍👧👩‍👩‍👧…");
        assert!(line(&format!("e{}", "\u{301}".repeat(50_000)), 10).len() < 100);
    }

    #[test]
    fn paragraphs_keep_their_breaks_and_say_when_they_were_cut() {
        assert_eq!(paragraphs("a\r\n\r\n\r\n\r\nb \nc", 50), ("a\n\nb\nc".to_owned(), false));
        let (text, cut) = paragraphs(&"long note ".repeat(100), 30);
        assert!(cut && text.ends_with('…') && text.chars().count() <= 31, "{text}");
    }

    #[test]
    fn only_web_urls_become_links() {
        assert_eq!(
            web_url("https://app.example.com/?q=\"><b>").as_deref(),
            Some("https://app.example.com/?q=%22%3E%3Cb%3E")
        );
        for bad in
            ["javascript:alert(1)", "data:text/html,x", "//example.com", "/x", "ftp://example.com", "", "https://"]
        {
            assert_eq!(web_url(bad), None, "{bad}");
        }
    }
}
