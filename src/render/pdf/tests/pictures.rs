//! Photos in the file.

use std::sync::Arc;

use base64::Engine;
use lopdf::{Document, Object, Stream};

use super::{Language, Sample, pdf_with, text_of};

const JPEG: &str = concat!(
    "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDACgcHiMeGSgjISMtKygwPGRBPDc3PHtYXUlkkYCZlo+AjIqgtObDoKrarYqMyP/L2u71",
    "////m8H////6/+b9//j/wAALCAAGAAgBAREA/8QAFAABAAAAAAAAAAAAAAAAAAAAAv/EABQQAQAAAAAAAAAAAAAAAAAAAAD/2gAI",
    "AQEAAD8AL//Z"
);

fn jpeg() -> Arc<[u8]> {
    base64::prelude::BASE64_STANDARD.decode(JPEG).unwrap().into()
}

fn png() -> Arc<[u8]> {
    let mut picture = tiny_skia::Pixmap::new(3, 2).unwrap();
    picture.fill(tiny_skia::Color::from_rgba8(200, 0, 0, 255));
    picture.encode_png().unwrap().into()
}

fn images(bytes: &[u8]) -> Vec<Stream> {
    let document = Document::load_mem(bytes).unwrap();
    let is_image =
        |stream: &&Stream| stream.dict.get(b"Subtype").and_then(Object::as_name).is_ok_and(|name| name == b"Image");
    document.objects.values().filter_map(|object| object.as_stream().ok()).filter(is_image).cloned().collect()
}

#[test]
fn a_jpeg_is_passed_through_once_however_often_it_is_shown() {
    let bytes = pdf_with(&Sample::Ordinary.report(), Language::En, &|_| Some(jpeg()));
    let images = images(&bytes);
    assert_eq!(images.len(), 1, "both incidents show the same photo");
    assert_eq!(images[0].content, jpeg().to_vec());
    assert_eq!(images[0].dict.get(b"ColorSpace").unwrap().as_name().unwrap(), b"DeviceGray");
    assert!(!text_of("photo", &bytes).contains("The photo"));
}

#[test]
fn a_png_is_decoded() {
    let bytes = pdf_with(&Sample::Ordinary.report(), Language::En, &|_| Some(png()));
    let samples = images(&bytes)[0].decompressed_content().unwrap();
    assert_eq!(samples, [200, 0, 0].repeat(6));
}

#[test]
fn a_photo_that_cannot_be_shown_leaves_a_labelled_placeholder() {
    let broken: Arc<[u8]> = jpeg()[..jpeg().len() - 9].into();
    for (photo, says) in [
        (None, "The photo is not in the archive."),
        (Some(broken), "The photo could not be read."),
        (Some(Arc::from(&b"GIF89a"[..])), "The photo could not be read."),
    ] {
        let bytes = pdf_with(&Sample::Ordinary.report(), Language::En, &|_| photo.clone());
        assert_eq!(text_of("placeholder", &bytes).matches(says).count(), 2, "{says}");
        assert!(images(&bytes).is_empty());
    }
}
