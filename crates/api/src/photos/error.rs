//! Why a photo was not taken, or not found again.

/// Why a file is not taken as a photo: each has a sentence of its own for whoever sent it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
pub enum PhotoError {
    /// HEIC, HEIF or AVIF, which phones make and which we cannot read.
    #[error("a photo in HEIC, HEIF or AVIF")]
    Heic,
    /// None of JPEG, PNG and WebP.
    #[error("no photo in JPEG, PNG or WebP")]
    NotAPhoto,
    /// It begins as one of them and does not go on as one.
    #[error("a broken photo")]
    Broken,
    /// More bytes than are taken.
    #[error("a photo of too many bytes")]
    TooLarge,
    /// More pixels than are taken, or a side that is too long.
    #[error("a photo of too many pixels")]
    TooManyPixels,
    /// Too many wait already: come back in a moment.
    #[error("too many photos wait")]
    Busy,
}

/// Why a photo was not put away, or not found again.
#[derive(Debug, thiserror::Error)]
pub enum StorageError {
    /// The folder or the bucket did not do it.
    #[error("the place of the photos cannot be used: {0}")]
    Place(#[from] object_store::Error),
    /// The folder did not do it.
    #[error("the folder of the photos cannot be used: {0}")]
    Folder(#[from] std::io::Error),
    /// What lies there is not what was put there with this key, under this id.
    #[error("a photo is not what was put away")]
    Damaged,
    /// `TOIT_PHOTOS` names no place that this program can use.
    #[error("{0} is no place for photos: {1}")]
    Unknown(String, &'static str),
}
