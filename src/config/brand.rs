//! `[brand]`: whose name and colours mails, PDFs and pages carry.

use std::path::PathBuf;

use schemars::JsonSchema;
use serde::Deserialize;

use super::key::{Key, Reading, line_of_text};

/// Whose name and colours mails, PDFs and pages carry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Brand {
    /// The name.
    pub name: String,
    /// Accent colour, `#rrggbb`.
    pub color: String,
    /// Whom to ask, shown in footers: an address or a telephone number.
    pub support: Option<String>,
    /// Postal address, shown in footers.
    pub address: Option<String>,
}

impl Default for Brand {
    fn default() -> Self {
        Self { name: "Daybreak".into(), color: "#1f4e79".into(), support: None, address: None }
    }
}

/// Whose name and colours mails, PDFs and pages carry.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
#[schemars(rename = "brand")]
pub(super) struct RawBrand {
    /// The name, in headers, footers and the `From` of each mail.
    #[schemars(extend("default" = "Daybreak"))]
    name: Key<String>,
    /// Accent colour, `#rrggbb`.
    #[schemars(extend("default" = "#1f4e79", "pattern" = "^#[0-9A-Fa-f]{6}$"))]
    color: Key<String>,
    /// Whom to ask, shown in footers: an address or a telephone number.
    support: Key<String>,
    /// Postal address, shown in footers.
    address: Key<String>,
    /// A folder whose files take the place of the built-in templates of the same name; relative to this file's folder.
    templates: Key<String>,
}

impl RawBrand {
    pub(super) fn check(&self, reading: &mut Reading<'_>) -> (Brand, Option<PathBuf>) {
        let standard = Brand::default();
        let brand = Brand {
            name: self.name.read(reading, "brand.name", |text| line_of_text(text, 80)).unwrap_or(standard.name),
            color: self.color.read(reading, "brand.color", |text| color(text)).unwrap_or(standard.color),
            support: self.support.read(reading, "brand.support", |text| line_of_text(text, 200)),
            address: self.address.read(reading, "brand.address", |text| line_of_text(text, 200)),
        };
        let templates = self.templates.get().map(|raw| reading.path(raw)).and_then(|path| {
            path.map_err(|error| reading.faults.at(&self.templates.span(), "brand.templates", error)).ok()
        });
        (brand, templates)
    }
}

fn color(raw: &str) -> Result<String, &'static str> {
    let digits = raw.strip_prefix('#').unwrap_or_default();
    if digits.len() == 6 && digits.chars().all(|c| c.is_ascii_hexdigit()) {
        Ok(raw.to_ascii_lowercase())
    } else {
        Err("must be a colour such as \"#1f4e79\"")
    }
}
