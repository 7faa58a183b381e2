//! Topic `geometry`: disks of other sizes than the rest of the corpus has. The log is always one
//! entry or a few, at the start of the ring, so that nothing else about an image is hard.

mod build;
mod chunks;
mod far;
mod growth;
mod log_place;
mod overlap;
mod sizes;
mod states;
mod zero_ranges;

use crate::source::VectorSource;

pub(crate) fn vectors() -> Vec<VectorSource> {
    [
        sizes::vectors(),
        chunks::vectors(),
        states::vectors(),
        far::vectors(),
        zero_ranges::vectors(),
        growth::vectors(),
        log_place::vectors(),
        overlap::vectors(),
    ]
    .concat()
}
