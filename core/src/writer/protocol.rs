//! From a transaction to a stable log entry: the first half of the write protocol.
//!
//! ```text
//!  submit_changes   check, complete partial sectors, gather     nothing is written
//!  make_entry       make room, encode, buffer                   may drain the log or begin a
//!                                                               generation, and then writes
//!  make_durable     entries -> log, flush                       a crash replays them from here on
//! ```
//!
//! The second half, in `settle`, brings the changes to their place.
//!
//! Contract, at every return of every step, also one that fails:
//! - The headers name a generation only after its first entry is stable (UPD-5, WRT-9).
//! - An entry is written only after the payload it may depend on is stable, and an update goes to
//!   its place only after its entry is stable (WRT-1).
//! - Space from the durable Tail to the newest entry is not written (WRT-4).
//! - A transaction is in one entry (WRT-8), or in none yet.
//!
//! Serves WRT-1 to WRT-5, WRT-7 to WRT-9, UPD-5. What fails before anything was written is an error
//! that leaves the log usable; after a failed write or flush the caller must stop ([`Log`] does).
//!
//! [`Log`]: super::Log

use std::collections::BTreeSet;

use uuid::Uuid;

use super::encode::entry_sectors;
use super::error::WriteError;
use super::generation::Generation;
use super::layers::Layers;
use super::state::State;
use super::transaction::Change;
use crate::canary::Canary;
use crate::header;
use crate::scan::{Found, scan};
use crate::storage::Storage;
use crate::target::forbidden_target;
use crate::units::{MIB, Sectors, SequenceNumber, exact};

/// The greatest SequenceNumber that a generation may begin with: two more entries fit after it.
const LAST_FIRST_SEQUENCE_NUMBER: SequenceNumber = SequenceNumber(u64::MAX - 2);

impl<S: Storage> State<S> {
    /// Takes one transaction: checks it, completes it, and adds it to the changes of the next
    /// entry.
    pub(super) fn submit_changes(&mut self, changes: &[&Change]) -> Result<(), WriteError> {
        if changes.is_empty() {
            return Ok(());
        }
        self.check_targets(changes)?;
        let layers = self.resolve(changes)?;
        // WRT-7: only what is larger than the whole log fails.
        let needed = entry_sectors(&layers);
        if needed.is_none_or(|needed| needed > self.ring.sectors()) {
            return Err(WriteError::TooLarge {
                needed: needed.map(Sectors::bytes_in_log),
                log_length: self.ring.length(),
            });
        }
        let file_length = self.length.max(layers.end());
        self.check_file_length(file_length)?;
        if self.generation.is_none() {
            self.require_header_sequence_numbers()?;
        }
        // WRT-8: several transactions share an entry while they are small.
        if exact::together(self.gathered.len(), layers.len()) > self.max_gathered {
            if self.canaries.has(Canary::GatheredLostAtLimit) {
                self.gathered = Layers::default();
            }
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

    /// Makes an entry of the gathered changes. It is in flight until
    /// [`make_durable`](Self::make_durable).
    pub(super) fn make_entry(&mut self) -> Result<(), WriteError> {
        let layers = std::mem::take(&mut self.gathered);
        let Some(sectors) = entry_sectors(&layers).filter(|_| !layers.is_empty()) else {
            return Ok(());
        };
        let file_length = self.logged_length.max(layers.end());
        let made = match self.make_room(sectors) {
            Ok(true) => self.append(sectors, &layers, file_length),
            Ok(false) => self.begin_generation(sectors, &layers, file_length),
            Err(error) => Err(error),
        };
        if let Err(error) = made {
            // The caller believes these changes submitted: the next commit tries again, and fails
            // again.
            self.gathered = layers;
            return Err(error);
        }
        self.logged_length = file_length;
        self.pending.cover_with(layers);
        self.write_log_if_large()
    }

    /// DSC-5 to DSC-7.
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

    /// Ensures that an entry of `sectors` sectors can be appended. `false` when a generation must
    /// begin with that entry (WRT-7).
    ///
    /// One sector is kept free after it where possible, for the entry that advances the tail when
    /// the log is drained.
    pub(super) fn make_room(&mut self, sectors: Sectors) -> Result<bool, WriteError> {
        let with_reserve = sectors.plus(Sectors::ONE);
        let exhausted = |generation: &Generation| !generation.has_sequence_numbers();
        if self.generation.as_ref().is_some_and(exhausted) {
            self.end_generation()?;
        }
        if self.generation.is_none() && !self.begin_generation_with_room_for(with_reserve)? {
            return Ok(false);
        }
        if self.free() >= with_reserve {
            return Ok(true);
        }
        // Drain: apply, flush, advance the tail.
        if !self.canaries.has(Canary::DrainWithoutApply) {
            self.apply_pending()?;
        } else if let Some(generation) = &mut self.generation {
            generation.applied();
        }
        if self.free() >= Sectors::ONE {
            self.append(Sectors::ONE, &Layers::default(), self.logged_length)?;
            if self.canaries.has(Canary::ReuseBeforeTailStable) {
                self.write_log()?;
                self.committed();
            } else {
                self.make_durable()?;
            }
        }
        if self.free() >= sectors {
            return Ok(true);
        }
        self.end_generation()?;
        self.begin_generation_with_room_for(with_reserve)
    }

    /// Begins a generation with an empty entry if the ring has room for more after it; `false` when
    /// it has not.
    fn begin_generation_with_room_for(
        &mut self,
        with_reserve: Sectors,
    ) -> Result<bool, WriteError> {
        if with_reserve > self.ring.sectors() {
            return Ok(false);
        }
        self.begin_generation(Sectors::ONE, &Layers::default(), self.logged_length)?;
        Ok(true)
    }

    /// Appends an entry to the generation, which has room for it. The file is to have
    /// `file_length` bytes.
    pub(super) fn append(
        &mut self,
        sectors: Sectors,
        changes: &Layers,
        file_length: u64,
    ) -> Result<(), WriteError> {
        let sizes = self.file_sizes(file_length);
        let generation = self.generation.as_mut().ok_or(WriteError::Failed)?;
        self.unflushed = true;
        self.retires = true;
        generation.append(sectors, changes, sizes)
    }

    /// FlushedFileOffset and LastFileOffset of an entry written now (WRT-5): the stable length
    /// rounded down to 1 MiB, and the length the file is to have rounded up. A file whose length
    /// cannot be rounded up in 64 bits has no LastFileOffset that is better than its length.
    fn file_sizes(&self, file_length: u64) -> (u64, u64) {
        let stable = self.stable_length.min(file_length);
        let last = file_length.checked_next_multiple_of(MIB);
        (exact::mib_start(stable), last.unwrap_or(file_length))
    }

    fn write_log_if_large(&mut self) -> Result<(), WriteError> {
        match &self.generation {
            Some(generation) if generation.is_buffer_full() => self.write_log(),
            _ => Ok(()),
        }
    }

    /// Begins a generation with this entry. The entry is stable in the log while the headers still
    /// say that the log is empty, so that no program reads it; only then do they name its LogGuid
    /// (UPD-5). The other order would leave, for a moment, a dirty file without a valid sequence
    /// (SEQ-7, WRT-9).
    fn begin_generation(
        &mut self,
        sectors: Sectors,
        changes: &Layers,
        file_length: u64,
    ) -> Result<(), WriteError> {
        self.require_header_sequence_numbers()?;
        self.announce()?;
        // ENT-5: never 0. Small enough for some entries to follow.
        let first = self
            .first_sequence_number
            .unwrap_or_else(|| SequenceNumber((self.guids.next_u64() >> 1) | 1))
            .min(LAST_FIRST_SEQUENCE_NUMBER);
        let mut log_guid = self.fresh_log_guid()?;
        if self.canaries.has(Canary::KeepLogGuid) {
            log_guid = Uuid::from_u128(1);
        }
        self.generation = Some(Generation::new(
            self.ring,
            log_guid,
            first,
            (self.limits, self.canaries),
        ));
        let name = header::Change {
            log_guid: Some(log_guid),
            ..header::Change::default()
        };
        let early = self.canaries.has(Canary::NameGenerationEarly);
        if early {
            self.change_headers(name)?;
        }
        self.append(sectors, changes, file_length)?;
        self.make_durable()?;
        if !early {
            self.change_headers(name)?;
        }
        Ok(())
    }

    /// A LogGuid that no valid entry in the ring has (UPD-5). Random GUIDs do not repeat, so only a
    /// series that can is held against the ring: its headers may have been put back.
    fn fresh_log_guid(&mut self) -> Result<Uuid, WriteError> {
        let mut taken = BTreeSet::new();
        if self.guids.repeats() {
            scan(&self.storage, self.ring, None, &mut |found| {
                if let Found::Entry(entry) = found {
                    taken.insert(entry.log_guid);
                }
            })?;
        }
        loop {
            let guid = self.guids.fresh();
            if !taken.contains(&guid) {
                return Ok(guid);
            }
        }
    }

    /// Makes an entry of the gathered changes, writes the buffered entries and flushes (WRT-1):
    /// everything submitted is durable (WRT-9). One flush for any number of entries (WRT-8).
    pub(super) fn make_durable(&mut self) -> Result<(), WriteError> {
        self.make_entry()?;
        self.write_log()?;
        if self.unflushed {
            if !self.canaries.has(Canary::AcknowledgeEarly) {
                self.flush()?;
            }
            self.committed();
        }
        self.unflushed = false;
        Ok(())
    }

    /// The newest entry is stable: a crash finds it, and the Tail in it.
    fn committed(&mut self) {
        if let Some(generation) = &mut self.generation {
            generation.committed();
        }
        if self.retires {
            self.replayable = Layers::default();
        }
    }
}
