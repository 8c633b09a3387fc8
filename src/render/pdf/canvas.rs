//! The canvas: pages in order, a cursor on the last, and the tags of what is drawn.
//!
//! It breaks pages; what a page says comes from the parts (`cover`, `index`, `incident`, `transaction`).

use printpdf::Op;

use super::fonts::FaceId;
use super::lines::{Line, Setting, lines};
use super::look::{Align, BLACK, BOTTOM, MARGIN, Style, TOP, WIDTH};
use super::paint::{self, Ink};
use super::shaper::Shaper;
use super::tags::{Kid, TagId, Tags};

/// A place that links and bookmarks lead to: page (from 0) and height.
#[derive(Debug, Clone, Copy)]
pub(super) struct Anchor {
    /// Page, from 0.
    pub(super) page: usize,
    /// Height on it.
    pub(super) y: f64,
}

/// A link to an incident.
#[derive(Debug)]
pub(super) struct Link {
    /// Left, bottom, right, top.
    pub(super) area: [f64; 4],
    /// Number of the incident, from 0.
    pub(super) incident: usize,
    /// What it says.
    pub(super) says: String,
    /// Its structure element.
    pub(super) tag: TagId,
}

/// A page.
#[derive(Debug, Default)]
pub(super) struct Sheet {
    /// What draws it.
    pub(super) ops: Vec<Op>,
    /// The element of each marked content, by number.
    pub(super) marks: Vec<TagId>,
    /// Its links.
    pub(super) links: Vec<Link>,
}

/// A bookmark.
#[derive(Debug)]
pub(super) struct Bookmark {
    /// 0 for chapters, 1 for what is in them.
    pub(super) depth: usize,
    /// What it says.
    pub(super) title: String,
    /// Where it leads.
    pub(super) to: Anchor,
}

/// The document under construction.
pub(super) struct Canvas {
    /// The pages.
    pub(super) sheets: Vec<Sheet>,
    /// The cursor: the top of what comes next.
    pub(super) y: f64,
    /// The logical structure.
    pub(super) tags: Tags,
    /// Shapes the texts.
    pub(super) shaper: Shaper,
    /// The brand's colour, dark enough for text on white.
    pub(super) accent: Ink,
    /// The face of Han characters where a text does not tell.
    pub(super) han: FaceId,
    /// Where each incident begins.
    pub(super) anchors: Vec<Anchor>,
    /// The outline, in order.
    pub(super) bookmarks: Vec<Bookmark>,
}

impl Canvas {
    /// One empty page.
    pub(super) fn new(accent: Ink, han: FaceId) -> Self {
        Self {
            sheets: vec![Sheet::default()],
            y: TOP,
            tags: Tags::new(),
            shaper: Shaper::new(),
            accent,
            han,
            anchors: Vec::new(),
            bookmarks: Vec::new(),
        }
    }

    /// The number of the last page, from 0.
    pub(super) fn page(&self) -> usize {
        self.sheets.len() - 1
    }

    /// The operations of the last page.
    pub(super) fn ops(&mut self) -> &mut Vec<Op> {
        let last = self.page();
        &mut self.sheets[last].ops
    }

    /// Begins a page.
    pub(super) fn break_page(&mut self) {
        self.sheets.push(Sheet::default());
        self.y = TOP;
    }

    /// Begins a page unless there is that much room.
    pub(super) fn need(&mut self, height: f64) {
        if self.y - height < BOTTOM && self.y < TOP {
            self.break_page();
        }
    }

    /// The place of the cursor.
    pub(super) fn here(&self) -> Anchor {
        Anchor { page: self.page(), y: self.y }
    }

    /// Breaks a cleaned text into lines.
    pub(super) fn lay(&mut self, text: &str, style: Style, width: f64) -> Vec<Line> {
        let setting = Setting { size: style.size, bold: style.bold, han: han_of(text, self.han) };
        lines(&mut self.shaper, text, setting, width)
    }

    /// Opens marked content of an element on the last page.
    pub(super) fn open(&mut self, tag: TagId) {
        let page = self.page();
        self.open_on(page, tag);
    }

    /// Opens marked content of an element on a page.
    pub(super) fn open_on(&mut self, page: usize, tag: TagId) {
        let role = self.tags.0[tag.0].role;
        let sheet = &mut self.sheets[page];
        let number = sheet.marks.len();
        sheet.marks.push(tag);
        paint::begin_tag(&mut sheet.ops, role, number);
        self.tags.hold(tag, Kid::Content(page, number));
    }

    /// Closes what is open on the last page.
    pub(super) fn close(&mut self) {
        paint::end(self.ops());
    }

    /// Draws what is no content.
    pub(super) fn artifact(&mut self, draw: impl FnOnce(&mut Vec<Op>)) {
        let ops = self.ops();
        paint::begin_artifact(ops, None);
        draw(ops);
        paint::end(ops);
    }

    /// Draws one line whose top is `top` between two edges.
    pub(super) fn line(&mut self, line: &Line, style: Style, (left, right): (f64, f64), top: f64, align: Align) {
        let x = if align == Align::Right || line.rtl { right - line.width } else { left };
        paint::text(self.ops(), line, (x, top - style.ascent()), style.size, style.ink);
    }

    /// Sets a text below the cursor as an element, over as many pages as it needs.
    pub(super) fn flow(&mut self, parent: TagId, role: &'static str, text: &str, style: Style) -> TagId {
        self.flow_in(parent, role, text, style, (MARGIN, MARGIN + WIDTH))
    }

    /// Like [`Canvas::flow`], between two edges.
    pub(super) fn flow_in(
        &mut self,
        parent: TagId,
        role: &'static str,
        text: &str,
        style: Style,
        edges: (f64, f64),
    ) -> TagId {
        let tag = self.tags.add(parent, role);
        let lines = self.lay(text, style, edges.1 - edges.0);
        self.need(style.leading() * if lines.len() > 1 { 2.0 } else { 1.0 });
        self.open(tag);
        for line in lines {
            if self.y - style.leading() < BOTTOM {
                self.close();
                self.break_page();
                self.open(tag);
            }
            self.line(&line, style, edges, self.y, Align::Start);
            self.y -= style.leading();
        }
        self.close();
        tag
    }

    /// Sets a heading, and keeps it with what follows.
    pub(super) fn heading(&mut self, parent: TagId, role: &'static str, text: &str, size: f64) -> TagId {
        let style = Style { size, bold: true, ink: if size > 11.0 { self.accent } else { BLACK } };
        self.need(style.leading() + 60.0);
        let tag = self.flow(parent, role, text, style);
        self.y -= 3.0;
        tag
    }

    /// Adds a link to the last page.
    pub(super) fn link(&mut self, link: Link) {
        let page = self.page();
        let number = self.sheets[page].links.len();
        self.tags.hold(link.tag, Kid::Link(page, number));
        self.sheets[page].links.push(link);
    }

    /// Leaves a gap.
    pub(super) fn skip(&mut self, height: f64) {
        self.y -= height;
    }
}

/// Kana and Hangul tell in which tradition the Han characters beside them are written.
fn han_of(text: &str, otherwise: FaceId) -> FaceId {
    if text.is_ascii() {
        return otherwise;
    }
    text.chars()
        .find_map(|character| match u32::from(character) {
            0x3041..=0x30FF | 0x31F0..=0x31FF => Some(super::fonts::JAPANESE),
            0x1100..=0x11FF | 0x3130..=0x318F | 0xAC00..=0xD7A3 => Some(super::fonts::KOREAN),
            _ => None,
        })
        .unwrap_or(otherwise)
}
