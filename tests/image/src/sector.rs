//! Units of the format, and sectors of 4 KiB as shared buffers.

use std::sync::Arc;

/// Bytes in a sector, as a distance in a file.
pub const SECTOR: u64 = 4096;
/// Bytes in a sector, as the length of a buffer.
pub const SECTOR_BYTES: usize = 4096;
/// The unit in which a VHDX file allocates, in bytes.
pub const MIB: u64 = 1 << 20;
/// The sectors at which header 1 and header 2 start, by number.
pub const HEADER_SECTORS: [u64; 2] = [(64 << 10) / SECTOR, (128 << 10) / SECTOR];

/// One sector, shared by all images that contain it.
pub type Sector = Arc<[u8; SECTOR_BYTES]>;

/// A sector with a copy of these 4096 bytes.
pub(super) fn shared(bytes: &[u8]) -> Sector {
    Arc::<[u8]>::from(bytes)
        .try_into()
        .expect("a sector's worth of bytes")
}

/// Writes `source` at `at`. What is outside `bytes` is dropped.
pub(super) fn put(bytes: &mut [u8], at: usize, source: &[u8]) {
    if let Some(room) = bytes.get_mut(at..) {
        let length = room.len().min(source.len());
        room[..length].copy_from_slice(&source[..length]);
    }
}
