//! Everything around the log: file identifier, region tables, metadata, BAT, payload.
//!
//! This is the minimum that lets other programs open the file. It depends on the geometry only, so
//! it is made once per geometry and thread and then shared by all images. What a recipe changes
//! (headers, log, identifier, patches) is written over a copy of it by [`build`](super::build).

use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap};
use std::rc::Rc;

use uuid::{Uuid, uuid};

use super::geometry::Geometry;
use super::layout::{Layout, REGION_TABLE_OFFSETS};
use super::pattern;
use super::recipe::Identifier;
use super::sector::{MIB, SECTOR, SECTOR_BYTES, Sector, put, shared};

/// The sectors of each present block that hold a pattern, so that zeroing or overwriting them is
/// visible.
const STAMPED_SECTORS: [u64; 8] = [0, 1, 2, 3, 4, 5, 6, 255];
/// How many geometries a thread keeps. A search uses a handful.
const KEPT: usize = 64;
/// Bytes of a region table, and of the metadata table before the items.
const TABLE_BYTES: usize = 64 << 10;
/// BAT entries in a sector.
const BAT_ENTRIES: usize = SECTOR_BYTES / 8;

const BAT_REGION: Uuid = uuid!("2DC27766-F623-4200-9D64-115E9BFD4A08");
const METADATA_REGION: Uuid = uuid!("8B7CA206-4790-4B9A-B8FE-575F050F886E");
const FILE_PARAMETERS: Uuid = uuid!("CAA16737-FA36-4D43-B3B6-33F0AA44E76B");
const VIRTUAL_DISK_SIZE: Uuid = uuid!("2FA54224-CD1B-4876-B211-5DBED83BF4B8");
const VIRTUAL_DISK_ID: Uuid = uuid!("BECA12AB-B2E6-4523-93EF-C309E000C746");
const LOGICAL_SECTOR_SIZE: Uuid = uuid!("8141BF1D-A96F-4709-BA47-F233A8FAAB5F");
const PHYSICAL_SECTOR_SIZE: Uuid = uuid!("CDA348C7-445D-4471-9CC9-E9885251C556");
/// The Virtual Disk ID of every image.
const THIS_DISK: Uuid = uuid!("64697374-696e-6775-6973-68656420696d");

/// The structures around the log.
pub(super) struct Base {
    pub(super) layout: Layout,
    pub(super) sectors: BTreeMap<u64, Sector>,
}

impl Base {
    /// The base for this geometry, made on the first call.
    pub(super) fn of(geometry: &Geometry) -> Rc<Self> {
        thread_local! {
            static BASES: RefCell<HashMap<Geometry, Rc<Base>>> = RefCell::default();
        }
        BASES.with_borrow_mut(|bases| {
            if let Some(base) = bases.get(geometry) {
                return base.clone();
            }
            if bases.len() >= KEPT {
                bases.clear();
            }
            bases
                .entry(geometry.clone())
                .or_insert_with(|| Rc::new(Self::make(Layout::of(geometry))))
                .clone()
        })
    }

    fn make(layout: Layout) -> Self {
        let mut sectors = BTreeMap::from([(0, identifier(&Identifier::default()))]);
        let region_table = region_table(&layout);
        for copy in REGION_TABLE_OFFSETS {
            sectors.insert(copy / SECTOR, region_table.clone());
        }
        let metadata = layout.metadata_offset / SECTOR;
        let [table, items] = metadata_region(&layout);
        sectors.insert(metadata, table);
        sectors.insert(metadata + TABLE_BYTES as u64 / SECTOR, items);
        for index in 0..bat_entry(&layout, layout.present_blocks).div_ceil(BAT_ENTRIES) {
            sectors.insert(
                layout.bat_offset / SECTOR + index as u64,
                bat(&layout, layout.present_blocks, index),
            );
        }
        for block in 0..layout.present_blocks {
            for sector in STAMPED_SECTORS {
                let number = layout.block_offset(block) / SECTOR + sector;
                let mut bytes = [0; SECTOR_BYTES];
                pattern::fill(&mut bytes, pattern::ORIGINAL, number);
                sectors.insert(number, Sector::new(bytes));
            }
        }
        Self { layout, sectors }
    }
}

/// The file type identifier (FID-1).
pub(super) fn identifier(identifier: &Identifier) -> Sector {
    let mut bytes = [0; SECTOR_BYTES];
    let signature = identifier
        .signature
        .as_ref()
        .map_or(&b"vhdxfile"[..], |signature| &signature.0);
    put(&mut bytes[..8], 0, signature);
    let creator = if identifier.creator.is_empty() {
        "vhdx-log"
    } else {
        &identifier.creator
    };
    for (unit, at) in creator.encode_utf16().zip((8..520).step_by(2)) {
        put(&mut bytes, at, &unit.to_le_bytes());
    }
    Sector::new(bytes)
}

/// The first sector of a region table; the rest of its 64 KiB is zero.
fn region_table(layout: &Layout) -> Sector {
    let mut bytes = [0; SECTOR_BYTES];
    put(&mut bytes, 0, b"regi");
    put(&mut bytes, 8, &2u32.to_le_bytes());
    for (at, region, offset) in [
        (16, BAT_REGION, layout.bat_offset),
        (48, METADATA_REGION, layout.metadata_offset),
    ] {
        put(&mut bytes, at, &region.to_bytes_le());
        put(&mut bytes, at + 16, &offset.to_le_bytes());
        put(&mut bytes, at + 24, &(MIB as u32).to_le_bytes());
        put(&mut bytes, at + 28, &1u32.to_le_bytes());
    }
    let rest = [0; TABLE_BYTES - SECTOR_BYTES];
    let checksum = crc32c::crc32c_append(crc32c::crc32c(&bytes), &rest);
    put(&mut bytes, 4, &checksum.to_le_bytes());
    Sector::new(bytes)
}

/// The two sectors of the metadata region that are not zero: its table, and 64 KiB after the start
/// of the table the items.
fn metadata_region(layout: &Layout) -> [Sector; 2] {
    let mut file_parameters = (layout.block_bytes as u32).to_le_bytes().to_vec();
    file_parameters.extend(0u32.to_le_bytes());
    let metadata: [(Uuid, u32, Vec<u8>); 5] = [
        (FILE_PARAMETERS, 4, file_parameters),
        (
            VIRTUAL_DISK_SIZE,
            6,
            layout.disk_bytes.to_le_bytes().to_vec(),
        ),
        (VIRTUAL_DISK_ID, 6, THIS_DISK.to_bytes_le().to_vec()),
        (LOGICAL_SECTOR_SIZE, 6, 512u32.to_le_bytes().to_vec()),
        (PHYSICAL_SECTOR_SIZE, 6, 4096u32.to_le_bytes().to_vec()),
    ];
    let (mut table, mut items) = ([0; SECTOR_BYTES], [0; SECTOR_BYTES]);
    put(&mut table, 0, b"metadata");
    put(&mut table, 10, &(metadata.len() as u16).to_le_bytes());
    let mut end = 0;
    for (index, (item, flags, value)) in metadata.iter().enumerate() {
        let at = 32 + 32 * index;
        put(&mut table, at, &item.to_bytes_le());
        put(
            &mut table,
            at + 16,
            &((TABLE_BYTES + end) as u32).to_le_bytes(),
        );
        put(&mut table, at + 20, &(value.len() as u32).to_le_bytes());
        put(&mut table, at + 24, &flags.to_le_bytes());
        put(&mut items, end, value);
        end += value.len();
    }
    [shared(&table), shared(&items)]
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

/// The index in the BAT of a payload block: one sector bitmap entry follows every chunk of payload
/// entries.
fn bat_entry(layout: &Layout, block: u32) -> usize {
    let block = block as usize;
    block + block / chunk_ratio(layout)
}

/// How many payload blocks have their BAT entries before this one.
fn blocks_before(layout: &Layout, entry: usize) -> u32 {
    let ratio = chunk_ratio(layout);
    let (chunks, rest) = (entry / (ratio + 1), entry % (ratio + 1));
    (chunks * ratio + rest) as u32
}

/// Payload blocks in a chunk, for 512-byte logical sectors.
fn chunk_ratio(layout: &Layout) -> usize {
    ((512 << 23) / layout.block_bytes) as usize
}
