//! App: a checked configuration becomes connected services. The only wiring of real ones.

use std::num::NonZero;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use tokio_util::sync::CancellationToken;

use crate::access::LinkKey;
use crate::archive::{Archive, ArchiveError};
use crate::audit::{self, Actor, Change};
use crate::clock::Clock;
use crate::config::{Config, JobsNow};
use crate::db::audit::Wanted;
use crate::db::{ConnectError, Db, DbError, MigrateError};
use crate::deliver::verp::{BounceKey, BounceKeyError};
use crate::deliver::{DkimError, Post, SendError, Share, Signer};
use crate::engine::{Engine, Lanes, SetupError};
use crate::identity::{Identity, NotOurs, Standing};
use crate::meter::Meter;
use crate::pipeline::{Pipeline, Settings};
use crate::render::{RenderError, Renderer, Templates};
use crate::watch::{Operators, Watcher, Webhook, WebhookError};

/// How often a worker looks at how many there are, for its share of the limits of mail.
const LOOK_ROUND: Duration = Duration::from_secs(5);

/// Why the services could not be started.
#[derive(Debug, thiserror::Error)]
pub enum AppError {
    /// The database.
    #[error("the database is not available")]
    Connect(#[from] ConnectError),
    /// Its schema.
    #[error("the database's schema is not usable")]
    Migrate(#[from] MigrateError),
    /// The queue's tables.
    #[error("the task queue is not usable")]
    Queue(#[from] SetupError),
    /// The archive.
    #[error("the archive is not available")]
    Archive(#[from] ArchiveError),
    /// The templates.
    #[error("the templates are not usable")]
    Render(#[from] RenderError),
    /// The mail transport.
    #[error("the mail transport is not usable")]
    Mail(#[from] SendError),
    /// The keys that mails are signed with.
    #[error("mails cannot be signed")]
    Dkim(#[from] DkimError),
    /// The key for returned mail.
    #[error("the key for returned mail is not usable")]
    BounceKey(#[from] BounceKeyError),
    /// The key of links.
    #[error("the key of links is not usable")]
    LinkKey(#[from] crate::access::LinkKeyError),
    /// Whose the database is.
    #[error("cannot read whose the database is")]
    Identity(#[source] DbError),
    /// What was done at the start.
    #[error("cannot write the audit log")]
    Audit(#[source] DbError),
    /// The webhook of `[alerts]`.
    #[error("the webhook of [alerts] is not usable")]
    Webhook(#[from] WebhookError),
}

/// Connected services. Cheap to clone.
#[derive(Debug, Clone)]
pub struct App {
    /// What they were made from.
    pub config: Arc<Config>,
    /// The jobs in force.
    pub jobs: Arc<JobsNow>,
    /// The stages and what they work on.
    pub pipeline: Pipeline<Engine>,
    /// The queue.
    pub engine: Engine,
}

impl App {
    /// Connects everything, and brings the database to today's schema.
    pub async fn build(config: Config, clock: Clock) -> Result<Self, AppError> {
        let db = Db::connect(&config.database).await?;
        let (before, today) = db.schema_version().await?;
        db.migrate().await?;
        // A database that was just made has nothing to tell of.
        if before > 0 && before < today {
            let detail = serde_json::json!({ "before": before, "after": today });
            enter(&db, "schema.migrate", detail, clock.now()).await.map_err(AppError::Audit)?;
        }
        let engine = Engine::new(&db);
        engine.migrate().await?;
        let archive = Archive::connect(&config.archive).await?;
        let renderer = Arc::new(Renderer::new(templates(&config)?, config.brand.clone())?);
        let settings = Settings {
            mail: config.mail.clone(),
            signer: Signer::load(config.mail.dkim.as_ref())?,
            bounces: config.bounces.clone(),
            bounce_key: BounceKey::load(&db).await?,
            brand: config.brand.clone(),
            links: config.links.clone(),
            public_url: config.portal.public_url.clone(),
            retention: config.retention.clone(),
        };
        let identity =
            Identity::of(config.instance.as_deref(), &config.database, &db).await.map_err(AppError::Identity)?;
        let standing = identity.adopt(&db).await.map_err(AppError::Identity)?;
        if let Standing::Foreign { says } = standing {
            enter_refusal(&db, &says, clock.now()).await.map_err(AppError::Audit)?;
            tracing::error!("{}", NotOurs(says));
        }
        let post = Post::new(&config.mail)?;
        let meter = Meter::default();
        let operators = Operators {
            to: config.alerts.to.clone(),
            feedback: config.alerts.feedback.clone().or_else(|| config.alerts.to.clone()),
            webhook: config.alerts.webhook.clone().map(Webhook::new).transpose()?,
            mail: Arc::new(config.mail.clone()),
            signer: settings.signer.clone(),
            brand: Arc::new(config.brand.clone()),
            post: post.clone(),
            renderer: Arc::clone(&renderer),
            meter: meter.clone(),
        };
        let pipeline = Pipeline {
            link_key: LinkKey::load(&db, &config.links).await?,
            db,
            archive,
            renderer,
            post,
            clock,
            settings: Arc::new(settings),
            identity,
            operators,
            meter,
            queue: engine.clone(),
        };
        Ok(Self { jobs: Arc::new(JobsNow::new(&config.jobs)), config: Arc::new(config), pipeline, engine })
    }

    /// The templates that the configuration names.
    pub fn templates(&self) -> Result<Templates, RenderError> {
        templates(&self.config)
    }

    /// What looks at this process's services.
    #[must_use]
    pub fn watcher(&self) -> Watcher {
        let pipeline = &self.pipeline;
        Watcher {
            db: pipeline.db.clone(),
            archive: pipeline.archive.clone(),
            clock: pipeline.clock.clone(),
            identity: pipeline.identity.clone(),
            meter: pipeline.meter.clone(),
            recent: crate::watch::Recent::default(),
        }
    }

    /// Whether mails may leave, or why not.
    ///
    /// # Errors
    /// [`NotOurs`] within, or that it cannot be read.
    pub async fn may_mail(&self) -> Result<Result<(), NotOurs>, DbError> {
        Ok(match self.pipeline.identity.standing(&self.pipeline.db).await? {
            Standing::Ours => Ok(()),
            Standing::Foreign { says } => Err(NotOurs(says)),
        })
    }

    /// Works on the queue until `shutdown`.
    pub async fn work(&self, shutdown: CancellationToken) {
        let processors = std::thread::available_parallelism().map_or(2, NonZero::get);
        // Most of a build's and a delivery's time is spent waiting for a disk or a server, so several share a processor.
        // A mail that finds its domain taken waits a moment in its place; there are more places than connections.
        let deliver = self.pipeline.post.places().unwrap_or_default().max(processors * 4);
        let lanes = Lanes { build: processors * 2, deliver, house: 4 };
        let pipeline = self.pipeline.clone();
        let handler = move |task| {
            let pipeline = pipeline.clone();
            async move { pipeline.handle(task).await }
        };
        let name = worker_name();
        // Before the first mail: those that work already are counted.
        self.look_round(&name).await;
        tokio::select! {
            () = self.engine.work(&name, lanes, handler, shutdown) => {}
            () = self.keep_looking(&name) => {}
        }
        self.pipeline.post.share(Share::WHOLE);
    }

    /// Takes this worker's share of the limits of mail, by how many workers there are.
    async fn look_round(&self, name: &str) {
        match self.engine.processes().await {
            Ok(living) => self.pipeline.post.share(Share::among(name, &living)),
            // The share stays what it was.
            Err(error) => {
                tracing::debug!(error = &error as &dyn std::error::Error, "the workers could not be counted");
            }
        }
    }

    async fn keep_looking(&self, name: &str) {
        loop {
            tokio::time::sleep(LOOK_ROUND).await;
            self.look_round(name).await;
        }
    }

    /// Folds the database and stops the embedded archive.
    pub async fn close(&self) {
        self.pipeline.archive.close().await;
        self.pipeline.db.close().await;
    }
}

/// Enters what the start did by itself.
async fn enter(db: &Db, action: &'static str, detail: serde_json::Value, now: DateTime<Utc>) -> Result<(), DbError> {
    let change = Change { actor: Actor::Daybreak, action, object: "instance".into(), branch: None, detail, origin: "" };
    let mut tx = db.begin().await?;
    audit::record(&mut tx, change, now).await?;
    tx.commit().await
}

/// Enters that the database is not ours, once until somebody confirms it: every command starts.
async fn enter_refusal(db: &Db, says: &str, now: DateTime<Utc>) -> Result<(), DbError> {
    let detail = serde_json::json!({ "says": says });
    let wanted = Wanted { action: Some("identity.".into()), ..Wanted::default() };
    let (last, written) = (db.audit_found(&wanted, 1).await?.pop(), detail.to_string());
    if last.is_some_and(|last| last.action == "identity.refuse" && last.detail == written) {
        return Ok(());
    }
    enter(db, "identity.refuse", detail, now).await
}

/// The built-in templates, or those of the folder that `[brand] templates` names over them.
pub fn templates(config: &Config) -> Result<Templates, RenderError> {
    config.templates.as_deref().map_or_else(|| Ok(Templates::embedded()), Templates::from_dir)
}

/// A name that no other living worker has.
fn worker_name() -> String {
    let mut random = [0_u8; 6];
    // Without randomness the process's id still tells workers of one machine apart.
    let _ = getrandom::fill(&mut random);
    format!("worker-{}-{}", std::process::id(), hex::encode(random))
}
