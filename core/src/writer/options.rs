//! The options of an open that only the writer looks at.

use crate::entry::layout::DESCRIPTORS_IN_FIRST;
use crate::open::{Access, DirtyLog, OpenOptions};
use crate::ring::Ring;
use crate::units::{SECTOR, SequenceNumber};

/// As many descriptors as the first sector of an entry holds: what is gathered costs one sector
/// beside its data.
pub(crate) const DEFAULT_MAX_GATHERED: usize = DESCRIPTORS_IN_FIRST;

impl OpenOptions {
    /// The number of the first log entry that is [written](super); 0 is none (ENT-5) and counts as
    /// 1. By default it is random, as Windows' is.
    #[must_use]
    pub const fn first_log_sequence_number(mut self, number: u64) -> Self {
        self.first_log_number = Some(SequenceNumber(if number == 0 { 1 } else { number }));
        self
    }

    /// The number asked for with [`first_log_sequence_number`](Self::first_log_sequence_number).
    pub(super) const fn first_log_number(&self) -> Option<SequenceNumber> {
        self.first_log_number
    }

    /// How many changed sectors and ranges of several transactions the [writer](super) may put into
    /// one log entry; 126 by default, and never more than fill a quarter of the log. With 1, every
    /// transaction has an entry of its own.
    #[must_use]
    pub const fn max_gathered_changes(mut self, changes: usize) -> Self {
        self.max_gathered_changes = changes;
        self
    }

    /// The limit asked for with [`max_gathered_changes`](Self::max_gathered_changes), for this
    /// ring.
    pub(super) fn max_gathered(&self, ring: Ring) -> usize {
        let quarter =
            usize::try_from(u64::from(ring.length()) / (4 * SECTOR)).unwrap_or(usize::MAX);
        self.max_gathered_changes.min(quarter)
    }

    /// These options, writable and replaying.
    pub(super) const fn for_writing(mut self) -> Self {
        self.access = Access::Writable;
        self.dirty_log = DirtyLog::Replay;
        self
    }
}
