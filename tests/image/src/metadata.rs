//! The metadata region: its table and its items.

use std::collections::BTreeMap;

use uuid::{Uuid, uuid};

use super::geometry::Geometry;
use super::layout::Layout;
use super::sector::{SECTOR, SECTOR_BYTES, Sector, put, shared};

/// Bytes of the metadata table, before the items.
const TABLE_BYTES: usize = 64 << 10;

const FILE_PARAMETERS: Uuid = uuid!("CAA16737-FA36-4D43-B3B6-33F0AA44E76B");
const VIRTUAL_DISK_SIZE: Uuid = uuid!("2FA54224-CD1B-4876-B211-5DBED83BF4B8");
const VIRTUAL_DISK_ID: Uuid = uuid!("BECA12AB-B2E6-4523-93EF-C309E000C746");
const LOGICAL_SECTOR_SIZE: Uuid = uuid!("8141BF1D-A96F-4709-BA47-F233A8FAAB5F");
const PHYSICAL_SECTOR_SIZE: Uuid = uuid!("CDA348C7-445D-4471-9CC9-E9885251C556");
const PARENT_LOCATOR: Uuid = uuid!("A8D35F2D-B30B-454D-ABF7-D3D84834AB0C");
/// The type of a parent locator that names a VHDX file.
const VHDX_PARENT: Uuid = uuid!("B04AEFB7-D19E-4A81-B789-25B8E9445913");
/// The Virtual Disk ID of every image.
const THIS_DISK: Uuid = uuid!("64697374-696e-6775-6973-68656420696d");

/// Adds the two sectors of the metadata region that are not zero: its table, and 64 KiB after the
/// start of the table the items.
pub(super) fn add(sectors: &mut BTreeMap<u64, Sector>, geometry: &Geometry, layout: &Layout) {
    let first = layout.metadata_offset / SECTOR;
    let [table, items] = region(geometry, layout);
    sectors.insert(first, table);
    sectors.insert(first + TABLE_BYTES as u64 / SECTOR, items);
}

fn region(geometry: &Geometry, layout: &Layout) -> [Sector; 2] {
    const HAS_PARENT: u32 = 2;
    let mut file_parameters = (layout.block_bytes as u32).to_le_bytes().to_vec();
    let flags = if geometry.has_parent { HAS_PARENT } else { 0 };
    file_parameters.extend(flags.to_le_bytes());
    let logical_sector = (layout.logical_sector_bytes as u32).to_le_bytes();
    let physical_sector = if geometry.physical_sector == 512 {
        512
    } else {
        4096u32
    };
    let mut metadata: Vec<(Uuid, u32, Vec<u8>)> = vec![
        (FILE_PARAMETERS, 4, file_parameters),
        (
            VIRTUAL_DISK_SIZE,
            6,
            layout.disk_bytes.to_le_bytes().to_vec(),
        ),
        (VIRTUAL_DISK_ID, 6, THIS_DISK.to_bytes_le().to_vec()),
        (LOGICAL_SECTOR_SIZE, 6, logical_sector.to_vec()),
        (
            PHYSICAL_SECTOR_SIZE,
            6,
            physical_sector.to_le_bytes().to_vec(),
        ),
    ];
    if geometry.has_parent {
        metadata.push((PARENT_LOCATOR, 4, parent_locator()));
    }
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

/// A parent locator that names a file `parent.vhdx` beside the image.
fn parent_locator() -> Vec<u8> {
    let pairs = [
        ("parent_linkage", "{70617265-6e74-2077-8269-746520696400}"),
        ("relative_path", ".\\parent.vhdx"),
    ];
    let utf_16 =
        |text: &str| -> Vec<u8> { text.encode_utf16().flat_map(u16::to_le_bytes).collect() };
    let mut bytes = VHDX_PARENT.to_bytes_le().to_vec();
    bytes.extend([0, 0]);
    bytes.extend((pairs.len() as u16).to_le_bytes());
    let mut at = bytes.len() + 12 * pairs.len();
    let (mut entries, mut texts) = (Vec::new(), Vec::new());
    for (key, value) in pairs {
        let (key, value) = (utf_16(key), utf_16(value));
        entries.extend((at as u32).to_le_bytes());
        entries.extend(((at + key.len()) as u32).to_le_bytes());
        entries.extend((key.len() as u16).to_le_bytes());
        entries.extend((value.len() as u16).to_le_bytes());
        at += key.len() + value.len();
        texts.extend([key, value].concat());
    }
    bytes.extend(entries);
    bytes.extend(texts);
    bytes
}
