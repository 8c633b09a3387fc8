//! Line breaking: a text becomes lines of shaped pieces that fit a width, in visual order.
//!
//! Breaks follow UAX #14, direction UAX #9; a word too long for a line breaks between grapheme clusters.
//! It must not draw.

use std::ops::Range;
use std::rc::Rc;

use unicode_bidi::{Level, ParagraphBidiInfo};
use unicode_linebreak::linebreaks;
use unicode_segmentation::UnicodeSegmentation;

use super::fonts::FaceId;
use super::itemize::{Run, runs};
use super::shaper::{Piece, Shaper};

/// How a text is set.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Setting {
    /// Size in points.
    pub(super) size: f64,
    /// Whether it is bold.
    pub(super) bold: bool,
    /// The face that Han characters are shown in.
    pub(super) han: FaceId,
}

/// A line of text.
#[derive(Debug, Default)]
pub(super) struct Line {
    /// From left to right.
    pub(super) pieces: Vec<Rc<Piece>>,
    /// Its width in points.
    pub(super) width: f64,
    /// Whether its paragraph runs from right to left.
    pub(super) rtl: bool,
}

/// Breaks a cleaned text into lines of at most `width` points. There is at least one.
pub(super) fn lines(shaper: &mut Shaper, text: &str, setting: Setting, width: f64) -> Vec<Line> {
    let mut lines = Vec::new();
    for paragraph in text.split('\n') {
        let paragraph = paragraph.replace('\t', "    ");
        Breaker::new(shaper, &paragraph, setting, width).fill(&mut lines);
    }
    lines
}

struct Breaker<'a> {
    shaper: &'a mut Shaper,
    text: &'a str,
    setting: Setting,
    /// In thousandths of an em.
    width: f64,
    /// None for plain ASCII.
    bidi: Option<ParagraphBidiInfo<'a>>,
    line: Vec<(Rc<Piece>, Level)>,
    filled: f64,
    /// White space that waits for a word to stand before.
    spaces: Vec<(Rc<Piece>, Level)>,
    space: f64,
}

type Pieces = Vec<(Rc<Piece>, Level)>;

impl<'a> Breaker<'a> {
    fn new(shaper: &'a mut Shaper, text: &'a str, setting: Setting, width: f64) -> Self {
        Self {
            shaper,
            text,
            setting,
            width: width / setting.size * 1000.0,
            bidi: (!text.is_ascii()).then(|| ParagraphBidiInfo::new(text, None)),
            line: Vec::new(),
            filled: 0.0,
            spaces: Vec::new(),
            space: 0.0,
        }
    }

    fn fill(mut self, lines: &mut Vec<Line>) {
        let text = self.text;
        let mut from = 0;
        for (to, _) in linebreaks(text) {
            let segment = &text[from..to];
            let word = from..from + segment.trim_end_matches(char::is_whitespace).len();
            self.word(word.clone(), lines);
            let (spaces, space) = self.pieces(word.end..to);
            self.spaces.extend(spaces);
            self.space += space;
            from = to;
        }
        self.end_line(lines);
    }

    /// Puts a word on this line or the next, or on as many as it needs.
    fn word(&mut self, word: Range<usize>, lines: &mut Vec<Line>) {
        if word.is_empty() {
            return;
        }
        let (pieces, width) = self.pieces(word.clone());
        if self.filled + self.space + width > self.width + 0.5 && !self.line.is_empty() {
            self.end_line(lines);
        }
        if self.filled + self.space + width > self.width + 0.5 {
            self.break_word(word, lines);
        } else {
            self.place(pieces, width);
        }
    }

    /// Cuts a word between grapheme clusters, measured one by one, and shapes what fits as one.
    fn break_word(&mut self, word: Range<usize>, lines: &mut Vec<Line>) {
        let text = self.text;
        let (mut from, mut filled) = (word.start, self.filled + self.space);
        for (offset, cluster) in text[word.clone()].grapheme_indices(true) {
            let at = word.start + offset;
            let (_, width) = self.pieces(at..at + cluster.len());
            if filled + width > self.width && at > from {
                let (pieces, width) = self.pieces(from..at);
                self.place(pieces, width);
                self.end_line(lines);
                (from, filled) = (at, 0.0);
            }
            filled += width;
        }
        let (pieces, width) = self.pieces(from..word.end);
        self.place(pieces, width);
    }

    fn place(&mut self, pieces: Pieces, width: f64) {
        self.line.append(&mut self.spaces);
        self.line.extend(pieces);
        self.filled += self.space + width;
        self.space = 0.0;
    }

    /// Ends a line; white space at its end is not shown.
    fn end_line(&mut self, lines: &mut Vec<Line>) {
        self.spaces.clear();
        let rtl = self.bidi.as_ref().is_some_and(|bidi| bidi.paragraph_level.is_rtl());
        let placed = std::mem::take(&mut self.line);
        let pieces = if placed.iter().all(|(_, level)| level.number() == 0) {
            placed.into_iter().map(|(piece, _)| piece).collect()
        } else {
            let levels: Vec<Level> = placed.iter().map(|(_, level)| *level).collect();
            ParagraphBidiInfo::reorder_visual(&levels).into_iter().map(|at| placed[at].0.clone()).collect()
        };
        lines.push(Line { pieces, width: self.filled * self.setting.size / 1000.0, rtl });
        (self.filled, self.space) = (0.0, 0.0);
    }

    fn pieces(&mut self, range: Range<usize>) -> (Pieces, f64) {
        let mut width = 0.0;
        let mut pieces = Vec::new();
        for Run { range, voice, level } in runs(self.text, range, self.bidi.as_ref(), self.setting) {
            let piece = self.shaper.piece(voice, &self.text[range]);
            width += piece.width;
            pieces.push((piece, level));
        }
        (pieces, width)
    }
}
