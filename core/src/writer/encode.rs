//! Log entries as bytes, in pieces: what the entry adds, between the bodies of the sectors that are
//! changed.
//!
//! ```text
//!  own bytes      [ header, descriptors, `data` high ][ low, `data` high ][ low, `data` high ][ low ]
//!  changes                                   [ bytes 8..4092 ]  [ bytes 8..4092 ]  [ bytes 8..4092 ]
//! ```
//!
//! The bodies stay where they are until they are written: they are nearly all of an entry, and a
//! copy of them would cost as much as their checksum.

use std::ops::Range;

use uuid::Uuid;
use zerocopy::{FromBytes, IntoBytes};

use super::layers::{Layers, Piece};
use crate::entry::layout::{
    BODY, DATA_DESCRIPTOR, DATA_SECTOR, DESCRIPTOR_BYTES, RawDescriptor, RawEntryHeader, SIGNATURE,
    ZERO_DESCRIPTOR, descriptor_sectors,
};
use crate::units::{LogOffset, SECTOR_BYTES, SECTOR_U32, SequenceNumber};

/// The fields of an entry that its changes do not tell.
#[derive(Clone, Copy, Debug)]
pub(super) struct Envelope {
    pub(super) log_guid: Uuid,
    pub(super) sequence_number: SequenceNumber,
    pub(super) tail: LogOffset,
    pub(super) flushed_file_offset: u64,
    pub(super) last_file_offset: u64,
}

/// How many bytes of log an entry with these changes takes; `None` when no 32-bit length can say
/// it.
pub(super) fn entry_length(changes: &Layers) -> Option<u32> {
    let data = u32::try_from(changes.data().len()).ok()?;
    let descriptors = u32::try_from(changes.zeros().len())
        .ok()?
        .checked_add(data)?;
    descriptor_sectors(descriptors)
        .checked_add(data)?
        .checked_mul(SECTOR_U32)
}

/// Entries that are not written yet, one behind the other.
#[derive(Debug, Default)]
pub(super) struct Encoded {
    own: Vec<u8>,
    parts: Vec<Part>,
    length_bytes: usize,
}

#[derive(Debug)]
enum Part {
    /// These of the own bytes.
    Own(Range<usize>),
    /// The body of a data sector with these contents.
    Body(Piece),
}

impl Encoded {
    /// Whether there are none.
    pub(super) const fn is_empty(&self) -> bool {
        self.length_bytes == 0
    }

    /// How many bytes they are.
    pub(super) const fn len(&self) -> usize {
        self.length_bytes
    }

    /// Forgets them.
    pub(super) fn clear(&mut self) {
        self.own.clear();
        self.parts.clear();
        self.length_bytes = 0;
    }

    /// Their bytes before and from a place on, piece by piece.
    pub(super) fn split_at(&self, place: usize) -> (Vec<&[u8]>, Vec<&[u8]>) {
        let (mut before, mut after) = (Vec::with_capacity(self.parts.len()), Vec::new());
        let mut left = place;
        for part in &self.parts {
            let bytes = match part {
                Part::Own(range) => self.own.get(range.clone()).unwrap_or_default(),
                Part::Body(sector) => sector.bytes().get(BODY).unwrap_or_default(),
            };
            let (here, there) = bytes.split_at(left.min(bytes.len()));
            left = left.saturating_sub(here.len());
            before.extend(Some(here).filter(|here| !here.is_empty()));
            after.extend(Some(there).filter(|there| !there.is_empty()));
        }
        (before, after)
    }

    /// Appends an entry: zero descriptors first, so that data in their ranges comes later and wins
    /// (RPL-1).
    ///
    /// `length` is what [`entry_length`] says.
    pub(super) fn append(&mut self, length: u32, changes: &Layers, envelope: &Envelope) {
        let start = self.own.len();
        let mut checksum = append_descriptors(&mut self.own, length, changes, envelope);
        let [h0, h1, h2, h3, l0, l1, l2, l3] = envelope.sequence_number.0.to_be_bytes();
        let high = u32::from_be_bytes([h0, h1, h2, h3]).to_le_bytes();
        let low = u32::from_be_bytes([l0, l1, l2, l3]).to_le_bytes();
        let (mut from, mut summed) = (start, self.own.len());
        for (_, sector) in changes.data() {
            self.own.extend_from_slice(&DATA_SECTOR);
            self.own.extend_from_slice(&high);
            checksum = crc32c::crc32c_append(checksum, self.own.get(summed..).unwrap_or_default());
            checksum =
                crc32c::crc32c_append(checksum, sector.bytes().get(BODY).unwrap_or_default());
            self.parts.push(Part::Own(from..self.own.len()));
            self.parts.push(Part::Body(sector.clone()));
            (from, summed) = (self.own.len(), self.own.len());
            self.own.extend_from_slice(&low);
        }
        checksum = crc32c::crc32c_append(checksum, self.own.get(summed..).unwrap_or_default());
        self.parts.push(Part::Own(from..self.own.len()));
        self.length_bytes = self
            .length_bytes
            .saturating_add(usize::try_from(length).unwrap_or(usize::MAX));
        let entry = self.own.get_mut(start..).unwrap_or_default();
        if let Ok((header, _)) = RawEntryHeader::mut_from_prefix(entry) {
            header.checksum = checksum.into();
        }
    }
}

/// Appends the header, its checksum zero, and the descriptor sectors; returns their checksum, which
/// wants the field zero (ENT-2).
fn append_descriptors(
    log: &mut Vec<u8>,
    length: u32,
    changes: &Layers,
    envelope: &Envelope,
) -> u32 {
    let start = log.len();
    let descriptors = changes.zeros().len().saturating_add(changes.data().len());
    let descriptor_count = u32::try_from(descriptors).unwrap_or(u32::MAX);
    let SequenceNumber(number) = envelope.sequence_number;
    let header = RawEntryHeader {
        signature: SIGNATURE,
        checksum: 0.into(),
        entry_length: length.into(),
        tail: envelope.tail.0.into(),
        sequence_number: number.into(),
        descriptor_count: descriptor_count.into(),
        reserved: 0.into(),
        log_guid: envelope.log_guid.to_bytes_le(),
        flushed_file_offset: envelope.flushed_file_offset.into(),
        last_file_offset: envelope.last_file_offset.into(),
    };
    log.extend_from_slice(header.as_bytes());
    for (from, to) in changes.zeros() {
        let descriptor = RawDescriptor {
            signature: ZERO_DESCRIPTOR,
            trailing: [0; 4],
            leading: to.saturating_sub(from).to_le_bytes(),
            file_offset: from.into(),
            sequence_number: number.into(),
        };
        log.extend_from_slice(descriptor.as_bytes());
    }
    for (target, sector) in changes.data() {
        let descriptor = RawDescriptor {
            signature: DATA_DESCRIPTOR,
            trailing: sector.bytes().last_chunk().copied().unwrap_or_default(),
            leading: sector.bytes().first_chunk().copied().unwrap_or_default(),
            file_offset: target.into(),
            sequence_number: number.into(),
        };
        log.extend_from_slice(descriptor.as_bytes());
    }
    let descriptor_bytes = usize::try_from(descriptor_sectors(descriptor_count))
        .unwrap_or(0)
        .saturating_mul(SECTOR_BYTES);
    log.resize(start.saturating_add(descriptor_bytes), 0);
    crc32c::crc32c(log.get(start..).unwrap_or_default())
}

const _: () = assert!(DESCRIPTOR_BYTES == size_of::<RawDescriptor>());
