//! Sectors of 4 KiB, and bytes put into them.

use std::sync::Arc;

/// Bytes in a sector, as a distance in a file.
pub const SECTOR: u64 = 4096;
/// Bytes in a sector, as the length of a buffer.
pub const SECTOR_BYTES: usize = 4096;
/// Bytes in a MiB, the unit of everything that is allocated in a VHDX file.
pub const MIB: u64 = 1 << 20;
/// The numbers of the sectors in which header 1 and header 2 begin.
pub const HEADER_SECTORS: [u64; 2] = [(64 << 10) / SECTOR, (128 << 10) / SECTOR];

/// One sector, shared by all images that hold it.
pub type Sector = Arc<[u8; SECTOR_BYTES]>;

/// A sector that holds a copy of these bytes, which are 4096.
pub(super) fn shared(bytes: &[u8]) -> Sector {
    Arc::<[u8]>::from(bytes)
        .try_into()
        .expect("a sector's worth of bytes")
}

/// Writes `source` at `at`; what falls outside `bytes` is dropped.
pub(super) fn put(bytes: &mut [u8], at: usize, source: &[u8]) {
    if let Some(room) = bytes.get_mut(at..) {
        let length = room.len().min(source.len());
        room[..length].copy_from_slice(&source[..length]);
    }
}
