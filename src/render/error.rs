//! Why nothing was rendered.

use std::error::Error as _;
use std::path::PathBuf;

use super::l10n::L10nError;

/// Why a mail could not be rendered. None of them goes away by trying again.
#[derive(Debug, thiserror::Error)]
pub enum RenderError {
    /// The folder of templates cannot be read.
    #[error("cannot read {}", path.display())]
    Read {
        /// What was read.
        path: PathBuf,
        /// Why it failed.
        #[source]
        source: std::io::Error,
    },
    /// A template does not parse, or names something that is not there.
    #[error("{at}: {what}")]
    Parse {
        /// `file:line`.
        at: String,
        /// What is wrong there.
        what: String,
    },
    /// A template failed while it was rendered.
    #[error("{at}: {what}")]
    Template {
        /// `file:line`.
        at: String,
        /// What is wrong there.
        what: String,
    },
    /// Messages, dates or numbers of a language.
    #[error(transparent)]
    L10n(#[from] L10nError),
    /// The brand's colour is none.
    #[error("the brand's color {0:?} is not of the form #rrggbb")]
    Color(String),
    /// The night's chart could not be drawn.
    #[error("cannot draw the chart: {0}")]
    Chart(String),
    /// The HTML is larger than mail programs show, whatever was left out.
    #[error(
        "the HTML has {bytes} bytes, more than the {limit} that mail programs show; the templates leave too little room"
    )]
    TooLarge {
        /// How large it is.
        bytes: usize,
        /// How large it may be.
        limit: usize,
    },
}

impl RenderError {
    /// A parsing error of `tera`, with its place.
    pub(super) fn parse(error: &tera::Error) -> Self {
        let (at, what) = place(error, "templates");
        Self::Parse { at, what }
    }

    /// A rendering error of `tera`, with its place.
    pub(super) fn template(error: &tera::Error, template: &str) -> Self {
        let (at, what) = place(error, template);
        Self::Template { at, what }
    }
}

/// `file:line` of an error, and what is wrong there in one line.
fn place(error: &tera::Error, template: &str) -> (String, String) {
    use tera::ErrorKind::{RenderingError, SyntaxError};
    match error.kind() {
        SyntaxError(report) | RenderingError(report) => {
            (format!("{}:{}", report.filename(), report.span().start_line), report.message().to_owned())
        }
        other => {
            let text = other.to_string();
            // References that are checked after parsing come as a ready-made report: "error: …\n --> file:line:col …".
            let found = text.lines().find_map(|line| line.trim_start().strip_prefix("--> "));
            let at =
                found.map_or_else(|| template.to_owned(), |at| at.rsplit_once(':').map_or(at, |(at, _)| at).to_owned());
            let mut what = text.lines().next().unwrap_or_default().trim_start_matches("error: ").to_owned();
            if let Some(source) = error.source() {
                what = format!("{what}: {source}");
            }
            (at, what)
        }
    }
}
