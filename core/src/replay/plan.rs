//! What a replay will do, checked in full before the first byte is written (RPL-8).
//!
//! Serves SEQ-8, DSC-5 to DSC-7 (through the walk over the updates), RPL-2, RPL-3, RPL-9. Reads
//! descriptor sectors, never data; writes nothing; its own size does not depend on the log's.

use super::budget::Budget;
use super::update::Source;
use super::updates::Updates;
use crate::error::{OpenError, Refusal};
use crate::ring::Ring;
use crate::sequence::ActiveSequence;
use crate::storage::Storage;
use crate::units::{MIB, exact};

/// A replay that may be carried out: the sequence is complete, every target is allowed, and the
/// resulting length is within the limit.
///
/// Small whatever the log holds: the updates themselves stay in the log and are
/// [read again](Self::updates).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ReplayPlan {
    /// The log.
    pub ring: Ring,
    /// The entries to apply.
    pub active: ActiveSequence,
    /// The file's length before the replay, in bytes.
    pub file_length: u64,
    /// The file's length after it, in bytes; never less (RPL-2, RPL-3).
    pub resulting_length: u64,
    /// How many data descriptors there are. A sector that several of them write counts each time.
    pub data_updates: u64,
    /// How many zero descriptors there are.
    pub zero_updates: u64,
}

impl ReplayPlan {
    /// Checks the active sequence of a file of `file_length` bytes, in this order: SEQ-8; DSC-5 to
    /// DSC-7 for each update, oldest first; RPL-9.
    ///
    /// # Errors
    /// A refusal with one of these clauses; [`OpenError::Io`]; [`OpenError::ChangedWhileRead`].
    pub fn new<S: Storage + ?Sized>(
        storage: &S,
        ring: Ring,
        active: ActiveSequence,
        file_length: u64,
        max_file_size_bytes: u64,
    ) -> Result<Self, OpenError> {
        // SEQ-8: only the head's value counts.
        let head = active.head();
        if file_length < head.flushed_file_offset {
            return Err(OpenError::Refused(Refusal::Truncated {
                head: head.offset,
                flushed_file_offset: head.flushed_file_offset,
                file_length,
            }));
        }
        // RPL-3, rounded up to 1 MiB (ENT-9). Saturates on purpose: above the last multiple of 1
        // MiB in 64 bits there is no such length, and RPL-9 refuses it below.
        let last_file_offset = head.last_file_offset.checked_next_multiple_of(MIB);
        let mut resulting_length = file_length.max(last_file_offset.unwrap_or(u64::MAX));
        let (mut data_updates, mut zero_updates) = (0_u64, 0_u64);
        for update in Updates::new(ring, &active, Budget::Unlimited, storage) {
            let update = update?;
            if update.length() > 0 {
                // RPL-2
                resulting_length = resulting_length.max(update.end().0);
            }
            exact::increment(match update.source {
                Source::Data { .. } => &mut data_updates,
                Source::Zero { .. } => &mut zero_updates,
            });
        }
        // RPL-9
        let grows = resulting_length > file_length;
        if last_file_offset.is_none() || (grows && resulting_length > max_file_size_bytes) {
            return Err(OpenError::Refused(Refusal::TooLarge {
                resulting_length,
                limit: max_file_size_bytes,
            }));
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

    /// How many updates there are, data and zero.
    pub(super) fn update_count(&self) -> u64 {
        let mut count = self.data_updates;
        exact::add(&mut count, self.zero_updates);
        count
    }

    /// The updates in the order in which they take effect: entry by entry from the tail, descriptor
    /// by descriptor; a later one wins (RPL-1).
    ///
    /// Reads the log on the way and keeps one sector in memory. Where the log no longer holds what
    /// was planned, the walk ends with [`OpenError::ChangedWhileRead`].
    pub fn updates<'a, S: Storage + ?Sized>(&self, storage: &'a S) -> Updates<'a, S> {
        Updates::new(self.ring, &self.active, self.budget(), storage)
    }

    /// What a walk over the updates may find.
    pub(super) const fn budget(&self) -> Budget {
        Budget::Planned {
            data: self.data_updates,
            zero: self.zero_updates,
            end: self.resulting_length,
        }
    }
}
