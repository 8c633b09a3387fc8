//! Finishing: printpdf writes the pages; fonts, pictures, tags, links, bookmarks and metadata complete the file.
//!
//! It also takes out what differs between runs: printpdf's counter of ids and its dates.

use std::io::Write as _;

use flate2::Compression;
use flate2::write::ZlibEncoder;
use lopdf::{Dictionary, Document, Object, ObjectId, SaveOptions, Stream, dictionary};
use printpdf::{PdfDocument, PdfPage, PdfSaveOptions, Pt};
use sha2::{Digest, Sha256};

use super::canvas::Canvas;
use super::look::PAGE;
use super::metadata::Metadata;
use super::photo::Picture;
use super::{PdfError, PdfInput};
use super::{embed, icc, paint, structure};

/// What a file says of itself, apart from its pages.
pub(super) struct Front {
    /// Title, author, dates.
    pub(super) metadata: Metadata,
    /// BCP 47 tag.
    pub(super) language: String,
    /// What names the document.
    pub(super) id: String,
    /// What else tells this form of it from others.
    pub(super) form: Vec<String>,
}

impl Front {
    /// That of a report.
    pub(super) fn of(input: &PdfInput<'_>) -> Self {
        let form = [input.data_sha256, &input.words.language, &input.brand.name, &input.brand.color];
        Self {
            metadata: Metadata::of(input),
            language: input.words.language.clone(),
            id: input.report.id.to_string(),
            form: form.map(str::to_owned).to_vec(),
        }
    }
}

/// Makes the file.
pub(super) fn finish(about: &Front, mut canvas: Canvas, pictures: Vec<Picture>) -> Result<Vec<u8>, PdfError> {
    let mut document = pages(&mut canvas);
    document.version = "1.7".into();
    let pages: Vec<ObjectId> = document.page_iter().collect();
    let fonts = canvas.shaper.inventory.faces.iter().map(|(face, codes)| {
        let font = embed::embed(&mut document, *face, codes)?;
        Ok((paint::font_name(*face), font))
    });
    let fonts = fonts.collect::<Result<Vec<_>, PdfError>>()?;
    let images: Vec<(String, ObjectId)> = (0..)
        .zip(pictures)
        .map(|(at, picture)| (paint::image_name(at), document.add_object(picture.into_stream())))
        .collect();
    complete_pages(&mut document, &pages, fonts, images)?;
    let tree = structure::structure(&mut document, &canvas, &pages);
    let outline = structure::outline(&mut document, &canvas.bookmarks, &pages);
    complete_catalog(&mut document, about, tree, outline)?;
    complete_trailer(&mut document, about);
    let mut bytes = Vec::new();
    // The tags are many small objects; packed into streams they weigh a fifth.
    let options = SaveOptions::builder()
        .use_object_streams(true)
        .use_xref_streams(true)
        .max_objects_per_stream(400)
        .compression_level(3)
        .build();
    document.save_with_options(&mut bytes, options).map_err(PdfError::Write)?;
    Ok(bytes)
}

/// Has printpdf write the pages.
fn pages(canvas: &mut Canvas) -> Document {
    let mut pdf = PdfDocument::new("");
    pdf.pages = canvas
        .sheets
        .iter_mut()
        .map(|sheet| {
            let (width, height) = (Pt(paint::number(PAGE.0)), Pt(paint::number(PAGE.1)));
            PdfPage::new(width.into(), height.into(), std::mem::take(&mut sheet.ops))
        })
        .collect();
    // `secure` would drop the show-text operators that carry our own glyph codes.
    let options = PdfSaveOptions { optimize: false, subset_fonts: false, secure: false, image_optimization: None };
    pdf.to_lopdf_document(&options, &mut Vec::new())
}

/// Compresses what the pages draw and gives them their fonts and pictures.
fn complete_pages(
    document: &mut Document,
    pages: &[ObjectId],
    fonts: Vec<(String, ObjectId)>,
    images: Vec<(String, ObjectId)>,
) -> Result<(), PdfError> {
    let named = |list: Vec<(String, ObjectId)>| {
        list.into_iter().map(|(name, id)| (name, Object::from(id))).collect::<Dictionary>()
    };
    let mut resources = dictionary! { "Font" => named(fonts) };
    if !images.is_empty() {
        resources.set("XObject", named(images));
    }
    let resources = document.add_object(resources);
    for page in pages {
        let page = document.get_object_mut(*page).and_then(Object::as_dict_mut).map_err(PdfError::Complete)?;
        let replaced = page.get(b"Resources").and_then(Object::as_reference).map_err(PdfError::Complete)?;
        page.set("Resources", resources);
        let contents = page.get(b"Contents").and_then(Object::as_reference).map_err(PdfError::Complete)?;
        let stream = document.get_object_mut(contents).and_then(Object::as_stream_mut).map_err(PdfError::Complete)?;
        *stream = flate_stream(Dictionary::new(), &stream.content);
        // lopdf's own pruning takes a good part of the whole time; these are all that can go.
        let Some(Object::Dictionary(replaced)) = document.objects.remove(&replaced) else { continue };
        for (_, shared) in &replaced {
            if let Object::Reference(shared) = shared {
                document.objects.remove(shared);
            }
        }
    }
    Ok(())
}

fn complete_catalog(
    document: &mut Document,
    about: &Front,
    tree: ObjectId,
    outline: Option<ObjectId>,
) -> Result<(), PdfError> {
    let metadata = &about.metadata;
    // Uncompressed, so that tools which know no PDF find it.
    let xmp = dictionary! { "Type" => "Metadata", "Subtype" => "XML" };
    let xmp = document.add_object(Stream::new(xmp, metadata.xmp().into_bytes()));
    let profile = dictionary! { "N" => 3, "Filter" => Object::Name(b"FlateDecode".into()) };
    let profile = document.add_object(Stream::new(profile, icc::SRGB.clone()));
    let intent = dictionary! {
        "Type" => "OutputIntent",
        "S" => "GTS_PDFA1",
        "OutputConditionIdentifier" => Object::string_literal("sRGB IEC61966-2.1"),
        "Info" => Object::string_literal("sRGB IEC61966-2.1"),
        "DestOutputProfile" => profile,
    };
    let information = document.add_object(metadata.information());
    let replaced = document.trailer.get(b"Info").and_then(Object::as_reference).map_err(PdfError::Complete)?;
    document.objects.remove(&replaced);
    document.trailer.set("Info", information);
    let catalog = document.catalog_mut().map_err(PdfError::Complete)?;
    catalog.remove(b"PageMode");
    catalog.set("Metadata", xmp);
    catalog.set("OutputIntents", Object::Array(vec![intent.into()]));
    catalog.set("MarkInfo", dictionary! { "Marked" => true });
    catalog.set("Lang", Object::string_literal(about.language.as_str()));
    catalog.set("ViewerPreferences", dictionary! { "DisplayDocTitle" => true });
    catalog.set("StructTreeRoot", tree);
    if let Some(outline) = outline {
        catalog.set("Outlines", outline);
        catalog.set("PageMode", "UseOutlines");
    }
    Ok(())
}

/// The file's two ids: of the report, and of this form of it.
fn complete_trailer(document: &mut Document, about: &Front) {
    let id = |parts: &[&str]| {
        let mut hash = Sha256::new();
        for part in parts {
            hash.update(part.as_bytes());
            hash.update([0]);
        }
        Object::String(hash.finalize()[..16].to_vec(), lopdf::StringFormat::Hexadecimal)
    };
    let form: Vec<&str> = [about.id.as_str()].into_iter().chain(about.form.iter().map(String::as_str)).collect();
    document.trailer.set("ID", vec![id(&[&about.id]), id(&form)]);
}

/// A stream whose bytes are compressed.
pub(super) fn flate_stream(mut dictionary: Dictionary, bytes: &[u8]) -> Stream {
    dictionary.set("Filter", Object::Name(b"FlateDecode".into()));
    Stream::new(dictionary, deflate(bytes))
}

/// Compresses; what a report's size gains beyond this level costs more than the rest of the report.
pub(super) fn deflate(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::with_capacity(bytes.len() / 2), Compression::new(5));
    // Writing to memory does not fail; an empty stream would show as a blank page in every test.
    let _ = encoder.write_all(bytes);
    encoder.finish().unwrap_or_default()
}
