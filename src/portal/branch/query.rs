//! Queries: what an address asks for, and the same address with something changed.

use std::fmt::Write as _;

use url::form_urlencoded;

use crate::portal::shown::line;

/// The values of an address's query that a page knows, in the order in which it knows them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Query(Vec<(&'static str, String)>);

impl Query {
    /// Reads the names that are known; of one that stands several times the last counts, and of its value one line.
    pub(super) fn parse(raw: Option<&str>, known: &[&'static str]) -> Self {
        let mut values: Vec<(&'static str, String)> = known.iter().map(|name| (*name, String::new())).collect();
        for (name, value) in form_urlencoded::parse(raw.unwrap_or_default().as_bytes()) {
            if let Some((_, known)) = values.iter_mut().find(|(known, _)| *known == name) {
                *known = line(&value, 200);
            }
        }
        Self(values)
    }

    /// A value; empty where there is none.
    pub(super) fn get(&self, name: &str) -> &str {
        self.0.iter().find(|(known, _)| *known == name).map_or("", |(_, value)| value.as_str())
    }

    /// The page's number, from 1.
    pub(super) fn page(&self) -> i64 {
        self.get("page").parse().unwrap_or(1).clamp(1, 100_000)
    }

    /// Whether any of these narrows what is shown.
    pub(super) fn has_any(&self, names: &[&str]) -> bool {
        names.iter().any(|name| !self.get(name).is_empty())
    }

    /// The query with some values changed, beginning with `?`; empty where nothing is left of it. Another order or
    /// filter begins at the first page.
    pub(super) fn with(&self, changes: &[(&str, &str)]) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        for (name, value) in &self.0 {
            let wish = changes.iter().find(|(other, _)| other == name).map(|(_, value)| *value);
            let value = wish.unwrap_or(if *name == "page" { "" } else { value.as_str() });
            if !value.is_empty() {
                query.append_pair(name, value);
            }
        }
        let query = query.finish();
        if query.is_empty() { query } else { format!("?{query}") }
    }
}

/// A ref as one segment of a path.
pub(super) fn segment(raw: &str) -> String {
    let mut encoded = String::with_capacity(raw.len());
    for byte in raw.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            // Writing to a string cannot fail.
            let _ = write!(encoded, "%{byte:02X}");
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_keeps_what_it_knows_and_changes_what_is_asked() {
        let query = Query::parse(Some("q=a+b%26c&page=3&evil=1&sort=old&sort=case&%ff=%00"), &["q", "sort", "page"]);
        assert_eq!((query.get("q"), query.get("sort"), query.get("evil"), query.page()), ("a b&c", "case", "", 3));
        assert_eq!(query.with(&[]), "?q=a+b%26c&sort=case");
        assert_eq!(query.with(&[("page", "4")]), "?q=a+b%26c&sort=case&page=4");
        assert_eq!(query.with(&[("q", ""), ("sort", "")]), "");
        assert!(query.has_any(&["q"]) && !Query::parse(None, &["q"]).has_any(&["q"]));
        assert_eq!(Query::parse(Some("page=-7"), &["page"]).page(), 1);
    }

    #[test]
    fn a_ref_is_one_segment_whatever_it_holds() {
        assert_eq!(segment("a/b?c#d ż\"%"), "a%2Fb%3Fc%23d%20%C5%BC%22%25");
        assert_eq!(segment("lakeside-market.1_~"), "lakeside-market.1_~");
    }
}
