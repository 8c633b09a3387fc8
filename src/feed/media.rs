//! Media: what a record's `media` names becomes an object key, and the contents that the archive must have.
//!
//! Each file is read and hashed once, however many records name it. It must not upload: `upload` does, when the
//! whole feed is known to be right.

use std::collections::{BTreeMap, HashMap};
use std::fs::File;
use std::io::{self, Read};
use std::path::{Component, Path, PathBuf};
use std::time::SystemTime;

use sha2::{Digest, Sha256};

use super::fault::quoted;
use crate::archive::Key;

/// What an object already in the bucket is written with.
const IN_BUCKET: &str = "s3:";
/// Keys that Daybreak writes itself; a feed that named one could show a report to the wrong people.
const OURS: [&str; 3] = ["reports/", "probe/", "brands/"];

/// A file's content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Content {
    pub(super) path: PathBuf,
    pub(super) size: u64,
    pub(super) modified: Option<SystemTime>,
    pub(super) mime: String,
}

/// The media that a feed names.
#[derive(Debug, Default)]
pub(super) struct Media {
    /// By folder and path as written: the SHA-256, or what is wrong.
    files: HashMap<(PathBuf, String), Result<String, String>>,
    /// By SHA-256: what must be in the archive before the rows are.
    pub(super) contents: BTreeMap<String, Content>,
    /// Keys that must be there already, with the SHA-256 that the producer gave.
    pub(super) keys: BTreeMap<String, Option<String>>,
}

/// What a record says of a medium beside its name.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Claims<'a> {
    /// Its content type; a photo's is found by looking.
    pub(super) content_type: Option<&'a str>,
    /// The SHA-256 in lower-case hex.
    pub(super) sha256: Option<&'a str>,
}

/// What is wrong with a medium.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum MediaFault {
    /// With its name or file.
    Media(String),
    /// Its content is not what the record says.
    Sha256(String),
}

impl Media {
    /// The object key of a medium, named in a feed that lies in `folder`.
    pub(super) fn key(&mut self, folder: Option<&Path>, name: &str, claims: Claims<'_>) -> Result<String, MediaFault> {
        if let Some(key) = name.strip_prefix(IN_BUCKET) {
            return self.in_bucket(key, claims.sha256).map_err(MediaFault::Media);
        }
        let Some(folder) = folder else {
            return Err(MediaFault::Media("a request has no folder; name an object of the bucket as s3:KEY".into()));
        };
        let file = (folder.to_path_buf(), name.to_owned());
        if !self.files.contains_key(&file) {
            let hashed = self.hash(folder, name, claims.content_type);
            self.files.insert(file.clone(), hashed);
        }
        let sha256 = self.files[&file].clone().map_err(MediaFault::Media)?;
        match claims.sha256 {
            Some(claimed) if claimed != sha256 => {
                Err(MediaFault::Sha256(format!("{} has the SHA-256 {sha256}, not {claimed}", quoted(name))))
            }
            _ => Ok(Key::media(&sha256, "").path().to_owned()),
        }
    }

    fn in_bucket(&mut self, key: &str, sha256: Option<&str>) -> Result<String, String> {
        let checked = Key::external(key).map_err(|error| error.to_string())?;
        if OURS.iter().any(|prefix| key.starts_with(prefix)) {
            return Err(format!("{} is an object of Daybreak's own", quoted(key)));
        }
        let claimed = self.keys.entry(checked.path().to_owned()).or_default();
        if claimed.is_none() {
            *claimed = sha256.map(str::to_owned);
        }
        Ok(checked.path().to_owned())
    }

    fn hash(&mut self, folder: &Path, name: &str, content_type: Option<&str>) -> Result<String, String> {
        let path = inside(folder, name)?;
        let unreadable = |error: io::Error| match error.kind() {
            io::ErrorKind::NotFound => format!("there is no file {}", quoted(name)),
            _ => format!("cannot read {}: {error}", quoted(name)),
        };
        let mut file = File::open(&path).map_err(unreadable)?;
        let metadata = file.metadata().map_err(unreadable)?;
        if !metadata.is_file() {
            return Err(format!("{} is no file", quoted(name)));
        }
        let mut hash = Sha256::new();
        let mut buffer = vec![0; 128 << 10];
        let mut head = Vec::new();
        loop {
            let got = match file.read(&mut buffer) {
                Ok(0) => break,
                Ok(got) => got,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(unreadable(error)),
            };
            hash.update(&buffer[..got]);
            head.extend_from_slice(&buffer[..got.min(16_usize.saturating_sub(head.len()))]);
        }
        let sha256 = hex::encode(hash.finalize());
        self.contents.entry(sha256.clone()).or_insert_with(|| Content {
            path,
            size: metadata.len(),
            modified: metadata.modified().ok(),
            mime: content_type.unwrap_or_else(|| picture_type(&head)).to_owned(),
        });
        Ok(sha256)
    }
}

/// The file of a relative path, if it lies in the folder, also once links are followed.
fn inside(folder: &Path, name: &str) -> Result<PathBuf, String> {
    let leaves = || format!("{} leaves the feed's folder", quoted(name));
    if name.is_empty() {
        return Err("an empty path".into());
    }
    let mut depth = 0_i32;
    for component in Path::new(name).components() {
        depth += match component {
            Component::Normal(_) => 1,
            Component::CurDir => 0,
            Component::ParentDir => -1,
            Component::RootDir | Component::Prefix(_) => return Err(leaves()),
        };
        if depth < 0 {
            return Err(leaves());
        }
    }
    let path = folder.join(name).canonicalize().map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => format!("there is no file {}", quoted(name)),
        _ => format!("cannot read {}: {error}", quoted(name)),
    })?;
    if path.starts_with(folder) { Ok(path) } else { Err(leaves()) }
}

/// The content type of a picture by its first bytes. Anything else must not be shown by a browser.
fn picture_type(head: &[u8]) -> &'static str {
    match head {
        [0xFF, 0xD8, 0xFF, ..] => "image/jpeg",
        [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1A, b'\n', ..] => "image/png",
        [b'G', b'I', b'F', b'8', ..] => "image/gif",
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => "image/webp",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn media_fault(folder: Option<&Path>, name: &str) -> String {
        match Media::default().key(folder, name, Claims::default()) {
            Err(MediaFault::Media(what) | MediaFault::Sha256(what)) => what,
            Ok(key) => panic!("{key}"),
        }
    }

    #[test]
    fn a_path_stays_in_the_feeds_folder() {
        let outside = tempfile::tempdir().unwrap();
        let folder = outside.path().canonicalize().unwrap().join("feed");
        std::fs::create_dir_all(folder.join("media")).unwrap();
        std::fs::write(outside.path().join("secret"), "s").unwrap();
        std::os::unix::fs::symlink(outside.path().join("secret"), folder.join("link")).unwrap();
        std::fs::write(folder.join("media/a"), "a").unwrap();
        for name in ["../secret", "/etc/passwd", "media/../../secret", "link", "media/../../feed/media/a"] {
            assert!(media_fault(Some(&folder), name).ends_with("leaves the feed's folder"), "{name}");
        }
        assert_eq!(media_fault(Some(&folder), "nothing"), r#"there is no file "nothing""#);
        assert_eq!(media_fault(Some(&folder), "media"), r#""media" is no file"#);
        assert_eq!(media_fault(Some(&folder), ""), "an empty path");
        assert!(media_fault(Some(&folder), "a\0b").starts_with(r#"cannot read "a\0b""#));
        assert!(media_fault(None, "media/a").starts_with("a request has no folder"));
        assert!(Media::default().key(Some(&folder), "media/./x/../a", Claims::default()).is_err());
        assert!(Media::default().key(Some(&folder), "./media/a", Claims::default()).is_ok());
    }

    #[test]
    fn a_key_of_the_bucket_is_not_one_of_ours() {
        assert_eq!(Media::default().key(None, "s3:clips/a.mp4", Claims::default()).as_deref(), Ok("clips/a.mp4"));
        assert!(media_fault(None, "s3:reports/2026-01/x.zip").ends_with("of Daybreak's own"));
        for name in ["s3:", "s3:../x", "s3:/x", "s3:a\nb"] {
            media_fault(None, name);
        }
    }

    #[test]
    fn the_same_content_is_one_object() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().canonicalize().unwrap();
        std::fs::write(root.join("a.jpg"), [0xFF, 0xD8, 0xFF, 0xE0, 1]).unwrap();
        std::fs::write(root.join("b.jpg"), [0xFF, 0xD8, 0xFF, 0xE0, 1]).unwrap();
        let mut media = Media::default();
        let a = media.key(Some(&root), "a.jpg", Claims::default()).unwrap();
        assert_eq!(media.key(Some(&root), "b.jpg", Claims::default()).unwrap(), a);
        assert_eq!(media.contents.len(), 1);
        assert_eq!(media.contents.values().next().unwrap().mime, "image/jpeg");
        let wrong = Claims { sha256: Some("00"), ..Claims::default() };
        assert!(matches!(media.key(Some(&root), "a.jpg", wrong), Err(MediaFault::Sha256(_))));
    }
}
