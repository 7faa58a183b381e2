//! One thing wrong, or merely unusual, with an image that was right.

mod entry;
mod header;

use super::rng::Rng;
use super::value;
use crate::{Bytes, Entry, Layout, LogGuid, Patch, Place, Recipe};

pub(super) use entry::corrupt_entry;

use crate::sector::MIB;

/// Corrupts the recipe in one place: mostly one of its newest entries, sometimes a header, sometimes
/// the file around them.
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

/// One of the recipe's entries, the newer the likelier.
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

/// Cuts the file off, or makes it longer.
fn length(recipe: &mut Recipe, rng: &mut Rng) {
    let layout = Layout::of(&recipe.geometry);
    let (log_end, whole) = (layout.log_offset + layout.log_bytes, layout.file_bytes);
    let shorter = [
        whole - 1,
        whole - 4096,
        whole - MIB,
        whole - MIB,
        log_end,
        log_end - 1,
        log_end - 4096,
        layout.log_offset,
    ];
    let tiny = [(132 << 10) - 1, 132 << 10, 65 << 10, 100, 0];
    let longer = [
        whole + 1,
        whole + 512,
        whole + 4096,
        whole + MIB,
        whole + (1 << 30),
        1 << 44,
    ];
    let lengths = rng.weighted(&[(60, &shorter[..]), (10, &tiny[..]), (30, &longer[..])]);
    recipe.length = Some(rng.pick(lengths));
}

/// A few bytes gone bad, in the log or in what the log never looks at.
fn patch(recipe: &Recipe, rng: &mut Rng) -> Patch {
    let layout = Layout::of(&recipe.geometry);
    let within_log = match recipe.placements().last() {
        Some(placement) => u64::from(placement.offset()) + u64::from(rng.below(4096 * 2)),
        None => u64::from(rng.below(1 << 20)),
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

/// Moves an entry off its place, or breaks the chain of numbers.
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

/// Gives the whole generation a LogGuid that is right but looks like none at a short glance
/// (HDR-9).
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

/// Puts the log where the headers are (HDR-8), with its entries in the reserved space behind them.
fn under_the_headers(recipe: &mut Recipe, rng: &mut Rng) {
    recipe.geometry.log_offset_mib = 0;
    for item in &mut recipe.log {
        if let Place::Sector(sector) = item.place_mut() {
            *sector = 80 + rng.below(120);
        }
    }
}
