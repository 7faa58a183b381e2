//! A log entry on disk.
//!
//! ```text
//!            one sector                128 descriptors each     one per data descriptor
//!  +------------+----------------+  +------------------------+  +------+---------------+-----+
//!  | header 64  | 126 descrip-   |  | descriptors, continued |  | data | update, bytes | seq |
//!  | bytes      | tors, 32 bytes |  |                        |  | seqH | 8 .. 4092     | Low |
//!  +------------+----------------+  +------------------------+  +------+---------------+-----+
//!  '------------------ descriptor sectors ------------------'   '------ data sectors -------'
//!  '----------------------------------- EntryLength ----------------------------------------'
//! ```
//!
//! The three kinds of sectors begin with different letters (`loge`; `desc` or `zero`; `data`), so
//! no valid entry can begin inside another. That is what makes the scan linear (SEQ-9).
//!
//! Every structure is a fixed number of bytes at a fixed place, so sectors are viewed as these
//! types without a check that could fail.

use zerocopy::little_endian::{U32, U64};
use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout, Unaligned};

use crate::units::{SECTOR_BYTES, Sectors, SequenceNumber, cast};

pub(crate) const SIGNATURE: [u8; 4] = *b"loge";
pub(crate) const DATA_DESCRIPTOR: [u8; 4] = *b"desc";
pub(crate) const ZERO_DESCRIPTOR: [u8; 4] = *b"zero";
pub(crate) const DATA_SECTOR: [u8; 4] = *b"data";

/// Length of an entry header in bytes: where the first descriptor starts.
pub(crate) const HEADER_BYTES: u32 = 64;
pub(crate) const DESCRIPTOR_BYTES: u32 = 32;

/// Descriptors that fit after the entry header in the first sector.
pub(crate) const DESCRIPTORS_IN_FIRST: usize = 126;
/// Descriptors that fit in each further descriptor sector.
pub(crate) const DESCRIPTORS_IN_NEXT: usize = 128;

#[derive(Clone, FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned)]
#[repr(C)]
pub(crate) struct RawEntryHeader {
    pub(crate) signature: [u8; 4],
    pub(crate) checksum: U32,
    pub(crate) entry_length: U32,
    pub(crate) tail: U32,
    pub(crate) sequence_number: U64,
    pub(crate) descriptor_count: U32,
    /// ENT-8: not checked.
    pub(crate) reserved: U32,
    pub(crate) log_guid: [u8; 16],
    pub(crate) flushed_file_offset: U64,
    pub(crate) last_file_offset: U64,
}

/// Both kinds of descriptors; the meaning of bytes 4 to 16 depends on the signature.
#[derive(Clone, FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned)]
#[repr(C)]
pub(crate) struct RawDescriptor {
    pub(crate) signature: [u8; 4],
    /// TrailingBytes of a data descriptor; Reserved of a zero descriptor (DSC-8: not checked).
    pub(crate) trailing: [u8; 4],
    /// LeadingBytes of a data descriptor; ZeroLength of a zero descriptor.
    pub(crate) leading: [u8; 8],
    pub(crate) file_offset: U64,
    pub(crate) sequence_number: U64,
}

/// The first sector of an entry.
#[derive(FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned)]
#[repr(C)]
pub(crate) struct FirstSector {
    pub(crate) header: RawEntryHeader,
    pub(crate) descriptors: [RawDescriptor; DESCRIPTORS_IN_FIRST],
}

/// A further descriptor sector.
#[derive(FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned)]
#[repr(C)]
pub(crate) struct NextSector {
    pub(crate) descriptors: [RawDescriptor; DESCRIPTORS_IN_NEXT],
}

#[derive(FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned)]
#[repr(C)]
pub(crate) struct RawDataSector {
    pub(crate) signature: [u8; 4],
    pub(crate) sequence_high: U32,
    pub(crate) body: [u8; 4084],
    pub(crate) sequence_low: U32,
}

impl RawDataSector {
    /// The number of the entry that the sector belongs to (DAT-2).
    pub(crate) fn sequence_number(&self) -> SequenceNumber {
        SequenceNumber(cast::joined(
            self.sequence_high.get(),
            self.sequence_low.get(),
        ))
    }
}

/// The contents of a sector, cut where a data sector has fields of its own: its descriptor holds
/// the two ends (RPL-1).
#[derive(FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned)]
#[repr(C)]
pub(crate) struct UpdateSector {
    pub(crate) leading: [u8; 8],
    pub(crate) body: [u8; 4084],
    pub(crate) trailing: [u8; 4],
}

const _: () = assert!(size_of::<RawEntryHeader>() == 64 && HEADER_BYTES == 64);
const _: () = assert!(size_of::<RawDescriptor>() == 32 && DESCRIPTOR_BYTES == 32);
const _: () = assert!(size_of::<FirstSector>() == SECTOR_BYTES);
const _: () = assert!(size_of::<NextSector>() == SECTOR_BYTES);
const _: () = assert!(size_of::<RawDataSector>() == SECTOR_BYTES);
const _: () = assert!(size_of::<UpdateSector>() == SECTOR_BYTES);

/// How many sectors the header and `descriptors` descriptors take, at least 1 (ENT-6).
pub(crate) const fn descriptor_sectors(descriptors: u32) -> Sectors {
    // Saturates on purpose: up to 126 descriptors take no sector besides the first.
    Sectors::ONE.plus(Sectors::new(descriptors.saturating_sub(126).div_ceil(128)))
}

/// Which sector of its entry descriptor `nth` is in, and which descriptor of that sector it is;
/// both counted from 0.
pub(crate) const fn descriptor_place(nth: u32) -> (Sectors, usize) {
    match nth.checked_sub(126) {
        None => (Sectors::ZERO, cast::index(nth)),
        Some(rest) => (
            Sectors::ONE.plus(Sectors::new(rest / 128)),
            cast::index(rest % 128),
        ),
    }
}
