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
use super::recipe::Identifier;
use super::sector::{MIB, SECTOR, SECTOR_BYTES, Sector, put};
use super::{blocks, metadata};

/// How many geometries a thread keeps. A search uses a handful.
const KEPT: usize = 64;
/// Bytes of a region table.
const TABLE_BYTES: usize = 64 << 10;

const BAT_REGION: Uuid = uuid!("2DC27766-F623-4200-9D64-115E9BFD4A08");
const METADATA_REGION: Uuid = uuid!("8B7CA206-4790-4B9A-B8FE-575F050F886E");

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
                .or_insert_with(|| Rc::new(Self::make(geometry)))
                .clone()
        })
    }

    /// What the sector with this number held before the log was written; empty for a hole.
    pub(super) fn original(&self, number: u64) -> &[u8] {
        self.sectors.get(&number).map_or(&[], |sector| &sector[..])
    }

    fn make(geometry: &Geometry) -> Self {
        let layout = Layout::of(geometry);
        let mut sectors = BTreeMap::from([(0, identifier(&Identifier::default()))]);
        let region_table = region_table(&layout);
        for copy in REGION_TABLE_OFFSETS {
            sectors.insert(copy / SECTOR, region_table.clone());
        }
        metadata::add(&mut sectors, geometry, &layout);
        blocks::add(&mut sectors, geometry, &layout);
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
    for (at, region, offset, length) in [
        (16, BAT_REGION, layout.bat_offset, layout.bat_bytes),
        (48, METADATA_REGION, layout.metadata_offset, MIB),
    ] {
        put(&mut bytes, at, &region.to_bytes_le());
        put(&mut bytes, at + 16, &offset.to_le_bytes());
        put(&mut bytes, at + 24, &(length as u32).to_le_bytes());
        put(&mut bytes, at + 28, &1u32.to_le_bytes());
    }
    let rest = [0; TABLE_BYTES - SECTOR_BYTES];
    let checksum = crc32c::crc32c_append(crc32c::crc32c(&bytes), &rest);
    put(&mut bytes, 4, &checksum.to_le_bytes());
    Sector::new(bytes)
}
