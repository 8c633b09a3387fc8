//! What a link in a mail leads to. The link itself (an opaque token behind the portal's address) is made elsewhere.

use serde::{Deserialize, Serialize};

use super::{ClipRef, IncidentRef};

/// What a link in a mail leads to. Together with report and contact it identifies the link's token.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(tag = "kind", content = "subject", rename_all = "snake_case")]
pub enum LinkTarget {
    /// The report's page: the "open in browser" version.
    Report,
    /// The report's PDF.
    Pdf,
    /// An incident's share page.
    Incident(IncidentRef),
    /// A clip's recording.
    Clip(ClipRef),
    /// Ending the mails of this kind to this contact.
    Unsubscribe,
}

impl LinkTarget {
    /// The word for it in rows and manifests.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Report => "report",
            Self::Pdf => "pdf",
            Self::Incident(_) => "incident",
            Self::Clip(_) => "clip",
            Self::Unsubscribe => "unsubscribe",
        }
    }

    /// Which incident or clip, by the producer's ref.
    #[must_use]
    pub fn subject(&self) -> Option<&str> {
        match self {
            Self::Incident(incident) => Some(incident.as_str()),
            Self::Clip(clip) => Some(clip.as_str()),
            Self::Report | Self::Pdf | Self::Unsubscribe => None,
        }
    }

    /// The first segment of the link's path in the portal: `{public_url}/{prefix}/{token}`.
    #[must_use]
    pub const fn path_prefix(&self) -> &'static str {
        match self {
            Self::Report => "r",
            Self::Pdf => "p",
            Self::Incident(_) => "i",
            Self::Clip(_) => "c",
            Self::Unsubscribe => "u",
        }
    }

    /// The target that [`LinkTarget::kind`] and [`LinkTarget::subject`] came from; none for an unknown kind, a
    /// missing or superfluous subject, or a subject that is no ref.
    #[must_use]
    pub fn from_parts(kind: &str, subject: Option<&str>) -> Option<Self> {
        match (kind, subject) {
            ("report", None) => Some(Self::Report),
            ("pdf", None) => Some(Self::Pdf),
            ("unsubscribe", None) => Some(Self::Unsubscribe),
            ("incident", Some(incident)) => IncidentRef::new(incident).ok().map(Self::Incident),
            ("clip", Some(clip)) => ClipRef::new(clip).ok().map(Self::Clip),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_target_comes_back_from_its_parts() {
        let targets = [
            LinkTarget::Report,
            LinkTarget::Pdf,
            LinkTarget::Unsubscribe,
            LinkTarget::Incident(IncidentRef::new("x1").unwrap()),
            LinkTarget::Clip(ClipRef::new("c1").unwrap()),
        ];
        for target in targets {
            assert_eq!(LinkTarget::from_parts(target.kind(), target.subject()), Some(target));
        }
        assert_eq!(LinkTarget::from_parts("report", Some("x")), None);
        assert_eq!(LinkTarget::from_parts("clip", None), None);
        assert_eq!(LinkTarget::from_parts("clip", Some("")), None);
        assert_eq!(LinkTarget::from_parts("bogus", None), None);
    }
}
