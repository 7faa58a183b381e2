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
//! absent, so the subsets of whole epochs are all the crash states there are.
//!
//! Lengths are changes of their own. The file system may have written the data and not the new
//! length (what is past the end is then lost), or the length and not the data (the new space then
//! holds zeros, or what the device held there before: [`NewSpace`]).

use std::ops::Range;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use vhdx_log_image::{SECTOR, SECTOR_BYTES};

use super::arrived::{Arrived, PIECE_BYTES, PIECES};
use crate::disk::{DiskImage, Sector, Slot};
use crate::trace::{Request, SectorWrite, replay};

/// The changes between two flushes, on top of what was durable when the first of them was made.
#[derive(Debug)]
pub struct Epoch {
    /// The durable contents.
    pub stable: DiskImage,
    /// The requests, by their index in the trace; the flush that ends the epoch is the one at
    /// `end`.
    pub requests: Range<usize>,
    /// The changes pending at the end, in the order of the requests.
    pub pending: Vec<Pending>,
}

/// One change that may or may not have reached the disk.
#[derive(Clone, Debug)]
pub struct Pending {
    /// The request it belongs to, by its index in the trace.
    pub request: usize,
    pub change: Change,
}

/// A change of a sector or of the length.
#[derive(Clone, Debug)]
pub enum Change {
    /// A sector is written. It can be torn.
    Sector(SectorWrite),
    /// The file becomes longer or shorter. This is never torn.
    Length {
        /// As the program saw it.
        from: u64,
        to: u64,
    },
}

/// What new space of the file holds when its data did not arrive.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum NewSpace {
    /// Zeros, as most file systems promise.
    #[default]
    Zeros,
    /// What another file left there: here, a copy of a sector of this file's log.
    Old,
    /// A pattern that no workload writes.
    Pattern,
}

/// The choices that make one crash state out of an epoch.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Choice {
    /// For each pending change, how much of it arrived. Changes past the end are absent.
    pub arrived: Vec<Arrived>,
    pub new_space: NewSpace,
}

impl Epoch {
    /// Cuts a trace along its completed flushes. The last epoch is the one that no flush has ended;
    /// it may be empty.
    pub fn all<'a>(base: &DiskImage, trace: &'a [Request]) -> impl Iterator<Item = Self> + 'a {
        Self::from(base, trace, 0)
    }

    /// As [`all`](Self::all), without the epochs that end before request `first`. One epoch is in
    /// memory at a time.
    pub fn from<'a>(
        base: &DiskImage,
        trace: &'a [Request],
        first: usize,
    ) -> impl Iterator<Item = Self> + 'a {
        let mut stable = base.clone();
        let mut next = Some(0);
        std::iter::from_fn(move || {
            loop {
                let begin = next?;
                let flush = trace[begin..].iter().position(Request::is_barrier);
                let end = flush.map_or(trace.len(), |ahead| begin + ahead);
                next = flush.map(|_| end + 1);
                let epoch = (flush.is_none() || end >= first).then(|| {
                    stable = stable.frozen();
                    Self {
                        stable: stable.clone(),
                        requests: begin..end,
                        pending: Pending::of(trace, begin..end),
                    }
                });
                if flush.is_some() {
                    replay(&mut stable, &trace[begin..=end]);
                }
                if epoch.is_some() {
                    return epoch;
                }
            }
        })
    }

    /// The epoch that ends at this request; `None` when none does.
    pub fn ending_at(base: &DiskImage, trace: &[Request], cut: usize) -> Option<Self> {
        Self::from(base, trace, cut).find(|epoch| epoch.requests.end == cut)
    }

    /// The epoch that no flush has ended.
    pub fn last(base: &DiskImage, trace: &[Request]) -> Option<Self> {
        Self::from(base, trace, trace.len()).last()
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
                // The data arrived, the length that would make it visible did not.
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

    /// The choice in which nothing pending arrived.
    pub fn nothing(&self) -> Choice {
        Choice {
            arrived: vec![Arrived::ABSENT; self.pending.len()],
            new_space: NewSpace::Zeros,
        }
    }

    /// Whether a change makes the file longer, so that new space becomes visible.
    pub fn grows(&self) -> bool {
        self.pending
            .iter()
            .any(|pending| matches!(pending.change, Change::Length { from, to } if to > from))
    }
}

impl Pending {
    fn of(trace: &[Request], requests: Range<usize>) -> Vec<Self> {
        let mut pending = Vec::new();
        for request in requests {
            let Request {
                length, sectors, ..
            } = &trace[request];
            if let &Some((from, to)) = length {
                pending.push(Self {
                    request,
                    change: Change::Length { from, to },
                });
            }
            pending.extend(sectors.iter().map(|write| Self {
                request,
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

/// Sets a sector; its bytes past the end of the file are dropped.
fn set_within_length(image: &mut DiskImage, number: u64, sector: Slot) {
    let end = image.length();
    image.set(number, sector);
    if (number + 1) * SECTOR > end {
        image.set_length(u64::MAX);
        image.set_length(end);
    }
}

/// How many sectors at each end of new space are filled. A check that reads new space sees these;
/// filling all of it would cost much more.
const FILLED_AT_EACH_END: u64 = 8;

/// The new length arrives; new sectors hold what the choice says.
fn change_length(image: &mut DiskImage, to: u64, new_space: NewSpace) {
    let from = image.length();
    image.set_length(to);
    if to <= from || new_space == NewSpace::Zeros {
        return;
    }
    let pattern = Sector::new(&[0xA5; SECTOR_BYTES]);
    let log = image.log();
    let new = from.div_ceil(SECTOR)..to / SECTOR;
    let after_gap = new
        .start
        .saturating_add(FILLED_AT_EACH_END)
        .max(new.end.saturating_sub(FILLED_AT_EACH_END));
    let first = new.start..new.end.min(new.start.saturating_add(FILLED_AT_EACH_END));
    for number in first.chain(after_gap..new.end) {
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
    /// How much of a change arrived.
    pub fn of(&self, index: usize) -> Arrived {
        self.arrived.get(index).copied().unwrap_or(Arrived::ABSENT)
    }
}
