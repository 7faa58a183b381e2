//! I/O errors, with the operation and the offset.

use vhdx_log::OpenError;
use vhdx_log::storage::Storage;
use vhdx_log::units::FileOffset;

/// Wraps an I/O error with the operation and the offset.
pub(super) fn failed(doing: &'static str, offset: u64) -> impl FnOnce(std::io::Error) -> OpenError {
    move |source| OpenError::Io {
        doing,
        offset: FileOffset(offset),
        source,
    }
}

pub(super) fn length<S: Storage>(storage: &S) -> Result<u64, OpenError> {
    storage
        .len()
        .map_err(failed("find the length of the file", 0))
}
