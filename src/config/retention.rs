//! `[retention]`: how long things are kept.

/// How long things are kept, in days; none keeps them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Retention {
    /// Interactions, incidents and transactions.
    pub events_days: Option<u32>,
    /// Clips and photos.
    pub clips_days: Option<u32>,
    /// Reports' artifacts.
    pub artifacts_days: Option<u32>,
}
