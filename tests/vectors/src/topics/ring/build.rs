//! Runs of entries around the end of the log.

use vhdx_log_image::{Recipe, Tail};

use crate::recipes::write;

/// Sectors of a log of 1 MiB.
pub(super) const RING: u32 = 256;

/// This many entries of two sectors from `sector` on, around the ring. The tail of each is the
/// entry with index `tail` among them.
pub(super) fn run(recipe: Recipe, sector: u32, entries: u32, tail: u32) -> Recipe {
    let first = recipe.log.len() as u32;
    (0..entries).fold(recipe, |recipe, index| {
        let entry = write(1 + index).with_tail(Tail::Item(first + tail));
        recipe.then(if index == 0 { entry.at(sector) } else { entry })
    })
}
