//! Check: the first reading of a source, which finds every fault and writes nothing.
//!
//! Memory holds hashes of refs, not records: a feed may have millions of them.

use std::collections::{HashMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::ops::ControlFlow;
use std::path::Path;

use chrono::{DateTime, Utc};

use super::fault::{Gathered, quoted};
use super::media::Media;
use super::record::{Kind, Parsed, Record, parse};
use super::source::{LONGEST_LINE, Line, Source, SourceError};
use crate::db::RefTable;
use crate::model::CaseRef;

/// Lines between two signs of progress.
pub(super) const STRIDE: u64 = 2_048;

/// What the first reading found.
#[derive(Debug, Default)]
pub(super) struct Checked {
    pub(super) faults: Gathered,
    pub(super) media: Media,
    /// Hashes of refs that are named and not in the import: they must be in the database.
    pub(super) wanted: HashSet<(RefTable, u128)>,
    /// Each case with the time of its first incident in this import.
    pub(super) cases: HashMap<CaseRef, DateTime<Utc>>,
    pub(super) records: u64,
    seen: HashMap<Kind, HashSet<u128>>,
}

/// A ref that must be in the database, and where it is named.
#[derive(Debug)]
pub(super) struct Mention {
    pub(super) input: usize,
    pub(super) line: u64,
    pub(super) field: String,
    pub(super) table: RefTable,
    pub(super) named: String,
}

/// Reads each line of a source; `each` gets the input's index, the line's number, its record and its outcome.
/// Lines that are no text are faults, blank lines nothing.
pub(super) fn read(
    source: &Source,
    media: &mut Media,
    mut each: impl FnMut(usize, u64, u64, Parsed) -> ControlFlow<()>,
) -> Result<(), SourceError> {
    let mut before = 0;
    for (index, input) in source.inputs.iter().enumerate() {
        let mut last = 0;
        let flow = input.lines(|line, bytes, text| {
            last = bytes;
            match outcome(text, input.folder.as_deref(), media) {
                Some(parsed) => each(index, line, before + bytes, parsed),
                None => ControlFlow::Continue(()),
            }
        })?;
        if flow.is_break() {
            break;
        }
        before += last;
    }
    Ok(())
}

fn outcome(line: Line<'_>, folder: Option<&Path>, media: &mut Media) -> Option<Parsed> {
    let fault = |what: String| {
        let mut parsed = Parsed::default();
        parsed.notes.fault("line", what);
        Some(parsed)
    };
    match line {
        Line::Text(text) if text.bytes().all(|byte| byte.is_ascii_whitespace()) => None,
        Line::Text(text) => Some(parse(text, folder, media)),
        Line::TooLong => fault(format!("longer than 1 MiB ({LONGEST_LINE} bytes)")),
        Line::NotUtf8 { valid_up_to } => fault(format!("not UTF-8 after byte {valid_up_to}")),
    }
}

/// The first reading.
pub(super) fn check(source: &Source, mut progress: impl FnMut(u64, u64)) -> Result<Checked, SourceError> {
    let mut checked = Checked::default();
    let mut media = Media::default();
    let mut bytes_read = 0;
    read(source, &mut media, |input, line, bytes, parsed| {
        checked.take(&source.inputs[input].name, input, line, parsed);
        bytes_read = bytes;
        if checked.records.is_multiple_of(STRIDE) {
            progress(bytes, checked.records);
        }
        ControlFlow::Continue(())
    })?;
    checked.media = media;
    let defined = std::mem::take(&mut checked.seen);
    for (kind, refs) in &defined {
        if let Some(table) = kind.table() {
            checked.wanted.retain(|(wanted, hash)| *wanted != table || !refs.contains(hash));
        }
    }
    progress(bytes_read, checked.records);
    Ok(checked)
}

impl Checked {
    fn take(&mut self, file: &str, input: usize, line: u64, parsed: Parsed) {
        self.records += 1;
        for (field, what) in parsed.notes.faults {
            self.faults.add(input, file, line, field, what);
        }
        if let Some((kind, identity)) = parsed.identity
            && !self.seen.entry(kind).or_default().insert(hash(&identity))
        {
            let (field, what) = twice(kind, &identity);
            self.faults.add(input, file, line, field.into(), what);
        }
        for (_, table, named) in parsed.notes.references {
            let hash = hash(&named);
            let here = table_kind(table).and_then(|kind| self.seen.get(&kind)).is_some_and(|seen| seen.contains(&hash));
            if !here {
                self.wanted.insert((table, hash));
            }
        }
        if let Some(Record::Incident(incident)) = parsed.record
            && let Some(case) = incident.case
        {
            let first = self.cases.entry(case).or_insert(incident.occurred_at);
            *first = incident.occurred_at.min(*first);
        }
    }
}

fn twice(kind: Kind, identity: &str) -> (&'static str, String) {
    let word = kind.as_str();
    match kind {
        Kind::Activity => {
            let (night, location) = identity.split_once(' ').unwrap_or_default();
            ("night", format!("duplicate: this import has another activity of {} for {night}", quoted(location)))
        }
        Kind::Watermark => {
            ("location", format!("duplicate: this import has another watermark of {}", quoted(identity)))
        }
        _ => ("ref", format!("duplicate: this import has another {word} with the ref {}", quoted(identity))),
    }
}

fn table_kind(table: RefTable) -> Option<Kind> {
    Kind::ALL.into_iter().find(|kind| kind.table() == Some(table))
}

/// Reads once more for the refs that must be in the database, and hands over each mention of one.
pub(super) fn mentions(
    source: &Source,
    wanted: &HashSet<(RefTable, u128)>,
    media: &mut Media,
    mut each: impl FnMut(Mention) -> ControlFlow<()>,
) -> Result<(), SourceError> {
    read(source, media, |input, line, _, parsed| {
        for (field, table, named) in parsed.notes.references {
            if wanted.contains(&(table, hash(&named))) {
                each(Mention { input, line, field, table, named })?;
            }
        }
        ControlFlow::Continue(())
    })
}

/// 128 bits of a ref: two different refs never share them in practice.
fn hash(text: &str) -> u128 {
    let half = |salt: u8| {
        let mut hasher = DefaultHasher::new();
        salt.hash(&mut hasher);
        text.hash(&mut hasher);
        u128::from(hasher.finish())
    };
    half(0) << 64 | half(1)
}
