//! The clock: time is an argument, and this is where it comes from.
//!
//! Everything else takes `now` or a [`Clock`]; a lint bans the system's own clocks elsewhere, so that a
//! test decides what time it is.

use chrono::{DateTime, SubsecRound, Utc};
use std::sync::{Arc, Mutex, PoisonError};

/// Where `now` comes from: the system, or a test.
#[derive(Debug, Clone, Default)]
pub enum Clock {
    /// The machine's clock, in whole microseconds (PostgreSQL keeps no more).
    #[default]
    System,
    /// A clock that a test sets by hand.
    Fixed(FixedClock),
}

impl Clock {
    /// The present instant.
    #[must_use]
    #[expect(clippy::disallowed_methods, reason = "this is the one place that asks the system")]
    pub fn now(&self) -> DateTime<Utc> {
        match self {
            Self::System => Utc::now().trunc_subsecs(6),
            Self::Fixed(fixed) => fixed.now(),
        }
    }
}

/// A clock that stands still until it is set; clones share it.
#[derive(Debug, Clone)]
pub struct FixedClock(Arc<Mutex<DateTime<Utc>>>);

impl FixedClock {
    /// A clock that shows `now`.
    #[must_use]
    pub fn new(now: DateTime<Utc>) -> Self {
        Self(Arc::new(Mutex::new(now)))
    }

    /// Sets the clock, forwards or backwards.
    pub fn set(&self, now: DateTime<Utc>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = now;
    }

    fn now(&self) -> DateTime<Utc> {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
