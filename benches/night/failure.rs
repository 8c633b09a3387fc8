//! Failure: whatever stops the bench becomes one sentence.

use std::fmt::Write as _;

/// Why the bench ended early, in words.
#[derive(Debug)]
pub(crate) struct Failure(String);

impl Failure {
    /// In these words.
    pub(crate) fn new(what: impl Into<String>) -> Self {
        Self(what.into())
    }
}

impl std::fmt::Display for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

/// Says what was being done when an error came.
pub(crate) trait Step<T> {
    /// `cannot WHAT: the error: its source`
    fn step(self, what: &str) -> Result<T, Failure>;
}

impl<T, E: std::error::Error> Step<T> for Result<T, E> {
    fn step(self, what: &str) -> Result<T, Failure> {
        self.map_err(|error| {
            let mut sentence = format!("cannot {what}: {error}");
            let mut next = error.source();
            while let Some(source) = next {
                // Writing to a string cannot fail.
                let _ = write!(sentence, ": {source}");
                next = source.source();
            }
            Failure(sentence)
        })
    }
}
