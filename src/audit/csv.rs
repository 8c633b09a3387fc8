//! CSV: entries become a table for spreadsheets (RFC 4180), in which no text is taken for a formula.

use crate::db::audit::Entry;

/// The entries under a heading.
#[must_use]
pub fn csv(entries: &[Entry]) -> String {
    format!("{CSV_HEAD}{}", csv_rows(entries))
}

/// The heading.
pub const CSV_HEAD: &str = "number,at,actor,action,object,branch,detail,origin,hash\r\n";

/// The entries alone.
#[must_use]
pub fn csv_rows(entries: &[Entry]) -> String {
    let mut table = String::new();
    for entry in entries {
        let fields = [
            entry.number.to_string(),
            entry.at.to_rfc3339_opts(chrono::SecondsFormat::Micros, true),
            entry.actor.clone(),
            entry.action.clone(),
            entry.object.clone(),
            entry.branch.clone().map(String::from).unwrap_or_default(),
            entry.detail.clone(),
            entry.origin.clone(),
            hex::encode(&entry.hash),
        ];
        table.push_str(&fields.map(|text| field(&text)).join(","));
        table.push_str("\r\n");
    }
    table
}

/// A field in quotes. One that a spreadsheet would compute gets an apostrophe before it, which makes it a text.
fn field(text: &str) -> String {
    let acts = text.trim_start().starts_with(['=', '+', '-', '@', '\t', '\r']);
    let mark = if acts || text.starts_with(['\t', '\r', '\n']) { "'" } else { "" };
    let text: String = text.chars().filter(|c| !c.is_control() || *c == '\n').collect();
    format!("\"{mark}{}\"", text.replace('"', "\"\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_text_becomes_a_formula_or_another_field() {
        assert_eq!(field("=1+1"), "\"'=1+1\"");
        assert_eq!(field(" @SUM(A1)"), "\"' @SUM(A1)\"");
        assert_eq!(field("\t=1"), "\"'=1\"");
        assert_eq!(field("a\"b,\nc\u{0}"), "\"a\"\"b,\nc\"");
        assert_eq!(field("user:1"), "\"user:1\"");
    }
}
