//! Entries that write the BAT.

use vhdx_log_image::{Content, Entry, Target};

/// The BAT of the image, its first sector, with this many blocks present.
pub(super) fn table(present: u32) -> Entry {
    Entry::empty().content(Target::Bat(0), Content::BlockTable(present))
}
