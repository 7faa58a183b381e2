//! Sectors of 4 KiB, and bytes put into them.

use std::sync::Arc;

/// Bytes of a sector, as an index.
pub const SECTOR: usize = 4096;
/// Bytes of a sector, as a distance in a file.
pub const SECTOR_BYTES: u64 = 4096;

/// One sector, shared by all images that hold it.
pub type Sector = Arc<[u8; SECTOR]>;

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
