//! Why there is another revision, and what it changed.

use serde::{Deserialize, Serialize};

/// Why a revision was made, and what it changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Correction {
    /// The reason given.
    pub reason: String,
    /// Who asked for it.
    pub by: String,
    /// What changed against the revision before.
    pub changes: Vec<Change>,
}

/// One difference between two revisions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// Of what.
    pub subject: Subject,
    /// Its ref.
    pub of: String,
    /// How.
    pub how: How,
    /// The fields that were edited, by name.
    pub fields: Vec<String>,
}

/// What a change is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Subject {
    /// An incident.
    Incident,
    /// An interaction.
    Interaction,
    /// A transaction.
    Transaction,
    /// The counts of what was processed.
    Activity,
    /// What is missing.
    Completeness,
}

impl Subject {
    /// Its word for programs and templates.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Incident => "incident",
            Self::Interaction => "interaction",
            Self::Transaction => "transaction",
            Self::Activity => "activity",
            Self::Completeness => "completeness",
        }
    }
}

/// How something changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum How {
    /// It is new.
    Added,
    /// It is gone.
    Removed,
    /// It was edited.
    Edited,
}

impl How {
    /// Its word for programs and templates.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Added => "added",
            Self::Removed => "removed",
            Self::Edited => "edited",
        }
    }
}
