//! What a replay will do, checked in full before the first byte is written (RPL-8).

use super::updates::{Source, Updates};
use crate::error::{OpenError, Refusal};
use crate::ring::Ring;
use crate::sequence::ActiveSequence;
use crate::storage::Storage;
use crate::units::MIB;

/// A replay that may go ahead: the sequence is whole, every target is allowed, the resulting length
/// is within the limit.
///
/// Small whatever the log holds: the updates themselves stay in the log and are
/// [walked](Self::updates).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReplayPlan {
    /// The log.
    pub ring: Ring,
    /// The entries to apply.
    pub active: ActiveSequence,
    /// The file's length before, in bytes.
    pub file_length: u64,
    /// The file's length after, in bytes; never less (RPL-2, RPL-3).
    pub resulting_length: u64,
    /// How many sectors are written, those written again counted again.
    pub data_updates: u64,
    /// How many ranges are zeroed.
    pub zero_updates: u64,
}

impl ReplayPlan {
    /// Checks the active sequence of a file of `file_length` bytes, in this order: SEQ-8; DSC-5 to
    /// DSC-7 for each update, oldest first; RPL-9.
    ///
    /// # Errors
    /// A refusal with one of these clauses, or the device's error.
    pub fn new<S: Storage + ?Sized>(
        storage: &S,
        ring: Ring,
        active: ActiveSequence,
        file_length: u64,
        max_file_size_bytes: u64,
    ) -> Result<Self, OpenError> {
        let head = active.head();
        if file_length < head.flushed_file_offset {
            return Err(Refusal::Truncated {
                head: head.offset,
                flushed_file_offset: head.flushed_file_offset,
                file_length,
            }
            .into());
        }
        // LastFileOffset should be a multiple of 1 MiB; where it is not, it is taken up to the next
        // (ENT-9). There may be none: no file is that long, not even one of u64::MAX bytes.
        let last = head.last_file_offset.checked_next_multiple_of(MIB);
        let mut resulting_length = file_length.max(last.unwrap_or(u64::MAX));
        let (mut data_updates, mut zero_updates) = (0_u64, 0_u64);
        for update in Updates::new(ring, &active, storage) {
            let update = update?;
            if update.length() > 0 {
                resulting_length =
                    resulting_length.max(update.target.0.saturating_add(update.length()));
            }
            match update.source {
                Source::Data { .. } => data_updates = data_updates.saturating_add(1),
                Source::Zero { .. } => zero_updates = zero_updates.saturating_add(1),
            }
        }
        let grows = resulting_length > file_length;
        if last.is_none() || (grows && resulting_length > max_file_size_bytes) {
            return Err(Refusal::TooLarge {
                resulting_length,
                limit: max_file_size_bytes,
            }
            .into());
        }
        Ok(Self {
            ring,
            active,
            file_length,
            resulting_length,
            data_updates,
            zero_updates,
        })
    }

    /// The updates in the order in which they take effect: entry by entry from the tail, descriptor
    /// by descriptor; a later one wins (RPL-1).
    ///
    /// Reads the log as it goes; memory is one sector.
    pub fn updates<'a, S: Storage + ?Sized>(&self, storage: &'a S) -> Updates<'a, S> {
        Updates::new(self.ring, &self.active, storage)
    }
}
