//! Mutation: one step from a recipe to a neighbour, as a fuzzer needs between two cases.
//!
//! Contract: a function of the recipe and the random numbers; sizes stay below the limits here, so
//! that no sequence of steps makes a case slow.

use super::corrupt::{corrupt, corrupt_entry, newest};
use super::rng::Rng;
use super::sample::well_formed;
use super::value;
use crate::shrink::{descend, pinned, rename_tails, without};
use crate::{Descriptor, Entry, Item, Layout, Place, Recipe, Tail};

/// The most items that a mutation lets a log grow to, so that cases stay fast.
pub const LIMIT_ITEMS: usize = 32;
/// The largest `more` that a mutation leaves in a descriptor.
const LIMIT_MORE: u32 = 600;
/// The longest log that a mutation leaves, in MiB.
const LIMIT_LOG_MIB: u32 = 8;

/// Changes the recipe in one structural way: the same change for the same random numbers. The
/// result never costs much more to build than a few MiB of log.
pub fn mutate(recipe: &mut Recipe, rng: &mut Rng) {
    let items = recipe.log.len();
    match rng.below(20) {
        0..=3 => corrupt(recipe, rng),
        4..=6 => simplify(recipe, rng),
        7 => insert(recipe, rng.index(items + 1), Item::Entry(successor(rng))),
        8 if items > 0 => remove(recipe, rng.index(items)),
        9 if items > 0 => {
            let copy = recipe.log[rng.index(items)].clone();
            insert(recipe, rng.index(items + 1), copy);
        }
        10 if items > 1 => swap(recipe, rng.index(items), rng.index(items)),
        11 | 12 => descriptors(recipe, rng),
        13 | 14 => place(recipe, rng),
        15 => tails(recipe, rng),
        16 => sequence_numbers(recipe, rng),
        17 => recipe.geometry = well_formed(rng).geometry,
        18 => graft(recipe, rng),
        _ => {
            let layout = Layout::of(&recipe.geometry);
            if let Some(entry) = newest(recipe, rng) {
                corrupt_entry(entry, &layout, rng);
            }
        }
    }
    clamp_sizes(recipe);
}

/// Makes one thing simpler: removes items or a corruption, lowers a number.
fn simplify(recipe: &mut Recipe, rng: &mut Rng) {
    // Steps are made lazily, the largest first. Mostly one of the first few is taken.
    let reach = 1 << rng.below(6);
    let step = rng.index(reach);
    let items = recipe.log.len();
    match rng.below(8) {
        0..=2 if items > 0 => {
            let start = rng.index(items);
            let end = start + 1 + rng.index(items - start);
            let rest_stays = rng.chance(50) && end < items;
            *recipe = if rest_stays {
                without(&pinned(recipe, end), start..end)
            } else {
                without(recipe, start..end)
            };
        }
        3..=6 if items > 0 => descend(&mut recipe.log[rng.index(items)], step),
        _ => match rng.below(6) {
            0 => descend(&mut recipe.geometry, step),
            1 => descend(&mut recipe.length, step),
            2 => descend(&mut recipe.patches, step),
            3 => descend(&mut recipe.identifier, step),
            4 => descend(&mut recipe.header_1, step),
            _ => descend(&mut recipe.header_2, step),
        },
    }
}

/// An entry to append or insert.
fn successor(rng: &mut Rng) -> Entry {
    let descriptors = rng.weighted(&[(1, 0), (3, 1), (2, 2)]);
    let entry = (0..descriptors)
        .map(|_| value::descriptor(rng))
        .fold(Entry::empty(), Entry::descriptor);
    if rng.chance(50) {
        entry.with_tail(Tail::Item(rng.below(8)))
    } else {
        entry
    }
}

/// Adds an item; tails still point to the same items.
fn insert(recipe: &mut Recipe, at: usize, item: Item) {
    rename_tails(recipe, |index| {
        Some(if index < at { index } else { index + 1 })
    });
    recipe.log.insert(at, item);
}

fn remove(recipe: &mut Recipe, index: usize) {
    *recipe = without(recipe, index..index + 1);
}

fn swap(recipe: &mut Recipe, a: usize, b: usize) {
    recipe.log.swap(a, b);
    rename_tails(recipe, |index| {
        Some(match index {
            index if index == a => b,
            index if index == b => a,
            index => index,
        })
    });
}

/// Adds, removes, doubles or replaces a descriptor, or makes it many.
fn descriptors(recipe: &mut Recipe, rng: &mut Rng) {
    let Some(entry) = newest(recipe, rng) else {
        return;
    };
    let list = &mut entry.descriptors;
    let at = rng.index(list.len());
    match rng.below(5) {
        1 if !list.is_empty() => drop(list.remove(at)),
        2 if !list.is_empty() => list.insert(at, list[at].clone()),
        3 if !list.is_empty() => list[at] = value::descriptor(rng),
        4 if !list.is_empty() => {
            *more(&mut list[at]) = rng.pick(&[0, 1, 2, 61, 62, 124, 125, 126, 252, 253, 254])
        }
        _ => list.insert(at, value::descriptor(rng)),
    }
}

fn more(descriptor: &mut Descriptor) -> &mut u32 {
    match descriptor {
        Descriptor::Data(data) => &mut data.more,
        Descriptor::Zero(zero) => &mut zero.more,
    }
}

/// Moves an item: after the one before, to a neighbouring sector, so that it ends with the ring, so
/// that it wraps, or anywhere.
fn place(recipe: &mut Recipe, rng: &mut Rng) {
    let placements = recipe.placements();
    let ring = Layout::of(&recipe.geometry).ring_sectors();
    let index = rng.index(placements.len());
    let (Some(item), Some(placement)) = (recipe.log.get_mut(index), placements.get(index)) else {
        return;
    };
    let (sector, sectors) = (placement.sector, placement.sectors);
    *item.place_mut() = match rng.below(6) {
        0 => Place::After,
        1 => Place::Sector((sector + 1) % ring),
        2 => Place::Sector((sector + ring - 1) % ring),
        3 => Place::Sector((2 * ring - sectors.min(ring)) % ring),
        4 => Place::Sector(ring - 1 - rng.below(sectors.clamp(1, ring))),
        _ => Place::Sector(rng.below(ring)),
    };
}

/// Gives one entry another tail.
fn tails(recipe: &mut Recipe, rng: &mut Rng) {
    let item = rng.index(recipe.log.len()) as u32;
    if let Some(entry) = newest(recipe, rng) {
        entry.tail = if rng.chance(80) {
            Tail::Item(item)
        } else {
            Tail::Own
        };
    }
}

/// Makes an entry follow the one before, or gives it another entry's sequence number or one near
/// it.
fn sequence_numbers(recipe: &mut Recipe, rng: &mut Rng) {
    let placements = recipe.placements();
    let other = placements
        .get(rng.index(placements.len()))
        .and_then(|placement| placement.sequence_number);
    let near = other.map(|number| number.wrapping_add(u64::from(rng.below(4))).wrapping_sub(1));
    if let Some(entry) = newest(recipe, rng) {
        entry.sequence_number = if rng.chance(40) { None } else { near };
    }
}

/// Appends another recipe's log to this one's.
fn graft(recipe: &mut Recipe, rng: &mut Rng) {
    let mut other = well_formed(rng);
    let offset = recipe.log.len();
    rename_tails(&mut other, |index| Some(index + offset));
    recipe.log.append(&mut other.log);
}

/// Limits what would make the recipe expensive to build.
fn clamp_sizes(recipe: &mut Recipe) {
    recipe.log.truncate(LIMIT_ITEMS);
    recipe.geometry.log_mib = recipe.geometry.log_mib.min(LIMIT_LOG_MIB);
    for descriptor in recipe
        .log
        .iter_mut()
        .filter_map(Item::entry_mut)
        .flat_map(|entry| &mut entry.descriptors)
    {
        let more = more(descriptor);
        *more = (*more).min(LIMIT_MORE);
    }
}
