//! Faults: what is wrong with a feed, and where.

use std::fmt;

use serde::Serialize;

/// Faults that are kept; a feed that is wrong in more places than these needs no longer list.
const KEPT: usize = 100_000;
/// Characters of a producer's text that a message quotes.
const QUOTED: usize = 80;

/// One thing that is wrong, shown as `FILE:LINE: field: what is wrong`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Fault {
    /// The file as it was given, or the name of the request's body.
    pub file: String,
    /// The line, from 1.
    pub line: u64,
    /// The field, with dots and indexes below the first level (`lines[2].unit_price`); `line` for the line as a whole.
    pub field: String,
    /// What is wrong with it.
    pub what: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}: {}", self.file, self.line, self.field, self.what)
    }
}

/// Every fault of a feed, in order of file and line; shown one a line.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Faults {
    /// The faults.
    pub list: Vec<Fault>,
    /// How many more there are than the list keeps.
    pub more: u64,
    /// How many of all are records of branches that the import is not for.
    pub foreign: u64,
}

impl Faults {
    /// How many there are.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.more + self.list.len() as u64
    }
}

impl fmt::Display for Faults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (n, fault) in self.list.iter().enumerate() {
            if n > 0 {
                f.write_str("\n")?;
            }
            fault.fmt(f)?;
        }
        if self.more > 0 { write!(f, "\nand {} more", self.more) } else { Ok(()) }
    }
}

/// Gathers faults of several inputs in any order.
#[derive(Debug, Default)]
pub(super) struct Gathered {
    /// By input, line, and the order in which they were found.
    found: Vec<(usize, Fault)>,
    more: u64,
    foreign: u64,
}

impl Gathered {
    pub(super) fn add(&mut self, input: usize, file: &str, line: u64, field: String, what: String) {
        if self.found.len() < KEPT {
            self.found.push((input, Fault { file: file.to_owned(), line, field, what }));
        } else {
            self.more += 1;
        }
    }

    /// A record that belongs to somebody else.
    pub(super) fn foreign(&mut self, input: usize, file: &str, line: u64, field: String, what: String) {
        self.foreign += 1;
        self.add(input, file, line, field, what);
    }

    pub(super) fn is_empty(&self) -> bool {
        self.found.is_empty()
    }

    pub(super) fn finish(mut self) -> Faults {
        self.found.sort_by_key(|(input, fault)| (*input, fault.line));
        let list = self.found.into_iter().map(|(_, fault)| fault).collect();
        Faults { list, more: self.more, foreign: self.foreign }
    }
}

/// A producer's text in a message: quoted, escaped and short, so that it can do nothing to a terminal or a log.
pub(super) fn quoted(text: &str) -> String {
    let mut short: String = text.chars().take(QUOTED).collect();
    if short.len() < text.len() {
        short.push('…');
    }
    format!("{short:?}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quoted_text_is_short_and_harmless() {
        assert_eq!(quoted("a\u{1b}[31m\n\u{202e}"), r#""a\u{1b}[31m\n\u{202e}""#);
        assert_eq!(quoted(&"x".repeat(200)).chars().count(), 83);
    }

    #[test]
    fn faults_stand_in_order_of_file_and_line() {
        let mut gathered = Gathered::default();
        gathered.add(1, "b", 1, "ref".into(), "missing".into());
        gathered.add(0, "a", 9, "name".into(), "missing".into());
        gathered.add(0, "a", 2, "ref".into(), "missing".into());
        gathered.add(0, "a", 2, "name".into(), "missing".into());
        assert_eq!(
            gathered.finish().to_string(),
            "a:2: ref: missing\na:2: name: missing\na:9: name: missing\nb:1: ref: missing"
        );
    }
}
