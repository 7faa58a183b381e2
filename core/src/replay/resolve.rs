//! From updates in order to what is left of them: each byte written at most once.
//!
//! All targets are whole sectors (DSC-3, DSC-4), so a sector's last writer is either one data
//! update or some zero range. It is enough, then, to zero the union of all ranges first and to
//! write behind it those data updates that no newer range covers and no newer data update replaces.
//! The order of the log is gone, its result is not (RPL-1).

use std::collections::BinaryHeap;

use super::updates::{Source, Update};
use crate::entry::layout::{BODY, DATA_SECTOR};
use crate::error::OpenError;
use crate::ring::Ring;
use crate::units::{LogOffset, SECTOR};

/// One sector to write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct SectorWrite {
    pub(super) target: u64,
    /// Its place among the updates it was resolved from: greater is newer.
    order: u32,
    pub(super) sector: LogOffset,
    pub(super) leading: [u8; 8],
    pub(super) trailing: [u8; 4],
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
    /// Disjoint and in order of their start.
    pub(super) zeros: Vec<ZeroRange>,
    /// One a target, in order of the target; written after the zeros.
    pub(super) data: Vec<SectorWrite>,
}

impl Resolved {
    /// How many updates have been taken.
    pub(super) fn len(&self) -> usize {
        self.zeros.len().saturating_add(self.data.len())
    }

    /// Empties it and keeps its memory.
    pub(super) fn clear(&mut self) {
        self.zeros.clear();
        self.data.clear();
    }

    /// Takes the next update, newer than all before.
    pub(super) fn take(&mut self, update: &Update) {
        let order = u32::try_from(self.len()).unwrap_or(u32::MAX);
        let target = update.target.0;
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
                    leading,
                    trailing,
                });
            }
            Source::Zero { length: 0 } => {}
            Source::Zero { length } => {
                self.zeros.push(ZeroRange {
                    start: target,
                    end: target.saturating_add(length),
                    order,
                });
            }
        }
    }

    /// Sorts, drops what is superseded, merges the zero ranges.
    pub(super) fn resolve(&mut self) {
        // Both sorts are stable and cheap on what is sorted already, as most logs are.
        self.data.sort_by_key(|write| write.target);
        self.zeros.sort_by_key(|zero| zero.start);
        keep_newest_per_target(&mut self.data);
        drop_covered(&mut self.data, &self.zeros);
        merge(&mut self.zeros);
    }
}

/// Of writes sorted by target, and by age where targets are equal, keeps the newest of each target.
fn keep_newest_per_target(data: &mut Vec<SectorWrite>) {
    data.dedup_by(|newer, kept| {
        let same = newer.target == kept.target;
        if same {
            *kept = *newer;
        }
        same
    });
}

/// Drops the writes over which a newer zero range lies. Both are sorted by place.
fn drop_covered(data: &mut Vec<SectorWrite>, zeros: &[ZeroRange]) {
    if zeros.is_empty() {
        return;
    }
    let mut ahead = zeros.iter().peekable();
    // The ranges that start at or before the current target, newest on top. One that has ended
    // stays below until it surfaces.
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
    /// The offset behind the sector.
    pub(super) const fn end(&self) -> u64 {
        self.target.saturating_add(SECTOR)
    }

    /// Turns a data sector into the sector it stands for: its first 8 and last 4 bytes come from
    /// the descriptor (RPL-1).
    pub(super) fn restore(&self, ring: Ring, sector: &mut [u8]) -> Result<(), OpenError> {
        if !sector.starts_with(&DATA_SECTOR) {
            return Err(OpenError::ChangedWhileRead {
                offset: ring.in_file(self.sector),
            });
        }
        if let Some(leading) = sector.get_mut(..BODY.start) {
            leading.copy_from_slice(&self.leading);
        }
        if let Some(trailing) = sector.get_mut(BODY.end..) {
            trailing.copy_from_slice(&self.trailing);
        }
        Ok(())
    }
}
