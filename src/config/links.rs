//! `[links]`: how long links live, and the key their tokens are derived with.

use std::time::Duration;

/// How long links live.
#[derive(Clone)]
pub struct Links {
    /// How long a link in a mail works.
    pub valid_for: Duration,
    /// How long a presigned URL behind it works; at most 15 minutes (design decision 7).
    pub presigned_for: Duration,
    /// Key that tokens are derived with, from `DAYBREAK_LINK_KEY`; when not set, one is made and kept in the database.
    pub key: Option<String>,
}

impl std::fmt::Debug for Links {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Links")
            .field("valid_for", &self.valid_for)
            .field("presigned_for", &self.presigned_for)
            .finish_non_exhaustive()
    }
}
