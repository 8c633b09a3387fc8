//! The fonts: embedded files become faces that are parsed once in a process, on first use.
//!
//! Licences and origins stand in `templates/pdf/fonts`. It must not read any other font.

use std::sync::LazyLock;

use harfrust::{Font, GlyphId};

/// A face by its place in [`FACES`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct FaceId(pub(super) u8);

/// A parsed font file.
pub(super) struct Face {
    /// PostScript name.
    pub(super) name: &'static str,
    /// The file.
    pub(super) data: &'static [u8],
    /// Parsed.
    pub(super) font: Font,
}

impl Face {
    fn parse(name: &'static str, data: &'static [u8]) -> Self {
        let font = Font::new(data, 0).expect("the embedded fonts are well-formed; a test parses each");
        Self { name, data, font }
    }

    /// The glyph of a character, if the face has one.
    pub(super) fn glyph(&self, character: char) -> Option<GlyphId> {
        self.font.charmap().map_unicode(character).filter(|glyph| glyph.to_u32() != 0)
    }

    /// Font units to thousandths of an em.
    pub(super) fn milli(&self, units: i32) -> f64 {
        f64::from(units) * 1000.0 / f64::from(self.font.units_per_em().max(1))
    }
}

macro_rules! faces {
    ($($id:ident = $index:literal, $name:literal;)*) => {
        $(pub(super) const $id: FaceId = FaceId($index);)*
        static FACES: [LazyLock<Face>; [$($index),*].len()] = [
            $(LazyLock::new(|| {
                Face::parse($name, include_bytes!(concat!("../../../templates/pdf/fonts/", $name, ".ttf")))
            }),)*
        ];
    };
}

faces! {
    SANS = 0, "NotoSans-Regular";
    SANS_BOLD = 1, "NotoSans-Bold";
    ARABIC = 2, "NotoSansArabic-Regular";
    ARABIC_BOLD = 3, "NotoSansArabic-Bold";
    DEVANAGARI = 4, "NotoSansDevanagari-Regular";
    DEVANAGARI_BOLD = 5, "NotoSansDevanagari-Bold";
    HEBREW = 6, "NotoSansHebrew-Regular";
    THAI = 7, "NotoSansThai-Regular";
    SYMBOLS = 8, "NotoSansSymbols2-Regular";
    EMOJI = 9, "NotoEmoji-Regular";
    JAPANESE = 10, "NotoSansJP-Regular";
    CHINESE = 11, "NotoSansSC-Regular";
    KOREAN = 12, "NotoSansKR-Regular";
}

/// The faces that are asked for a character when its script's own has none, in this order.
pub(super) const FALLBACKS: [FaceId; 10] =
    [SANS, ARABIC, DEVANAGARI, HEBREW, THAI, SYMBOLS, EMOJI, JAPANESE, CHINESE, KOREAN];

impl FaceId {
    /// The face; parsed on first use.
    pub(super) fn face(self) -> &'static Face {
        &FACES[usize::from(self.0)]
    }

    /// The bold sister of a regular face; none where strokes have to be thickened instead.
    pub(super) fn bold(self) -> Option<Self> {
        match self {
            SANS => Some(SANS_BOLD),
            ARABIC => Some(ARABIC_BOLD),
            DEVANAGARI => Some(DEVANAGARI_BOLD),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_face_parses_and_carries_outlines_and_its_own_name() {
        for id in 0..u8::try_from(FACES.len()).unwrap() {
            let face = FaceId(id).face();
            assert!(face.font.num_glyphs() > 100, "{}", face.name);
            assert_eq!(&face.data[..4], [0, 1, 0, 0], "{} has TrueType outlines", face.name);
        }
    }

    #[test]
    fn the_replacement_sign_can_be_drawn() {
        assert!(SANS.face().glyph('\u{FFFD}').is_some());
        assert!(SANS_BOLD.face().glyph('\u{FFFD}').is_some());
    }
}
