//! Section 7 of `corpus/SPEC.md`: the disk that a guest sees once the log is replayed (DSK-1 to
//! DSK-3). No differencing disks: their parent is not there.
//!
//! This is not part of opening a log: nothing here is read before the replay (RPL-4). It is here
//! so that a reader's mistakes about a disk's geometry can be seeded and measured as its mistakes
//! about the log are.

use crate::image::{Bytes, Image, SECTOR, array, u32_at, u64_at};
use crate::layout::MIB;
use crate::rules::Rules;

/// A GUID as it is on disk.
type Guid = [u8; 16];

const REGION_TABLES: [u64; 2] = [192 << 10, 256 << 10];
const TABLE: u64 = 64 << 10;
/// 64 TiB.
const LARGEST_DISK: u64 = 64 << 40;
// The first three fields of a GUID are little-endian.
const BAT: Guid = *b"\x66\x77\xC2\x2D\x23\xF6\x00\x42\x9D\x64\x11\x5E\x9B\xFD\x4A\x08";
const METADATA: Guid = *b"\x06\xA2\x7C\x8B\x90\x47\x9A\x4B\xB8\xFE\x57\x5F\x05\x0F\x88\x6E";
const FILE_PARAMETERS: Guid = *b"\x37\x67\xA1\xCA\x36\xFA\x43\x4D\xB3\xB6\x33\xF0\xAA\x44\xE7\x6B";
const DISK_SIZE: Guid = *b"\x24\x42\xA5\x2F\x1B\xCD\x76\x48\xB2\x11\x5D\xBE\xD8\x3B\xF4\xB8";
const LOGICAL_SECTOR: Guid = *b"\x1D\xBF\x41\x81\x6F\xA9\x09\x47\xBA\x47\xF2\x33\xA8\xFA\xAB\x5F";
const PHYSICAL_SECTOR: Guid = *b"\xC7\x48\xA3\xCD\x5D\x44\x71\x44\x9C\xC9\xE9\x88\x52\x51\xC5\x56";

/// The disk of a file, as an image of its own: `before` and `after` are the file before and after
/// the replay, and only a flawed reader looks at the first. `None` when there is no disk that can
/// be read by itself.
pub fn guest_disk(before: &Image, after: &Image, rules: &dyn Rules) -> Option<Image> {
    let bat = region(rules.bat_source(before, after), BAT)?;
    let metadata = rules.metadata_source(before, after);
    let items = region(metadata, METADATA)?;
    let item = |id| item(metadata, items, id);
    let parameters = item(FILE_PARAMETERS)?;
    if parameters >> 32 & 2 != 0 {
        return None; // HasParent
    }
    let block = rules.block_bytes(u64::from(parameters as u32))?;
    let [logical, physical] = [item(LOGICAL_SECTOR)?, item(PHYSICAL_SECTOR)?];
    let stored = item(DISK_SIZE)?;
    if [logical, physical]
        .iter()
        .any(|size| ![512, 4096].contains(size))
        || stored > LARGEST_DISK
    {
        return None;
    }
    let ratio = rules.chunk_ratio(logical, physical, block);
    let size = rules.disk_bytes(stored, block);
    let entries = rules.bat_source(before, after);
    let mut disk = Image::new(size);
    let mut number = 0;
    while number < size.div_ceil(block) {
        let offset = bat.saturating_add(rules.bat_index(number, ratio) * 8);
        if entries.sector(offset / SECTOR).is_none() {
            // Every entry of this sector is zero, and there are fewer bitmap entries than others.
            number += ((SECTOR - offset % SECTOR) / 16).max(1);
            continue;
        }
        let entry = u64_at(entries.bytes(offset / SECTOR), (offset % SECTOR) as usize);
        let place = rules.block_offset(entry);
        let is_inside = place >= MIB && place.checked_add(block)? <= after.length();
        if rules.shows_block(rules.block_state(entry), place)? {
            if !is_inside {
                return None;
            }
            let at = rules.block_on_disk(number, block);
            for (sector, bytes) in after.present(place / SECTOR..(place + block) / SECTOR) {
                disk.write(at + (sector * SECTOR - place), &bytes[..]);
            }
        }
        number += 1;
    }
    Some(disk)
}

/// Whether the metadata says that the disk has a parent. Only a flawed reader asks.
pub(crate) fn has_parent(image: &Image) -> bool {
    let metadata = region(image, METADATA);
    let parameters = metadata.and_then(|metadata| item(image, metadata, FILE_PARAMETERS));
    parameters.is_some_and(|parameters| parameters >> 32 & 2 != 0)
}

/// Where a region is.
fn region(image: &Image, id: Guid) -> Option<u64> {
    let is_valid = |table: &u64| {
        let mut bytes: Vec<u8> = Vec::new();
        for sector in table / SECTOR..(table + TABLE) / SECTOR {
            bytes.extend(image.bytes(sector));
        }
        let checksum = u32_at(&bytes, 4);
        bytes[4..8].fill(0);
        bytes.starts_with(b"regi") && checksum == crc32c::crc32c(&bytes)
    };
    let first = image.bytes(REGION_TABLES.into_iter().find(is_valid)? / SECTOR);
    let entry = entry(first, 16, id, u64::from(u32_at(first, 8)))?;
    Some(u64_at(&entry, 16))
}

/// The value of a metadata item of at most 8 bytes.
fn item(image: &Image, metadata: u64, id: Guid) -> Option<u64> {
    let table = image.bytes(metadata / SECTOR);
    if !table.starts_with(b"metadata") {
        return None;
    }
    let count = u64::from(u16::from_le_bytes(array(table, 10)));
    let entry = entry(table, 32, id, count)?;
    let (offset, length) = (
        u64::from(u32_at(&entry, 16)),
        u32_at(&entry, 20).min(8) as usize,
    );
    let sector = image.bytes(metadata.saturating_add(offset) / SECTOR);
    let mut value = [0; 8];
    let stored = &sector[(offset % SECTOR) as usize..];
    value[..length].copy_from_slice(stored.get(..length)?);
    Some(u64::from_le_bytes(value))
}

/// The entry of 32 bytes with this id, among the first ones of a table.
fn entry(table: &Bytes, from: usize, id: Guid, count: u64) -> Option<[u8; 32]> {
    let entries = table[from..].chunks_exact(32).take(count as usize);
    let mut found = entries.filter(|entry| entry.starts_with(&id));
    found.next().map(|entry| array(entry, 0))
}
