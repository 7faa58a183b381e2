//! From updates in order to their result, in which each byte is written at most once.
//!
//! All targets are whole sectors (DSC-3, DSC-4), so the last writer of a sector is either one data
//! update or some zero range. It is therefore enough to zero the union of all ranges first, and
//! then to write those data updates that no newer range covers and no newer data update replaces.
//! The order of the log is lost, its result is not (RPL-1). Pure.

use std::collections::BinaryHeap;

use zerocopy::{transmute_mut, transmute_ref};

use super::update::{Source, Update};
use crate::entry::layout::{DATA_SECTOR, RawDataSector, UpdateSector};
use crate::error::OpenError;
use crate::ring::Ring;
use crate::units::{FileOffset, LogOffset, SECTOR_BYTES, SequenceNumber, cast, exact};

/// One sector to write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct SectorWrite {
    pub(super) target: u64,
    /// Its place among the updates it was resolved from: greater is newer.
    order: u32,
    pub(super) sector: LogOffset,
    /// SequenceNumber of its entry.
    sequence_number: SequenceNumber,
    leading: [u8; 8],
    trailing: [u8; 4],
}

/// A range of the file that becomes zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct ZeroRange {
    pub(super) start: u64,
    pub(super) end: u64,
    order: u32,
}

/// Updates gathered in order, then resolved.
#[derive(Debug, Default)]
pub(super) struct Resolved {
    /// Once resolved: disjoint, in order of their start.
    pub(super) zeros: Vec<ZeroRange>,
    /// Once resolved: one per target, in order of the target; written after the zeros.
    pub(super) data: Vec<SectorWrite>,
}

impl Resolved {
    /// How many updates have been taken.
    pub(super) fn len(&self) -> usize {
        exact::together(self.zeros.len(), self.data.len())
    }

    /// Empties it and keeps its memory.
    pub(super) fn clear(&mut self) {
        self.zeros.clear();
        self.data.clear();
    }

    /// Takes the next update, newer than all before. Its target has been checked (DSC-5).
    pub(super) fn take(&mut self, update: &Update) {
        let order = cast::to_u32(self.len());
        let FileOffset(target) = update.target;
        match update.source {
            Source::Data {
                sector,
                leading,
                trailing,
            } => {
                self.data.push(SectorWrite {
                    target,
                    order,
                    sector,
                    sequence_number: update.sequence_number,
                    leading,
                    trailing,
                });
            }
            Source::Zero { length: 0 } => {}
            Source::Zero { .. } => {
                self.zeros.push(ZeroRange {
                    start: target,
                    end: update.end().0,
                    order,
                });
            }
        }
    }

    /// Sorts, drops what newer updates replace, merges the zero ranges.
    pub(super) fn resolve(&mut self) {
        // Both sorts are stable, and cheap on input that is sorted already, as most logs are.
        self.data.sort_by_key(|write| write.target);
        self.zeros.sort_by_key(|zero| zero.start);
        keep_newest_per_target(&mut self.data);
        drop_covered(&mut self.data, &self.zeros);
        merge(&mut self.zeros);
    }
}

/// Of writes sorted by target, oldest first for one target, keeps the newest for each target.
fn keep_newest_per_target(data: &mut Vec<SectorWrite>) {
    data.dedup_by(|newer, kept| {
        let same = newer.target == kept.target;
        if same {
            *kept = *newer;
        }
        same
    });
}

/// Drops the writes that a newer zero range covers. Both are sorted by place.
fn drop_covered(data: &mut Vec<SectorWrite>, zeros: &[ZeroRange]) {
    if zeros.is_empty() {
        return;
    }
    let mut ahead = zeros.iter().peekable();
    // The ranges that start at or before the current target, newest on top. A range that has ended
    // stays in the heap until it reaches the top.
    let mut open: BinaryHeap<(u32, u64)> = BinaryHeap::new();
    data.retain(|write| {
        while let Some(zero) = ahead.next_if(|zero| zero.start <= write.target) {
            open.push((zero.order, zero.end));
        }
        while open.peek().is_some_and(|&(_, end)| end <= write.target) {
            open.pop();
        }
        open.peek().is_none_or(|&(order, _)| order < write.order)
    });
}

/// Merges ranges, sorted by start, that overlap or touch.
fn merge(zeros: &mut Vec<ZeroRange>) {
    zeros.dedup_by(|next, kept| {
        let joined = next.start <= kept.end;
        if joined {
            kept.end = kept.end.max(next.end);
        }
        joined
    });
}

impl SectorWrite {
    /// The offset after the sector (DSC-5: it fits).
    pub(super) const fn end(&self) -> u64 {
        exact::next_sector(self.target)
    }

    /// Turns a data sector into the contents to write: its first 8 and last 4 bytes come from the
    /// descriptor (RPL-1).
    ///
    /// # Errors
    /// [`OpenError::ChangedWhileRead`] when the sector is not one of this entry any more: another
    /// program has written a newer entry there (DAT-1, DAT-2).
    pub(super) fn restore(
        &self,
        ring: Ring,
        sector: &mut [u8; SECTOR_BYTES],
    ) -> Result<(), OpenError> {
        let raw: &RawDataSector = transmute_ref!(sector);
        if raw.signature != DATA_SECTOR || raw.sequence_number() != self.sequence_number {
            return Err(OpenError::ChangedWhileRead {
                offset: ring.in_file(self.sector),
            });
        }
        let update: &mut UpdateSector = transmute_mut!(sector);
        update.leading = self.leading;
        update.trailing = self.trailing;
        Ok(())
    }
}
