//! One thing wrong, or merely unusual, with an image that was right.

mod entry;
mod header;

use super::dice::Dice;
use super::value;
use crate::image::{Bytes, Entry, Layout, LogGuid, Patch, Place, Recipe};

pub(super) use entry::bend_entry;

const MIB: u64 = 1 << 20;

/// Bends the recipe in one place: mostly one of its newest entries, sometimes a header, sometimes
/// the file around them.
pub fn bend(recipe: &mut Recipe, dice: &mut Dice) {
    match dice.below(100) {
        0..=18 => header::bend_headers(recipe, dice),
        19 => {
            recipe.identifier.signature = Some(Bytes(
                dice.pick(&[&b"VHDXFILE"[..], b"conectix", b""]).to_vec(),
            ))
        }
        20..=26 => length(recipe, dice),
        27..=29 => recipe.patches.push(patch(recipe, dice)),
        30..=34 => shift(recipe, dice),
        35 => generation(recipe, dice),
        36 => under_the_headers(recipe, dice),
        _ => {
            let layout = Layout::of(&recipe.geometry);
            let Some(entry) = newest(recipe, dice) else {
                return header::bend_headers(recipe, dice);
            };
            bend_entry(entry, &layout, dice);
        }
    }
}

/// One of the recipe's entries, the newer the likelier.
pub(super) fn newest<'a>(recipe: &'a mut Recipe, dice: &mut Dice) -> Option<&'a mut Entry> {
    let mut back = dice.weighted(&[(50, 0), (22, 1), (12, 2), (16, usize::MAX)]);
    let entries = recipe.entries().count();
    if back == usize::MAX {
        back = dice.index(entries);
    }
    let skip = entries.checked_sub(1)?.saturating_sub(back);
    recipe
        .log
        .iter_mut()
        .filter_map(|item| item.entry_mut())
        .nth(skip)
}

/// Cuts the file off, or makes it longer.
fn length(recipe: &mut Recipe, dice: &mut Dice) {
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
    let lengths = dice.weighted(&[(60, &shorter[..]), (10, &tiny[..]), (30, &longer[..])]);
    recipe.length = Some(dice.pick(lengths));
}

/// A few bytes gone bad, in the log or in what the log never looks at.
fn patch(recipe: &Recipe, dice: &mut Dice) -> Patch {
    let layout = Layout::of(&recipe.geometry);
    let within_log = match recipe.placements().last() {
        Some(placement) => u64::from(placement.offset()) + u64::from(dice.below(4096 * 2)),
        None => u64::from(dice.below(1 << 20)),
    };
    let at = match dice.below(6) {
        0 => u64::from(dice.below(200 << 10)),
        1 => layout.bat_offset + u64::from(dice.below(64)),
        _ => layout.log_offset + within_log % layout.log_bytes,
    };
    Patch {
        at,
        bytes: Bytes(dice.number().to_le_bytes()[..dice.within(1, 8) as usize].to_vec()),
    }
}

/// Moves an entry off its place, or breaks the chain of numbers.
fn shift(recipe: &mut Recipe, dice: &mut Dice) {
    let placements = recipe.placements();
    let ring = Layout::of(&recipe.geometry).ring_sectors();
    let index = dice.index(placements.len());
    let (Some(item), Some(placement)) = (recipe.log.get_mut(index), placements.get(index)) else {
        return;
    };
    if let Some(entry) = item.entry_mut()
        && dice.percent(60)
    {
        let number = placement.sequence_number.unwrap_or_default();
        let by = dice.pick(&[1, u64::MAX, 2, 1 << 32, 0u64.wrapping_sub(number)]);
        entry.sequence_number = Some(number.wrapping_add(by));
        return;
    }
    let by = dice.pick(&[1, ring - 1, 2, ring / 2]);
    *item.place_mut() = Place::Sector((placement.sector + by) % ring);
}

/// Gives the whole generation a LogGuid that is right but looks like none at a short glance
/// (HDR-9).
fn generation(recipe: &mut Recipe, dice: &mut Dice) {
    let guid = dice.pick(&value::NEARLY_ZERO);
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
fn under_the_headers(recipe: &mut Recipe, dice: &mut Dice) {
    recipe.geometry.log_offset_mib = 0;
    for item in &mut recipe.log {
        if let Place::Sector(sector) = item.place_mut() {
            *sector = 80 + dice.below(120);
        }
    }
}
