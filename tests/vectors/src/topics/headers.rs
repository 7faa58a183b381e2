//! Topic `headers`: the file identifier, which header is current, and what the current header says.
//!
//! The header that must not be taken is a decoy. Its LogGuid is zero where the other's is set, or
//! the other way round, so a reader that takes it opens the file without a replay, or refuses it.

mod current;
mod edit;
mod fields;
mod guids;
mod halves;
mod one_valid;
mod place;
mod place_in_one;
mod rest;
mod validity;
mod version_in_one;

use crate::source::VectorSource;

pub(crate) fn vectors() -> Vec<VectorSource> {
    [
        current::vectors(),
        validity::vectors(),
        fields::vectors(),
        place::vectors(),
        version_in_one::vectors(),
        place_in_one::vectors(),
        one_valid::vectors(),
        halves::vectors(),
        rest::vectors(),
        guids::vectors(),
    ]
    .concat()
}
