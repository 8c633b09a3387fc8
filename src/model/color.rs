//! Colours, and whether a text of one can be read on another (WCAG 2.2).

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// A colour of the sRGB space; written `#rrggbb`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Color([u8; 3]);

/// Why a text is no colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be a colour such as #1f4e79")]
pub struct ColorError;

impl Color {
    /// White: the ground of mails and pages by day, and the text on buttons and bars.
    pub const WHITE: Self = Self([0xff; 3]);
    /// The ground of a mail's card in the dark.
    pub const NIGHT: Self = Self([0x18, 0x1c, 0x22]);
    /// The contrast that text needs (WCAG 2.2, 1.4.3, level AA).
    pub const READABLE: f64 = 4.5;

    /// Black.
    pub const BLACK: Self = Self([0; 3]);

    /// Contrast with another colour, from 1 (none) to 21.
    #[must_use]
    pub fn contrast(self, other: Self) -> f64 {
        let (one, two) = (self.luminance(), other.luminance());
        (one.max(two) + 0.05) / (one.min(two) + 0.05)
    }

    /// The colour moved toward `end` in small steps until it has that much contrast with `ground`.
    #[must_use]
    pub fn toward(self, end: Self, ground: Self, contrast: f64) -> Self {
        (0..=20)
            .map(|twentieths| self.mixed(end, twentieths))
            .find(|mixed| mixed.contrast(ground) >= contrast)
            .unwrap_or(end)
    }

    /// The colour with so many twentieths of another.
    fn mixed(self, other: Self, twentieths: u16) -> Self {
        Self(std::array::from_fn(|part| {
            let mixed = (u16::from(self.0[part]) * (20 - twentieths) + u16::from(other.0[part]) * twentieths) / 20;
            u8::try_from(mixed).unwrap_or(u8::MAX)
        }))
    }

    /// Relative luminance, from 0 (black) to 1.
    fn luminance(self) -> f64 {
        let part = |value: u8| {
            let value = f64::from(value) / 255.0;
            if value <= 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
        };
        0.2126 * part(self.0[0]) + 0.7152 * part(self.0[1]) + 0.0722 * part(self.0[2])
    }
}

impl fmt::Display for Color {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [red, green, blue] = self.0;
        write!(f, "#{red:02x}{green:02x}{blue:02x}")
    }
}

impl fmt::Debug for Color {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for Color {
    type Err = ColorError;
    fn from_str(raw: &str) -> Result<Self, ColorError> {
        let digits = raw.strip_prefix('#').ok_or(ColorError)?;
        if digits.len() != 6 || !digits.bytes().all(|digit| digit.is_ascii_hexdigit()) {
            return Err(ColorError);
        }
        let part = |at: usize| u8::from_str_radix(&digits[at..at + 2], 16).map_err(|_| ColorError);
        Ok(Self([part(0)?, part(2)?, part(4)?]))
    }
}

impl TryFrom<String> for Color {
    type Error = ColorError;
    fn try_from(raw: String) -> Result<Self, ColorError> {
        raw.parse()
    }
}

impl From<Color> for String {
    fn from(color: Color) -> Self {
        color.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_colour_is_six_digits_and_nothing_else() {
        assert_eq!("#1F4e79".parse::<Color>().unwrap().to_string(), "#1f4e79");
        for bad in ["", "red", "#fff", "#12345", "#1234567", "#12345g", "#+1+2+3", "#ffffff;}", "#żżż", "1f4e79"] {
            assert_eq!(bad.parse::<Color>(), Err(ColorError), "{bad}");
        }
        assert_eq!(serde_json::to_string(&Color::NIGHT).unwrap(), "\"#181c22\"");
    }

    #[test]
    fn contrast_is_what_wcag_computes() {
        let of = |color: &str, ground: Color| (color.parse::<Color>().unwrap().contrast(ground) * 100.0).round();
        assert!((of("#000000", Color::WHITE) - 2100.0).abs() < 0.5);
        assert!((of("#767676", Color::WHITE) - 454.0).abs() < 0.5, "the lightest grey that passes");
        assert!((of("#777777", Color::WHITE) - 448.0).abs() < 0.5);
        assert!((of("#ffff00", Color::WHITE) - 107.0).abs() < 0.5);
    }

    #[test]
    fn every_colour_can_be_made_readable_on_both_grounds() {
        for color in ["#1f4e79", "#000000", "#ffffff", "#ffee00", "#ff0000", "#00ff00", "#808080"] {
            let color: Color = color.parse().unwrap();
            let day = color.toward(Color::BLACK, Color::WHITE, Color::READABLE);
            let night = color.toward(Color::WHITE, Color::NIGHT, Color::READABLE);
            assert!(day.contrast(Color::WHITE) >= Color::READABLE, "{color}: {day}");
            assert!(night.contrast(Color::NIGHT) >= Color::READABLE, "{color}: {night}");
        }
    }
}
