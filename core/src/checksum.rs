//! CRC-32C over a structure whose own checksum field counts as zero.

use crate::units::SECTOR_BYTES;

/// The CRC-32C of a sector with the four bytes at 4 taken as zero: where headers and entries both
/// keep their checksum (HDR-1, ENT-2).
pub(crate) fn with_field_zeroed(sector: &[u8; SECTOR_BYTES]) -> u32 {
    let [s0, s1, s2, s3, _, _, _, _, rest @ ..] = sector;
    let start = crc32c::crc32c(&[*s0, *s1, *s2, *s3, 0, 0, 0, 0]);
    crc32c::crc32c_append(start, rest)
}
