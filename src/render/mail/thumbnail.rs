//! Photos made small: whatever picture an incident names becomes a JPEG that fits a mail.

use std::collections::BTreeMap;
use std::io::Cursor;
use std::sync::{Arc, Mutex, PoisonError};

use fast_image_resize::images::{Image, ImageRef};
use fast_image_resize::{FilterType, PixelType, ResizeAlg, ResizeOptions, Resizer};
use image::{DynamicImage, ImageDecoder, ImageReader, Limits, RgbImage};
use jpeg_encoder::{ColorType, Encoder};

use crate::compose::Photo;

/// Widest picture, in pixels.
const WIDEST: u32 = 480;
/// Tallest picture, in pixels: a portrait photo should not fill a phone's screen.
const TALLEST: u32 = 480;
/// How many small pictures are kept; several locales of one report want the same ones.
const KEPT: usize = 64;

/// A picture for a mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Thumbnail {
    /// JPEG.
    pub(super) bytes: Arc<[u8]>,
    pub(super) width: u32,
    pub(super) height: u32,
}

/// Pictures that were made small lately. Only saves work: the same picture always gives the same bytes.
#[derive(Debug, Default)]
pub(crate) struct Thumbnails {
    kept: Mutex<BTreeMap<Photo, Option<Thumbnail>>>,
}

impl Thumbnails {
    /// The small picture of a photo whose content is known by its hash; none for what is no readable picture.
    pub(super) fn of(&self, photo: &Photo, bytes: &[u8]) -> Option<Thumbnail> {
        if photo.sha256.is_none() {
            return shrink(bytes); // a key alone may hold other bytes tomorrow
        }
        if let Some(known) = self.kept.lock().unwrap_or_else(PoisonError::into_inner).get(photo) {
            return known.clone();
        }
        let made = shrink(bytes);
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() >= KEPT {
            kept.clear();
        }
        kept.insert(photo.clone(), made.clone());
        made
    }
}

fn shrink(bytes: &[u8]) -> Option<Thumbnail> {
    let mut reader = ImageReader::new(Cursor::new(bytes)).with_guessed_format().ok()?;
    let mut limits = Limits::default();
    limits.max_image_width = Some(12_000);
    limits.max_image_height = Some(12_000);
    limits.max_alloc = Some(256 << 20);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().ok()?;
    let orientation = decoder.orientation().ok();
    let picture = DynamicImage::from_decoder(decoder).ok()?;
    let mut small = DynamicImage::ImageRgb8(fitted(on_white(picture))?);
    if let Some(orientation) = orientation {
        small.apply_orientation(orientation);
    }
    let (width, height) = (small.width(), small.height());
    let mut jpeg = Vec::new();
    let size = (u16::try_from(width).ok()?, u16::try_from(height).ok()?);
    Encoder::new(&mut jpeg, 74).encode(small.as_bytes(), size.0, size.1, ColorType::Rgb).ok()?;
    Some(Thumbnail { bytes: jpeg.into(), width, height })
}

/// A picture that is too large, made smaller by area sampling, in which every pixel counts.
fn fitted(picture: RgbImage) -> Option<RgbImage> {
    let (width, height) = picture.dimensions();
    if width <= WIDEST && height <= TALLEST {
        return Some(picture);
    }
    let scaled = |side: u32, by: u32, of: u32| ((side * by + of / 2) / of).max(1);
    let (to_width, to_height) = if width * TALLEST > height * WIDEST {
        (WIDEST, scaled(height, WIDEST, width))
    } else {
        (scaled(width, TALLEST, height), TALLEST)
    };
    let source = ImageRef::new(width, height, picture.as_raw(), PixelType::U8x3).ok()?;
    let mut small = Image::new(to_width, to_height, PixelType::U8x3);
    let options = ResizeOptions::new().resize_alg(ResizeAlg::Convolution(FilterType::Box));
    Resizer::new().resize(&source, &mut small, &options).ok()?;
    RgbImage::from_raw(to_width, to_height, small.into_vec())
}

/// JPEG knows no transparency.
pub(super) fn on_white(picture: DynamicImage) -> RgbImage {
    if !picture.color().has_alpha() {
        return picture.into_rgb8();
    }
    let rgba = picture.into_rgba8();
    RgbImage::from_fn(rgba.width(), rgba.height(), |x, y| {
        let [red, green, blue, alpha] = rgba.get_pixel(x, y).0;
        let over = |part: u8| {
            let mixed = (u16::from(part) * u16::from(alpha) + 255 * (255 - u16::from(alpha))) / 255;
            u8::try_from(mixed).unwrap_or(u8::MAX)
        };
        image::Rgb([over(red), over(green), over(blue)])
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn png(width: u32, height: u32) -> Vec<u8> {
        let picture =
            image::RgbaImage::from_fn(width, height, |x, _| image::Rgba([200, 30, 30, u8::from(x > 5) * 255]));
        let mut bytes = Cursor::new(Vec::new());
        picture.write_to(&mut bytes, image::ImageFormat::Png).unwrap();
        bytes.into_inner()
    }

    #[test]
    fn a_photo_becomes_a_small_jpeg_always_the_same() {
        let photo = Photo { key: "k".into(), sha256: Some("a".into()) };
        let thumbnails = Thumbnails::default();
        let made = thumbnails.of(&photo, &png(1600, 800)).unwrap();
        assert_eq!((made.width, made.height), (480, 240));
        assert!(made.bytes.starts_with(&[0xff, 0xd8]) && made.bytes.len() < 20_000);
        assert_eq!(Thumbnails::default().of(&photo, &png(1600, 800)), Some(made.clone()));
        assert_eq!(thumbnails.of(&photo, b"kept"), Some(made), "a known photo is not decoded again");
        let small = thumbnails.of(&Photo { sha256: None, ..photo }, &png(20, 10)).unwrap();
        assert_eq!((small.width, small.height), (20, 10), "a small picture is not blown up");
    }

    #[test]
    fn what_is_no_picture_is_none() {
        for bytes in [&b""[..], b"<svg/>", b"\x89PNG\r\n\x1a\n broken", &png(50, 50)[..60]] {
            assert_eq!(shrink(bytes), None);
        }
    }
}
