//! Photos: JPEG or PNG bytes become pictures that a PDF can hold.
//!
//! A JPEG is passed through as it is; anything else is decoded, laid on white and shrunk to what paper can show.
//! It must not trust a header: a picture too large to decode, or cut off, is unreadable.

use std::sync::Arc;

use lopdf::{Dictionary, Object, Stream};
use printpdf::{RawImage, RawImageData, RawImageFormat};

use super::finish::deflate;

/// More pixels than this are not decoded (a bomb, not a photo).
const MOST_PIXELS: u64 = 50_000_000;
/// A decoded picture is shrunk to at most this many pixels a side.
const MOST_SIDE: usize = 1_400;

/// A picture.
pub(super) struct Picture {
    width: u32,
    height: u32,
    grey: bool,
    data: Data,
}

enum Data {
    Jpeg(Arc<[u8]>),
    Samples(Vec<u8>),
}

impl Picture {
    /// The largest size with its proportions that fits a box.
    pub(super) fn fitted(&self, (width, height): (f64, f64)) -> (f64, f64) {
        let (own_width, own_height) = (f64::from(self.width), f64::from(self.height));
        let scale = (width / own_width).min(height / own_height);
        (own_width * scale, own_height * scale)
    }

    /// The picture as an image of the file.
    pub(super) fn into_stream(self) -> Stream {
        let mut dictionary = Dictionary::new();
        dictionary.set("Type", "XObject");
        dictionary.set("Subtype", "Image");
        dictionary.set("Width", i64::from(self.width));
        dictionary.set("Height", i64::from(self.height));
        dictionary.set("ColorSpace", if self.grey { "DeviceGray" } else { "DeviceRGB" });
        dictionary.set("BitsPerComponent", 8);
        let (filter, bytes) = match self.data {
            Data::Jpeg(bytes) => ("DCTDecode", bytes.to_vec()),
            Data::Samples(samples) => ("FlateDecode", deflate(&samples)),
        };
        dictionary.set("Filter", Object::Name(filter.into()));
        Stream::new(dictionary, bytes)
    }
}

/// Reads a photo; none if it is no whole JPEG or PNG.
pub(super) fn read(bytes: &Arc<[u8]>) -> Option<Picture> {
    if let Some(frame) = jpeg_frame(bytes) {
        if !bytes.trim_ascii_end().ends_with(&[0xFF, 0xD9]) {
            return None;
        }
        if frame.depth == 8 && matches!(frame.components, 1 | 3) {
            let Frame { width, height, components, .. } = frame;
            return Some(Picture { width, height, grey: components == 1, data: Data::Jpeg(bytes.clone()) });
        }
        return decode(bytes, u64::from(frame.width) * u64::from(frame.height));
    }
    let side = |at: usize| Some(u64::from(u32::from_be_bytes(bytes.get(at..at + 4)?.try_into().ok()?)));
    if bytes.starts_with(b"\x89PNG\r\n\x1a\n") { decode(bytes, side(16)?.saturating_mul(side(20)?)) } else { None }
}

/// What a JPEG's frame header says (ITU-T T.81, B.2.2).
struct Frame {
    width: u32,
    height: u32,
    components: u8,
    depth: u8,
}

fn jpeg_frame(bytes: &[u8]) -> Option<Frame> {
    let mut rest = bytes.strip_prefix(&[0xFF, 0xD8])?;
    loop {
        let [0xFF, marker, ..] = *rest else { return None };
        match marker {
            0xFF => rest = &rest[1..],
            0x01 | 0xD0..=0xD7 => rest = &rest[2..],
            // Baseline, extended and progressive frames; arithmetic and lossless ones are not in PDF.
            0xC0..=0xC2 => {
                let word = |at: usize| Some(u32::from(u16::from_be_bytes(rest.get(at..at + 2)?.try_into().ok()?)));
                let (height, width) = (word(5)?, word(7)?);
                let (depth, components) = (*rest.get(4)?, *rest.get(9)?);
                return (width > 0 && height > 0).then_some(Frame { width, height, components, depth });
            }
            0xDA | 0xD9 => return None,
            _ => {
                let length = usize::from(u16::from_be_bytes(rest.get(2..4)?.try_into().ok()?));
                rest = rest.get(2 + length.max(2)..)?;
            }
        }
    }
}

fn decode(bytes: &[u8], pixels: u64) -> Option<Picture> {
    if pixels == 0 || pixels > MOST_PIXELS {
        return None;
    }
    let image = RawImage::decode_from_bytes(bytes, &mut Vec::new()).ok()?;
    let (grey, alpha) = match image.data_format {
        RawImageFormat::R8 | RawImageFormat::R16 => (true, false),
        RawImageFormat::RG8 | RawImageFormat::RG16 => (true, true),
        RawImageFormat::RGB8 | RawImageFormat::RGB16 => (false, false),
        RawImageFormat::RGBA8 | RawImageFormat::RGBA16 => (false, true),
        _ => return None,
    };
    let samples = match image.pixels {
        RawImageData::U8(samples) => samples,
        RawImageData::U16(samples) => samples.into_iter().map(|sample| sample.to_be_bytes()[0]).collect(),
        RawImageData::F32(_) => return None,
    };
    let colors = if grey { 1 } else { 3 };
    let (width, height, samples) = shrink(&samples, (image.width, image.height), colors, colors + usize::from(alpha))?;
    Some(Picture { width, height, grey, data: Data::Samples(samples) })
}

/// Averages squares of pixels, each laid on white.
fn shrink(
    samples: &[u8],
    (width, height): (usize, usize),
    colors: usize,
    stride: usize,
) -> Option<(u32, u32, Vec<u8>)> {
    if samples.len() < width.checked_mul(height)?.checked_mul(stride)? {
        return None;
    }
    let step = width.max(height).div_ceil(MOST_SIDE).max(1);
    let (to_width, to_height) = ((width / step).max(1), (height / step).max(1));
    let mut shrunk = Vec::with_capacity(to_width * to_height * colors);
    let area = u32::try_from(step.min(width) * step.min(height)).ok()?;
    for row in 0..to_height {
        for column in 0..to_width {
            for color in 0..colors {
                let mut sum = 0_u32;
                for y in row * step..(row * step + step).min(height) {
                    for x in column * step..(column * step + step).min(width) {
                        let pixel = &samples[(y * width + x) * stride..][..stride];
                        let opaque = if stride > colors { u32::from(pixel[colors]) } else { 255 };
                        sum += (u32::from(pixel[color]) * opaque + 255 * (255 - opaque)) / 255;
                    }
                }
                shrunk.push(u8::try_from(sum / area).unwrap_or(u8::MAX));
            }
        }
    }
    Some((u32::try_from(to_width).ok()?, u32::try_from(to_height).ok()?, shrunk))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_picture_is_unreadable() {
        for bytes in [&b""[..], b"<html>", b"\xFF\xD8\xFF", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\xFF\xFF\xFF\xFF\xFF\xFF"] {
            assert!(read(&bytes.into()).is_none());
        }
    }

    #[test]
    fn transparency_becomes_white() {
        let (width, height, samples) = shrink(&[10, 20, 30, 0, 10, 20, 30, 255], (2, 1), 3, 4).unwrap();
        assert_eq!((width, height, samples.as_slice()), (2, 1, &[255, 255, 255, 10, 20, 30][..]));
    }

    #[test]
    fn a_large_picture_is_averaged() {
        let samples = vec![100; 2_800 * 2];
        let (width, height, samples) = shrink(&samples, (2_800, 2), 1, 1).unwrap();
        assert_eq!((width, height), (1_400, 1));
        assert!(samples.iter().all(|sample| *sample == 100));
    }
}
