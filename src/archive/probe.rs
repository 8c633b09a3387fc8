//! The probe: what `doctor` and `/readyz` ask of an archive becomes one clear answer.

use bytes::Bytes;

use super::error::of_sdk;
use super::{Archive, ArchiveError, Key};

impl Archive {
    /// Whether the bucket is there and our key opens it; nothing is written.
    ///
    /// # Errors
    /// What the archive answered.
    pub async fn ready(&self) -> Result<(), ArchiveError> {
        let probe = Key::probe(std::process::id());
        let bucket = self.client().head_bucket().bucket(self.bucket()).send().await;
        bucket.map(|_| ()).map_err(|error| match of_sdk(error, self.scene(&probe)) {
            // HEAD has no body to tell a missing bucket from a missing object.
            ArchiveError::Missing { .. } => ArchiveError::Bucket { bucket: self.bucket().to_owned() },
            other => other,
        })
    }

    /// Whether the bucket is there, and bytes can be written, read back and deleted.
    ///
    /// # Errors
    /// The first step that fails.
    pub async fn check(&self) -> Result<(), ArchiveError> {
        self.ready().await?;
        let probe = Key::probe(std::process::id());
        let written = Bytes::from_static(b"written, read and deleted by `daybreak doctor`");
        self.put(&probe, written.clone()).await?;
        let read = self.get(&probe).await?;
        self.delete(&probe).await?;
        if read.as_ref() == Some(&written) { Ok(()) } else { Err(ArchiveError::Probe) }
    }
}
