//! Where photos lie: a folder, or a bucket that speaks S3.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use object_store::ObjectStore;
use object_store::local::LocalFileSystem;

use super::error::StorageError;

/// A place for photos.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// A folder of this machine.
    Folder(PathBuf),
    /// `s3://bucket/prefix`; the environment says how to reach it (`AWS_ACCESS_KEY_ID`, `AWS_ENDPOINT` and the others of its kind).
    Bucket(String),
}

impl Place {
    /// What `TOIT_PHOTOS` says: `s3://bucket/prefix` or a folder. Without it: `photos` in the data folder.
    #[must_use]
    pub fn from_setting(setting: Option<&str>, data: &Path) -> Self {
        match setting.filter(|s| !s.is_empty()) {
            None => Self::Folder(data.join("photos")),
            Some(bucket) if bucket.contains("://") => Self::Bucket(bucket.to_owned()),
            Some(folder) => Self::Folder(folder.into()),
        }
    }

    pub(super) fn open(&self) -> Result<(Arc<dyn ObjectStore>, Option<PathBuf>), StorageError> {
        match self {
            Self::Folder(folder) => {
                make_private(folder)?;
                // The row of a photo is written when this has returned: it must then be on the disk.
                let objects = LocalFileSystem::new_with_prefix(folder)?.with_fsync(true);
                Ok((Arc::new(objects), Some(folder.clone())))
            }
            Self::Bucket(url) => Ok((bucket(url)?, None)),
        }
    }
}

fn make_private(folder: &Path) -> std::io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

#[cfg(feature = "s3")]
fn bucket(url: &str) -> Result<Arc<dyn ObjectStore>, StorageError> {
    use std::time::Duration;

    use object_store::RetryConfig;
    use object_store::aws::AmazonS3Builder;
    use object_store::prefix::PrefixStore;

    let Some(rest) = url.strip_prefix("s3://") else {
        return Err(StorageError::Unknown(url.to_owned(), "it is neither a folder nor s3://bucket/prefix"));
    };
    let (name, prefix) = rest.split_once('/').unwrap_or((rest, ""));
    let prefix = object_store::path::Path::parse(prefix).map_err(object_store::Error::from)?;
    // Somebody waits for an answer.
    let retry = RetryConfig { max_retries: 3, retry_timeout: Duration::from_secs(20), ..RetryConfig::default() };
    let objects = AmazonS3Builder::from_env().with_bucket_name(name).with_retry(retry).build()?;
    Ok(Arc::new(PrefixStore::new(objects, prefix)))
}

#[cfg(not(feature = "s3"))]
fn bucket(url: &str) -> Result<Arc<dyn ObjectStore>, StorageError> {
    Err(StorageError::Unknown(url.to_owned(), "this program was built without the feature s3"))
}
