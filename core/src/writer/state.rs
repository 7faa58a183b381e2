//! What the steps of the write protocol share.

use std::io;

use super::canary::{Canaries, breaks};
use super::error::WriteError;
use super::generation::Generation;
use super::layers::{Layers, file_sector};
use super::options::WriteOptions;
use crate::error::OpenError;
use crate::guids::GuidSource;
use crate::header;
use crate::header::Current;
use crate::open::log_region;
use crate::ring::Ring;
use crate::storage::Storage;
use crate::units::{FileOffset, SECTOR_BYTES, SequenceNumber};

/// Rounds of header updates that must be possible when a generation begins: two to begin it, one to
/// end it (HDR-13).
const GENERATION_ROUNDS: u64 = 3;

#[derive(Debug)]
pub(super) struct State<S> {
    pub(super) storage: S,
    pub(super) ring: Ring,
    pub(super) current: Current,
    pub(super) guids: GuidSource,
    pub(super) max_file_size_bytes: u64,
    pub(super) first_sequence_number: Option<SequenceNumber>,
    /// The file's length in bytes once everything pending is applied.
    pub(super) length: u64,
    /// The length that is known to be stable (WRT-5).
    pub(super) stable_length: u64,
    /// Changes submitted since the last entry was made; they become the next one.
    pub(super) gathered: Layers,
    /// How many changes of several transactions one entry may gather.
    pub(super) max_gathered: usize,
    /// Changes that entries were made of and that are not stable at their place yet.
    pub(super) pending: Layers,
    pub(super) generation: Option<Generation>,
    /// Ranges that a crash would replay although their changes are at their place already; only its
    /// zero ranges are used. Payload must not be written there before an entry with a later Tail is
    /// stable (SEQ-4).
    pub(super) replayable: Layers,
    /// Whether the newest entry has such a Tail.
    pub(super) retires: bool,
    /// Whether the headers say that this open changes the file (UPD-1).
    pub(super) announced: bool,
    /// Whether anything was written since the last flush, by this program or perhaps by one that
    /// died.
    pub(super) unflushed: bool,
    /// Whether payload may have been written since the last flush: entries that may speak of it
    /// wait for one (WRT-1).
    pub(super) payload_unflushed: bool,
    pub(super) canaries: Canaries,
}

impl<S: Storage> State<S> {
    pub(super) fn open(storage: S, options: &WriteOptions) -> Result<Self, OpenError> {
        let image = options.open_options().open(storage)?;
        let (storage, current, guids) = image.into_parts();
        let length = storage
            .len()
            .map_err(OpenError::io("find the length of the file", FileOffset(0)))?;
        let ring = log_region(&current, length)?;
        Ok(Self {
            storage,
            ring,
            current,
            guids,
            max_file_size_bytes: options.open_options().max_file_size_bytes(),
            first_sequence_number: options.first_sequence_number(),
            length,
            stable_length: length,
            gathered: Layers::default(),
            max_gathered: options.max_gathered(ring),
            pending: Layers::default(),
            generation: None,
            replayable: Layers::default(),
            retires: false,
            announced: false,
            // A program that died may have left payload or a length that were never flushed, and
            // they are seen from now on: no entry may speak of them, and no commit confirm them,
            // before they are stable.
            unflushed: true,
            payload_unflushed: true,
            canaries: Canaries::default(),
        })
    }

    /// One sector as it will be when everything pending is applied.
    pub(super) fn sector(&self, offset: u64) -> io::Result<[u8; SECTOR_BYTES]> {
        match self
            .gathered
            .sector(offset)
            .or_else(|| self.pending.sector(offset))
        {
            Some(sector) => Ok(sector),
            None => file_sector(&self.storage, offset),
        }
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

    /// Writes the entries kept back; first makes the payload stable that they may speak of (WRT-1).
    pub(super) fn write_log(&mut self) -> Result<(), WriteError> {
        if self.payload_unflushed && self.generation.as_ref().is_some_and(Generation::keeps_back) {
            self.flush()?;
        }
        match &mut self.generation {
            Some(generation) => generation.write_out(&mut self.storage),
            None => Ok(()),
        }
    }

    /// Tells the headers that this open changes the file, before it does (UPD-1, UPD-4).
    pub(super) fn announce(&mut self) -> Result<(), WriteError> {
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

    pub(super) fn change_headers(&mut self, change: header::Change) -> Result<(), WriteError> {
        if breaks!(self, SkipSecondHeader) {
            return Ok(self.current.change_other_slot(&mut self.storage, change)?);
        }
        Ok(self.current.change(&mut self.storage, change)?)
    }

    /// HDR-13, before anything is changed.
    pub(super) fn require_header_numbers(&self) -> Result<(), WriteError> {
        if self.current.has_room_for(GENERATION_ROUNDS) {
            Ok(())
        } else {
            Err(self.current.exhausted().into())
        }
    }

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
