//! Changing the headers so that a crash between any two writes leaves one that is valid and
//! current.
//!
//! The header that is *not* current is rewritten with the next sequence number and flushed, which
//! makes it the current one; then the same once more, so that both slots hold the new values
//! (UPD-1, UPD-2). A torn write leaves the other header as it was, and that one is still right.

use uuid::Uuid;
use zerocopy::IntoBytes;

use super::layout::{RawHeader, SIGNATURE};
use super::{Current, Header};
use crate::checksum;
use crate::error::OpenError;
use crate::storage::Storage;
use crate::units::SequenceNumber;

/// How many sequence numbers one round of updates takes: one a slot.
const UPDATES_A_ROUND: u64 = 2;

/// What a round of updates changes; every field not named stays as it is (UPD-3).
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Change {
    pub(crate) file_write_guid: Option<Uuid>,
    pub(crate) data_write_guid: Option<Uuid>,
    pub(crate) log_guid: Option<Uuid>,
}

/// Where fresh GUIDs and sequence bases come from.
///
/// ```
/// use vhdx_log::GuidSource;
/// assert_eq!(GuidSource::seeded(7).fresh(), GuidSource::seeded(7).fresh());
/// assert_ne!(GuidSource::random().fresh(), GuidSource::random().fresh());
/// ```
#[derive(Clone, Debug)]
pub struct GuidSource {
    seed: Option<u64>,
}

impl GuidSource {
    /// The operating system's randomness: what a real file gets.
    pub const fn random() -> Self {
        Self { seed: None }
    }

    /// A fixed series, for tests that must repeat to the byte.
    pub const fn seeded(seed: u64) -> Self {
        Self { seed: Some(seed) }
    }

    /// The next GUID, never nil.
    pub fn fresh(&mut self) -> Uuid {
        match self.seed {
            None => Uuid::new_v4(),
            Some(_) => Uuid::from_u64_pair(self.next_u64(), self.next_u64() | 1),
        }
    }

    /// The next 64 bits.
    pub(crate) fn next_u64(&mut self) -> u64 {
        let Some(seed) = &mut self.seed else {
            return Uuid::new_v4().as_u64_pair().0;
        };
        // SplitMix64: every seed gives a full-length series.
        *seed = seed.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (*seed ^ (*seed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }
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
        crate::error::Refusal::HeaderNumbersUsedUp {
            offset: self.slot.offset(),
            sequence_number: self.header.sequence_number,
        }
    }
}

impl Header {
    /// The header's bytes, reserved ones zero, checksum right.
    fn to_raw(&self) -> RawHeader {
        let SequenceNumber(sequence_number) = self.sequence_number;
        let mut raw = RawHeader {
            signature: SIGNATURE,
            checksum: 0.into(),
            sequence_number: sequence_number.into(),
            file_write_guid: self.file_write_guid.to_bytes_le(),
            data_write_guid: self.data_write_guid.to_bytes_le(),
            log_guid: self.log_guid.to_bytes_le(),
            log_version: self.log_version.into(),
            version: self.version.into(),
            log_length: self.log_length.into(),
            log_offset: self.log_offset.0.into(),
            reserved: [0; 4016],
        };
        raw.checksum = checksum::with_field_zeroed(raw.as_bytes()).into();
        raw
    }
}
