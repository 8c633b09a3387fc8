//! What happened: incidents, interactions and their footage, as a report freezes them.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::model::{CaseRef, ClipRef, IncidentRef, InteractionRef, TransactionRef};

/// An escalated event: an incident, the interaction behind it, or such an interaction alone.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Escalation {
    /// When it happened.
    pub at: DateTime<Utc>,
    /// The incident.
    pub incident: Option<Incident>,
    /// The escalated interaction.
    pub interaction: Option<Interaction>,
}

/// A handled event.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Interaction {
    /// Its ref.
    pub interaction: InteractionRef,
    /// 1 = normal, 2 and above = escalated.
    pub level: i32,
    /// The producer's word for the type.
    pub kind: String,
    /// When it began.
    pub started_at: DateTime<Utc>,
    /// When it ended.
    pub ended_at: Option<DateTime<Utc>>,
    /// The camera's name.
    pub camera: Option<String>,
    /// Who handled it.
    pub operator: Option<String>,
    /// The operator's notes.
    pub notes: String,
    /// What was done.
    pub actions: Vec<String>,
    /// Its clip; look it up in [`Report::clips`](super::Report::clips).
    pub clip: Option<ClipRef>,
    /// The same second in the customer's own application.
    pub timeline_url: Option<String>,
}

/// An incident.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Incident {
    /// Its ref.
    pub incident: IncidentRef,
    /// When it occurred.
    pub occurred_at: DateTime<Utc>,
    /// The producer's word for the type.
    pub kind: String,
    /// What happened.
    pub description: String,
    /// Who reported it.
    pub reported_by: Option<String>,
    /// The case of the offender.
    pub case: Option<CasePlace>,
    /// Its photo, unless it is listed in [`Report::missing`](super::Report::missing).
    pub photo: Option<Photo>,
    /// Whether a photo was named that could not be had.
    pub photo_missing: bool,
    /// Its clips in the producer's order; look them up in [`Report::clips`](super::Report::clips).
    pub clips: Vec<ClipRef>,
    /// Its transaction; look it up in [`Report::transactions`](super::Report::transactions).
    pub transaction: Option<TransactionRef>,
    /// The same second in the customer's own application.
    pub timeline_url: Option<String>,
}

/// An incident's place in its case: "case 1042, 3rd time".
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CasePlace {
    /// The producer's ref of the offender.
    pub case: CaseRef,
    /// Our number of the case.
    pub number: i64,
    /// 1 for the case's first incident, in order of time.
    pub instance: i64,
}

/// A picture in the archive.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Photo {
    /// Object key.
    pub key: String,
    /// SHA-256 of the bytes, in lower-case hex, where the archive knows it.
    pub sha256: Option<String>,
}

/// A recording.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Clip {
    /// Its ref.
    pub clip: ClipRef,
    /// When it begins.
    pub recorded_at: DateTime<Utc>,
    /// How long it is, in milliseconds.
    pub duration_ms: Option<i64>,
    /// The camera's name.
    pub camera: Option<String>,
    /// Where its bytes are.
    pub footage: Footage,
}

/// Where a clip's bytes are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "at", rename_all = "snake_case")]
pub enum Footage {
    /// In the archive.
    Archive {
        /// Object key.
        key: String,
        /// SHA-256 of the bytes, in lower-case hex, where the archive knows it.
        sha256: Option<String>,
        /// Content type.
        content_type: String,
    },
    /// Only with its producer.
    External {
        /// Where it can be viewed.
        url: String,
        /// The password it asks for.
        password: Option<String>,
    },
    /// Named by the feed, and nowhere to be had.
    Missing,
}
