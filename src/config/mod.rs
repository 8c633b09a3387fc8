//! Config: `jobs.toml` and the environment's secrets become checked values.
//!
//! One file a table. Whatever is wrong is found in one pass, with line, column and key. It must not
//! connect to anything; `doctor` does that.

mod archive;
mod brand;
mod cron;
mod database;
mod job;
mod links;
mod mail;
mod portal;
mod retention;

use std::path::PathBuf;

pub use archive::Archive;
pub use brand::Brand;
pub use cron::{Schedule, ScheduleError};
pub use database::Database;
pub use job::{CatchUp, CatchUpPolicy, Job, JobKind, JobZone, Selector};
pub use links::Links;
pub use mail::{Mail, Transport};
pub use portal::Portal;
pub use retention::Retention;

/// Everything that `jobs.toml` and the environment say, checked.
#[derive(Debug, Clone)]
pub struct Config {
    /// The file it came from, for messages; none for the built-in defaults.
    pub file: Option<PathBuf>,
    /// `[database]`
    pub database: Database,
    /// `[archive]`
    pub archive: Archive,
    /// `[mail]`
    pub mail: Mail,
    /// `[portal]`
    pub portal: Portal,
    /// `[brand]`
    pub brand: Brand,
    /// `[links]`
    pub links: Links,
    /// `[retention]`
    pub retention: Retention,
    /// Each `[[job]]`
    pub jobs: Vec<Job>,
}
