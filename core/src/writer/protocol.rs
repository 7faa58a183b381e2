//! The steps of the write protocol, in the order they may happen.

use uuid::Uuid;

use super::Log;
use super::canary::breaks;
use super::encode::entry_length;
use super::error::WriteError;
use super::generation::Generation;
use super::layers::Layers;
use super::transaction::Change;
use crate::header;
use crate::storage::Storage;
use crate::target::forbidden_target;
use crate::units::{FileOffset, MIB, SECTOR_U32, SequenceNumber};

/// Rounds of header updates that must be possible when a generation begins: two to begin it, one to
/// end it (HDR-13).
const GENERATION_ROUNDS: u64 = 3;

/// The greatest number a generation may begin with: one for its first entry, and two behind it.
const LAST_FIRST_NUMBER: SequenceNumber = SequenceNumber(u64::MAX - 2);

/// The most bytes written in one call when changes go to their place.
const PIECE_BYTES: usize = 1 << 20;

impl<S: Storage> Log<S> {
    /// Takes one transaction: checks it, completes it, and adds it to what the next entry is made
    /// of.
    pub(super) fn submit_changes(&mut self, changes: &[&Change]) -> Result<(), WriteError> {
        if changes.is_empty() {
            return Ok(());
        }
        self.check_targets(changes)?;
        let layers = self.resolve(changes)?;
        let needed = entry_length(&layers);
        if needed.is_none_or(|needed| needed > self.ring.length()) {
            return Err(WriteError::TooLarge {
                needed,
                log_length: self.ring.length(),
            });
        }
        let file_length = self.length.max(layers.end());
        self.check_file_length(file_length)?;
        if self.generation.is_none() {
            self.require_header_numbers()?;
        }
        if self.gathered.len().saturating_add(layers.len()) > self.max_gathered {
            self.make_entry()?;
        }
        self.length = file_length;
        self.gathered.cover_with(layers);
        if self.gathered.len() >= self.max_gathered {
            self.make_entry()
        } else {
            Ok(())
        }
    }

    /// Makes an entry of what was gathered.
    pub(super) fn make_entry(&mut self) -> Result<(), WriteError> {
        let layers = std::mem::take(&mut self.gathered);
        let Some(length) = entry_length(&layers).filter(|_| !layers.is_empty()) else {
            return Ok(());
        };
        let made = match self.make_room(length) {
            Ok(true) => self.append(length, &layers, self.length),
            Ok(false) => self.begin_generation(length, &layers, self.length),
            Err(error) => Err(error),
        };
        if let Err(error) = made {
            // Nothing is lost that the caller believes submitted: the next commit tries, and fails,
            // again.
            self.gathered = layers;
            return Err(error);
        }
        self.pending.cover_with(layers);
        self.write_out_if_large()
    }

    /// DSC-5 to DSC-7, for the whole sectors each change touches.
    fn check_targets(&self, changes: &[&Change]) -> Result<(), WriteError> {
        for change in changes {
            let (offset, length) = change.range();
            if let Some(clause) = forbidden_target(self.ring, offset, length) {
                return Err(WriteError::BadTarget {
                    clause,
                    offset,
                    length,
                });
            }
        }
        Ok(())
    }

    fn check_file_length(&self, length: u64) -> Result<(), WriteError> {
        if length > self.length && length > self.max_file_size_bytes {
            return Err(WriteError::FileTooLarge {
                length,
                limit: self.max_file_size_bytes,
            });
        }
        Ok(())
    }

    /// Sees to it that an entry of `length` bytes can be appended. `false` when a generation has to
    /// begin with it.
    ///
    /// One sector is kept free behind it where that can be, for the entry that advances the tail
    /// when the log is drained.
    fn make_room(&mut self, length: u32) -> Result<bool, WriteError> {
        #[cfg(feature = "canary")]
        if breaks!(self, ReuseActiveSpace)
            && let Some(generation) = &mut self.generation
        {
            generation.forget_active_space();
        }
        let with_reserve = length.saturating_add(SECTOR_U32);
        if self
            .generation
            .as_ref()
            .is_some_and(|generation| !generation.has_numbers())
        {
            self.end_generation()?;
        }
        if self.generation.is_none() {
            if with_reserve > self.ring.length() {
                return Ok(false);
            }
            self.begin_generation(SECTOR_U32, &Layers::default(), self.length)?;
        }
        if self.free() >= with_reserve {
            return Ok(true);
        }
        self.apply_pending()?;
        if self.free() >= SECTOR_U32 {
            self.append(SECTOR_U32, &Layers::default(), self.length)?;
            self.make_durable()?;
        }
        if self.free() >= length {
            return Ok(true);
        }
        self.end_generation()?;
        if with_reserve > self.ring.length() {
            return Ok(false);
        }
        self.begin_generation(SECTOR_U32, &Layers::default(), self.length)?;
        Ok(true)
    }

    fn free(&self) -> u32 {
        self.generation.as_ref().map_or(0, Generation::free)
    }

    /// Appends an entry to the generation, which has room for it.
    fn append(
        &mut self,
        length: u32,
        changes: &Layers,
        file_length: u64,
    ) -> Result<(), WriteError> {
        let sizes = self.file_sizes(file_length);
        let tail_is_self = breaks!(self, AdvanceTailEarly);
        let generation = self.generation.as_mut().ok_or(WriteError::Failed)?;
        self.unflushed = true;
        self.retires = true;
        generation.append(length, changes, sizes, tail_is_self)
    }

    /// FlushedFileOffset and LastFileOffset of an entry written now, when the file is to be
    /// `file_length` bytes long (WRT-5).
    fn file_sizes(&self, file_length: u64) -> (u64, u64) {
        let stable = self.stable_length.min(file_length);
        (
            stable.saturating_sub(stable % MIB),
            file_length
                .checked_next_multiple_of(MIB)
                .unwrap_or(file_length),
        )
    }

    fn write_out_if_large(&mut self) -> Result<(), WriteError> {
        match &self.generation {
            Some(generation) if generation.wants_writing() => self.write_log(),
            _ => Ok(()),
        }
    }

    /// Writes the entries kept back; first makes the payload stable that they may speak of (WRT-1).
    fn write_log(&mut self) -> Result<(), WriteError> {
        if self.payload_unflushed && self.generation.as_ref().is_some_and(Generation::keeps_back) {
            self.flush()?;
        }
        match &mut self.generation {
            Some(generation) => generation.write_out(&mut self.storage),
            None => Ok(()),
        }
    }

    /// Tells the headers that this open changes the file, before it does (UPD-1, UPD-4).
    fn announce(&mut self) -> Result<(), WriteError> {
        if self.announced {
            return Ok(());
        }
        let change = header::Change {
            file_write_guid: Some(self.guids.fresh()),
            data_write_guid: Some(self.guids.fresh()),
            ..header::Change::default()
        };
        self.change_headers(change)?;
        self.announced = true;
        Ok(())
    }

    fn change_headers(&mut self, change: header::Change) -> Result<(), WriteError> {
        if breaks!(self, SkipSecondHeader) {
            return Ok(self.current.change_other_slot(&mut self.storage, change)?);
        }
        Ok(self.current.change(&mut self.storage, change)?)
    }

    /// Begins a generation with this entry: stable in the log while the headers still call it
    /// empty, and named by them only then (UPD-5, WRT-9).
    fn begin_generation(
        &mut self,
        length: u32,
        changes: &Layers,
        file_length: u64,
    ) -> Result<(), WriteError> {
        self.require_header_numbers()?;
        self.announce()?;
        let first = self
            .first_number
            .unwrap_or_else(|| SequenceNumber((self.guids.next_u64() >> 1) | 1));
        let first = first.min(LAST_FIRST_NUMBER);
        let mut log_guid = self.guids.fresh();
        if breaks!(self, KeepLogGuid) {
            log_guid = Uuid::from_u128(1);
        }
        self.generation = Some(Generation::new(self.ring, log_guid, first));
        let name = header::Change {
            log_guid: Some(log_guid),
            ..header::Change::default()
        };
        if breaks!(self, NameGenerationEarly) {
            self.change_headers(name)?;
        }
        self.append(length, changes, file_length)?;
        self.make_durable()?;
        if !breaks!(self, NameGenerationEarly) {
            self.change_headers(name)?;
        }
        Ok(())
    }

    /// Makes an entry of what was gathered, writes the entries kept back and flushes: all that was
    /// submitted is durable.
    pub(super) fn make_durable(&mut self) -> Result<(), WriteError> {
        self.make_entry()?;
        self.write_log()?;
        if self.unflushed {
            if !breaks!(self, AcknowledgeEarly) {
                self.flush()?;
            }
            if let Some(generation) = &mut self.generation {
                generation.committed();
            }
            if self.retires {
                self.replayable = Layers::default();
            }
        }
        self.unflushed = false;
        Ok(())
    }

    fn flush(&mut self) -> Result<(), WriteError> {
        self.storage
            .flush()
            .map_err(WriteError::io("flush the file", 0))?;
        self.stable_length = self
            .storage
            .len()
            .map_err(WriteError::io("find the length of the file", 0))?;
        self.payload_unflushed = false;
        Ok(())
    }

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

    /// HDR-13, before anything is changed.
    fn require_header_numbers(&self) -> Result<(), WriteError> {
        if self.current.has_room_for(GENERATION_ROUNDS) {
            Ok(())
        } else {
            Err(self.current.exhausted().into())
        }
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
