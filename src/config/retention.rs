//! `[retention]`: how long things are kept, by branch where it says so, and whose footage is copied before it goes.

use std::collections::BTreeMap;
use std::time::Duration;

use schemars::JsonSchema;
use serde::Deserialize;

use super::Links;
use super::key::{Key, Reading};
use super::quantity::{SIZE_PATTERN, parse_duration, parse_size, show_duration};
use super::source::{FootageSource, Spelled};
use crate::model::BranchRef;

/// How long things are kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Retention {
    /// Where no branch says otherwise.
    pub kept: Kept,
    /// Branches that say otherwise, with what they do not name taken from `kept`.
    pub branches: BTreeMap<BranchRef, Kept>,
    /// Entries of the audit log, in days; none keeps them for ever.
    pub audit_days: Option<u32>,
    /// For how many days after its latest incident a case is open; what an open case needs is kept.
    pub case_open_days: u32,
    /// Whose footage is copied into the archive when a report is built.
    pub copy_from: Vec<FootageSource>,
    /// The largest recording that is copied, in bytes.
    pub copy_limit: u64,
}

/// How long each class of things is kept, in days; none keeps it for ever.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Kept {
    /// Interactions, incidents, transactions and activities.
    pub events_days: Option<u32>,
    /// Clips and photos.
    pub clips_days: Option<u32>,
    /// Reports' artifacts.
    pub artifacts_days: Option<u32>,
    /// The exact bytes of sent mails, and the record of test mails.
    pub sent_days: Option<u32>,
    /// Who opened or asked for what: expired links, and wishes for a new one.
    pub access_days: Option<u32>,
}

impl Default for Retention {
    fn default() -> Self {
        Self {
            kept: Kept::default(),
            branches: BTreeMap::new(),
            audit_days: None,
            case_open_days: CASE_OPEN_DAYS,
            copy_from: Vec::new(),
            copy_limit: COPY_LIMIT,
        }
    }
}

impl Retention {
    /// How long a branch's things are kept.
    #[must_use]
    pub fn of(&self, branch: &BranchRef) -> Kept {
        self.branches.get(branch).copied().unwrap_or(self.kept)
    }

    /// Whether anything has a limit anywhere.
    #[must_use]
    pub fn limits_anything(&self) -> bool {
        self.audit_days.is_some()
            || std::iter::once(&self.kept).chain(self.branches.values()).any(|kept| *kept != Kept::default())
    }
}

const DAY: u64 = 86_400;
const CASE_OPEN_DAYS: u32 = 180;
/// The audit log goes back so far at least.
const AUDIT_DAYS: u32 = 365;
const COPY_LIMIT: u64 = 500_000_000;
/// The word for no limit, with which a branch lifts the general one.
const FOREVER: &str = "forever";
/// Whole days, or no limit.
const KEPT_PATTERN: &str = r"^\s*(forever|([0-9]+\s*[smhdw]\s*)+)\s*$";

/// How long things are kept, in whole days; what is not named is kept for ever.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
#[schemars(rename = "retention")]
pub(super) struct RawRetention {
    /// Interactions, incidents, transactions and activities.
    #[schemars(extend("pattern" = KEPT_PATTERN))]
    events: Key<String>,
    /// Clips and photos; no shorter than the links to them work.
    #[schemars(extend("pattern" = KEPT_PATTERN))]
    clips: Key<String>,
    /// Each report's HTML, text, PDF and frozen data; no shorter than the links to them work.
    #[schemars(extend("pattern" = KEPT_PATTERN))]
    artifacts: Key<String>,
    /// The exact bytes of the mails that were sent, and the record of test mails.
    #[schemars(extend("pattern" = KEPT_PATTERN))]
    sent: Key<String>,
    /// Links that have expired, counted from then, and who asked for a new one.
    #[schemars(extend("pattern" = KEPT_PATTERN))]
    access: Key<String>,
    /// Entries of the audit log; no less than a year. Their removal is an entry, by which what is left still verifies.
    #[schemars(extend("pattern" = KEPT_PATTERN))]
    audit: Key<String>,
    /// For how long after its latest incident a case is open. What an open case needs is kept, however old it is.
    #[schemars(extend("default" = "180d", "pattern" = KEPT_PATTERN))]
    case_open: Key<String>,
    /// Hosts (`footage.example.com`, `10.0.0.5:8080`) and prefixes of the bucket (`s3:incoming/`) that keep footage for
    /// a few days only: it is copied into the archive when the report is built. The default is none.
    copy_clips_from: Vec<Key<String>>,
    /// The largest recording that is copied.
    #[schemars(extend("default" = "500MB", "pattern" = SIZE_PATTERN))]
    copy_clips_limit: Key<String>,
    /// A branch that keeps things for other times, each under a `[[retention.branch]]` of its own.
    branch: Vec<RawBranchRetention>,
}

/// What one branch keeps for other times than the rest.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
#[schemars(inline, extend("required" = ["branch"]))]
struct RawBranchRetention {
    /// The branch, by its ref in the feed.
    branch: Key<String>,
    /// Its interactions, incidents, transactions and activities.
    #[schemars(extend("pattern" = KEPT_PATTERN))]
    events: Key<String>,
    /// Its clips and photos.
    #[schemars(extend("pattern" = KEPT_PATTERN))]
    clips: Key<String>,
    /// Its reports' HTML, text, PDF and frozen data.
    #[schemars(extend("pattern" = KEPT_PATTERN))]
    artifacts: Key<String>,
    /// The exact bytes of the mails that were sent about it.
    #[schemars(extend("pattern" = KEPT_PATTERN))]
    sent: Key<String>,
    /// Its links that have expired, and who asked for a new one.
    #[schemars(extend("pattern" = KEPT_PATTERN))]
    access: Key<String>,
}

impl RawRetention {
    pub(super) fn check(&self, links: &Links, reading: &mut Reading<'_>) -> Retention {
        let lives = Lives { links, path: "retention" };
        let kept = Kept {
            events_days: lives.read(&self.events, "events", None, false, reading),
            clips_days: lives.read(&self.clips, "clips", None, true, reading),
            artifacts_days: lives.read(&self.artifacts, "artifacts", None, true, reading),
            sent_days: lives.read(&self.sent, "sent", None, false, reading),
            access_days: lives.read(&self.access, "access", None, false, reading),
        };
        let case_open_days = match self.case_open.read(reading, "retention.case_open", |raw| days_or_ever(raw)) {
            // A case that never closes keeps everything that belongs to one.
            Some(open) => open.unwrap_or(u32::MAX),
            None => CASE_OPEN_DAYS,
        };
        let mut copy_from = Vec::new();
        for (index, raw) in self.copy_clips_from.iter().enumerate() {
            let name = format!("retention.copy_clips_from[{index}]");
            copy_from.extend(raw.read(reading, &name, |text| text.parse::<Spelled>().map(|Spelled(source)| source)));
        }
        let limit = self.copy_clips_limit.read(reading, "retention.copy_clips_limit", |raw| parse_size(raw));
        let audit = self.audit.read(reading, "retention.audit", |raw| {
            let days = days_or_ever(raw)?;
            if days.is_some_and(|days| days < AUDIT_DAYS) {
                return Err(format!("must not be shorter than {AUDIT_DAYS}d: it is the proof of who did what"));
            }
            Ok(days)
        });
        Retention {
            kept,
            audit_days: audit.flatten(),
            branches: self.branches(kept, links, reading),
            case_open_days,
            copy_from,
            copy_limit: limit.unwrap_or(COPY_LIMIT),
        }
    }

    fn branches(&self, kept: Kept, links: &Links, reading: &mut Reading<'_>) -> BTreeMap<BranchRef, Kept> {
        let mut branches = BTreeMap::new();
        for (index, raw) in self.branch.iter().enumerate() {
            let path = format!("retention.branch[{index}]");
            let lives = Lives { links, path: &path };
            let own = Kept {
                events_days: lives.read(&raw.events, "events", kept.events_days, false, reading),
                clips_days: lives.read(&raw.clips, "clips", kept.clips_days, true, reading),
                artifacts_days: lives.read(&raw.artifacts, "artifacts", kept.artifacts_days, true, reading),
                sent_days: lives.read(&raw.sent, "sent", kept.sent_days, false, reading),
                access_days: lives.read(&raw.access, "access", kept.access_days, false, reading),
            };
            let name = format!("{path}.branch");
            // A missing one is a fault already, by the file's shape.
            let read = raw.branch.read(reading, &name, |text| BranchRef::new(text.as_str()));
            let Some(branch) = read else { continue };
            if branches.insert(branch, own).is_some() {
                reading.faults.at(&raw.branch.span(), name, "another [[retention.branch]] names this branch already");
            }
        }
        branches
    }
}

/// Reads how long a class is kept.
struct Lives<'a> {
    links: &'a Links,
    path: &'a str,
}

impl Lives<'_> {
    /// The key's days; `otherwise` where it is not set.
    fn read(
        &self,
        key: &Key<String>,
        name: &str,
        otherwise: Option<u32>,
        outlives_links: bool,
        reading: &mut Reading<'_>,
    ) -> Option<u32> {
        let valid_for = self.links.valid_for;
        let read = key.read(reading, &format!("{}.{name}", self.path), |raw| {
            let days = days_or_ever(raw)?;
            let short = |days: u32| Duration::from_secs(u64::from(days) * DAY) < valid_for;
            if outlives_links && days.is_some_and(short) {
                let valid = show_duration(valid_for);
                return Err(format!("must not be shorter than `links.valid_for` ({valid}): links would be dead"));
            }
            Ok(days)
        });
        read.unwrap_or(otherwise)
    }
}

/// Whole days, or none for ever.
fn days_or_ever(raw: &str) -> Result<Option<u32>, String> {
    if raw.trim() == FOREVER {
        return Ok(None);
    }
    let seconds = parse_duration(raw).map_err(|error| error.to_string())?.as_secs();
    let days = u32::try_from(seconds / DAY).ok().filter(|days| (1..=36_600).contains(days) && seconds % DAY == 0);
    days.map(Some).ok_or_else(|| "must be whole days, from 1d to 36600d, or \"forever\"".to_owned())
}
