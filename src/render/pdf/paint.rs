//! Paint: lines of text, rules, boxes and pictures become the operations of a page.
//!
//! Lengths are points from the page's lower left corner. It must not know what is drawn or why.

use printpdf::{
    Color, DictItem, FontId, Op, PaintMode, PdfFontHandle, Point, Pt, Rect, Rgb, TextRenderingMode, XObjectId,
    XObjectTransform,
};

use super::fonts::FaceId;
use super::lines::Line;
use super::shaper::{Item, Piece};

/// A colour of the sRGB space, each part from 0 to 255.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Ink(pub(super) u8, pub(super) u8, pub(super) u8);

impl Ink {
    /// Reads `#rrggbb`; anything else is none.
    pub(super) fn parse(hex: &str) -> Option<Self> {
        let digits = hex.strip_prefix('#').filter(|digits| digits.len() == 6 && digits.is_ascii())?;
        let part = |at: usize| u8::from_str_radix(&digits[at..at + 2], 16).ok();
        Some(Self(part(0)?, part(2)?, part(4)?))
    }

    /// The colour mixed with white: 1 keeps it, 0 is white.
    pub(super) fn tint(self, strength: f64) -> Self {
        let mix = |part: u8| {
            let light = 255.0 - (255.0 - f64::from(part)) * strength.clamp(0.0, 1.0);
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 0 and 255")]
            let light = light.round() as u8;
            light
        };
        Self(mix(self.0), mix(self.1), mix(self.2))
    }

    /// Relative luminance (WCAG 2.2), from 0 (black) to 1.
    pub(super) fn luminance(self) -> f64 {
        let linear = |part: u8| {
            let part = f64::from(part) / 255.0;
            if part <= 0.04045 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) }
        };
        0.2126 * linear(self.0) + 0.7152 * linear(self.1) + 0.0722 * linear(self.2)
    }

    fn color(self) -> Color {
        let part = |part: u8| number(f64::from(part) / 255.0);
        Color::Rgb(Rgb { r: part(self.0), g: part(self.1), b: part(self.2), icc_profile: None })
    }
}

/// A length as the file has it: hundredths of a point (thousandths of an em, parts of a colour) are enough.
pub(super) fn number(value: f64) -> f32 {
    let rounded = (value * 1000.0).round() / 1000.0;
    #[expect(clippy::cast_possible_truncation, reason = "pages measure hundreds of points")]
    let narrow = rounded as f32;
    narrow
}

fn real(value: f64) -> DictItem {
    DictItem::Real(number(value))
}

/// A literal string: half of what a hexadecimal one weighs, and quicker written.
fn string(data: Vec<u8>) -> DictItem {
    DictItem::String { data, literal: true }
}

/// The resource name of a face.
pub(super) fn font_name(face: FaceId) -> String {
    format!("D{}", face.0)
}

/// The resource name of a picture.
pub(super) fn image_name(image: usize) -> String {
    format!("I{image}")
}

/// Opens marked content that belongs to a structure element.
pub(super) fn begin_tag(ops: &mut Vec<Op>, role: &str, number: usize) {
    let number = i64::try_from(number).unwrap_or(i64::MAX);
    let properties = DictItem::Dict { map: [("MCID".to_owned(), DictItem::Int(number))].into() };
    ops.push(Op::BeginMarkedContentWithProperties { tag: role.into(), properties });
}

/// Opens what is no content: a rule, a background, a running title (`Header` or `Footer`).
pub(super) fn begin_artifact(ops: &mut Vec<Op>, running: Option<&str>) {
    let Some(running) = running else {
        ops.push(Op::BeginMarkedContent { tag: "Artifact".into() });
        return;
    };
    let name = |name: &str| DictItem::Name(name.into());
    let map = [("Type".to_owned(), name("Pagination")), ("Subtype".to_owned(), name(running))].into();
    ops.push(Op::BeginMarkedContentWithProperties { tag: "Artifact".into(), properties: DictItem::Dict { map } });
}

/// Closes what [`begin_tag`] or [`begin_artifact`] opened.
pub(super) fn end(ops: &mut Vec<Op>) {
    ops.push(Op::EndMarkedContent);
}

/// Draws a line of text with its baseline's left end at `x`, `y`.
pub(super) fn text(ops: &mut Vec<Op>, line: &Line, (x, y): (f64, f64), size: f64, ink: Ink) {
    if line.pieces.is_empty() {
        return;
    }
    ops.push(Op::StartTextSection);
    ops.push(Op::SetFillColor { col: ink.color() });
    ops.push(Op::SetTextCursor { pos: Point { x: Pt(number(x)), y: Pt(number(y)) } });
    let mut pen = Pen { ops, size, face: None, emboldened: false, shown: Vec::new() };
    for piece in &line.pieces {
        pen.piece(piece, ink);
    }
    pen.flush();
    if pen.emboldened {
        ops.push(Op::SetTextRenderingMode { mode: TextRenderingMode::Fill });
    }
    ops.push(Op::EndTextSection);
}

/// Gathers what one show-text operator can show.
struct Pen<'a> {
    ops: &'a mut Vec<Op>,
    size: f64,
    face: Option<FaceId>,
    emboldened: bool,
    shown: Vec<DictItem>,
}

impl Pen<'_> {
    fn piece(&mut self, piece: &Piece, ink: Ink) {
        if self.face != Some(piece.face) {
            self.flush();
            self.face = Some(piece.face);
            let font = PdfFontHandle::External(FontId(font_name(piece.face)));
            self.ops.push(Op::SetFont { font, size: Pt(number(self.size)) });
        }
        if self.emboldened != piece.embolden {
            self.flush();
            self.embolden(piece.embolden, ink);
        }
        for item in &piece.items {
            match item {
                Item::Codes(bytes) => match self.shown.last_mut() {
                    Some(DictItem::String { data, .. }) => data.extend(bytes),
                    _ => self.shown.push(string(bytes.clone())),
                },
                Item::Kern(milli) => self.shown.push(real(*milli)),
                Item::Rise(milli) => {
                    self.flush();
                    self.ops.push(Op::SetLineOffset { multiplier: number(milli * self.size / 1000.0) });
                }
                Item::Actual(text) => {
                    self.flush();
                    let text = string(utf16(text));
                    let properties = DictItem::Dict { map: [("ActualText".to_owned(), text)].into() };
                    self.ops.push(Op::BeginMarkedContentWithProperties { tag: "Span".into(), properties });
                }
                Item::EndActual => {
                    self.flush();
                    self.ops.push(Op::EndMarkedContent);
                }
            }
        }
    }

    fn embolden(&mut self, bold: bool, ink: Ink) {
        self.emboldened = bold;
        let mode = if bold { TextRenderingMode::FillStroke } else { TextRenderingMode::Fill };
        if bold {
            self.ops.push(Op::SetOutlineColor { col: ink.color() });
            self.ops.push(Op::SetOutlineThickness { pt: Pt(number(self.size * 0.035)) });
        }
        self.ops.push(Op::SetTextRenderingMode { mode });
    }

    fn flush(&mut self) {
        if !self.shown.is_empty() {
            let shown = std::mem::take(&mut self.shown);
            self.ops.push(Op::Unknown { key: "TJ".into(), value: vec![DictItem::Array(shown)] });
        }
    }
}

/// A text string of the file: UTF-16BE with a byte order mark.
pub(super) fn utf16(text: &str) -> Vec<u8> {
    [0xFE, 0xFF].into_iter().chain(text.encode_utf16().flat_map(u16::to_be_bytes)).collect()
}

/// Fills a box whose lower left corner is `x`, `y`.
pub(super) fn fill(ops: &mut Vec<Op>, (x, y): (f64, f64), (width, height): (f64, f64), ink: Ink) {
    ops.push(Op::SetFillColor { col: ink.color() });
    let [x, y, width, height] = [x, y, width, height].map(|length| Pt(number(length)));
    let rectangle = Rect { x, y, width, height, mode: Some(PaintMode::Fill), winding_order: None };
    ops.push(Op::DrawRectangle { rectangle });
}

/// Draws a picture into a box whose lower left corner is `x`, `y`.
pub(super) fn picture(ops: &mut Vec<Op>, image: usize, (x, y): (f64, f64), (width, height): (f64, f64)) {
    let transform = XObjectTransform {
        translate_x: Some(Pt(number(x))),
        translate_y: Some(Pt(number(y))),
        scale_x: Some(number(width)),
        scale_y: Some(number(height)),
        no_auto_scale: true,
        ..XObjectTransform::default()
    };
    ops.push(Op::UseXobject { id: XObjectId(image_name(image)), transform });
}
