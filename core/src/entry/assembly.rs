//! Judging one entry while its sectors come by, each once, in pieces of any size.
//!
//! Structure first, checksum last: every sector must begin as its place in the entry says, so an
//! entry that fails does so at the first sector that cannot belong to it, and that sector is where
//! the scan goes on. No sector before it can begin an entry (see [`layout`](super::layout)). This
//! is what keeps the scan linear for any content (SEQ-9).

use uuid::Uuid;
use zerocopy::FromBytes;

use super::descriptor::{DescriptorKind, parse_descriptor};
use super::layout::{
    DATA_SECTOR, DESCRIPTOR_BYTES, DESCRIPTORS_IN_FIRST, DESCRIPTORS_IN_NEXT, HEADER_BYTES,
    RawDataSector, RawEntryHeader, SIGNATURE, descriptor_sectors,
};
use super::summary::Entry;
use crate::checksum;
use crate::clause::Clause;
use crate::fault::EntryFault;
use crate::ring::Ring;
use crate::units::{LogOffset, SECTOR, SECTOR_BYTES, SequenceNumber};

/// An entry of which some sectors have been seen, all in order so far.
pub(crate) struct Assembly {
    ring: Ring,
    entry: Entry,
    stored_checksum: u32,
    running_checksum: u32,
    sectors: u32,
    descriptor_sectors: u32,
    sectors_seen: u32,
    descriptors_left: u32,
}

/// How far a piece of the log took an entry.
pub(crate) enum Progress {
    /// All sectors of the piece belong to the entry, and it goes on behind them.
    More,
    /// The entry ended, valid, after this many bytes of the piece.
    Complete(Entry, usize),
    /// The entry is not valid; the scan goes on after this many bytes of the piece.
    Broken(EntryFault, usize),
}

impl Assembly {
    /// Looks at a sector that begins with `loge`.
    ///
    /// Checked in this order: ENT-1, ENT-7 (against `generation`, when one is given), ENT-5, ENT-3,
    /// ENT-4, ENT-6 as far as the header alone can tell, then the descriptors of this sector.
    pub(crate) fn begin(
        ring: Ring,
        offset: LogOffset,
        sector: &[u8],
        generation: Option<Uuid>,
    ) -> Result<Self, EntryFault> {
        let fault = |clause, expected, found| EntryFault {
            clause,
            at: offset,
            expected,
            found,
        };
        let Ok((raw, descriptors)) = RawEntryHeader::ref_from_prefix(sector) else {
            return Err(fault(Clause::Ent1, 0, 0));
        };
        if raw.signature != SIGNATURE {
            return Err(fault(
                Clause::Ent1,
                0,
                u32::from_le_bytes(raw.signature).into(),
            ));
        }
        let log_guid = Uuid::from_bytes_le(raw.log_guid);
        if generation.is_some_and(|generation| generation != log_guid) {
            return Err(fault(Clause::Ent7, 0, 0));
        }
        if raw.sequence_number.get() == 0 {
            return Err(fault(Clause::Ent5, 1, 0));
        }
        let length = raw.entry_length.get();
        if length == 0 || u64::from(length) % SECTOR != 0 || length > ring.length() {
            return Err(fault(Clause::Ent3, ring.length().into(), length.into()));
        }
        let tail = raw.tail.get();
        if u64::from(tail) % SECTOR != 0 || tail >= ring.length() {
            return Err(fault(Clause::Ent4, ring.length().into(), tail.into()));
        }
        let sectors = length / crate::units::SECTOR_U32;
        let descriptor_count = raw.descriptor_count.get();
        let descriptor_sectors = descriptor_sectors(descriptor_count);
        if descriptor_sectors > sectors {
            return Err(fault(
                Clause::Ent6,
                u64::from(descriptor_sectors).saturating_mul(SECTOR),
                length.into(),
            ));
        }
        let mut assembly = Self {
            ring,
            entry: Entry {
                offset,
                length,
                tail: LogOffset(tail),
                sequence_number: SequenceNumber(raw.sequence_number.get()),
                data_descriptors: 0,
                zero_descriptors: 0,
                log_guid,
                flushed_file_offset: raw.flushed_file_offset.get(),
                last_file_offset: raw.last_file_offset.get(),
            },
            stored_checksum: raw.checksum.get(),
            running_checksum: checksum::with_field_zeroed(sector),
            sectors,
            descriptor_sectors,
            sectors_seen: 1,
            descriptors_left: descriptor_count,
        };
        assembly.take_descriptors(offset, HEADER_BYTES, descriptors, DESCRIPTORS_IN_FIRST)?;
        assembly.check_length()?;
        Ok(assembly)
    }

    /// Whether the sectors seen so far are the whole entry, and if so, whether it is valid.
    ///
    /// Called once after [`begin`](Self::begin); [`feed`](Self::feed) sees to itself.
    pub(crate) fn finish(&self) -> Option<Result<Entry, EntryFault>> {
        if self.sectors_seen < self.sectors {
            return None;
        }
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

    /// Takes the sectors that follow. `piece` is a whole number of sectors.
    pub(crate) fn feed(&mut self, piece: &[u8]) -> Progress {
        let wanted =
            usize::try_from(self.sectors.saturating_sub(self.sectors_seen)).unwrap_or(usize::MAX);
        let mut good = 0_usize;
        for sector in piece.chunks_exact(SECTOR_BYTES).take(wanted) {
            if let Err(fault) = self.take_sector(sector) {
                return Progress::Broken(fault, good);
            }
            good = good.saturating_add(SECTOR_BYTES);
        }
        let taken = piece.get(..good).unwrap_or_default();
        self.running_checksum = crc32c::crc32c_append(self.running_checksum, taken);
        match self.finish() {
            None => Progress::More,
            Some(Ok(entry)) => Progress::Complete(entry, good),
            Some(Err(fault)) => Progress::Broken(fault, good),
        }
    }

    fn take_sector(&mut self, sector: &[u8]) -> Result<(), EntryFault> {
        let at = self.ring.after(
            self.entry.offset,
            self.sectors_seen.saturating_mul(crate::units::SECTOR_U32),
        );
        if self.sectors_seen < self.descriptor_sectors {
            self.take_descriptors(at, 0, sector, DESCRIPTORS_IN_NEXT)?;
            self.sectors_seen = self.sectors_seen.saturating_add(1);
            return self.check_length();
        }
        self.check_data_sector(at, sector)?;
        self.sectors_seen = self.sectors_seen.saturating_add(1);
        Ok(())
    }

    /// DSC-1 to DSC-4 for the descriptors of one sector, which start `skip` bytes into it.
    fn take_descriptors(
        &mut self,
        at: LogOffset,
        skip: usize,
        bytes: &[u8],
        room: usize,
    ) -> Result<(), EntryFault> {
        let here = usize::try_from(self.descriptors_left)
            .unwrap_or(usize::MAX)
            .min(room);
        for (index, descriptor) in bytes.chunks_exact(DESCRIPTOR_BYTES).take(here).enumerate() {
            match parse_descriptor(descriptor, self.entry.sequence_number) {
                Ok(descriptor) => match descriptor.kind {
                    DescriptorKind::Data { .. } => {
                        self.entry.data_descriptors = self.entry.data_descriptors.saturating_add(1);
                    }
                    DescriptorKind::Zero { .. } => {
                        self.entry.zero_descriptors = self.entry.zero_descriptors.saturating_add(1);
                    }
                },
                Err((clause, expected, found)) => {
                    let within = index.saturating_mul(DESCRIPTOR_BYTES).saturating_add(skip);
                    let at = self.ring.after(at, u32::try_from(within).unwrap_or(0));
                    return Err(EntryFault {
                        clause,
                        at,
                        expected,
                        found,
                    });
                }
            }
            self.descriptors_left = self.descriptors_left.saturating_sub(1);
        }
        Ok(())
    }

    /// ENT-6, once all descriptors are known.
    fn check_length(&self) -> Result<(), EntryFault> {
        if self.descriptors_left > 0 {
            return Ok(());
        }
        let exact =
            u64::from(self.descriptor_sectors).saturating_add(self.entry.data_descriptors.into());
        if exact == u64::from(self.sectors) {
            return Ok(());
        }
        Err(EntryFault {
            clause: Clause::Ent6,
            at: self.entry.offset,
            expected: exact.saturating_mul(SECTOR),
            found: self.entry.length.into(),
        })
    }

    /// DAT-1, DAT-2.
    fn check_data_sector(&self, at: LogOffset, sector: &[u8]) -> Result<(), EntryFault> {
        let fault = |clause, expected, found| EntryFault {
            clause,
            at,
            expected,
            found,
        };
        let Ok(raw) = RawDataSector::ref_from_bytes(sector) else {
            return Err(fault(Clause::Dat1, 0, 0));
        };
        if raw.signature != DATA_SECTOR {
            return Err(fault(
                Clause::Dat1,
                0,
                u32::from_le_bytes(raw.signature).into(),
            ));
        }
        let found = u64::from(raw.sequence_high.get()) << 32 | u64::from(raw.sequence_low.get());
        if found != self.entry.sequence_number.0 {
            return Err(fault(Clause::Dat2, self.entry.sequence_number.0, found));
        }
        Ok(())
    }
}
