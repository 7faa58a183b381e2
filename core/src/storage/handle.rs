//! What a handle of a file must allow.

/// Why an image cannot be opened through the handle that was given.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum HandleFault {
    /// Opened without reading.
    #[error("the file was opened for writing only; open it for reading, too")]
    NotReadable,
    /// Opened without writing.
    #[error("the file was opened for reading only; open it for reading and writing")]
    NotWritable,
    /// Opened for append: each write goes to the end of the file, whatever its offset.
    #[error(
        "the file was opened for append, so each write would go to its end; \
         open it for reading and writing, without append"
    )]
    Append,
}
