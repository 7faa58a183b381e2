//! One generation of the log: the entries that carry one LogGuid, and the space they take in the
//! ring.
//!
//! ```text
//!        durable_start        (applied?)      stable | in flight    next
//!             |                                      |               |
//!   [ free .. | e7  | e8      | e9         | e10     | e11     | e12 | free ........ ]
//!             '---------------- occupied: never overwritten ---------'
//! ```
//!
//! What a crash would find is the newest *stable* entry and the Tail in it; the space from that
//! Tail on is occupied until a newer entry with a later Tail is stable (WRT-4).

use uuid::Uuid;

use super::encode::{Encoded, Envelope};
use super::error::WriteError;
use super::layers::Layers;
use crate::ring::Ring;
use crate::storage::Storage;
use crate::units::{LogOffset, SequenceNumber};

/// Encoded entries are kept back until a commit or until they are this many bytes, so that the log
/// is written in few large pieces.
const MAX_BUFFERED_BYTES: usize = 256 << 10;

#[derive(Debug)]
pub(super) struct Generation {
    pub(super) log_guid: Uuid,
    ring: Ring,
    /// The number of the next entry; `None` behind 2^64 − 1 (SEQ-1).
    next_number: Option<SequenceNumber>,
    /// Where the next entry goes.
    next: LogOffset,
    /// Where the active sequence starts that a crash would find now.
    durable_start: LogOffset,
    /// Bytes from there to `next`: from 1 sector to the whole ring.
    occupied: u32,
    /// The Tail of the newest entry.
    newest_tail: LogOffset,
    /// The oldest entry with updates that may not be stable at their place (WRT-3).
    oldest_unapplied: Option<LogOffset>,
    /// Entries not written yet, and where the first of them goes.
    buffer: Encoded,
    buffer_at: LogOffset,
}

impl Generation {
    /// A generation whose first entry will be number `first`, at the start of the ring.
    pub(super) fn new(ring: Ring, log_guid: Uuid, first: SequenceNumber) -> Self {
        let start = LogOffset(0);
        Self {
            log_guid,
            ring,
            next_number: Some(first),
            next: start,
            durable_start: start,
            occupied: 0,
            newest_tail: start,
            oldest_unapplied: None,
            buffer: Encoded::default(),
            buffer_at: start,
        }
    }

    /// Bytes of the ring that may be written.
    pub(super) const fn free(&self) -> u32 {
        self.ring.length().saturating_sub(self.occupied)
    }

    /// Whether two more entries can be numbered: one, and one that advances the tail behind it.
    pub(super) fn has_numbers(&self) -> bool {
        self.next_number.and_then(SequenceNumber::next).is_some()
    }

    /// Adds an entry of `length` bytes. It is in flight until [`committed`](Self::committed).
    ///
    /// # Errors
    /// [`WriteError::Failed`] when the numbers are used up, which the caller sees to
    /// ([`has_numbers`](Self::has_numbers)).
    pub(super) fn append(
        &mut self,
        length: u32,
        changes: &Layers,
        sizes: (u64, u64),
        tail_is_self: bool,
    ) -> Result<(), WriteError> {
        let sequence_number = self.next_number.ok_or(WriteError::Failed)?;
        let offset = self.next;
        let tail = if tail_is_self {
            offset
        } else {
            self.oldest_unapplied.unwrap_or(offset)
        };
        let (flushed_file_offset, last_file_offset) = sizes;
        if self.buffer.is_empty() {
            self.buffer_at = offset;
        }
        let envelope = Envelope {
            log_guid: self.log_guid,
            sequence_number,
            tail,
            flushed_file_offset,
            last_file_offset,
        };
        self.buffer.append(length, changes, &envelope);
        self.newest_tail = tail;
        if !changes.is_empty() {
            self.oldest_unapplied.get_or_insert(offset);
        }
        self.next_number = sequence_number.next();
        self.next = self.ring.after(offset, length);
        self.occupied = self.occupied.saturating_add(length).min(self.ring.length());
        Ok(())
    }

    /// Whether entries are kept back.
    pub(super) const fn keeps_back(&self) -> bool {
        !self.buffer.is_empty()
    }

    /// Whether enough is kept back that it should be written.
    pub(super) fn wants_writing(&self) -> bool {
        self.buffer.len() >= MAX_BUFFERED_BYTES
    }

    /// Writes what is kept back, in one write or, where it goes round the end of the ring, two.
    pub(super) fn write_out<S: Storage + ?Sized>(
        &mut self,
        storage: &mut S,
    ) -> Result<(), WriteError> {
        let to_end = usize::try_from(self.ring.length().saturating_sub(self.buffer_at.0))
            .unwrap_or(usize::MAX);
        let (first, wrapped) = self.buffer.split_at(to_end);
        for (at, pieces) in [(self.buffer_at, first), (LogOffset(0), wrapped)] {
            if !pieces.is_empty() {
                let offset = self.ring.in_file(at).0;
                storage
                    .write_pieces_at(offset, &pieces)
                    .map_err(WriteError::io("write the log", offset))?;
            }
        }
        self.buffer.clear();
        Ok(())
    }

    /// Says that all entries are stable: from now on a crash finds the newest one.
    pub(super) fn committed(&mut self) {
        self.durable_start = self.newest_tail;
        self.occupied = match self.ring.distance(self.durable_start, self.next) {
            // There is always an entry, so the ring is full, not empty.
            0 => self.ring.length(),
            distance => distance,
        };
    }

    /// Says that all updates are stable at their place.
    pub(super) fn applied(&mut self) {
        self.oldest_unapplied = None;
    }

    /// Forgets which space is in use; for the canary of that name.
    #[cfg(feature = "canary")]
    pub(super) fn forget_active_space(&mut self) {
        self.occupied = 0;
    }
}
