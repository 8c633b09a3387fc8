//! Logos: whatever picture somebody brings becomes a small PNG of our own making, without transparency, metadata or
//! anything else that it was not looked at for.
//!
//! It must not know whose logo it is, or where it is kept.

use std::io::Cursor;

use fast_image_resize::images::{Image, ImageRef};
use fast_image_resize::{FilterType, PixelType, ResizeAlg, ResizeOptions, Resizer};
use image::codecs::png::{CompressionType, FilterType as Lines, PngEncoder};
use image::{DynamicImage, ExtendedColorType, ImageDecoder, ImageEncoder, ImageFormat, ImageReader, Limits, RgbImage};

use super::thumbnail::on_white;

/// What somebody may bring, in bytes.
pub const MOST_LOGO_BYTES: usize = 1 << 20;
/// Its longest side, in pixels.
const MOST_LOGO_SIDE: u32 = 4_000;
/// Its shortest side, in pixels: less cannot be seen.
const LEAST_LOGO_SIDE: u32 = 8;
/// How much wider than tall it may be, …
const WIDEST_LOGO: u32 = 12;
/// … and how much taller than wide.
const TALLEST_LOGO: u32 = 4;
/// The box that it is shrunk into, in pixels: twice what mails and pages show.
const BOX: (u32, u32) = (560, 112);
/// A mail carries it every morning: one that does not compress is shrunk further, in bytes.
const HEAVY: usize = 60_000;

/// Why a picture is no logo.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum LogoError {
    /// Too many bytes.
    #[error("has {0} bytes; a logo has 1 MiB at most")]
    TooLarge(usize),
    /// Its first bytes say that it is something else.
    #[error("must be a PNG or JPEG picture; its content is neither")]
    Kind,
    /// It breaks off, or is more than we decode.
    #[error("is a picture that cannot be read: it is damaged, or has more than 4000 pixels a side")]
    Unreadable,
    /// Too few pixels.
    #[error("has {0} × {1} pixels; a logo has 8 a side at least")]
    TooSmall(u32, u32),
    /// A thread, or a pole.
    #[error("has {0} × {1} pixels; a logo is at most 12 times as wide as tall, and at most 4 times as tall as wide")]
    Shape(u32, u32),
    /// White on white.
    #[error("shows nothing on white ground, on which mails and papers show it; bring it in a darker colour")]
    Blank,
}

/// A logo that can travel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogoPicture {
    /// PNG.
    pub bytes: Vec<u8>,
    /// In pixels.
    pub width: u32,
    /// In pixels.
    pub height: u32,
}

impl LogoPicture {
    /// Reads a picture and makes a logo of it; the same picture gives the same bytes.
    ///
    /// # Errors
    /// [`LogoError`] says what is wrong with it, for whoever brought it.
    pub fn read(bytes: &[u8]) -> Result<Self, LogoError> {
        if bytes.len() > MOST_LOGO_BYTES {
            return Err(LogoError::TooLarge(bytes.len()));
        }
        let picture = decode(bytes)?;
        let (width, height) = picture.dimensions();
        if width < LEAST_LOGO_SIDE || height < LEAST_LOGO_SIDE {
            return Err(LogoError::TooSmall(width, height));
        }
        if width > height * WIDEST_LOGO || height > width * TALLEST_LOGO {
            return Err(LogoError::Shape(width, height));
        }
        if is_blank(&picture) {
            return Err(LogoError::Blank);
        }
        let (mut box_width, mut box_height) = BOX;
        loop {
            let small = fitted(&picture, (box_width, box_height)).ok_or(LogoError::Unreadable)?;
            let (width, height) = small.dimensions();
            let mut bytes = Vec::new();
            let encoder = PngEncoder::new_with_quality(&mut bytes, CompressionType::Best, Lines::Adaptive);
            encoder
                .write_image(small.as_raw(), width, height, ExtendedColorType::Rgb8)
                .map_err(|_| LogoError::Unreadable)?;
            if bytes.len() <= HEAVY || box_height < 16 {
                return Ok(Self { bytes, width, height });
            }
            (box_width, box_height) = (box_width * 3 / 4, box_height * 3 / 4);
        }
    }
}

fn decode(bytes: &[u8]) -> Result<RgbImage, LogoError> {
    let format = match bytes {
        [0xFF, 0xD8, 0xFF, ..] => ImageFormat::Jpeg,
        [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1A, b'\n', ..] => ImageFormat::Png,
        _ => return Err(LogoError::Kind),
    };
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
    let mut limits = Limits::default();
    limits.max_image_width = Some(MOST_LOGO_SIDE);
    limits.max_image_height = Some(MOST_LOGO_SIDE);
    limits.max_alloc = Some(160 << 20);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().map_err(|_| LogoError::Unreadable)?;
    let orientation = decoder.orientation().ok();
    let mut picture = DynamicImage::from_decoder(decoder).map_err(|_| LogoError::Unreadable)?;
    if let Some(orientation) = orientation {
        picture.apply_orientation(orientation);
    }
    Ok(on_white(picture))
}

/// Whether there is nothing on it that differs from white by more than a shade.
fn is_blank(picture: &RgbImage) -> bool {
    picture.pixels().all(|pixel| pixel.0.iter().all(|part| *part > 0xE6))
}

/// The picture, made smaller where it does not fit the box.
fn fitted(picture: &RgbImage, (widest, tallest): (u32, u32)) -> Option<RgbImage> {
    let (width, height) = picture.dimensions();
    if width <= widest && height <= tallest {
        return Some(picture.clone());
    }
    let scaled = |side: u32, by: u32, of: u32| ((side * by + of / 2) / of).max(1);
    let (to_width, to_height) = if width * tallest > height * widest {
        (widest, scaled(height, widest, width))
    } else {
        (scaled(width, tallest, height), tallest)
    };
    let source = ImageRef::new(width, height, picture.as_raw(), PixelType::U8x3).ok()?;
    let mut small = Image::new(to_width, to_height, PixelType::U8x3);
    let options = ResizeOptions::new().resize_alg(ResizeAlg::Convolution(FilterType::Lanczos3));
    Resizer::new().resize(&source, &mut small, &options).ok()?;
    RgbImage::from_raw(to_width, to_height, small.into_vec())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn picture(width: u32, height: u32, pixel: impl Fn(u32, u32) -> [u8; 4], format: ImageFormat) -> Vec<u8> {
        let drawn = image::RgbaImage::from_fn(width, height, |x, y| image::Rgba(pixel(x, y)));
        let drawn = DynamicImage::ImageRgba8(drawn);
        let drawn = if format == ImageFormat::Jpeg { DynamicImage::ImageRgb8(drawn.into_rgb8()) } else { drawn };
        let mut bytes = Cursor::new(Vec::new());
        drawn.write_to(&mut bytes, format).unwrap();
        bytes.into_inner()
    }

    fn red(_: u32, _: u32) -> [u8; 4] {
        [200, 20, 40, 255]
    }

    #[test]
    fn a_picture_becomes_a_png_of_ours_that_fits_always_the_same() {
        for (width, height, fits) in
            [(1200, 300, (448, 112)), (3000, 300, (560, 56)), (100, 390, (29, 112)), (90, 30, (90, 30))]
        {
            for format in [ImageFormat::Png, ImageFormat::Jpeg] {
                let brought = picture(width, height, red, format);
                let logo = LogoPicture::read(&brought).unwrap();
                assert_eq!((logo.width, logo.height), fits);
                assert!(logo.bytes.starts_with(b"\x89PNG") && logo.bytes.len() < 5_000);
                assert_eq!(LogoPicture::read(&brought).unwrap(), logo);
            }
        }
    }

    #[test]
    fn what_was_brought_beside_the_picture_does_not_travel() {
        let mut brought = picture(64, 32, red, ImageFormat::Png);
        brought.extend_from_slice(b"<script>alert(1)</script>");
        let logo = LogoPicture::read(&brought).unwrap();
        assert!(!logo.bytes.windows(7).any(|window| window == b"<script"));
        // Transparency becomes white, whatever colour lies below it.
        let half = picture(64, 32, |x, _| if x < 32 { [0, 0, 0, 0] } else { [10, 20, 30, 255] }, ImageFormat::Png);
        let made = image::load_from_memory(&LogoPicture::read(&half).unwrap().bytes).unwrap().into_rgb8();
        assert_eq!((made.get_pixel(3, 3).0, made.get_pixel(60, 3).0), ([255; 3], [10, 20, 30]));
    }

    #[test]
    fn a_picture_that_does_not_compress_is_shrunk_until_a_mail_can_carry_it() {
        let noise = |x: u32, y: u32| {
            let mixed = (x.wrapping_mul(2_654_435_761) ^ y.wrapping_mul(40_503)).wrapping_mul(2_246_822_519);
            let [a, b, c, _] = mixed.to_be_bytes();
            [a, b, c, 255]
        };
        let logo = LogoPicture::read(&picture(560, 112, noise, ImageFormat::Png)).unwrap();
        assert!(logo.bytes.len() <= HEAVY && logo.width >= 200, "{} bytes, {}", logo.bytes.len(), logo.width);
    }

    #[test]
    fn what_is_no_logo_is_refused_with_a_reason() {
        let white = |_: u32, _: u32| [255, 255, 255, 255];
        let glass = |_: u32, _: u32| [255, 255, 255, 0];
        let whole = picture(64, 32, red, ImageFormat::Png);
        for (bytes, expected) in [
            (vec![0; MOST_LOGO_BYTES + 1], LogoError::TooLarge(MOST_LOGO_BYTES + 1)),
            (b"GIF89a".to_vec(), LogoError::Kind),
            (b"<svg xmlns='http://www.w3.org/2000/svg'/>".to_vec(), LogoError::Kind),
            (Vec::new(), LogoError::Kind),
            (whole[..whole.len() / 2].to_vec(), LogoError::Unreadable),
            (picture(4_001, 400, red, ImageFormat::Png), LogoError::Unreadable),
            (picture(7, 7, red, ImageFormat::Png), LogoError::TooSmall(7, 7)),
            (picture(1_300, 100, red, ImageFormat::Png), LogoError::Shape(1_300, 100)),
            (picture(10, 41, red, ImageFormat::Png), LogoError::Shape(10, 41)),
            (picture(64, 32, white, ImageFormat::Png), LogoError::Blank),
            (picture(64, 32, glass, ImageFormat::Png), LogoError::Blank),
        ] {
            assert_eq!(LogoPicture::read(&bytes), Err(expected));
        }
    }
}
