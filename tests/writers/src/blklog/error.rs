//! Why a file is not a log of writes.

use std::io;

/// The first problem of a log.
#[derive(Debug, thiserror::Error)]
pub enum BadLog {
    #[error("cannot read the log of writes")]
    Read(#[from] io::Error),
    #[error("not a log of writes (dm-log-writes, blklogwrites): at offset {offset:#x}, {problem}")]
    Wrong {
        offset: u64,
        /// What was expected and what was found.
        problem: String,
    },
    #[error(
        "the log of writes is cut off at {length:#x} bytes: at offset {offset:#x}, entry {entry} \
         needs {needs} bytes. Copy the whole log, or record again"
    )]
    Truncated {
        offset: u64,
        /// By its index.
        entry: u64,
        needs: u64,
        /// The length of the file.
        length: u64,
    },
}
