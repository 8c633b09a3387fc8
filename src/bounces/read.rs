//! Read: the configured mailboxes, or files that a person names, become taken mails.

use std::io;
use std::path::{Path, PathBuf};

use serde::Serialize;

use super::take::{Taken, Tally, take};
use super::{maildir, mbox};
use crate::clock::Clock;
use crate::config;
use crate::db::{Db, DbError, mailboxes};

/// Why returned mail cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// The rows.
    #[error("cannot record returned mail")]
    Db(#[from] DbError),
    /// A folder.
    #[error("cannot list the mails in {}", folder.display())]
    List {
        /// Which.
        folder: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// A file.
    #[error("cannot read {}", file.display())]
    File {
        /// Which.
        file: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// A mail that was read stays where it was, and will be read again.
    #[error("cannot move {} to the Maildir's cur", file.display())]
    PutAway {
        /// Which.
        file: PathBuf,
        /// Why not.
        source: io::Error,
    },
}

/// What became of one mail of a file.
#[derive(Debug, Serialize)]
pub struct Told {
    /// The file.
    pub file: PathBuf,
    /// Which mail of it, from 1.
    pub mail: usize,
    /// What became of it.
    #[serde(flatten)]
    pub taken: Taken,
}

/// Reads what has come into the configured Maildir and mbox since the last time. A mailbox that cannot be read does
/// not keep the other from being read.
pub async fn read_configured(db: &Db, clock: &Clock, policy: &config::Bounces) -> Result<Tally, ReadError> {
    let mut tally = Tally::default();
    let maildir = match &policy.maildir {
        Some(folder) => read_maildir(db, clock, policy, folder, &mut tally).await,
        None => Ok(()),
    };
    let mbox = match &policy.mbox {
        Some(file) => read_mbox(db, clock, policy, file, &mut tally).await,
        None => Ok(()),
    };
    if tally != Tally::default() {
        let Tally { hard, soft, complaints, suppressed, again, unmatched, no_bounce, unreadable } = tally;
        tracing::info!(
            hard,
            soft,
            complaints,
            suppressed,
            again,
            unmatched,
            no_bounce,
            unreadable,
            "returned mail was read"
        );
    }
    maildir.and(mbox).map(|()| tally)
}

/// Whether this process sees one of the configured mailboxes: it is there, and can be read.
pub async fn is_within_reach(policy: &config::Bounces) -> bool {
    let (maildir, mbox) = (policy.maildir.as_ref().map(|folder| folder.join("new")), policy.mbox.clone());
    let seen = blocking(move || {
        let maildir = maildir.is_some_and(|new| maildir::files(&new).is_ok());
        Ok(maildir || mbox.is_some_and(|file| std::fs::File::open(file).is_ok()))
    });
    seen.await.unwrap_or(false)
}

/// Whether the configured mailboxes can be read, without reading a mail; says what is read.
pub async fn check(policy: &config::Bounces) -> Result<String, ReadError> {
    let mut ways = Vec::new();
    if let Some(maildir) = &policy.maildir {
        for folder in ["new", "cur"].map(|name| maildir.join(name)) {
            let listed = folder.clone();
            let listed = blocking(move || maildir::files(&listed)).await;
            listed.map_err(|source| ReadError::List { folder, source })?;
        }
        ways.push(format!("the Maildir {}", maildir.display()));
    }
    if let Some(mbox) = &policy.mbox {
        let opened = mbox.clone();
        let opened = blocking(move || {
            let parent = opened.parent().filter(|parent| !parent.as_os_str().is_empty());
            match std::fs::File::open(&opened) {
                // A mail server makes it with the first mail.
                Err(error) if error.kind() == io::ErrorKind::NotFound && parent.is_none_or(Path::is_dir) => Ok(()),
                opened => opened.map(|_| ()),
            }
        });
        opened.await.map_err(|source| ReadError::File { file: mbox.clone(), source })?;
        ways.push(format!("the mbox {}", mbox.display()));
    }
    if policy.key.is_some() {
        ways.push("POST /api/v1/bounces".to_owned());
    }
    Ok(if ways.is_empty() {
        "nothing reads returned mail; [bounces] in jobs.toml says where it is".to_owned()
    } else {
        format!("read from {}", ways.join(", "))
    })
}

/// Runs what waits for a disk where waiting is no harm.
async fn blocking<T: Send + 'static>(work: impl FnOnce() -> io::Result<T> + Send + 'static) -> io::Result<T> {
    tokio::task::spawn_blocking(work).await.map_err(io::Error::other)?
}

async fn read_maildir(
    db: &Db,
    clock: &Clock,
    policy: &config::Bounces,
    folder: &Path,
    tally: &mut Tally,
) -> Result<(), ReadError> {
    let new = folder.join("new");
    let listed = {
        let new = new.clone();
        blocking(move || maildir::files(&new)).await
    };
    for file in listed.map_err(|source| ReadError::List { folder: new, source })? {
        let taken = take_file(db, clock, policy, &file).await?;
        tally.add(&taken);
        // What cannot be read is left for a person to look at.
        if taken != Taken::Unreadable {
            let moved = maildir::put_away(&file, &taken);
            moved.map_err(|source| ReadError::PutAway { file, source })?;
        }
    }
    Ok(())
}

/// One file that is one mail.
async fn take_file(db: &Db, clock: &Clock, policy: &config::Bounces, file: &Path) -> Result<Taken, ReadError> {
    let read = {
        let file = file.to_path_buf();
        blocking(move || maildir::bytes(&file)).await
    };
    match read {
        Ok(raw) => Ok(take(db, policy, raw, clock.now()).await?),
        Err(error) => {
            tracing::warn!(file = %file.display(), %error, "a returned mail cannot be read");
            Ok(Taken::Unreadable)
        }
    }
}

async fn read_mbox(
    db: &Db,
    clock: &Clock,
    policy: &config::Bounces,
    file: &Path,
    tally: &mut Tally,
) -> Result<(), ReadError> {
    let failed = |source| ReadError::File { file: file.to_path_buf(), source };
    if !file.exists() && file.parent().is_some_and(Path::is_dir) {
        // A mail server makes it with the first mail.
        return Ok(());
    }
    let known = db.mailbox(&file.to_string_lossy()).await?;
    let mut from = 0;
    if let Some(known) = &known {
        if let Some(offset) = mbox::offset(file, known).map_err(failed)? {
            from = offset;
        } else {
            // Another file has the name now; what was appended to the old one since is read first.
            let old = mbox::turned_over(file);
            if let Ok(Some(offset)) = mbox::offset(&old, known) {
                read_to_end(db, clock, policy, (&old, offset), tally).await?;
            }
        }
    }
    let seen = known.and_then(|known| u64::try_from(known.seen_size).ok());
    read_on(db, clock, policy, (file, from, seen), tally).await
}

/// Reads a file that nobody writes to any more.
async fn read_to_end(
    db: &Db,
    clock: &Clock,
    policy: &config::Bounces,
    (file, mut from): (&Path, u64),
    tally: &mut Tally,
) -> Result<(), ReadError> {
    loop {
        let batch = as_it_stands(file, from).await?;
        for raw in batch.mails {
            tally.add(&take(db, policy, raw, clock.now()).await?);
        }
        if !batch.more {
            return Ok(());
        }
        from = batch.read_to;
    }
}

async fn as_it_stands(file: &Path, from: u64) -> Result<mbox::Batch, ReadError> {
    let named = file.to_path_buf();
    let batch = blocking(move || mbox::as_it_stands(&named, from)).await;
    batch.map_err(|source| ReadError::File { file: file.to_path_buf(), source })
}

/// Reads a file from an offset to its end, noting how far it has come.
async fn read_on(
    db: &Db,
    clock: &Clock,
    policy: &config::Bounces,
    (file, mut from, seen): (&Path, u64, Option<u64>),
    tally: &mut Tally,
) -> Result<(), ReadError> {
    let failed = |source| ReadError::File { file: file.to_path_buf(), source };
    loop {
        let next = {
            let file = file.to_path_buf();
            blocking(move || mbox::next(&file, from, seen)).await
        };
        let Some(mut batch) = next.map_err(failed)? else {
            tracing::warn!(file = %file.display(), "another program has the mailbox locked; it is read the next time");
            return Ok(());
        };
        for raw in std::mem::take(&mut batch.mails) {
            tally.add(&take(db, policy, raw, clock.now()).await?);
        }
        let row = mbox::row(file, &batch, clock.now()).map_err(failed)?;
        let mut tx = db.begin().await?;
        mailboxes::put(&mut tx, &row).await?;
        tx.commit().await?;
        if !batch.more {
            return Ok(());
        }
        from = batch.read_to;
    }
}

/// Reads what a person names: a mail, an mbox, a Maildir, or a folder of mails. Changes no file.
pub async fn read_path(db: &Db, clock: &Clock, policy: &config::Bounces, path: &Path) -> Result<Vec<Told>, ReadError> {
    let files = {
        let path = path.to_path_buf();
        blocking(move || named(&path)).await
    };
    let files = files.map_err(|source| {
        let path = path.to_path_buf();
        if path.is_dir() { ReadError::List { folder: path, source } } else { ReadError::File { file: path, source } }
    })?;
    let mut told = Vec::new();
    for file in files {
        if !begins_as_mbox(&file) {
            let taken = take_file(db, clock, policy, &file).await?;
            told.push(Told { file, mail: 1, taken });
            continue;
        }
        let (mut from, mut mail) = (0, 0);
        loop {
            let batch = as_it_stands(&file, from).await?;
            for raw in batch.mails {
                mail += 1;
                let taken = take(db, policy, raw, clock.now()).await?;
                told.push(Told { file: file.clone(), mail, taken });
            }
            if !batch.more {
                break;
            }
            from = batch.read_to;
        }
    }
    Ok(told)
}

fn named(path: &Path) -> io::Result<Vec<PathBuf>> {
    if !path.is_dir() {
        // Whether it can be opened is said here, not mail by mail.
        return std::fs::File::open(path).map(|_| vec![path.to_path_buf()]);
    }
    if !maildir::is_one(path) {
        return maildir::files(path);
    }
    let mut files = maildir::files(&path.join("new"))?;
    files.extend(maildir::files(&path.join("cur"))?);
    Ok(files)
}

fn begins_as_mbox(file: &Path) -> bool {
    use std::io::Read;
    let mut begin = [0; 5];
    std::fs::File::open(file).and_then(|mut file| file.read_exact(&mut begin)).is_ok() && &begin == b"From "
}
