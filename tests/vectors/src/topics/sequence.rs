//! Topic `sequence`: which entries make a sequence, and which sequence is the active one.

mod build;
mod candidates;
mod runs;
mod search;

use crate::source::VectorSource;

pub(crate) fn vectors() -> Vec<VectorSource> {
    [runs::vectors(), candidates::vectors(), search::vectors()].concat()
}
