//! Schedule: time becomes due occurrences. [`due`](fn@due) says what has to run, [`Alarm`] wakes whoever asks.
//!
//! The alarm is tokio-cron-scheduler, which knows nothing of jobs: version 0.15 freezes a zone's offset when a job
//! is made and forgets what it missed, so occurrences are computed in `due`. It must not touch rows or tasks.

mod alarm;
mod due;
#[cfg(test)]
mod due_tests;
#[cfg(test)]
mod every_zone;
mod now;
mod occurrence;
mod promise;
mod rest;
mod tick;

pub use alarm::{Alarm, AlarmError};
pub use due::{Due, Finished, GRACE, SiteClock, due, next, next_wake};
pub use now::{run_now, sites_now, wanted_now};
pub use occurrence::{next_occurrences, occurrences};
pub use promise::{promise, promise_missing};
pub use rest::{pause, resume};
pub use tick::{TickError, due_now, site_clocks, tick};
