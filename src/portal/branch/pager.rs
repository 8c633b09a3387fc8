//! Pager: how many rows there are becomes which stand on this page, and the ways to the others.

use serde::Serialize;

use super::query::Query;
use crate::render::l10n::L10n;

/// Rows on a page.
pub(super) const ROWS: i64 = 50;
/// Rows of incidents on a page: each may have a photo, recordings, a transaction and a long description.
pub(super) const INCIDENTS: i64 = 30;

/// Where a page stands among others.
#[derive(Debug, Serialize, PartialEq, Eq)]
pub(super) struct Pager {
    /// "51–100 of 732", in the reader's conventions.
    first: String,
    last: String,
    total: String,
    /// Queries of the pages beside it.
    previous: Option<String>,
    next: Option<String>,
}

/// Where the rows of a query's page begin, counted from 0.
pub(super) fn offset(query: &Query, rows: i64) -> i64 {
    (query.page() - 1) * rows
}

/// The pager of a page with `shown` rows of `total`, of which `rows` stand on each page; none where everything stands on
/// one page.
pub(super) fn pager(query: &Query, rows: i64, (shown, total): (usize, i64), l10n: &L10n) -> Option<Pager> {
    let (page, begin) = (query.page(), offset(query, rows));
    if total <= rows && page == 1 {
        return None;
    }
    let end = begin + i64::try_from(shown).unwrap_or(0);
    let to = |page: i64| {
        let query = query.with(&[("page", if page == 1 { String::new() } else { page.to_string() }.as_str())]);
        if query.is_empty() { "?".to_owned() } else { query }
    };
    let pages = (total + rows - 1) / rows;
    let pages = pages.max(1);
    Some(Pager {
        first: l10n.integer((begin + 1).min(end)),
        last: l10n.integer(end),
        total: l10n.integer(total),
        // From beyond the end the way leads back to the last page.
        previous: (page > 1).then(|| to((page - 1).min(pages))),
        next: (end < total && shown > 0).then(|| to(page + 1)),
    })
}

/// What a column's heading leads to.
#[derive(Debug, Serialize)]
pub(super) struct Sort {
    /// Query of the page in this order.
    href: String,
    /// `ascending`, `descending` or `none`, for `aria-sort`.
    state: &'static str,
}

/// The heading of a column that is listed in the order `own`, or in `other` when it is clicked again.
pub(super) fn sort(query: &Query, own: (&str, &'static str), other: Option<(&str, &'static str)>) -> Sort {
    let now = query.get("sort");
    let to = |word: &str| query.with(&[("sort", word)]);
    match other {
        Some((other, _)) if now == own.0 => Sort { href: to(other), state: own.1 },
        Some((other, state)) if now == other => Sort { href: to(own.0), state },
        _ => Sort { href: to(own.0), state: if now == own.0 { own.1 } else { "none" } },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Language;

    #[test]
    fn pages_lead_to_one_another() {
        let l10n = L10n::new(Language::En, "en").unwrap();
        let at = |raw: &str| Query::parse(Some(raw), &["q", "sort", "page"]);
        assert_eq!(pager(&at("q=x"), ROWS, (50, 50), &l10n), None);
        let first = pager(&at("q=x"), ROWS, (50, 1_234), &l10n).unwrap();
        assert_eq!((first.first.as_str(), first.last.as_str(), first.total.as_str()), ("1", "50", "1,234"));
        assert_eq!((first.previous, first.next.as_deref()), (None, Some("?q=x&page=2")));
        let second = pager(&at("q=x&page=2"), ROWS, (50, 101), &l10n).unwrap();
        assert_eq!((second.previous.as_deref(), second.next.as_deref()), (Some("?q=x"), Some("?q=x&page=3")));
        let beyond = pager(&at("page=9"), ROWS, (0, 101), &l10n).unwrap();
        assert_eq!((beyond.previous.as_deref(), beyond.next), (Some("?page=3"), None));
    }

    #[test]
    fn a_heading_turns_the_order_round() {
        let at =
            |raw: &str| sort(&Query::parse(Some(raw), &["sort"]), ("", "descending"), Some(("oldest", "ascending")));
        assert_eq!((at("").href.as_str(), at("").state), ("?sort=oldest", "descending"));
        assert_eq!((at("sort=oldest").href.as_str(), at("sort=oldest").state), ("", "ascending"));
        assert_eq!((at("sort=case").href.as_str(), at("sort=case").state), ("", "none"));
    }
}
