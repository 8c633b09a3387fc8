//! Leaves: a list that is too long for one page becomes pages of bounded weight.

use std::ops::Range;

use serde::Serialize;

use super::turn::Turn;
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
    /// The same on one page, to print it; none where that is of no use.
    all: Option<String>,
    /// Fragment of the list within its page.
    at: &'static str,
}

impl Leaf {
    /// Leaf `number` of `count`, where `way` is the address of one; none of a list that stands on one page.
    pub(super) fn of(number: usize, count: usize, at: &'static str, way: impl Fn(usize) -> String) -> Option<Self> {
        (count > 1).then(|| Self {
            number,
            count,
            previous: (number > 1).then(|| way(number - 1)),
            next: (number < count).then(|| way(number + 1)),
            all: None,
            at,
        })
    }
}

impl Leaves {
    /// Cuts a list of entries that weigh so much each.
    pub(in crate::portal) fn cut(weights: impl IntoIterator<Item = usize>) -> Self {
        Self::beside(0, weights)
    }

    /// The same of a page on which something else that weighs `other` stands beside each leaf.
    pub(in crate::portal) fn beside(other: usize, weights: impl IntoIterator<Item = usize>) -> Self {
        let most = WEIGHT.saturating_sub(other).max(WEIGHT / 6);
        let (mut starts, mut total, mut weight) = (vec![0], 0, 0);
        for own in weights {
            if total > 0 && weight + own > most {
                starts.push(total);
                weight = 0;
            }
            weight += own;
            total += 1;
        }
        Self { starts, total }
    }

    /// How many entries stand on the first leaf: of a list whose next page begins behind its last row.
    pub(in crate::portal) fn first(&self) -> usize {
        self.starts.get(1).copied().unwrap_or(self.total)
    }

    /// On which leaf, from 1, an entry stands.
    pub(in crate::portal) fn of(&self, entry: usize) -> usize {
        self.starts.partition_point(|start| *start <= entry)
    }

    /// The entries of the leaf on which an entry stands.
    pub(in crate::portal) fn opened(&self, entry: usize, filter: &Filter) -> (Range<usize>, Option<Leaf>) {
        let (range, leaf) = self.cut_at(self.of(entry), "events", |number| filter.query(Some(number)));
        (range, leaf.map(|leaf| Leaf { all: Some(filter.query(None)), ..leaf }))
    }

    /// The entries of the wanted leaf, and the way to the others; all of them, where no leaf is wanted.
    pub(in crate::portal) fn open(&self, filter: &Filter) -> (Range<usize>, Option<Leaf>) {
        let Some(wanted) = filter.leaf() else { return (0..self.total, None) };
        let (range, leaf) = self.cut_at(wanted, "events", |number| filter.query(Some(number)));
        (range, leaf.map(|leaf| Leaf { all: Some(filter.query(None)), ..leaf }))
    }

    /// The entries of the leaf that an address asks for, and the way to the others.
    pub(in crate::portal) fn turned(&self, turn: &Turn) -> (Range<usize>, Option<Leaf>) {
        self.cut_at(turn.page(), turn.at(), |number| turn.way(number))
    }

    fn cut_at(&self, wanted: usize, at: &'static str, way: impl Fn(usize) -> String) -> (Range<usize>, Option<Leaf>) {
        let number = wanted.clamp(1, self.starts.len());
        let end = self.starts.get(number).copied().unwrap_or(self.total);
        (self.starts[number - 1]..end, Leaf::of(number, self.starts.len(), at, way))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_is_cut_by_weight_and_no_entry_is_lost() {
        let leaves = Leaves::cut([15_000, 25_000, 20_000, 90_000, 1]);
        assert_eq!(leaves.starts, [0, 2, 3, 4]);
        assert_eq!((leaves.first(), Leaves::cut([]).first(), Leaves::cut([90_000, 1]).first()), (2, 0, 1));
        assert_eq!(Leaves::beside(30_000, [6_000, 6_000, 6_000]).starts, [0, 2], "there is less room beside something");
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
        assert_eq!(leaf.all.as_deref(), Some("?q=a+b%26&level=normal&page=all"));
        let short = Leaves::cut([1, 2]);
        assert!(short.open(&Filter::default()).1.is_none());
        assert_eq!(Leaves::cut([]).open(&Filter::default()).0, 0..0);
    }
}
