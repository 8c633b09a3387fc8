//! Rebase: the sample feed, moved by whole local days so that its last night is each site's last night.

use std::collections::HashMap;
use std::fs;
use std::path::Path;

use chrono::{DateTime, Days, LocalResult, NaiveDateTime, SecondsFormat, TimeDelta, TimeZone, Utc};
use chrono_tz::Tz;
use serde_json::{Map, Value};

use crate::cli::Failure;
use crate::model::{LocationRef, NightDate, NightHours};

/// The last night of the samples, by the date of its evening.
const LAST_NIGHT: &str = "2026-03-17";
/// Fields that are instants.
const INSTANTS: [&str; 6] = ["started_at", "ended_at", "occurred_at", "recorded_at", "at", "complete_until"];

/// How far one site's events move.
#[derive(Debug, Clone, Copy)]
struct Shift {
    zone: Tz,
    days: i64,
}

/// Writes the feed of `from`, moved, into `to`, media included; returns the refs of its sites in order of their lines.
pub(super) fn rebase(from: &Path, to: &Path, now: DateTime<Utc>) -> Result<Vec<LocationRef>, Failure> {
    let failed = |path: &Path| {
        let path = path.display().to_string();
        move |error: std::io::Error| Failure::new(format!("cannot prepare the demo's feed ({path}): {error}"))
    };
    if to.exists() {
        fs::remove_dir_all(to).map_err(failed(to))?;
    }
    copy(&from.join("media"), &to.join("media")).map_err(failed(to))?;
    let mut files = Vec::new();
    for entry in fs::read_dir(from).map_err(failed(from))? {
        let path = entry.map_err(failed(from))?.path();
        if path.extension().is_some_and(|end| end == "ndjson") {
            let text = fs::read_to_string(&path).map_err(failed(&path))?;
            let records = text
                .lines()
                .filter(|line| !line.trim().is_empty())
                .map(serde_json::from_str::<Map<String, Value>>)
                .collect::<Result<Vec<_>, _>>()?;
            files.push((to.join(path.file_name().unwrap_or_default()), records));
        }
    }
    files.sort_by(|a, b| a.0.cmp(&b.0));
    let (locations, shifts) = shifts(files.iter().flat_map(|(_, records)| records), now)?;
    for (path, records) in files {
        let lines = records.into_iter().map(|record| Ok(serde_json::to_string(&moved(record, &shifts))? + "\n"));
        fs::write(&path, lines.collect::<Result<String, Failure>>()?).map_err(failed(&path))?;
    }
    Ok(locations)
}

fn copy(from: &Path, to: &Path) -> std::io::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        fs::copy(entry.path(), to.join(entry.file_name()))?;
    }
    Ok(())
}

/// Each site's shift: from the samples' last night to its own last night that is over.
fn shifts<'a>(
    records: impl Iterator<Item = &'a Map<String, Value>>,
    now: DateTime<Utc>,
) -> Result<(Vec<LocationRef>, HashMap<String, Shift>), Failure> {
    let anchor: NightDate = LAST_NIGHT.parse()?;
    let (mut locations, mut shifts) = (Vec::new(), HashMap::new());
    for record in records.filter(|record| record.get("kind").is_some_and(|kind| kind == "location")) {
        let text = |field: &str| record.get(field).and_then(Value::as_str).unwrap_or_default();
        let zone: Tz = text("timezone").parse()?;
        let night = record.get("night");
        let time = |bound: &str| night?.get(bound)?.as_str()?.parse().ok();
        let hours = match (time("from"), time("to")) {
            (Some(from), Some(to)) => NightHours::new(from, to)?,
            _ => NightHours::default(),
        };
        let days = (hours.last_ended(now, zone).date() - anchor.date()).num_days();
        locations.push(text("ref").parse()?);
        shifts.insert(text("ref").to_owned(), Shift { zone, days });
    }
    Ok((locations, shifts))
}

/// A record with its instants and night moved; one without a site stays as it is.
fn moved(mut record: Map<String, Value>, shifts: &HashMap<String, Shift>) -> Map<String, Value> {
    let shift = record.get("location").and_then(Value::as_str).and_then(|location| shifts.get(location)).copied();
    let Some(shift) = shift else { return record };
    for (field, value) in &mut record {
        let Some(text) = value.as_str() else { continue };
        if INSTANTS.contains(&field.as_str()) {
            if let Ok(at) = text.parse::<DateTime<Utc>>() {
                *value = shift.instant(at).to_rfc3339_opts(SecondsFormat::AutoSi, true).into();
            }
        } else if field == "night"
            && let Ok(night) = text.parse::<NightDate>()
        {
            *value = (night.date() + TimeDelta::days(shift.days)).to_string().into();
        }
    }
    record
}

impl Shift {
    /// The same wall-clock time so many days later.
    fn instant(self, at: DateTime<Utc>) -> DateTime<Utc> {
        let local: NaiveDateTime = at.with_timezone(&self.zone).naive_local();
        let days = Days::new(self.days.unsigned_abs());
        let shifted = if self.days < 0 { local.checked_sub_days(days) } else { local.checked_add_days(days) };
        let shifted = shifted.unwrap_or(local);
        match self.zone.from_local_datetime(&shifted) {
            LocalResult::Single(at) | LocalResult::Ambiguous(at, _) => at.to_utc(),
            // Skipped by a clock change: an hour later on that day's clock exists in every zone.
            LocalResult::None => self
                .zone
                .from_local_datetime(&(shifted + TimeDelta::hours(1)))
                .earliest()
                .map_or_else(|| at + TimeDelta::days(self.days), |later| later.to_utc()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_keeps_its_wall_clock_time() {
        let shift = Shift { zone: chrono_tz::Europe::Warsaw, days: 30 };
        let at: DateTime<Utc> = "2026-03-17T22:15:00Z".parse().unwrap();
        assert_eq!(
            shift.instant(at).to_rfc3339(),
            "2026-04-16T21:15:00+00:00",
            "23:15 in Warsaw, before and after the clocks change"
        );
    }
}
