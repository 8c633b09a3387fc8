//! `[[job]]`: what goes out, when, for whom.

use std::collections::HashSet;
use std::time::Duration;

use chrono_tz::Tz;
use schemars::JsonSchema;
use serde::Deserialize;

use super::key::{Key, Reading};
use super::nearest::nearest;
use super::quantity::{DURATION_PATTERN, parse_duration};
use super::{Deadline, Schedule};
use crate::model::{BranchRef, JobName, LocationRef, RefError};

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
    /// What happens to a site that is incomplete even then.
    pub incomplete: Incomplete,
    /// By when everything of an occurrence must have been delivered.
    pub deadline: Option<Deadline>,
}

/// What happens to a site whose feed is still incomplete after the wait.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Incomplete {
    /// Its mail goes out and says what is missing.
    #[default]
    Send,
    /// It is held until the rest comes or a person lets it go; operators are told.
    Hold,
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

const DEFAULT_MAX_AGE: Duration = Duration::from_hours(36);
const DEFAULT_WAIT: Duration = Duration::from_mins(45);

/// A job: which sites' reports go out, and when.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
#[schemars(rename = "job", extend("required" = ["name", "kind", "schedule"]))]
pub(super) struct RawJob {
    /// Its name, unique in this file. Commands and logs name it so; with another name it is another job.
    #[schemars(length(min = 1, max = 128))]
    name: Key<String>,
    /// What it does.
    kind: Key<RawKind>,
    /// When it happens, as cron: "minute hour day-of-month month day-of-week", so "30 6 * * *" is half past six every
    /// day. Once a day means once on each local day, also when the clocks change.
    schedule: Key<String>,
    /// In whose time `schedule` is meant: "location" for each site's own, or an IANA name such as "America/Chicago".
    #[schemars(extend("default" = "location"))]
    timezone: Key<String>,
    /// The sites, by their refs. Without `locations` and `branches` it is for all sites.
    #[schemars(length(min = 1))]
    locations: Key<Vec<String>>,
    /// All sites of these branches, by their refs, besides `locations`.
    #[schemars(length(min = 1))]
    branches: Key<Vec<String>>,
    /// Whether a quiet night is not mailed. Mails of quiet nights prove that somebody watched.
    #[schemars(extend("default" = false))]
    skip_quiet: Key<bool>,
    /// Whether the PDF is attached to the mail (up to `mail.max_attachment`) or only linked.
    #[schemars(extend("default" = true))]
    attach_pdf: Key<bool>,
    /// What happens to occurrences that were missed while nothing ran.
    catch_up: RawCatchUp,
    /// How long after the occurrence a site is waited for whose feed is incomplete: up to 12h, "0s" for not at all.
    #[schemars(extend("default" = "45m", "pattern" = DURATION_PATTERN))]
    wait_for_data: Key<String>,
    /// What happens to a site that is incomplete even then.
    #[schemars(extend("default" = "send"))]
    incomplete: Key<RawIncomplete>,
    /// By when everything must have been delivered, else `[alerts]` are told: a time such as "08:00", on the same clock
    /// as `schedule` (the next such time after the occurrence), or a while after the occurrence, such as "90m".
    deadline: Key<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(inline)]
enum RawIncomplete {
    /// Its mail goes out and says what is missing.
    Send,
    /// It is held until the rest comes, or a person lets it go with `daybreak reports release`; operators are told.
    Hold,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[schemars(inline)]
enum RawKind {
    /// One report and its mails for each site and night.
    NightReport,
}

/// What happens to occurrences that were missed while nothing ran.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
#[schemars(inline)]
struct RawCatchUp {
    /// Which of them run late. The default is "latest".
    policy: Key<RawPolicy>,
    /// None older than this runs; up to 31d.
    #[schemars(extend("default" = "36h", "pattern" = DURATION_PATTERN))]
    max_age: Key<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(inline)]
enum RawPolicy {
    /// None.
    Skip,
    /// The latest of each zone, unless one has run since.
    Latest,
    /// All of them, oldest first.
    All,
}

impl RawJob {
    /// A fault where a job above has the same name, right or wrong in all else.
    pub(super) fn check_unique<'a>(&'a self, path: &str, names: &mut HashSet<&'a str>, reading: &mut Reading<'_>) {
        if let Some(name) = self.name.get().filter(|name| !names.insert(name)) {
            let message = format!("\"{}\" is the name of a job above; names are unique", name.escape_debug());
            reading.faults.at(&self.name.span(), format!("{path}.name"), message);
        }
    }

    /// None where something without a default is missing or wrong; that is then among the faults.
    pub(super) fn check(&self, path: &str, reading: &mut Reading<'_>) -> Option<Job> {
        let key = |name: &str| format!("{path}.{name}");
        let name = self.name.read(reading, &key("name"), |raw| job_name(raw));
        let schedule = self.schedule.read(reading, &key("schedule"), |raw| schedule(raw));
        let timezone = self.timezone.read(reading, &key("timezone"), |raw| timezone(raw));
        let locations = self.locations.read(reading, &key("locations"), |raw| refs(raw, LocationRef::new));
        let branches = self.branches.read(reading, &key("branches"), |raw| refs(raw, BranchRef::new));
        let wait_for_data = self.wait_for_data.read(reading, &key("wait_for_data"), |raw| {
            up_to(raw, Duration::from_hours(12), "must be at most 12h: by then the next night begins")
        });
        let max_age = self.catch_up.max_age.read(reading, &key("catch_up.max_age"), |raw| {
            up_to(raw, Duration::from_hours(31 * 24), "must be at most 31d")
        });
        let policy = match self.catch_up.policy.get() {
            Some(RawPolicy::Skip) => CatchUpPolicy::Skip,
            Some(RawPolicy::Latest) | None => CatchUpPolicy::Latest,
            Some(RawPolicy::All) => CatchUpPolicy::All,
        };
        let incomplete = match self.incomplete.get() {
            Some(RawIncomplete::Hold) => Incomplete::Hold,
            Some(RawIncomplete::Send) | None => Incomplete::Send,
        };
        let deadline = self.deadline.read(reading, &key("deadline"), |raw| Deadline::parse(raw));
        let RawKind::NightReport = self.kind.get()?;
        Some(Job {
            name: name?,
            kind: JobKind::NightReport,
            schedule: schedule?,
            timezone: timezone.unwrap_or(JobZone::Location),
            selector: Selector { locations: locations.unwrap_or_default(), branches: branches.unwrap_or_default() },
            skip_quiet: self.skip_quiet.get().copied().unwrap_or(false),
            attach_pdf: self.attach_pdf.get().copied().unwrap_or(true),
            catch_up: CatchUp { policy, max_age: max_age.unwrap_or(DEFAULT_MAX_AGE) },
            wait_for_data: wait_for_data.unwrap_or(DEFAULT_WAIT),
            incomplete,
            deadline,
        })
    }
}

fn job_name(raw: &str) -> Result<JobName, String> {
    JobName::new(raw).map_err(|error| error.to_string().replace("a ref", "a job's name"))
}

fn schedule(raw: &str) -> Result<Schedule, String> {
    Schedule::parse(raw).map_err(|error| format!("{error}. For half past six every day write \"30 6 * * *\""))
}

fn timezone(raw: &str) -> Result<JobZone, String> {
    if raw == "location" {
        return Ok(JobZone::Location);
    }
    raw.parse().map(JobZone::Fixed).map_err(|_| {
        let names = chrono_tz::TZ_VARIANTS.iter().map(|zone| zone.name()).chain(["location"]);
        let hint = nearest(raw, names).map(|near| format!("; did you mean \"{near}\"?")).unwrap_or_default();
        format!("must be \"location\" or an IANA name such as \"America/Chicago\"{hint}")
    })
}

fn refs<T: PartialEq>(raw: &[String], check: impl Fn(String) -> Result<T, RefError>) -> Result<Vec<T>, String> {
    if raw.is_empty() {
        // Taken for "no restriction" it would mail everybody.
        return Err("an empty list selects nothing; leave the key out for all sites".to_owned());
    }
    let mut refs = Vec::new();
    for raw in raw {
        let checked = check(raw.clone()).map_err(|error| format!("\"{}\": {error}", raw.escape_debug()))?;
        if refs.contains(&checked) {
            return Err(format!("names \"{raw}\" twice"));
        }
        refs.push(checked);
    }
    Ok(refs)
}

fn up_to(raw: &str, most: Duration, message: &str) -> Result<Duration, String> {
    let duration = parse_duration(raw).map_err(|error| error.to_string())?;
    if duration <= most { Ok(duration) } else { Err(message.to_owned()) }
}
