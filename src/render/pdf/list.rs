//! Lists: a table of rows with a title becomes a PDF of its own, tagged and stable like a report's.
//!
//! It must not know what the rows are about: whoever asks for it has their words.

use chrono::{DateTime, Utc};
use sha2::{Digest, Sha256};

use super::canvas::{Bookmark, Canvas};
use super::finish::{self, Front};
use super::index::brief;
use super::look::{Align, BODY, MARGIN, SMALL, STRONG, Style, WIDTH};
use super::metadata::Metadata;
use super::paint::Ink;
use super::running::{self, Running};
use super::table::{Cell, Column, Dress, Table, facts};
use super::tags::DOCUMENT;
use super::{PdfError, Words, han, shown};
use crate::config::Brand;

/// Ink of what needs attention; the words say it, too.
const ALARM: Ink = Ink(0x9f, 0x12, 0x39);

/// A column of a list.
#[derive(Debug, Clone)]
pub struct ListColumn {
    /// What heads it.
    pub title: String,
    /// Its share of the width, among the sum of all shares.
    pub share: u32,
    /// Whether its texts stand at the right, as numbers do.
    pub right: bool,
}

/// A cell of a list.
#[derive(Debug, Clone, Default)]
pub struct ListCell {
    /// What it says.
    pub text: String,
    /// Whether it needs attention.
    pub alarming: bool,
}

/// What a list is made from.
pub struct List<'a> {
    /// What it is.
    pub title: String,
    /// Of which site.
    pub site: String,
    /// The site's locale, which decides how Han characters look.
    pub locale: Option<&'a str>,
    /// Label and value of what stands above the table.
    pub facts: Vec<(String, String)>,
    /// Its columns.
    pub columns: Vec<ListColumn>,
    /// Its rows, the first cell of each heads it.
    pub rows: Vec<Vec<ListCell>>,
    /// What is said where there are no rows.
    pub empty: String,
    /// When it was made; and as the foot says it.
    pub at: (DateTime<Utc>, String),
    /// Whose name and colour it carries.
    pub brand: &'a Brand,
    /// Its language.
    pub words: &'a Words,
}

/// Renders a list; the same list gives the same bytes.
///
/// # Errors
/// [`PdfError`]; all of them mean a defect here, not in the data.
pub fn render_list(list: &List<'_>) -> Result<Vec<u8>, PdfError> {
    let accent = Ink::parse(&list.brand.color).filter(|ink| ink.luminance() < 0.18).unwrap_or(Ink(0x1f, 0x4e, 0x79));
    let mut canvas = Canvas::new(accent, han(list.locale));
    let section = canvas.tags.add(DOCUMENT, "Sect");
    let to = canvas.here();
    canvas.bookmarks.push(Bookmark { depth: 0, title: list.title.clone(), to });
    canvas.flow(section, "H1", &list.title, Style { size: 22.0, bold: true, ink: accent });
    canvas.flow(section, "P", &shown(&list.site), Style { size: 13.0, ..STRONG });
    canvas.skip(8.0);
    let above: Vec<(&str, String)> = list.facts.iter().map(|(label, value)| (label.as_str(), shown(value))).collect();
    if !above.is_empty() {
        facts(&mut canvas, section, (MARGIN, MARGIN + WIDTH), &above);
        canvas.skip(14.0);
    }
    if list.rows.is_empty() {
        canvas.flow(section, "P", &list.empty, BODY);
    } else {
        let shares: u32 = list.columns.iter().map(|column| column.share).sum::<u32>().max(1);
        let columns = list.columns.iter().map(|column| Column {
            title: column.title.clone(),
            width: WIDTH * f64::from(column.share) / f64::from(shares),
            align: if column.right { Align::Right } else { Align::Start },
        });
        let table = Table::begin(&mut canvas, section, MARGIN, columns.collect());
        for row in &list.rows {
            let cells: Vec<Cell> = row.iter().enumerate().map(|(at, one)| cell(at, one)).collect();
            table.row(&mut canvas, &cells, &Dress::default());
        }
    }
    let running = Running {
        brand: brief(&shown(&list.brand.name)),
        site: brief(&shown(&list.site)),
        right: list.title.clone(),
        foot: list.at.1.clone(),
    };
    running::draw(&mut canvas, list.words, &running);
    finish::finish(&front(list), canvas, Vec::new())
}

fn cell(at: usize, one: &ListCell) -> Cell {
    let small = Style { size: 8.5, ..BODY };
    let style = if one.alarming { Style { ink: ALARM, bold: true, ..small } } else { small };
    let text = shown(&one.text);
    if at == 0 { Cell::heading(text, Style { size: SMALL.size, ..style }) } else { Cell::new(text, style) }
}

/// The list has no id of its own: what it says names it.
fn front(list: &List<'_>) -> Front {
    let mut hash = Sha256::new();
    let cells = list.rows.iter().flatten().map(|cell| cell.text.as_str());
    for text in [list.title.as_str(), list.site.as_str(), list.at.1.as_str()].into_iter().chain(cells) {
        hash.update(text.as_bytes());
        hash.update([0]);
    }
    let digest = hash.finalize();
    let id = uuid::Uuid::from_slice(&digest[..16]).map(|id| id.to_string()).unwrap_or_default();
    let one_line = |text: &str| shown(text).split_whitespace().collect::<Vec<_>>().join(" ");
    Front {
        metadata: Metadata {
            title: format!("{} – {}", list.title, one_line(&list.site)),
            author: one_line(&list.brand.name),
            subject: one_line(&list.site),
            language: list.words.language.clone(),
            at: list.at.0,
            identifier: id.clone(),
        },
        language: list.words.language.clone(),
        id,
        form: vec![list.words.language.clone(), list.brand.name.clone(), list.brand.color.clone()],
    }
}
