//! The structures that lead to a disk's blocks: region table, metadata, the BAT's offset.
//!
//! GUIDs and offsets are written here a second time, apart from the builder's
//! ([`base`](crate::base), [`metadata`](crate::metadata)): with shared constants, a wrong one would
//! be written and read back without anything noticing.

use std::ops::Range;

use uuid::{Uuid, uuid};

use super::error::GuestError;
use crate::sector::{MIB, SECTOR, SECTOR_BYTES};
use crate::source::Source;

/// Bytes of a region table and of a metadata table.
const TABLE_BYTES: usize = 64 << 10;
const REGION_TABLES: [u64; 2] = [192 << 10, 256 << 10];
/// The most entries of either table.
const MAX_ENTRIES: usize = 2047;
const BAT_REGION: Uuid = uuid!("2DC27766-F623-4200-9D64-115E9BFD4A08");
const METADATA_REGION: Uuid = uuid!("8B7CA206-4790-4B9A-B8FE-575F050F886E");
const FILE_PARAMETERS: Uuid = uuid!("CAA16737-FA36-4D43-B3B6-33F0AA44E76B");
const VIRTUAL_DISK_SIZE: Uuid = uuid!("2FA54224-CD1B-4876-B211-5DBED83BF4B8");
const VIRTUAL_DISK_ID: Uuid = uuid!("BECA12AB-B2E6-4523-93EF-C309E000C746");
const LOGICAL_SECTOR_SIZE: Uuid = uuid!("8141BF1D-A96F-4709-BA47-F233A8FAAB5F");
const PHYSICAL_SECTOR_SIZE: Uuid = uuid!("CDA348C7-445D-4471-9CC9-E9885251C556");
const PARENT_LOCATOR: Uuid = uuid!("A8D35F2D-B30B-454D-ABF7-D3D84834AB0C");
const KNOWN_ITEMS: [Uuid; 6] = [
    FILE_PARAMETERS,
    VIRTUAL_DISK_SIZE,
    VIRTUAL_DISK_ID,
    LOGICAL_SECTOR_SIZE,
    PHYSICAL_SECTOR_SIZE,
    PARENT_LOCATOR,
];

/// What has to be read before the first block can be looked up.
pub(super) struct Structures {
    pub(super) file_bytes: u64,
    pub(super) disk_bytes: u64,
    pub(super) block_bytes: u64,
    /// Where the BAT region and the metadata region are.
    pub(super) regions: [Range<u64>; 2],
    pub(super) logical_sector_bytes: u64,
    pub(super) physical_sector_bytes: Option<u64>,
    pub(super) disk_id: Option<Uuid>,
    pub(super) has_parent: bool,
    /// Where the parent locator is in the file, and its length.
    pub(super) parent_locator: Option<(u64, u32)>,
    bat_offset: u64,
}

impl Structures {
    /// The structures of a disk without a parent.
    pub(super) fn read<S: Source + ?Sized>(source: &S) -> Result<Self, GuestError> {
        match Self::with_any_parent(source)? {
            structures if structures.has_parent => Err(GuestError::HasParent),
            structures => Ok(structures),
        }
    }

    pub(super) fn with_any_parent<S: Source + ?Sized>(source: &S) -> Result<Self, GuestError> {
        let regions = Regions::read(source)?;
        let metadata = Metadata::read(source, regions.metadata_offset)?;
        let parameters = metadata.item(source, FILE_PARAMETERS, "file parameters", 8)?;
        let (block_bytes, flags) = (parameters & 0xFFFF_FFFF, parameters >> 32);
        let disk_bytes = metadata.item(source, VIRTUAL_DISK_SIZE, "virtual disk size", 8)?;
        let logical_sector_bytes =
            metadata.item(source, LOGICAL_SECTOR_SIZE, "logical sector size", 4)?;
        let value = |what, found, allowed| {
            if allowed {
                Ok(())
            } else {
                Err(GuestError::Value { what, found })
            }
        };
        value(
            "block size",
            block_bytes,
            block_bytes.is_power_of_two() && (MIB..=256 * MIB).contains(&block_bytes),
        )?;
        value(
            "logical sector size",
            logical_sector_bytes,
            [512, 4096].contains(&logical_sector_bytes),
        )?;
        let whole_sectors = disk_bytes.is_multiple_of(logical_sector_bytes);
        value(
            "virtual disk size",
            disk_bytes,
            (1..=64 << 40).contains(&disk_bytes) && whole_sectors,
        )?;
        let file_bytes = source.length()?;
        let bat_offset = regions.bat_offset;
        let region = |start: u64, length: u64| start..start.saturating_add(length);
        let structures = Self {
            regions: [
                region(bat_offset, regions.bat_bytes),
                region(regions.metadata_offset, regions.metadata_bytes),
            ],
            file_bytes,
            disk_bytes,
            block_bytes,
            logical_sector_bytes,
            physical_sector_bytes: metadata
                .item(source, PHYSICAL_SECTOR_SIZE, "physical sector size", 4)
                .ok(),
            disk_id: metadata.identity(source, VIRTUAL_DISK_ID).ok(),
            has_parent: flags & 2 != 0,
            parent_locator: metadata.place(PARENT_LOCATOR),
            bat_offset,
        };
        let entries = structures.bat_entries();
        value(
            "length of the BAT region",
            regions.bat_bytes,
            entries * 8 <= regions.bat_bytes,
        )?;
        Ok(structures)
    }

    /// How many payload entries there are for each sector bitmap entry.
    pub(super) fn chunk_ratio(&self) -> u64 {
        (self.logical_sector_bytes << 23) / self.block_bytes
    }

    /// The index in the BAT of a payload block: a sector bitmap entry follows every chunk of
    /// payload entries.
    fn bat_index(&self, block: u64) -> u64 {
        let chunk_ratio = self.chunk_ratio();
        block + block / chunk_ratio
    }

    /// The BAT entries that are not zero, each with the number of its payload block, in order.
    /// Sector bitmap entries are left out, and holes are not read.
    pub(super) fn stored_bat_entries<S: Source + ?Sized>(
        &self,
        source: &S,
    ) -> Result<Vec<(u64, u64)>, GuestError> {
        let with_bitmap = self.chunk_ratio() + 1;
        let mut found = Vec::new();
        self.for_each_entry(source, |index, entry| {
            if index % with_bitmap != self.chunk_ratio() {
                found.push((index - index / with_bitmap, entry));
            }
        })?;
        Ok(found)
    }

    /// Passes the index and the value of each BAT entry that is not zero to `take`, in order. Holes
    /// are not read, and nothing is past the end of the file.
    pub(super) fn for_each_entry<S: Source + ?Sized>(
        &self,
        source: &S,
        mut take: impl FnMut(u64, u64),
    ) -> Result<(), GuestError> {
        let start = self.bat_offset;
        if !start.is_multiple_of(8) {
            let what = "offset of the BAT region";
            return Err(GuestError::Value { what, found: start });
        }
        let end = start.saturating_add(self.bat_entries() * 8);
        let end = end.min(self.file_bytes);
        let (mut next, mut sector) = (start / SECTOR, [0; SECTOR_BYTES]);
        while let Some(number) = source.next_stored(next)?.map(|stored| stored.max(next)) {
            if number >= end.div_ceil(SECTOR) {
                break;
            }
            next = number + 1;
            if !source.read_sector(number, &mut sector)? {
                continue;
            }
            for (place, entry) in (0..).zip(sector.chunks_exact(8)) {
                let (offset, entry) = (number * SECTOR + place * 8, u64_at(entry, 0));
                if entry != 0 && (start..end).contains(&offset) {
                    take((offset - start) / 8, entry);
                }
            }
        }
        Ok(())
    }

    /// How many entries the BAT has. A disk with a parent has a sector bitmap entry for its last
    /// chunk too.
    fn bat_entries(&self) -> u64 {
        let blocks = self.disk_bytes.div_ceil(self.block_bytes);
        if self.has_parent {
            return blocks.div_ceil(self.chunk_ratio()) * (self.chunk_ratio() + 1);
        }
        self.bat_index(blocks - 1) + 1
    }

    /// Where the BAT entry of a payload block is in the file.
    pub(super) fn bat_entry_offset(&self, block: u64) -> u64 {
        self.bat_offset.saturating_add(self.bat_index(block) * 8)
    }

    /// The first payload block whose BAT entry begins at this offset of the file or after it.
    pub(super) fn first_block_in(&self, offset: u64) -> u64 {
        let index = offset.saturating_sub(self.bat_offset).div_ceil(8);
        index - index / (self.chunk_ratio() + 1)
    }

    /// The BAT entry of a payload block.
    pub(super) fn bat_entry<S: Source + ?Sized>(
        &self,
        source: &S,
        block: u64,
    ) -> Result<u64, GuestError> {
        let mut entry = [0; 8];
        read_at(
            source,
            "BAT entry",
            self.bat_entry_offset(block),
            &mut entry,
        )?;
        Ok(u64::from_le_bytes(entry))
    }
}

/// The state of a BAT entry.
pub(super) const fn state(entry: u64) -> u8 {
    (entry & 7) as u8
}

struct Regions {
    bat_offset: u64,
    bat_bytes: u64,
    metadata_offset: u64,
    metadata_bytes: u64,
}

impl Regions {
    fn read<S: Source + ?Sized>(source: &S) -> Result<Self, GuestError> {
        let mut table = vec![0; TABLE_BYTES];
        let valid = REGION_TABLES.into_iter().find_map(|offset| {
            read_at(source, "region table", offset, &mut table).ok()?;
            let checksum = u32_at(&table, 4);
            table[4..8].fill(0);
            let count = u32_at(&table, 8) as usize;
            (table.starts_with(b"regi")
                && checksum == crc32c::crc32c(&table)
                && count <= MAX_ENTRIES)
                .then_some(count)
        });
        let count = valid.ok_or(GuestError::RegionTables)?;
        let (mut bat, mut metadata) = (None, None);
        for region in table[16..].chunks_exact(32).take(count) {
            let place = (u64_at(region, 16), u64::from(u32_at(region, 24)));
            match guid_at(region, 0) {
                BAT_REGION => bat = Some(place),
                METADATA_REGION => metadata = Some(place),
                unknown if u32_at(region, 28) & 1 != 0 => {
                    return Err(GuestError::RegionUnknown(unknown));
                }
                _ => {}
            }
        }
        let (bat_offset, bat_bytes) = bat.ok_or(GuestError::RegionMissing("BAT"))?;
        let (metadata_offset, metadata_bytes) =
            metadata.ok_or(GuestError::RegionMissing("metadata"))?;
        Ok(Self {
            bat_offset,
            bat_bytes,
            metadata_offset,
            metadata_bytes,
        })
    }
}

struct Metadata {
    region_offset: u64,
    /// Identity, offset from the region's start, length.
    items: Vec<(Uuid, u32, u32)>,
}

impl Metadata {
    fn read<S: Source + ?Sized>(source: &S, region_offset: u64) -> Result<Self, GuestError> {
        let mut table = vec![0; TABLE_BYTES];
        read_at(source, "metadata table", region_offset, &mut table)?;
        let count = usize::from(u16::from_le_bytes([table[10], table[11]]));
        if !table.starts_with(b"metadata") || count > MAX_ENTRIES {
            return Err(GuestError::MetadataTable);
        }
        let mut items = Vec::with_capacity(count);
        for entry in table[32..].chunks_exact(32).take(count) {
            let (id, flags) = (guid_at(entry, 0), u32_at(entry, 24));
            if flags & 4 != 0 && !KNOWN_ITEMS.contains(&id) {
                return Err(GuestError::ItemUnknown(id));
            }
            items.push((id, u32_at(entry, 16), u32_at(entry, 20)));
        }
        Ok(Self {
            region_offset,
            items,
        })
    }

    /// The value of an item of `length` bytes, at most 8, as one little-endian number.
    fn item<S: Source + ?Sized>(
        &self,
        source: &S,
        id: Uuid,
        name: &'static str,
        length: usize,
    ) -> Result<u64, GuestError> {
        let (offset, _) = self
            .place(id)
            .filter(|place| place.1 as usize == length)
            .ok_or(GuestError::ItemMissing(name))?;
        let mut value = [0; 8];
        read_at(source, name, offset, &mut value[..length])?;
        Ok(u64::from_le_bytes(value))
    }

    /// The value of an item that is a GUID.
    fn identity<S: Source + ?Sized>(&self, source: &S, id: Uuid) -> Result<Uuid, GuestError> {
        let (offset, _) = self
            .place(id)
            .filter(|place| place.1 == 16)
            .ok_or(GuestError::ItemMissing("identity"))?;
        let mut value = [0; 16];
        read_at(source, "identity", offset, &mut value)?;
        Ok(Uuid::from_bytes_le(value))
    }

    /// Where an item is in the file, and its length; `None` when there is none or when it lies in
    /// the metadata table.
    fn place(&self, id: Uuid) -> Option<(u64, u32)> {
        let (_, offset, length) = self.items.iter().find(|item| item.0 == id)?;
        (*offset as usize >= TABLE_BYTES).then(|| {
            (
                self.region_offset.saturating_add(u64::from(*offset)),
                *length,
            )
        })
    }
}

/// Fills `bytes` from `offset` on.
///
/// # Errors
/// When not all of them are inside the file.
pub(super) fn read_at<S: Source + ?Sized>(
    source: &S,
    what: &'static str,
    offset: u64,
    bytes: &mut [u8],
) -> Result<(), GuestError> {
    let end = offset.checked_add(bytes.len() as u64);
    if end.is_none_or(|end| source.length().is_ok_and(|length| length < end)) {
        return Err(GuestError::Outside { what, offset });
    }
    let (mut sector, mut filled) = ([0; SECTOR_BYTES], 0);
    while filled < bytes.len() {
        let at = offset + filled as u64;
        source.read_sector(at / SECTOR, &mut sector)?;
        let piece = &sector[(at % SECTOR) as usize..];
        let length = piece.len().min(bytes.len() - filled);
        bytes[filled..filled + length].copy_from_slice(&piece[..length]);
        filled += length;
    }
    Ok(())
}

pub(super) fn u32_at(bytes: &[u8], at: usize) -> u32 {
    u32::from_le_bytes(bytes[at..at + 4].try_into().expect("four bytes"))
}

fn u64_at(bytes: &[u8], at: usize) -> u64 {
    u64::from_le_bytes(bytes[at..at + 8].try_into().expect("eight bytes"))
}

pub(super) fn guid_at(bytes: &[u8], at: usize) -> Uuid {
    Uuid::from_bytes_le(bytes[at..at + 16].try_into().expect("sixteen bytes"))
}
