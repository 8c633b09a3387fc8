//! Glyphs in use: each (glyph, text) pair of a face becomes a code of the embedded font.
//!
//! One code means one text, so that the font's `ToUnicode` map gives back what was written even where the same
//! glyph stands for different texts. It must not draw.

use std::collections::{BTreeMap, HashMap};

use super::fonts::FaceId;

/// A code of an embedded font.
#[derive(Debug, Clone)]
pub(super) struct Code {
    /// The glyph in the font file.
    pub(super) glyph: u16,
    /// What it stands for; empty where an `ActualText` around it says so.
    pub(super) text: Box<str>,
    /// Its advance in thousandths of an em.
    pub(super) width: f64,
}

/// The codes of one face, in order of their numbers from 1.
#[derive(Debug, Default)]
pub(super) struct Codes {
    /// Code `n` stands at `n - 1`.
    pub(super) list: Vec<Code>,
    by_glyph: HashMap<u16, Vec<u16>>,
}

impl Codes {
    fn code(&mut self, face: FaceId, glyph: u16, text: &str) -> u16 {
        let same = self.by_glyph.entry(glyph).or_default();
        if let Some(code) = same.iter().find(|code| *self.list[usize::from(**code) - 1].text == *text) {
            return *code;
        }
        // A face has fewer glyphs than codes; only absurd texts pair one glyph with thousands of texts.
        let Ok(code) = u16::try_from(self.list.len() + 1) else { return same.first().copied().unwrap_or(1) };
        let face = face.face();
        let units = face.font.glyph_metrics().h_advance(u32::from(glyph).into());
        #[expect(clippy::cast_possible_truncation, reason = "advances are 16-bit integers in the file")]
        let width = face.milli(units as i32);
        self.list.push(Code { glyph, text: text.into(), width });
        same.push(code);
        code
    }
}

/// The codes of all faces of a document.
#[derive(Debug, Default)]
pub(super) struct Inventory {
    /// By face.
    pub(super) faces: BTreeMap<FaceId, Codes>,
}

impl Inventory {
    /// The code for a glyph that stands for a text, and its advance in thousandths of an em.
    pub(super) fn code(&mut self, face: FaceId, glyph: u16, text: &str) -> (u16, f64) {
        let codes = self.faces.entry(face).or_default();
        let code = codes.code(face, glyph, text);
        (code, codes.list[usize::from(code) - 1].width)
    }
}
