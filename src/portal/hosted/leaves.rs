//! Leaves: a list that is too long for one page becomes pages of bounded weight.

use std::ops::Range;

use serde::Serialize;

use crate::portal::shown::Filter;

/// What the entries of one leaf weigh together at most, in bytes of HTML; with what stands around them a page stays under
/// 100 KB. An entry that is heavier alone has a leaf of its own.
const WEIGHT: usize = 42_000;

/// Where each leaf begins.
#[derive(Debug)]
pub(in crate::portal) struct Leaves {
    starts: Vec<usize>,
    total: usize,
}

/// The way from one leaf to the others.
#[derive(Debug, Serialize)]
pub(in crate::portal) struct Leaf {
    number: usize,
    count: usize,
    previous: Option<String>,
    next: Option<String>,
    /// The same on one page, to print it.
    all: String,
}

impl Leaves {
    /// Cuts a list of entries that weigh so much each.
    pub(in crate::portal) fn cut(weights: impl IntoIterator<Item = usize>) -> Self {
        let (mut starts, mut total, mut weight) = (vec![0], 0, 0);
        for own in weights {
            if total > 0 && weight + own > WEIGHT {
                starts.push(total);
                weight = 0;
            }
            weight += own;
            total += 1;
        }
        Self { starts, total }
    }

    /// On which leaf, from 1, an entry stands.
    pub(in crate::portal) fn of(&self, entry: usize) -> usize {
        self.starts.partition_point(|start| *start <= entry)
    }

    /// The entries of the wanted leaf, and the way to the others; all of them, where no leaf is wanted.
    pub(in crate::portal) fn open(&self, filter: &Filter) -> (Range<usize>, Option<Leaf>) {
        let count = self.starts.len();
        let Some(wanted) = filter.leaf().filter(|_| count > 1) else { return (0..self.total, None) };
        let number = wanted.clamp(1, count);
        let end = self.starts.get(number).copied().unwrap_or(self.total);
        let leaf = Leaf {
            number,
            count,
            previous: (number > 1).then(|| filter.query(Some(number - 1))),
            next: (number < count).then(|| filter.query(Some(number + 1))),
            all: filter.query(None),
        };
        (self.starts[number - 1]..end, Some(leaf))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_is_cut_by_weight_and_no_entry_is_lost() {
        let leaves = Leaves::cut([15_000, 25_000, 20_000, 90_000, 1]);
        assert_eq!(leaves.starts, [0, 2, 3, 4]);
        assert_eq!([0, 1, 2, 3, 4].map(|entry| leaves.of(entry)), [1, 1, 2, 3, 4]);
        let open = |query: &str| leaves.open(&Filter::parse(Some(query)));
        assert_eq!(open("").0, 0..2);
        assert_eq!(open("page=2").0, 2..3);
        assert_eq!(open("page=99").0, 4..5);
        for (query, range) in [("page=0", 0..2), ("page=-1", 0..2), ("page=all", 0..5)] {
            assert_eq!(open(query).0, range, "{query}");
        }
        let (_, leaf) = open("q=a+b%26&level=normal&page=2");
        let leaf = leaf.unwrap();
        assert_eq!(leaf.previous.as_deref(), Some("?q=a+b%26&level=normal"));
        assert_eq!(leaf.next.as_deref(), Some("?q=a+b%26&level=normal&page=3"));
        assert_eq!(leaf.all, "?q=a+b%26&level=normal&page=all");
        let short = Leaves::cut([1, 2]);
        assert!(short.open(&Filter::default()).1.is_none());
        assert_eq!(Leaves::cut([]).open(&Filter::default()).0, 0..0);
    }
}
