//! Faults: what is wrong, where, and how to mend it.

use std::collections::BTreeSet;
use std::fmt;
use std::ops::Range;

/// One thing that is wrong with the configuration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The file as it was named, or `environment`.
    pub file: String,
    /// Line, from 1; 0 where the fault is not at a place of the file (a missing file, the environment).
    pub line: usize,
    /// Column in characters, from 1; 0 as with `line`.
    pub column: usize,
    /// The key, such as `job[0].schedule`, or the environment variable; empty for a fault of syntax.
    pub key: String,
    /// What is wrong and how to mend it.
    pub message: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.file)?;
        if self.line > 0 {
            write!(f, ":{}:{}", self.line, self.column)?;
        }
        if !self.key.is_empty() {
            write!(f, ": {}", self.key)?;
        }
        write!(f, ": {}", self.message)
    }
}

/// Everything that is wrong with the configuration, in the order of the file; `Display` writes one a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigFaults(pub Vec<Fault>);

impl fmt::Display for ConfigFaults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, fault) in self.0.iter().enumerate() {
            if index > 0 {
                f.write_str("\n")?;
            }
            fault.fmt(f)?;
        }
        Ok(())
    }
}

impl std::error::Error for ConfigFaults {}

/// Collects faults while a file is read; knows the text, so that a span becomes line and column.
#[derive(Debug)]
pub(super) struct Faults<'a> {
    file: String,
    text: &'a str,
    found: Vec<Fault>,
}

impl<'a> Faults<'a> {
    pub(super) fn new(file: String, text: &'a str) -> Self {
        Self { file, text, found: Vec::new() }
    }

    /// A fault at a place of the text.
    pub(super) fn at(&mut self, span: &Range<usize>, key: impl Into<String>, message: impl Into<String>) {
        let (line, column) = self.position(span.start);
        let (key, message) = (key.into(), message.into());
        self.found.push(Fault { file: self.file.clone(), line, column, key, message });
    }

    /// A fault that the environment causes, or that lies in no place of the file.
    pub(super) fn in_environment(&mut self, variable: &str, message: impl Into<String>) {
        let (key, message) = (variable.to_owned(), message.into());
        self.found.push(Fault { file: "environment".to_owned(), line: 0, column: 0, key, message });
    }

    /// Where the syntax is broken, what seems to be missing, and what seems to be wrong on a broken line, only follows
    /// from that: leaves the causes.
    pub(super) fn drop_consequences(&mut self) {
        let broken: BTreeSet<usize> = self.found.iter().filter(|fault| fault.key.is_empty()).map(|f| f.line).collect();
        self.found.retain(|fault| {
            let follows = fault.message.starts_with("is missing") || broken.contains(&fault.line);
            fault.key.is_empty() || !follows
        });
    }

    pub(super) fn is_empty(&self) -> bool {
        self.found.is_empty()
    }

    /// All of them, by line and column; those of the environment last.
    pub(super) fn into_all(mut self) -> ConfigFaults {
        self.found.sort_by_key(|fault| (fault.line == 0, fault.line, fault.column));
        ConfigFaults(self.found)
    }

    fn position(&self, offset: usize) -> (usize, usize) {
        let before = self.text.get(..offset).unwrap_or(self.text);
        let start_of_line = before.rfind('\n').map_or(0, |newline| newline + 1);
        (before.matches('\n').count() + 1, before[start_of_line..].chars().count() + 1)
    }
}
