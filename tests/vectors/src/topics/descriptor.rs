//! Topic `descriptor`: the fields of descriptors, how many fit where, and what they may write to.

mod bad_target;
mod build;
mod fields;
mod targets;

use crate::source::VectorSource;

pub(crate) fn vectors() -> Vec<VectorSource> {
    [fields::vectors(), targets::vectors(), bad_target::vectors()].concat()
}
