//! `[mail]`, how much at once: connections and rates, overall and for each recipient domain.

use std::time::Duration;

use schemars::JsonSchema;
use serde::Deserialize;

use super::key::{Key, Reading};
use super::mail::domain;

/// How much mail leaves at once, of all workers together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pace {
    /// Connections to the mail server at most.
    pub max_connections: usize,
    /// Mails to one recipient domain at once, at most.
    pub max_per_domain: usize,
    /// Mails at most in a time, to whomever.
    pub rate: Option<Rate>,
    /// What holds for single recipient domains instead.
    pub domains: Vec<DomainPace>,
}

/// What holds for one recipient domain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DomainPace {
    /// The domain, in lower case.
    pub name: String,
    /// Mails at once, at most; `max_per_domain` when not set.
    pub max_connections: Option<usize>,
    /// Mails at most in a time.
    pub rate: Option<Rate>,
}

/// So many mails in a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    /// The mails.
    pub mails: u32,
    /// The time.
    pub per: Duration,
}

impl Rate {
    /// The pause from one mail to the next.
    #[must_use]
    pub fn interval(self) -> Duration {
        self.per / self.mails.max(1)
    }
}

pub(super) const DEFAULT_CONNECTIONS: usize = 20;
pub(super) const DEFAULT_PER_DOMAIN: usize = 10;
const MOST_CONNECTIONS: usize = 1_000;
/// What a rate looks like, for the JSON Schema.
pub(super) const RATE_PATTERN: &str = r"^\s*[0-9]+\s*/\s*[smh]\s*$";

impl Default for Pace {
    fn default() -> Self {
        Self {
            max_connections: DEFAULT_CONNECTIONS,
            max_per_domain: DEFAULT_PER_DOMAIN,
            rate: None,
            domains: Vec::new(),
        }
    }
}

/// What holds for one recipient domain instead of `max_per_domain`.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
#[schemars(inline, extend("required" = ["name"]))]
pub(super) struct RawDomain {
    /// The domain, such as "example.com" (letters beyond ASCII as xn--).
    name: Key<String>,
    /// Mails to it at once. The default is `max_per_domain`.
    #[schemars(range(min = 1, max = 1000))]
    max_connections: Key<i64>,
    /// Mails to it at most in a second, minute or hour: "30/m".
    #[schemars(extend("pattern" = RATE_PATTERN))]
    rate: Key<String>,
}

/// The keys of `[mail]` that this file checks.
pub(super) struct RawPace<'a> {
    pub(super) max_connections: &'a Key<i64>,
    pub(super) max_per_domain: &'a Key<i64>,
    pub(super) rate: &'a Key<String>,
    pub(super) domains: &'a [RawDomain],
}

impl RawPace<'_> {
    pub(super) fn check(&self, reading: &mut Reading<'_>) -> Pace {
        let max_connections = self.max_connections.read(reading, "mail.max_connections", |number| count(*number));
        let max_connections = max_connections.unwrap_or(DEFAULT_CONNECTIONS);
        let max_per_domain = self.max_per_domain.read(reading, "mail.max_per_domain", |number| count(*number));
        let rate = self.rate.read(reading, "mail.rate", |raw| parse_rate(raw));
        let mut domains: Vec<DomainPace> = Vec::new();
        for (index, raw) in self.domains.iter().enumerate() {
            let key = |name: &str| format!("mail.domains[{index}].{name}");
            let max_connections = raw.max_connections.read(reading, &key("max_connections"), |number| count(*number));
            let rate = raw.rate.read(reading, &key("rate"), |raw| parse_rate(raw));
            let name = raw.name.read(reading, &key("name"), |raw| {
                let name = domain(raw)?;
                if domains.iter().any(|above| above.name == name) {
                    return Err("stands above already");
                }
                Ok(name)
            });
            domains.extend(name.map(|name| DomainPace { name, max_connections, rate }));
        }
        Pace {
            max_connections,
            // More than there are in all would mean nothing.
            max_per_domain: max_per_domain.unwrap_or(DEFAULT_PER_DOMAIN).min(max_connections),
            rate,
            domains,
        }
    }
}

fn count(number: i64) -> Result<usize, &'static str> {
    let number = usize::try_from(number).ok().filter(|number| (1..=MOST_CONNECTIONS).contains(number));
    number.ok_or("must be from 1 to 1000")
}

fn parse_rate(raw: &str) -> Result<Rate, &'static str> {
    const EXPECTED: &str = r#"not a rate; write a number of mails and s, m or h, such as "10/s", "300/m" or "5000/h""#;
    let (mails, unit) = raw.split_once('/').ok_or(EXPECTED)?;
    let mails = mails.trim();
    if !mails.chars().all(|c| c.is_ascii_digit()) {
        return Err(EXPECTED);
    }
    let mails = mails.parse().ok().filter(|mails| *mails > 0).ok_or(EXPECTED)?;
    let per = match unit.trim() {
        "s" => Duration::from_secs(1),
        "m" => Duration::from_mins(1),
        "h" => Duration::from_hours(1),
        _ => return Err(EXPECTED),
    };
    Ok(Rate { mails, per })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rates_are_read_as_people_write_them() {
        assert_eq!(parse_rate("10/s").unwrap().interval(), Duration::from_millis(100));
        assert_eq!(parse_rate(" 30 / m ").unwrap().interval(), Duration::from_secs(2));
        assert_eq!(parse_rate("7200/h").unwrap().interval(), Duration::from_millis(500));
        for wrong in ["", "10", "0/s", "/s", "10/d", "-1/s", "+1/s", "1.5/s", "10 per s", "99999999999/s"] {
            assert!(parse_rate(wrong).is_err(), "{wrong}");
        }
    }
}
