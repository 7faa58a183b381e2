//! Valid checksums after bytes were changed, so that a changed structure gets past its first check
//! (HDR-1, ENT-2).

use vhdx_log::storage::{SparseMemory, Storage};
use vhdx_log_image::{Layout, SECTOR, SECTOR_BYTES, Sector};

/// The most sectors of entries whose checksums are made valid, so that many hostile lengths cost no
/// more than a full log.
const LIMIT_SECTORS: u64 = 512;

/// Makes the checksum of the header at this offset valid, if the file has one there (HDR-1).
pub(super) fn repair_header(image: &mut SparseMemory, at: u64) {
    let mut header = [0; SECTOR_BYTES];
    if image.read_at(at, &mut header).is_ok() && header != [0; SECTOR_BYTES] {
        header[4..8].fill(0);
        put_inside(image, at + 4, &crc32c::crc32c(&header).to_le_bytes());
    }
}

/// Makes the checksums valid of everything with an entry's signature that is not longer than the
/// log (ENT-2).
pub(super) fn repair_entries(image: &mut SparseMemory, layout: &Layout) {
    let (log, ring) = (layout.log_offset, u64::from(layout.ring_sectors()));
    let mut left = LIMIT_SECTORS;
    let mut at = log;
    while let Ok(Some(next)) = image.next_data(at)
        && next < log + layout.log_bytes
    {
        at = next - next % SECTOR + SECTOR;
        // `None` when the file ends within the first twelve bytes.
        let start = image
            .lend(at - SECTOR, SECTOR_BYTES)
            .and_then(<[u8]>::first_chunk::<12>);
        let Some(&[b'l', b'o', b'g', b'e', _, _, _, _, ref length @ ..]) = start else {
            continue;
        };
        let sectors = u64::from(u32::from_le_bytes(*length)) / SECTOR;
        if sectors == 0 || sectors > ring.min(left) {
            continue;
        }
        left -= sectors;
        let first = (at - SECTOR - log) / SECTOR;
        let mut checksum = 0;
        for sector in first..first + sectors {
            let mut bytes = [0; SECTOR_BYTES];
            if image
                .read_at(log + sector % ring * SECTOR, &mut bytes)
                .is_err()
            {
                return;
            }
            if sector == first {
                bytes[4..8].fill(0);
            }
            checksum = crc32c::crc32c_append(checksum, &bytes);
        }
        put_inside(image, at - SECTOR + 4, &checksum.to_le_bytes());
    }
}

/// Makes the checksum of the entry at sector `start` of a ring valid, if there is one and it is not
/// longer than the ring (ENT-2).
pub(super) fn repair_ring_entry(sectors: &mut [Sector], start: usize) {
    let first = &sectors[start];
    let length = u32::from_le_bytes([first[8], first[9], first[10], first[11]]) as usize;
    if !first.starts_with(b"loge") || length == 0 || length > sectors.len() * SECTOR_BYTES {
        return;
    }
    let mut checksum = crc32c::crc32c(&first[..4]);
    checksum = crc32c::crc32c_append(checksum, &[0; 4]);
    checksum = crc32c::crc32c_append(checksum, &first[8..]);
    for step in 1..length.div_ceil(SECTOR_BYTES) {
        checksum = crc32c::crc32c_append(checksum, &sectors[(start + step) % sectors.len()][..]);
    }
    Sector::make_mut(&mut sectors[start])[4..8].copy_from_slice(&checksum.to_le_bytes());
}

/// Writes the part that is inside the file.
pub(super) fn put_inside(image: &mut SparseMemory, at: u64, bytes: &[u8]) {
    let room = image.len().expect("memory has a length").saturating_sub(at);
    let here = usize::try_from(room).unwrap_or(usize::MAX).min(bytes.len());
    if here > 0 {
        image.write_at(at, &bytes[..here]).expect("inside the file");
    }
}
