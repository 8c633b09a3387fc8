//! Itemizing: a stretch of text becomes runs of one face, script and direction.
//!
//! It must not shape.

use std::ops::Range;

use unicode_bidi::{Level, ParagraphBidiInfo};
use unicode_script::{Script, UnicodeScript};

use super::fonts::{ARABIC, DEVANAGARI, FALLBACKS, FaceId, HEBREW, JAPANESE, KOREAN, SANS, THAI};
use super::lines::Setting;
use super::shaper::Voice;

/// A stretch of text that is shaped as one.
#[derive(Debug, PartialEq)]
pub(super) struct Run {
    /// Where it stands in the paragraph, in bytes.
    pub(super) range: Range<usize>,
    /// How it is shaped.
    pub(super) voice: Voice,
    /// Its embedding level; even runs from left to right.
    pub(super) level: Level,
}

/// The runs of a stretch of a paragraph, in logical order.
pub(super) fn runs(
    text: &str,
    range: Range<usize>,
    bidi: Option<&ParagraphBidiInfo<'_>>,
    setting: Setting,
) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::new();
    let Some(bidi) = bidi else {
        if !range.is_empty() {
            let voice = Voice { face: Some(SANS), bold: setting.bold, script: *b"Latn", rtl: false };
            runs.push(Run { range, voice, level: Level::ltr() });
        }
        return runs;
    };
    let mut script = Script::Latin;
    let mut before = None;
    for (offset, character) in text[range.clone()].char_indices() {
        let at = range.start + offset;
        let own = match character {
            'A'..='Z' | 'a'..='z' => Script::Latin,
            '\0'..='\u{7f}' => Script::Common,
            _ => character.script(),
        };
        if !matches!(own, Script::Common | Script::Inherited | Script::Unknown) {
            script = own;
        }
        let level = bidi.levels.get(at).copied().unwrap_or(bidi.paragraph_level);
        let face = face_of(character, own, before, setting.han);
        before = face.or(before);
        let voice = Voice { face, bold: setting.bold, script: tag(script), rtl: level.is_rtl() };
        let end = at + character.len_utf8();
        match runs.last_mut() {
            Some(last) if last.voice == voice && last.level == level => last.range.end = end,
            _ => runs.push(Run { range: at..end, voice, level }),
        }
    }
    runs
}

fn tag(script: Script) -> [u8; 4] {
    script.short_name().as_bytes().try_into().unwrap_or(*b"Zyyy")
}

/// The face that shows a character; none where no face can.
fn face_of(character: char, script: Script, before: Option<FaceId>, han: FaceId) -> Option<FaceId> {
    if character == ' ' {
        return Some(SANS);
    }
    let has = |face: &FaceId| face.face().glyph(character).is_some();
    let own = match script {
        Script::Arabic => ARABIC,
        Script::Devanagari => DEVANAGARI,
        Script::Hebrew => HEBREW,
        Script::Thai => THAI,
        Script::Hiragana | Script::Katakana => JAPANESE,
        Script::Hangul => KOREAN,
        Script::Han | Script::Bopomofo => han,
        Script::Inherited => {
            // Marks, joiners and selectors belong to what they stand on.
            return before.filter(|face| has(face) || joins(character)).or_else(|| fallback(character, han));
        }
        Script::Common if !character.is_ascii() => {
            if joins(character) {
                return before.or(Some(SANS));
            }
            before.filter(|face| *face != SANS).unwrap_or(SANS)
        }
        _ => SANS,
    };
    if has(&own) { Some(own) } else { fallback(character, han) }
}

fn fallback(character: char, han: FaceId) -> Option<FaceId> {
    let (symbols, rest) = FALLBACKS.split_at(7);
    symbols.iter().chain([&han]).chain(rest).copied().find(|face| face.face().glyph(character).is_some())
}

/// Joiners, variation selectors and emoji modifiers: shown only together with what stands before.
fn joins(character: char) -> bool {
    matches!(u32::from(character), 0x200B..=0x200D | 0x2060 | 0xFE00..=0xFE0F | 0x1F3FB..=0x1F3FF | 0x00AD)
}
