//! Entries of zero descriptors.

use vhdx_log_image::{Descriptor, Entry, SECTOR, Target, Zero};

pub(super) fn zero(target: Target, length: u64) -> Entry {
    Entry::empty().zero(target, length)
}

/// An entry with this many descriptors. The last one is for data; all others zero the same sector.
pub(super) fn many(descriptors: u32) -> Entry {
    const AT_ONCE: u32 = 250;
    let (mut entry, mut left) = (Entry::empty(), descriptors - 1);
    while left > 0 {
        let zeros = Zero {
            target: Target::Payload(5),
            length: SECTOR,
            more: left.min(AT_ONCE) - 1,
        };
        entry = entry.descriptor(Descriptor::Zero(zeros));
        left -= left.min(AT_ONCE);
    }
    entry.data(Target::Payload(2))
}
