//! What every page needs, made once.

use std::sync::Arc;

use super::view::View;
use crate::archive::{Archive, ArchiveError};
use crate::clock::Clock;
use crate::config;
use crate::db::Db;
use crate::render::{RenderError, Templates};

/// Why there is no portal.
#[derive(Debug, thiserror::Error)]
pub enum PortalError {
    /// A page's template.
    #[error("a page's template is wrong: {0}")]
    Template(String),
    /// The messages.
    #[error("the pages' messages are wrong")]
    Messages(#[from] RenderError),
    /// The archive's address.
    #[error("the archive has no address for browsers")]
    Origin(#[from] ArchiveError),
}

/// What every page needs; clones share it.
#[derive(Clone)]
pub struct PortalState(Arc<Parts>);

/// The parts of a [`PortalState`].
pub(super) struct Parts {
    pub(super) db: Db,
    pub(super) archive: Archive,
    pub(super) clock: Clock,
    pub(super) links: config::Links,
    pub(super) brand: config::Brand,
    pub(super) view: View,
    /// Where footage comes from: the one foreign address that a page may load from.
    pub(super) media_origin: String,
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
        let media_origin = archive.public_origin().await?;
        let view = View::new(templates, &brand)?;
        Ok(Self(Arc::new(Parts { db, archive, clock, links, brand, view, media_origin })))
    }
}

impl std::ops::Deref for PortalState {
    type Target = Parts;
    fn deref(&self) -> &Parts {
        &self.0
    }
}
