//! Walking the updates of the active sequence in the order they must take effect (RPL-1).
//!
//! The walk reads descriptor sectors only and keeps one of them. Every target is checked as it
//! comes by (DSC-5 to DSC-7). The log was judged by the scan a moment ago; what is read here is
//! trusted no further than that it still says the same numbers, so a file that changes underneath
//! ends in an error, never in a walk without end.

use zerocopy::FromBytes;

use crate::entry::layout::{
    DESCRIPTOR_BYTES, HEADER_BYTES, RawEntryHeader, SIGNATURE, descriptor_sectors,
};
use crate::entry::{Descriptor, DescriptorKind, parse_descriptor};
use crate::error::{OpenError, Refusal};
use crate::ring::Ring;
use crate::sequence::ActiveSequence;
use crate::storage::Storage;
use crate::target::forbidden_target;
use crate::units::{FileOffset, LogOffset, SECTOR_BYTES, SECTOR_U32, SequenceNumber};

/// One descriptor to replay, with what it takes to do so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Update {
    /// The entry it stands in.
    pub entry: LogOffset,
    /// The first byte it changes.
    pub target: FileOffset,
    /// Where the bytes come from.
    pub source: Source,
}

/// Where the bytes of an update come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// A data sector, whose first 8 and last 4 bytes stand in the descriptor.
    Data {
        /// The data sector.
        sector: LogOffset,
        /// Bytes 0..8 of the update.
        leading: [u8; 8],
        /// Bytes 4092..4096 of the update.
        trailing: [u8; 4],
    },
    /// Zeros.
    Zero {
        /// How many bytes.
        length: u64,
    },
}

impl Update {
    /// How many bytes it changes.
    pub const fn length(&self) -> u64 {
        match self.source {
            Source::Data { .. } => crate::units::SECTOR,
            Source::Zero { length } => length,
        }
    }
}

/// The updates of a plan, oldest first; see [`ReplayPlan::updates`].
pub struct Updates<'a, S: ?Sized> {
    storage: &'a S,
    cursor: Cursor,
}

/// A place in the walk. It holds no borrow of the storage, so that what was walked can be written
/// before going on.
pub(super) struct Cursor {
    ring: Ring,
    next_entry: LogOffset,
    next_number: SequenceNumber,
    entries_left: u32,
    here: Option<Place>,
    sector: Box<[u8; SECTOR_BYTES]>,
}

/// Where in an entry the walk stands.
struct Place {
    entry: LogOffset,
    number: SequenceNumber,
    /// The descriptor sector in memory, and the byte of it that comes next.
    sector: LogOffset,
    within: usize,
    descriptors_left: u32,
    next_data: LogOffset,
}

impl<'a, S: Storage + ?Sized> Updates<'a, S> {
    pub(super) fn new(ring: Ring, active: &ActiveSequence, storage: &'a S) -> Self {
        Self {
            storage,
            cursor: Cursor::start(ring, active),
        }
    }
}

impl<S: Storage + ?Sized> Iterator for Updates<'_, S> {
    type Item = Result<Update, OpenError>;

    fn next(&mut self) -> Option<Self::Item> {
        self.cursor.advance(self.storage).transpose()
    }
}

impl Cursor {
    /// The place before the first update.
    pub(super) fn start(ring: Ring, active: &ActiveSequence) -> Self {
        Self {
            ring,
            next_entry: active.tail,
            next_number: active.tail_sequence_number(),
            entries_left: active.entries,
            here: None,
            sector: Box::new([0; SECTOR_BYTES]),
        }
    }

    /// The next update; `None` behind the last one. An error ends the walk.
    pub(super) fn advance<S: Storage + ?Sized>(
        &mut self,
        storage: &S,
    ) -> Result<Option<Update>, OpenError> {
        let step = self.step(storage);
        if step.is_err() {
            self.entries_left = 0;
            self.here = None;
        }
        step
    }

    fn step<S: Storage + ?Sized>(&mut self, storage: &S) -> Result<Option<Update>, OpenError> {
        loop {
            match &self.here {
                Some(place) if place.descriptors_left > 0 => {
                    return self.next_descriptor(storage).map(Some);
                }
                _ if self.entries_left == 0 => return Ok(None),
                _ => self.enter(storage)?,
            }
        }
    }

    /// Moves to the next entry.
    fn enter<S: Storage + ?Sized>(&mut self, storage: &S) -> Result<(), OpenError> {
        let entry = self.next_entry;
        self.ring.read_sector(storage, entry, &mut self.sector)?;
        let raw = RawEntryHeader::ref_from_prefix(self.sector.as_slice())
            .ok()
            .map(|(raw, _)| raw);
        let Some(raw) = raw.filter(|raw| {
            raw.signature == SIGNATURE
                && raw.sequence_number.get() == self.next_number.0
                && raw.entry_length.get() > 0
        }) else {
            return Err(self.changed(entry));
        };
        let descriptors = raw.descriptor_count.get();
        let data = descriptor_sectors(descriptors).saturating_mul(SECTOR_U32);
        self.here = Some(Place {
            entry,
            number: self.next_number,
            sector: entry,
            within: HEADER_BYTES,
            descriptors_left: descriptors,
            next_data: self.ring.after(entry, data),
        });
        self.next_entry = self.ring.after(entry, raw.entry_length.get());
        self.next_number = SequenceNumber(self.next_number.0.saturating_add(1));
        self.entries_left = self.entries_left.saturating_sub(1);
        Ok(())
    }

    fn next_descriptor<S: Storage + ?Sized>(&mut self, storage: &S) -> Result<Update, OpenError> {
        let ring = self.ring;
        let Some(place) = &mut self.here else {
            return Err(self.changed(self.next_entry));
        };
        if place.within >= SECTOR_BYTES {
            place.sector = ring.after(place.sector, SECTOR_U32);
            place.within = 0;
            ring.read_sector(storage, place.sector, &mut self.sector)?;
        }
        let bytes = self.sector.get(place.within..).unwrap_or_default();
        let Ok(descriptor) = parse_descriptor(bytes, place.number) else {
            let sector = place.sector;
            return Err(self.changed(sector));
        };
        place.within = place.within.saturating_add(DESCRIPTOR_BYTES);
        place.descriptors_left = place.descriptors_left.saturating_sub(1);
        check_target(ring, place.entry, &descriptor)?;
        let source = match descriptor.kind {
            DescriptorKind::Zero { length } => Source::Zero { length },
            DescriptorKind::Data { leading, trailing } => {
                let sector = place.next_data;
                place.next_data = ring.after(sector, SECTOR_U32);
                Source::Data {
                    sector,
                    leading,
                    trailing,
                }
            }
        };
        Ok(Update {
            entry: place.entry,
            target: descriptor.target,
            source,
        })
    }

    fn changed(&self, at: LogOffset) -> OpenError {
        OpenError::ChangedWhileRead {
            offset: self.ring.in_file(at),
        }
    }
}

/// Holds a descriptor's target against DSC-5 to DSC-7.
fn check_target(ring: Ring, entry: LogOffset, descriptor: &Descriptor) -> Result<(), Refusal> {
    let (target, length) = (descriptor.target, descriptor.length());
    match forbidden_target(ring, target, length) {
        None => Ok(()),
        Some(clause) => Err(Refusal::BadTarget {
            clause,
            entry,
            target,
            length,
        }),
    }
}
