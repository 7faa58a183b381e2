//! Section 2: the file identifier and the headers.

use crate::bytes::{array, u16_at, u32_at, u64_at};
use crate::image::{Bytes, Image, Ring, SECTOR};
use crate::rules::Rules;
use crate::{MIB, Refusal, require};

/// Where header 1 and header 2 lie.
pub const HEADER_OFFSETS: [u64; 2] = [64 << 10, 128 << 10];

/// The fields of a header, in their order (section 1).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Header {
    /// SequenceNumber.
    pub sequence: u64,
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
            sequence: u64_at(bytes, 8),
            file_write_guid: array(bytes, 16),
            data_write_guid: array(bytes, 32),
            log_guid: array(bytes, 48),
            log_version: u16_at(bytes, 64),
            version: u16_at(bytes, 66),
            log_length: u32_at(bytes, 68),
            log_offset: u64_at(bytes, 72),
        }
    }

    /// The header as it is written, with zero reserved bytes and its checksum.
    pub fn to_bytes(&self) -> Bytes {
        let mut bytes = [0; SECTOR as usize];
        bytes[0..4].copy_from_slice(b"head");
        bytes[8..16].copy_from_slice(&self.sequence.to_le_bytes());
        bytes[16..32].copy_from_slice(&self.file_write_guid);
        bytes[32..48].copy_from_slice(&self.data_write_guid);
        bytes[48..64].copy_from_slice(&self.log_guid);
        bytes[64..66].copy_from_slice(&self.log_version.to_le_bytes());
        bytes[66..68].copy_from_slice(&self.version.to_le_bytes());
        bytes[68..72].copy_from_slice(&self.log_length.to_le_bytes());
        bytes[72..80].copy_from_slice(&self.log_offset.to_le_bytes());
        let checksum = crc32c::crc32c(&bytes);
        bytes[4..8].copy_from_slice(&checksum.to_le_bytes());
        bytes
    }
}

/// FID-1.
pub(crate) fn identify(image: &Image, rules: &dyn Rules) -> Result<(), Refusal> {
    let right = image.length() >= 8 && image.bytes(0).starts_with(b"vhdxfile");
    require(rules, "FID-1", "the file begins with `vhdxfile`", right, Some(0))
}

/// HDR-1 to HDR-5: the current header, and whether it is header 1 (0) or header 2 (1).
pub(crate) fn current_header(image: &Image, rules: &dyn Rules) -> Result<(usize, Header), Refusal> {
    let valid = HEADER_OFFSETS.map(|offset| {
        let bytes = image.bytes(offset / SECTOR);
        let whole = image.length() >= offset + SECTOR;
        let signature = bytes.starts_with(b"head");
        let checksum = || {
            let mut zeroed = *bytes;
            zeroed[4..8].fill(0);
            u32_at(bytes, 4) == rules.header_checksum(&zeroed)
        };
        (whole
            && rules.demand("HDR-1", "the header's signature is `head`", signature)
            && rules.demand("HDR-1", "the header's checksum is right", checksum()))
        .then_some(bytes)
    });
    let current = match valid {
        [None, None] => None,
        [Some(_), None] => Some(0),
        [None, Some(_)] => Some(1),
        [Some(first), Some(second)] => {
            let identical = first == second; // HDR-4b: header 1 is current then
            let (first, second) = (Header::parse(first), Header::parse(second));
            let one_is_current = first.sequence != second.sequence || identical;
            let statement = "two different headers have different numbers";
            require(rules, "HDR-4", statement, one_is_current, Some(HEADER_OFFSETS[0]))?;
            Some(usize::from(rules.second_header_wins(&first, &second)))
        }
    };
    let Some(current) = current else {
        return Err(Refusal::new("HDR-3", Some(HEADER_OFFSETS[0]), "one header is valid"));
    };
    let offset = HEADER_OFFSETS[current];
    let header = Header::parse(image.bytes(offset / SECTOR));
    require(rules, "HDR-5", "Version is 1", header.version == 1, Some(offset + 66))?;
    Ok((current, header))
}

/// HDR-6, HDR-7, HDR-10, HDR-8: the log that a header with a LogGuid names.
pub(crate) fn log_region<'a>(image: &'a Image, header: &Header, rules: &dyn Rules) -> Result<Ring<'a>, Refusal> {
    let (offset, length) = (header.log_offset, u64::from(header.log_length));
    let check = |clause, statement, holds| require(rules, clause, statement, holds, None);
    check("HDR-6", "LogVersion is 0", header.log_version == 0)?;
    check("HDR-7", "LogLength is a multiple of 1 MiB", length.is_multiple_of(MIB))?;
    check("HDR-7", "LogOffset is a multiple of 1 MiB", offset.is_multiple_of(MIB))?;
    check("HDR-10", "LogLength is not 0", length > 0)?;
    check("HDR-8", "the log lies after the header section", offset >= MIB)?;
    let inside = offset.checked_add(length).is_some_and(|end| end <= image.length());
    check("HDR-8", "the log lies wholly inside the file", inside)?;
    Ok(Ring::of_log(image, offset, length))
}
