//! What every page needs, made once.

use std::sync::Arc;

use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;

use super::api;
use super::frozen::Shelf;
use super::notes::Notes;
use super::operations::Board;
use super::sign_in::Provided;
use super::strangers::Strangers;
use super::view::View;
use crate::archive::{Archive, ArchiveError};
use crate::clock::Clock;
use crate::config::{self, Config, JobsNow};
use crate::db::Db;
use crate::engine::Engine;
use crate::pipeline::Pipeline;
use crate::random::Random;
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

/// What every page needs; clones share it.
#[derive(Clone)]
pub struct PortalState {
    pub(super) pipeline: Pipeline<Engine>,
    pub(super) config: Arc<Config>,
    /// The jobs in force.
    pub(super) jobs: Arc<JobsNow>,
    pub(super) random: Random,
    pub(super) db: Db,
    pub(super) archive: Archive,
    pub(super) clock: Clock,
    pub(super) links: config::Links,
    pub(super) brand: Arc<config::Brand>,
    pub(super) bounces: Arc<config::Bounces>,
    /// Feeds that may be on the disk at once.
    pub(super) feeds: Arc<Semaphore>,
    /// The same of each key.
    pub(super) feeds_of: Arc<api::Places>,
    /// One feed is imported at a time: the next waits here, and not for the database, which loses patience.
    pub(super) importing: Arc<Semaphore>,
    pub(super) view: Arc<View>,
    /// Frozen reports that were read lately.
    pub(super) shelf: Arc<Shelf>,
    /// Where footage comes from: the one foreign address that a page may load from.
    pub(super) media_origin: Arc<str>,
    /// What operations look at, shared by all who do.
    pub(super) board: Arc<Board>,
    /// Looks that are not written down yet.
    pub(super) notes: Notes,
    /// What opened nothing lately.
    pub(super) strangers: Arc<Strangers>,
    /// What the OpenID provider said of itself lately.
    pub(super) provided: Arc<Provided>,
    /// Cancelled when the process stops: answers that never end by themselves end then.
    pub(super) stopping: CancellationToken,
}

impl PortalState {
    /// Parses templates and messages, and asks the archive for its address.
    ///
    /// # Errors
    /// [`PortalError`].
    pub async fn new(
        pipeline: Pipeline<Engine>,
        config: Arc<Config>,
        random: Random,
        templates: &Templates,
    ) -> Result<Self, PortalError> {
        let media_origin = pipeline.archive.public_origin().await?.into();
        let view = Arc::new(View::new(templates, &config.brand)?);
        Ok(Self {
            db: pipeline.db.clone(),
            archive: pipeline.archive.clone(),
            clock: pipeline.clock.clone(),
            links: config.links.clone(),
            brand: Arc::new(config.brand.clone()),
            bounces: Arc::new(config.bounces.clone()),
            jobs: Arc::new(JobsNow::new(&config.jobs)),
            feeds: Arc::new(Semaphore::new(FEEDS_AT_ONCE)),
            feeds_of: Arc::default(),
            importing: Arc::new(Semaphore::new(1)),
            config,
            random,
            view,
            shelf: Arc::default(),
            media_origin,
            board: Arc::default(),
            notes: Notes::new(pipeline.db.clone()),
            strangers: Arc::default(),
            provided: Arc::default(),
            stopping: CancellationToken::new(),
            pipeline,
        })
    }

    /// The same, for a process that stops when `shutdown` is cancelled.
    #[must_use]
    pub fn until(self, shutdown: CancellationToken) -> Self {
        Self { stopping: shutdown, ..self }
    }

    /// The same, with the jobs that the process has in force.
    #[must_use]
    pub fn with_jobs(self, jobs: Arc<JobsNow>) -> Self {
        Self { jobs, ..self }
    }

    /// What is still to be written down: whoever stops the process waits for it.
    #[must_use]
    pub fn notes(&self) -> Notes {
        self.notes.clone()
    }

    /// Whether people reach the pages over TLS.
    pub(super) fn is_secure(&self) -> bool {
        self.config.portal.public_url.scheme() == "https"
    }

    /// A page's address as people reach it, for letters.
    pub(super) fn url(&self, path: &str) -> String {
        format!("{}{}", self.config.portal.public_url.as_str().trim_end_matches('/'), path)
    }
}

impl std::fmt::Debug for PortalState {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PortalState").field("archive", &self.archive).finish_non_exhaustive()
    }
}
