//! A header on disk.
//!
//! ```text
//!    0  Signature `head`   4  Checksum          8  SequenceNumber
//!   16  FileWriteGuid     32  DataWriteGuid    48  LogGuid
//!   64  LogVersion        66  Version          68  LogLength     72  LogOffset
//!   80  reserved, to 4096
//! ```

use zerocopy::little_endian::{U16, U32, U64};
use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout, Unaligned};

use crate::units::{FileOffset, SECTOR_BYTES};

/// Where the two headers are. Each has 64 KiB and uses the first 4 KiB.
pub(crate) const SLOTS: [FileOffset; 2] = [FileOffset(64 << 10), FileOffset(128 << 10)];

/// The offsets after the two headers' 4 KiB.
pub(crate) const SLOT_ENDS: [FileOffset; 2] = [FileOffset(68 << 10), FileOffset(132 << 10)];

pub(crate) const SIGNATURE: [u8; 4] = *b"head";

#[derive(FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned)]
#[repr(C)]
pub(crate) struct RawHeader {
    pub(crate) signature: [u8; 4],
    pub(crate) checksum: U32,
    pub(crate) sequence_number: U64,
    pub(crate) file_write_guid: [u8; 16],
    pub(crate) data_write_guid: [u8; 16],
    pub(crate) log_guid: [u8; 16],
    pub(crate) log_version: U16,
    pub(crate) version: U16,
    pub(crate) log_length: U32,
    pub(crate) log_offset: U64,
    pub(crate) reserved: [u8; 4016],
}

const _: () = assert!(size_of::<RawHeader>() == SECTOR_BYTES);
