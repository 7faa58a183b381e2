//! CRC-32C over a structure whose own checksum field counts as zero.

/// Where headers and entries alike keep their checksum.
const FIELD: std::ops::Range<usize> = 4..8;

/// The CRC-32C of `bytes` with the four bytes at 4 taken as zero (HDR-1, ENT-2).
pub(crate) fn with_field_zeroed(bytes: &[u8]) -> u32 {
    let before = bytes.get(..FIELD.start).unwrap_or_default();
    let after = bytes.get(FIELD.end..).unwrap_or_default();
    let crc = crc32c::crc32c_append(crc32c::crc32c(before), &[0; 4]);
    crc32c::crc32c_append(crc, after)
}
