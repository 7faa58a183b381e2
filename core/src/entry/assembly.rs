//! Judging one entry while its sectors arrive, each once, in pieces of any size.
//!
//! Structure first, checksum last: every sector must begin as its place in the entry demands. An
//! invalid entry therefore fails at the first sector that cannot belong to it, and the scan
//! continues at that sector. No sector before it can begin an entry (see
//! [`layout`](super::layout)). This keeps the scan linear for any content (SEQ-9).
//!
//! Serves ENT-1 to ENT-7, DSC-1 to DSC-4, DAT-1, DAT-2. Pure; an entry of 4 GiB takes no more
//! memory than one of 4 KiB.

use uuid::Uuid;
use zerocopy::transmute_ref;

use super::descriptor::{DescriptorKind, parse_descriptor};
use super::layout::{
    DATA_SECTOR, DESCRIPTOR_BYTES, FirstSector, HEADER_BYTES, NextSector, RawDataSector,
    RawDescriptor, RawEntryHeader, SIGNATURE, descriptor_sectors,
};
use super::summary::Entry;
use crate::checksum;
use crate::clause::Clause;
use crate::fault::EntryFault;
use crate::ring::Ring;
use crate::units::{LogOffset, SECTOR, SECTOR_BYTES, Sectors, SequenceNumber, cast, exact};

/// An entry whose first sectors have been seen, all well-formed so far.
pub(crate) struct Assembly {
    ring: Ring,
    entry: Entry,
    stored_checksum: u32,
    running_checksum: u32,
    sectors: Sectors,
    descriptor_sectors: Sectors,
    sectors_seen: Sectors,
    descriptors_left: u32,
}

/// How far a piece of the log took an entry.
pub(crate) enum Progress {
    /// All sectors of the piece belong to the entry, which continues after them.
    More,
    /// The entry is valid and ended after this many sectors of the piece.
    Complete(Entry, usize),
    /// The entry is not valid; the scan continues after this many sectors of the piece.
    Broken(EntryFault, usize),
}

impl Assembly {
    /// Begins with a sector that may be the first of an entry.
    ///
    /// Checked in this order: ENT-1, ENT-7 (against `generation`, if given), ENT-5, ENT-3, ENT-4,
    /// ENT-6 as far as the header alone shows it, then the descriptors of this sector.
    pub(crate) fn begin(
        ring: Ring,
        offset: LogOffset,
        sector: &[u8; SECTOR_BYTES],
        generation: Option<Uuid>,
    ) -> Result<Self, EntryFault> {
        let FirstSector {
            header,
            descriptors,
        } = transmute_ref!(sector);
        let entry = parse_header(ring, offset, header, generation)?;
        let descriptor_count = header.descriptor_count.get();
        let mut assembly = Self {
            ring,
            sectors: Sectors::in_bytes(entry.length),
            descriptor_sectors: descriptor_sectors(descriptor_count),
            entry,
            stored_checksum: header.checksum.get(),
            running_checksum: checksum::with_field_zeroed(sector),
            sectors_seen: Sectors::ONE,
            descriptors_left: descriptor_count,
        };
        assembly.take_descriptors(offset, HEADER_BYTES, descriptors)?;
        assembly.check_length()?;
        Ok(assembly)
    }

    /// The verdict on the whole entry, once all of its sectors have been seen; `None` before.
    ///
    /// Called once after [`begin`](Self::begin); [`feed`](Self::feed) calls it itself.
    pub(crate) fn finish(&self) -> Option<Result<Entry, EntryFault>> {
        if self.sectors_seen < self.sectors {
            return None;
        }
        // ENT-2
        if self.running_checksum == self.stored_checksum {
            return Some(Ok(self.entry.clone()));
        }
        Some(Err(EntryFault {
            clause: Clause::Ent2,
            at: self.entry.offset,
            expected: self.running_checksum.into(),
            found: self.stored_checksum.into(),
        }))
    }

    /// Where the entry starts.
    pub(crate) const fn offset(&self) -> LogOffset {
        self.entry.offset
    }

    /// Takes the sectors that follow.
    pub(crate) fn feed(&mut self, piece: &[[u8; SECTOR_BYTES]]) -> Progress {
        let wanted = self.sectors.minus(self.sectors_seen).index();
        let (piece, _) = piece.split_at(wanted.min(piece.len()));
        for (good, sector) in piece.iter().enumerate() {
            if let Err(fault) = self.take_sector(sector) {
                return Progress::Broken(fault, good);
            }
        }
        self.running_checksum = crc32c::crc32c_append(self.running_checksum, piece.as_flattened());
        match self.finish() {
            None => Progress::More,
            Some(Ok(entry)) => Progress::Complete(entry, piece.len()),
            Some(Err(fault)) => Progress::Broken(fault, piece.len()),
        }
    }

    fn take_sector(&mut self, sector: &[u8; SECTOR_BYTES]) -> Result<(), EntryFault> {
        let nth = self.sectors_seen;
        self.sectors_seen = nth.plus(Sectors::ONE);
        if nth >= self.descriptor_sectors {
            return self.check_data_sector(nth, sector);
        }
        let NextSector { descriptors } = transmute_ref!(sector);
        let at = self.ring.advance(self.entry.offset, nth);
        self.take_descriptors(at, 0, descriptors)?;
        self.check_length()
    }

    /// DSC-1 to DSC-4 for the descriptors of the sector at `at`, which start `skip` bytes into it.
    fn take_descriptors(
        &mut self,
        at: LogOffset,
        skip: u32,
        descriptors: &[RawDescriptor],
    ) -> Result<(), EntryFault> {
        let here = descriptors.iter().take(cast::index(self.descriptors_left));
        for (nth, raw) in here.enumerate() {
            let descriptor = parse_descriptor(raw, self.entry.sequence_number).map_err(
                |(clause, expected, found)| EntryFault {
                    clause,
                    at: self
                        .ring
                        .after(at, exact::item_offset(skip, nth, DESCRIPTOR_BYTES)),
                    expected,
                    found,
                },
            )?;
            exact::increment(match descriptor.kind {
                DescriptorKind::Data { .. } => &mut self.entry.data_descriptors,
                DescriptorKind::Zero { .. } => &mut self.entry.zero_descriptors,
            });
        }
        // Saturates on purpose: the last descriptor sector has room for more than are left.
        self.descriptors_left = self
            .descriptors_left
            .saturating_sub(cast::to_u32(descriptors.len()));
        Ok(())
    }

    /// ENT-6, once all descriptors have been seen.
    fn check_length(&self) -> Result<(), EntryFault> {
        if self.descriptors_left > 0 {
            return Ok(());
        }
        let data_sectors = Sectors::new(self.entry.data_descriptors);
        let exact = self.descriptor_sectors.plus(data_sectors);
        if exact == self.sectors {
            return Ok(());
        }
        Err(EntryFault {
            clause: Clause::Ent6,
            at: self.entry.offset,
            expected: exact.bytes(),
            found: self.entry.length.into(),
        })
    }

    /// DAT-1, DAT-2, for the entry's sector `nth`, from 0 on.
    fn check_data_sector(
        &self,
        nth: Sectors,
        sector: &[u8; SECTOR_BYTES],
    ) -> Result<(), EntryFault> {
        let fault = |clause, expected, found| EntryFault {
            clause,
            at: self.ring.advance(self.entry.offset, nth),
            expected,
            found,
        };
        let raw: &RawDataSector = transmute_ref!(sector);
        if raw.signature != DATA_SECTOR {
            let found = u32::from_le_bytes(raw.signature);
            return Err(fault(Clause::Dat1, 0, found.into()));
        }
        let found = raw.sequence_number();
        if found != self.entry.sequence_number {
            return Err(fault(Clause::Dat2, self.entry.sequence_number.0, found.0));
        }
        Ok(())
    }
}

/// The entry that a header describes, its descriptors not yet counted.
fn parse_header(
    ring: Ring,
    offset: LogOffset,
    raw: &RawEntryHeader,
    generation: Option<Uuid>,
) -> Result<Entry, EntryFault> {
    let fault = |clause, expected, found| EntryFault {
        clause,
        at: offset,
        expected,
        found,
    };
    // ENT-1
    if raw.signature != SIGNATURE {
        let found = u32::from_le_bytes(raw.signature);
        return Err(fault(Clause::Ent1, 0, found.into()));
    }
    // ENT-7
    let log_guid = Uuid::from_bytes_le(raw.log_guid);
    if generation.is_some_and(|generation| generation != log_guid) {
        return Err(fault(Clause::Ent7, 0, 0));
    }
    // ENT-5
    if raw.sequence_number.get() == 0 {
        return Err(fault(Clause::Ent5, 1, 0));
    }
    // ENT-3
    let length = raw.entry_length.get();
    if length == 0 || u64::from(length) % SECTOR != 0 || length > ring.length() {
        return Err(fault(Clause::Ent3, ring.length().into(), length.into()));
    }
    // ENT-4
    let tail = raw.tail.get();
    if u64::from(tail) % SECTOR != 0 || tail >= ring.length() {
        return Err(fault(Clause::Ent4, ring.length().into(), tail.into()));
    }
    // ENT-6: a lower bound; the descriptors say the rest.
    let at_least = descriptor_sectors(raw.descriptor_count.get());
    if at_least > Sectors::in_bytes(length) {
        return Err(fault(Clause::Ent6, at_least.bytes(), length.into()));
    }
    Ok(Entry {
        offset,
        length,
        tail: LogOffset(tail),
        sequence_number: SequenceNumber(raw.sequence_number.get()),
        data_descriptors: 0,
        zero_descriptors: 0,
        log_guid,
        flushed_file_offset: raw.flushed_file_offset.get(),
        last_file_offset: raw.last_file_offset.get(),
    })
}
