//! Section 2: the headers.

use crate::image::{array, u32_at, u64_at};
use crate::{Bytes, Image, MIB, Refusal, Ring, Rules, SECTOR};

/// Where header 1 and header 2 lie.
pub const HEADER_OFFSETS: [u64; 2] = [64 << 10, 128 << 10];

/// The fields of a header, in their order (section 1).
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
    /// Takes the fields from the bytes, valid or not. Reserved bytes are ignored (HDR-12).
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

/// HDR-1 to HDR-5: the current header, and whether it is header 1 (0) or header 2 (1).
pub(crate) fn current_header(image: &Image, rules: &dyn Rules) -> Result<(usize, Header), Refusal> {
    let bytes = HEADER_OFFSETS.map(|offset| image.bytes(offset / SECTOR));
    let headers = bytes.map(Header::parse);
    let is_valid = |slot: usize| {
        let checksum = || u32_at(bytes[slot], 4) == rules.header_checksum(*bytes[slot]);
        image.length() >= HEADER_OFFSETS[slot] + SECTOR
            && rules.demand(
                "HDR-1",
                "the header's signature is `head`",
                bytes[slot].starts_with(b"head"),
            )
            && rules.demand("HDR-1", "the header's checksum is right", checksum())
    };
    let slot = match (is_valid(0), is_valid(1)) {
        (true, true) => {
            // HDR-4b: of two identical headers the first is current.
            let one_is_current =
                headers[0].sequence_number != headers[1].sequence_number || bytes[0] == bytes[1];
            rules.require(
                "HDR-4",
                "two different headers have different numbers",
                one_is_current,
            )?;
            usize::from(rules.second_header_wins(&headers[0], &headers[1]))
        }
        (first, second) => {
            rules.require("HDR-3", "a header is valid", first || second)?;
            usize::from(second)
        }
    };
    rules.require("HDR-5", "Version is 1", headers[slot].version == 1)?;
    Ok((slot, headers[slot]))
}

/// HDR-6, HDR-7, HDR-10, HDR-8: the log that a header with a LogGuid names.
pub(crate) fn log_region<'a>(
    image: &'a Image,
    header: &Header,
    rules: &dyn Rules,
) -> Result<Ring<'a>, Refusal> {
    let (offset, length) = (header.log_offset, u64::from(header.log_length));
    rules.require("HDR-6", "LogVersion is 0", header.log_version == 0)?;
    rules.require(
        "HDR-7",
        "LogLength is a multiple of 1 MiB",
        length.is_multiple_of(MIB),
    )?;
    rules.require(
        "HDR-7",
        "LogOffset is a multiple of 1 MiB",
        offset.is_multiple_of(MIB),
    )?;
    rules.require("HDR-10", "LogLength is not 0", length > 0)?;
    rules.require(
        "HDR-8",
        "the log lies after the header section",
        offset >= MIB,
    )?;
    let inside = offset
        .checked_add(length)
        .is_some_and(|end| end <= image.length());
    rules.require("HDR-8", "the log lies wholly inside the file", inside)?;
    Ok(Ring::of_log(image, offset, length))
}
