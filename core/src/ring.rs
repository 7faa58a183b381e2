//! The log region as a ring of sectors.
//!
//! ```text
//!             0          tail                  head               length
//!             |           |                     |                   |
//!   file ... [| e5 ...... | e3      | e4        | (old, torn, never |] ... file
//!             |'--------' '--------------------' written)           |
//!             '--<-- an entry that passes the end continues here <--'
//! ```
//!
//! Places in the ring are [`LogOffset`]s less than its length; every method expects such a place
//! and gives one back.

use crate::error::OpenError;
use crate::storage::Storage;
use crate::units::{FileOffset, LogOffset, SECTOR, SECTOR_BYTES, Sectors, cast, exact};

/// Where the log lies in the file.
///
/// Its length is any nonzero multiple of 4 KiB, so that tests can enumerate rings of a few sectors.
/// The demand for multiples of 1 MiB (HDR-7) is on headers and is checked there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ring {
    offset: FileOffset,
    /// A nonzero multiple of 4 KiB; `offset + length` fits in 64 bits.
    length: u32,
}

impl Ring {
    /// The ring of `length` bytes at `offset`; `None` when the length is not a nonzero multiple of
    /// 4 KiB, or the end would overflow (HDR-8).
    pub fn new(offset: FileOffset, length: u32) -> Option<Self> {
        let fits = offset.checked_end(u64::from(length)).is_some();
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

    /// The offset of the first byte after the ring.
    pub const fn end(self) -> FileOffset {
        self.offset.advance(cast::wide(self.length))
    }

    /// The file offset of a place in the ring.
    pub const fn in_file(self, at: LogOffset) -> FileOffset {
        self.offset.advance(cast::wide(at.0))
    }

    /// The place `bytes` further round the ring.
    pub const fn after(self, at: LogOffset, bytes: u32) -> LogOffset {
        LogOffset(cast::less_than_u32(exact::round(at.0, bytes, self.length)))
    }

    /// How many bytes it is from one place forward to another, round the end if necessary.
    pub const fn distance(self, from: LogOffset, to: LogOffset) -> u32 {
        exact::round_distance(from.0, to.0, self.length)
    }

    /// How many sectors the ring has.
    pub(crate) const fn sectors(self) -> Sectors {
        Sectors::in_bytes(self.length)
    }

    /// The place some sectors further round the ring.
    pub(crate) const fn advance(self, at: LogOffset, sectors: Sectors) -> LogOffset {
        self.after(at, sectors.bytes_in_log())
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
