//! One generation of the log: the entries with one LogGuid, and the space they take in the ring.
//!
//! ```text
//!        durable_start        (applied?)      stable | in flight    next
//!             |                                      |               |
//!   [ free .. | e7  | e8      | e9         | e10     | e11     | e12 | free ........ ]
//!             '---------------- occupied: never overwritten ---------'
//! ```
//!
//! A crash finds the newest *stable* entry and the Tail in it. The space from that Tail on is
//! occupied until a newer entry with a later Tail is stable (WRT-4).
//!
//! Serves WRT-2, WRT-3, WRT-4. Contract: the caller has made room for an entry before it appends
//! one. Entries are encoded at once and written by [`write_out`](Generation::write_out); nothing is
//! flushed here.

use uuid::Uuid;

use super::encode::{Encoded, Envelope};
use super::error::WriteError;
use super::layers::Layers;
use super::limits::Limits;
use super::seeded::{Place, Seeded};
use crate::canary::{Canaries, Canary};
use crate::ring::Ring;
use crate::storage::Storage;
use crate::units::{LogOffset, Sectors, SequenceNumber, cast, exact};

#[derive(Debug)]
pub(super) struct Generation {
    pub(super) log_guid: Uuid,
    ring: Ring,
    limits: Limits,
    /// What a seeded bug does to it.
    seeded: Seeded,
    /// SequenceNumber of the next entry; `None` after 2^64 - 1 (SEQ-1).
    next_sequence_number: Option<SequenceNumber>,
    /// Where the next entry goes.
    next: LogOffset,
    /// Where the active sequence that a crash would find now starts.
    durable_start: LogOffset,
    /// How many sectors there are from `durable_start` to `next`: up to the whole ring.
    occupied: Sectors,
    /// The Tail of the newest entry.
    newest_tail: LogOffset,
    /// The oldest entry with updates that may not be stable at their place (WRT-3).
    oldest_unapplied: Option<LogOffset>,
    /// Entries that are not written yet, and where the first of them goes.
    buffer: Encoded,
    buffer_at: LogOffset,
}

impl Generation {
    /// A generation whose first entry has SequenceNumber `first` and is where the limits say.
    pub(super) fn new(
        ring: Ring,
        log_guid: Uuid,
        first: SequenceNumber,
        (limits, canaries): (Limits, Canaries),
    ) -> Self {
        let start = ring.advance(LogOffset(0), limits.first_sector());
        Self {
            log_guid,
            ring,
            limits,
            seeded: Seeded::new(canaries),
            next_sequence_number: Some(first),
            next: start,
            durable_start: start,
            occupied: Sectors::ZERO,
            newest_tail: start,
            oldest_unapplied: None,
            buffer: Encoded::default(),
            buffer_at: start,
        }
    }

    /// How many sectors of the ring may be written (WRT-4).
    pub(super) fn free(&self) -> Sectors {
        let free = self.ring.sectors().minus(self.occupied);
        self.seeded.free(self.ring, free)
    }

    /// Whether two more entries can be numbered: one, and one after it that advances the tail.
    pub(super) fn has_sequence_numbers(&self) -> bool {
        self.next_sequence_number
            .and_then(|number| self.seeded.next_number(number))
            .is_some()
    }

    /// Adds an entry of `sectors` sectors, which are [free](Self::free). It is in flight until
    /// [`committed`](Self::committed). `sizes` are FlushedFileOffset and LastFileOffset.
    ///
    /// # Errors
    /// [`WriteError::Failed`] when the sequence numbers are exhausted; the caller asks
    /// [`has_sequence_numbers`](Self::has_sequence_numbers) first.
    pub(super) fn append(
        &mut self,
        sectors: Sectors,
        changes: &Layers,
        sizes: (u64, u64),
    ) -> Result<(), WriteError> {
        let sequence_number = self.next_sequence_number.ok_or(WriteError::Failed)?;
        let offset = self.next;
        // WRT-3
        let tail = self.oldest_unapplied.unwrap_or(offset);
        let (flushed_file_offset, last_file_offset) = sizes;
        if self.buffer.is_empty() && !self.seeded.has(Canary::BufferMisplaced) {
            self.buffer_at = offset;
        }
        let envelope = Envelope {
            entry_length: sectors.bytes_in_log(),
            log_guid: self.log_guid,
            sequence_number,
            tail,
            flushed_file_offset,
            last_file_offset,
        };
        let place = Place {
            ring: self.ring,
            offset,
            sectors,
            tail_before: self.newest_tail,
            is_empty: changes.is_empty(),
        };
        let envelope = self.seeded.envelope(envelope, place);
        self.buffer
            .append(sectors, changes, &envelope, self.seeded.canaries());
        self.newest_tail = tail;
        if !changes.is_empty() {
            self.oldest_unapplied.get_or_insert(offset);
        }
        // WRT-2
        self.next_sequence_number = self.seeded.next_number(sequence_number);
        self.next = self.ring.advance(offset, sectors);
        self.occupied = self.occupied.plus(sectors).min(self.ring.sectors());
        Ok(())
    }

    /// Whether entries are buffered that are not written yet.
    pub(super) const fn has_buffered_entries(&self) -> bool {
        !self.buffer.is_empty()
    }

    /// Whether so much is buffered that it should be written.
    pub(super) const fn is_buffer_full(&self) -> bool {
        self.buffer.len() >= self.limits.buffered_bytes
    }

    /// Writes what is buffered, in one write, or in two where it passes the end of the ring.
    pub(super) fn write_out<S: Storage + ?Sized>(
        &mut self,
        storage: &mut S,
    ) -> Result<(), WriteError> {
        let to_end = exact::distance(self.buffer_at.0.into(), self.ring.length().into());
        let to_end = self.seeded.bytes_to_end(to_end);
        let (first, wrapped) = self.buffer.split_at(cast::to_usize(to_end));
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

    /// All entries are stable: from now on a crash finds the newest one (WRT-4).
    pub(super) fn committed(&mut self) {
        self.durable_start = self.newest_tail;
        self.occupied = match self.ring.distance(self.durable_start, self.next) {
            // There is always an entry, so the ring is full, not empty.
            0 => self.ring.sectors(),
            distance => Sectors::in_bytes(distance),
        };
    }

    /// All updates are stable at their place (WRT-3).
    pub(super) fn applied(&mut self) {
        self.oldest_unapplied = None;
    }
}
