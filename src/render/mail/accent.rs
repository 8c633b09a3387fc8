//! The brand's colour, made readable on light and on dark ground.

use serde::Serialize;

use crate::model::Color;

/// Contrast of the house's texts; WCAG 2.2 wants 4.5 (AA), and a little more is kinder at six in the morning.
const CONTRAST: f64 = 6.0;

/// The brand's colour as text and buttons use it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub(crate) struct Accent {
    light: Color,
    dark: Color,
}

impl Accent {
    /// From `#rrggbb`; darkened on light ground and lightened on dark ground until it can be read there.
    pub(crate) fn of(color: &str) -> Option<Self> {
        let color: Color = color.parse().ok()?;
        Some(Self {
            light: color.toward(Color::BLACK, Color::WHITE, CONTRAST),
            dark: color.toward(Color::WHITE, Color::NIGHT, CONTRAST),
        })
    }

    /// A branch's own colours on light and on dark ground, which are readable there.
    pub(crate) const fn own((light, dark): (Color, Color)) -> Self {
        Self { light, dark }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_colour_can_be_read_on_both_grounds() {
        for color in ["#1f4e79", "#000000", "#ffffff", "#ffee00", "#ff0000", "#00ff00", "#808080"] {
            let accent = Accent::of(color).unwrap();
            assert!(accent.light.contrast(Color::WHITE) >= CONTRAST, "{color}");
            assert!(accent.dark.contrast(Color::NIGHT) >= CONTRAST, "{color}");
        }
        assert_eq!(Accent::of("#1f4e79").unwrap().light.to_string(), "#1f4e79");
    }

    #[test]
    fn what_is_no_colour_never_reaches_a_style() {
        for bad in ["red", "#fff", "#12345", "#1234567", "#12345g", "#+1+2+3", "#ffffff;}", "#żżż"] {
            assert_eq!(Accent::of(bad), None, "{bad}");
        }
    }
}
