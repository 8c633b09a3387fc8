//! Maildir: the mails in `new`, each once; what was read is moved to `cur`, and no mail is lost on the way.

use std::io;
use std::path::{Path, PathBuf};

use super::take::{MOST_BYTES, Taken};

/// The files of a folder that may be mails, oldest name first.
pub(super) fn files(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        let is_hidden = entry.file_name().as_encoded_bytes().starts_with(b".");
        // A link is followed: what counts is what can be read.
        if !is_hidden && std::fs::metadata(entry.path()).is_ok_and(|meta| meta.is_file()) {
            files.push(entry.path());
        }
    }
    files.sort();
    Ok(files)
}

/// The beginning of a file.
pub(super) fn bytes(file: &Path) -> io::Result<Vec<u8>> {
    use std::io::Read;
    let mut bytes = Vec::new();
    std::fs::File::open(file)?.take(MOST_BYTES as u64).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Moves a mail that was read from `new` to `cur`. What concerns a delivery is marked as seen; anything else is left
/// unseen, so that a person who opens the mailbox finds it.
pub(super) fn put_away(file: &Path, taken: &Taken) -> io::Result<()> {
    let flags = match taken {
        Taken::Counted { .. } | Taken::Again { .. } | Taken::Delayed => ":2,S",
        _ => ":2,",
    };
    let (Some(name), Some(maildir)) = (file.file_name(), file.parent().and_then(Path::parent)) else { return Ok(()) };
    let name = name.to_string_lossy();
    let bare = name.split_once(":2,").map_or(&*name, |(bare, _)| bare);
    match std::fs::rename(file, maildir.join("cur").join(format!("{bare}{flags}"))) {
        // Somebody else has moved it meanwhile.
        Err(error) if error.kind() == io::ErrorKind::NotFound && !file.exists() => Ok(()),
        moved => moved,
    }
}

/// Whether a folder is a Maildir.
pub(super) fn is_one(folder: &Path) -> bool {
    folder.join("new").is_dir() && folder.join("cur").is_dir()
}
