//! PDFs of a branch with a brand of its own.

use std::sync::Arc;

use lopdf::{Document, Object};
use sha2::{Digest, Sha256};

use super::{DATA, Language, Sample, kept, speech, text_of, tool};
use crate::compose::{Photo, Report};
use crate::config::Brand;
use crate::model::{BranchBrand, Logo};
use crate::render::pdf::{PdfInput, render};
use crate::render::{LogoPicture, brand};

fn logo(width: u32, height: u32) -> LogoPicture {
    let mut drawn = tiny_skia::Pixmap::new(width, height).unwrap();
    drawn.fill(tiny_skia::Color::from_rgba8(0x8a, 0x15, 0x38, 255));
    LogoPicture::read(&drawn.encode_png().unwrap()).unwrap()
}

fn branded(sample: Sample, brand: BranchBrand, picture: &LogoPicture) -> Vec<u8> {
    let sha256 = hex::encode(Sha256::digest(&picture.bytes));
    let logo = Logo { key: format!("brands/{sha256}"), sha256, width: picture.width, height: picture.height };
    let report = Report { brand: Some(BranchBrand { logo: Some(logo), ..brand }.into()), ..sample.report() };
    let bytes: Arc<[u8]> = picture.bytes.as_slice().into();
    let photos = |photo: &Photo| photo.key.starts_with("brands/").then(|| Arc::clone(&bytes));
    let words = speech::words(Language::En);
    let house = Brand::default();
    let own = brand::of(&house, &report);
    render(&PdfInput { report: &report, brand: &own, words: &words, photos: &photos, data_sha256: DATA }).unwrap()
}

#[test]
fn a_branchs_pdf_carries_its_name_and_logo_with_a_text_for_it() {
    for (name, width, height) in [("wide", 3_000, 260), ("tall", 120, 460), ("usual", 900, 260)] {
        let picture = logo(width, height);
        let bytes = branded(Sample::Ordinary, Sample::brand(), &picture);
        assert_eq!(branded(Sample::Ordinary, Sample::brand(), &picture), bytes, "stable");
        let path = kept(&format!("branded-{name}"), &bytes);
        let said = tool("qpdf", &["--check", path.to_str().unwrap()]);
        assert!(!said.to_lowercase().contains("warning"), "{said}");
        let text = text_of(&format!("branded-{name}"), &bytes);
        assert!(text.contains("Northwind <Watch>") && !text.contains("Daybreak"), "{text}");
        let document = Document::load_mem(&bytes).unwrap();
        let images =
            document.objects.values().filter_map(|object| object.as_stream().ok()).filter(|stream| {
                stream.dict.get(b"Subtype").and_then(Object::as_name).is_ok_and(|name| name == b"Image")
            });
        assert_eq!(images.count(), 1, "the logo; the photos are not there");
    }
}
