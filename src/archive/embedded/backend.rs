//! The backend: what the embedded server lets through becomes calls of s3s-fs, but for writing.
//!
//! s3s-fs 0.14 names its temporary files by a counter that starts at zero, and deletes all of them when it starts: two
//! processes on one folder would write into each other's objects. So [`super::write`] writes, in the files that s3s-fs
//! reads. Everything that is not here is `NotImplemented`.

use std::path::Path;
use std::sync::Arc;

use s3s::dto::{
    DeleteObjectInput, DeleteObjectOutput, GetObjectInput, GetObjectOutput, HeadBucketInput, HeadBucketOutput,
    HeadObjectInput, HeadObjectOutput, ListObjectsV2Input, ListObjectsV2Output, PutObjectInput, PutObjectOutput,
};
use s3s::{S3, S3Request, S3Response, S3Result, s3_error};
use s3s_fs::FileSystem;

use super::BUCKET;
use super::write::Folder;
use crate::archive::{ArchiveError, Key};

/// s3s-fs, with our own writing.
pub(super) struct Backend {
    files: FileSystem,
    folder: Arc<Folder>,
}

impl Backend {
    /// Opens a folder that has a bucket.
    pub(super) fn open(path: &Path) -> Result<Self, ArchiveError> {
        let unusable = |source| ArchiveError::Folder { path: path.to_path_buf(), source };
        let files = FileSystem::new(path).map_err(|error| unusable(std::io::Error::other(format!("{error:?}"))))?;
        Ok(Self { files, folder: Arc::new(Folder::open(path).map_err(unusable)?) })
    }
}

/// s3s-fs resolves `..` within its folder, which would let a key out of the bucket and to the keys beside it.
fn check(bucket: &str, key: &str) -> S3Result<()> {
    if bucket != BUCKET {
        return Err(s3_error!(NoSuchBucket));
    }
    Key::external(key).map(|_| ()).map_err(|error| s3_error!(error, InvalidArgument))
}

#[async_trait::async_trait]
impl S3 for Backend {
    async fn head_bucket(&self, request: S3Request<HeadBucketInput>) -> S3Result<S3Response<HeadBucketOutput>> {
        if request.input.bucket != BUCKET {
            return Err(s3_error!(NoSuchBucket));
        }
        self.files.head_bucket(request).await
    }

    async fn list_objects_v2(
        &self,
        request: S3Request<ListObjectsV2Input>,
    ) -> S3Result<S3Response<ListObjectsV2Output>> {
        self.files.list_objects_v2(request).await
    }

    async fn head_object(&self, request: S3Request<HeadObjectInput>) -> S3Result<S3Response<HeadObjectOutput>> {
        check(&request.input.bucket, &request.input.key)?;
        self.files.head_object(request).await
    }

    async fn get_object(&self, request: S3Request<GetObjectInput>) -> S3Result<S3Response<GetObjectOutput>> {
        check(&request.input.bucket, &request.input.key)?;
        self.files.get_object(request).await
    }

    async fn put_object(&self, request: S3Request<PutObjectInput>) -> S3Result<S3Response<PutObjectOutput>> {
        check(&request.input.bucket, &request.input.key)?;
        super::write::put(Arc::clone(&self.folder), request.input).await.map(S3Response::new)
    }

    async fn delete_object(&self, request: S3Request<DeleteObjectInput>) -> S3Result<S3Response<DeleteObjectOutput>> {
        check(&request.input.bucket, &request.input.key)?;
        self.folder.forget(&request.input.key);
        self.files.delete_object(request).await
    }
}
