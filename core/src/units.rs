//! The units of the format, as types that cannot be mixed.
//!
//! A file offset and a log offset are both "bytes from the start of something"; taking the one for
//! the other is how an image is lost. So are a length and a count of sectors. All integers on disk
//! are little-endian and unsigned.

use std::fmt;

/// The log's unit: entries, descriptors' targets and data sectors are whole 4 KiB sectors.
pub const SECTOR: u64 = 4096;

/// [`SECTOR`] as a length in memory.
pub const SECTOR_BYTES: usize = 4096;

/// [`SECTOR`] among log offsets, which are 32-bit.
pub(crate) const SECTOR_U32: u32 = 4096;

/// The alignment of the log and of every other structure in the file (HDR-7).
pub const MIB: u64 = 1 << 20;

/// Bytes from the start of the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileOffset(pub u64);

/// Bytes from the start of the log region; always a whole number of sectors and inside the ring.
///
/// Log lengths are 32-bit in the format, so log offsets are too.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LogOffset(pub u32);

/// The number of a log entry or of a header; the greater is the newer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SequenceNumber(pub u64);

impl SequenceNumber {
    /// The number that follows; `None` for 2^64 − 1, which has no successor (SEQ-1, HDR-13).
    pub const fn next(self) -> Option<Self> {
        match self.0.checked_add(1) {
            Some(next) => Some(Self(next)),
            None => None,
        }
    }
}

impl fmt::Display for FileOffset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:#x}", self.0)
    }
}

impl fmt::Display for LogOffset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:#x}", self.0)
    }
}

impl fmt::Display for SequenceNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
