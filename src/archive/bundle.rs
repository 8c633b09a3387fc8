//! Bundles: a report's artifacts become one object, a ZIP without compression whose members are read by S3 range.
//!
//! One object instead of a dozen, because each costs more than a millisecond; a ZIP, because anybody can open it. The
//! same members give the same bytes: no clock, no platform.

use std::io::{Cursor, Write};

use bytes::Bytes;
use sha2::{Digest, Sha256};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipArchive, ZipWriter};

/// Why there is no bundle.
#[derive(Debug, thiserror::Error)]
pub enum BundleError {
    /// A member could not be added: a name twice, or more than 4 GiB.
    #[error("cannot add {name:?} to the report's bundle")]
    Add {
        /// Which.
        name: String,
        /// Why.
        source: zip::result::ZipError,
    },
    /// The index could not be written.
    #[error("cannot finish the report's bundle")]
    Finish(#[source] zip::result::ZipError),
}

/// An artifact and where it lies in its bundle.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// Its name, such as `mail/de-DE.html`.
    pub name: String,
    /// Its content type.
    pub content_type: String,
    /// The first of its bytes in the object.
    pub start: u64,
    /// How many there are.
    pub size: u64,
    /// SHA-256 of these bytes, in lower-case hex.
    pub sha256: String,
}

/// A bundle being put together.
#[derive(Debug, Default)]
pub struct Bundle {
    members: Vec<(String, String, Bytes)>,
}

impl Bundle {
    /// An empty one.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds an artifact; its order is kept.
    #[must_use]
    pub fn add(mut self, name: impl Into<String>, content_type: impl Into<String>, bytes: impl Into<Bytes>) -> Self {
        self.members.push((name.into(), content_type.into(), bytes.into()));
        self
    }

    /// The object's bytes, and where each artifact lies in them.
    ///
    /// # Errors
    /// [`BundleError`] when a name comes twice or sizes pass what a ZIP holds.
    pub fn finish(self) -> Result<(Bytes, Vec<Member>), BundleError> {
        let total: usize = self.members.iter().map(|(name, _, bytes)| 2 * name.len() + 128 + bytes.len()).sum();
        let mut writer = ZipWriter::new(Cursor::new(Vec::with_capacity(total)));
        let options = SimpleFileOptions::default()
            .compression_method(CompressionMethod::Stored)
            .last_modified_time(DateTime::DEFAULT)
            .unix_permissions(0o644);
        for (name, _, bytes) in &self.members {
            let failed = |source| BundleError::Add { name: name.clone(), source };
            writer.start_file(name.as_str(), options).map_err(failed)?;
            writer.write_all(bytes).map_err(|error| failed(error.into()))?;
        }
        let object = writer.finish().map_err(BundleError::Finish)?.into_inner();
        // Asked of the finished object, so that whatever the crate puts before a member's bytes is counted.
        let mut index = ZipArchive::new(Cursor::new(object.as_slice())).map_err(BundleError::Finish)?;
        let mut members = Vec::with_capacity(self.members.len());
        for (at, (name, content_type, bytes)) in self.members.into_iter().enumerate() {
            let entry = index.by_index_raw(at).map_err(BundleError::Finish)?;
            let start = entry.data_start().ok_or(BundleError::Finish(zip::result::ZipError::FileNotFound))?;
            let sha256 = hex::encode(Sha256::digest(&bytes));
            members.push(Member { name, content_type, start, size: bytes.len() as u64, sha256 });
        }
        Ok((Bytes::from(object), members))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample() -> Bundle {
        Bundle::new()
            .add("report.json", "application/json", &b"{\"schema\":1}"[..])
            .add("mail/pl-PL.html", "text/html; charset=utf-8", "<p>Zażółć</p>".as_bytes().to_vec())
            .add("empty", "text/plain", Bytes::new())
            .add("deliveries/raport żółw.eml", "message/rfc822", vec![0_u8; 70_000])
    }

    #[test]
    fn the_same_members_give_the_same_bytes_and_each_lies_where_it_says() {
        let (object, members) = sample().finish().unwrap();
        assert_eq!(sample().finish().unwrap(), (object.clone(), members.clone()));
        for (member, (name, _, bytes)) in members.iter().zip(sample().members) {
            let start = usize::try_from(member.start).unwrap();
            assert_eq!(member.name, name);
            assert_eq!(&object[start..start + usize::try_from(member.size).unwrap()], &bytes[..], "{name}");
            assert_eq!(member.sha256, hex::encode(Sha256::digest(&bytes)));
        }
    }

    #[test]
    fn a_name_twice_is_refused() {
        let twice = Bundle::new().add("a", "text/plain", "1").add("a", "text/plain", "2");
        assert!(matches!(twice.finish(), Err(BundleError::Add { name, .. }) if name == "a"));
    }

    #[test]
    fn unzip_opens_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("report.zip");
        std::fs::write(&path, sample().finish().unwrap().0).unwrap();
        // Python's reader is another implementation than ours; where it is not installed, the offsets above must do.
        let tested = std::process::Command::new("python3").args(["-m", "zipfile", "-t"]).arg(&path).output();
        if let Ok(output) = tested {
            let said = String::from_utf8_lossy(&output.stdout).into_owned();
            assert!(output.status.success() && said.contains("Done testing"), "{said}");
        }
    }
}
