//! One step from a recipe to a neighbour: what a fuzzer does between two cases.

use super::bend::{bend, bend_entry, newest};
use super::dice::Dice;
use super::sample::unbent;
use super::value;
use crate::image::shrink::{descend, pinned, rename_tails, without};
use crate::image::{Descriptor, Entry, Item, Layout, Place, Recipe, Tail};

/// The most items a mutation lets a log grow to, so that cases stay fast.
pub const LIMIT_ITEMS: usize = 32;
/// The most `more` a mutation leaves in a descriptor.
const LIMIT_MORE: u32 = 600;
/// The longest log a mutation leaves, in MiB.
const LIMIT_LOG_MIB: u32 = 8;

/// Changes the recipe in one structural way: the same change for the same dice. The result is never
/// much dearer to build than a few MiB of log.
pub fn mutate(recipe: &mut Recipe, dice: &mut Dice) {
    let items = recipe.log.len();
    match dice.below(20) {
        0..=3 => bend(recipe, dice),
        4..=6 => straighten(recipe, dice),
        7 => insert(recipe, dice.index(items + 1), Item::Entry(successor(dice))),
        8 if items > 0 => remove(recipe, dice.index(items)),
        9 if items > 0 => {
            let copy = recipe.log[dice.index(items)].clone();
            insert(recipe, dice.index(items + 1), copy);
        }
        10 if items > 1 => swap(recipe, dice.index(items), dice.index(items)),
        11 | 12 => descriptors(recipe, dice),
        13 | 14 => place(recipe, dice),
        15 => tails(recipe, dice),
        16 => numbers(recipe, dice),
        17 => recipe.geometry = unbent(dice).geometry,
        18 => graft(recipe, dice),
        _ => {
            let layout = Layout::of(&recipe.geometry);
            if let Some(entry) = newest(recipe, dice) {
                bend_entry(entry, &layout, dice);
            }
        }
    }
    tame(recipe);
}

/// Makes one thing simpler: drops items, undoes a bend, takes a number down.
fn straighten(recipe: &mut Recipe, dice: &mut Dice) {
    // The steps down are made one after another: most often one of the first, which are the
    // boldest, is taken.
    let reach = 1 << dice.below(6);
    let step = dice.index(reach);
    let items = recipe.log.len();
    match dice.below(8) {
        0..=2 if items > 0 => {
            let start = dice.index(items);
            let end = start + 1 + dice.index(items - start);
            let rest_stays = dice.percent(50) && end < items;
            *recipe = if rest_stays {
                without(&pinned(recipe, end), start..end)
            } else {
                without(recipe, start..end)
            };
        }
        3..=6 if items > 0 => descend(&mut recipe.log[dice.index(items)], step),
        _ => match dice.below(6) {
            0 => descend(&mut recipe.geometry, step),
            1 => descend(&mut recipe.length, step),
            2 => descend(&mut recipe.patches, step),
            3 => descend(&mut recipe.identifier, step),
            4 => descend(&mut recipe.header_1, step),
            _ => descend(&mut recipe.header_2, step),
        },
    }
}

/// An entry to go on with.
fn successor(dice: &mut Dice) -> Entry {
    let descriptors = dice.weighted(&[(1, 0), (3, 1), (2, 2)]);
    let entry = (0..descriptors)
        .map(|_| value::descriptor(dice))
        .fold(Entry::empty(), Entry::descriptor);
    if dice.percent(50) {
        entry.with_tail(Tail::Item(dice.below(8)))
    } else {
        entry
    }
}

/// Adds an item; tails go on naming what they named.
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

/// Adds, drops, doubles or replaces a descriptor, or makes one stand for many.
fn descriptors(recipe: &mut Recipe, dice: &mut Dice) {
    let Some(entry) = newest(recipe, dice) else {
        return;
    };
    let list = &mut entry.descriptors;
    let at = dice.index(list.len());
    match dice.below(5) {
        1 if !list.is_empty() => drop(list.remove(at)),
        2 if !list.is_empty() => list.insert(at, list[at].clone()),
        3 if !list.is_empty() => list[at] = value::descriptor(dice),
        4 if !list.is_empty() => {
            *more(&mut list[at]) = dice.pick(&[0, 1, 2, 61, 62, 124, 125, 126, 252, 253, 254])
        }
        _ => list.insert(at, value::descriptor(dice)),
    }
}

fn more(descriptor: &mut Descriptor) -> &mut u32 {
    match descriptor {
        Descriptor::Data(data) => &mut data.more,
        Descriptor::Zero(zero) => &mut zero.more,
    }
}

/// Moves an item: to follow the one before, to a sector nearby, so that it ends with the ring or
/// wraps, or anywhere.
fn place(recipe: &mut Recipe, dice: &mut Dice) {
    let placements = recipe.placements();
    let ring = Layout::of(&recipe.geometry).ring_sectors();
    let index = dice.index(placements.len());
    let (Some(item), Some(placement)) = (recipe.log.get_mut(index), placements.get(index)) else {
        return;
    };
    let (sector, sectors) = (placement.sector, placement.sectors);
    *item.place_mut() = match dice.below(6) {
        0 => Place::After,
        1 => Place::Sector((sector + 1) % ring),
        2 => Place::Sector((sector + ring - 1) % ring),
        3 => Place::Sector((2 * ring - sectors.min(ring)) % ring),
        4 => Place::Sector(ring - 1 - dice.below(sectors.clamp(1, ring))),
        _ => Place::Sector(dice.below(ring)),
    };
}

/// Gives one entry another tail, an entry's start if it can.
fn tails(recipe: &mut Recipe, dice: &mut Dice) {
    let item = dice.index(recipe.log.len()) as u32;
    if let Some(entry) = newest(recipe, dice) {
        entry.tail = if dice.percent(80) {
            Tail::Item(item)
        } else {
            Tail::Own
        };
    }
}

/// Lets an entry follow the one before, or carry another entry's number or one near it.
fn numbers(recipe: &mut Recipe, dice: &mut Dice) {
    let placements = recipe.placements();
    let other = placements
        .get(dice.index(placements.len()))
        .and_then(|placement| placement.sequence_number);
    let near = other.map(|number| {
        number
            .wrapping_add(u64::from(dice.below(4)))
            .wrapping_sub(1)
    });
    if let Some(entry) = newest(recipe, dice) {
        entry.sequence_number = if dice.percent(40) { None } else { near };
    }
}

/// Adds part of another recipe's log behind this one's.
fn graft(recipe: &mut Recipe, dice: &mut Dice) {
    let mut other = unbent(dice);
    let offset = recipe.log.len();
    rename_tails(&mut other, |index| Some(index + offset));
    recipe.log.append(&mut other.log);
}

/// Cuts what would make the recipe dear to build.
fn tame(recipe: &mut Recipe) {
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
