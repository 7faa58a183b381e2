//! Images whose log makes a block present where nothing was.

use vhdx_log_image::{BatEntry, Block, Content, Entry, Geometry, MIB, Recipe, SECTOR, Target};

pub(super) const PRESENT: u8 = 6;

/// A disk without any present block.
pub(super) fn blank(disk_mib: u32, block_mib: u32) -> Geometry {
    Geometry {
        disk_mib,
        block_mib,
        present_blocks: 0,
        ..Geometry::default()
    }
}

/// The same with logical and physical sectors of 4096 bytes.
pub(super) fn with_4096(geometry: Geometry) -> Geometry {
    Geometry {
        logical_sector: 4096,
        ..geometry
    }
}

/// A disk of 2 MiB with these BAT entries.
pub(super) fn with_bat(entries: impl IntoIterator<Item = BatEntry>) -> Geometry {
    Geometry {
        bat: entries.into_iter().collect(),
        ..blank(2, 1)
    }
}

/// An image of this geometry.
pub(super) fn image(geometry: Geometry) -> Recipe {
    Recipe {
        geometry,
        ..Recipe::default()
    }
}

/// A sector of the file, counted from a MiB.
pub(super) fn at(mib: u32, sector: u64) -> Target {
    Target::At(u64::from(mib) * MIB + sector * SECTOR)
}

/// An entry that writes one BAT entry.
pub(super) fn sets(entry: BatEntry) -> Entry {
    Entry::empty().content(Target::BatOf(entry.block), Content::BatEntry(entry))
}

/// An entry that makes a payload block present at this MiB of the file, and writes its sector 1.
pub(super) fn allocation(block: u32, at_mib: u32) -> Entry {
    sets(BatEntry::payload(block, PRESENT, at_mib)).data(at(at_mib, 1))
}

/// An image, long enough for the block, whose log is one [`allocation`].
pub(super) fn allocates(geometry: Geometry, block: u32, at_mib: u32) -> Recipe {
    let length = u64::from(at_mib + geometry.block_mib) * MIB;
    Recipe {
        length: Some(length),
        ..image(geometry)
    }
    .then(allocation(block, at_mib))
}

/// The last payload block of a disk.
pub(super) fn last_block(geometry: &Geometry) -> Block {
    Block::Payload(geometry.disk_mib.div_ceil(geometry.block_mib) - 1)
}
