//! How to open an image for writing through its log.

use super::limits::Limits;
use crate::entry::layout::DESCRIPTORS_IN_FIRST;
use crate::open::OpenOptions;
use crate::ring::Ring;
use crate::units::SequenceNumber;

/// As many descriptors as the first sector of an entry holds: gathering then costs one sector
/// besides the data.
const DEFAULT_MAX_GATHERED: usize = DESCRIPTORS_IN_FIRST;

/// How to open an image for writing through its log, and how entries are made.
///
/// ```
/// use vhdx_log::{OpenOptions, writer::WriteOptions};
///
/// let limited = OpenOptions::writable().max_file_size(1 << 40);
/// let options = WriteOptions::from(limited).max_gathered_changes(1);
/// ```
#[derive(Clone, Debug)]
pub struct WriteOptions {
    open: OpenOptions,
    first_log_sequence_number: Option<SequenceNumber>,
    max_gathered_changes: usize,
    pub(super) limits: Limits,
}

impl Default for WriteOptions {
    fn default() -> Self {
        Self::new()
    }
}

impl From<OpenOptions> for WriteOptions {
    /// Opens as these options say, but always writable and replaying.
    fn from(open: OpenOptions) -> Self {
        Self {
            open: open.replaying(),
            ..Self::new()
        }
    }
}

impl WriteOptions {
    /// [`OpenOptions::writable`] and the defaults of each option below.
    pub const fn new() -> Self {
        Self {
            open: OpenOptions::writable(),
            first_log_sequence_number: None,
            max_gathered_changes: DEFAULT_MAX_GATHERED,
            limits: Limits::DEFAULT,
        }
    }

    /// The SequenceNumber of the first log entry. 0 is not valid (ENT-5) and counts as 1. The
    /// default is random, as on Windows.
    #[must_use]
    pub const fn first_log_sequence_number(mut self, sequence_number: u64) -> Self {
        self.first_log_sequence_number = Some(SequenceNumber(if sequence_number == 0 {
            1
        } else {
            sequence_number
        }));
        self
    }

    /// How many changed sectors and ranges of several transactions may share one log entry
    /// (WRT-8). The default is 126; an entry never gathers more than fill a quarter of the log.
    /// With 1, every transaction has an entry of its own.
    #[must_use]
    pub const fn max_gathered_changes(mut self, changes: usize) -> Self {
        self.max_gathered_changes = changes;
        self
    }

    /// Other limits than the writer's own. Only for tests, which make them small.
    #[doc(hidden)]
    #[must_use]
    pub const fn limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    pub(super) const fn open_options(&self) -> &OpenOptions {
        &self.open
    }

    pub(super) const fn first_sequence_number(&self) -> Option<SequenceNumber> {
        self.first_log_sequence_number
    }

    /// How many changes an entry in this ring may gather.
    pub(super) fn max_gathered(&self, ring: Ring) -> usize {
        self.max_gathered_changes.min(ring.sectors().index() / 4)
    }
}
