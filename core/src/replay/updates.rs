//! Walking the updates of the active sequence in the order in which they take effect (RPL-1).
//!
//! The walk begins at the tail (SEQ-4), reads descriptor sectors only and keeps one of them in
//! memory. Every target is checked as it is reached (DSC-5 to DSC-7).
//!
//! The scan has judged these entries a moment ago; another program may have changed them since. The
//! walk validates descriptors again, and what it does is bounded by what is known: the entries that
//! the scan counted fill exactly the sectors from the tail to the head's end, each of them is as
//! long as its descriptors need (ENT-6), and a plan's updates are as many and reach as far as when
//! it was made ([`Budget`]). Whatever differs ends it with [`OpenError::ChangedWhileRead`].

use zerocopy::transmute_ref;

use super::budget::Budget;
use super::update::{Source, Update};
use crate::entry::layout::{
    FirstSector, NextSector, RawDescriptor, SIGNATURE, descriptor_place, descriptor_sectors,
};
use crate::entry::{Descriptor, DescriptorKind, parse_descriptor};
use crate::error::{OpenError, Refusal};
use crate::ring::Ring;
use crate::sequence::ActiveSequence;
use crate::storage::Storage;
use crate::target::forbidden_target;
use crate::units::{LogOffset, SECTOR, SECTOR_BYTES, Sectors, SequenceNumber};

/// The updates of a plan, oldest first; see [`ReplayPlan::updates`](crate::ReplayPlan::updates).
pub struct Updates<'a, S: ?Sized> {
    storage: &'a S,
    cursor: Cursor,
}

/// A place in the walk. It does not borrow the storage, so that updates can be written between two
/// steps.
pub(super) struct Cursor {
    ring: Ring,
    next_entry: LogOffset,
    /// `None` once 2^64 - 1 has been passed: that entry is the last (SEQ-1).
    next_sequence_number: Option<SequenceNumber>,
    entries_left: u32,
    /// What is left of the ring from the tail to the head's end.
    sectors_left: Sectors,
    /// What is left of the plan.
    budget: Budget,
    here: Option<Place>,
    /// The descriptor sector that was read last.
    sector: Box<[u8; SECTOR_BYTES]>,
}

/// A place in an entry.
struct Place {
    entry: LogOffset,
    sequence_number: SequenceNumber,
    /// The descriptors still to come, counted from 0.
    descriptors: std::ops::Range<u32>,
    next_data: LogOffset,
    /// The sectors after the descriptors: one for each data descriptor (ENT-6).
    data_left: Sectors,
}

impl<'a, S: Storage + ?Sized> Updates<'a, S> {
    pub(super) fn new(ring: Ring, active: &ActiveSequence, budget: Budget, storage: &'a S) -> Self {
        Self {
            storage,
            cursor: Cursor::start(ring, active, budget),
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
    /// The place before the first update: at the tail (SEQ-4), not at the start of the run.
    pub(super) fn start(ring: Ring, active: &ActiveSequence, budget: Budget) -> Self {
        let sectors = match ring.distance(active.tail, active.head().end(ring)) {
            // There is at least one entry, so the ring is full, not empty.
            0 => ring.sectors(),
            distance => Sectors::in_bytes(distance),
        };
        Self {
            ring,
            next_entry: active.tail,
            next_sequence_number: Some(active.tail_sequence_number()),
            entries_left: active.entries,
            sectors_left: sectors,
            budget,
            here: None,
            sector: Box::new([0; SECTOR_BYTES]),
        }
    }

    /// The next update; `None` after the last one. An error ends the walk.
    pub(super) fn advance<S: Storage + ?Sized>(
        &mut self,
        storage: &S,
    ) -> Result<Option<Update>, OpenError> {
        let step = self.step(storage);
        if step.is_err() {
            self.entries_left = 0;
            self.sectors_left = Sectors::ZERO;
            self.budget = Budget::Unlimited;
            self.here = None;
        }
        step
    }

    fn step<S: Storage + ?Sized>(&mut self, storage: &S) -> Result<Option<Update>, OpenError> {
        loop {
            if let Some(place) = &mut self.here
                && let Some(nth) = place.descriptors.next()
            {
                let (in_entry, slot) = descriptor_place(nth);
                if slot == 0 && in_entry > Sectors::ZERO {
                    let at = self.ring.advance(place.entry, in_entry);
                    self.ring.read_sector(storage, at, &mut self.sector)?;
                }
                let raw = descriptors(&self.sector, in_entry).get(slot);
                let descriptor =
                    raw.and_then(|raw| parse_descriptor(raw, place.sequence_number).ok());
                let update = match descriptor {
                    Some(descriptor) => match place.update(self.ring, descriptor) {
                        // A plan has no such target. Something may be written by now, so this is
                        // no refusal (RPL-8).
                        Err(_) if self.budget.is_planned() => None,
                        update => update?,
                    },
                    None => None,
                };
                return match update.filter(|update| self.budget.take(update)) {
                    Some(update) => Ok(Some(update)),
                    None => {
                        let at = self.ring.advance(place.entry, in_entry);
                        Err(changed(self.ring, at))
                    }
                };
            }
            if let Some(place) = self.here.take()
                && place.data_left > Sectors::ZERO
            {
                return Err(changed(self.ring, place.entry));
            }
            if !self.enter_next_entry(storage)? {
                return if self.sectors_left > Sectors::ZERO || !self.budget.is_used_up() {
                    Err(changed(self.ring, self.next_entry))
                } else {
                    Ok(None)
                };
            }
        }
    }

    /// Moves to the next entry; `false` when there is none.
    fn enter_next_entry<S: Storage + ?Sized>(&mut self, storage: &S) -> Result<bool, OpenError> {
        let Some(entries_left) = self.entries_left.checked_sub(1) else {
            return Ok(false);
        };
        let entry = self.next_entry;
        self.ring.read_sector(storage, entry, &mut self.sector)?;
        let FirstSector { header, .. } = transmute_ref!(&*self.sector);
        let sequence_number = SequenceNumber(header.sequence_number.get());
        let (length, descriptors) = (header.entry_length.get(), header.descriptor_count.get());
        let (sectors, of_descriptors) =
            (Sectors::in_bytes(length), descriptor_sectors(descriptors));
        if header.signature != SIGNATURE
            || Some(sequence_number) != self.next_sequence_number
            || u64::from(length) % SECTOR != 0
            || of_descriptors > sectors
            || sectors > self.sectors_left
        {
            return Err(changed(self.ring, entry));
        }
        self.here = Some(Place {
            entry,
            sequence_number,
            descriptors: 0..descriptors,
            next_data: self.ring.advance(entry, of_descriptors),
            data_left: sectors.minus(of_descriptors),
        });
        self.next_entry = self.ring.after(entry, length);
        self.next_sequence_number = sequence_number.next();
        self.entries_left = entries_left;
        self.sectors_left = self.sectors_left.minus(sectors);
        Ok(true)
    }
}

impl Place {
    /// The update that a descriptor of this entry describes, its target checked; `None` when the
    /// entry has no data sector left for it (ENT-6).
    fn update(&mut self, ring: Ring, descriptor: Descriptor) -> Result<Option<Update>, OpenError> {
        let Descriptor { target, kind } = descriptor;
        // DSC-5, DSC-6, DSC-7. DSC-9: they matter only here, among the entries to replay.
        if let Some(clause) = forbidden_target(ring, target, descriptor.length()) {
            return Err(OpenError::Refused(Refusal::BadTarget {
                clause,
                entry: self.entry,
                target,
                length: descriptor.length(),
            }));
        }
        let source = match kind {
            DescriptorKind::Zero { length } => Source::Zero { length },
            DescriptorKind::Data { leading, trailing } => {
                if self.data_left == Sectors::ZERO {
                    return Ok(None);
                }
                self.data_left = self.data_left.minus(Sectors::ONE);
                let sector = self.next_data;
                self.next_data = ring.advance(sector, Sectors::ONE);
                Source::Data {
                    sector,
                    leading,
                    trailing,
                }
            }
        };
        Ok(Some(Update {
            entry: self.entry,
            sequence_number: self.sequence_number,
            target,
            source,
        }))
    }
}

/// The descriptors of an entry's sector `in_entry`, counted from 0.
fn descriptors(sector: &[u8; SECTOR_BYTES], in_entry: Sectors) -> &[RawDescriptor] {
    if in_entry == Sectors::ZERO {
        let first: &FirstSector = transmute_ref!(sector);
        &first.descriptors
    } else {
        let next: &NextSector = transmute_ref!(sector);
        &next.descriptors
    }
}

fn changed(ring: Ring, at: LogOffset) -> OpenError {
    OpenError::ChangedWhileRead {
        offset: ring.in_file(at),
    }
}
