//! `[bounces]`: where returned mail is read, and when an address gets none any more.

use std::path::PathBuf;
use std::time::Duration;

use schemars::JsonSchema;
use serde::Deserialize;

use super::environment::BOUNCES_KEY;
use super::key::{Key, Reading};
use super::quantity::{DURATION_PATTERN, parse_duration};

/// Where returned mail is read, and when an address gets none any more.
#[derive(Clone, PartialEq, Eq)]
pub struct Bounces {
    /// A Maildir into which the mail server puts returned mail.
    pub maildir: Option<PathBuf>,
    /// An mbox file to which the mail server appends returned mail.
    pub mbox: Option<PathBuf>,
    /// So many soft bounces within `soft_within` suppress an address.
    pub soft_limit: u32,
    /// Soft bounces older than that do not count.
    pub soft_within: Duration,
    /// What `POST /api/v1/bounces` must carry, from `DAYBREAK_BOUNCES_KEY`; without it the address is closed.
    pub key: Option<String>,
}

impl Default for Bounces {
    fn default() -> Self {
        Self { maildir: None, mbox: None, soft_limit: DEFAULT_LIMIT, soft_within: DEFAULT_WITHIN, key: None }
    }
}

impl std::fmt::Debug for Bounces {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Bounces")
            .field("maildir", &self.maildir)
            .field("mbox", &self.mbox)
            .field("soft_limit", &self.soft_limit)
            .field("soft_within", &self.soft_within)
            .finish_non_exhaustive()
    }
}

const DAY: Duration = Duration::from_hours(24);
const DEFAULT_LIMIT: u32 = 5;
const DEFAULT_WITHIN: Duration = DAY.saturating_mul(30);
/// 128 bits, as the least that text can carry.
const SHORTEST_KEY: usize = 32;

/// Where returned mail is read, and when an address gets none any more.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
#[schemars(rename = "bounces")]
pub(super) struct RawBounces {
    /// A Maildir into which the mail server puts returned mail; what has been read is moved from `new` to `cur`.
    maildir: Key<String>,
    /// An mbox file to which the mail server appends returned mail; it is only read, never changed.
    mbox: Key<String>,
    /// So many soft bounces (a full mailbox, a refused content) within `soft_within` suppress an address.
    #[schemars(range(min = 1, max = 1000), extend("default" = DEFAULT_LIMIT))]
    soft_limit: Key<i64>,
    /// Soft bounces older than that do not count: from a day to a year.
    #[schemars(extend("default" = "30d", "pattern" = DURATION_PATTERN))]
    soft_within: Key<String>,
}

impl RawBounces {
    pub(super) fn check(&self, reading: &mut Reading<'_>) -> Bounces {
        let soft_limit = self.soft_limit.read(reading, "bounces.soft_limit", |raw| {
            u32::try_from(*raw).ok().filter(|limit| (1..=1_000).contains(limit)).ok_or("must be from 1 to 1000")
        });
        let soft_within = self.soft_within.read(reading, "bounces.soft_within", |raw| {
            let within = parse_duration(raw).map_err(|error| error.to_string())?;
            if (DAY..=DAY * 366).contains(&within) { Ok(within) } else { Err("must be from 1d to 366d".to_owned()) }
        });
        let key = reading.secret(BOUNCES_KEY);
        if key.as_ref().is_some_and(|key| key.len() < SHORTEST_KEY) {
            reading
                .faults
                .in_environment(BOUNCES_KEY, format!("is too short; it needs {SHORTEST_KEY} characters at least"));
        }
        Bounces {
            maildir: path(&self.maildir, "bounces.maildir", reading),
            mbox: path(&self.mbox, "bounces.mbox", reading),
            soft_limit: soft_limit.unwrap_or(DEFAULT_LIMIT),
            soft_within: soft_within.unwrap_or(DEFAULT_WITHIN),
            key,
        }
    }
}

fn path(key: &Key<String>, name: &str, reading: &mut Reading<'_>) -> Option<PathBuf> {
    match reading.path(key.get()?) {
        Ok(path) => Some(path),
        Err(error) => {
            reading.faults.at(&key.span(), name, error);
            None
        }
    }
}
