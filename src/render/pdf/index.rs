//! The incident index: one row for each incident, leading to its page.
//!
//! Page numbers are known only after the incidents are set, so they are drawn last.

use super::canvas::Bookmark;
use super::look::{Align, BODY, MARGIN, STRONG, WIDTH};
use super::table::{Cell, Column, Dress, PAD_X, Table};
use super::tags::{DOCUMENT, TagId};
use super::{Case, Value, Writer, number, shown};

/// A row's place for its page number.
pub(super) struct PageSlot {
    page: usize,
    top: f64,
    tag: TagId,
}

impl Writer<'_> {
    /// Sets the index, without its page numbers.
    pub(super) fn index(&mut self) -> Vec<PageSlot> {
        let words = self.words();
        let section = self.canvas.tags.add(DOCUMENT, "Sect");
        self.canvas.heading(section, "H2", &words.index, 13.0);
        let to = self.canvas.here();
        self.canvas.bookmarks.push(Bookmark { depth: 0, title: words.index.clone(), to });
        if self.cases.is_empty() {
            self.canvas.flow(section, "P", &words.no_incidents, BODY);
            return Vec::new();
        }
        let column = |title: &str, width, align| Column { title: title.into(), width, align };
        let columns = vec![
            column(&words.incident, 54.0, Align::Start),
            column(&words.case, 112.0, Align::Start),
            column(&words.time, 120.0, Align::Start),
            column(&words.kind, WIDTH - 54.0 - 112.0 - 120.0 - 88.0 - 40.0, Align::Start),
            column(&words.taken_unpaid, 88.0, Align::Right),
            column(&words.page, 40.0, Align::Right),
        ];
        let table = Table::begin(&mut self.canvas, section, MARGIN, columns);
        let cases = self.cases.clone();
        let rows = cases.iter().enumerate().map(|(at, case)| {
            let cells = self.index_row(at, case);
            let says = words.say("pdf-go-to", &[("number", Value::Number(number(at + 1)))]);
            let placed = table.row(&mut self.canvas, &cells, &Dress { link: Some((at, says)), ..Dress::default() });
            PageSlot { page: placed.page, top: placed.top, tag: placed.cells[5] }
        });
        rows.collect()
    }

    fn index_row(&self, at: usize, case: &Case<'_>) -> [Cell; 6] {
        let words = self.words();
        let accent = super::look::Style { ink: self.canvas.accent, ..STRONG };
        let taken = case
            .transaction
            .map_or_else(|| "—".into(), |known| words.format.money(&known.unpaid_total, &known.currency));
        [
            Cell::heading(words.format.integer(number(at + 1)), accent),
            Cell::new(self.case_place(case).unwrap_or_else(|| "—".into()), BODY),
            Cell::new(self.date_time(case.incident.occurred_at), BODY),
            Cell::new(brief(&shown(&case.incident.kind)), BODY),
            Cell::new(taken, BODY),
            Cell::new(String::new(), BODY),
        ]
    }

    /// "Case 1042, 3rd time".
    pub(super) fn case_place(&self, case: &Case<'_>) -> Option<String> {
        let place = case.incident.case.as_ref()?;
        let number = place.number.to_string();
        let arguments = [("case", Value::Text(&number)), ("instance", Value::Number(place.instance))];
        Some(self.words().say("pdf-case-instance", &arguments))
    }

    /// Draws the page numbers.
    pub(super) fn number_index(&mut self, slots: &[PageSlot]) {
        for (at, slot) in slots.iter().enumerate() {
            let Some(anchor) = self.canvas.anchors.get(at) else { continue };
            let text = self.words().format.integer(number(anchor.page + 1));
            let right = MARGIN + WIDTH - PAD_X;
            for line in self.canvas.lay(&text, BODY, f64::INFINITY) {
                self.canvas.open_on(slot.page, slot.tag);
                let ops = &mut self.canvas.sheets[slot.page].ops;
                let start = (right - line.width, slot.top - BODY.ascent());
                super::paint::text(ops, &line, start, BODY.size, BODY.ink);
                super::paint::end(ops);
            }
        }
    }
}

/// A text short enough for a row of the index or a bookmark; the whole stands with the incident.
pub(super) fn brief(text: &str) -> String {
    const MOST: usize = 80;
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(MOST) {
        None => line,
        Some((at, _)) => format!("{}…", line[..at].trim_end()),
    }
}
