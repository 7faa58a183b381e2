//! A log entry on disk.
//!
//! ```text
//!            one sector                128 descriptors each        one a data descriptor
//!  +------------+----------------+  +------------------------+  +------+---------------+-----+
//!  | header 64  | 126 descrip-   |  | descriptors, continued |  | data | update, bytes | seq |
//!  | bytes      | tors, 32 bytes |  |                        |  | seqH | 8 .. 4092     | Low |
//!  +------------+----------------+  +------------------------+  +------+---------------+-----+
//!  '------------------ descriptor sectors ------------------'   '------ data sectors -------'
//!  '----------------------------------- EntryLength ----------------------------------------'
//! ```
//!
//! The three kinds of sectors begin with different letters (`loge`, `desc` or `zero`, `data`). That
//! is what makes the scan linear: no valid entry can begin inside another.

use zerocopy::little_endian::{U32, U64};
use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout, Unaligned};

use crate::units::SECTOR_BYTES;

pub(crate) const SIGNATURE: [u8; 4] = *b"loge";
pub(crate) const DATA_DESCRIPTOR: [u8; 4] = *b"desc";
pub(crate) const ZERO_DESCRIPTOR: [u8; 4] = *b"zero";
pub(crate) const DATA_SECTOR: [u8; 4] = *b"data";

pub(crate) const HEADER_BYTES: usize = 64;
pub(crate) const DESCRIPTOR_BYTES: usize = 32;

/// Descriptors that fit behind the entry header in the first sector.
pub(crate) const DESCRIPTORS_IN_FIRST: usize = 126;
/// Descriptors that fit in each further descriptor sector.
pub(crate) const DESCRIPTORS_IN_NEXT: usize = 128;

/// The bytes of an update that its data sector holds in place; the 8 before are LeadingBytes, the 4
/// after TrailingBytes of the descriptor.
pub(crate) const BODY: std::ops::Range<usize> = 8..4092;

#[derive(Clone, FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned)]
#[repr(C)]
pub(crate) struct RawEntryHeader {
    pub(crate) signature: [u8; 4],
    pub(crate) checksum: U32,
    pub(crate) entry_length: U32,
    pub(crate) tail: U32,
    pub(crate) sequence_number: U64,
    pub(crate) descriptor_count: U32,
    pub(crate) reserved: U32,
    pub(crate) log_guid: [u8; 16],
    pub(crate) flushed_file_offset: U64,
    pub(crate) last_file_offset: U64,
}

/// Both kinds of descriptors; what the first 16 bytes mean depends on the signature.
#[derive(Clone, FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned)]
#[repr(C)]
pub(crate) struct RawDescriptor {
    pub(crate) signature: [u8; 4],
    /// TrailingBytes of a data descriptor; Reserved of a zero descriptor.
    pub(crate) trailing: [u8; 4],
    /// LeadingBytes of a data descriptor; ZeroLength of a zero descriptor.
    pub(crate) leading: [u8; 8],
    pub(crate) file_offset: U64,
    pub(crate) sequence_number: U64,
}

#[derive(FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned)]
#[repr(C)]
pub(crate) struct RawDataSector {
    pub(crate) signature: [u8; 4],
    pub(crate) sequence_high: U32,
    pub(crate) body: [u8; 4084],
    pub(crate) sequence_low: U32,
}

const _: () = assert!(size_of::<RawEntryHeader>() == HEADER_BYTES);
const _: () = assert!(size_of::<RawDescriptor>() == DESCRIPTOR_BYTES);
const _: () = assert!(size_of::<RawDataSector>() == SECTOR_BYTES);
const _: () = assert!(HEADER_BYTES + DESCRIPTORS_IN_FIRST * DESCRIPTOR_BYTES == SECTOR_BYTES);
const _: () = assert!(DESCRIPTORS_IN_NEXT * DESCRIPTOR_BYTES == SECTOR_BYTES);

/// How many sectors the header and `descriptors` descriptors take, at least 1 (ENT-6).
pub(crate) const fn descriptor_sectors(descriptors: u32) -> u32 {
    // 2^32 descriptors of 32 bytes are 2^37 bytes, or 2^25 sectors: no overflow.
    match descriptors.saturating_sub(126).div_ceil(128).checked_add(1) {
        Some(sectors) => sectors,
        None => u32::MAX,
    }
}
