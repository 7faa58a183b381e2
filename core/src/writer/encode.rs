//! Log entries as bytes, in pieces: what the entry adds, between the bodies of the sectors that are
//! changed.
//!
//! ```text
//!  own bytes  [ header, descriptors, `data` high ][ low, `data` high ][ low, `data` high ][ low ]
//!  changes                                 [ bytes 8..4092 ]  [ bytes 8..4092 ]  [ bytes 8..4092 ]
//! ```
//!
//! The bodies are not copied before they are written: they are nearly all of an entry, and a copy
//! would cost as much as their checksum.
//!
//! Serves ENT-1 to ENT-8, DSC-1 to DSC-4, DSC-8, DAT-1, DAT-2: entries are valid by construction.
//! Pure.

use std::ops::Range;

use uuid::Uuid;
use zerocopy::{IntoBytes, transmute_ref};

use super::layers::{Layers, Piece};
use crate::canary::Canaries;
use crate::entry::layout::{
    DATA_DESCRIPTOR, DATA_SECTOR, RawDescriptor, RawEntryHeader, SIGNATURE, UpdateSector,
    ZERO_DESCRIPTOR, descriptor_sectors,
};
use crate::units::{LogOffset, Sectors, SequenceNumber, cast, exact};

/// The fields of an entry that do not follow from its changes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Envelope {
    /// In bytes.
    pub(super) entry_length: u32,
    pub(super) log_guid: Uuid,
    pub(super) sequence_number: SequenceNumber,
    pub(super) tail: LogOffset,
    pub(super) flushed_file_offset: u64,
    pub(super) last_file_offset: u64,
}

/// How many sectors of log an entry with these changes takes (ENT-6); `None` when no log has that
/// many (WRT-7).
pub(super) fn entry_sectors(changes: &Layers) -> Option<Sectors> {
    let data = u32::try_from(changes.data().len()).ok()?;
    let zeros = u32::try_from(changes.zeros().len()).ok()?;
    let descriptors = zeros.checked_add(data)?;
    Sectors::in_log(descriptor_sectors(descriptors).count().checked_add(data)?)
}

/// Entries that are not written yet, one after another.
#[derive(Debug, Default)]
pub(super) struct Encoded {
    own: Vec<u8>,
    parts: Vec<Part>,
    sectors: usize,
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
        self.sectors == 0
    }

    /// How many bytes they have.
    pub(super) const fn len(&self) -> usize {
        exact::sectors_bytes(self.sectors)
    }

    /// Forgets them.
    pub(super) fn clear(&mut self) {
        self.own.clear();
        self.parts.clear();
        self.sectors = 0;
    }

    /// Their bytes before and after the first `place` bytes, piece by piece.
    pub(super) fn split_at(&self, place: usize) -> (Vec<&[u8]>, Vec<&[u8]>) {
        let (mut before, mut after) = (Vec::with_capacity(self.parts.len()), Vec::new());
        let mut left = place;
        for part in &self.parts {
            let bytes = self.part(part);
            let (here, there) = bytes.split_at(left.min(bytes.len()));
            left = exact::less(left, here.len());
            before.extend(Some(here).filter(|here| !here.is_empty()));
            after.extend(Some(there).filter(|there| !there.is_empty()));
        }
        (before, after)
    }

    #[allow(
        clippy::indexing_slicing,
        reason = "`append` made the range from lengths of `own`, which only grows until `clear`"
    )]
    fn part<'a>(&'a self, part: &'a Part) -> &'a [u8] {
        match part {
            Part::Own(range) => &self.own[range.clone()],
            Part::Body(piece) => &update(piece).body,
        }
    }

    /// Appends an entry of `sectors` sectors, as [`entry_sectors`] counts them.
    pub(super) fn append(
        &mut self,
        sectors: Sectors,
        changes: &Layers,
        envelope: &Envelope,
        canaries: Canaries,
    ) {
        let start = self.own.len();
        append_descriptors(&mut self.own, changes, envelope, canaries);
        let mut checksum = crc32c::crc32c(entry_at(&mut self.own, start));
        // DAT-1, DAT-2
        let (high, low) = canaries.halves(cast::halves(envelope.sequence_number.0));
        let ([d0, d1, d2, d3], [h0, h1, h2, h3]) = (DATA_SECTOR, high.to_le_bytes());
        let [l0, l1, l2, l3] = low.to_le_bytes();
        let before_first = [d0, d1, d2, d3, h0, h1, h2, h3];
        let between = [l0, l1, l2, l3, d0, d1, d2, d3, h0, h1, h2, h3];
        let after_last = [l0, l1, l2, l3];
        let mut from = start;
        let mut own: &[u8] = &before_first;
        for (_, piece) in changes.data() {
            self.own.extend_from_slice(own);
            checksum = crc32c::crc32c_append(checksum, own);
            checksum = crc32c::crc32c_append(checksum, &update(piece).body);
            self.parts.push(Part::Own(from..self.own.len()));
            self.parts.push(Part::Body(piece.clone()));
            from = self.own.len();
            own = &between;
        }
        if changes.data().len() > 0 {
            self.own.extend_from_slice(&after_last);
            checksum = crc32c::crc32c_append(checksum, &after_last);
        }
        self.parts.push(Part::Own(from..self.own.len()));
        exact::add(&mut self.sectors, sectors.index());
        set_checksum(entry_at(&mut self.own, start), checksum);
    }
}

/// The bytes appended since the buffer had this length.
#[allow(
    clippy::indexing_slicing,
    reason = "`start` is a former length of the buffer, which has grown since"
)]
fn entry_at(own: &mut [u8], start: usize) -> &mut [u8] {
    &mut own[start..]
}

/// Puts the checksum into the header that the entry begins with (ENT-2).
#[allow(
    clippy::indexing_slicing,
    reason = "an entry begins with a header of 64 bytes"
)]
fn set_checksum(entry: &mut [u8], checksum: u32) {
    entry[4..8].copy_from_slice(&checksum.to_le_bytes());
}

/// The contents of a sector, cut as an entry holds them.
fn update(piece: &Piece) -> &UpdateSector {
    transmute_ref!(piece.bytes())
}

/// Appends the header, its checksum zero, and the descriptors, up to the end of their last sector.
/// Zero descriptors come first, so that data in their ranges is replayed later and wins (RPL-1).
fn append_descriptors(
    own: &mut Vec<u8>,
    changes: &Layers,
    envelope: &Envelope,
    canaries: Canaries,
) {
    let start = own.len();
    let descriptor_count = cast::to_u32(changes.len());
    let SequenceNumber(sequence_number) = envelope.sequence_number;
    let header = RawEntryHeader {
        signature: SIGNATURE,
        checksum: 0.into(),
        entry_length: envelope.entry_length.into(),
        tail: envelope.tail.0.into(),
        sequence_number: sequence_number.into(),
        descriptor_count: descriptor_count.into(),
        reserved: 0.into(), // ENT-8
        log_guid: envelope.log_guid.to_bytes_le(),
        flushed_file_offset: envelope.flushed_file_offset.into(),
        last_file_offset: envelope.last_file_offset.into(),
    };
    own.extend_from_slice(header.as_bytes());
    for (from, to) in changes.zeros() {
        let descriptor = RawDescriptor {
            signature: ZERO_DESCRIPTOR,
            trailing: [0; 4], // DSC-8
            leading: canaries
                .zero_length(exact::distance(from, to))
                .to_le_bytes(),
            file_offset: from.into(),
            sequence_number: sequence_number.into(),
        };
        own.extend_from_slice(descriptor.as_bytes());
    }
    for (target, piece) in changes.data() {
        let UpdateSector {
            leading, trailing, ..
        } = update(piece);
        let descriptor = RawDescriptor {
            signature: DATA_DESCRIPTOR,
            trailing: *trailing,
            leading: *leading,
            file_offset: target.into(),
            sequence_number: sequence_number.into(),
        };
        own.extend_from_slice(descriptor.as_bytes());
    }
    canaries.descriptors(entry_at(own, start));
    let length = exact::sectors_bytes(descriptor_sectors(descriptor_count).index());
    own.resize(exact::together(start, length), 0);
}
