//! CSV (RFC 4180): rows of texts become a file that spreadsheets read as texts, never as formulas; piece by piece, so that
//! it may be as long as it is.

use axum::body::Body;
use axum::http::header;
use axum::response::{IntoResponse, Response};

use futures::StreamExt;
use futures::stream::{once, try_unfold};

use crate::model::clean;
use crate::portal::fault::Fault;

/// What a spreadsheet takes for UTF-8 by.
const MARK: char = '\u{FEFF}';

/// A file under construction.
pub(super) struct Sheet(String);

impl Sheet {
    /// An empty one; with `mark` it begins with a byte order mark, which Excel wants.
    pub(super) fn new(mark: bool) -> Self {
        Self(if mark { MARK.to_string() } else { String::new() })
    }

    /// Adds a row.
    pub(super) fn row<S: AsRef<str>>(&mut self, cells: impl IntoIterator<Item = S>) {
        for (number, cell) in cells.into_iter().enumerate() {
            if number > 0 {
                self.0.push(',');
            }
            self.cell(&clean(cell.as_ref()));
        }
        self.0.push_str("\r\n");
    }

    fn cell(&mut self, text: &str) {
        // A cell that begins so is a formula to spreadsheets; the apostrophe makes it a text (OWASP, CSV injection).
        let acts = text.trim_start().starts_with(['=', '+', '-', '@', '\t', '\r']) || text.starts_with(['\t', '\n']);
        let quoted = acts || text.contains(['"', ',', '\n', '\r', ';']) || text.trim() != text;
        if !quoted {
            self.0.push_str(text);
            return;
        }
        self.0.push('"');
        if acts {
            self.0.push('\'');
        }
        self.0.push_str(&text.replace('"', "\"\""));
        self.0.push('"');
    }

    /// What was added since the last time.
    pub(super) fn take(&mut self) -> String {
        std::mem::take(&mut self.0)
    }
}

/// Something that becomes a file piece by piece.
pub(in crate::portal) trait Pieces: Send + 'static {
    /// The next piece; none after the last.
    fn next(&mut self) -> impl Future<Output = Result<Option<String>, Fault>> + Send;
}

/// The answer that saves a file of this name. What goes wrong with the first piece is answered as such; later the
/// connection breaks off, so that nobody takes half a file for a whole one.
pub(in crate::portal) async fn answer(name: &str, mut pieces: impl Pieces) -> Result<Response, Fault> {
    let first = pieces.next().await?.unwrap_or_default();
    let rest = try_unfold(pieces, async |mut pieces| Ok(pieces.next().await?.map(|piece| (piece, pieces))));
    let whole = once(async { Ok::<_, Fault>(first) }).chain(rest);
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")),
    ];
    Ok((headers, Body::from_stream(whole)).into_response())
}

/// A ref as it may stand in a file's name.
pub(super) fn file_name(raw: &str) -> String {
    raw.chars().map(|one| if one.is_ascii_alphanumeric() { one.to_ascii_lowercase() } else { '-' }).take(60).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_quoted_where_they_must_be_and_never_formulas() {
        let mut sheet = Sheet::new(false);
        sheet.row(["plain", "a,b", "say \"x\"", "two\nlines", "ż"]);
        sheet.row(["=1+1", "+49", "-7", "@cmd", " =HYPERLINK(\"x\")", "\t=1", "a=b"]);
        assert_eq!(
            sheet.0,
            "plain,\"a,b\",\"say \"\"x\"\"\",\"two\nlines\",ż\r\n\
             \"'=1+1\",\"'+49\",\"'-7\",\"'@cmd\",\"' =HYPERLINK(\"\"x\"\")\",\"'\t=1\",a=b\r\n"
        );
        assert!(Sheet::new(true).0.starts_with('\u{FEFF}'));
        assert_eq!(file_name("Café/../x\""), "caf-----x-");
    }
}
