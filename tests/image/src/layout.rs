//! Where the structures of an image are: offsets and sizes in bytes, from a geometry in MiB.
//!
//! Values that no image can have are clamped to the nearest that one can have, so every geometry
//! gives a layout.

use std::ops::Range;

use super::entry::Target;
use super::geometry::{BatEntry, Block, Geometry};
use super::sector::{HEADER_SECTORS, MIB, SECTOR};

/// Where the two copies of the region table are.
pub(super) const REGION_TABLE_OFFSETS: [u64; 2] = [192 << 10, 256 << 10];

/// The most sectors that all items of a recipe together may write to the ring: 128 MiB. The item
/// that would exceed it is not written, nor is any after it. Without the limit a recipe of a few
/// bytes could take minutes to build.
pub const LIMIT_SECTORS: u64 = 1 << 15;

/// The format's limit on the size of a disk: 64 TiB.
const LARGEST_DISK_MIB: u64 = 64 << 20;

/// Offsets and sizes in bytes.
///
/// ```text
/// 0        1 MiB     2 MiB      3 MiB   4 MiB
/// | header | log     | metadata | BAT   | block 0 | block 1 | ... | spare |
/// | section| 1 MiB   | 1 MiB    | 1 MiB |
/// ```
///
/// This is the default. A log elsewhere, or of another length, moves the others out of its way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Layout {
    pub log_offset: u64,
    /// 1 MiB to 4095 MiB.
    pub log_bytes: u64,
    /// The metadata region is 1 MiB long.
    pub metadata_offset: u64,
    pub bat_offset: u64,
    /// As many MiB as the entries need.
    pub bat_bytes: u64,
    /// A power of two from 1 MiB to 256 MiB.
    pub block_bytes: u64,
    /// 512 or 4096.
    pub logical_sector_bytes: u64,
    /// 1 MiB to 64 TiB.
    pub disk_bytes: u64,
    /// No more than the disk has, and no more than 1024.
    pub present_blocks: u32,
    /// The length of the file that all of this needs, spare space included.
    pub file_bytes: u64,
}

impl Layout {
    /// The layout for this geometry. Values out of range are clamped.
    pub fn of(geometry: &Geometry) -> Self {
        let log_offset = u64::from(geometry.log_offset_mib.min(1 << 26));
        let log = log_offset..log_offset + u64::from(geometry.log_mib.clamp(1, 4095));
        let block = u64::from(geometry.block_mib.clamp(1, 256).next_power_of_two());
        let logical_sector_bytes = if geometry.logical_sector == 4096 {
            4096
        } else {
            512
        };
        let disk = u64::from(geometry.disk_mib).clamp(1, LARGEST_DISK_MIB) * MIB
            + u64::from(geometry.disk_rest) % MIB / logical_sector_bytes * logical_sector_bytes;
        let disk = disk.min(LARGEST_DISK_MIB * MIB);
        let ratio = chunk_ratio(logical_sector_bytes, block * MIB);
        let last = disk.div_ceil(block * MIB) - 1;
        let bat_length = ((last + last / ratio + 1) * 8).div_ceil(MIB);
        let metadata = clear_of(&log, 1, 1);
        let bat = clear_of(&log, metadata + 1, bat_length);
        let mut layout = Self {
            log_offset: log.start * MIB,
            log_bytes: (log.end - log.start) * MIB,
            metadata_offset: metadata * MIB,
            bat_offset: bat * MIB,
            bat_bytes: bat_length * MIB,
            block_bytes: block * MIB,
            logical_sector_bytes,
            disk_bytes: disk,
            present_blocks: u64::from(geometry.present_blocks).min(last + 1).min(1024) as u32,
            file_bytes: 0,
        };
        let present_end = match layout.present_blocks {
            0 => 0,
            present => layout.block_offset(present - 1) + layout.block_bytes,
        };
        let placed_end = geometry.bat.iter().filter_map(|entry| layout.place(entry));
        let structures_end = placed_end
            .map(|place| place.end)
            .chain([present_end, log.end * MIB, (bat + bat_length) * MIB])
            .max()
            .unwrap_or(0);
        layout.file_bytes = structures_end + u64::from(geometry.spare_mib.min(1 << 26)) * MIB;
        layout
    }

    /// Where payload block `index` is, or would be.
    pub fn block_offset(&self, index: u32) -> u64 {
        let (first, index) = (self.bat_offset + self.bat_bytes, u64::from(index));
        let room_before_log = self.log_offset.saturating_sub(first) / self.block_bytes;
        if index < room_before_log || self.log_offset < first {
            first + index * self.block_bytes
        } else {
            self.log_offset + self.log_bytes + (index - room_before_log) * self.block_bytes
        }
    }

    /// Where the block of a BAT entry is; `None` when the entry names no place.
    pub fn place(&self, entry: &BatEntry) -> Option<Range<u64>> {
        let length = match entry.block {
            Block::Payload(_) => self.block_bytes,
            Block::Bitmap(_) => MIB,
        };
        let start = u64::from(entry.at_mib) * MIB;
        (start > 0).then_some(start..start + length)
    }

    /// How many payload blocks are in a chunk.
    pub fn chunk_ratio(&self) -> u64 {
        chunk_ratio(self.logical_sector_bytes, self.block_bytes)
    }

    /// The offset in the file of a block's BAT entry: one sector bitmap entry follows every chunk
    /// of payload entries.
    pub fn bat_entry_offset(&self, block: Block) -> u64 {
        let ratio = self.chunk_ratio();
        let index = match block {
            Block::Payload(index) => u64::from(index) + u64::from(index) / ratio,
            Block::Bitmap(chunk) => u64::from(chunk) * (ratio + 1) + ratio,
        };
        self.bat_offset + index * 8
    }

    pub fn ring_sectors(&self) -> u32 {
        (self.log_bytes / SECTOR) as u32
    }

    /// The file offset that a target names.
    pub fn offset_of(&self, target: Target) -> u64 {
        let (base, sector) = match target {
            Target::Payload(sector) => (self.block_offset(0), sector),
            Target::Bat(sector) => (self.bat_offset, sector),
            Target::Metadata(sector) => (self.metadata_offset, sector),
            Target::RegionTable(sector) => (REGION_TABLE_OFFSETS[0], sector),
            Target::Beyond(sector) => (self.file_bytes, sector),
            Target::Log(sector) => (self.log_offset, sector),
            Target::Header(sector) => (HEADER_SECTORS[0] * SECTOR, sector),
            Target::Identifier(sector) => (0, sector),
            Target::At(offset) => (offset, 0),
            Target::BatOf(block) => (self.bat_entry_offset(block) / SECTOR * SECTOR, 0),
        };
        base.saturating_add(u64::from(sector) * SECTOR)
    }
}

/// Payload blocks in a chunk: those that one sector bitmap block of 1 MiB has bits for.
fn chunk_ratio(logical_sector_bytes: u64, block_bytes: u64) -> u64 {
    (logical_sector_bytes << 23) / block_bytes
}

/// The first place at or after `from` for `length` MiB that does not overlap the log.
fn clear_of(log: &Range<u64>, from: u64, length: u64) -> u64 {
    if from < log.end && log.start < from + length {
        log.end
    } else {
        from
    }
}
