//! What every page needs, made once.

use std::sync::Arc;

use super::frozen::Shelf;
use super::view::View;
use crate::access::LinkKey;
use crate::archive::{Archive, ArchiveError};
use crate::clock::Clock;
use crate::config;
use crate::db::Db;
use crate::render::Templates;
use crate::render::l10n::L10nError;

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

/// What every page needs; clones share it.
#[derive(Clone)]
pub struct PortalState {
    pub(super) db: Db,
    pub(super) archive: Archive,
    pub(super) clock: Clock,
    pub(super) links: config::Links,
    pub(super) brand: Arc<config::Brand>,
    pub(super) bounces: Arc<config::Bounces>,
    pub(super) view: Arc<View>,
    /// Makes the links from one of a reader's nights to the others; without it there are none.
    pub(super) link_key: Option<LinkKey>,
    /// Frozen reports that were read lately.
    pub(super) shelf: Arc<Shelf>,
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
        let bounces = Arc::default();
        let (brand, shelf) = (Arc::new(brand), Arc::default());
        Ok(Self { db, archive, clock, links, brand, bounces, view, link_key: None, shelf, media_origin })
    }

    /// The same, with the key of links: a reader's pages then lead to their other nights.
    #[must_use]
    pub fn with_link_key(self, key: LinkKey) -> Self {
        Self { link_key: Some(key), ..self }
    }

    /// The same, taking returned mail by these rules; without them nobody may hand any in.
    #[must_use]
    pub fn with_bounces(self, bounces: config::Bounces) -> Self {
        Self { bounces: Arc::new(bounces), ..self }
    }
}

impl std::fmt::Debug for PortalState {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PortalState").field("archive", &self.archive).finish_non_exhaustive()
    }
}
