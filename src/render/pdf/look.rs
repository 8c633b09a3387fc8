//! The look: page size, margins, inks and text styles.

use super::paint::Ink;

/// A4, in points.
pub(super) const PAGE: (f64, f64) = (595.28, 841.89);
/// Left and right margin.
pub(super) const MARGIN: f64 = 48.0;
/// The first baseline area's top.
pub(super) const TOP: f64 = PAGE.1 - 70.0;
/// Nothing but the footer stands below.
pub(super) const BOTTOM: f64 = 62.0;
/// The width between the margins.
pub(super) const WIDTH: f64 = PAGE.0 - 2.0 * MARGIN;

/// Ink of plain text.
pub(super) const BLACK: Ink = Ink(0x1b, 0x1f, 0x24);
/// Ink of labels; 4.5 : 1 on white and on the tints in use.
pub(super) const GREY: Ink = Ink(0x52, 0x5b, 0x66);
/// Ink of rules.
pub(super) const RULE: Ink = Ink(0xd0, 0xd7, 0xde);

/// How a text looks.
#[derive(Debug, Clone, Copy)]
pub(super) struct Style {
    /// Size in points.
    pub(super) size: f64,
    /// Whether it is bold.
    pub(super) bold: bool,
    /// Its colour.
    pub(super) ink: Ink,
}

impl Style {
    /// Baseline to baseline.
    pub(super) fn leading(self) -> f64 {
        (self.size * 1.42 * 4.0).round() / 4.0
    }

    /// From a line's top to its baseline.
    pub(super) fn ascent(self) -> f64 {
        self.size * 1.06
    }
}

/// Body text.
pub(super) const BODY: Style = Style { size: 9.5, bold: false, ink: BLACK };
/// Body text that stands out.
pub(super) const STRONG: Style = Style { bold: true, ..BODY };
/// Labels and notes.
pub(super) const SMALL: Style = Style { size: 8.0, bold: false, ink: GREY };

/// Where a text stands between two edges.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Align {
    /// Where its paragraph begins: left, or right for a text that runs from right to left.
    Start,
    /// Right.
    Right,
}
