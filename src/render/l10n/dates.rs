//! Dates, times and time zones as a locale writes them.

use chrono::{DateTime, Datelike, NaiveDate, NaiveDateTime, NaiveTime, Offset, TimeZone as _, Timelike, Utc};
use chrono_tz::Tz;
use icu::calendar::{Date, Gregorian};
use icu::datetime::fieldsets::{E, MD, T, YMD, YMDE, YMDT, zone::GenericLong};
use icu::datetime::{DateTimeFormatterPreferences, FixedCalendarDateTimeFormatter as Formatter, NoCalendarFormatter};
use icu::time::zone::{UtcOffset, ZoneNameTimestamp};
use icu::time::{DateTime as CivilDateTime, Time, TimeZone};
use writeable::Writeable;

use super::locale::Conventions;
use super::{L10n, L10nError};
use crate::model::NightDate;

/// The formatters of one locale.
pub(super) struct Dates {
    long: Formatter<Gregorian, YMD>,
    full: Formatter<Gregorian, YMDE>,
    day: Formatter<Gregorian, MD>,
    weekday: Formatter<Gregorian, E>,
    time: NoCalendarFormatter<T>,
    seconds: NoCalendarFormatter<T>,
    date_time: Formatter<Gregorian, YMDT>,
    zone: NoCalendarFormatter<GenericLong>,
}

impl Dates {
    pub(super) fn new(conventions: &Conventions) -> Result<Self, L10nError> {
        let mut preferences = DateTimeFormatterPreferences::from(&conventions.locale);
        preferences.hour_cycle = conventions.hour_cycle;
        let failed = |source: icu::datetime::DateTimeFormatterLoadError| L10nError::Data {
            what: "dates",
            locale: conventions.tag(),
            source: source.to_string().into(),
        };
        Ok(Self {
            long: Formatter::try_new(preferences, YMD::long()).map_err(failed)?,
            full: Formatter::try_new(preferences, YMDE::long()).map_err(failed)?,
            day: Formatter::try_new(preferences, MD::medium()).map_err(failed)?,
            weekday: Formatter::try_new(preferences, E::short()).map_err(failed)?,
            time: NoCalendarFormatter::try_new(preferences, T::hm()).map_err(failed)?,
            seconds: NoCalendarFormatter::try_new(preferences, T::hms()).map_err(failed)?,
            date_time: Formatter::try_new(preferences, YMD::long().with_time_hm()).map_err(failed)?,
            zone: NoCalendarFormatter::try_new(preferences, GenericLong).map_err(failed)?,
        })
    }
}

fn civil_date(date: NaiveDate) -> Option<Date<Gregorian>> {
    let (month, day) = (u8::try_from(date.month()).ok()?, u8::try_from(date.day()).ok()?);
    Date::try_new_gregorian(date.year(), month, day).ok()
}

fn civil_time(time: NaiveTime) -> Option<Time> {
    let part = |value: u32| u8::try_from(value).ok();
    Time::try_new(part(time.hour())?, part(time.minute())?, part(time.second())?, 0).ok()
}

/// CLDR puts narrow no-break spaces into times; many mail fonts lack them, and every one has the ordinary no-break space.
fn readable(text: impl Writeable) -> String {
    let text = text.write_to_string().into_owned();
    if text.contains('\u{202F}') { text.replace('\u{202F}', "\u{A0}") } else { text }
}

impl L10n {
    /// A night's date in long form: "28 March 2026", "28. März 2026".
    #[must_use]
    pub fn date(&self, night: NightDate) -> String {
        civil_date(night.date()).map_or_else(|| night.to_string(), |date| readable(self.dates.long.format(&date)))
    }

    /// The same with its weekday: "Saturday, 28 March 2026".
    #[must_use]
    pub fn date_with_weekday(&self, night: NightDate) -> String {
        civil_date(night.date()).map_or_else(|| night.to_string(), |date| readable(self.dates.full.format(&date)))
    }

    /// Day and month only: "28 Mar".
    #[must_use]
    pub fn day(&self, night: NightDate) -> String {
        civil_date(night.date()).map_or_else(|| night.to_string(), |date| readable(self.dates.day.format(&date)))
    }

    /// The weekday, short: "Sat".
    #[must_use]
    pub fn weekday(&self, night: NightDate) -> String {
        civil_date(night.date()).map_or_else(String::new, |date| readable(self.dates.weekday.format(&date)))
    }

    /// The local time of an instant, to the minute: "18:05", "6:05 pm".
    #[must_use]
    pub fn time(&self, at: DateTime<Utc>, zone: Tz) -> String {
        let local = at.with_timezone(&zone).time();
        civil_time(local).map_or_else(|| local.to_string(), |time| readable(self.dates.time.format(&time)))
    }

    /// The local time of an instant, to the second.
    #[must_use]
    pub fn time_with_seconds(&self, at: DateTime<Utc>, zone: Tz) -> String {
        let local = at.with_timezone(&zone).time();
        civil_time(local).map_or_else(|| local.to_string(), |time| readable(self.dates.seconds.format(&time)))
    }

    /// Local date and time of an instant: "28 March 2026 at 18:05".
    #[must_use]
    pub fn date_time(&self, at: DateTime<Utc>, zone: Tz) -> String {
        let local: NaiveDateTime = at.with_timezone(&zone).naive_local();
        match (civil_date(local.date()), civil_time(local.time())) {
            (Some(date), Some(time)) => readable(self.dates.date_time.format(&CivilDateTime { date, time })),
            _ => local.to_string(),
        }
    }

    /// The zone's name in words: "Central European Time".
    #[must_use]
    pub fn zone_name(&self, zone: Tz, at: DateTime<Utc>) -> String {
        let seconds = zone.offset_from_utc_datetime(&at.naive_utc()).fix().local_minus_utc();
        let named = TimeZone::from_iana_id(zone.name())
            .with_offset(UtcOffset::try_from_seconds(seconds).ok())
            .with_zone_name_timestamp(ZoneNameTimestamp::from_epoch_seconds(at.timestamp()));
        readable(self.dates.zone.format(&named))
    }

    /// The zone's offset at an instant: "UTC+1", "UTC+5:30", "UTC".
    #[must_use]
    pub fn zone_offset(&self, zone: Tz, at: DateTime<Utc>) -> String {
        let minutes = zone.offset_from_utc_datetime(&at.naive_utc()).fix().local_minus_utc() / 60;
        let sign = if minutes < 0 { '\u{2212}' } else { '+' };
        let (hours, rest) = (minutes.abs() / 60, minutes.abs() % 60);
        match (hours, rest) {
            (0, 0) => "UTC".to_owned(),
            (hours, 0) => format!("UTC{sign}{hours}"),
            (hours, rest) => format!("UTC{sign}{hours}:{rest:02}"),
        }
    }
}
