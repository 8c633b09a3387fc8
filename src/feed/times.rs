//! Times of a feed: instants with an offset, dates of nights, and wall-clock times.

use chrono::{DateTime, Datelike, NaiveDate, NaiveDateTime, NaiveTime, Utc};

use super::fault::quoted;
use crate::model::NightDate;

/// Years in which a night may be: beyond them instants neither sort as text nor fit both databases.
const YEARS: std::ops::RangeInclusive<i32> = 1970..=9998;

/// An RFC 3339 time with an offset, in whole microseconds.
pub(super) fn instant(text: &str) -> Result<DateTime<Utc>, String> {
    let at = DateTime::parse_from_rfc3339(text).map_err(|_| {
        let without_offset = ["%Y-%m-%dT%H:%M:%S%.f", "%Y-%m-%d %H:%M:%S%.f", "%Y-%m-%dT%H:%M"];
        if without_offset.iter().any(|format| NaiveDateTime::parse_from_str(text, format).is_ok()) {
            format!("{} has no offset (write 2017-03-31T18:05:00-05:00 or …Z)", quoted(text))
        } else {
            format!("{} is no RFC 3339 time such as 2017-03-31T18:05:00-05:00", quoted(text))
        }
    })?;
    // Whole microseconds, as PostgreSQL keeps them; a leap second becomes the second after it.
    DateTime::from_timestamp_micros(at.timestamp_micros())
        .filter(|at| YEARS.contains(&at.year()))
        .ok_or_else(|| format!("{} is outside the years 1970 to 9998", quoted(text)))
}

/// Whether a text has a digit wherever `pattern` has a `d`, and is equal to it elsewhere.
fn written_as(text: &str, pattern: &str) -> bool {
    let fits = |(byte, wanted): (u8, u8)| if wanted == b'd' { byte.is_ascii_digit() } else { byte == wanted };
    text.len() == pattern.len() && text.bytes().zip(pattern.bytes()).all(fits)
}

/// The date that names a night.
pub(super) fn night(text: &str) -> Result<NightDate, String> {
    let date = written_as(text, "dddd-dd-dd").then(|| NaiveDate::parse_from_str(text, "%Y-%m-%d").ok()).flatten();
    date.filter(|date| YEARS.contains(&date.year()))
        .map(NightDate::new)
        .ok_or_else(|| format!("{} is no date such as 2017-03-31", quoted(text)))
}

/// A wall-clock time, `HH:MM`.
pub(super) fn wall_clock(text: &str) -> Result<NaiveTime, String> {
    written_as(text, "dd:dd")
        .then(|| NaiveTime::parse_from_str(text, "%H:%M").ok())
        .flatten()
        .ok_or_else(|| format!("{} is no wall-clock time such as 18:00", quoted(text)))
}
