//! Changing the headers so that a crash between any two writes leaves one that is valid and
//! current.
//!
//! The header that is *not* current is rewritten with the next sequence number and flushed, which
//! makes it the current one; then the same once more, so that both slots hold the new values
//! (UPD-1, UPD-2). A torn write leaves the other header as it was, and that one is still right.

use uuid::Uuid;
use zerocopy::IntoBytes;

use super::fields::{Current, Header};
use crate::error::OpenError;
use crate::storage::Storage;

/// How many sequence numbers one round of updates takes: one a slot.
const UPDATES_A_ROUND: u64 = 2;

/// What a round of updates changes; every field not named stays as it is (UPD-3).
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Change {
    pub(crate) file_write_guid: Option<Uuid>,
    pub(crate) data_write_guid: Option<Uuid>,
    pub(crate) log_guid: Option<Uuid>,
}

impl Current {
    /// Whether `rounds` more rounds of updates can be numbered (HDR-13).
    pub(crate) const fn has_room_for(&self, rounds: u64) -> bool {
        self.header
            .sequence_number
            .0
            .checked_add(UPDATES_A_ROUND.saturating_mul(rounds))
            .is_some()
    }

    /// Carries a change into both slots, each flushed before the next; leaves `self` as the new
    /// current header.
    ///
    /// # Errors
    /// [`OpenError::Io`] of a write or flush, after which the file still has a current header, old
    /// or new; HDR-13 when the numbers run out.
    pub(crate) fn change<S: Storage + ?Sized>(
        &mut self,
        storage: &mut S,
        change: Change,
    ) -> Result<(), OpenError> {
        for _ in 0..UPDATES_A_ROUND {
            self.change_other_slot(storage, change)?;
        }
        Ok(())
    }

    /// Rewrites the slot that is not current and flushes it.
    pub(crate) fn change_other_slot<S: Storage + ?Sized>(
        &mut self,
        storage: &mut S,
        change: Change,
    ) -> Result<(), OpenError> {
        let slot = self.slot.other();
        let Some(sequence_number) = self.header.sequence_number.next() else {
            return Err(self.exhausted().into());
        };
        let header = Header {
            sequence_number,
            file_write_guid: change
                .file_write_guid
                .unwrap_or(self.header.file_write_guid),
            data_write_guid: change
                .data_write_guid
                .unwrap_or(self.header.data_write_guid),
            log_guid: change.log_guid.unwrap_or(self.header.log_guid),
            ..self.header.clone()
        };
        storage
            .write_at(slot.offset().0, header.to_raw().as_bytes())
            .map_err(OpenError::io("write the header", slot.offset()))?;
        storage
            .flush()
            .map_err(OpenError::io("flush the header", slot.offset()))?;
        *self = Self { slot, header };
        Ok(())
    }

    /// The refusal for a header whose number leaves no room (HDR-13).
    pub(crate) const fn exhausted(&self) -> crate::error::Refusal {
        crate::error::Refusal::SequenceNumbersExhausted {
            offset: self.slot.offset(),
            sequence_number: self.header.sequence_number,
        }
    }
}
