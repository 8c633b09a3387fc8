//! `[links]`: how long links live, and the key their tokens are derived with.

use std::time::Duration;

use schemars::JsonSchema;
use serde::Deserialize;

use super::environment::LINK_KEY;
use super::key::{Key, Reading};
use super::quantity::{DURATION_PATTERN, parse_duration};

/// How long links live.
#[derive(Clone)]
pub struct Links {
    /// How long a link in a mail works.
    pub valid_for: Duration,
    /// How long a presigned URL behind it works; at most 15 minutes (design decision 7).
    pub presigned_for: Duration,
    /// Key that tokens are derived with, from `DAYBREAK_LINK_KEY`; when not set, one is made and kept in the database.
    pub key: Option<String>,
}

impl std::fmt::Debug for Links {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Links")
            .field("valid_for", &self.valid_for)
            .field("presigned_for", &self.presigned_for)
            .finish_non_exhaustive()
    }
}

const DAY: Duration = Duration::from_hours(24);
const DEFAULT_VALID: Duration = DAY.saturating_mul(30);
const LONGEST_PRESIGNED: Duration = Duration::from_mins(15);
/// 128 bits, as the least that text can carry.
const SHORTEST_KEY: usize = 32;

/// How long links live.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
#[schemars(rename = "links")]
pub(super) struct RawLinks {
    /// How long a link in a mail works: from an hour to two years.
    #[schemars(extend("default" = "30d", "pattern" = DURATION_PATTERN))]
    valid_for: Key<String>,
    /// How long the signed address behind a link works: from a minute to 15 minutes.
    #[schemars(extend("default" = "15m", "pattern" = DURATION_PATTERN))]
    presigned_for: Key<String>,
}

impl RawLinks {
    pub(super) fn check(&self, reading: &mut Reading<'_>) -> Links {
        let valid_for = self.valid_for.read(reading, "links.valid_for", |raw| {
            within(raw, Duration::from_hours(1), DAY * 731, "must be from 1h to 731d")
        });
        let presigned_for = self.presigned_for.read(reading, "links.presigned_for", |raw| {
            within(
                raw,
                Duration::from_mins(1),
                LONGEST_PRESIGNED,
                "must be from 1m to 15m: mails carry the long-lived link",
            )
        });
        let key = reading.secret(LINK_KEY);
        if key.as_ref().is_some_and(|key| key.len() < SHORTEST_KEY) {
            reading
                .faults
                .in_environment(LINK_KEY, format!("is too short; it needs {SHORTEST_KEY} characters at least"));
        }
        Links {
            valid_for: valid_for.unwrap_or(DEFAULT_VALID),
            presigned_for: presigned_for.unwrap_or(LONGEST_PRESIGNED),
            key,
        }
    }
}

fn within(raw: &str, least: Duration, most: Duration, message: &str) -> Result<Duration, String> {
    let duration = parse_duration(raw).map_err(|error| error.to_string())?;
    if (least..=most).contains(&duration) { Ok(duration) } else { Err(message.to_owned()) }
}
