//! `[brand]`: whose name and colours mails, PDFs and pages carry.

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
