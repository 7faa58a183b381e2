//! Counts of sectors in a log.

use super::cast::{index, to_u32, wide};
use super::{LogOffset, SECTOR};

/// [`SECTOR`] among log offsets, which have 32 bits.
const SECTOR_U32: u32 = 4096;

/// A number of sectors in a log.
///
/// A log has at most 2^20 of them, as LogLength has 32 bits. An entry header can *claim* more
/// (ENT-6): up to 2^25 + 1 descriptor sectors for 2^32 descriptors; and the data descriptors that
/// fit in a log would want up to 2^27 data sectors. Sums of two such counts stay far below 2^32, so
/// they need no check.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Sectors(u32);

impl Sectors {
    pub(crate) const ZERO: Self = Self(0);
    pub(crate) const ONE: Self = Self(1);

    /// A count of at most 2^28.
    pub(crate) const fn new(count: u32) -> Self {
        debug_assert!(count <= 1 << 28);
        Self(count)
    }

    /// A count, if a log can have that many: its length in bytes must fit in 32 bits.
    pub(crate) fn in_log(count: u32) -> Option<Self> {
        (count < 1 << 20).then_some(Self(count))
    }

    /// The length of a slice of sectors, or of a list with one item per sector.
    pub(crate) const fn of_slice(length: usize) -> Self {
        Self::new(to_u32(length))
    }

    /// How many whole sectors there are in `bytes` bytes.
    pub(crate) const fn in_bytes(bytes: u32) -> Self {
        Self(bytes / SECTOR_U32)
    }

    pub(crate) const fn count(self) -> u32 {
        self.0
    }

    pub(crate) const fn index(self) -> usize {
        index(self.0)
    }

    /// Their length in bytes.
    pub(crate) const fn bytes(self) -> u64 {
        wide(self.0) * SECTOR
    }

    /// Their length in bytes, for a count that is no greater than some log's.
    pub(crate) const fn bytes_in_log(self) -> u32 {
        debug_assert!(self.0 < 1 << 20);
        self.0 * SECTOR_U32
    }

    /// The place this many sectors after the start of the log.
    pub(crate) const fn offset(self) -> LogOffset {
        LogOffset(self.bytes_in_log())
    }

    pub(crate) const fn plus(self, more: Self) -> Self {
        Self(self.0 + more.0)
    }

    /// What is left when `fewer`, which are among them, are taken away.
    pub(crate) const fn minus(self, fewer: Self) -> Self {
        Self(self.0 - fewer.0)
    }
}
