//! The shape of a log, from its recipe: what a reader can stumble over that breaks no demand.

use std::collections::BTreeSet;

use vhdx_log_image::{Descriptor, Entry, Layout, Place, Recipe, SECTOR, Tail};

use crate::case::TestCase;

/// Descriptors in the first sector of an entry.
const FIRST_SECTOR: u64 = 126;
/// From here on a range of zeros is long, in bytes.
const LONG: u64 = 1 << 20;

/// A trait, and whether a recipe has it.
type Trait = (&'static str, fn(&Recipe, &Layout) -> bool);

const TRAITS: [Trait; 17] = [
    ("wrapped", |recipe, layout| {
        let ring = layout.ring_sectors();
        recipe.placements().iter().any(|placed| placed.wraps(ring))
    }),
    ("fills the ring", |recipe, layout| {
        let placements = recipe.placements();
        let written: u64 = placements
            .iter()
            .map(|placed| u64::from(placed.sectors))
            .sum();
        written >= u64::from(layout.ring_sectors())
    }),
    ("several runs", |recipe, _| {
        let mut items = recipe.log.iter().skip(1).filter_map(|item| item.entry());
        items.any(|entry| entry.at != Place::After || entry.sequence_number.is_some())
    }),
    ("several generations", |recipe, _| {
        let guids: BTreeSet<_> = entries(recipe)
            .map(|entry| entry.log_guid.on_disk())
            .collect();
        guids.len() > 1
    }),
    ("tail before the head", |recipe, _| {
        entries(recipe)
            .last()
            .is_some_and(|head| head.tail != Tail::Own)
    }),
    ("tail inside the run", |recipe, _| {
        entries(recipe)
            .last()
            .is_some_and(|head| matches!(head.tail, Tail::Item(item) if item > 0))
    }),
    ("many descriptors", |recipe, _| {
        entries(recipe).any(|entry| descriptors(entry) > FIRST_SECTOR)
    }),
    ("empty entry", |recipe, _| {
        entries(recipe).any(|entry| entry.descriptors.is_empty())
    }),
    ("one entry", |recipe, _| entries(recipe).count() == 1),
    ("long zero range", |recipe, _| {
        zeros(recipe).any(|length| length >= LONG)
    }),
    ("zero range", |recipe, _| {
        zeros(recipe).any(|length| length >= SECTOR)
    }),
    ("torn", |recipe, _| {
        entries(recipe).any(|entry| !entry.tears.is_empty())
    }),
    ("large numbers", |recipe, _| {
        entries(recipe).any(|entry| {
            entry
                .sequence_number
                .is_some_and(|number| number >= 1 << 32)
        })
    }),
    ("file sizes", |recipe, _| {
        entries(recipe)
            .any(|entry| entry.flushed_file_offset.is_some() || entry.last_file_offset.is_some())
    }),
    ("other length", |recipe, _| recipe.length.is_some()),
    ("log elsewhere", |recipe, _| {
        recipe.geometry.log_offset_mib != 1 || recipe.geometry.log_mib != 1
    }),
    ("headers differ", |recipe, _| {
        recipe.header_1 != recipe.header_2
    }),
];

fn entries(recipe: &Recipe) -> impl Iterator<Item = &Entry> {
    recipe.log.iter().filter_map(|item| item.entry())
}

fn descriptors(entry: &Entry) -> u64 {
    let count = |descriptor: &Descriptor| match descriptor {
        Descriptor::Data(data) => 1 + u64::from(data.more),
        Descriptor::Zero(zero) => 1 + u64::from(zero.more),
    };
    entry.descriptors.iter().map(count).sum()
}

fn zeros(recipe: &Recipe) -> impl Iterator<Item = u64> {
    entries(recipe)
        .flat_map(|entry| &entry.descriptors)
        .filter_map(|descriptor| match descriptor {
            Descriptor::Zero(zero) => Some(zero.length),
            Descriptor::Data(_) => None,
        })
}

/// The traits that the log of a case has.
pub(super) fn traits(case: &TestCase) -> impl Iterator<Item = &'static str> {
    let layout = Layout::of(&case.recipe.geometry);
    let has = move |(_, has): &&Trait| has(&case.recipe, &layout);
    TRAITS.iter().filter(has).map(|(name, _)| *name)
}
