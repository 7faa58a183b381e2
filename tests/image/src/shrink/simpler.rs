//! Simpler recipes: items of the log removed, then one part made simpler.

use std::ops::Range;

use super::parts::{Simpler, field, pieces};
use crate::entry::{Item, Place, Tail};
use crate::recipe::Recipe;

/// All recipes that are one step simpler, the largest steps first.
pub fn simpler(recipe: &Recipe) -> impl Iterator<Item = Recipe> + '_ {
    let shorter = pieces(recipe.log.len()).flat_map(|range| {
        let in_place = (range.end < recipe.log.len())
            .then(|| without(&pinned(recipe, range.end), range.clone()));
        in_place.into_iter().chain([without(recipe, range)])
    });
    shorter
        .chain(field(recipe, |recipe| &mut recipe.geometry))
        .chain(field(recipe, |recipe| &mut recipe.length))
        .chain(field(recipe, |recipe| &mut recipe.patches))
        .chain(field(recipe, |recipe| &mut recipe.identifier))
        .chain(field(recipe, |recipe| &mut recipe.header_1))
        .chain(field(recipe, |recipe| &mut recipe.header_2))
        .chain(
            (0..recipe.log.len())
                .flat_map(|index| field(recipe, move |recipe| &mut recipe.log[index])),
        )
        .chain((0..recipe.log.len()).flat_map(|index| ending_where_it_did(recipe, index)))
        .chain((0..recipe.log.len()).flat_map(|index| moved(recipe, index)))
}

/// The recipe without these items. Tails that pointed to one of them become [`Tail::Own`].
pub(crate) fn without(recipe: &Recipe, range: Range<usize>) -> Recipe {
    let mut shorter = recipe.clone();
    shorter.log.drain(range.clone());
    rename_tails(&mut shorter, |index| match index {
        index if index < range.start => Some(index),
        index if index < range.end => None,
        index => Some(index - range.len()),
    });
    shorter
}

/// Renumbers the items that tails point to; with no new index, the tail becomes [`Tail::Own`].
pub(crate) fn rename_tails(recipe: &mut Recipe, new_index: impl Fn(usize) -> Option<usize>) {
    for entry in recipe.log.iter_mut().filter_map(Item::entry_mut) {
        if let Tail::Item(index) = entry.tail {
            entry.tail =
                new_index(index as usize).map_or(Tail::Own, |index| Tail::Item(index as u32));
        }
    }
}

/// The recipe with the place of an item, and the sequence number of the first entry from it on,
/// made explicit, so that the items before can be removed without changing the rest.
pub(crate) fn pinned(recipe: &Recipe, index: usize) -> Recipe {
    let mut pinned = recipe.clone();
    let placements = recipe.placements();
    if let (Some(item), Some(placement)) = (pinned.log.get_mut(index), placements.get(index)) {
        *item.place_mut() = Place::Sector(placement.sector);
    }
    for (item, placement) in pinned.log.iter_mut().zip(&placements).skip(index) {
        if let Some(entry) = item.entry_mut() {
            entry.sequence_number = placement.sequence_number;
            break;
        }
    }
    pinned
}

/// The recipe with an item at an earlier place on the ring.
fn moved(recipe: &Recipe, index: usize) -> Vec<Recipe> {
    let mut recipes = Vec::new();
    let place = |recipe: &mut Recipe, place| *recipe.log[index].place_mut() = place;
    let mut copy = recipe.clone();
    if let Place::Sector(sector) = *copy.log[index].place_mut() {
        for place_to in std::iter::once(Place::After).chain(sector.simpler().map(Place::Sector)) {
            place(&mut copy, place_to);
            recipes.push(copy.clone());
        }
    }
    recipes
}

/// The recipe with fewer descriptors in an entry that still ends at the same sector: the failure
/// may depend on where it ends, or that it wraps.
fn ending_where_it_did(recipe: &Recipe, index: usize) -> Vec<Recipe> {
    let Item::Entry(entry) = &recipe.log[index] else {
        return Vec::new();
    };
    let before = recipe.placements();
    let without_some = |range: Range<usize>| {
        let mut shorter = recipe.clone();
        let entry = shorter.log[index].entry_mut()?;
        entry.descriptors.drain(range);
        let (before, after) = (before.get(index)?, shorter.placements().get(index)?.sectors);
        *shorter.log[index].place_mut() =
            Place::Sector(before.sector + before.sectors.checked_sub(after)?);
        Some(shorter)
    };
    pieces(entry.descriptors.len())
        .filter_map(without_some)
        .collect()
}
