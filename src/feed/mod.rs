//! Feed: what producers send is checked and becomes rows, whole or not at all.
//!
//! A [`Source`] is read twice: once to find every fault of every line, once to write the rows in one transaction.
//! In between, media go to the archive, each content once. It must not decide what a night is or who is mailed.

mod again;
mod check;
mod checks;
mod content;
mod currencies;
mod events;
mod fault;
mod fields;
mod import;
mod media;
mod places;
mod record;
mod references;
mod sales;
mod scope;
mod source;
#[cfg(test)]
mod tests;
mod times;
mod upload;
mod uploaded;
mod value;
mod write;

pub use content::ContentType;
pub use fault::{Fault, Faults};
pub use import::{ImportError, ImportSummary, Phase, Progress, Sender, import, import_as};
pub use record::Kind;
pub use scope::Scope;
pub use source::{Source, SourceError};
pub use upload::MediaCounts;
pub use write::Counts;
