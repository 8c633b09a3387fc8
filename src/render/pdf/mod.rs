//! The PDF transaction report: a frozen report, its photos and a language's words become the bytes of a file.
//!
//! printpdf writes pages; harfrust shapes what stands on them; lopdf adds tags (PDF/UA-1), metadata and subset
//! fonts (PDF/A-2a). The same input gives the same bytes, in every process. It must not read rows, clocks, files or
//! the archive: photos come through the input.

mod assemble;
mod canvas;
mod cover;
mod embed;
mod finish;
mod fonts;
mod glyphs;
mod icc;
mod incident;
mod index;
mod itemize;
mod lines;
mod list;
mod logo;
mod look;
mod metadata;
mod paint;
mod photo;
mod running;
mod shaper;
mod structure;
mod table;
mod tags;
#[cfg(test)]
mod tests;
mod transaction;
mod words;

use std::collections::BTreeMap;
use std::sync::Arc;

pub use list::{List, ListCell, ListColumn, render_list};
pub use words::{Format, Value, Words};

use crate::compose::{Incident, Interaction, Photo, Report, Transaction};
use crate::config::Brand;
use crate::model::{TransactionRef, clean};
use canvas::Canvas;
use fonts::{CHINESE, FaceId, JAPANESE, KOREAN};
use paint::Ink;
use photo::Picture;

/// Why no PDF came about.
#[derive(Debug, thiserror::Error)]
pub enum PdfError {
    /// A face could not be cut down to the glyphs in use.
    #[error("could not subset the font {font}")]
    SubsetFont {
        /// Its PostScript name.
        font: &'static str,
        /// Why.
        source: subsetter::Error,
    },
    /// The page tree that printpdf wrote lacks what is to be completed.
    #[error("could not complete the document's structure")]
    Complete(#[source] lopdf::Error),
    /// The document could not be serialized.
    #[error("could not write the document")]
    Write(#[source] std::io::Error),
}

/// What a PDF transaction report is made from.
pub struct PdfInput<'a> {
    /// The frozen report.
    pub report: &'a Report,
    /// Whose name and colour it carries: the report's own, where it has such.
    pub brand: &'a Brand,
    /// Its language.
    pub words: &'a Words,
    /// The bytes (JPEG or PNG) of a photo or the logo; none where the archive does not have it.
    pub photos: &'a dyn Fn(&Photo) -> Option<Arc<[u8]>>,
    /// SHA-256 of `report.json` in lower-case hex; its beginning stands in the footer.
    pub data_sha256: &'a str,
}

/// Renders the report. Every sample and every hostile text renders; an unreadable photo leaves a placeholder.
///
/// # Errors
/// [`PdfError`] names the failed step; all of them mean a defect here, not in the data.
pub fn render(input: &PdfInput<'_>) -> Result<Vec<u8>, PdfError> {
    let accent = Ink::parse(&input.brand.color).filter(|ink| ink.luminance() < 0.1834).unwrap_or(Ink(0x1f, 0x4e, 0x79));
    let mut writer = Writer {
        input,
        canvas: Canvas::new(accent, han(input.report.site.locale.as_deref())),
        cases: cases(input.report),
        pictures: Pictures::default(),
    };
    writer.cover();
    let pages_column = writer.index();
    for number in 0..writer.cases.len() {
        writer.incident(number);
    }
    writer.other_transactions();
    writer.number_index(&pages_column);
    writer.running_titles();
    finish::finish(&finish::Front::of(input), writer.canvas, writer.pictures.list)
}

/// An incident with what belongs to it.
#[derive(Clone, Copy)]
struct Case<'a> {
    incident: &'a Incident,
    interaction: Option<&'a Interaction>,
    transaction: Option<&'a Transaction>,
}

/// The pictures of a document, each once.
#[derive(Default)]
struct Pictures {
    list: Vec<Picture>,
    by_key: BTreeMap<String, Option<usize>>,
}

/// A report under construction; its parts stand in a file each.
struct Writer<'a> {
    input: &'a PdfInput<'a>,
    canvas: Canvas,
    cases: Vec<Case<'a>>,
    pictures: Pictures,
}

impl<'a> Writer<'a> {
    fn report(&self) -> &'a Report {
        self.input.report
    }

    fn words(&self) -> &'a Words {
        self.input.words
    }

    /// A date with its wall-clock time at the site.
    fn date_time(&self, at: chrono::DateTime<chrono::Utc>) -> String {
        self.words().format.date_time(at, self.report().site.timezone)
    }

    fn transactions_alone(&self) -> Vec<&'a Transaction> {
        let named: std::collections::BTreeSet<&TransactionRef> =
            self.cases.iter().filter_map(|case| case.incident.transaction.as_ref()).collect();
        self.report().transactions.iter().filter(|known| !named.contains(&known.transaction)).collect()
    }
}

fn cases(report: &Report) -> Vec<Case<'_>> {
    let by_ref: BTreeMap<&TransactionRef, &Transaction> =
        report.transactions.iter().map(|known| (&known.transaction, known)).collect();
    report
        .escalations
        .iter()
        .filter_map(|escalation| {
            let incident = escalation.incident.as_ref()?;
            let transaction = incident.transaction.as_ref().and_then(|wanted| by_ref.get(wanted).copied());
            Some(Case { incident, interaction: escalation.interaction.as_ref(), transaction })
        })
        .collect()
}

/// The face of Han characters at a site of that locale.
fn han(locale: Option<&str>) -> FaceId {
    match locale.and_then(|tag| tag.split(['-', '_']).next()) {
        Some("ja") => JAPANESE,
        Some("ko") => KOREAN,
        _ => CHINESE,
    }
}

/// A producer's text as it is shown; a dash for none.
fn shown(text: &str) -> String {
    let cleaned = clean(text);
    let trimmed = cleaned.trim();
    if trimmed.is_empty() { "—".into() } else { trimmed.into() }
}

/// A count as messages take it.
fn number(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}
