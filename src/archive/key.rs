//! Keys: what an object is becomes where it lies, its content type and how long it may be cached.

use std::borrow::Cow;

use sha2::{Digest, Sha256};

use crate::model::{BranchRef, LocationRef, NightDate};

/// S3's limit on a key, in bytes.
const LONGEST: usize = 1024;
/// How much of a location's ref stands in a report's key, for people who look into the bucket; the id makes it unique.
const LONGEST_SLUG: usize = 40;
/// Under which producers upload.
const UPLOADS: &str = "uploads/";
/// Under which brands' logos lie: whoever knows the name of one may see it.
const LOGOS: &str = "brands/";
/// What S3 itself assumes where nobody said.
const UNKNOWN_CONTENT: &str = "application/octet-stream";

/// Why a text is no object key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// The empty string.
    #[error("an object key must not be empty")]
    Empty,
    /// More than 1,024 bytes.
    #[error("an object key has at most 1024 bytes, this one has {0}")]
    TooLong(usize),
    /// A control character.
    #[error("an object key must not contain control characters")]
    Control,
    /// A leading slash, an empty segment, `.` or `..`: clients and servers disagree about what these mean.
    #[error("an object key must not contain empty segments, `.` or `..`")]
    Segment,
}

/// Where an object lies, what it is, and how it may be cached.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Key {
    path: String,
    content_type: Cow<'static, str>,
}

impl Key {
    /// A clip or photo, by the SHA-256 of its bytes in lower-case hex: the same content is one object.
    #[must_use]
    pub fn media(sha256: &str, content_type: &str) -> Self {
        Self { path: format!("media/{sha256}"), content_type: Cow::Owned(content_type.to_owned()) }
    }

    /// A brand's logo, by the SHA-256 of its bytes in lower-case hex.
    #[must_use]
    pub fn logo(sha256: &str, content_type: &'static str) -> Self {
        Self { path: format!("{LOGOS}{sha256}"), content_type: Cow::Borrowed(content_type) }
    }

    /// An object that is in the bucket already: `s3:KEY` of a feed, or a key that a row or a report names.
    ///
    /// # Errors
    /// [`KeyError`] when no object can have that key.
    pub fn external(path: impl Into<String>) -> Result<Self, KeyError> {
        let path = path.into();
        check(&path)?;
        Ok(Self { path, content_type: Cow::Borrowed(UNKNOWN_CONTENT) })
    }

    /// The one object of a report, a ZIP of its artifacts (see [`Bundle`](super::Bundle)), named by the SHA-256 (hex)
    /// of its bytes: two workers that build the same report at once cannot overwrite each other's object, of which only
    /// one will have its rows.
    #[must_use]
    pub fn report(location: &LocationRef, night: NightDate, revision: i32, sha256: &str) -> Self {
        let slug: String = location
            .as_str()
            .chars()
            .map(|character| if character.is_ascii_alphanumeric() { character.to_ascii_lowercase() } else { '-' })
            .take(LONGEST_SLUG)
            .collect();
        let month = night.date().format("%Y-%m");
        Self {
            path: format!("reports/{month}/{night}/{slug}-r{revision}-{}.zip", &sha256[..sha256.len().min(32)]),
            content_type: Cow::Borrowed("application/zip"),
        }
    }

    /// What a producer uploads for a branch (or, with no branch, for any), by the SHA-256 of its bytes in lower-case hex:
    /// nobody else uploads under the branch, and nothing else under the hash.
    #[must_use]
    pub fn upload(branch: Option<&BranchRef>, sha256: &str, content_type: &str) -> Self {
        let folder = branch.map_or_else(|| format!("{UPLOADS}any/"), Self::uploads_of);
        Self { path: format!("{folder}{sha256}"), content_type: Cow::Owned(content_type.to_owned()) }
    }

    /// What the keys of a branch's uploads begin with; no other branch's do.
    #[must_use]
    pub fn uploads_of(branch: &BranchRef) -> String {
        let name = hex::encode(Sha256::digest(branch.as_str()));
        format!("{UPLOADS}{}/", &name[..32])
    }

    /// Whether a producer uploaded it, at an address that we signed.
    #[must_use]
    pub fn is_upload(&self) -> bool {
        self.path.starts_with(UPLOADS)
    }

    /// A key that the archive's own check writes, reads and deletes.
    pub(super) fn probe(process: u32) -> Self {
        Self { path: format!("probe/{process}"), content_type: Cow::Borrowed("text/plain") }
    }

    /// The same object with another content type.
    #[must_use]
    pub fn with_content_type(mut self, content_type: impl Into<String>) -> Self {
        self.content_type = Cow::Owned(content_type.into());
        self
    }

    /// The path in the bucket, for rows and `report.json`.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The content type that is kept with the object.
    #[must_use]
    pub fn content_type(&self) -> &str {
        &self.content_type
    }

    /// `Cache-Control` of the object itself. Everything here is personal; what lies under its own hash never changes.
    #[must_use]
    pub fn cache_control(&self) -> &'static str {
        if self.path.starts_with("media/") || self.path.starts_with(LOGOS) {
            "private, max-age=31536000, immutable"
        } else {
            "private, no-cache"
        }
    }
}

fn check(path: &str) -> Result<(), KeyError> {
    match path.len() {
        0 => Err(KeyError::Empty),
        length if length > LONGEST => Err(KeyError::TooLong(length)),
        _ if path.chars().any(char::is_control) => Err(KeyError::Control),
        _ if path.split('/').any(|segment| matches!(segment, "" | "." | "..")) => Err(KeyError::Segment),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_that_leaves_its_bucket_is_refused() {
        for path in ["../secret", "a/../b", "/a", "a//b", "a/./b", "a/", "..", "."] {
            assert_eq!(Key::external(path), Err(KeyError::Segment), "{path:?}");
        }
        assert_eq!(Key::external(""), Err(KeyError::Empty));
        assert_eq!(Key::external("a\nb"), Err(KeyError::Control));
        assert_eq!(Key::external("x".repeat(1025)), Err(KeyError::TooLong(1025)));
        assert_eq!(Key::external("site 1/żółw..mp4").map(|key| key.path), Ok("site 1/żółw..mp4".into()));
    }

    #[test]
    fn a_reports_key_is_readable_and_takes_any_ref() {
        let location = LocationRef::new("Café/../№ 7").unwrap();
        let key = Key::report(&location, "2026-03-28".parse().unwrap(), 2, &"5e".repeat(32));
        let content = "5e".repeat(16);
        assert_eq!(key.path(), format!("reports/2026-03/2026-03-28/caf-------7-r2-{content}.zip"));
        assert_eq!(check(key.path()), Ok(()));
        assert_eq!(key.content_type(), "application/zip");
    }
}
