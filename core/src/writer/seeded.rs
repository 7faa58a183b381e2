//! The values that a seeded bug changes, each at the place where the writer decides it.
//!
//! Contract: without a seeded bug every method returns what it was given. Without the feature
//! `canary` that is always so.

#![allow(
    clippy::arithmetic_side_effects,
    reason = "a bug may overflow; no released program has one"
)]

#[cfg(feature = "canary")]
use std::io;

use super::encode::Envelope;
use crate::canary::{Canaries, Canary};
use crate::header;
use crate::ring::Ring;
#[cfg(feature = "canary")]
use crate::storage::Storage;
use crate::units::{LogOffset, SECTOR, Sectors, SequenceNumber};

/// The bug of a generation, and what it has to remember.
#[derive(Debug)]
pub(super) struct Seeded {
    canaries: Canaries,
    /// Where the entries of the generation begin; kept for bugs only.
    #[cfg(feature = "canary")]
    entries: Vec<LogOffset>,
    #[cfg(feature = "canary")]
    has_wrapped: bool,
}

/// Where an entry goes.
#[derive(Clone, Copy, Debug)]
#[cfg_attr(
    not(feature = "canary"),
    allow(dead_code, reason = "only a seeded bug asks")
)]
pub(super) struct Place {
    pub(super) ring: Ring,
    pub(super) offset: LogOffset,
    pub(super) sectors: Sectors,
    /// The Tail of the entry before.
    pub(super) tail_before: LogOffset,
    pub(super) is_empty: bool,
}

impl Seeded {
    pub(super) fn new(canaries: Canaries) -> Self {
        Self {
            canaries,
            #[cfg(feature = "canary")]
            entries: Vec::new(),
            #[cfg(feature = "canary")]
            has_wrapped: false,
        }
    }

    pub(super) const fn canaries(&self) -> Canaries {
        self.canaries
    }

    pub(super) fn has(&self, bug: Canary) -> bool {
        self.canaries.has(bug)
    }

    /// The header fields of an entry: those given.
    #[cfg(not(feature = "canary"))]
    #[allow(clippy::unused_self, reason = "the same call as with the feature")]
    pub(super) const fn envelope(&self, entry: Envelope, _place: Place) -> Envelope {
        entry
    }

    /// The header fields of an entry, as the bug makes them.
    #[cfg(feature = "canary")]
    pub(super) fn envelope(&mut self, mut entry: Envelope, place: Place) -> Envelope {
        let Place { ring, offset, .. } = place;
        let to_end = ring.length() - offset.0;
        let passes_end = entry.entry_length > to_end;
        match self.canaries.seeded() {
            Some(Canary::SequenceGapAtWrap) if passes_end || offset.0 == 0 => {
                entry.sequence_number.0 = entry.sequence_number.0.wrapping_add(1);
            }
            Some(Canary::SequenceRepeats) if place.is_empty => {
                entry.sequence_number.0 = entry.sequence_number.0.saturating_sub(1);
            }
            Some(Canary::SequenceIn32Bits) => entry.sequence_number.0 &= 0xFFFF_FFFF,
            Some(Canary::AdvanceTailEarly) => entry.tail = offset,
            Some(Canary::TailOneTooFarAfterWrap) if self.has_wrapped => {
                let oldest = self.entries.iter().rposition(|&start| start == entry.tail);
                let after = oldest.and_then(|oldest| self.entries.get(oldest + 1));
                entry.tail = *after.unwrap_or(&entry.tail);
            }
            Some(Canary::TailOneBehind) => entry.tail = place.tail_before,
            Some(Canary::TailIsNext) => entry.tail = ring.advance(offset, place.sectors),
            Some(Canary::FlushedFileOffsetEarly) => {
                entry.flushed_file_offset = entry.last_file_offset;
            }
            Some(Canary::LastFileOffsetStale) => {
                entry.last_file_offset = entry.flushed_file_offset;
            }
            Some(Canary::LastFileOffsetTooLarge) => entry.last_file_offset += crate::units::MIB,
            Some(Canary::EntryLengthOneMore) => {
                entry.entry_length += Sectors::ONE.bytes_in_log();
            }
            Some(Canary::EntryLengthEndsAtWrap) => {
                entry.entry_length = entry.entry_length.min(to_end);
            }
            _ => {}
        }
        self.entries.push(offset);
        self.has_wrapped |= passes_end;
        entry
    }

    /// The number after one: the next greater one.
    pub(super) fn next_number(&self, number: SequenceNumber) -> Option<SequenceNumber> {
        if self.has(Canary::SequenceStartsAgain) {
            return Some(number.next().unwrap_or(SequenceNumber(1)));
        }
        number.next()
    }

    /// How many sectors of the ring are free.
    pub(super) fn free(&self, ring: Ring, free: Sectors) -> Sectors {
        if self.has(Canary::ReuseActiveSpace) {
            return ring.sectors();
        }
        if self.has(Canary::FreeOneTooMany) {
            return free.plus(Sectors::ONE).min(ring.sectors());
        }
        free
    }

    /// How many bytes there are from the place of an entry to the end of the ring.
    pub(super) fn bytes_to_end(&self, bytes: u64) -> u64 {
        if self.has(Canary::WrapIgnored) {
            return u64::from(u32::MAX);
        }
        if self.has(Canary::WrapOneSectorLate) {
            return bytes + SECTOR;
        }
        bytes
    }
}

impl Canaries {
    /// The halves of the sequence number in a data sector.
    pub(super) fn halves(self, (high, low): (u32, u32)) -> (u32, u32) {
        if self.has(Canary::DataSequenceLowTwice) {
            return (low, low);
        }
        (high, low)
    }

    /// The length of a zero range in its descriptor.
    pub(super) fn zero_length(self, length: u64) -> u64 {
        if self.has(Canary::ZeroOneSectorShort) {
            return length.saturating_sub(SECTOR);
        }
        length
    }

    /// The header and the descriptors of an entry.
    pub(super) fn descriptors(self, entry: &mut [u8]) {
        const DESCRIPTOR_BYTES: usize = 32;
        if self.has(Canary::ZerosAfterData)
            && let Some((_, descriptors)) = entry.split_at_mut_checked(2 * DESCRIPTOR_BYTES)
        {
            let (descriptors, _) = descriptors.as_chunks_mut::<DESCRIPTOR_BYTES>();
            descriptors.sort_by_key(|descriptor| descriptor.starts_with(b"zero"));
        }
    }

    /// What a change of the headers changes.
    pub(super) fn header_change(self, mut change: header::Change) -> header::Change {
        if self.has(Canary::NoFileWriteGuid) {
            change.file_write_guid = None;
        }
        if self.has(Canary::NoDataWriteGuid) {
            change.data_write_guid = None;
        }
        change
    }

    /// A sector of the file that completes a partial update.
    pub(super) fn completed(self, sector: &mut [u8]) {
        if self.has(Canary::CompleteFromSectorStart) {
            // QEMU before 8.0 took the bytes around a partial update from eight bytes off their
            // place.
            sector.rotate_right(8);
        }
    }
}

/// A file whose flushes are left out.
#[cfg(feature = "canary")]
pub(super) struct Unflushed<'a, S>(pub(super) &'a mut S);

#[cfg(feature = "canary")]
impl<S: Storage> Storage for Unflushed<'_, S> {
    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<()> {
        self.0.read_at(offset, buffer)
    }

    fn write_at(&mut self, offset: u64, bytes: &[u8]) -> io::Result<()> {
        self.0.write_at(offset, bytes)
    }

    fn zero(&mut self, offset: u64, length: u64) -> io::Result<()> {
        self.0.zero(offset, length)
    }

    fn set_len(&mut self, length: u64) -> io::Result<()> {
        self.0.set_len(length)
    }

    fn len(&self) -> io::Result<u64> {
        self.0.len()
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
