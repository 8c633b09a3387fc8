//! Writing: an upload becomes a file that is either whole or not there, whichever processes share the folder.
//!
//! Bytes go to a folder of this process's own and are moved in place when they are complete and on the disk. Beside
//! them lie the two small files in which s3s-fs looks for an object's attributes and its tag.

use std::fs::File;
use std::io::{Error, ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use base64::Engine;
use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD};
use bytes::BytesMut;
use futures::StreamExt;
use s3s::dto::{ETag, PutObjectInput, PutObjectOutput};
use s3s::{S3Error, S3ErrorCode, S3Result, s3_error};
use sha2::{Digest, Sha256};
use tokio::task::spawn_blocking;

use super::BUCKET;
use crate::archive::error::{STORAGE_FULL, STORAGE_READ_ONLY};

/// Where uploads grow; a slot for each process.
const INCOMING: &str = ".incoming";
/// Processes on one folder at once.
const SLOTS: u32 = 1000;
/// What is gathered in memory before it is written.
const PIECE: usize = 1 << 20;

/// The folder, and this process's slot in it.
pub(super) struct Folder {
    root: PathBuf,
    slot: PathBuf,
    counter: AtomicU64,
    /// Held as long as the slot is ours; the system lets go of it when the process dies.
    _lock: File,
}

impl Folder {
    /// Takes the first slot that no living process holds, and clears away what its last holder left behind.
    pub(super) fn open(root: &Path) -> Result<Self, Error> {
        let incoming = root.join(INCOMING);
        std::fs::create_dir_all(&incoming)?;
        for number in 0..SLOTS {
            let lock = File::options().create(true).append(true).open(incoming.join(format!("{number}.lock")))?;
            if lock.try_lock().is_err() {
                continue;
            }
            let slot = incoming.join(number.to_string());
            match std::fs::remove_dir_all(&slot) {
                Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
                _ => std::fs::create_dir(&slot)?,
            }
            return Ok(Self { root: root.to_path_buf(), slot, counter: AtomicU64::new(0), _lock: lock });
        }
        Err(Error::new(ErrorKind::ResourceBusy, format!("{SLOTS} processes use this folder already")))
    }

    fn draft(&self) -> PathBuf {
        self.slot.join(self.counter.fetch_add(1, Ordering::Relaxed).to_string())
    }

    fn object(&self, key: &str) -> PathBuf {
        self.root.join(BUCKET).join(key)
    }

    /// Where s3s-fs 0.14 keeps what belongs to an object; `what` is `metadata` or `internal`.
    fn beside(&self, key: &str, what: &str) -> PathBuf {
        let (bucket, key) = (BASE64_URL_SAFE_NO_PAD.encode(BUCKET), BASE64_URL_SAFE_NO_PAD.encode(key));
        self.root.join(format!(".bucket-{bucket}.object-{key}.{what}.json"))
    }

    /// Drops what s3s-fs leaves behind of a deleted object.
    pub(super) fn forget(&self, key: &str) {
        for what in ["metadata", "internal"] {
            if let Err(error) = std::fs::remove_file(self.beside(key, what))
                && error.kind() != ErrorKind::NotFound
            {
                tracing::warn!(%error, key, "an object's attributes outlive it");
            }
        }
    }

    fn place(&self, draft: &Path, path: &Path) -> Result<(), Error> {
        match std::fs::rename(draft, path) {
            Err(error) if error.kind() == ErrorKind::NotFound => {
                std::fs::create_dir_all(path.parent().unwrap_or(&self.root))?;
                std::fs::rename(draft, path)
            }
            moved => moved,
        }
    }

    fn write_beside(&self, key: &str, what: &str, json: &serde_json::Value) -> Result<(), Error> {
        let draft = self.draft();
        std::fs::write(&draft, json.to_string())?;
        self.place(&draft, &self.beside(key, what))
    }
}

/// An upload that is not in place yet; dropped, it leaves nothing.
struct Upload {
    path: PathBuf,
    file: File,
    digest: Sha256,
    size: u64,
}

impl Upload {
    fn begin(folder: &Folder) -> Result<Self, Error> {
        let path = folder.draft();
        Ok(Self { file: File::create_new(&path)?, path, digest: Sha256::new(), size: 0 })
    }

    fn write(&mut self, piece: &[u8]) -> Result<(), Error> {
        self.digest.update(piece);
        self.size += piece.len() as u64;
        self.file.write_all(piece)
    }

    /// Moves the object in place after its attributes, so that nobody finds it without them; returns its tag.
    fn finish(self, folder: &Folder, key: &str, attributes: &serde_json::Value) -> Result<String, Error> {
        self.file.sync_data()?;
        let tag = hex::encode(self.digest.clone().finalize());
        folder.write_beside(key, "metadata", attributes)?;
        folder.write_beside(key, "internal", &serde_json::json!({ "e_tag": tag }))?;
        folder.place(&self.path, &folder.object(key))?;
        Ok(tag)
    }
}

impl Drop for Upload {
    fn drop(&mut self) {
        // Gone already when it was moved in place.
        let _ = std::fs::remove_file(&self.path);
    }
}

/// Takes an upload in.
pub(super) async fn put(folder: Arc<Folder>, input: PutObjectInput) -> S3Result<PutObjectOutput> {
    let attributes = attributes(&input);
    let (key, expected, promised) = (input.key, input.content_length, input.checksum_sha256);
    let mut body = input.body.ok_or_else(|| s3_error!(IncompleteBody))?;
    let mut upload: Option<Upload> = None;
    let mut piece = BytesMut::new();
    while let Some(chunk) = body.next().await {
        // s3s checks the body's own hash while it passes, and fails it here.
        piece.extend_from_slice(&chunk.map_err(|error| S3Error::with_source(S3ErrorCode::IncompleteBody, error))?);
        if piece.len() >= PIECE {
            let (folder, full) = (Arc::clone(&folder), piece.split());
            upload = Some(
                blocking(move || {
                    let mut upload = upload.map_or_else(|| Upload::begin(&folder), Ok)?;
                    upload.write(&full)?;
                    Ok(upload)
                })
                .await?,
            );
        }
    }
    let tag = blocking(move || {
        let mut upload = upload.map_or_else(|| Upload::begin(&folder), Ok)?;
        upload.write(&piece)?;
        if expected.is_some_and(|expected| u64::try_from(expected) != Ok(upload.size)) {
            return Err(ErrorKind::UnexpectedEof.into());
        }
        // An address that was signed for one content takes no other.
        if promised.is_some_and(|promised| promised != BASE64_STANDARD.encode(upload.digest.clone().finalize())) {
            return Err(ErrorKind::InvalidData.into());
        }
        upload.finish(&folder, &key, &attributes)
    })
    .await?;
    Ok(PutObjectOutput { e_tag: Some(ETag::Strong(tag)), ..PutObjectOutput::default() })
}

/// In the form in which s3s-fs 0.14 reads them.
fn attributes(input: &PutObjectInput) -> serde_json::Value {
    serde_json::json!({
        "content_type": input.content_type,
        "content_disposition": input.content_disposition,
        "content_language": input.content_language,
        "cache_control": input.cache_control,
        "user_metadata": input.metadata,
    })
}

async fn blocking<T: Send + 'static>(work: impl FnOnce() -> Result<T, Error> + Send + 'static) -> S3Result<T> {
    match spawn_blocking(work).await {
        Ok(done) => done.map_err(refusal),
        Err(error) => Err(s3_error!(error, InternalError)),
    }
}

/// Says what the disk said in a code of its own, final for the SDK: waiting a second frees no disk.
fn refusal(error: Error) -> S3Error {
    let code = match error.kind() {
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded | ErrorKind::FileTooLarge => STORAGE_FULL,
        ErrorKind::ReadOnlyFilesystem | ErrorKind::PermissionDenied => STORAGE_READ_ONLY,
        ErrorKind::UnexpectedEof => "IncompleteBody",
        ErrorKind::InvalidData => "BadDigest",
        // A key that goes through an object as if it were a folder, or a name that the file system cannot hold.
        ErrorKind::NotADirectory | ErrorKind::IsADirectory | ErrorKind::InvalidFilename => "InvalidArgument",
        _ => "InternalError",
    };
    let code = S3ErrorCode::from_bytes(code.as_bytes()).unwrap_or(S3ErrorCode::InternalError);
    let known = code.status_code().is_some();
    let mut refusal = S3Error::with_source(code, Box::new(error));
    if !known && let Some(final_status) = S3ErrorCode::InvalidRequest.status_code() {
        refusal.set_status_code(final_status);
    }
    refusal
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_process_has_its_own_slot_and_clears_what_a_dead_one_left() {
        let root = tempfile::tempdir().unwrap();
        let first = Folder::open(root.path()).unwrap();
        let second = Folder::open(root.path()).unwrap();
        assert_ne!(first.slot, second.slot);
        let left = first.draft();
        std::fs::write(&left, "half an object").unwrap();
        drop(first);
        let third = Folder::open(root.path()).unwrap();
        assert_eq!(third.slot.join("0"), left, "the same slot again");
        assert!(!left.exists());
    }

    #[test]
    fn a_disk_says_what_is_wrong_in_a_code_that_is_not_retried() {
        for (kind, code) in [
            (ErrorKind::StorageFull, STORAGE_FULL),
            (ErrorKind::ReadOnlyFilesystem, STORAGE_READ_ONLY),
            (ErrorKind::PermissionDenied, STORAGE_READ_ONLY),
        ] {
            let refused = refusal(kind.into());
            assert_eq!(refused.code().as_str(), code);
            assert_eq!(refused.status_code().map(|status| status.as_u16()), Some(400));
        }
    }
}
