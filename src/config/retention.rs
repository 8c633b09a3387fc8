//! `[retention]`: how long things are kept.

use std::time::Duration;

use schemars::JsonSchema;
use serde::Deserialize;

use super::Links;
use super::key::{Key, Reading};
use super::quantity::{DURATION_PATTERN, parse_duration, show_duration};

/// How long things are kept, in days; none keeps them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Retention {
    /// Interactions, incidents and transactions.
    pub events_days: Option<u32>,
    /// Clips and photos.
    pub clips_days: Option<u32>,
    /// Reports' artifacts.
    pub artifacts_days: Option<u32>,
}

const DAY: u64 = 86_400;

/// How long things are kept, in whole days; what is not named is kept for ever.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
#[schemars(rename = "retention")]
pub(super) struct RawRetention {
    /// Interactions, incidents and transactions.
    #[schemars(extend("pattern" = DURATION_PATTERN))]
    events: Key<String>,
    /// Clips and photos; no shorter than the links to them work.
    #[schemars(extend("pattern" = DURATION_PATTERN))]
    clips: Key<String>,
    /// Each report's HTML, text, PDF and frozen data; no shorter than the links to them work.
    #[schemars(extend("pattern" = DURATION_PATTERN))]
    artifacts: Key<String>,
}

impl RawRetention {
    pub(super) fn check(&self, links: &Links, reading: &mut Reading<'_>) -> Retention {
        let outlives_links = |raw: &String| {
            let days = whole_days(raw)?;
            if Duration::from_secs(u64::from(days) * DAY) < links.valid_for {
                let valid = show_duration(links.valid_for);
                return Err(format!("must not be shorter than `links.valid_for` ({valid}): links would be dead"));
            }
            Ok(days)
        };
        Retention {
            events_days: self.events.read(reading, "retention.events", |raw| whole_days(raw)),
            clips_days: self.clips.read(reading, "retention.clips", outlives_links),
            artifacts_days: self.artifacts.read(reading, "retention.artifacts", outlives_links),
        }
    }
}

fn whole_days(raw: &str) -> Result<u32, String> {
    let seconds = parse_duration(raw).map_err(|error| error.to_string())?.as_secs();
    let days = u32::try_from(seconds / DAY).ok().filter(|days| (1..=36_600).contains(days) && seconds % DAY == 0);
    days.ok_or_else(|| "must be whole days, from 1d to 36600d".to_owned())
}
