//! Shown: a frozen report becomes the words and numbers of a page in one language.
//!
//! Every text of an event passes through [`text`], because it is hostile. It must not know HTTP or HTML.

mod banner;
mod brand;
mod event;
mod figures;
mod filter;
mod footage;
mod sale;
mod text;

use chrono::{DateTime, Utc};
use serde::Serialize;

pub(super) use banner::{Banners, banners};
pub(super) use brand::{PageBrand, logo_path};
pub(super) use event::{Event, Remark, clips_of, events, written_out};
pub(super) use figures::{Figures, figures};
pub(super) use filter::{Choices, Filter};
pub(super) use footage::{Recording, recording};
pub(super) use sale::{Sale, sale};
pub(super) use text::{line, web_url};

use crate::compose::Report;
use crate::render::l10n::L10n;

/// Which night at which site.
#[derive(Serialize)]
pub(super) struct Heading {
    site: String,
    address: Option<String>,
    branch: String,
    night: String,
    from: String,
    to: String,
    zone: String,
    offset: String,
    revision: Option<i32>,
    built: String,
    until: String,
    /// None where the page carries the house's.
    brand: Option<PageBrand>,
}

impl Heading {
    /// The same for pages of the house's own people.
    pub(super) fn of_the_house(self) -> Self {
        Self { brand: None, ..self }
    }
}

/// The heading of a report's page whose link works until `expires_at`.
pub(super) fn heading(report: &Report, expires_at: DateTime<Utc>, l10n: &L10n) -> Heading {
    let (zone, window) = (report.site.timezone, report.window);
    let (before, after) = (l10n.zone_offset(zone, window.start), l10n.zone_offset(zone, window.end));
    Heading {
        site: line(&report.site.name, 120),
        address: report.site.address.as_deref().map(|address| line(address, 200)),
        branch: line(&report.site.branch_name, 120),
        night: l10n.date_with_weekday(report.night),
        from: l10n.time(window.start, zone),
        to: l10n.time(window.end, zone),
        zone: l10n.zone_name(zone, window.start),
        offset: if before == after { before } else { format!("{before} → {after}") },
        revision: (report.revision > 1).then_some(report.revision),
        built: l10n.date_time(report.built_at, zone),
        until: l10n.date_time(expires_at, zone),
        brand: report.brand.as_deref().map(PageBrand::of),
    }
}
