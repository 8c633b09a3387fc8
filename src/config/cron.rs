//! A job's schedule: cron text becomes a pattern that is known to happen.
//!
//! It must not know time zones; `schedule` reads the pattern on a zone's wall clock.

use std::fmt;

use chrono::DateTime;
use croner::Cron;
use croner::parser::{CronParser, Seconds, Year};

/// A checked cron expression: `minute hour day-of-month month day-of-week`, optionally with a second before it.
/// Where day of month and day of week are both restricted, either is enough (as in Vixie cron).
#[derive(Clone)]
pub struct Schedule {
    text: String,
    cron: Cron,
}

/// Why a text is no schedule.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ScheduleError {
    /// Not five or six fields, and not a nickname such as `@daily`.
    #[error(
        "a schedule has five fields (minute hour day-of-month month day-of-week) or six (second first), this one has {0}"
    )]
    Fields(usize),
    /// A field that the cron parser does not take.
    #[error("not a schedule: {0}")]
    Pattern(String),
    /// More than one occurrence a minute.
    #[error("it happens more than once a minute; give one second (or leave that field out)")]
    TooOften,
    /// A date such as 30 February.
    #[error("it never happens: no date has that day and month")]
    Never,
}

impl Schedule {
    /// Checks and wraps a cron expression.
    ///
    /// # Errors
    /// [`ScheduleError`] saying what is wrong with it.
    pub fn parse(text: &str) -> Result<Self, ScheduleError> {
        let text = text.trim();
        let fields = text.split_whitespace().count();
        if !(5..=6).contains(&fields) && !text.starts_with('@') {
            return Err(ScheduleError::Fields(fields));
        }
        let parser = CronParser::builder().seconds(Seconds::Optional).year(Year::Optional).build();
        let cron = parser.parse(text).map_err(|error| ScheduleError::Pattern(plain(&error.to_string())))?;
        if (0..60).filter(|second| cron.pattern.second_match(*second).unwrap_or(false)).count() > 1 {
            return Err(ScheduleError::TooOften);
        }
        cron.find_next_occurrence(&DateTime::UNIX_EPOCH, true).map_err(|_| ScheduleError::Never)?;
        Ok(Self { text: text.to_owned(), cron })
    }

    /// The expression as it was written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The parsed pattern.
    #[must_use]
    pub const fn cron(&self) -> &Cron {
        &self.cron
    }

    /// Whether it happens in every hour of the day: such a schedule means "so often", any other means wall-clock times.
    #[must_use]
    pub fn is_hourly(&self) -> bool {
        self.cron.pattern.hours.is_all_set()
    }
}

/// A croner message without the names of its types.
fn plain(message: &str) -> String {
    let message = message.split_once(": ").map_or(message, |(_, rest)| rest);
    message.replace("CronPattern", "it").trim_end_matches('.').to_owned()
}

impl PartialEq for Schedule {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl Eq for Schedule {}

impl fmt::Debug for Schedule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.text, f)
    }
}

impl fmt::Display for Schedule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.text)
    }
}

impl std::str::FromStr for Schedule {
    type Err = ScheduleError;
    fn from_str(text: &str) -> Result<Self, ScheduleError> {
        Self::parse(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn five_fields_six_fields_and_nicknames_are_schedules() {
        for text in ["30 6 * * *", "0 30 6 * * *", "*/15 * * * *", "0 7 * * MON-FRI", "@daily", " 30 6 * * * "] {
            assert_eq!(Schedule::parse(text).map(|s| s.to_string()), Ok(text.trim().to_owned()));
        }
    }

    #[test]
    fn what_is_wrong_with_a_schedule_is_said() {
        assert_eq!(Schedule::parse("6:30"), Err(ScheduleError::Fields(1)));
        assert_eq!(Schedule::parse(""), Err(ScheduleError::Fields(0)));
        assert_eq!(Schedule::parse("0 0 6 * * * 2026"), Err(ScheduleError::Fields(7)));
        assert_eq!(Schedule::parse("0 0 30 2 *"), Err(ScheduleError::Never));
        assert_eq!(Schedule::parse("* 30 6 * * *"), Err(ScheduleError::TooOften));
        for text in ["61 6 * * *", "30 25 * * *", "x 6 * * *", "@often", "5-1 * * * *", "*/0 * * * *", "🌙 6 * * *"] {
            let error = Schedule::parse(text).unwrap_err();
            assert!(matches!(error, ScheduleError::Pattern(_)), "{text}: {error:?}");
            assert!(!error.to_string().contains("Cron"), "{error}");
        }
    }

    #[test]
    fn only_a_schedule_of_every_hour_means_so_often() {
        assert!(Schedule::parse("*/15 * * * *").unwrap().is_hourly());
        assert!(!Schedule::parse("0 */2 * * *").unwrap().is_hourly());
        assert!(!Schedule::parse("30 6 * * *").unwrap().is_hourly());
    }
}
