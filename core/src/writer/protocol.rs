//! The steps of the write protocol, in the order they may happen.

use uuid::Uuid;

use super::canary::breaks;
use super::encode::entry_length;
use super::error::WriteError;
use super::generation::Generation;
use super::layers::Layers;
use super::state::State;
use super::transaction::Change;
use crate::header;
use crate::storage::Storage;
use crate::target::forbidden_target;
use crate::units::{MIB, SECTOR_U32, SequenceNumber};

/// The greatest number a generation may begin with: one for its first entry, and two behind it.
const LAST_FIRST_NUMBER: SequenceNumber = SequenceNumber(u64::MAX - 2);

impl<S: Storage> State<S> {
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

    /// Sees to it that an entry of `length` bytes can be appended. `false` when a generation has to
    /// begin with it.
    ///
    /// One sector is kept free behind it where that can be, for the entry that advances the tail
    /// when the log is drained.
    pub(super) fn make_room(&mut self, length: u32) -> Result<bool, WriteError> {
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
    pub(super) fn append(
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
            .first_sequence_number
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
}
