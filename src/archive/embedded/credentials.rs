//! The embedded server's keys: made once, kept in the folder for its owner's eyes only, shared by every process there.

use std::fs::OpenOptions;
use std::io::{ErrorKind, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use zeroize::Zeroizing;

use crate::archive::ArchiveError;

/// Beside the bucket, so that no object key reaches it.
const FILE: &str = ".credentials";

/// An access key and its secret.
pub(super) struct Credentials {
    id: String,
    secret: Zeroizing<String>,
}

impl Credentials {
    /// Reads the folder's keys, or makes them. Of two processes that make them at once, one wins and both use its.
    pub(super) fn of(folder: &Path) -> Result<Self, ArchiveError> {
        let path = folder.join(FILE);
        let failed = |source| ArchiveError::Folder { path: path.clone(), source };
        match std::fs::read_to_string(&path) {
            Ok(text) => Self::parse(&text).ok_or_else(|| failed(ErrorKind::InvalidData.into())),
            Err(error) if error.kind() == ErrorKind::NotFound => {
                let mut random = [0_u8; 48];
                getrandom::fill(&mut random).map_err(|error| failed(std::io::Error::other(error.to_string())))?;
                let (name, keys) = random.split_at(8);
                let draft = folder.join(format!("{FILE}.{}", hex::encode(name)));
                Self::write(&draft, keys).map_err(failed)?;
                // Unlike a rename, a link does not replace what another process has put there meanwhile.
                let linked = std::fs::hard_link(&draft, &path);
                std::fs::remove_file(&draft).map_err(failed)?;
                match linked {
                    Err(error) if error.kind() != ErrorKind::AlreadyExists => Err(failed(error)),
                    _ => {
                        let text = Zeroizing::new(std::fs::read_to_string(&path).map_err(failed)?);
                        Self::parse(&text).ok_or_else(|| failed(ErrorKind::InvalidData.into()))
                    }
                }
            }
            Err(error) => Err(failed(error)),
        }
    }

    pub(super) fn id(&self) -> &str {
        &self.id
    }

    pub(super) fn secret(&self) -> &str {
        &self.secret
    }

    fn write(draft: &Path, keys: &[u8]) -> Result<(), std::io::Error> {
        let (id, secret) = keys.split_at(10);
        let text = Zeroizing::new(format!("{}\n{}\n", hex::encode_upper(id), hex::encode(secret)));
        let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(draft)?;
        file.write_all(text.as_bytes())?;
        file.sync_all()
    }

    fn parse(text: &str) -> Option<Self> {
        let (id, secret) = text.trim_end().split_once('\n')?;
        let whole = id.len() == 20 && secret.len() == 60;
        whole.then(|| Self { id: id.to_owned(), secret: Zeroizing::new(secret.to_owned()) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    #[test]
    fn keys_are_made_once_for_the_owner_alone() {
        let folder = tempfile::tempdir().unwrap();
        let first = Credentials::of(folder.path()).unwrap();
        let second = Credentials::of(folder.path()).unwrap();
        assert_eq!((first.id(), first.secret()), (second.id(), second.secret()));
        let path = folder.path().join(FILE);
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1, "no draft is left");
        std::fs::write(&path, "half").unwrap();
        assert!(matches!(Credentials::of(folder.path()), Err(ArchiveError::Folder { .. })));
    }
}
