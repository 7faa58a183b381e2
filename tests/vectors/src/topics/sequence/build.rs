//! Entries at given sectors of the ring.

use vhdx_log_image::{Entry, Recipe, Tail};

use crate::recipes::{small, write};

/// An entry at a sector of the ring, with a number.
pub(super) fn at(sector: u32, number: u64, target: u32) -> Entry {
    write(target).at(sector).numbered(number)
}

pub(super) fn log(entries: impl IntoIterator<Item = Entry>) -> Recipe {
    entries.into_iter().fold(small(), Recipe::then)
}

/// A run of entries of two sectors each, which write consecutive sectors from `target` on. The tail
/// of each is the item with index `tail`.
pub(super) fn run(
    sector: u32,
    first: u64,
    entries: u32,
    target: u32,
    tail: u32,
) -> impl Iterator<Item = Entry> {
    (0..entries).map(move |index| {
        at(sector + 2 * index, first + u64::from(index), target + index).with_tail(Tail::Item(tail))
    })
}
