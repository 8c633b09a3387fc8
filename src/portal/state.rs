//! What every page needs, made once.

use std::sync::Arc;

use super::view::View;
use crate::archive::{Archive, ArchiveError};
use crate::clock::Clock;
use crate::config;
use crate::db::Db;
use crate::render::Templates;
use crate::render::l10n::L10nError;

/// Feeds that are taken at once; imports wait for one another anyway.
const FEEDS_AT_ONCE: usize = 4;

/// Why there is no portal.
#[derive(Debug, thiserror::Error)]
pub enum PortalError {
    /// A page's template.
    #[error("a page's template is wrong: {0}")]
    Template(String),
    /// The messages.
    #[error("the pages' messages are wrong")]
    Messages(#[source] L10nError),
    /// The archive's address.
    #[error("the archive has no address for browsers")]
    Origin(#[from] ArchiveError),
}

/// What producers may send, and how many at once.
pub(super) struct Intake {
    pub(super) max_feed: u64,
    pub(super) max_media: u64,
    /// Feeds that are on the disk at once.
    pub(super) places: tokio::sync::Semaphore,
}

impl Intake {
    fn new(limits: &config::Intake) -> Self {
        let places = tokio::sync::Semaphore::new(FEEDS_AT_ONCE);
        Self { max_feed: limits.max_feed, max_media: limits.max_media, places }
    }
}

/// What every page needs; clones share it.
#[derive(Clone)]
pub struct PortalState {
    pub(super) db: Db,
    pub(super) archive: Archive,
    pub(super) clock: Clock,
    pub(super) links: config::Links,
    pub(super) brand: Arc<config::Brand>,
    pub(super) bounces: Arc<config::Bounces>,
    pub(super) intake: Arc<Intake>,
    pub(super) view: Arc<View>,
    /// Where footage comes from: the one foreign address that a page may load from.
    pub(super) media_origin: Arc<str>,
}

impl PortalState {
    /// Parses templates and messages, and asks the archive for its address.
    ///
    /// # Errors
    /// [`PortalError`].
    pub async fn new(
        db: Db,
        archive: Archive,
        clock: Clock,
        links: config::Links,
        brand: config::Brand,
        templates: &Templates,
    ) -> Result<Self, PortalError> {
        let media_origin = archive.public_origin().await?.into();
        let view = Arc::new(View::new(templates, &brand)?);
        let (bounces, intake) = (Arc::default(), Arc::new(Intake::new(&config::Intake::default())));
        Ok(Self { db, archive, clock, links, brand: Arc::new(brand), bounces, intake, view, media_origin })
    }

    /// The same, taking returned mail by these rules; without them nobody may hand any in.
    #[must_use]
    pub fn with_bounces(self, bounces: config::Bounces) -> Self {
        Self { bounces: Arc::new(bounces), ..self }
    }

    /// The same, taking feeds and media within these limits.
    #[must_use]
    pub fn with_intake(self, limits: &config::Intake) -> Self {
        Self { intake: Arc::new(Intake::new(limits)), ..self }
    }
}

impl std::fmt::Debug for PortalState {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PortalState").field("archive", &self.archive).finish_non_exhaustive()
    }
}
