//! The brand's colour, made readable on light and on dark ground.

use serde::Serialize;

/// Dark ground of the mail's card.
const DARK: [u8; 3] = [0x18, 0x1c, 0x22];
/// Contrast of text; WCAG 2.2 wants 4.5 (AA), and a little more is kinder at six in the morning.
const CONTRAST: f64 = 6.0;

/// The brand's colour as text and buttons use it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub(crate) struct Accent {
    light: Rgb,
    dark: Rgb,
}

/// A colour; serialized as `#rrggbb`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Rgb([u8; 3]);

impl Serialize for Rgb {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let [red, green, blue] = self.0;
        serializer.collect_str(&format_args!("#{red:02x}{green:02x}{blue:02x}"))
    }
}

impl Accent {
    /// From `#rrggbb`; darkened on light ground and lightened on dark ground until it can be read there.
    pub(crate) fn of(color: &str) -> Option<Self> {
        let digits = color
            .strip_prefix('#')
            .filter(|digits| digits.len() == 6 && digits.bytes().all(|digit| digit.is_ascii_hexdigit()))?;
        let part = |at: usize| u8::from_str_radix(&digits[at..at + 2], 16).ok();
        let color = [part(0)?, part(2)?, part(4)?];
        Some(Self { light: Rgb(toward(color, [0; 3], [0xff; 3])), dark: Rgb(toward(color, [0xff; 3], DARK)) })
    }
}

/// The colour moved toward `end` in small steps until it contrasts with `ground`.
fn toward(color: [u8; 3], end: [u8; 3], ground: [u8; 3]) -> [u8; 3] {
    (0..=20u16).map(|step| mix(color, end, step)).find(|mixed| contrast(*mixed, ground) >= CONTRAST).unwrap_or(end)
}

fn mix(color: [u8; 3], end: [u8; 3], twentieths: u16) -> [u8; 3] {
    std::array::from_fn(|part| {
        let mixed = (u16::from(color[part]) * (20 - twentieths) + u16::from(end[part]) * twentieths) / 20;
        u8::try_from(mixed).unwrap_or(u8::MAX)
    })
}

/// Contrast of two colours (WCAG 2.2, relative luminance).
fn contrast(a: [u8; 3], b: [u8; 3]) -> f64 {
    let (a, b) = (luminance(a), luminance(b));
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

fn luminance(color: [u8; 3]) -> f64 {
    let part = |value: u8| {
        let value = f64::from(value) / 255.0;
        if value <= 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
    };
    0.2126 * part(color[0]) + 0.7152 * part(color[1]) + 0.0722 * part(color[2])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_colour_can_be_read_on_both_grounds() {
        for color in ["#1f4e79", "#000000", "#ffffff", "#ffee00", "#ff0000", "#00ff00", "#808080"] {
            let accent = Accent::of(color).unwrap();
            assert!(contrast(accent.light.0, [0xff; 3]) >= CONTRAST, "{color}");
            assert!(contrast(accent.dark.0, DARK) >= CONTRAST, "{color}");
        }
        assert_eq!(Accent::of("#1f4e79").unwrap().light.0, [0x1f, 0x4e, 0x79]);
    }

    #[test]
    fn what_is_no_colour_never_reaches_a_style() {
        for bad in ["red", "#fff", "#12345", "#1234567", "#12345g", "#+1+2+3", "#ffffff;}", "#żżż"] {
            assert_eq!(Accent::of(bad), None, "{bad}");
        }
    }
}
