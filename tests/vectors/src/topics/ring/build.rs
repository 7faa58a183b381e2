//! Runs of entries around the end of the log.

use vhdx_log_image::{Recipe, Tail};

use crate::recipes::write;

/// Sectors of the ring.
pub(super) const RING: u32 = 256;

/// So many entries of two sectors from `sector` on, round the ring; the tail is that of item
/// `tail`.
pub(super) fn run(recipe: Recipe, sector: u32, entries: u32, tail: u32) -> Recipe {
    let first = recipe.log.len() as u32;
    (0..entries).fold(recipe, |recipe, index| {
        let entry = write(1 + index).with_tail(Tail::Item(first + tail));
        recipe.then(if index == 0 { entry.at(sector) } else { entry })
    })
}
