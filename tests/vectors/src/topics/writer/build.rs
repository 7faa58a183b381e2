//! Entries that write the BAT.

use vhdx_log_image::{Content, Entry, Target};

/// An entry that writes the first sector of the BAT, with this many blocks present.
pub(super) fn table(present: u32) -> Entry {
    Entry::empty().content(Target::Bat(0), Content::BlockTable(present))
}
