//! Pipeline: the order of the stages, stated only here.
//!
//! ```text
//! plan → build: collect → compose → render → assemble → archive → one transaction → deliver
//! ```
//!
//! `plan` writes what is wanted (a run and its reports) and enqueues a build each. `build` makes one report, puts its
//! bytes into the archive, and in one transaction marks it built, inserts links and deliveries, and enqueues these.
//! `deliver` sends the archived bytes. It must not know how a stage does its work.

mod backlog;
mod build;
mod chores;
mod circulate;
mod feedback;
mod freeze;
mod gathered;
mod handle;
mod ledger;
mod letter;
mod plan;
mod produce;
mod read;
mod regenerate;
mod rescue;
mod resend;
mod sweep;
mod test_mail;
mod watch;
mod wishes;

use std::sync::Arc;

use url::Url;

use crate::access::LinkKey;
use crate::archive::Archive;
use crate::clock::Clock;
use crate::config::{Bounces, Brand, Links, Mail, Retention};
use crate::db::{Db, Enqueue};
use crate::deliver::verp::BounceKey;
use crate::deliver::{Post, Signer};
use crate::identity::Identity;
use crate::meter::Meter;
use crate::render::Renderer;
use crate::watch::Operators;

pub use backlog::BacklogError;
pub use build::{BuildError, BuildOutcome};
pub use circulate::CirculateError;
pub use plan::{Planned, Request, SiteNight};
pub use produce::{Preview, PreviewMail, ProduceError};
pub use read::ReadError;
pub use regenerate::Again;
pub use test_mail::TestMailError;

/// What every mail and link of this installation has in common.
#[derive(Debug, Clone)]
pub struct Settings {
    /// `[mail]`
    pub mail: Mail,
    /// What mails are signed with.
    pub signer: Signer,
    /// `[bounces]`
    pub bounces: Bounces,
    /// What the tokens of envelope senders are marked with.
    pub bounce_key: BounceKey,
    /// `[brand]`
    pub brand: Brand,
    /// `[links]`
    pub links: Links,
    /// What links begin with.
    pub public_url: Url,
    /// `[retention]`
    pub retention: Retention,
}

/// The stages and what they work on. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Pipeline<Q> {
    /// Rows.
    pub db: Db,
    /// Bytes.
    pub archive: Archive,
    /// Report → mail and PDF.
    pub renderer: Arc<Renderer>,
    /// The way out.
    pub post: Post,
    /// The time.
    pub clock: Clock,
    /// What tokens are derived with.
    pub link_key: LinkKey,
    /// What is configured.
    pub settings: Arc<Settings>,
    /// Whose the database should be.
    pub identity: Identity,
    /// Who is told when something went wrong.
    pub operators: Operators,
    /// Counts and durations of this process.
    pub meter: Meter,
    /// Where tasks are pushed.
    pub queue: Q,
}

impl<Q: Enqueue> Pipeline<Q> {
    /// Where a link of this installation with such a token leads.
    fn url(&self, target: &crate::model::LinkTarget, token: &str) -> String {
        let base = self.settings.public_url.as_str().trim_end_matches('/');
        format!("{base}/{}/{token}", target.path_prefix())
    }
}
