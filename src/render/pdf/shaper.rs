//! Shaping: a piece of text in one face, script and direction becomes positioned codes.
//!
//! Equal pieces are shaped once a document. It must not break lines or draw.

use std::collections::HashMap;
use std::ops::Range;
use std::rc::Rc;
use std::sync::{Arc, LazyLock, PoisonError, RwLock};

use harfrust::{Buffer, BufferFlags, Direction, GlyphId, Script, ShapeOptions, ShapePlan, ShaperFont, Tag, shape};

use unicode_script::UnicodeScript;

use super::fonts::{FaceId, SANS, SANS_BOLD};
use super::glyphs::Inventory;
use super::table::count;

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

/// How far apart ghosts stand, in thousandths of an em: more than what readers take for doubled text.
const GHOST: f64 = 130.0;

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

    /// Glyphs to codes, cluster by cluster.
    fn assemble(&mut self, face: FaceId, embolden: bool, text: &str, buffer: &Buffer) -> Piece {
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
        let is_mark = |letter: &&str| letter.chars().all(|letter| letter.script() == unicode_script::Script::Inherited);
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
struct Items(Vec<Item>);

impl Items {
    fn code(&mut self, code: u16) {
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
