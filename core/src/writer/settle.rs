//! From a stable log entry to a settled file: the second half of the write protocol, and what does
//! not go through the log (payload, the file's length).
//!
//! ```text
//!  apply_pending    make_durable, changes -> their place, flush     the tail may advance (WRT-3)
//!  end_generation   apply_pending, LogGuid zero in both headers     the file is clean (RPL-6)
//! ```
//!
//! Contract: a range is written at its place only when a crash cannot lose the entry for it (WRT-1)
//! and cannot replay an older entry over it afterwards (SEQ-4). The file is cut only when no entry
//! that a crash could find asks for more than is left (WRT-5).
//!
//! Serves WRT-1, WRT-3, WRT-5, WRT-10, RPL-6, HDR-8.

use uuid::Uuid;

use super::error::WriteError;
use super::layers::Layers;
use super::state::State;
use crate::canary::Canary;
use crate::header;
use crate::storage::Storage;
use crate::target::forbidden_target;
use crate::units::{FileOffset, SECTOR_BYTES, Sectors, cast, exact};

const LOG_IS_EMPTY: header::Change = header::Change {
    file_write_guid: None,
    data_write_guid: None,
    log_guid: Some(Uuid::nil()),
};

impl<S: Storage> State<S> {
    /// Brings all changes to their place, in the order that WRT-1 demands: log, flush, place,
    /// flush.
    pub(super) fn apply_pending(&mut self) -> Result<(), WriteError> {
        if self.canaries.has(Canary::SkipFlushBeforeApply) {
            self.make_entry()?;
            self.write_log()?;
        } else {
            self.make_durable()?;
        }
        if self.pending.is_empty() {
            return Ok(());
        }
        self.write_pending()?;
        if !self.canaries.has(Canary::SkipFlushAfterApply) {
            self.flush()?;
        }
        for (start, end) in self.pending.extents() {
            self.replayable.zero(start, end);
        }
        self.retires = false;
        self.pending = Layers::default();
        if let Some(generation) = &mut self.generation {
            generation.applied();
        }
        Ok(())
    }

    /// Writes the pending changes: length, zero ranges, then sectors, adjacent ones together.
    fn write_pending(&mut self) -> Result<(), WriteError> {
        let file_length = self
            .storage
            .len()
            .map_err(WriteError::io("find the length of the file", 0))?;
        let needed = self.logged_length;
        if file_length < needed && !self.canaries.has(Canary::ApplyWithoutLength) {
            self.storage
                .set_len(needed)
                .map_err(WriteError::io("extend the file", needed))?;
        }
        for (start, end) in self.pending.zeros() {
            if self.canaries.has(Canary::ZerosNotApplied) {
                break;
            }
            let mut length = exact::distance(start, end);
            if self.canaries.has(Canary::ZeroPastRange) && exact::next_sector(end) <= needed {
                length = exact::distance(start, exact::next_sector(end));
            }
            self.storage
                .zero(start, length)
                .map_err(WriteError::io("zero a range", start))?;
        }
        let mut buffer: Vec<[u8; SECTOR_BYTES]> = Vec::new();
        let mut buffer_at = 0;
        for (offset, piece) in self.pending.data() {
            let sectors = buffer.as_flattened();
            let adjacent = exact::after(buffer_at, sectors.len()) == offset;
            if !buffer.is_empty() && (!adjacent || sectors.len() >= self.limits.piece_bytes) {
                self.storage
                    .write_at(buffer_at, sectors)
                    .map_err(WriteError::io("write", buffer_at))?;
                buffer.clear();
                if adjacent && self.canaries.has(Canary::SectorLostAfterPiece) {
                    continue;
                }
            }
            if buffer.is_empty() {
                buffer_at = offset;
            }
            buffer.extend_from_slice(std::slice::from_ref(piece.bytes()));
        }
        if !buffer.is_empty() {
            self.storage
                .write_at(buffer_at, buffer.as_flattened())
                .map_err(WriteError::io("write", buffer_at))?;
        }
        Ok(())
    }

    /// Empties the log: everything at its place and stable, then LogGuid zero in both headers
    /// (RPL-6).
    pub(super) fn end_generation(&mut self) -> Result<(), WriteError> {
        if self.canaries.has(Canary::MarkEmptyEarly) {
            self.make_durable()?;
            self.change_headers(LOG_IS_EMPTY)?;
        }
        if self.canaries.has(Canary::CloseWithoutGathered) {
            self.gathered = Layers::default();
        }
        if self.canaries.has(Canary::EndWithoutApply) {
            self.make_durable()?;
            self.pending = Layers::default();
        }
        self.apply_pending()?;
        if self.generation.is_none() {
            return Ok(());
        }
        if !self.canaries.has(Canary::CloseLeavesLogGuid) {
            self.change_headers(LOG_IS_EMPTY)?;
        }
        self.generation = None;
        self.replayable = Layers::default();
        Ok(())
    }

    /// Writes payload directly to its place (WRT-10).
    pub(super) fn put_payload(&mut self, offset: u64, bytes: &[u8]) -> Result<(), WriteError> {
        let length = cast::len_u64(bytes.len());
        if let Some(clause) = forbidden_target(self.ring, FileOffset(offset), length) {
            return Err(WriteError::BadTarget {
                clause,
                offset: FileOffset(offset),
                length,
            });
        }
        if length == 0 {
            return Ok(());
        }
        let end = exact::after(offset, bytes.len());
        self.check_file_length(end)?;
        self.require_header_sequence_numbers()?;
        if !self.canaries.has(Canary::AnnounceLate) {
            self.announce()?;
        }
        let is_pending = self.gathered.touches(offset, end) || self.pending.touches(offset, end);
        if is_pending && !self.canaries.has(Canary::PayloadUnderPending) {
            // What is pending there is older and must not be written later.
            self.apply_pending()?;
        }
        if self.replayable.touches(offset, end) {
            // A replay must not write it again. An entry that is in flight anyway may do.
            self.make_durable()?;
        }
        if self.replayable.touches(offset, end) && !self.canaries.has(Canary::PayloadUnderReplay) {
            self.retire_applied(self.logged_length)?;
        }
        self.write_log_before_growth(end)?;
        self.storage
            .write_at(offset, bytes)
            .map_err(WriteError::io("write", offset))?;
        self.announce()?;
        self.length = self.length.max(end);
        self.logged_length = self.logged_length.max(end);
        self.payload_unflushed = true;
        self.unflushed = true;
        Ok(())
    }

    /// Extends the file.
    pub(super) fn grow(&mut self, length: u64) -> Result<(), WriteError> {
        self.check_file_length(length)?;
        self.require_header_sequence_numbers()?;
        self.announce()?;
        self.write_log_before_growth(length)?;
        self.storage
            .set_len(length)
            .map_err(WriteError::io("extend the file", length))?;
        self.length = length;
        self.logged_length = length;
        self.unflushed |= !self.canaries.has(Canary::GrowUnflushed);
        Ok(())
    }

    /// Writes the entries that are kept back, if the file is to become longer: their LastFileOffset
    /// covers the file as it is now, and not what is added (WRT-5).
    fn write_log_before_growth(&mut self, length: u64) -> Result<(), WriteError> {
        if length > self.logged_length && !self.canaries.has(Canary::GrowBeforeEntries) {
            return self.write_log();
        }
        Ok(())
    }

    /// Cuts the file, after an entry with the smaller FlushedFileOffset is stable (WRT-5).
    pub(super) fn shrink(&mut self, length: u64) -> Result<(), WriteError> {
        // HDR-8
        let log_end = self.ring.end();
        if length < log_end.0 {
            return Err(WriteError::CutsLog { length, log_end });
        }
        self.require_header_sequence_numbers()?;
        self.announce()?;
        self.apply_pending()?;
        if self.generation.is_some() && !self.canaries.has(Canary::ShrinkUnannounced) {
            self.retire_applied(length)?;
        }
        self.storage
            .set_len(length)
            .map_err(WriteError::io("cut the file", length))?;
        self.length = length;
        self.logged_length = length;
        if self.canaries.has(Canary::ShrinkUnflushed) {
            return Ok(());
        }
        self.flush()
    }

    /// Makes an empty entry stable whose Tail is after everything that is at its place already, so
    /// that no crash replays that again. The file is to have `file_length` bytes.
    fn retire_applied(&mut self, file_length: u64) -> Result<(), WriteError> {
        if self.make_room(Sectors::ONE)? {
            self.append(Sectors::ONE, &Layers::default(), file_length)?;
        }
        self.make_durable()
    }
}
