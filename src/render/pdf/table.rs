//! Tables: rows of cells that break across pages, with their header repeated.
//!
//! It must not know what the cells say.

use super::canvas::{Canvas, Link};
use super::lines::Line;
use super::look::{Align, BLACK, BOTTOM, GREY, RULE, Style, TOP};
use super::paint::{self, Ink};
use super::tags::TagId;

/// Between a row's edge and its text, above and below.
const PAD_Y: f64 = 3.0;
/// Between a cell's edge and its text.
pub(super) const PAD_X: f64 = 4.0;
/// A row of at most so many lines is not broken across pages.
const WHOLE: usize = 12;
/// Titles of columns.
const TITLE: Style = Style { size: 8.0, bold: true, ink: GREY };

/// A column.
#[derive(Debug, Clone)]
pub(super) struct Column {
    /// What heads it.
    pub(super) title: String,
    /// Its width in points.
    pub(super) width: f64,
    /// Where its texts stand.
    pub(super) align: Align,
}

/// A cell.
#[derive(Debug)]
pub(super) struct Cell {
    /// Its text, cleaned.
    pub(super) text: String,
    /// How it looks.
    pub(super) style: Style,
    /// Whether it heads its row.
    pub(super) heads: bool,
}

impl Cell {
    /// A plain cell.
    pub(super) fn new(text: impl Into<String>, style: Style) -> Self {
        Self { text: text.into(), style, heads: false }
    }

    /// A cell that heads its row.
    pub(super) fn heading(text: impl Into<String>, style: Style) -> Self {
        Self { heads: true, ..Self::new(text, style) }
    }
}

/// What a row has beside its cells.
#[derive(Debug, Default)]
pub(super) struct Dress {
    /// Its background.
    pub(super) fill: Option<Ink>,
    /// A bar at its left edge.
    pub(super) bar: Option<Ink>,
    /// The incident to which it leads, and what the link says.
    pub(super) link: Option<(usize, String)>,
    /// Whether no rule ends it.
    pub(super) open: bool,
    /// How much room, in points, must follow a short row on its page, for what must not stand alone on the next.
    pub(super) keep: f64,
}

/// Where a row came to stand.
#[derive(Debug)]
pub(super) struct Placed {
    /// Its first page, from 0.
    pub(super) page: usize,
    /// The top of its first line of text.
    pub(super) top: f64,
    /// Its cells' elements.
    pub(super) cells: Vec<TagId>,
}

/// A table.
pub(super) struct Table {
    tag: TagId,
    columns: Vec<Column>,
    left: f64,
    titles: Vec<Vec<Line>>,
}

impl Table {
    /// Begins a table whose left edge is `left`. Columns without any title give a table without a header.
    pub(super) fn begin(canvas: &mut Canvas, parent: TagId, left: f64, columns: Vec<Column>) -> Self {
        let tag = canvas.tags.add(parent, "Table");
        let headed = columns.iter().any(|column| !column.title.is_empty());
        let titles = if headed {
            columns.iter().map(|column| canvas.lay(&column.title, TITLE, column.width - 2.0 * PAD_X)).collect()
        } else {
            Vec::new()
        };
        let table = Self { tag, columns, left, titles };
        if headed {
            canvas.need(table.head_height() + 40.0);
            table.head(canvas, true);
        }
        table
    }

    fn width(&self) -> f64 {
        self.columns.iter().map(|column| column.width).sum()
    }

    fn head_height(&self) -> f64 {
        let lines = self.titles.iter().map(Vec::len).max().unwrap_or(0);
        if lines == 0 { 0.0 } else { count(lines) * TITLE.leading() + 2.0 * PAD_Y }
    }

    /// Draws the titles: as cells the first time, as decoration when a page repeats them.
    fn head(&self, canvas: &mut Canvas, first: bool) {
        let height = self.head_height();
        if height == 0.0 {
            return;
        }
        let (top, left, width, accent) = (canvas.y, self.left, self.width(), canvas.accent);
        canvas.artifact(|ops| paint::fill(ops, (left, top - height), (width, 0.8), accent));
        let row = first.then(|| canvas.tags.add(self.tag, "TR"));
        let mut x = left;
        for (column, lines) in self.columns.iter().zip(&self.titles) {
            match row {
                Some(row) => {
                    let cell = canvas.tags.add_header(row, "Column");
                    canvas.open(cell);
                }
                None => paint::begin_artifact(canvas.ops(), None),
            }
            // A title of several lines stands on the rule, not under the ceiling.
            let mut y = top - height + PAD_Y + count(lines.len()) * TITLE.leading();
            for line in lines {
                canvas.line(line, TITLE, (x + PAD_X, x + column.width - PAD_X), y, column.align);
                y -= TITLE.leading();
            }
            canvas.close();
            x += column.width;
        }
        canvas.y -= height;
    }

    /// Adds a row; it breaks across pages where it is too high for one.
    pub(super) fn row(&self, canvas: &mut Canvas, cells: &[Cell], dress: &Dress) -> Placed {
        let laid: Vec<Vec<Line>> = cells
            .iter()
            .zip(&self.columns)
            .map(|(cell, column)| canvas.lay(&cell.text, cell.style, column.width - 2.0 * PAD_X))
            .collect();
        let total = laid.iter().map(Vec::len).max().unwrap_or(1);
        // The largest text sets the lines of the row, so that all its cells share their baselines.
        let leading = cells.iter().map(|cell| cell.style.leading()).fold(1.0, f64::max);
        let ascent = cells.iter().map(|cell| cell.style.ascent()).fold(1.0, f64::max);
        let row = canvas.tags.add(self.tag, "TR");
        let tags: Vec<TagId> = cells
            .iter()
            .map(|cell| if cell.heads { canvas.tags.add_header(row, "Row") } else { canvas.tags.add(row, "TD") })
            .collect();
        let link = dress.link.as_ref().map(|(incident, says)| (canvas.tags.add(tags[0], "Link"), *incident, says));
        let (mut from, mut placed) = (0, None);
        while from < total {
            let room = fitting(canvas.y - BOTTOM - 2.0 * PAD_Y, leading);
            // Short rows stay whole; of a long one at least three lines stand together.
            let whole = from == 0 && total <= WHOLE;
            let wanted = if whole { total } else { 3.min(total - from) };
            let left_over = canvas.y - BOTTOM - 2.0 * PAD_Y - count(wanted) * leading;
            if (room < wanted || whole && left_over < dress.keep) && canvas.y < TOP {
                canvas.break_page();
                self.head(canvas, false);
                continue;
            }
            let to = total.min(from + room.max(1));
            let height = count(to - from) * leading + 2.0 * PAD_Y;
            self.dress(canvas, dress, height, to == total);
            placed.get_or_insert((canvas.page(), canvas.y - PAD_Y));
            let mut x = self.left;
            for ((lines, cell), (column, tag)) in laid.iter().zip(cells).zip(self.columns.iter().zip(&tags)) {
                let tag = link.filter(|_| *tag == tags[0]).map_or(*tag, |(link, ..)| link);
                let shown = lines.get(from..to.min(lines.len())).unwrap_or_default();
                let edges = (x + PAD_X, x + column.width - PAD_X);
                if shown.iter().any(|line| !line.pieces.is_empty()) {
                    canvas.open(tag);
                    let mut y = canvas.y - PAD_Y - (ascent - cell.style.ascent());
                    for line in shown {
                        canvas.line(line, cell.style, edges, y, column.align);
                        y -= leading;
                    }
                    canvas.close();
                }
                x += column.width;
            }
            canvas.y -= height;
            if let Some((tag, incident, says)) = link.filter(|_| from == 0) {
                let area = [self.left, canvas.y, self.left + self.width(), canvas.y + height];
                canvas.link(Link { area, incident, says: says.clone(), tag });
            }
            from = to;
        }
        let (page, top) = placed.unwrap_or((canvas.page(), canvas.y));
        Placed { page, top, cells: tags }
    }

    fn dress(&self, canvas: &mut Canvas, dress: &Dress, height: f64, ends: bool) {
        let (top, left, width) = (canvas.y, self.left, self.width());
        canvas.artifact(|ops| {
            if let Some(ink) = dress.fill {
                paint::fill(ops, (left, top - height), (width, height), ink);
            }
            if let Some(ink) = dress.bar {
                paint::fill(ops, (left, top - height), (2.0, height), ink);
            }
            if ends && !dress.open {
                paint::fill(ops, (left, top - height), (width, 0.4), RULE);
            }
        });
    }
}

/// A table of facts: each row a label and what it says, without a header.
pub(super) fn facts(canvas: &mut Canvas, parent: TagId, edges: (f64, f64), rows: &[(&str, String)]) {
    let label = Style { size: 8.5, bold: false, ink: GREY };
    let value = Style { size: 9.5, bold: false, ink: BLACK };
    let widest = 0.42 * (edges.1 - edges.0);
    let column = |width| Column { title: String::new(), width, align: Align::Start };
    let width = rows
        .iter()
        .map(|(name, _)| canvas.lay(name, label, f64::INFINITY)[0].width + 2.0 * PAD_X + 6.0)
        .fold(60.0, f64::max)
        .min(widest);
    let table = Table::begin(canvas, parent, edges.0, vec![column(width), column(edges.1 - edges.0 - width)]);
    for (name, text) in rows {
        let cells = [Cell::heading(*name, label), Cell::new(text.as_str(), value)];
        table.row(canvas, &cells, &Dress::default());
    }
}

/// A count as a factor of lengths.
pub(super) fn count(count: usize) -> f64 {
    f64::from(u32::try_from(count).unwrap_or(u32::MAX))
}

/// How many lines fit a height.
fn fitting(height: f64, leading: f64) -> usize {
    let lines = (height / leading).floor().clamp(0.0, 1000.0);
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 0 and 1000")]
    let lines = lines as usize;
    lines
}
