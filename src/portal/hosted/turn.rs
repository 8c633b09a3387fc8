//! Turn: an address's query becomes the leaf of a list that it asks for, and the ways to the others, which keep the rest of
//! what the address asks.
//!
//! It must not know what is listed.

use url::form_urlencoded;

use super::leaves::Leaf;
use crate::portal::shown::line;

/// Which leaf of a list is asked for, and what else.
#[derive(Debug, Clone)]
pub(in crate::portal) struct Turn {
    /// What the number is called in the address.
    name: &'static str,
    page: usize,
    kept: Vec<(&'static str, String)>,
    at: &'static str,
}

impl Turn {
    /// Reads `page=…`; of the rest the names in `kept` stay. The list has the fragment `at` within its page.
    pub(in crate::portal) fn of(query: Option<&str>, kept: &[&'static str], at: &'static str) -> Self {
        Self::named("page", query, kept, at)
    }

    /// The same of one of several lists of a page, whose number is called `name`.
    pub(in crate::portal) fn named(
        name: &'static str,
        query: Option<&str>,
        kept: &[&'static str],
        at: &'static str,
    ) -> Self {
        let mut turn = Self { name, page: 1, kept: Vec::new(), at };
        for (name, value) in form_urlencoded::parse(query.unwrap_or_default().as_bytes()) {
            if name == turn.name {
                turn.page = value.parse().unwrap_or(1).max(1);
            } else if let Some(name) = kept.iter().find(|known| **known == name) {
                turn.kept.retain(|(other, _)| other != name);
                turn.kept.push((name, line(&value, 320)));
            }
        }
        turn
    }

    /// The first leaf of a list at an address that is built of these pairs.
    pub(in crate::portal) fn first(kept: &[(&'static str, &str)], at: &'static str) -> Self {
        Self {
            name: "page",
            page: 1,
            kept: kept.iter().map(|(name, value)| (*name, (*value).to_owned())).collect(),
            at,
        }
    }

    /// The leaf's number, from 1; it may be beyond the last one.
    pub(super) fn page(&self) -> usize {
        self.page
    }

    pub(super) fn at(&self) -> &'static str {
        self.at
    }

    /// The query of another leaf.
    pub(super) fn way(&self, page: usize) -> String {
        let mut query = form_urlencoded::Serializer::for_suffix("?".to_owned(), 1);
        for (name, value) in self.kept.iter().filter(|(_, value)| !value.is_empty()) {
            query.append_pair(name, value);
        }
        if page > 1 {
            query.append_pair(self.name, &page.to_string());
        }
        query.finish()
    }

    /// Where the leaf begins in a list of `total` entries, of which `rows` stand on each leaf, and the way to the others.
    pub(in crate::portal) fn rows(&self, rows: usize, total: usize) -> (usize, Option<Leaf>) {
        let count = total.div_ceil(rows).max(1);
        let number = self.page.clamp(1, count);
        ((number - 1) * rows, Leaf::of(number, count, self.at, |number| self.way(number)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_leaf_of_rows_leads_to_the_others_and_keeps_what_else_was_asked() {
        let turn = |query| Turn::of(Some(query), &["location", "q"], "list");
        let shown = |query| {
            let (begin, leaf) = turn(query).rows(40, 100);
            (begin, serde_json::to_value(leaf).unwrap())
        };
        let (begin, leaf) = shown("q=a%26b&page=2&evil=1&location=x");
        assert_eq!(begin, 40);
        assert_eq!(
            (&leaf["previous"], &leaf["next"]),
            (&"?q=a%26b&location=x".into(), &"?q=a%26b&location=x&page=3".into())
        );
        assert_eq!((&leaf["number"], &leaf["count"], &leaf["at"]), (&2.into(), &3.into(), &"list".into()));
        for (query, begins) in
            [("page=0", 0), ("page=x", 0), ("page=-3", 0), ("page=99999999999999999999", 0), ("page=9", 80)]
        {
            assert_eq!(shown(query).0, begins, "{query}");
        }
        assert!(turn("").rows(40, 40).1.is_none() && turn("page=7").rows(40, 0).1.is_none());
        assert_eq!(Turn::first(&[("location", "a b")], "list").way(2), "?location=a+b&page=2");
    }
}
