//! Bringing changes to their place, payload, and the file's length.

use uuid::Uuid;

use super::canary::breaks;
use super::error::WriteError;
use super::layers::Layers;
use super::state::State;
use crate::header;
use crate::storage::Storage;
use crate::target::forbidden_target;
use crate::units::{FileOffset, SECTOR_U32};

/// The most bytes written in one call when changes go to their place.
const PIECE_BYTES: usize = 1 << 20;

impl<S: Storage> State<S> {
    /// Brings all changes to their place, in the order WRT-1 asks for.
    pub(super) fn apply_pending(&mut self) -> Result<(), WriteError> {
        if breaks!(self, SkipFlushBeforeApply) {
            self.make_entry()?;
            self.write_log()?;
        } else {
            self.make_durable()?;
        }
        if self.pending.is_empty() {
            return Ok(());
        }
        self.write_pending()?;
        if !breaks!(self, SkipFlushAfterApply) {
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

    fn write_pending(&mut self) -> Result<(), WriteError> {
        let there = self
            .storage
            .len()
            .map_err(WriteError::io("find the length of the file", 0))?;
        if there < self.length {
            self.storage
                .set_len(self.length)
                .map_err(WriteError::io("extend the file", self.length))?;
        }
        for (start, end) in self.pending.zeros() {
            let length = end.saturating_sub(start);
            self.storage
                .zero(start, length)
                .map_err(WriteError::io("zero a range", start))?;
        }
        let mut piece: Vec<u8> = Vec::new();
        let mut piece_at = 0_u64;
        for (offset, sector) in self.pending.data() {
            let piece_end = piece_at.saturating_add(u64::try_from(piece.len()).unwrap_or(u64::MAX));
            if !piece.is_empty() && (piece_end != offset || piece.len() >= PIECE_BYTES) {
                self.storage
                    .write_at(piece_at, &piece)
                    .map_err(WriteError::io("write", piece_at))?;
                piece.clear();
            }
            if piece.is_empty() {
                piece_at = offset;
            }
            piece.extend_from_slice(sector.bytes());
        }
        if !piece.is_empty() {
            self.storage
                .write_at(piece_at, &piece)
                .map_err(WriteError::io("write", piece_at))?;
        }
        Ok(())
    }

    /// Empties the log: everything at its place and stable, then LogGuid zero in both headers
    /// (RPL-6).
    pub(super) fn end_generation(&mut self) -> Result<(), WriteError> {
        #[cfg(feature = "canary")]
        if breaks!(self, MarkEmptyEarly) {
            self.make_durable()?;
            self.change_headers(header::Change {
                log_guid: Some(Uuid::nil()),
                ..header::Change::default()
            })?;
        }
        self.apply_pending()?;
        if self.generation.is_none() {
            return Ok(());
        }
        self.change_headers(header::Change {
            log_guid: Some(Uuid::nil()),
            ..header::Change::default()
        })?;
        self.generation = None;
        self.replayable = Layers::default();
        Ok(())
    }

    /// Writes payload straight to its place (WRT-10).
    pub(super) fn put_payload(&mut self, offset: u64, bytes: &[u8]) -> Result<(), WriteError> {
        let length = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
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
        let end = offset.saturating_add(length);
        self.check_file_length(end)?;
        self.require_header_numbers()?;
        self.announce()?;
        if self.gathered.touches(offset, end) || self.pending.touches(offset, end) {
            // What is pending there is older and must not come later.
            self.apply_pending()?;
        }
        if self.replayable.touches(offset, end) {
            // Nor must it come again with a replay. An entry that is due anyway will do.
            self.make_durable()?;
        }
        if self.replayable.touches(offset, end) {
            self.retire_applied(self.length)?;
        }
        self.storage
            .write_at(offset, bytes)
            .map_err(WriteError::io("write", offset))?;
        self.length = self.length.max(end);
        self.payload_unflushed = true;
        self.unflushed = true;
        Ok(())
    }

    pub(super) fn grow(&mut self, length: u64) -> Result<(), WriteError> {
        self.check_file_length(length)?;
        self.require_header_numbers()?;
        self.announce()?;
        self.storage
            .set_len(length)
            .map_err(WriteError::io("extend the file", length))?;
        self.length = length;
        self.unflushed = true;
        Ok(())
    }

    /// Cuts the file, once no entry that a crash could find asks for more than is left (WRT-5).
    pub(super) fn shrink(&mut self, length: u64) -> Result<(), WriteError> {
        let log_end = self.ring.end();
        if length < log_end.0 {
            return Err(WriteError::CutsLog { length, log_end });
        }
        self.require_header_numbers()?;
        self.announce()?;
        self.apply_pending()?;
        if self.generation.is_some() && !breaks!(self, ShrinkUnannounced) {
            self.retire_applied(length)?;
        }
        self.storage
            .set_len(length)
            .map_err(WriteError::io("cut the file", length))?;
        self.length = length;
        self.flush()
    }

    /// Makes an empty entry stable whose Tail lies behind everything that is at its place already,
    /// so that no crash replays that again. The file is to be `file_length` bytes long.
    fn retire_applied(&mut self, file_length: u64) -> Result<(), WriteError> {
        if self.make_room(SECTOR_U32)? {
            self.append(SECTOR_U32, &Layers::default(), file_length)?;
        }
        self.make_durable()
    }
}
