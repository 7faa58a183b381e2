//! How much of an image a document holds, and the limits of what is read.

use vhdx_log::DEFAULT_MAX_FILE_SIZE;

use crate::document::picture::DEFAULT_COLUMNS;

#[derive(Clone, Copy, Debug)]
pub struct Extent {
    /// Every item of every list; otherwise long lists are elided.
    pub all: bool,
    /// Characters in a row of the picture.
    pub columns: usize,
    /// The most bytes that a replay may make the file (RPL-9).
    pub max_file_size_bytes: u64,
}

impl Default for Extent {
    /// Elided lists, the picture of the JSON, the library's limit.
    fn default() -> Self {
        Self {
            all: false,
            columns: DEFAULT_COLUMNS,
            max_file_size_bytes: DEFAULT_MAX_FILE_SIZE,
        }
    }
}
