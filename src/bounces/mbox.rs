//! Mbox: the mails of a file from an offset on, while a mail server may be appending to it.
//!
//! The file is only read, never changed, so nothing can get lost that is appended meanwhile. Both of the usual locks
//! are taken where they can be; where not, the last mail waits until the file has not grown between two looks.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::time::Duration;

use chrono::{DateTime, Utc};
use sha2::{Digest, Sha256};

use super::take::MOST_BYTES;
use crate::db::mailboxes::Mailbox;

/// So many mails, or bytes, are held in memory at once.
const BATCH: usize = 64;
const BATCH_BYTES: usize = 2 * MOST_BYTES;
/// A longer line is read in pieces.
const LINE: u64 = 1 << 20;
/// By so many bytes at its beginning a file is recognized.
const HEAD: u64 = 4_096;
/// How often, and how long apart, a lock that somebody else has is tried.
const LOCK_TRIES: u32 = 5;
const LOCK_PAUSE: Duration = Duration::from_millis(200);

/// Some mails of a file.
#[derive(Debug)]
pub(super) struct Batch {
    pub(super) mails: Vec<Vec<u8>>,
    /// Everything before this offset is among these or was before.
    pub(super) read_to: u64,
    /// Whether more mails follow.
    pub(super) more: bool,
    size: u64,
}

/// The next mails from an offset on; none while somebody else has the file locked. `seen` is the file's size at the
/// last look.
pub(super) fn next(path: &Path, from: u64, seen: Option<u64>) -> io::Result<Option<Batch>> {
    let dot = DotLock::of(path)?;
    if matches!(dot, DotLock::Busy) {
        return Ok(None);
    }
    let file = File::open(path)?;
    // Released when the file is closed.
    if let Err(std::fs::TryLockError::WouldBlock) = file.try_lock_shared() {
        return Ok(None);
    }
    let size = file.metadata()?.len();
    let ends_whole = matches!(dot, DotLock::Held(_)) || seen == Some(size);
    read(file, from, size, ends_whole).map(Some)
}

/// The mails of a file as it stands, to its end; for a file that nobody writes to.
pub(super) fn as_it_stands(path: &Path, from: u64) -> io::Result<Batch> {
    let file = File::open(path)?;
    let size = file.metadata()?.len();
    read(file, from, size, true)
}

fn read(mut file: File, from: u64, size: u64, ends_whole: bool) -> io::Result<Batch> {
    file.seek(SeekFrom::Start(from))?;
    let mut reader = BufReader::new(file.take(size.saturating_sub(from)));
    let mut mails: Vec<Vec<u8>> = Vec::new();
    let mut held = 0;
    // The mail at hand and where it begins.
    let mut current: Option<(u64, Vec<u8>)> = None;
    let (mut at, mut begins, mut after_blank) = (from, true, true);
    let mut line = Vec::new();
    loop {
        line.clear();
        let count = Read::take(&mut reader, LINE).read_until(b'\n', &mut line)?;
        if count == 0 {
            break;
        }
        if begins && after_blank && is_separator(&line) {
            if let Some((_, mail)) = current.take() {
                held += mail.len();
                mails.push(mail);
            }
            if mails.len() >= BATCH || held >= BATCH_BYTES {
                return Ok(Batch { mails, read_to: at, more: true, size });
            }
            current = Some((at, Vec::new()));
        } else if let Some((_, mail)) = &mut current
            && mail.len() < MOST_BYTES
        {
            mail.extend_from_slice(if begins { unescaped(&line) } else { &line });
        }
        after_blank = begins && line.trim_ascii().is_empty();
        begins = line.ends_with(b"\n");
        at += count as u64;
    }
    let read_to = match current {
        Some((begin, _)) if !ends_whole => begin,
        Some((_, mail)) => {
            mails.push(mail);
            at
        }
        None => at,
    };
    Ok(Batch { mails, read_to, more: false, size })
}

/// `From someone Sat Mar 28 05:12:00 2026`: what begins with the word alone is a sentence.
fn is_separator(line: &[u8]) -> bool {
    let Some(rest) = line.strip_prefix(b"From ") else { return false };
    let rest = String::from_utf8_lossy(rest.get(..300).unwrap_or(rest));
    rest.split_whitespace().any(|word| {
        let parts: Vec<&str> = word.split(':').collect();
        (2..=3).contains(&parts.len())
            && parts.iter().all(|part| part.len() <= 2 && !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit()))
    })
}

/// `>From` as it was before it was put into a file.
fn unescaped(line: &[u8]) -> &[u8] {
    let quoted = line.iter().take_while(|byte| **byte == b'>').count();
    if quoted > 0 && line[quoted..].starts_with(b"From ") { &line[1..] } else { line }
}

/// The row of a file after a look.
pub(super) fn row(path: &Path, batch: &Batch, now: DateTime<Utc>) -> io::Result<Mailbox> {
    let head_size = batch.read_to.min(HEAD);
    let head = head(path, head_size)?.unwrap_or_default();
    let number = |size: u64| i64::try_from(size).unwrap_or(i64::MAX);
    Ok(Mailbox {
        path: path.to_string_lossy().into_owned(),
        read_to: number(batch.read_to),
        head_size: number(head_size),
        head,
        seen_size: number(batch.size),
        looked_at: now,
    })
}

/// Where to go on in a file: at the noted offset if it is still the same file and a mail begins there (or nothing
/// does yet). None where it is another, or was written anew.
pub(super) fn offset(path: &Path, known: &Mailbox) -> io::Result<Option<u64>> {
    let number = |size: i64| u64::try_from(size).unwrap_or(0);
    let read_to = number(known.read_to);
    if head(path, number(known.head_size))?.as_ref() != Some(&known.head) {
        return Ok(None);
    }
    let mut file = File::open(path)?;
    if file.metadata()?.len() < read_to {
        return Ok(None);
    }
    file.seek(SeekFrom::Start(read_to))?;
    let mut next = Vec::new();
    file.take(5).read_to_end(&mut next)?;
    Ok((read_to == 0 || b"From ".starts_with(&next)).then_some(read_to))
}

/// SHA-256 of a file's first bytes; none where it has fewer.
fn head(path: &Path, size: u64) -> io::Result<Option<Vec<u8>>> {
    let mut bytes = Vec::new();
    File::open(path)?.take(size).read_to_end(&mut bytes)?;
    Ok((bytes.len() as u64 == size).then(|| Sha256::digest(&bytes).to_vec()))
}

/// Where a file of that name went that was turned over (`logrotate` and its like).
pub(super) fn turned_over(path: &Path) -> PathBuf {
    with_suffix(path, ".1")
}

fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}

/// The lock beside a file that mail servers heed (`NAME.lock`), let go when dropped.
enum DotLock {
    Held(PathBuf),
    /// The folder may not be written to.
    Impossible,
    /// Somebody else has it.
    Busy,
}

impl DotLock {
    fn of(path: &Path) -> io::Result<Self> {
        let lock = with_suffix(path, ".lock");
        for tries in 0..LOCK_TRIES {
            if tries > 0 {
                std::thread::sleep(LOCK_PAUSE);
            }
            match File::create_new(&lock) {
                Ok(_) => return Ok(Self::Held(lock)),
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                Err(error)
                    if matches!(error.kind(), io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem) =>
                {
                    return Ok(Self::Impossible);
                }
                Err(error) => return Err(error),
            }
        }
        Ok(Self::Busy)
    }
}

impl Drop for DotLock {
    fn drop(&mut self) {
        if let Self::Held(lock) = self {
            // One that stays would hold the mail server up; there is nobody to tell here.
            let _ = std::fs::remove_file(lock);
        }
    }
}
