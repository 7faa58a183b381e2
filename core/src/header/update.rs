//! Changing the headers so that a crash between any two writes leaves one that is valid and
//! current.
//!
//! The header that is *not* current is rewritten with the next sequence number and flushed, which
//! makes it the current one (UPD-1). The same is done once more, so that both slots hold the new
//! values (UPD-2). A torn write leaves the other header unchanged, and that one is still valid.
//!
//! Not done here: deciding when an update is due (`replay` for UPD-1 and RPL-6, `writer` for UPD-1,
//! UPD-4 and UPD-5).

use uuid::Uuid;

use super::fields::{Current, Header};
use crate::error::{OpenError, Refusal};
use crate::storage::Storage;

/// What an update changes. Every other field stays as it is (UPD-3), except SequenceNumber.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Change {
    pub(crate) file_write_guid: Option<Uuid>,
    pub(crate) data_write_guid: Option<Uuid>,
    pub(crate) log_guid: Option<Uuid>,
}

impl Current {
    /// Whether `updates` more header updates can be numbered (HDR-13). A change of both slots is
    /// two.
    pub(crate) const fn has_room_for(&self, updates: u64) -> bool {
        self.header.sequence_number.has_successors(updates)
    }

    /// Carries a change into both slots, each flushed before the next (UPD-2); leaves `self` as the
    /// new current header.
    ///
    /// # Errors
    /// [`OpenError::Io`] of a write or flush, after which the file still has a current header, old
    /// or new; HDR-13 when the sequence numbers are exhausted.
    pub(crate) fn change<S: Storage + ?Sized>(
        &mut self,
        storage: &mut S,
        change: Change,
    ) -> Result<(), OpenError> {
        self.change_other_slot(storage, change)?;
        self.change_other_slot(storage, change)
    }

    /// Rewrites the slot that is not current, and flushes it (UPD-1).
    ///
    /// # Errors
    /// As [`change`](Self::change).
    pub(crate) fn change_other_slot<S: Storage + ?Sized>(
        &mut self,
        storage: &mut S,
        change: Change,
    ) -> Result<(), OpenError> {
        let slot = self.slot.other();
        let old = &self.header;
        // HDR-13
        let Some(sequence_number) = old.sequence_number.next() else {
            return Err(self.exhausted().into());
        };
        // UPD-3
        let header = Header {
            sequence_number,
            file_write_guid: change.file_write_guid.unwrap_or(old.file_write_guid),
            data_write_guid: change.data_write_guid.unwrap_or(old.data_write_guid),
            log_guid: change.log_guid.unwrap_or(old.log_guid),
            ..old.clone()
        };
        storage
            .write_at(slot.offset().0, &header.to_bytes())
            .map_err(OpenError::io("write the header", slot.offset()))?;
        storage
            .flush()
            .map_err(OpenError::io("flush the header", slot.offset()))?;
        *self = Self { slot, header };
        Ok(())
    }

    /// The refusal for a header whose SequenceNumber leaves no room (HDR-13).
    pub(crate) const fn exhausted(&self) -> Refusal {
        Refusal::SequenceNumbersExhausted {
            offset: self.slot.offset(),
            sequence_number: self.header.sequence_number,
        }
    }
}
