//! Import: the order of checking, uploading and writing a source.

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::path::PathBuf;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde::Serialize;
use tokio::sync::mpsc;
use tokio::task::{JoinError, JoinHandle, spawn_blocking};

use super::check::{Checked, STRIDE, check, read};
use super::fault::Faults;
use super::media::Media;
use super::record::{Kind, Record};
use super::references::unknown_references;
use super::scope::{Scope, foreign};
use super::source::{Source, SourceError};
use super::upload::{MediaCounts, upload};
use super::uploaded;
use super::write::{Counts, Writer};
use crate::archive::{Archive, ArchiveError};
use crate::audit::{self, Actor, Change};
use crate::db::erasures::Erased;
use crate::db::media::latest_removal;
use crate::db::objects::Object;
use crate::db::removals::outlast_dooms;
use crate::db::{Db, DbError, Digest, Tx};
use crate::model::BranchRef;

/// Messages of the reading thread that may wait.
const WAITING: usize = 4;
/// Records a message.
const BATCH: usize = 512;

/// Why nothing was imported.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// The feed is wrong; shown one fault a line.
    #[error("{0}")]
    Faults(Faults),
    /// The feed cannot be read.
    #[error(transparent)]
    Source(#[from] SourceError),
    /// A medium did not get into the archive.
    #[error("cannot upload {}", path.display())]
    Upload {
        /// Which file.
        path: PathBuf,
        /// Why.
        source: ArchiveError,
    },
    /// The archive did not say whether it has an object.
    #[error("cannot look for an object in the archive")]
    Look(#[source] ArchiveError),
    /// The rows were not written.
    #[error("cannot write the records")]
    Write(#[from] DbError),
    /// The thread that reads the feed died.
    #[error("the thread that reads the feed died")]
    Thread(#[from] JoinError),
}

/// What an import is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// Reading and checking; in bytes.
    Check,
    /// Bringing media into the archive; in objects.
    Media,
    /// Writing rows; in bytes of the feed.
    Write,
}

/// How far an import is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// What it is doing.
    pub phase: Phase,
    /// How much of it is done.
    pub done: u64,
    /// How much there is to do.
    pub total: u64,
}

/// What an import did.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct ImportSummary {
    /// By kind; kinds that the feed has not are absent.
    pub kinds: BTreeMap<Kind, Counts>,
    /// What became of the media.
    pub media: MediaCounts,
    /// Contacts that were left out, because their data were erased on request.
    pub erased: u64,
}

impl ImportSummary {
    /// The sum over all kinds.
    #[must_use]
    pub fn total(&self) -> Counts {
        self.kinds.values().fold(Counts::default(), |sum, counts| Counts {
            created: sum.created + counts.created,
            updated: sum.updated + counts.updated,
            unchanged: sum.unchanged + counts.unchanged,
        })
    }
}

/// Imports a source: all of it, or nothing.
///
/// # Errors
/// [`ImportError::Faults`] with every fault; any other error says which step failed. Nothing was written then, though
/// media may be in the archive already, where they are found again.
pub async fn import(
    db: &Db,
    archive: &Archive,
    source: Source,
    now: DateTime<Utc>,
    progress: &(dyn Fn(Progress) + Sync),
) -> Result<ImportSummary, ImportError> {
    import_as(db, archive, source, (&Scope::All, None), now, progress).await
}

/// Who sends a feed, for the audit log.
#[derive(Debug, Clone)]
pub struct Sender<'a> {
    /// Who.
    pub actor: Actor,
    /// The one branch that it is for, where it is one's.
    pub branch: Option<&'a BranchRef>,
    /// From which address it came; empty for none.
    pub origin: &'a str,
}

/// [`import`] of what belongs to some branches: a record of another branch, or one that names such a record, is a fault.
/// With a sender, what it changes is entered in the audit log, in the same transaction.
///
/// # Errors
/// As [`import`].
pub async fn import_as(
    db: &Db,
    archive: &Archive,
    source: Source,
    (scope, sender): (&Scope, Option<&Sender<'_>>),
    now: DateTime<Utc>,
    progress: &(dyn Fn(Progress) + Sync),
) -> Result<ImportSummary, ImportError> {
    let source = Arc::new(source);
    let mut checked = checked(&source, progress).await?;
    unknown_references(db, &source, &mut checked).await?;
    if *scope != Scope::All {
        whose(&mut db.snapshot().await?, &source, scope, &mut checked).await?;
    }
    uploaded::look_into(archive, &source, &mut checked).await?;
    if !checked.faults.is_empty() {
        return Err(ImportError::Faults(checked.faults.finish()));
    }
    let total = (checked.media.contents.len() + checked.media.keys.len()) as u64;
    let (objects, media) =
        upload(archive, &checked.media, now, |done| progress(Progress { phase: Phase::Media, done, total })).await?;
    let (mut tx, objects, media) = held(db, archive, &checked.media, (objects, media), now).await?;
    // Nobody else writes records from now on: what was new a moment ago may have become another branch's meanwhile.
    whose(&mut tx, &source, scope, &mut checked).await?;
    if !checked.faults.is_empty() {
        return Err(ImportError::Faults(checked.faults.finish()));
    }
    let mut cases: Vec<_> = checked.cases.into_iter().map(|(case, first)| (first, case)).collect();
    cases.sort();
    tx.number_cases(&cases.iter().map(|(_, case)| case).collect::<Vec<_>>()).await?;
    tx.put_objects(&objects).await?;
    let keep_out = tx.erased().await?;
    let mut writer = Writer::new(tx).await?;
    let erased = write(&source, checked.media, (&mut writer, &keep_out), progress).await?;
    let (mut tx, kinds) = writer.finish().await?;
    source.unchanged()?;
    let kinds = kinds.into_iter().filter(|(_, counts)| *counts != Counts::default()).collect();
    let summary = ImportSummary { kinds, media, erased };
    let total = summary.total();
    if let Some(sender) = sender.filter(|_| total.created + total.updated > 0) {
        let change = Change {
            actor: sender.actor.clone(),
            action: "feed.import",
            object: "feed".into(),
            branch: sender.branch,
            detail: serde_json::json!({ "kinds": summary.kinds }),
            origin: sender.origin,
        };
        audit::record(&mut tx, change, now).await?;
    }
    tx.commit().await?;
    Ok(summary)
}

/// Notes a fault for each record that is not for this import to write.
async fn whose(tx: &mut Tx, source: &Arc<Source>, scope: &Scope, checked: &mut Checked) -> Result<(), ImportError> {
    let media = std::mem::take(&mut checked.media);
    checked.media = foreign(tx, source, media, scope, &mut checked.faults).await?;
    Ok(())
}

/// Begins to write, with imports held. What retention removed from the archive since the media were looked for is
/// brought again: a sweep that looks for loose objects waits from now on, and sees the rows that name them.
async fn held(
    db: &Db,
    archive: &Archive,
    media: &Media,
    uploaded: (Vec<Object>, MediaCounts),
    now: DateTime<Utc>,
) -> Result<(Tx, Vec<Object>, MediaCounts), ImportError> {
    let (mut objects, mut counts) = uploaded;
    let mut known = None;
    loop {
        let keys: Vec<&str> =
            objects.iter().filter(|object| object.present).map(|object| object.object_key.as_str()).collect();
        let (mut tx, was_doomed) = outlast_dooms(db, &keys).await?;
        let latest = latest_removal(&mut tx, &keys, now).await?;
        if latest == known && !was_doomed {
            return Ok((tx, objects, counts));
        }
        known = latest;
        drop(tx);
        (objects, counts) = upload(archive, media, now, |_| {}).await?;
    }
}

/// The first reading, on a thread of its own.
async fn checked(source: &Arc<Source>, progress: &(dyn Fn(Progress) + Sync)) -> Result<Checked, ImportError> {
    let (sender, mut signs) = mpsc::channel(WAITING);
    let read = Arc::clone(source);
    let task = spawn_blocking(move || {
        check(&read, |bytes, _| {
            // Signs of progress are not worth waiting for.
            let _ = sender.try_send(bytes);
        })
    });
    let total = source.size();
    while let Some(done) = signs.recv().await {
        progress(Progress { phase: Phase::Check, done, total });
    }
    Ok(task.await??)
}

struct Batch {
    records: Vec<(Record, Digest)>,
    bytes: u64,
}

/// The second reading: parsing goes on on its own thread while rows are written.
async fn write(
    source: &Arc<Source>,
    media: Media,
    (writer, keep_out): (&mut Writer, &Erased),
    progress: &(dyn Fn(Progress) + Sync),
) -> Result<u64, ImportError> {
    let (sender, mut batches) = mpsc::channel(WAITING);
    let task = send_records(Arc::clone(source), media, sender);
    let total = source.size();
    let (mut written, mut erased) = (0_u64, 0);
    while let Some(Batch { records, bytes }) = batches.recv().await {
        let before = written / STRIDE;
        written += records.len() as u64;
        for (record, digest) in records {
            // Whose data were erased on request does not come back because a producer did not hear of it; the rest of
            // the feed is not to blame.
            match &record {
                Record::Contact(contact) if keep_out.covers(contact.contact.as_str(), contact.email.as_str()) => {
                    erased += 1;
                }
                _ => writer.take(record, digest).await?,
            }
        }
        if written / STRIDE > before {
            progress(Progress { phase: Phase::Write, done: bytes, total });
        }
    }
    task.await??;
    progress(Progress { phase: Phase::Write, done: total, total });
    Ok(erased)
}

fn send_records(
    source: Arc<Source>,
    mut media: Media,
    sender: mpsc::Sender<Batch>,
) -> JoinHandle<Result<(), SourceError>> {
    spawn_blocking(move || {
        let mut records = Vec::with_capacity(BATCH);
        let mut last = 0;
        let mut changed = None;
        read(&source, &mut media, |input, _, bytes, parsed| {
            let Some(record) = parsed.record else {
                // It was right a moment ago.
                changed = Some(PathBuf::from(&source.inputs[input].name));
                return ControlFlow::Break(());
            };
            let digest = record.digest();
            records.push((record, digest));
            last = bytes;
            if records.len() < BATCH {
                return ControlFlow::Continue(());
            }
            let full = std::mem::replace(&mut records, Vec::with_capacity(BATCH));
            match sender.blocking_send(Batch { records: full, bytes }) {
                Ok(()) => ControlFlow::Continue(()),
                Err(_) => ControlFlow::Break(()),
            }
        })?;
        if let Some(path) = changed {
            return Err(SourceError::Changed { path });
        }
        let _ = sender.blocking_send(Batch { records, bytes: last });
        Ok(())
    })
}
