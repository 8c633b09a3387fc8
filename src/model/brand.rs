//! A branch's own brand: what its mails, PDFs and pages carry in the place of the house's.

use serde::{Deserialize, Serialize};

use super::{Color, EmailAddress};

/// A branch's own brand; whatever is none is the house's (`[brand]` and `[mail]`).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct BranchBrand {
    /// The name, in heads and footers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The name in `From`; the address there is always the installation's, for which mails are signed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sender: Option<String>,
    /// Where answers go.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reply_to: Option<EmailAddress>,
    /// Accent colour on light ground.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub color: Option<Color>,
    /// Accent colour on dark ground; worked out from `color` where it is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub color_dark: Option<Color>,
    /// The logo.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub logo: Option<Logo>,
}

/// A logo, as it lies in the archive: a PNG or JPEG that we encoded ourselves, without transparency.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Logo {
    /// Key of the object.
    pub key: String,
    /// SHA-256 of its bytes in lower-case hex.
    pub sha256: String,
    /// Width in pixels; it is shown half as wide, so that it is sharp on a phone.
    pub width: u32,
    /// Height in pixels.
    pub height: u32,
}

impl Logo {
    /// Width and height at which mails and pages show it.
    #[must_use]
    pub fn shown(&self) -> (u32, u32) {
        (self.width.div_ceil(2).max(1), self.height.div_ceil(2).max(1))
    }
}

impl BranchBrand {
    /// Whether everything is the house's.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// The name in `From`, where the branch has one: the sender's, else its own.
    #[must_use]
    pub fn from_name(&self) -> Option<&str> {
        self.sender.as_deref().or(self.name.as_deref())
    }

    /// The colours on light and on dark ground, where the branch has any of its own: what is not readable, because
    /// somebody else than us wrote it, is made so.
    #[must_use]
    pub fn colors(&self) -> Option<(Color, Color)> {
        let light = self.color.or(self.color_dark)?;
        let dark = self.color_dark.unwrap_or(light);
        Some((
            light.toward(Color::BLACK, Color::WHITE, Color::READABLE),
            dark.toward(Color::WHITE, Color::NIGHT, Color::READABLE),
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_set_is_not_written_and_a_brand_comes_back_whole() {
        assert_eq!(serde_json::to_string(&BranchBrand::default()).unwrap(), "{}");
        let brand = BranchBrand {
            name: Some("Northwind".into()),
            sender: Some("Northwind nights".into()),
            reply_to: Some(EmailAddress::new("desk@example.com").unwrap()),
            color: Some("#8a1538".parse().unwrap()),
            color_dark: None,
            logo: Some(Logo { key: "brands/a".into(), sha256: "a".into(), width: 481, height: 96 }),
        };
        let json = serde_json::to_string(&brand).unwrap();
        assert_eq!(serde_json::from_str::<BranchBrand>(&json).unwrap(), brand);
        assert_eq!(brand.logo.unwrap().shown(), (241, 48));
    }

    #[test]
    fn one_colour_is_enough_and_both_can_be_read() {
        let of = |color: Option<&str>, dark: Option<&str>| BranchBrand {
            color: color.map(|color| color.parse().unwrap()),
            color_dark: dark.map(|color| color.parse().unwrap()),
            ..BranchBrand::default()
        };
        assert_eq!(of(None, None).colors(), None);
        for (color, dark) in [(Some("#8a1538"), None), (None, Some("#ffb000")), (Some("#ffff00"), Some("#000000"))] {
            let (light, dark) = of(color, dark).colors().unwrap();
            assert!(light.contrast(Color::WHITE) >= Color::READABLE && dark.contrast(Color::NIGHT) >= Color::READABLE);
        }
        assert_eq!(of(Some("#8a1538"), Some("#ffb0c8")).colors().unwrap().0.to_string(), "#8a1538");
    }
}
