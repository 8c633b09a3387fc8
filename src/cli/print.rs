//! Print: lines, tables, JSON and progress for people and programs, and failures with their causes.
//!
//! The only place that writes to standard output or standard error.

use std::any::Any;
use std::error::Error;
use std::io::{IsTerminal, Write};
use std::process::ExitCode;
use std::sync::atomic::{AtomicU64, Ordering};

use comfy_table::{ContentArrangement, Table, presets};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use serde::Serialize;

use crate::config::ConfigFaults;
use crate::feed::ImportError;

/// Exit code: done in part.
pub(super) const IN_PART: u8 = 5;

/// What ends a verb early: an error, and the exit code that goes with it.
#[derive(Debug)]
pub struct Failure {
    error: Box<dyn Error + Send + Sync>,
    code: u8,
    json: bool,
}

/// A sentence that is a whole error.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(super) struct Sentence(pub(super) String);

impl<E: Error + Send + Sync + 'static> From<E> for Failure {
    fn from(error: E) -> Self {
        let any: &dyn Any = &error;
        let code = if any.is::<ConfigFaults>() {
            3
        } else if any.downcast_ref::<ImportError>().is_some_and(|error| matches!(error, ImportError::Faults(_))) {
            4
        } else {
            1
        };
        Self { error: Box::new(error), code, json: false }
    }
}

impl Failure {
    /// A failure that one sentence tells.
    pub(super) fn new(sentence: impl Into<String>) -> Self {
        Sentence(sentence.into()).into()
    }

    /// Prints the error and its causes, and returns the exit code.
    #[must_use]
    pub fn report(&self) -> ExitCode {
        if self.json {
            let faults: Vec<String> = self.error.to_string().lines().map(str::to_owned).collect();
            let told = match self.code {
                3.. => serde_json::json!({ "faults": faults }),
                _ => serde_json::json!({ "error": self.causes("") }),
            };
            line(told.to_string());
            return ExitCode::from(self.code);
        }
        // Faults are a list of places, one a line, that editors can jump to; they need no heading.
        complain(self.causes(if self.code > 2 { "" } else { "daybreak: " }));
        ExitCode::from(self.code)
    }

    /// The same, told as JSON on standard output.
    #[must_use]
    pub(super) fn told_as_json(mut self) -> Self {
        self.json = true;
        self
    }

    /// The error and each cause that says something new.
    fn causes(&self, heading: &str) -> String {
        let mut text = format!("{heading}{}", self.error);
        let mut source = self.error.source();
        while let Some(cause) = source {
            let cause_text = cause.to_string();
            if !text.contains(&cause_text) {
                text.push_str("\n  because: ");
                text.push_str(&cause_text);
            }
            source = cause.source();
        }
        text
    }
}

/// A line for people or programs. A closed pipe (`| head`) is no failure.
pub(super) fn line(text: impl AsRef<str>) {
    let _ = writeln!(std::io::stdout(), "{}", text.as_ref());
}

/// A line beside the output: progress, remarks, complaints.
pub(super) fn complain(text: impl AsRef<str>) {
    let _ = writeln!(std::io::stderr(), "{}", text.as_ref());
}

/// "1 change", "2 changes".
pub(super) fn counted(number: usize, word: &str) -> String {
    if number == 1 { format!("1 {word}") } else { format!("{number} {word}s") }
}

/// "1 entry", "2 entries".
pub(super) fn counted_as(number: i64, one: &str, many: &str) -> String {
    if number == 1 { format!("1 {one}") } else { format!("{number} {many}") }
}

/// A value as JSON.
pub(super) fn json(value: &impl Serialize) -> Result<(), Failure> {
    line(serde_json::to_string_pretty(value)?);
    Ok(())
}

/// Rows under headings, fitted to the terminal; the last column wraps first.
pub(super) fn table(headings: &[&str], rows: impl IntoIterator<Item = Vec<String>>) {
    let mut table = Table::new();
    table.load_style(presets::NOTHING).set_content_arrangement(ContentArrangement::Dynamic);
    if !std::io::stdout().is_terminal() {
        // Into a file or a pipe: one row a line, however long.
        table.set_content_arrangement(ContentArrangement::Disabled);
    }
    table.set_header(headings.iter().map(|heading| heading.to_uppercase()));
    for row in rows {
        table.add_row(row.into_iter().map(|cell| one_line(&cell)));
    }
    for row in table.to_string().lines() {
        line(row.trim_end());
    }
}

/// Texts come from people and cameras: on one line, and without what a terminal would obey.
fn one_line(text: &str) -> String {
    crate::model::clean(text).split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Progress of long work: a bar on a terminal, plain lines otherwise.
#[derive(Debug)]
pub(super) struct Progress {
    bar: ProgressBar,
    plain: bool,
    what: &'static str,
    told: AtomicU64,
}

impl Progress {
    /// Progress of `total` things; 0 where nobody knows yet.
    pub(super) fn new(what: &'static str, total: u64, quiet: bool) -> Self {
        let terminal = std::io::stderr().is_terminal();
        let bar = ProgressBar::new(total);
        bar.set_draw_target(if quiet || !terminal {
            ProgressDrawTarget::hidden()
        } else {
            ProgressDrawTarget::stderr()
        });
        let style = ProgressStyle::with_template("{msg:12} [{bar:30}] {pos}/{len} {per_sec} {eta}")
            .unwrap_or_else(|_| ProgressStyle::default_bar());
        bar.set_style(style.progress_chars("=> "));
        bar.set_message(what);
        Self { bar, plain: !quiet && !terminal, what, told: AtomicU64::new(0) }
    }

    /// So many are done, of so many.
    pub(super) fn at(&self, done: u64, total: u64) {
        self.bar.set_length(total);
        self.bar.set_position(done);
        // A line each tenth, so that a log tells that it moves without filling up.
        let tenth = (done * 10).checked_div(total).unwrap_or(0);
        if self.plain && tenth > self.told.fetch_max(tenth, Ordering::Relaxed) {
            complain(format!("{}: {} %", self.what, tenth * 10));
        }
    }

    /// The work is over; the bar goes.
    pub(super) fn end(&self) {
        self.bar.finish_and_clear();
    }
}
