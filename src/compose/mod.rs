//! Compose: a collected [`Night`](crate::collect::Night) becomes a [`Report`], purely.
//!
//! It must not read rows, bytes, clocks or configuration.

mod build;
mod changes;
mod events;
mod report;
mod sales;
mod sample;
mod summary;
#[cfg(test)]
mod tests;
mod timeline;

pub use build::{Build, Regeneration, compose};
pub use changes::changes;
pub use report::{
    Activity, CasePlace, Change, Clip, Correction, Escalation, Footage, How, Incident, Interaction, Line, Missing,
    PastNight, Payment, Photo, Recipient, Report, SCHEMA, Site, Subject, Summary, Transaction, TypeCount,
};
pub use sample::Sample;
pub use timeline::expand as timeline_url;
