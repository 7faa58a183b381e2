//! The units of the format, as types that cannot be mixed.
//!
//! A file offset and a log offset are both "bytes from the start of something"; confusing them
//! loses an image. So does confusing a length with a count of sectors. All integers on disk are
//! little-endian and unsigned.
//!
//! The rest of the crate denies `clippy::arithmetic_side_effects`. The plain operators are here,
//! in `exact` and in the methods below, each with the reason why its result fits; casts are in
//! `cast`. Builds with overflow checks (tests, fuzz targets) trap if such a reason is wrong.

#![allow(
    clippy::arithmetic_side_effects,
    reason = "every operation in this module states why its result fits"
)]

use std::fmt;

pub(crate) mod cast;
pub(crate) mod exact;
mod sectors;
mod size;

pub(crate) use sectors::Sectors;
pub(crate) use size::{Bytes, Size};

/// The unit of the log in bytes: entries, data sectors and the targets of descriptors are whole
/// sectors of 4 KiB.
pub const SECTOR: u64 = 4096;

/// [`SECTOR`] as the length of a buffer.
pub const SECTOR_BYTES: usize = 4096;

/// The alignment of the log and of every other structure in the file (HDR-7).
pub const MIB: u64 = 1 << 20;

/// Bytes from the start of the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileOffset(pub u64);

/// Bytes from the start of the log region, less than the log's length.
///
/// Entries and data sectors start at whole sectors; descriptors, which faults name too, in between.
/// 32 bits are enough because LogLength has 32 bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LogOffset(pub u32);

/// SequenceNumber of a log entry or of a header; the greater one is newer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SequenceNumber(pub u64);

impl FileOffset {
    /// The end of `length` bytes that start here; `None` when it does not fit in 64 bits (HDR-8,
    /// DSC-5).
    pub const fn checked_end(self, length: u64) -> Option<Self> {
        match self.0.checked_add(length) {
            Some(end) => Some(Self(end)),
            None => None,
        }
    }

    /// The offset `bytes` further on, inside a range whose end is known to fit.
    pub(crate) const fn advance(self, bytes: u64) -> Self {
        Self(self.0 + bytes)
    }
}

impl SequenceNumber {
    /// The next greater number; `None` for 2^64 - 1, which has no successor (SEQ-1, HDR-13).
    pub const fn next(self) -> Option<Self> {
        match self.0.checked_add(1) {
            Some(next) => Some(Self(next)),
            None => None,
        }
    }

    /// Whether `count` greater numbers exist (HDR-13).
    pub(crate) const fn has_successors(self, count: u64) -> bool {
        self.0.checked_add(count).is_some()
    }

    /// The first number of `entries` consecutive ones of which this is the last (SEQ-1). Numbers
    /// are greater than 0 (ENT-5), so there are at least that many up to here.
    pub(crate) const fn first_of(self, entries: u32) -> Self {
        Self(self.0 - cast::wide(entries) + 1)
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
