//! Shaping: a piece of text in one face, script and direction becomes positioned codes.
//!
//! Equal pieces are shaped once a document. It must not break lines or draw.

use std::collections::HashMap;
use std::rc::Rc;
use std::sync::{Arc, LazyLock, PoisonError, RwLock};

use harfrust::{Buffer, BufferFlags, Direction, Script, ShapeOptions, ShapePlan, ShaperFont, Tag, shape};

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
        Self {
            inventory: Inventory::default(),
            buffer: Some(buffer),
            fonts: HashMap::new(),
            shaped: HashMap::new(),
        }
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
        let glyph = face.face().glyph('\u{FFFD}').map_or(0, |glyph| glyph.to_u32());
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
            let texts = parts(cluster, to - from, rtl);
            let actual = to - from > 1 && texts.len() == 1;
            if actual {
                items.0.push(Item::Actual(cluster.into()));
            }
            for (at, glyph) in (from..to).enumerate() {
                width += self.glyph(&mut items, face, buffer, glyph, texts.get(at).copied().unwrap_or_default());
            }
            items.rise(0.0);
            if actual {
                items.0.push(Item::EndActual);
            }
            self.ghosts(&mut items, face, texts.get(to - from..).unwrap_or_default());
            from = to;
        }
        Piece { face, embolden, width, items: items.0 }
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

    /// Invisible glyphs at the right end of a ligature, for the letters that it joins.
    fn ghosts(&mut self, items: &mut Items, face: FaceId, letters: &[&str]) {
        let Some(space) = face.face().glyph(' ').and_then(|glyph| u16::try_from(glyph.to_u32()).ok()) else { return };
        let codes: Vec<(u16, f64)> = letters.iter().map(|letter| self.inventory.code(face, space, letter)).collect();
        items.kern(codes.iter().map(|(_, width)| width).sum());
        for (code, _) in codes {
            items.code(code);
        }
    }
}

/// The texts of a cluster's glyphs from left to right.
///
/// From left to right the first glyph stands for the whole cluster, with an `ActualText` around several. From right
/// to left readers put single letters in order by where they stand, and know nothing of letters within a glyph: there
/// each glyph stands for one letter, and what a ligature has beyond its glyphs stands in ghosts beside it.
fn parts(cluster: &str, glyphs: usize, rtl: bool) -> Vec<&str> {
    let letters = cluster.chars().count();
    if !rtl || letters < glyphs || letters == 1 {
        return vec![cluster];
    }
    let mut parts: Vec<&str> =
        cluster.char_indices().map(|(at, letter)| &cluster[at..at + letter.len_utf8()]).collect();
    parts.reverse();
    parts
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
