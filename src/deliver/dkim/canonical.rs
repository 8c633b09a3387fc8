//! Canonical: the relaxed forms of headers and body, which survive what servers do to white space (RFC 6376 section 3.4).

/// A message's header fields (without the empty line after them) and its body.
pub(super) fn split(message: &[u8]) -> (&[u8], &[u8]) {
    match message.windows(4).position(|window| window == b"\r\n\r\n") {
        Some(end) => (&message[..end + 2], &message[end + 4..]),
        None => (message, &[]),
    }
}

/// Header fields, each with its continuation lines.
#[derive(Debug)]
pub(super) struct Headers<'a>(Vec<(&'a str, &'a str)>);

impl<'a> Headers<'a> {
    /// Fields that are no text (none that is made here) are not signed.
    pub(super) fn parse(raw: &'a [u8]) -> Self {
        let text = std::str::from_utf8(raw).unwrap_or_default();
        let mut fields = Vec::new();
        let mut begin = 0;
        while begin < text.len() {
            let mut end = begin;
            // A field goes on where the next line begins with white space.
            loop {
                end = text[end..].find("\r\n").map_or(text.len(), |at| end + at + 2);
                if !text[end..].starts_with([' ', '\t']) {
                    break;
                }
            }
            if let Some((name, value)) = text[begin..end].split_once(':') {
                fields.push((name, value));
            }
            begin = end;
        }
        Self(fields)
    }

    pub(super) fn count(&self, name: &str) -> usize {
        self.named(name).count()
    }

    fn named<'b>(&'b self, name: &'b str) -> impl DoubleEndedIterator<Item = &'b (&'a str, &'a str)> {
        self.0.iter().filter(move |(other, _)| other.trim_end().eq_ignore_ascii_case(name))
    }

    /// The named fields one after another, from the last of a name upwards; a name beyond those that are there stands
    /// for nothing, and so forbids another (RFC 6376 section 5.4.2).
    pub(super) fn canonical(&self, names: &[&str]) -> Vec<u8> {
        let mut out = Vec::new();
        for (n, name) in names.iter().enumerate() {
            let before = names[..n].iter().filter(|other| other.eq_ignore_ascii_case(name)).count();
            if let Some((name, value)) = self.named(name).nth_back(before) {
                field(name, value, &mut out);
                out.extend_from_slice(b"\r\n");
            }
        }
        out
    }
}

/// One field, without a line break at its end.
pub(super) fn header(raw: &str) -> Vec<u8> {
    let mut out = Vec::with_capacity(raw.len());
    if let Some((name, value)) = raw.split_once(':') {
        field(name, value, &mut out);
    }
    out
}

/// Name in lower case, unfolded, runs of white space one space, none around the colon and at the end.
fn field(name: &str, value: &str, out: &mut Vec<u8>) {
    out.extend_from_slice(name.trim_end().to_ascii_lowercase().as_bytes());
    out.push(b':');
    let words = value.split([' ', '\t', '\r', '\n']).filter(|word| !word.is_empty());
    for (n, word) in words.enumerate() {
        if n > 0 {
            out.push(b' ');
        }
        out.extend_from_slice(word.as_bytes());
    }
}

/// Runs of white space one space, none at the end of a line, no empty lines at the end.
pub(super) fn body(raw: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(raw.len() + 2);
    let mut empty = 0;
    let raw = raw.strip_suffix(b"\r\n").unwrap_or(raw);
    if raw.is_empty() {
        return out;
    }
    let mut rest = Some(raw);
    while let Some(text) = rest {
        let (line, after) = match text.windows(2).position(|window| window == b"\r\n") {
            Some(end) => (&text[..end], Some(&text[end + 2..])),
            None => (text, None),
        };
        rest = after;
        let line = without_trailing_space(line);
        if line.is_empty() {
            empty += 1;
            continue;
        }
        for _ in 0..std::mem::take(&mut empty) {
            out.extend_from_slice(b"\r\n");
        }
        let mut spaced = false;
        for byte in line {
            if matches!(byte, b' ' | b'\t') {
                spaced = true;
                continue;
            }
            if std::mem::take(&mut spaced) {
                out.push(b' ');
            }
            out.push(*byte);
        }
        out.extend_from_slice(b"\r\n");
    }
    out
}

/// Without spaces and tabs at the end; other white space is text here.
fn without_trailing_space(line: &[u8]) -> &[u8] {
    let end = line.iter().rposition(|byte| !matches!(byte, b' ' | b'\t')).map_or(0, |at| at + 1);
    &line[..end]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_examples_of_the_rfc_come_out_as_it_says() {
        // RFC 6376 section 3.4.5.
        let message = b"A: X\r\nB : Y\t\r\n\tZ  \r\n\r\n C \r\nD \t E\r\n\r\n\r\n";
        let (headers, text) = split(message);
        let headers = Headers::parse(headers);
        assert_eq!(headers.canonical(&["a", "b"]), b"a:X\r\nb:Y Z\r\n");
        assert_eq!(body(text), b" C\r\nD E\r\n");
    }

    #[test]
    fn a_body_ends_with_one_line_break_and_an_empty_one_with_none() {
        for (raw, canonical) in [
            ("", ""),
            ("\r\n", ""),
            ("\r\n\r\n", ""),
            (" \r\n\t\r\n", ""),
            ("a", "a\r\n"),
            ("a\r\n\r\nb \r\n", "a\r\n\r\nb\r\n"),
        ] {
            assert_eq!(body(raw.as_bytes()), canonical.as_bytes(), "{raw:?}");
        }
    }

    #[test]
    fn fields_of_one_name_are_taken_from_the_last_upwards() {
        let headers = Headers::parse(b"X: 1\r\nFrom: a\r\nX: 2\r\n");
        assert_eq!(headers.canonical(&["X", "x", "X", "From", "From"]), b"x:2\r\nx:1\r\nfrom:a\r\n");
        assert_eq!((headers.count("x"), headers.count("y")), (2, 0));
    }
}
