//! Records: a line becomes one of the ten kinds, with its digest, or every fault of it.

use std::fmt;
use std::path::Path;

use serde::Serialize;
use sha2::Digest as _;

use super::fault::quoted;
use super::fields::{Fields, Notes};
use super::media::Media;
use super::value::Value;
use super::{events, places, sales};
use crate::db::activities::{Activity, Watermark};
use crate::db::clips::Clip;
use crate::db::contacts::Contact;
use crate::db::incidents::Incident;
use crate::db::interactions::Interaction;
use crate::db::sites::{Branch, Camera, Location};
use crate::db::transactions::Sale;
use crate::db::{Digest, RefTable};

/// The kinds of records (`feed.md`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// The client's grouping of locations.
    Branch,
    /// One monitored site.
    Location,
    /// A camera of a location.
    Camera,
    /// A person who may be notified.
    Contact,
    /// What was processed in a night.
    Activity,
    /// A handled event.
    Interaction,
    /// An escalated event.
    Incident,
    /// A recording.
    Clip,
    /// A sale.
    Transaction,
    /// How far the producer has sent.
    Watermark,
}

impl Kind {
    /// All of them, in the order of `feed.md`.
    pub const ALL: [Self; 10] = [
        Self::Branch,
        Self::Location,
        Self::Camera,
        Self::Contact,
        Self::Activity,
        Self::Interaction,
        Self::Incident,
        Self::Clip,
        Self::Transaction,
        Self::Watermark,
    ];

    /// Its word in a feed.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Branch => "branch",
            Self::Location => "location",
            Self::Camera => "camera",
            Self::Contact => "contact",
            Self::Activity => "activity",
            Self::Interaction => "interaction",
            Self::Incident => "incident",
            Self::Clip => "clip",
            Self::Transaction => "transaction",
            Self::Watermark => "watermark",
        }
    }

    /// Its table, unless it is `activity`, which has no ref.
    pub(super) const fn table(self) -> Option<RefTable> {
        Some(match self {
            Self::Branch => RefTable::Branches,
            Self::Location => RefTable::Locations,
            Self::Camera => RefTable::Cameras,
            Self::Contact => RefTable::Contacts,
            Self::Activity => return None,
            Self::Interaction => RefTable::Interactions,
            Self::Incident => RefTable::Incidents,
            Self::Clip => RefTable::Clips,
            Self::Transaction => RefTable::Transactions,
            Self::Watermark => RefTable::Watermarks,
        })
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// A checked record.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub(super) enum Record {
    Branch(Branch),
    Location(Location),
    Camera(Camera),
    Contact(Contact),
    Activity(Activity),
    Interaction(Interaction),
    Incident(Incident),
    Clip(Clip),
    Transaction(Sale),
    Watermark(Watermark),
}

impl Record {
    /// The digest of everything it says, the keys of its media included.
    pub(super) fn digest(&self) -> Digest {
        /// Feeds JSON to the hash as it is written.
        struct Sink(sha2::Sha256);
        impl std::io::Write for Sink {
            fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
                self.0.update(bytes);
                Ok(bytes.len())
            }
            fn flush(&mut self) -> std::io::Result<()> {
                Ok(())
            }
        }
        let mut sink = std::io::BufWriter::with_capacity(1024, Sink(sha2::Sha256::new()));
        // A record's keys are strings and the sink takes everything: there is nothing that could fail.
        serde_json::to_writer(&mut sink, self).expect("a record is JSON");
        let sink = sink.into_inner().ok().expect("a hash takes every byte");
        let mut half = [0; 16];
        half.copy_from_slice(&sink.0.finalize()[..16]);
        Digest(half)
    }
}

/// A line taken apart.
#[derive(Debug, Default)]
pub(super) struct Parsed {
    /// The record, unless there is a fault.
    pub(super) record: Option<Record>,
    /// Its kind and identity, if these at least could be read: a ref, or location and night.
    pub(super) identity: Option<(Kind, String)>,
    /// Faults, and the records that it names.
    pub(super) notes: Notes,
}

/// Takes a line apart. `folder` is what its media are relative to.
pub(super) fn parse(line: &str, folder: Option<&Path>, media: &mut Media) -> Parsed {
    let mut parsed = Parsed::default();
    let entries = match serde_json::from_str(line) {
        Ok(Value::Object(entries)) => entries,
        Ok(other) => {
            parsed.notes.fault("line", format!("expected a JSON object, found {}", other.what()));
            return parsed;
        }
        Err(error) => {
            parsed.notes.fault("line", format!("invalid JSON: {}", sentence(&error)));
            return parsed;
        }
    };
    let mut fields = Fields::new(String::new(), entries, &mut parsed.notes);
    let Some(kind) = fields.checked("kind", kind) else { return parsed };
    let (identity, record) = match kind {
        Kind::Branch => places::branch(&mut fields),
        Kind::Location => places::location(&mut fields),
        Kind::Camera => places::camera(&mut fields),
        Kind::Contact => places::contact(&mut fields),
        Kind::Activity => places::activity(&mut fields),
        Kind::Watermark => places::watermark(&mut fields),
        Kind::Interaction => events::interaction(&mut fields),
        Kind::Incident => events::incident(&mut fields, folder, media),
        Kind::Clip => events::clip(&mut fields, folder, media),
        Kind::Transaction => sales::transaction(&mut fields),
    };
    fields.finish();
    parsed.identity = identity.map(|identity| (kind, identity));
    parsed.record = record.filter(|_| parsed.notes.faults.is_empty());
    parsed
}

/// What a kind's reader returns: its identity, and the record.
pub(super) type Read = (Option<String>, Option<Record>);

fn kind(text: &str) -> Result<Kind, String> {
    Kind::ALL.into_iter().find(|kind| kind.as_str() == text).ok_or_else(|| {
        let all: Vec<_> = Kind::ALL.iter().map(|kind| kind.as_str()).collect();
        format!("unknown kind {} (there are {})", quoted(text), all.join(", "))
    })
}

/// The parser's sentence without its line, which is always 1 here.
fn sentence(error: &serde_json::Error) -> String {
    let text = error.to_string();
    match text.rsplit_once(" at line ") {
        Some((what, _)) => format!("{what} at column {}", error.column()),
        None => text,
    }
}
