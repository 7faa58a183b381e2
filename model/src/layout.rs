//! Section 1 of `corpus/SPEC.md`: where things are, field by field.
//!
//! The structures of the log, and the fixed places of a file. What is here takes bytes apart and
//! puts them together; it judges nothing. Contract: any bytes can be parsed.
//!
//! A header, 4096 bytes:
//!
//! ```text
//!  0 head | Checksum | SequenceNumber         16 FileWriteGuid
//! 32 DataWriteGuid                            48 LogGuid
//! 64 LogVersion | Version | LogLength         72 LogOffset
//! 80 reserved
//! ```
//!
//! An entry, whole sectors:
//!
//! ```text
//!  0 loge | Checksum | EntryLength | Tail     16 SequenceNumber | DescriptorCount | Reserved
//! 32 LogGuid                                  48 FlushedFileOffset | LastFileOffset
//! 64 descriptors of 32 bytes, 126 in this sector and 128 in each further one
//!    then one sector for each data descriptor
//! ```

use crate::image::{Bytes, SECTOR, array, u32_at, u64_at};

/// The unit of the log's place and of the file's length.
pub(crate) const MIB: u64 = 1 << 20;

/// The file offsets of header 1 and header 2.
pub const HEADER_OFFSETS: [u64; 2] = [64 << 10, 128 << 10];

/// The end of the headers: region table 1 starts here.
pub(crate) const HEADERS_END: u64 = 192 << 10;

/// The fields of a header, in their order.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Header {
    /// SequenceNumber.
    pub sequence_number: u64,
    /// FileWriteGuid.
    pub file_write_guid: [u8; 16],
    /// DataWriteGuid.
    pub data_write_guid: [u8; 16],
    /// LogGuid.
    pub log_guid: [u8; 16],
    /// LogVersion.
    pub log_version: u16,
    /// Version.
    pub version: u16,
    /// LogLength in bytes.
    pub log_length: u32,
    /// LogOffset in bytes.
    pub log_offset: u64,
}

impl Header {
    /// Takes the fields from the bytes, valid or not. HDR-12: reserved bytes are ignored.
    pub fn parse(bytes: &Bytes) -> Self {
        Self {
            sequence_number: u64_at(bytes, 8),
            file_write_guid: array(bytes, 16),
            data_write_guid: array(bytes, 32),
            log_guid: array(bytes, 48),
            log_version: u16::from_le_bytes(array(bytes, 64)),
            version: u16::from_le_bytes(array(bytes, 66)),
            log_length: u32_at(bytes, 68),
            log_offset: u64_at(bytes, 72),
        }
    }

    /// The header as it is written, with zero reserved bytes and its checksum.
    pub fn to_bytes(&self) -> Bytes {
        let guids = [self.file_write_guid, self.data_write_guid, self.log_guid].concat();
        let versions = [self.log_version, self.version]
            .map(u16::to_le_bytes)
            .concat();
        let (length, offset) = (self.log_length.to_le_bytes(), self.log_offset.to_le_bytes());
        let fields = [
            b"head\0\0\0\0",
            &self.sequence_number.to_le_bytes()[..],
            &guids,
            &versions,
            &length,
            &offset,
        ]
        .concat();
        let mut bytes = [0; SECTOR as usize];
        bytes[..fields.len()].copy_from_slice(&fields);
        let checksum = crc32c::crc32c(&bytes);
        bytes[4..8].copy_from_slice(&checksum.to_le_bytes());
        bytes
    }
}

/// A valid entry.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Entry {
    /// Where in the ring it starts, in bytes.
    pub offset: u64,
    /// EntryLength in bytes, in whole sectors.
    pub length: u64,
    /// SequenceNumber.
    pub sequence_number: u64,
    /// Tail, in bytes from the ring's start.
    pub tail: u64,
    /// FlushedFileOffset.
    pub flushed_file_offset: u64,
    /// LastFileOffset.
    pub last_file_offset: u64,
    /// The descriptors, in order.
    pub descriptors: Vec<Descriptor>,
}

/// One update of an entry.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Descriptor {
    /// 4 KiB of data.
    Data {
        /// FileOffset.
        offset: u64,
        /// LeadingBytes.
        leading: [u8; 8],
        /// TrailingBytes.
        trailing: [u8; 4],
        /// The sector of the ring that is its data sector.
        sector: u64,
    },
    /// A range of zeros.
    Zero {
        /// FileOffset.
        offset: u64,
        /// ZeroLength.
        length: u64,
    },
}

/// A valid sequence: a maximal run of entries, where the head's Tail is one of them (SEQ-1, SEQ-2).
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Sequence {
    /// The entries, oldest first; never empty.
    pub entries: Vec<Entry>,
    /// The index of the entry that the head's Tail points to.
    pub tail: usize,
}

impl Sequence {
    /// The newest entry.
    pub fn head(&self) -> &Entry {
        &self.entries[self.entries.len() - 1]
    }
}
