//! Shelf: frozen reports that were read lately, so that a page, its pictures and its clips parse their report once.
//!
//! It holds at most so many bytes, and knows nothing of rows: whoever takes a report names the hash that it must have.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::compose::Report;
use crate::model::ReportId;

/// As JSON; parsed a report takes two or three times as much.
const MOST: usize = 16 * 1024 * 1024;

/// Reports by id and hash, the one that was used last at the end.
pub(in crate::portal) struct Shelf {
    most: usize,
    books: Mutex<VecDeque<Book>>,
}

struct Book {
    id: ReportId,
    sha256: String,
    size: usize,
    report: Arc<Report>,
}

impl Default for Shelf {
    fn default() -> Self {
        Self { most: MOST, books: Mutex::default() }
    }
}

impl Shelf {
    /// The report, if it is here with that hash.
    pub(super) fn take(&self, id: ReportId, sha256: &str) -> Option<Arc<Report>> {
        let mut books = self.books();
        let at = books.iter().position(|book| book.id == id && book.sha256 == sha256)?;
        let book = books.remove(at)?;
        let report = Arc::clone(&book.report);
        books.push_back(book);
        Some(report)
    }

    /// Keeps a report of so many bytes in the place of what it was before; those that were not used for longest give way.
    pub(super) fn put(&self, id: ReportId, sha256: String, size: usize, report: Arc<Report>) {
        if size > self.most / 4 {
            return;
        }
        let mut books = self.books();
        books.retain(|book| book.id != id);
        books.push_back(Book { id, sha256, size, report });
        let mut total: usize = books.iter().map(|book| book.size).sum();
        while total > self.most
            && let Some(oldest) = books.pop_front()
        {
            total -= oldest.size;
        }
    }

    fn books(&self) -> MutexGuard<'_, VecDeque<Book>> {
        self.books.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compose::Sample;

    #[test]
    fn it_keeps_what_was_used_last_by_its_hash_and_no_more_than_it_may() {
        let shelf = Shelf { most: 100, books: Mutex::default() };
        let report = Arc::new(Sample::Quiet.report());
        let id = |revision| ReportId::of(&report.site.location, report.night, revision);
        for revision in 1..=4 {
            shelf.put(id(revision), "a".into(), 25, Arc::clone(&report));
        }
        assert!(shelf.take(id(1), "a").is_some());
        assert!(shelf.take(id(1), "b").is_none(), "rewritten since");
        shelf.put(id(5), "a".into(), 25, Arc::clone(&report));
        assert!(shelf.take(id(2), "a").is_none(), "the one that nobody wanted went");
        assert!(shelf.take(id(1), "a").is_some() && shelf.take(id(5), "a").is_some());
        shelf.put(id(6), "a".into(), 26, Arc::clone(&report));
        assert!(shelf.take(id(6), "a").is_none(), "one alone must not empty it");
        shelf.put(id(5), "b".into(), 10, Arc::clone(&report));
        assert!(shelf.take(id(5), "a").is_none());
        assert_eq!(shelf.books().iter().map(|book| book.size).sum::<usize>(), 85);
    }
}
