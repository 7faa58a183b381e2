//! The region tables after the replay, and which regions the log overlaps (HDR-11).
//!
//! The tables are read through the library's overlay, because they are valid only after the replay
//! (RPL-4). A table that is not valid is reported with the reason, and the other one is used.

use uuid::Uuid;
use vhdx_log::OpenError;
use vhdx_log::storage::Storage;

use super::extent::Extent;
use super::io::failed;
use super::view::View;
use crate::document::list::Filling;
use crate::document::{Log, Region, Regions};
use vhdx_log_image::Guid;

/// The offsets of the two tables, and the length of each.
pub(super) const TABLES: [u64; 2] = [192 << 10, 256 << 10];
pub(super) const TABLE_BYTES: usize = 64 << 10;

const HEADER_BYTES: usize = 16;
const ENTRY_BYTES: usize = 32;

const MAX_ENTRIES: usize = (TABLE_BYTES - HEADER_BYTES) / ENTRY_BYTES;

const KNOWN: [(Uuid, &str); 2] = [
    (
        Uuid::from_u128(0x2DC2_7766_F623_4200_9D64_115E_9BFD_4A08),
        "BAT",
    ),
    (
        Uuid::from_u128(0x8B7C_A206_4790_4B9A_B8FE_575F_050F_886E),
        "metadata",
    ),
];

/// Reads both tables; the regions are those of the first valid one.
pub(super) fn regions<S: Storage>(
    view: &View<'_, S>,
    log: &Log,
    extent: Extent,
) -> Result<Regions, OpenError> {
    let mut table = vec![0; TABLE_BYTES];
    let mut faults = [None, None];
    let mut items = None;
    let fault = view.fault();
    let tables = if fault.is_some() { &[][..] } else { &TABLES };
    for (&offset, fault) in tables.iter().zip(&mut faults) {
        if view.length < offset + TABLE_BYTES as u64 {
            *fault = Some("the file ends before it".into());
            continue;
        }
        view.read_at(offset, &mut table)
            .map_err(failed("read the region table", offset))?;
        *fault = judge(&table).err();
        if fault.is_none() && items.is_none() {
            items = Some(entries(&table, log, view.length));
        }
    }
    let items = items.unwrap_or_default();
    let overlapping_log = items.iter().filter(|region| region.overlaps_log).count() as u64;
    let mut listed = Filling::new(extent.all);
    items.into_iter().for_each(|region| listed.push(region));
    let [first_table_fault, second_table_fault] = faults;
    Ok(Regions {
        fault,
        first_table_fault,
        second_table_fault,
        items: listed.finish(),
        overlapping_log,
    })
}

/// Checks a table: signature, checksum, number of entries, in this order.
fn judge(table: &[u8]) -> Result<(), String> {
    if !table.starts_with(b"regi") {
        return Err(format!(
            "bad signature \"{}\", expected \"regi\"",
            table[..4].escape_ascii()
        ));
    }
    let found = u32_at(table, 4);
    let expected = crc32c::crc32c_append(
        crc32c::crc32c_append(crc32c::crc32c(&table[..4]), &[0; 4]),
        &table[8..],
    );
    if found != expected {
        return Err(format!(
            "checksum mismatch: stored {found:#010x}, computed {expected:#010x}"
        ));
    }
    let count = u32_at(table, 8);
    if count as usize > MAX_ENTRIES {
        return Err(format!(
            "it claims {count} entries, and at most {MAX_ENTRIES} fit"
        ));
    }
    Ok(())
}

fn entries(table: &[u8], log: &Log, file_length: u64) -> Vec<Region> {
    let count = u32_at(table, 8) as usize;
    let log_end = log.offset.saturating_add(log.length);
    let entries = table[HEADER_BYTES..].chunks_exact(ENTRY_BYTES).take(count);
    entries
        .map(|entry| {
            let mut guid = [0; 16];
            guid.copy_from_slice(&entry[..16]);
            let guid = Uuid::from_bytes_le(guid);
            let offset = u64::from(u32_at(entry, 16)) | u64::from(u32_at(entry, 20)) << 32;
            let length = u32_at(entry, 24);
            let end = offset.saturating_add(length.into());
            Region {
                name: KNOWN
                    .iter()
                    .find(|(known, _)| *known == guid)
                    .map_or("unknown", |(_, name)| name),
                guid: Guid(guid),
                offset,
                length,
                required: u32_at(entry, 28) & 1 != 0,
                overlaps_log: offset < log_end && log.offset < end,
                beyond_end: end > file_length,
            }
        })
        .collect()
}

fn u32_at(bytes: &[u8], at: usize) -> u32 {
    u32::from_le_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]])
}
