//! The BAT, and the blocks that its entries name.

use std::collections::BTreeMap;

use super::geometry::{BatEntry, Block, Geometry};
use super::layout::Layout;
use super::pattern;
use super::sector::{SECTOR, SECTOR_BYTES, Sector, put};

/// The sectors of each block that hold a pattern, so that zeroing or overwriting them is visible.
const STAMPED_SECTORS: [u64; 8] = [0, 1, 2, 3, 4, 5, 6, 255];
/// BAT entries in a sector.
const BAT_ENTRIES: usize = SECTOR_BYTES / 8;
const PARTIALLY_PRESENT: u8 = 7;

/// Adds the BAT and the blocks of a geometry.
pub(super) fn add(sectors: &mut BTreeMap<u64, Sector>, geometry: &Geometry, layout: &Layout) {
    for index in 0..bat_entry(layout, layout.present_blocks).div_ceil(BAT_ENTRIES) {
        sectors.insert(
            layout.bat_offset / SECTOR + index as u64,
            bat(layout, layout.present_blocks, index),
        );
    }
    for block in 0..layout.present_blocks {
        stamp(sectors, layout.block_offset(block));
    }
    for entry in &geometry.bat {
        write(
            sectors,
            layout.bat_entry_offset(entry.block),
            &entry.on_disk(),
        );
        match (entry.block, layout.place(entry)) {
            (Block::Payload(_), Some(place)) => stamp(sectors, place.start),
            (Block::Bitmap(chunk), Some(place)) => {
                let partial = geometry.bat.iter().filter_map(partial);
                for block in
                    partial.filter(|block| block / layout.chunk_ratio() == u64::from(chunk))
                {
                    write_bits(sectors, place.start, layout, block);
                }
            }
            (_, None) => {}
        }
    }
}

/// The number of the payload block of an entry whose state is partially present.
fn partial(entry: &BatEntry) -> Option<u64> {
    match entry.block {
        Block::Payload(block) if entry.state == PARTIALLY_PRESENT => Some(block.into()),
        _ => None,
    }
}

/// Sets the bits of a block's stamped sectors: the block has them, and the parent has the rest.
fn write_bits(
    sectors: &mut BTreeMap<u64, Sector>,
    bitmap_offset: u64,
    layout: &Layout,
    block: u64,
) {
    let in_chunk = block % layout.chunk_ratio() * layout.block_bytes;
    for sector in STAMPED_SECTORS {
        let first = (in_chunk + sector * SECTOR) / layout.logical_sector_bytes;
        for bit in first..first + SECTOR / layout.logical_sector_bytes {
            let offset = bitmap_offset + bit / 8;
            let stored = sectors
                .get(&(offset / SECTOR))
                .map_or(0, |stored| stored[(offset % SECTOR) as usize]);
            write(sectors, offset, &[stored | 1 << (bit % 8)]);
        }
    }
}

/// Writes bytes that are within one sector.
fn write(sectors: &mut BTreeMap<u64, Sector>, offset: u64, bytes: &[u8]) {
    let sector = sectors
        .entry(offset / SECTOR)
        .or_insert_with(|| Sector::new([0; SECTOR_BYTES]));
    put(Sector::make_mut(sector), (offset % SECTOR) as usize, bytes);
}

/// Sector `index` of a BAT in which the first `present` payload blocks are fully present.
pub(super) fn bat(layout: &Layout, present: u32, index: usize) -> Sector {
    const FULLY_PRESENT: u64 = 6;
    let mut bytes = [0; SECTOR_BYTES];
    let first_entry = index * BAT_ENTRIES;
    let first_block = blocks_before(layout, first_entry);
    let end_block = blocks_before(layout, first_entry + BAT_ENTRIES);
    for block in first_block..end_block.min(present).min(1 << 16) {
        let value = layout.block_offset(block) | FULLY_PRESENT;
        let entry = bat_entry(layout, block) - first_entry;
        put(&mut bytes, entry * 8, &value.to_le_bytes());
    }
    Sector::new(bytes)
}

/// Writes the pattern of what was there first to some sectors of the payload block at this offset.
fn stamp(sectors: &mut BTreeMap<u64, Sector>, block_offset: u64) {
    for sector in STAMPED_SECTORS {
        let number = block_offset / SECTOR + sector;
        let mut bytes = [0; SECTOR_BYTES];
        pattern::fill(&mut bytes, pattern::ORIGINAL, number);
        sectors.insert(number, Sector::new(bytes));
    }
}

/// The index in the BAT of a payload block.
fn bat_entry(layout: &Layout, block: u32) -> usize {
    let offset = layout.bat_entry_offset(Block::Payload(block));
    ((offset - layout.bat_offset) / 8) as usize
}

/// How many payload blocks have their BAT entries before this one.
fn blocks_before(layout: &Layout, entry: usize) -> u32 {
    let ratio = layout.chunk_ratio() as usize;
    let (chunks, rest) = (entry / (ratio + 1), entry % (ratio + 1));
    (chunks * ratio + rest) as u32
}
