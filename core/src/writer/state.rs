//! What the steps of the write protocol share: what is known of the file and the log, and the
//! smallest steps on them.
//!
//! Changes move through three places: *gathered* (submitted, in no entry yet), *pending* (in an
//! entry, not yet stable at their place) and *replayable* (at their place, but a crash would still
//! replay them).

use std::io;

use super::error::WriteError;
use super::generation::Generation;
use super::layers::{Layers, file_sector};
use super::limits::Limits;
use super::options::WriteOptions;
use crate::canary::{Canaries, Canary};
use crate::error::OpenError;
use crate::guids::GuidSource;
use crate::header::{Change, Current};
use crate::open::log_region;
use crate::ring::Ring;
use crate::storage::Storage;
use crate::units::{FileOffset, SECTOR_BYTES, Sectors, SequenceNumber};

/// Header updates that must be possible when a generation begins (HDR-13): UPD-1, naming the new
/// LogGuid, and marking the log empty at the end, each in both slots.
const GENERATION_UPDATES: u64 = 6;

#[derive(Debug)]
pub(super) struct State<S> {
    pub(super) storage: S,
    pub(super) ring: Ring,
    pub(super) current: Current,
    pub(super) guids: GuidSource,
    pub(super) max_file_size_bytes: u64,
    pub(super) first_sequence_number: Option<SequenceNumber>,
    /// The file's length in bytes once everything pending has been applied.
    pub(super) length: u64,
    /// The same without the changes that are gathered: what the entries made so far ask for
    /// (WRT-5).
    pub(super) logged_length: u64,
    /// The length that is known to be stable (WRT-5).
    pub(super) stable_length: u64,
    /// Changes submitted since the last entry was made; they become the next one.
    pub(super) gathered: Layers,
    /// How many changes of several transactions one entry may gather.
    pub(super) max_gathered: usize,
    pub(super) limits: Limits,
    /// Changes that are in entries and not yet stable at their place.
    pub(super) pending: Layers,
    pub(super) generation: Option<Generation>,
    /// Ranges that a crash would replay although their changes are at their place already; only its
    /// zero ranges are used. Payload must not be written there before an entry with a later Tail is
    /// stable (SEQ-4).
    pub(super) replayable: Layers,
    /// Whether the newest entry has such a Tail.
    pub(super) retires: bool,
    /// Whether the headers show that this open changes the file (UPD-1).
    pub(super) announced: bool,
    /// Whether anything was written since the last flush, by this program or perhaps by one that
    /// crashed.
    pub(super) unflushed: bool,
    /// Whether payload may have been written since the last flush. Entries that depend on it wait
    /// for one (WRT-1).
    pub(super) payload_unflushed: bool,
    pub(super) canaries: Canaries,
}

impl<S: Storage> State<S> {
    /// Opens and replays; then HDR-6, HDR-7, HDR-10 and HDR-8 for an empty log, too.
    pub(super) fn open(storage: S, options: &WriteOptions) -> Result<Self, OpenError> {
        let image = options.open_options().open(storage)?;
        let (storage, current, guids) = image.into_parts();
        let length = storage
            .len()
            .map_err(OpenError::io("find the length of the file", FileOffset(0)))?;
        let ring = log_region(
            &current,
            length,
            options.open_options().testing().log_unit_bytes,
        )?;
        Ok(Self {
            storage,
            ring,
            current,
            guids,
            max_file_size_bytes: options.open_options().max_file_size_bytes(),
            first_sequence_number: options.first_sequence_number(),
            length,
            logged_length: length,
            stable_length: length,
            gathered: Layers::default(),
            max_gathered: options.max_gathered(ring),
            limits: options.limits,
            pending: Layers::default(),
            generation: None,
            replayable: Layers::default(),
            retires: false,
            announced: false,
            // A program that crashed may have left payload or a length that it never flushed. They
            // are visible now: no entry may depend on them, and no commit may confirm them, before
            // they are stable (WRT-1).
            unflushed: true,
            payload_unflushed: true,
            canaries: options.open_options().testing().canaries,
        })
    }

    /// One sector as it will be when everything pending has been applied.
    pub(super) fn sector(&self, offset: u64) -> io::Result<[u8; SECTOR_BYTES]> {
        let changed = self.gathered.sector(offset);
        match changed.or_else(|| self.pending.sector(offset)) {
            Some(sector) => Ok(sector),
            None => file_sector(&self.storage, offset),
        }
    }

    /// How many sectors the generation may still write (WRT-4); none without a generation.
    pub(super) fn free(&self) -> Sectors {
        self.generation
            .as_ref()
            .map_or(Sectors::ZERO, Generation::free)
    }

    pub(super) fn flush(&mut self) -> Result<(), WriteError> {
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

    /// Writes the buffered entries, after making the payload stable that they may depend on
    /// (WRT-1).
    pub(super) fn write_log(&mut self) -> Result<(), WriteError> {
        let has_entries = |generation: &Generation| generation.has_buffered_entries();
        let waits = self.payload_unflushed && !self.canaries.has(Canary::EntryBeforePayload);
        if waits && self.generation.as_ref().is_some_and(has_entries) {
            self.flush()?;
        }
        match &mut self.generation {
            Some(generation) => generation.write_out(&mut self.storage),
            None => Ok(()),
        }
    }

    /// Shows in the headers that this open changes the file, before it does (UPD-1), and that a
    /// reader of the virtual disk may see the change (UPD-4).
    pub(super) fn announce(&mut self) -> Result<(), WriteError> {
        if self.announced {
            return Ok(());
        }
        let change = Change {
            file_write_guid: Some(self.guids.fresh()),
            data_write_guid: Some(self.guids.fresh()),
            ..Change::default()
        };
        self.change_headers(change)?;
        self.announced = true;
        Ok(())
    }

    /// Carries a change into both headers (UPD-2).
    pub(super) fn change_headers(&mut self, change: Change) -> Result<(), WriteError> {
        let change = self.canaries.header_change(change);
        let storage = &mut self.storage;
        if self.canaries.has(Canary::SkipSecondHeader) {
            return Ok(self.current.change_other_slot(storage, change)?);
        }
        #[cfg(feature = "canary")]
        if self.canaries.has(Canary::HeadersTogether) {
            self.current
                .change(&mut super::seeded::Unflushed(storage), change)?;
            return self.flush();
        }
        Ok(self.current.change(storage, change)?)
    }

    /// HDR-13, before anything is changed.
    pub(super) fn require_header_sequence_numbers(&self) -> Result<(), WriteError> {
        if self.current.has_room_for(GENERATION_UPDATES) {
            Ok(())
        } else {
            Err(self.current.exhausted().into())
        }
    }

    /// RPL-9: the limit holds for a writer's growth, too.
    pub(super) fn check_file_length(&self, length: u64) -> Result<(), WriteError> {
        if length > self.length && length > self.max_file_size_bytes {
            return Err(WriteError::FileTooLarge {
                length,
                limit: self.max_file_size_bytes,
            });
        }
        Ok(())
    }
}
