//! What can still be lost: the changes between two flushes, and the crash states they allow.
//!
//! ```text
//!  trace    w w F w w w F w        F: a flush that completed
//!  epoch    '-0-' '--1--' 2'
//! ```
//!
//! All changes of an epoch are pending until the flush that ends it has completed. A crash anywhere
//! inside, during that flush included, leaves any subset of them on the disk, each sector whole,
//! absent or torn. A cut in the middle of an epoch is the subset in which all later changes are
//! absent, so the subsets of whole epochs are all crash states there are.
//!
//! Lengths are changes of their own: the file system may have written the data and not the new
//! length (what lies past the end is then gone), or the length and not the data (the new space then
//! holds zeros, or what the device held there before: [`NewSpace`]).

use std::ops::Range;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::image::{DiskImage, Slot};
use super::sector::{Arrived, PIECE_BYTES, PIECES, SECTOR_BYTES, Sector};
use super::trace::{Operation, SectorWrite};

const SECTOR: u64 = SECTOR_BYTES as u64;

/// The changes between two flushes, over what was stable when the first of them was made.
#[derive(Debug)]
pub struct Epoch {
    /// The stable contents.
    pub stable: DiskImage,
    /// The requests, by their index in the trace; the flush that ends the epoch is the one at
    /// `end`.
    pub operations: Range<usize>,
    /// What is pending at the end, in the order it was asked for.
    pub pending: Vec<Pending>,
}

/// One change that may or may not have reached the disk.
#[derive(Clone, Debug)]
pub struct Pending {
    /// The request it belongs to, by its index in the trace.
    pub operation: usize,
    /// The change.
    pub change: Change,
}

/// A change of a sector or of the length.
#[derive(Clone, Debug)]
pub enum Change {
    /// A sector is written. Can be torn.
    Sector(SectorWrite),
    /// The file becomes longer or shorter. Never torn.
    Length {
        /// The length before, as the program saw it.
        from: u64,
        /// The length after.
        to: u64,
    },
}

/// What stands in new space of the file whose data did not arrive.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum NewSpace {
    /// Zeros, as most file systems promise.
    #[default]
    Zeros,
    /// What another file left there: here, a copy of the sector at the same distance from the log's
    /// start.
    Old,
    /// A pattern that no workload writes.
    Pattern,
}

/// The choices that make one crash state out of an epoch.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Choice {
    /// For each pending change, how much of it arrived; those not named are absent.
    pub arrived: Vec<Arrived>,
    /// What new space holds.
    pub new_space: NewSpace,
}

impl Epoch {
    /// Cuts a trace along its completed flushes. The last epoch is the one no flush has ended; it
    /// may be empty.
    pub fn all(start: &DiskImage, trace: &[Operation]) -> Vec<Self> {
        Self::from(start, trace, 0)
    }

    /// As [`all`](Self::all), the epochs left out that end before request `first`.
    pub fn from(start: &DiskImage, trace: &[Operation], first: usize) -> Vec<Self> {
        let mut epochs = Vec::new();
        let mut stable = start.clone();
        let mut begin = 0;
        loop {
            let barrier = trace[begin..].iter().position(Operation::is_barrier);
            let end = barrier.map_or(trace.len(), |ahead| begin + ahead);
            let pending = Pending::of(trace, begin..end);
            if barrier.is_none() || end >= first {
                let stable = stable.frozen();
                epochs.push(Self {
                    stable,
                    operations: begin..end,
                    pending,
                });
            }
            if barrier.is_none() {
                return epochs;
            }
            replay(&mut stable, &trace[begin..=end]);
            begin = end + 1;
        }
    }

    /// The crash state that a choice makes.
    pub fn crash(&self, choice: &Choice) -> DiskImage {
        let mut image = self.stable.clone();
        for (pending, &arrived) in self.pending.iter().zip(&choice.arrived) {
            if arrived == Arrived::ABSENT {
                continue;
            }
            match &pending.change {
                Change::Length { to, .. } => change_length(&mut image, *to, choice.new_space),
                Change::Sector(write) if write.number * SECTOR < image.length() => {
                    let merged = merge(&image, write, arrived);
                    set_within_length(&mut image, write.number, merged);
                }
                // The data is there, the length that would show it is not.
                Change::Sector(_) => {}
            }
        }
        image
    }

    /// The choice in which everything pending arrived.
    pub fn everything(&self) -> Choice {
        Choice {
            arrived: vec![Arrived::WHOLE; self.pending.len()],
            new_space: NewSpace::Zeros,
        }
    }

    /// Whether new space can show: a change makes the file longer.
    pub fn grows(&self) -> bool {
        self.pending
            .iter()
            .any(|pending| matches!(pending.change, Change::Length { from, to } if to > from))
    }
}

impl Pending {
    fn of(trace: &[Operation], operations: Range<usize>) -> Vec<Self> {
        let mut pending = Vec::new();
        for operation in operations {
            let Operation {
                length, sectors, ..
            } = &trace[operation];
            if let &Some((from, to)) = length {
                pending.push(Self {
                    operation,
                    change: Change::Length { from, to },
                });
            }
            pending.extend(sectors.iter().map(|write| Self {
                operation,
                change: Change::Sector(write.clone()),
            }));
        }
        pending
    }

    /// The sector it changes, by number.
    pub fn sector(&self) -> Option<u64> {
        match &self.change {
            Change::Sector(write) => Some(write.number),
            Change::Length { .. } => None,
        }
    }
}

/// Carries out requests on an image, as a disk that never loses anything does.
pub fn replay(image: &mut DiskImage, operations: &[Operation]) {
    for operation in operations {
        if let Some((_, to)) = operation.length {
            image.set_length(to);
        }
        for write in &operation.sectors {
            image.set(write.number, write.after.clone());
        }
    }
}

/// The sector with those pieces of a write that arrived.
fn merge(image: &DiskImage, write: &SectorWrite, arrived: Arrived) -> Slot {
    if arrived == Arrived::WHOLE && write.within == (0..SECTOR_BYTES) {
        return write.after.clone();
    }
    let mut bytes = *image.contents(write.number);
    let after = Sector::contents(write.after.as_ref());
    for piece in (0..PIECES).filter(|&piece| arrived.has(piece)) {
        let start = piece as usize * PIECE_BYTES;
        let from = start.max(write.within.start);
        let to = (start + PIECE_BYTES).min(write.within.end);
        if from < to {
            bytes[from..to].copy_from_slice(&after[from..to]);
        }
    }
    Sector::new(&bytes)
}

/// Puts a sector in place, its bytes past the end of the file cut off.
fn set_within_length(image: &mut DiskImage, number: u64, sector: Slot) {
    let end = image.length();
    image.set(number, sector);
    if (number + 1) * SECTOR > end {
        image.set_length(u64::MAX);
        image.set_length(end);
    }
}

/// How many sectors at each end of new space are filled: enough to be seen, and a fraction of the
/// cost.
const FILLED_AT_EACH_END: u64 = 8;

/// The file's length arrives; new sectors hold what the choice says.
fn change_length(image: &mut DiskImage, to: u64, new_space: NewSpace) {
    let from = image.length();
    image.set_length(to);
    if to <= from || new_space == NewSpace::Zeros {
        return;
    }
    let pattern = Sector::new(&[0xA5; SECTOR_BYTES]);
    let log = image.log();
    let new = from.div_ceil(SECTOR)..to / SECTOR;
    let behind_gap = new
        .start
        .saturating_add(FILLED_AT_EACH_END)
        .max(new.end.saturating_sub(FILLED_AT_EACH_END));
    let first = new.start..new.end.min(new.start.saturating_add(FILLED_AT_EACH_END));
    for number in first.chain(behind_gap..new.end) {
        let sector = match new_space {
            NewSpace::Zeros => None,
            NewSpace::Pattern => pattern.clone(),
            NewSpace::Old => image
                .sector(log.start + number % (log.end - log.start))
                .map(Arc::clone),
        };
        image.set(number, sector);
    }
}

impl Choice {
    /// The part of a change that arrived.
    pub fn of(&self, index: usize) -> Arrived {
        self.arrived.get(index).copied().unwrap_or(Arrived::ABSENT)
    }
}
