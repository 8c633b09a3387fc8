//! Outbox: a message becomes an `.eml` file that anyone can open.

use std::io::Write;
use std::path::{Path, PathBuf};

use super::SendError;

/// Writes a message under `name`, whole or not at all: a reader of the folder never sees half a mail, and writing the
/// same delivery again replaces the same file.
pub(super) fn write(folder: &Path, name: &str, bytes: &[u8]) -> Result<PathBuf, SendError> {
    let failed = |step: &'static str| {
        let folder = folder.to_path_buf();
        move |source| SendError::Outbox { step, folder, source }
    };
    std::fs::create_dir_all(folder).map_err(failed("create the outbox folder"))?;
    let path = folder.join(name);
    let partial = folder.join(format!(".{name}.part"));
    let written = std::fs::File::create(&partial).and_then(|mut file| {
        file.write_all(bytes)?;
        file.sync_data()
    });
    if let Err(source) = written {
        // Nothing half-written stays behind; if even that fails, the name says what it is.
        let _ = std::fs::remove_file(&partial);
        return Err(failed("write a mail to the outbox folder")(source));
    }
    // The folder is synced like the file: a mail that is on record as sent is there after a power cut.
    std::fs::rename(&partial, &path)
        .and_then(|()| if cfg!(unix) { std::fs::File::open(folder)?.sync_all() } else { Ok(()) })
        .map_err(failed("finish a mail in the outbox folder"))?;
    Ok(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mail_is_there_whole_or_not_at_all() {
        let folder = tempfile::tempdir().unwrap();
        let outbox = folder.path().join("outbox");
        let path = write(&outbox, "a.eml", b"one").unwrap();
        write(&outbox, "a.eml", b"two").unwrap();
        assert_eq!(std::fs::read(path).unwrap(), b"two");
        assert_eq!(std::fs::read_dir(&outbox).unwrap().count(), 1);
        let blocked = folder.path().join("file");
        std::fs::write(&blocked, "").unwrap();
        let error = write(&blocked, "a.eml", b"one").unwrap_err();
        assert!(!error.is_final(), "a folder can heal");
    }
}
