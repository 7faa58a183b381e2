//! Entries of zero descriptors.

use vhdx_log_image::{Entry, Target};

pub(super) fn zero(target: Target, length: u64) -> Entry {
    Entry::empty().zero(target, length)
}
