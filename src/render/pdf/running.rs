//! Running titles: what stands at the head and foot of each page, known only when all pages are.

use super::canvas::Canvas;
use super::index::brief;
use super::lines::Line;
use super::look::{GREY, MARGIN, PAGE, RULE, SMALL, STRONG, Style, WIDTH};
use super::paint;
use super::{Value, Words, Writer, number, shown};

/// So much of the data's SHA-256 stands in the footer.
const SHORT: usize = 12;

/// What stands at head and foot.
pub(super) struct Running {
    /// At the head's left: whose it is.
    pub(super) brand: String,
    /// Beside it.
    pub(super) site: String,
    /// At the head's right.
    pub(super) right: String,
    /// At the foot's left.
    pub(super) foot: String,
}

impl Writer<'_> {
    /// Draws head and foot of every page.
    pub(super) fn running_titles(&mut self) {
        let (report, words) = (self.report(), self.words());
        let hash = self.input.data_sha256.get(..SHORT).unwrap_or(self.input.data_sha256);
        let revision = words.say("pdf-revision", &[("revision", Value::Number(report.revision.into()))]);
        let data = words.say("pdf-data", &[("hash", Value::Text(hash))]);
        let mut foot = format!("{revision} · {data}");
        if let Some(support) = &self.input.brand.support {
            foot = format!("{foot} · {}", brief(&shown(support)));
        }
        let running = Running {
            brand: brief(&shown(&self.input.brand.name)),
            site: brief(&shown(&report.site.name)),
            right: words.format.date(report.night),
            foot,
        };
        draw(&mut self.canvas, words, &running);
    }
}

/// Draws head and foot of every page.
pub(super) fn draw(canvas: &mut Canvas, words: &Words, running: &Running) {
    let small = Style { size: 7.5, ..SMALL };
    let bold = Style { size: 8.5, ink: canvas.accent, ..STRONG };
    let site = one_line(canvas, &running.site, small, WIDTH * 0.6);
    let night = one_line(canvas, &running.right, small, WIDTH);
    let brand = one_line(canvas, &running.brand, bold, WIDTH * 0.3);
    let foot = one_line(canvas, &running.foot, small, WIDTH * 0.8);
    let pages = canvas.sheets.len();
    for page in 0..pages {
        let arguments = [("page", Value::Number(number(page + 1))), ("pages", Value::Number(number(pages)))];
        let place = one_line(canvas, &words.say("pdf-page-of", &arguments), small, WIDTH);
        let ops = &mut canvas.sheets[page].ops;
        let (head_y, foot_y, right) = (PAGE.1 - 42.0, 36.0, MARGIN + WIDTH);
        paint::begin_artifact(ops, Some("Header"));
        paint::text(ops, &brand, (MARGIN, head_y), bold.size, bold.ink);
        let site_x = MARGIN + brand.width + 10.0;
        paint::text(ops, &site, (site_x, head_y), small.size, GREY);
        paint::text(ops, &night, (right - night.width, head_y), small.size, GREY);
        paint::fill(ops, (MARGIN, head_y - 7.0), (WIDTH, 0.5), RULE);
        paint::end(ops);
        paint::begin_artifact(ops, Some("Footer"));
        paint::fill(ops, (MARGIN, foot_y + 12.0), (WIDTH, 0.5), RULE);
        paint::text(ops, &foot, (MARGIN, foot_y), small.size, GREY);
        paint::text(ops, &place, (right - place.width, foot_y), small.size, GREY);
        paint::end(ops);
    }
}

/// The first line of a text within a width; a longer one ends in an ellipsis.
fn one_line(canvas: &mut Canvas, text: &str, style: Style, width: f64) -> Line {
    let mut whole = canvas.lay(text, style, f64::INFINITY);
    if whole.len() == 1 && whole[0].width <= width {
        return whole.swap_remove(0);
    }
    let mut shorter: Vec<char> = text.chars().filter(|character| *character != '\n').collect();
    loop {
        shorter.truncate(shorter.len() * 9 / 10);
        let candidate: String = shorter.iter().chain(&['…']).collect();
        let mut lines = canvas.lay(&candidate, style, f64::INFINITY);
        if lines[0].width <= width || shorter.is_empty() {
            return lines.swap_remove(0);
        }
    }
}
