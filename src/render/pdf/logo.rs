//! The logo: at the top of the cover, where the report's branch has one of its own.

use super::look::MARGIN;
use super::paint;
use super::photo;
use super::tags::TagId;
use super::{Writer, shown};
use crate::render::brand;

/// The box that it fits into, in points.
const BOX: (f64, f64) = (210.0, 42.0);
/// Points of one of its pixels at most: a small one is not blown up.
const PIXEL: f64 = 0.5;

impl Writer<'_> {
    /// Sets it, if it is there and can be read.
    pub(super) fn logo(&mut self, section: TagId) {
        let Some((logo, bytes)) = brand::logo(self.report(), self.input.photos) else { return };
        let Some(image) = self.pictures.add(&logo.key, || photo::read(&bytes)) else { return };
        let most = (f64::from(logo.width) * PIXEL, f64::from(logo.height) * PIXEL);
        let (width, height) = self.pictures.list[image].fitted((BOX.0.min(most.0), BOX.1.min(most.1)));
        let figure = self.canvas.tags.add(section, "Figure");
        let corner = (MARGIN, self.canvas.y - height);
        let area = [corner.0, corner.1, corner.0 + width, self.canvas.y];
        self.canvas.tags.describe(figure, shown(&self.input.brand.name), area);
        self.canvas.open(figure);
        paint::picture(self.canvas.ops(), image, corner, (width, height));
        self.canvas.close();
        self.canvas.y -= height + 12.0;
    }
}
