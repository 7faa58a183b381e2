//! Entries with a LastFileOffset, in images of one length.

use vhdx_log_image::{Entry, MIB};

/// Length of the images.
pub(super) const LENGTH: u64 = 5 * MIB;

pub(super) fn last(entry: Entry, last: u64) -> Entry {
    Entry {
        last_file_offset: Some(last),
        ..entry
    }
}
