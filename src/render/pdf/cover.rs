//! The cover: whose night it was, what is missing or corrected, and the key figures.
//!
//! It must not list incidents; `index` does.

use std::collections::BTreeMap;

use rust_decimal::Decimal;

use super::canvas::{Bookmark, Canvas};
use super::lines::Line;
use super::look::{Align, BODY, BOTTOM, MARGIN, SMALL, STRONG, Style, WIDTH};
use super::paint::{self, Ink};
use super::table::{count, facts};
use super::tags::{DOCUMENT, TagId};
use super::{Value, Writer, number, shown};
use crate::compose::{How, Missing, Subject};
use crate::model::Currency;

/// At most so many changes of a correction are listed; the rest is counted.
const CHANGES: usize = 40;
/// Ink of the incomplete mark.
const AMBER: Ink = Ink(0x9a, 0x5b, 0x00);

impl Writer<'_> {
    /// Sets the cover.
    pub(super) fn cover(&mut self) {
        let (report, words) = (self.report(), self.words());
        let section = self.canvas.tags.add(DOCUMENT, "Sect");
        let accent = self.canvas.accent;
        let to = self.canvas.here();
        self.canvas.bookmarks.push(Bookmark { depth: 0, title: words.summary.clone(), to });
        self.logo(section);
        self.canvas.flow(section, "H1", &words.title, Style { size: 25.0, bold: true, ink: accent });
        self.canvas.flow(section, "P", &shown(&report.site.name), Style { size: 15.0, ..STRONG });
        self.canvas.skip(8.0);
        self.particulars(section);
        self.canvas.skip(14.0);
        self.incomplete(section);
        self.correction(section);
        self.canvas.heading(section, "H2", &words.summary, 13.0);
        self.canvas.skip(3.0);
        self.figures(section);
        self.canvas.skip(18.0);
    }

    fn particulars(&mut self, section: TagId) {
        let (report, words) = (self.report(), self.words());
        let zone = report.site.timezone;
        let window = format!(
            "{} – {} ({})",
            self.date_time(report.window.start),
            self.date_time(report.window.end),
            zone.name()
        );
        let revision = words.say("pdf-revision", &[("revision", Value::Number(report.revision.into()))]);
        let mut rows = vec![(words.night.as_str(), words.format.date(report.night)), (words.window.as_str(), window)];
        if let Some(address) = &report.site.address {
            rows.push((words.address.as_str(), shown(address)));
        }
        rows.push((words.branch.as_str(), shown(&report.site.branch_name)));
        rows.push((words.built.as_str(), format!("{} · {revision}", self.date_time(report.built_at))));
        facts(&mut self.canvas, section, (MARGIN, MARGIN + WIDTH), &rows);
    }

    fn incomplete(&mut self, section: TagId) {
        let words = self.words();
        let missing = &self.report().missing;
        if missing.is_empty() {
            return;
        }
        let mut texts = vec![(words.incomplete.clone(), Style { ink: AMBER, ..STRONG })];
        texts.extend(missing.iter().map(|missing| {
            let text = match missing {
                Missing::Feed { complete_until: None } => words.missing_feed.clone(),
                Missing::Feed { complete_until: Some(until) } => {
                    words.say("pdf-missing-feed-until", &[("until", Value::Text(&self.date_time(*until)))])
                }
                Missing::Activity => words.missing_activity.clone(),
                Missing::Clip { clip } => {
                    words.say("pdf-missing-clip", &[("clip", Value::Text(&shown(clip.as_str())))])
                }
                Missing::Photo { incident } => {
                    words.say("pdf-missing-photo", &[("incident", Value::Text(&shown(incident.as_str())))])
                }
            };
            (text, BODY)
        }));
        self.banner(section, AMBER, &texts);
    }

    fn correction(&mut self, section: TagId) {
        let words = self.words();
        let Some(correction) = &self.report().correction else { return };
        let accent = self.canvas.accent;
        let mut texts = vec![
            (words.correction.clone(), Style { ink: accent, ..STRONG }),
            (format!("{}: {}", words.reason, shown(&correction.reason)), BODY),
            (format!("{}: {}", words.requested_by, shown(&correction.by)), BODY),
        ];
        if !correction.changes.is_empty() {
            texts.push((format!("{}:", words.changes), STRONG));
        }
        texts.extend(correction.changes.iter().take(CHANGES).map(|change| {
            let how = match change.how {
                How::Added => "added",
                How::Removed => "removed",
                How::Edited => "edited",
            };
            let subject = match change.subject {
                Subject::Incident => "incident",
                Subject::Interaction => "interaction",
                Subject::Transaction => "transaction",
                Subject::Activity => "activity",
                Subject::Completeness => "completeness",
            };
            let of = shown(&change.of);
            let arguments = [("how", Value::Text(how)), ("subject", Value::Text(subject)), ("of", Value::Text(&of))];
            let text = words.say("pdf-change", &arguments);
            if change.fields.is_empty() {
                return (text, BODY);
            }
            (format!("{text} ({})", shown(&change.fields.join(", "))), BODY)
        }));
        if let Some(more) = correction.changes.len().checked_sub(CHANGES).filter(|more| *more > 0) {
            texts.push((words.say("pdf-more-changes", &[("count", Value::Number(number(more)))]), BODY));
        }
        self.banner(section, accent, &texts);
    }

    /// A tinted box with a bar at its left, as many pages as it needs.
    fn banner(&mut self, section: TagId, ink: Ink, texts: &[(String, Style)]) {
        let canvas = &mut self.canvas;
        let (fill, inner) = (ink.tint(0.09), (MARGIN + 14.0, MARGIN + WIDTH - 10.0));
        let strip = |canvas: &mut Canvas, height: f64| {
            let y = canvas.y - height;
            canvas.artifact(|ops| {
                // A hair of overlap keeps viewers from showing seams.
                paint::fill(ops, (MARGIN, y), (WIDTH, height + 0.2), fill);
                paint::fill(ops, (MARGIN, y), (3.0, height + 0.2), ink);
            });
        };
        canvas.need(60.0);
        strip(canvas, 7.0);
        canvas.y -= 7.0;
        for (text, style) in texts {
            let tag = canvas.tags.add(section, "P");
            for line in canvas.lay(text, *style, inner.1 - inner.0) {
                if canvas.y - style.leading() < BOTTOM {
                    canvas.break_page();
                }
                strip(canvas, style.leading());
                canvas.open(tag);
                canvas.line(&line, *style, inner, canvas.y, Align::Start);
                canvas.close();
                canvas.y -= style.leading();
            }
        }
        strip(canvas, 7.0);
        canvas.y -= 21.0;
    }

    /// The key figures, as cards in a row.
    fn figures(&mut self, section: TagId) {
        let (report, words) = (self.report(), self.words());
        let integer = |count: i64| vec![words.format.integer(count)];
        let cards = [
            (&words.incidents, integer(number(self.cases.len()))),
            (&words.interactions, integer(report.summary.interactions().into())),
            (&words.transactions, integer(number(report.transactions.len()))),
            (&words.taken_unpaid, self.taken()),
        ];
        let gap = 10.0;
        let width = (WIDTH - 3.0 * gap) / 4.0;
        let laid: Vec<Card> = cards
            .iter()
            .map(|(label, values)| {
                let label = self.canvas.lay(label, SMALL, width - 20.0);
                Card { label, values: values.iter().map(|value| self.fitted(value, width - 20.0)).collect() }
            })
            .collect();
        let tallest = laid.iter().map(Card::height).fold(0.0, f64::max);
        self.canvas.need(tallest);
        let list = self.canvas.tags.add(section, "L");
        for (card, x) in laid.iter().zip([0.0, 1.0, 2.0, 3.0].map(|place| MARGIN + place * (width + gap))) {
            card.draw(&mut self.canvas, list, x, (width, tallest));
        }
        self.canvas.y -= tallest;
    }

    /// A figure on one line, as large as fits.
    fn fitted(&mut self, text: &str, width: f64) -> (Line, Style) {
        let mut style = Style { size: 18.0, ..STRONG };
        loop {
            let mut lines = self.canvas.lay(text, style, f64::INFINITY);
            let line = lines.swap_remove(0);
            if line.width <= width || style.size <= 6.0 {
                return (line, style);
            }
            style.size -= 2.0;
        }
    }

    /// What was taken unpaid, by currency.
    fn taken(&self) -> Vec<String> {
        let mut sums: BTreeMap<&Currency, Decimal> = BTreeMap::new();
        for transaction in &self.report().transactions {
            let sum = sums.entry(&transaction.currency).or_default();
            *sum = sum.saturating_add(transaction.unpaid_total);
        }
        if sums.is_empty() {
            return vec!["—".into()];
        }
        sums.into_iter().map(|(currency, sum)| self.words().format.money(&sum, currency)).collect()
    }
}

/// A key figure: what is counted, and how many.
struct Card {
    label: Vec<Line>,
    values: Vec<(Line, Style)>,
}

impl Card {
    fn height(&self) -> f64 {
        let values: f64 = self.values.iter().map(|(_, style)| style.leading()).sum();
        count(self.label.len()) * SMALL.leading() + values + 18.0
    }

    fn draw(&self, canvas: &mut Canvas, list: TagId, x: f64, (width, height): (f64, f64)) {
        let (top, accent) = (canvas.y, canvas.accent);
        canvas.artifact(|ops| {
            paint::fill(ops, (x, top - height), (width, height), accent.tint(0.07));
            paint::fill(ops, (x, top - 2.0), (width, 2.0), accent);
        });
        let item = canvas.tags.add(list, "LI");
        let edges = (x + 10.0, x + width - 10.0);
        let mut y = top - 9.0;
        let tag = canvas.tags.add(item, "Lbl");
        canvas.open(tag);
        for line in &self.label {
            canvas.line(line, SMALL, edges, y, Align::Start);
            y -= SMALL.leading();
        }
        canvas.close();
        let tag = canvas.tags.add(item, "LBody");
        canvas.open(tag);
        for (line, style) in &self.values {
            canvas.line(line, *style, edges, y, Align::Start);
            y -= style.leading();
        }
        canvas.close();
    }
}
