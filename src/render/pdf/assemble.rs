//! Assembling: a shaper's glyphs become what shows them, such that readers get the text back.

use std::ops::Range;

use harfrust::{Buffer, Direction};
use unicode_script::{Script, UnicodeScript};

use super::fonts::FaceId;
use super::shaper::{Item, Piece, Shaper};
use super::table::count;

/// How far apart ghosts stand, in thousandths of an em: more than what readers take for doubled text.
const GHOST: f64 = 130.0;

impl Shaper {
    /// Glyphs to codes, cluster by cluster.
    pub(super) fn assemble(&mut self, face: FaceId, embolden: bool, text: &str, buffer: &Buffer) -> Piece {
        let infos = buffer.glyph_infos();
        let mut starts: Vec<usize> = infos.iter().map(|info| info.cluster as usize).collect();
        starts.sort_unstable();
        starts.dedup();
        let rtl = buffer.direction() == Direction::RightToLeft;
        let (mut items, mut width, mut from) = (Items::default(), 0.0, 0);
        while from < infos.len() {
            let start = infos[from].cluster as usize;
            let to = from + infos[from..].iter().take_while(|info| info.cluster as usize == start).count();
            let end = starts.get(starts.partition_point(|known| *known <= start)).copied().unwrap_or(text.len());
            // What comes before the first cluster (dropped ignorables) belongs to it.
            let start = if Some(&start) == starts.first() { 0 } else { start };
            let cluster = text.get(start..end).unwrap_or_default();
            width += if rtl && (to - from > 1 || cluster.chars().count() > 1) {
                self.backward(&mut items, face, buffer, from..to, cluster)
            } else {
                self.forward(&mut items, face, buffer, from..to, cluster)
            };
            from = to;
        }
        Piece { face, embolden, width, items: items.0 }
    }

    /// A cluster whose first glyph stands for all of it; an `ActualText` says so around several.
    fn forward(
        &mut self,
        items: &mut Items,
        face: FaceId,
        buffer: &Buffer,
        glyphs: Range<usize>,
        cluster: &str,
    ) -> f64 {
        let several = glyphs.len() > 1;
        if several {
            items.0.push(Item::Actual(cluster.into()));
        }
        let mut width = 0.0;
        for (place, at) in glyphs.enumerate() {
            width += self.glyph(items, face, buffer, at, if place == 0 { cluster } else { "" });
        }
        items.rise(0.0);
        if several {
            items.0.push(Item::EndActual);
        }
        width
    }

    /// A cluster of several letters that runs from right to left.
    ///
    /// Readers put such letters in order by where each stands, and know nothing of letters within a glyph or of marks
    /// above one. So the widest glyph stands for the last letter, ghosts beside it for the others, and what else is
    /// drawn for none.
    fn backward(
        &mut self,
        items: &mut Items,
        face: FaceId,
        buffer: &Buffer,
        glyphs: Range<usize>,
        cluster: &str,
    ) -> f64 {
        let letters: Vec<&str> = cluster.split_inclusive(|_| true).collect();
        let is_mark = |letter: &&str| letter.chars().all(|letter| letter.script() == Script::Inherited);
        let carried = letters.iter().rposition(|letter| !is_mark(letter)).unwrap_or(0);
        let advance = |at: usize| buffer.glyph_positions()[at].x_advance;
        let widest = glyphs.clone().max_by_key(|at| advance(*at)).unwrap_or(glyphs.start);
        self.ghosts(items, face, &letters[carried + 1..], GHOST * count(letters.len() - carried - 1));
        let mut width = 0.0;
        for at in glyphs {
            if at == widest {
                width += self.glyph(items, face, buffer, at, letters[carried]);
                items.rise(0.0);
            } else {
                items.0.push(Item::Actual("".into()));
                width += self.glyph(items, face, buffer, at, "");
                items.rise(0.0);
                items.0.push(Item::EndActual);
            }
        }
        let room = GHOST * count(carried);
        self.ghosts(items, face, &letters[..carried], room);
        width
    }

    /// Shows one glyph, and gives its advance.
    fn glyph(&mut self, items: &mut Items, face: FaceId, buffer: &Buffer, at: usize, text: &str) -> f64 {
        let glyph = u16::try_from(buffer.glyph_infos()[at].glyph_id).unwrap_or(0);
        let (code, nominal) = self.inventory.code(face, glyph, text);
        let position = &buffer.glyph_positions()[at];
        let [dx, dy, advance] =
            [position.x_offset, position.y_offset, position.x_advance].map(|units| face.face().milli(units));
        items.rise(dy);
        items.kern(-dx);
        items.code(code);
        items.kern(nominal - advance + dx);
        advance
    }

    /// Shows invisible glyphs for letters that no glyph stands for, from left to right, the first of them `back`
    /// behind the pen; the pen ends where it was.
    fn ghosts(&mut self, items: &mut Items, face: FaceId, letters: &[&str], back: f64) {
        let Some(space) = face.face().glyph(' ').and_then(|glyph| u16::try_from(glyph.to_u32()).ok()) else { return };
        let mut behind = back;
        for letter in letters.iter().rev() {
            let (code, width) = self.inventory.code(face, space, letter);
            items.kern(behind);
            items.code(code);
            items.kern(width - behind);
            behind -= GHOST;
        }
    }
}

/// Items under construction, neighbours joined.
#[derive(Default)]
pub(super) struct Items(pub(super) Vec<Item>);

impl Items {
    pub(super) fn code(&mut self, code: u16) {
        if let Some(Item::Codes(bytes)) = self.0.last_mut() {
            bytes.extend(code.to_be_bytes());
        } else {
            self.0.push(Item::Codes(code.to_be_bytes().to_vec()));
        }
    }

    fn kern(&mut self, milli: f64) {
        if milli.abs() < 0.01 {
            return;
        }
        if let Some(Item::Kern(kern)) = self.0.last_mut() {
            *kern += milli;
        } else {
            self.0.push(Item::Kern(milli));
        }
    }

    fn rise(&mut self, milli: f64) {
        let now = self.0.iter().rev().find_map(|item| if let Item::Rise(rise) = item { Some(*rise) } else { None });
        if (milli - now.unwrap_or(0.0)).abs() > 0.01 {
            self.0.push(Item::Rise(milli));
        }
    }
}
