//! Archive: bytes under keys that follow from what they are, in S3 and nothing else.
//!
//! `[archive]` becomes an [`Archive`]: a real endpoint, or the server of `embedded` inside this process. A [`Key`]
//! turns into a path with its content type and caching; [`Bundle`] turns a report's artifacts into one object. It
//! must not know what the bytes say, ask the database, or decide who may have them: `access` does.

mod bundle;
mod client;
mod connect;
mod embedded;
mod error;
mod key;
mod presign;
mod presign_upload;
mod probe;
#[cfg(test)]
mod tests;

pub use bundle::{Bundle, BundleError, Member};
pub use client::{Archive, ByteReader, ObjectInfo};
pub use error::ArchiveError;
pub use key::{Key, KeyError};
pub use presign::PresignOptions;
pub use presign_upload::{Upload, UploadAddress};
