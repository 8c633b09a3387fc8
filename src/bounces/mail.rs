//! Mail: raw bytes become headers and parts in the order in which they stand, returned messages among them.
//!
//! The one place that knows the parser. It must not judge what a mail means.

use mail_parser::{Message, MessageParser, MimeHeaders, PartType};

/// Of a mail so many bytes are looked at: what a server says of it, and the header of what it returns, stand at the
/// beginning; behind them comes the returned report with its PDF. More would let a hostile mail be dear: the parser
/// copies an encoded mail once for each mail within it, so its memory grows with the square of this.
pub(super) const LOOKED_AT: usize = 64 * 1024;
/// Returned mail within returned mail is followed so deep.
const DEPTH: usize = 6;
/// Of a mail so many parts are looked at.
const PARTS: usize = 200;

/// A mail, or one that is returned within it.
#[derive(Debug, Default)]
pub(super) struct Mail {
    /// Names in lower case, values unfolded, in order.
    headers: Vec<(String, String)>,
    pub(super) parts: Vec<Part>,
}

/// A part that is not made of parts itself.
#[derive(Debug)]
pub(super) struct Part {
    /// `text/plain`, in lower case.
    pub(super) kind: String,
    /// Its text, decoded; empty for a returned mail.
    pub(super) text: String,
    /// The mail that it is.
    pub(super) mail: Option<Mail>,
}

impl Mail {
    /// Takes a mail apart; none where the bytes begin with no header.
    pub(super) fn of(raw: &[u8]) -> Option<Self> {
        let raw = raw.get(..LOOKED_AT).unwrap_or(raw);
        // The parser makes something of any bytes.
        if !begins_with_a_header(raw) {
            return None;
        }
        // Where debug assertions are on, mail-parser 0.11 panics at some parts that are cut off within a returned mail.
        let message = std::panic::catch_unwind(|| MessageParser::default().parse(raw)).ok()??;
        let mail = Self::taken(&message, 0);
        dismantle(message);
        Some(mail)
    }

    fn taken(message: &Message<'_>, depth: usize) -> Self {
        let mut mail = Self { headers: headers(message), parts: Vec::new() };
        for part in message.parts.iter().take(PARTS) {
            let kind = part.content_type().map_or_else(
                || "text/plain".to_owned(),
                |kind| format!("{}/{}", kind.ctype(), kind.subtype().unwrap_or_default()).to_ascii_lowercase(),
            );
            let (text, inner) = match &part.body {
                PartType::Text(text) | PartType::Html(text) => (text.to_string(), None),
                PartType::Binary(bytes) | PartType::InlineBinary(bytes) if is_readable(&kind) => {
                    (String::from_utf8_lossy(bytes).into_owned(), None)
                }
                PartType::Message(inner) if depth < DEPTH => (String::new(), Some(Self::taken(inner, depth + 1))),
                _ => continue,
            };
            mail.parts.push(Part { kind, text, mail: inner });
        }
        mail
    }

    /// The values of a header, by its name in lower case.
    pub(super) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.headers.iter().filter(move |(header, _)| header == name).map(|(_, value)| value.as_str())
    }

    /// The first value of a header; empty where there is none.
    pub(super) fn first(&self, name: &str) -> &str {
        self.headers.iter().find(|(header, _)| header == name).map_or("", |(_, value)| value)
    }

    /// Every header's value.
    pub(super) fn values(&self) -> impl Iterator<Item = &str> {
        self.headers.iter().map(|(_, value)| value.as_str())
    }

    /// This mail and every one within it, outermost first.
    pub(super) fn nested(&self) -> Vec<&Self> {
        let mut found = vec![self];
        let mut next = 0;
        while let Some(mail) = found.get(next).copied() {
            found.extend(mail.parts.iter().filter_map(|part| part.mail.as_ref()));
            next += 1;
        }
        found
    }

    /// What it says to a person: its plain text, or where it has none its HTML without the marks. Returned mails are
    /// not among it.
    pub(super) fn says(&self) -> String {
        let of = |kind: &str| {
            let parts = self.parts.iter().filter(|part| part.kind == kind).map(|part| part.text.as_str());
            parts.collect::<Vec<_>>().join("\n")
        };
        let plain = of("text/plain");
        if plain.trim().is_empty() { without_marks(&of("text/html")) } else { plain }
    }
}

/// Whether the first line is `Name: value` (RFC 5322 section 2.2).
fn begins_with_a_header(raw: &[u8]) -> bool {
    let name = raw.split(|byte| matches!(byte, b'\n' | b':')).next().unwrap_or_default();
    !name.is_empty() && name.iter().all(u8::is_ascii_graphic) && raw.get(name.len()) == Some(&b':')
}

/// Whether a part that is no text may be read as one: reports are `message/…`, and some servers say so and no more.
fn is_readable(kind: &str) -> bool {
    kind.starts_with("message/") || kind.starts_with("text/")
}

/// The headers, unfolded, whatever bytes they hold.
fn headers(message: &Message<'_>) -> Vec<(String, String)> {
    let raw = message.raw_message.as_ref();
    let read = |header: &mail_parser::Header<'_>| {
        let bytes = raw.get(header.offset_start as usize..header.offset_end as usize).unwrap_or_default();
        let value = String::from_utf8_lossy(bytes);
        let value = value.split_whitespace().collect::<Vec<_>>().join(" ");
        (header.name.as_str().to_ascii_lowercase(), value)
    };
    message.parts.first().map(|part| part.headers.iter().map(read).collect()).unwrap_or_default()
}

/// HTML as a line of text: tags out, the five named characters back.
fn without_marks(html: &str) -> String {
    let mut text = String::with_capacity(html.len() / 2);
    let mut rest = html;
    while let Some((before, after)) = rest.split_once('<') {
        text.push_str(before);
        text.push('\n');
        rest = after.split_once('>').map_or("", |(_, rest)| rest);
    }
    text.push_str(rest);
    for (named, character) in [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&nbsp;", " "), ("&amp;", "&")] {
        text = text.replace(named, character);
    }
    text
}

/// Drops a message level by level: one that holds a message in a message, thousands deep, would otherwise need a call
/// for each on the way down.
fn dismantle(message: Message<'_>) {
    let mut left = vec![message];
    while let Some(mut message) = left.pop() {
        for part in message.parts.drain(..) {
            if let PartType::Message(inner) = part.body {
                left.push(inner);
            }
        }
    }
}
