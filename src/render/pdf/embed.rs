//! Embedding: the codes in use of each face become a subset font of the file.
//!
//! Each is a TrueType CID font with a map from codes to glyphs and one from codes to text.

use std::fmt::Write as _;

use lopdf::{Dictionary, Document, Object, ObjectId, Stream, dictionary};
use sha2::{Digest, Sha256};
use subsetter::{GlyphRemapper, subset};

use super::PdfError;
use super::finish::{deflate, flate_stream};
use super::fonts::FaceId;
use super::glyphs::{Code, Codes};
use super::paint::number;

/// Adds the font of a face.
pub(super) fn embed(document: &mut Document, face: FaceId, codes: &Codes) -> Result<ObjectId, PdfError> {
    let font = face.face();
    let mut remapper = GlyphRemapper::new();
    let glyphs: Vec<u16> = codes.list.iter().map(|code| remapper.remap(code.glyph)).collect();
    let file = subset(font.data, 0, &remapper).map_err(|source| PdfError::SubsetFont { font: font.name, source })?;
    let name = format!("{}+{}", prefix(codes), font.name);
    let identity = (1..).zip(&glyphs).all(|(code, glyph): (u16, &u16)| code == *glyph);
    let to_glyphs = if identity {
        Object::Name(b"Identity".into())
    } else {
        let map: Vec<u8> = [0_u16].iter().chain(&glyphs).flat_map(|glyph| glyph.to_be_bytes()).collect();
        document.add_object(flate_stream(Dictionary::new(), &map)).into()
    };
    let length = i64::try_from(file.len()).unwrap_or(i64::MAX);
    let program = document.add_object(Stream::new(
        dictionary! { "Length1" => length, "Filter" => Object::Name(b"FlateDecode".into()) },
        deflate(&file),
    ));
    let descriptor = document.add_object(descriptor(face, &name, program));
    let widths = codes.list.iter().map(|code| width(code.width)).collect();
    let descendant = document.add_object(dictionary! {
        "Type" => "Font",
        "Subtype" => "CIDFontType2",
        "BaseFont" => Object::Name(name.clone().into()),
        "CIDSystemInfo" => dictionary! {
            "Registry" => Object::string_literal("Adobe"),
            "Ordering" => Object::string_literal("Identity"),
            "Supplement" => 0,
        },
        "FontDescriptor" => descriptor,
        "DW" => 0,
        "W" => Object::Array(vec![1.into(), Object::Array(widths)]),
        "CIDToGIDMap" => to_glyphs,
    });
    let to_unicode = document.add_object(flate_stream(Dictionary::new(), to_unicode(&codes.list).as_bytes()));
    Ok(document.add_object(dictionary! {
        "Type" => "Font",
        "Subtype" => "Type0",
        "BaseFont" => Object::Name(name.into()),
        "Encoding" => "Identity-H",
        "DescendantFonts" => Object::Array(vec![descendant.into()]),
        "ToUnicode" => to_unicode,
    }))
}

fn width(milli: f64) -> Object {
    Object::Real(number(milli))
}

fn descriptor(face: FaceId, name: &str, program: ObjectId) -> Dictionary {
    let face = face.face();
    let metrics = face.font.metrics();
    let scale = 1000.0 / f64::from(face.font.units_per_em().max(1));
    let bounds = metrics.bounds;
    let milli = |units: f64| Object::Real(number(units * scale));
    let sides = [bounds.x_min, bounds.y_min, bounds.x_max, bounds.y_max].map(|side| milli(side.to_f64()));
    let bold = face.name.ends_with("Bold");
    dictionary! {
        "Type" => "FontDescriptor",
        "FontName" => Object::Name(name.into()),
        "Flags" => 4,
        "FontBBox" => Object::Array(sides.into()),
        "ItalicAngle" => 0,
        "Ascent" => 1069,
        "Descent" => -293,
        "CapHeight" => 714,
        "StemV" => if bold { 140 } else { 80 },
        "FontFile2" => program,
    }
}

/// Six letters that tell subsets of a font apart, from what is in them.
fn prefix(codes: &Codes) -> String {
    let mut hash = Sha256::new();
    for code in &codes.list {
        hash.update(code.glyph.to_be_bytes());
    }
    hash.finalize().iter().take(6).map(|byte| char::from(b'A' + byte % 26)).collect()
}

/// The map from codes to text (ISO 32000-1, 9.10.3).
fn to_unicode(codes: &[Code]) -> String {
    let mut map = String::from(
        "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n/CIDSystemInfo << /Registry (Adobe) \
         /Ordering (UCS) /Supplement 0 >> def\n/CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n\
         1 begincodespacerange\n<0000> <FFFF>\nendcodespacerange\n",
    );
    for (chunk, codes) in codes.chunks(100).enumerate() {
        let _ = writeln!(map, "{} beginbfchar", codes.len());
        for (at, code) in codes.iter().enumerate() {
            let _ = write!(map, "<{:04X}> <", chunk * 100 + at + 1);
            // The rest of a cluster whose first glyph stands for its text: a zero-width space.
            let text = if code.text.is_empty() { "\u{200B}" } else { &code.text };
            for unit in text.encode_utf16() {
                let _ = write!(map, "{unit:04X}");
            }
            map.push_str(">\n");
        }
        map.push_str("endbfchar\n");
    }
    map.push_str("endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend\n");
    map
}
