//! Topic `sequence`: which entries make a sequence, and which sequence is the active one
//! (SEQ-1 to SEQ-5, SEQ-7).

mod build;
mod candidates;
mod runs;
mod search;
mod side_by_side;

use crate::source::VectorSource;

pub(crate) fn vectors() -> Vec<VectorSource> {
    [
        runs::vectors(),
        candidates::vectors(),
        search::vectors(),
        side_by_side::vectors(),
    ]
    .concat()
}
