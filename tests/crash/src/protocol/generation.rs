//! One generation of the log as the checker follows it: its entries, what they change, and which of
//! their updates are stable at their place.
//!
//! Contract: entries are [appended](Generation::append) in the order of their sequence numbers, and
//! those before the Tail of the newest stable entry are forgotten, so memory follows the active
//! sequence.

use std::collections::{BTreeMap, VecDeque};
use std::ops::Range;

use vhdx_log_model::{Bytes, Descriptor, Entry, Image, Ring, SECTOR};

/// The entries with one LogGuid that a crash may still need.
#[derive(Debug)]
pub struct Generation {
    pub log_guid: [u8; 16],
    entries: VecDeque<Logged>,
    /// How many entries have data for a sector: most writes go to none of them.
    targets: BTreeMap<u64, usize>,
    /// The last write to each target of an entry, by sector: its request, and whether it is stable.
    placed: BTreeMap<u64, Placed>,
}

/// An entry in the log.
#[derive(Debug)]
pub struct Logged {
    pub entry: Entry,
    /// The request that completed it.
    pub request: usize,
    pub stable: bool,
    /// What the entry makes of the sectors it writes, the last update of each.
    data: BTreeMap<u64, Box<Bytes>>,
    /// The sectors that it makes zero. A sector in `data` is not zero, although it may lie in one.
    zeros: Vec<Range<u64>>,
}

#[derive(Clone, Copy, Debug)]
struct Placed {
    request: usize,
    stable: bool,
}

impl Generation {
    pub const fn new(log_guid: [u8; 16]) -> Self {
        Self {
            log_guid,
            entries: VecDeque::new(),
            targets: BTreeMap::new(),
            placed: BTreeMap::new(),
        }
    }

    pub fn newest(&self) -> Option<&Logged> {
        self.entries.back()
    }

    /// The newest entry that every crash finds.
    pub fn newest_stable(&self) -> Option<&Logged> {
        self.entries.iter().rev().find(|logged| logged.stable)
    }

    /// How many entries there are, counted from the oldest, before ring offset `at`; `None` when no
    /// entry begins there.
    pub fn before(&self, at: u64) -> Option<usize> {
        // The newest entry at a place: an older one there has been overwritten.
        self.entries
            .iter()
            .rposition(|logged| logged.entry.offset == at)
    }

    pub fn append(&mut self, logged: Logged) {
        for &sector in logged.data.keys() {
            *self.targets.entry(sector).or_default() += 1;
        }
        self.entries.push_back(logged);
    }

    /// A write to a place outside headers and log.
    pub fn place(&mut self, sector: u64, request: usize) {
        if self.covers(sector) {
            let placed = Placed {
                request,
                stable: false,
            };
            self.placed.insert(sector, placed);
        }
    }

    /// Everything written is stable: entries before the newest Tail are no longer needed.
    pub fn flushed(&mut self) {
        for logged in &mut self.entries {
            logged.stable = true;
        }
        for placed in self.placed.values_mut() {
            placed.stable = true;
        }
        let tail = self.newest().map(|newest| newest.entry.tail);
        if let Some(oldest) = tail.and_then(|tail| self.before(tail)) {
            for logged in self.entries.drain(..oldest) {
                forget(&mut self.targets, &logged);
            }
        }
        if self.entries.iter().all(Logged::is_empty) {
            self.placed.clear();
        }
    }

    /// The ring's sectors from the Tail of the newest stable entry to the end of the newest entry:
    /// first and count. Not to be overwritten (WRT-4).
    pub fn active_space(&self, ring_bytes: u64) -> Option<(u64, u64)> {
        let tail = self.newest_stable()?.entry.tail;
        let last = &self.newest()?.entry;
        let bytes = (last.offset + ring_bytes - tail) % ring_bytes + last.length;
        Some((tail / SECTOR, bytes.min(ring_bytes) / SECTOR))
    }

    /// The first sector among the updates of the oldest `count` entries that is not stable at its
    /// place, with its entry.
    pub fn first_unplaced(&self, count: usize, stable: &Image) -> Option<(u64, &Logged)> {
        self.entries
            .iter()
            .take(count)
            .enumerate()
            .find_map(|(index, logged)| Some((self.unplaced(index, stable)?, logged)))
    }

    /// The first sector of all updates that is not stable at its place.
    pub fn first_unplaced_of_all(&self, stable: &Image) -> Option<(u64, &Logged)> {
        self.first_unplaced(self.entries.len(), stable)
    }

    fn unplaced(&self, index: usize, stable: &Image) -> Option<u64> {
        let logged = &self.entries[index];
        let done = |sector: u64| {
            let replaced = self.entries.iter().skip(index + 1);
            let placed = self.placed.get(&sector);
            replaced.into_iter().any(|later| later.covers(sector))
                || placed.is_some_and(|placed| placed.stable && placed.request > logged.request)
        };
        let wrong_data = logged
            .data
            .iter()
            .filter(|&(&sector, bytes)| stable.bytes(sector) != &**bytes)
            .map(|(&sector, _)| sector);
        let not_zero = logged.zeros.iter().flat_map(|range| {
            let length = (range.end - range.start).saturating_mul(SECTOR);
            let stored = Ring::of_log(stable, range.start * SECTOR, length);
            let present = stored.present().map(|index| range.start + index);
            present.filter(|sector| stable.bytes(*sector).iter().any(|&byte| byte != 0))
        });
        let not_zero = not_zero.filter(|sector| !logged.data.contains_key(sector));
        wrong_data.chain(not_zero).find(|&sector| !done(sector))
    }

    /// The newest entry that changes a sector.
    pub fn last_update_of(&self, sector: u64) -> Option<&Logged> {
        let is_target = self.covers(sector);
        let mut newest_first = self.entries.iter().rev().filter(|_| is_target);
        newest_first.find(|logged| logged.covers(sector))
    }

    /// The end of the last byte that its entries write.
    pub fn targets_end(&self) -> u64 {
        let ends = self.entries.iter().map(Logged::targets_end);
        ends.max().unwrap_or(0)
    }

    /// Whether a stable entry makes these bytes of a sector.
    pub fn is_logged(&self, sector: u64, bytes: &Bytes) -> bool {
        let is_target = self.covers(sector);
        let mut entries = self.entries.iter().filter(|_| is_target);
        entries.any(|logged| logged.stable && logged.makes(sector, bytes))
    }

    fn covers(&self, sector: u64) -> bool {
        let mut zeros = self.entries.iter().flat_map(|logged| &logged.zeros);
        self.targets.contains_key(&sector) || zeros.any(|range| range.contains(&sector))
    }
}

/// Takes an entry's data out of the counts.
fn forget(targets: &mut BTreeMap<u64, usize>, logged: &Logged) {
    for sector in logged.data.keys() {
        if let Some(count) = targets.get_mut(sector) {
            *count -= 1;
            if *count == 0 {
                targets.remove(sector);
            }
        }
    }
}

impl Logged {
    /// An entry of the ring, written by a request.
    pub fn new(entry: Entry, request: usize, stable: bool, ring: &Ring<'_>) -> Self {
        let (mut data, mut zeros) = (BTreeMap::new(), Vec::new());
        for descriptor in &entry.descriptors {
            match *descriptor {
                Descriptor::Data {
                    offset,
                    leading,
                    trailing,
                    sector,
                } => {
                    let mut bytes = Box::new(*ring.sector(sector));
                    bytes[..8].copy_from_slice(&leading);
                    bytes[SECTOR as usize - 4..].copy_from_slice(&trailing);
                    data.insert(offset / SECTOR, bytes);
                }
                Descriptor::Zero { offset, length } => {
                    let end = offset.saturating_add(length);
                    let range = offset / SECTOR..end / SECTOR;
                    data.retain(|sector, _| !range.contains(sector));
                    zeros.push(range);
                }
            }
        }
        Self {
            entry,
            request,
            stable,
            data,
            zeros,
        }
    }

    pub fn is_empty(&self) -> bool {
        self.data.is_empty() && self.zeros.is_empty()
    }

    /// The end of the last byte that it writes.
    pub fn targets_end(&self) -> u64 {
        let data = self.data.last_key_value().map_or(0, |(&last, _)| last + 1);
        let zeros = self.zeros.iter().map(|range| range.end).max().unwrap_or(0);
        data.max(zeros).saturating_mul(SECTOR)
    }

    /// The ring offset after it.
    pub const fn end(&self, ring_bytes: u64) -> u64 {
        (self.entry.offset + self.entry.length) % ring_bytes
    }

    pub fn covers(&self, sector: u64) -> bool {
        self.data.contains_key(&sector) || self.zeros.iter().any(|range| range.contains(&sector))
    }

    /// Whether a replay of the entry leaves these bytes in a sector, or passes through them on the
    /// way: zeros first, then data over them.
    pub fn makes(&self, sector: u64, bytes: &Bytes) -> bool {
        let is_zeroed = self.zeros.iter().any(|range| range.contains(&sector));
        self.data.get(&sector).is_some_and(|made| **made == *bytes)
            || (is_zeroed && bytes.iter().all(|&byte| byte == 0))
    }
}
