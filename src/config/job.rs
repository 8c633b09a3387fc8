//! `[[job]]`: what goes out, when, for whom.

use std::time::Duration;

use chrono_tz::Tz;

use super::Schedule;
use crate::model::{BranchRef, JobName, LocationRef};

/// A job: which sites' reports are built, and when.
#[derive(Debug, Clone)]
pub struct Job {
    /// Its name, unique in the file.
    pub name: JobName,
    /// What it does.
    pub kind: JobKind,
    /// When it happens, on the wall clock of `timezone`.
    pub schedule: Schedule,
    /// In whose time the schedule is meant.
    pub timezone: JobZone,
    /// For which sites.
    pub selector: Selector,
    /// Whether a quiet night is not mailed (default no: the quiet-night mail is proof of work).
    pub skip_quiet: bool,
    /// Whether the PDF is attached (default) or only linked.
    pub attach_pdf: bool,
    /// What happens to occurrences that were missed.
    pub catch_up: CatchUp,
    /// How long a site whose feed is incomplete is waited for after the occurrence.
    pub wait_for_data: Duration,
}

/// What a job does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum JobKind {
    /// One report and its mails for each site and night.
    NightReport,
}

/// In whose time a schedule is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum JobZone {
    /// At that local time of each site.
    Location,
    /// At that time of one zone.
    Fixed(Tz),
}

/// For which sites a job runs; an empty selector means all.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Selector {
    /// These sites.
    pub locations: Vec<LocationRef>,
    /// All sites of these branches.
    pub branches: Vec<BranchRef>,
}

impl Selector {
    /// Whether a location of a branch belongs to the job.
    #[must_use]
    pub fn selects(&self, location: &LocationRef, branch: &BranchRef) -> bool {
        let all = self.locations.is_empty() && self.branches.is_empty();
        all || self.locations.contains(location) || self.branches.contains(branch)
    }
}

/// What happens to occurrences that were missed while nothing ran.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CatchUp {
    /// Which of them run late.
    pub policy: CatchUpPolicy,
    /// None older than this runs.
    pub max_age: Duration,
}

/// Which missed occurrences run late.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CatchUpPolicy {
    /// None.
    Skip,
    /// The latest for each site.
    Latest,
    /// All of them, oldest first.
    All,
}
