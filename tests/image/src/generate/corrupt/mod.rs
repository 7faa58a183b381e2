//! Corruption of a valid recipe: one thing wrong, or only unusual.

mod entry;
mod header;

use super::rng::Rng;
use super::value;
use crate::{Bytes, Entry, Layout, LogGuid, MIB, Patch, Place, Recipe, SECTOR};

pub(super) use entry::corrupt_entry;

/// Corrupts the recipe in one place: mostly one of its newest entries, sometimes a header,
/// sometimes the file around them.
pub fn corrupt(recipe: &mut Recipe, rng: &mut Rng) {
    match rng.below(100) {
        0..=18 => header::corrupt_headers(recipe, rng),
        19 => {
            recipe.identifier.signature = Some(Bytes(
                rng.pick(&[&b"VHDXFILE"[..], b"conectix", b""]).to_vec(),
            ))
        }
        20..=26 => length(recipe, rng),
        27..=29 => recipe.patches.push(patch(recipe, rng)),
        30..=34 => shift(recipe, rng),
        35 => generation(recipe, rng),
        36 => under_the_headers(recipe, rng),
        _ => {
            let layout = Layout::of(&recipe.geometry);
            let Some(entry) = newest(recipe, rng) else {
                return header::corrupt_headers(recipe, rng);
            };
            corrupt_entry(entry, &layout, rng);
        }
    }
}

/// One of the recipe's entries; newer ones are more likely.
pub(super) fn newest<'a>(recipe: &'a mut Recipe, rng: &mut Rng) -> Option<&'a mut Entry> {
    let mut back = rng.weighted(&[(50, 0), (22, 1), (12, 2), (16, usize::MAX)]);
    let entries = recipe.entries().count();
    if back == usize::MAX {
        back = rng.index(entries);
    }
    let skip = entries.checked_sub(1)?.saturating_sub(back);
    recipe
        .log
        .iter_mut()
        .filter_map(|item| item.entry_mut())
        .nth(skip)
}

/// Truncates or extends the file.
fn length(recipe: &mut Recipe, rng: &mut Rng) {
    let layout = Layout::of(&recipe.geometry);
    let (log_end, whole) = (layout.log_offset + layout.log_bytes, layout.file_bytes);
    let shorter = [
        whole - 1,
        whole - SECTOR,
        whole - MIB,
        whole - MIB,
        log_end,
        log_end - 1,
        log_end - SECTOR,
        layout.log_offset,
    ];
    let tiny = [(132 << 10) - 1, 132 << 10, 65 << 10, 100, 0];
    let longer = [
        whole + 1,
        whole + 512,
        whole + SECTOR,
        whole + MIB,
        whole + (1 << 30),
        1 << 44,
    ];
    let lengths = rng.weighted(&[(60, &shorter[..]), (10, &tiny[..]), (30, &longer[..])]);
    recipe.length = Some(rng.pick(lengths));
}

/// A few corrupt bytes, in the log or in structures that the log never reads.
fn patch(recipe: &Recipe, rng: &mut Rng) -> Patch {
    let layout = Layout::of(&recipe.geometry);
    let within_log = match recipe.placements().last() {
        Some(placement) => u64::from(placement.offset()) + u64::from(rng.below(2 * SECTOR as u32)),
        None => u64::from(rng.below(MIB as u32)),
    };
    let at = match rng.below(6) {
        0 => u64::from(rng.below(200 << 10)),
        1 => layout.bat_offset + u64::from(rng.below(64)),
        _ => layout.log_offset + within_log % layout.log_bytes,
    };
    Patch {
        at,
        bytes: Bytes(rng.next_u64().to_le_bytes()[..rng.within(1, 8) as usize].to_vec()),
    }
}

/// Moves an entry, or breaks the chain of sequence numbers.
fn shift(recipe: &mut Recipe, rng: &mut Rng) {
    let placements = recipe.placements();
    let ring = Layout::of(&recipe.geometry).ring_sectors();
    let index = rng.index(placements.len());
    let (Some(item), Some(placement)) = (recipe.log.get_mut(index), placements.get(index)) else {
        return;
    };
    if let Some(entry) = item.entry_mut()
        && rng.chance(60)
    {
        let number = placement.sequence_number.unwrap_or_default();
        let by = rng.pick(&[1, u64::MAX, 2, 1 << 32, 0u64.wrapping_sub(number)]);
        entry.sequence_number = Some(number.wrapping_add(by));
        return;
    }
    let by = rng.pick(&[1, ring - 1, 2, ring / 2]);
    *item.place_mut() = Place::Sector((placement.sector + by) % ring);
}

/// Gives the whole generation a LogGuid that is valid, but zero for a program that compares only
/// part of it (HDR-9).
fn generation(recipe: &mut Recipe, rng: &mut Rng) {
    let guid = rng.pick(&value::NEARLY_ZERO);
    let entries = recipe
        .log
        .iter_mut()
        .filter_map(|item| Some(&mut item.entry_mut()?.log_guid));
    for log_guid in entries.chain([&mut recipe.header_1.log_guid, &mut recipe.header_2.log_guid]) {
        if *log_guid == LogGuid::A {
            *log_guid = guid;
        }
    }
}

/// The first sector after the region tables.
const RESERVED_FIRST_SECTOR: u32 = 80;

/// Puts the log where the headers are (HDR-8), with its entries in the reserved space after them.
fn under_the_headers(recipe: &mut Recipe, rng: &mut Rng) {
    recipe.geometry.log_offset_mib = 0;
    for item in &mut recipe.log {
        if let Place::Sector(sector) = item.place_mut() {
            *sector = RESERVED_FIRST_SECTOR + rng.below(120);
        }
    }
}
