//! The chart: interactions and incidents of this night and the seven before, drawn as PNG bars.
//!
//! Its ground is transparent and its colours are of middle lightness, so that it can be read on light and dark mail.
//! Figures and weekdays stand beneath it as text.

use image::codecs::png::{CompressionType, FilterType, PngEncoder};
use image::{ExtendedColorType, ImageEncoder as _};
use tiny_skia::{Color, FillRule, Paint, Path, PathBuilder, Pixmap, Rect, Transform};

use crate::render::RenderError;

/// Width in pixels. It is shown at 508 at most; more than this is work for every mail and seen by nobody.
pub(super) const WIDTH: u16 = 832;
/// Height in pixels.
pub(super) const HEIGHT: u16 = 140;
/// How many nights it shows.
pub(super) const NIGHTS: usize = 8;

/// The counts of a night.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Bars {
    pub(super) interactions: u32,
    pub(super) incidents: u32,
}

const PAST: [u8; 3] = [0x7d, 0x90, 0xa8];
const TONIGHT: [u8; 3] = [0x2f, 0x81, 0xc4];
const INCIDENT: [u8; 3] = [0xd9, 0x4f, 0x43];
const GROUND: [u8; 3] = [0x9a, 0xa5, 0xb1];

/// Draws the nights, oldest first and this one last; a night without data leaves a gap.
pub(super) fn draw(nights: &[Option<Bars>; NIGHTS]) -> Result<Vec<u8>, RenderError> {
    let failed = |what: &str| RenderError::Chart(what.to_owned());
    let (width, height) = (f32::from(WIDTH), f32::from(HEIGHT));
    let mut pixmap = Pixmap::new(u32::from(WIDTH), u32::from(HEIGHT)).ok_or_else(|| failed("its size"))?;
    let tallest = nights.iter().flatten().map(|night| night.interactions.max(night.incidents)).max().unwrap_or(0);
    let column = width / 8.0;
    let floor = height - 4.0;
    for (at, night) in (0u8..).zip(nights) {
        let left = f32::from(at) * column;
        let tonight = usize::from(at) == NIGHTS - 1;
        if let Some(night) = night {
            let bars =
                [(night.interactions, if tonight { TONIGHT } else { PAST }, 0.18), (night.incidents, INCIDENT, 0.56)];
            for (count, color, offset) in bars {
                if count > 0 {
                    let share = f32_of(count) / f32_of(tallest);
                    let tall = (share * (floor - 6.0)).max(6.0);
                    let bar = bar(left + column * offset, floor - tall, column * 0.26, tall);
                    fill(&mut pixmap, &bar.ok_or_else(|| failed("a bar"))?, color);
                }
            }
        }
        let ground = Rect::from_xywh(left + column * 0.1, floor, column * 0.8, 3.0).map(PathBuilder::from_rect);
        fill(&mut pixmap, &ground.ok_or_else(|| failed("its ground"))?, GROUND);
    }
    encode(&pixmap).map_err(|error| RenderError::Chart(error.to_string()))
}

/// As PNG, packed quickly rather than tightly: it is a few kilobytes either way.
fn encode(pixmap: &Pixmap) -> Result<Vec<u8>, image::ImageError> {
    let mut straight = Vec::with_capacity(pixmap.data().len());
    for pixel in pixmap.pixels() {
        let color = pixel.demultiply();
        straight.extend_from_slice(&[color.red(), color.green(), color.blue(), color.alpha()]);
    }
    let mut png = Vec::new();
    PngEncoder::new_with_quality(&mut png, CompressionType::Fast, FilterType::Up).write_image(
        &straight,
        pixmap.width(),
        pixmap.height(),
        ExtendedColorType::Rgba8,
    )?;
    Ok(png)
}

/// Counts that matter here are small; a huge one merely makes the tallest bar.
fn f32_of(count: u32) -> f32 {
    u16::try_from(count).map_or(65_535.0, f32::from)
}

/// A bar with a rounded top.
fn bar(x: f32, y: f32, width: f32, height: f32) -> Option<Path> {
    let radius = 7.0_f32.min(width / 2.0).min(height);
    let mut path = PathBuilder::new();
    path.move_to(x, y + height);
    path.line_to(x, y + radius);
    path.quad_to(x, y, x + radius, y);
    path.line_to(x + width - radius, y);
    path.quad_to(x + width, y, x + width, y + radius);
    path.line_to(x + width, y + height);
    path.close();
    path.finish()
}

fn fill(pixmap: &mut Pixmap, path: &Path, [red, green, blue]: [u8; 3]) {
    let mut paint = Paint::default();
    paint.set_color(Color::from_rgba8(red, green, blue, 255));
    paint.anti_alias = true;
    pixmap.fill_path(path, &paint, FillRule::Winding, Transform::identity(), None);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_nights_give_the_same_bytes() {
        let mut nights = [None; NIGHTS];
        nights[7] = Some(Bars { interactions: 3, incidents: 1 });
        let first = draw(&nights).unwrap();
        assert_eq!(first, draw(&nights).unwrap());
        let decoded = Pixmap::decode_png(&first).unwrap();
        let at = |x: u32, y: u32| decoded.pixel(x, y).unwrap().demultiply();
        assert_eq!(at(0, 0).alpha(), 0, "the ground is transparent");
        let tonight = at(7 * 104 + 24, 80);
        assert_eq!([tonight.red(), tonight.green(), tonight.blue()], TONIGHT);
        nights[7] = Some(Bars { interactions: u32::MAX, incidents: 0 });
        assert_ne!(draw(&nights).unwrap(), first);
        assert!(draw(&[None; NIGHTS]).is_ok());
    }
}
