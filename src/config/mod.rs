//! Config: `jobs.toml` and the environment's secrets become checked values.
//!
//! One file a table. Whatever is wrong is found in one pass, with line, column and key. It must not
//! connect to anything; `doctor` does that.

mod alerts;
mod archive;
mod bounces;
mod brand;
mod cron;
mod database;
mod deadline;
mod dkim;
mod document;
mod environment;
mod fault;
mod job;
mod jobs_now;
mod key;
mod links;
mod mail;
mod nearest;
mod oidc;
mod pace;
mod portal;
mod quantity;
mod retention;
mod shape;
mod source;
#[cfg(test)]
mod tests;
mod watch;
mod watching;

use std::path::PathBuf;

pub use alerts::Alerts;
pub use archive::Archive;
pub use bounces::Bounces;
pub use brand::Brand;
pub use cron::{Schedule, ScheduleError};
pub use database::Database;
pub use deadline::Deadline;
pub use dkim::{Dkim, DkimAlgorithm, DkimKey, KeySource};
pub use document::schema;
pub use environment::{
    BOUNCES_KEY, DATABASE_URL, DKIM_ED25519_KEY, DKIM_KEY, Environment, LINK_KEY, NotText, OIDC_SECRET,
    S3_ACCESS_KEY_ID, S3_SECRET_ACCESS_KEY, SMTP_PASSWORD,
};
pub use fault::{ConfigFaults, Fault};
pub use job::{CatchUp, CatchUpPolicy, Incomplete, Job, JobKind, JobZone, Selector};
pub use jobs_now::JobsNow;
pub use links::Links;
pub use mail::{Mail, Transport};
pub use oidc::Oidc;
pub use pace::{DomainPace, Pace, Rate};
pub use portal::{Intake, Portal};
pub use quantity::{QuantityError, parse_duration, parse_size, show_duration};
pub use retention::{Kept, Retention};
pub use source::FootageSource;
pub use watch::{Change, Watched};
pub use watching::Watching;

/// Everything that `jobs.toml` and the environment say, checked.
#[derive(Debug, Clone)]
pub struct Config {
    /// The file it came from, for messages; none for the built-in defaults.
    pub file: Option<PathBuf>,
    /// `[database]`
    pub database: Database,
    /// `[database] instance`: the installation's name, where it has one.
    pub instance: Option<String>,
    /// `[archive]`
    pub archive: Archive,
    /// `[mail]`
    pub mail: Mail,
    /// `[bounces]`
    pub bounces: Bounces,
    /// `[portal]`
    pub portal: Portal,
    /// `[oidc]`
    pub oidc: Option<Oidc>,
    /// `[brand]`
    pub brand: Brand,
    /// `[brand] templates`: a folder whose files take the place of the built-in templates of the same name.
    pub templates: Option<PathBuf>,
    /// `[links]`
    pub links: Links,
    /// `[retention]`
    pub retention: Retention,
    /// `[watch]`
    pub watch: Watching,
    /// `[alerts]`
    pub alerts: Alerts,
    /// Each `[[job]]`
    pub jobs: Vec<Job>,
}
