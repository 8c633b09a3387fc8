//! Shaping: a piece of text in one face, script and direction becomes positioned codes.
//!
//! Equal pieces are shaped once a document. It must not break lines or draw.

use std::collections::HashMap;
use std::rc::Rc;
use std::sync::{Arc, LazyLock, PoisonError, RwLock};

use harfrust::{Buffer, BufferFlags, Direction, GlyphId, Script, ShapeOptions, ShapePlan, ShaperFont, Tag, shape};

use super::assemble::Items;
use super::fonts::{FaceId, SANS, SANS_BOLD};
use super::glyphs::Inventory;

/// What a show-text operator is made of. Lengths are thousandths of an em.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Item {
    /// Two-byte codes of the embedded font.
    Codes(Vec<u8>),
    /// Moves the pen back.
    Kern(f64),
    /// Lifts what follows above the baseline; zero ends it.
    Rise(f64),
    /// What follows stands for this text, up to the next [`Item::EndActual`].
    Actual(Box<str>),
    /// See [`Item::Actual`].
    EndActual,
}

/// A shaped piece of text.
#[derive(Debug)]
pub(super) struct Piece {
    /// Its face.
    pub(super) face: FaceId,
    /// Whether strokes stand in for a bold face.
    pub(super) embolden: bool,
    /// Its advance in thousandths of an em.
    pub(super) width: f64,
    /// What shows it, from left to right.
    pub(super) items: Vec<Item>,
}

/// What decides a piece's shape beside its text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Voice {
    /// Its face; none where no face has its characters.
    pub(super) face: Option<FaceId>,
    /// Whether it is to be bold.
    pub(super) bold: bool,
    /// Its script, by ISO 15924 tag.
    pub(super) script: [u8; 4],
    /// Whether it runs from right to left.
    pub(super) rtl: bool,
}

type PlanKey = (FaceId, [u8; 4], bool);

/// Shape plans follow from the embedded fonts alone, so a process makes each once.
static PLANS: LazyLock<RwLock<HashMap<PlanKey, Arc<ShapePlan>>>> = LazyLock::new(RwLock::default);

fn plan(face: FaceId, script: Option<Script>, voice: Voice, direction: Direction) -> Arc<ShapePlan> {
    let key = (face, voice.script, voice.rtl);
    if let Some(plan) = PLANS.read().unwrap_or_else(PoisonError::into_inner).get(&key) {
        return plan.clone();
    }
    let plan = Arc::new(ShapePlan::new(&face.face().font, direction, script, None, &[]));
    PLANS.write().unwrap_or_else(PoisonError::into_inner).insert(key, plan.clone());
    plan
}

/// Shapes the texts of one document.
pub(super) struct Shaper {
    /// The codes that its pieces use.
    pub(super) inventory: Inventory,
    buffer: Option<Buffer>,
    fonts: HashMap<FaceId, ShaperFont<'static, 'static>>,
    shaped: HashMap<Voice, HashMap<Box<str>, Rc<Piece>>>,
}

impl Shaper {
    /// One without any text yet.
    pub(super) fn new() -> Self {
        let mut buffer = Buffer::new();
        buffer.set_flags(BufferFlags::REMOVE_DEFAULT_IGNORABLES);
        Self { inventory: Inventory::default(), buffer: Some(buffer), fonts: HashMap::new(), shaped: HashMap::new() }
    }

    /// The piece of a text.
    pub(super) fn piece(&mut self, voice: Voice, text: &str) -> Rc<Piece> {
        if let Some(piece) = self.shaped.get(&voice).and_then(|known| known.get(text)) {
            return piece.clone();
        }
        let piece = Rc::new(match voice.face {
            Some(face) => self.shape(face, voice, text),
            None => self.replace(voice, text),
        });
        self.shaped.entry(voice).or_default().insert(text.into(), piece.clone());
        piece
    }

    /// A replacement sign for each character that no face has; the text itself stays in the file.
    fn replace(&mut self, voice: Voice, text: &str) -> Piece {
        let face = if voice.bold { SANS_BOLD } else { SANS };
        let glyph = face.face().glyph('\u{FFFD}').map_or(0, GlyphId::to_u32);
        let mut items = Items::default();
        let mut width = 0.0;
        for character in text.chars() {
            let mut bytes = [0; 4];
            let (code, advance) =
                self.inventory.code(face, u16::try_from(glyph).unwrap_or(0), character.encode_utf8(&mut bytes));
            items.code(code);
            width += advance;
        }
        Piece { face, embolden: false, width, items: items.0 }
    }

    fn shape(&mut self, face: FaceId, voice: Voice, text: &str) -> Piece {
        let (face, embolden) = match (voice.bold, face.bold()) {
            (true, Some(bold)) => (bold, false),
            (bold, _) => (face, bold),
        };
        let direction = if voice.rtl { Direction::RightToLeft } else { Direction::LeftToRight };
        let script = Script::from_iso15924_tag(Tag::new(&voice.script));
        let plan = plan(face, script, voice, direction);
        let font = self.fonts.entry(face).or_insert_with(|| ShaperFont::new(&face.face().font));
        let mut buffer = self.buffer.take().unwrap_or_default();
        buffer.clear();
        buffer.push_str(text);
        buffer.set_direction(direction);
        buffer.set_script(script);
        let shaped = shape(font, &mut buffer, ShapeOptions::new().plan(Some(&plan)));
        let piece = match shaped {
            Ok(()) => self.assemble(face, embolden, text, &buffer),
            // The plan is made for the very buffer, so this does not happen; nothing is dropped if it does.
            Err(_) => self.replace(voice, text),
        };
        self.buffer = Some(buffer);
        piece
    }
}
