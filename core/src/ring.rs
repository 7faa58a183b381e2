//! The log region as a ring of sectors.
//!
//! ```text
//!             0          tail                  head               length
//!             |           |                     |                   |
//!   file ... [| e5 ...... | e3      | e4        | (old, torn, never |] ... file
//!             |'--------' '--------------------' written)           |
//!             '--<-- an entry that runs past the end goes on here <-'
//! ```

use crate::error::OpenError;
use crate::storage::Storage;
use crate::units::{FileOffset, LogOffset, SECTOR, SECTOR_BYTES};

/// Where the log lies in the file.
///
/// The length is any nonzero multiple of 4 KiB, so that small worlds can be explored whole; that
/// files keep to 1 MiB (HDR-7) is checked where headers are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ring {
    offset: FileOffset,
    length: u32,
}

impl Ring {
    /// The ring of `length` bytes at `offset`; `None` when the length is no nonzero multiple of 4
    /// KiB or the end would overflow.
    pub fn new(offset: FileOffset, length: u32) -> Option<Self> {
        let fits = offset.0.checked_add(u64::from(length)).is_some();
        (fits && length > 0 && u64::from(length) % SECTOR == 0).then_some(Self { offset, length })
    }

    /// Where the ring starts in the file.
    pub const fn offset(self) -> FileOffset {
        self.offset
    }

    /// The ring's length in bytes.
    pub const fn length(self) -> u32 {
        self.length
    }

    /// The offset of the first byte behind the ring.
    pub fn end(self) -> FileOffset {
        FileOffset(self.offset.0.saturating_add(u64::from(self.length)))
    }

    /// Where a place in the ring stands in the file.
    pub fn in_file(self, at: LogOffset) -> FileOffset {
        FileOffset(self.offset.0.saturating_add(u64::from(at.0)))
    }

    /// The place `bytes` further round the ring.
    pub fn after(self, at: LogOffset, bytes: u32) -> LogOffset {
        let linear = u64::from(at.0).saturating_add(u64::from(bytes));
        let wrapped = linear.checked_rem(u64::from(self.length)).unwrap_or(0);
        LogOffset(u32::try_from(wrapped).unwrap_or(0))
    }

    /// How far it is from one place forward to another, going round the end if need be.
    pub fn distance(self, from: LogOffset, to: LogOffset) -> u32 {
        match to.0.checked_sub(from.0) {
            Some(ahead) => ahead,
            None => self.length.saturating_sub(from.0.saturating_sub(to.0)),
        }
    }

    /// Reads the sector at a place in the ring.
    pub(crate) fn read_sector(
        self,
        storage: &(impl Storage + ?Sized),
        at: LogOffset,
        sector: &mut [u8; SECTOR_BYTES],
    ) -> Result<(), OpenError> {
        let offset = self.in_file(at);
        storage
            .read_at(offset.0, sector)
            .map_err(OpenError::io("read the log", offset))
    }
}
