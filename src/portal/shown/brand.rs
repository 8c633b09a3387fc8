//! A branch's own brand, as the pages of its reports carry it.

use serde::Serialize;

use super::line;
use crate::model::{BranchBrand, Logo};

/// What a page carries in the place of the house's.
#[derive(Debug, Clone, Serialize)]
pub(in crate::portal) struct PageBrand {
    name: Option<String>,
    /// `rrggbb-rrggbb`: the colours on light and on dark ground, as the address of their style has them.
    colors: Option<String>,
    logo: Option<PageLogo>,
}

#[derive(Debug, Clone, Serialize)]
struct PageLogo {
    href: String,
    width: u32,
    height: u32,
}

impl PageBrand {
    pub(in crate::portal) fn of(brand: &BranchBrand) -> Self {
        let digits = |color: crate::model::Color| color.to_string().trim_start_matches('#').to_owned();
        let logo = |logo: &Logo| {
            let (width, height) = logo.shown();
            PageLogo { href: logo_path(logo), width, height }
        };
        Self {
            name: brand.name.as_deref().map(|name| line(name, 80)),
            colors: brand.colors().map(|(light, dark)| format!("{}-{}", digits(light), digits(dark))),
            logo: brand.logo.as_ref().map(logo),
        }
    }
}

/// Where a logo is served.
pub(in crate::portal) fn logo_path(logo: &Logo) -> String {
    format!("/brand/{}.png", logo.sha256)
}
