//! Changes that are not at their place in the file yet: whole sectors of data over ranges of zeros
//! over the file.
//!
//! Keeping the two apart is enough: a newer range removes the sectors it covers, a newer sector
//! shows through the range it lies in. The log entry of a transaction and the pending state of a
//! whole log are both this.

use std::collections::BTreeMap;
use std::io;
use std::sync::Arc;

use crate::storage::Storage;
use crate::units::{SECTOR, SECTOR_BYTES};

/// A sector's worth of bytes, shared with the transaction they came in where they made a whole
/// sector there.
#[derive(Clone, Debug)]
pub(super) struct Piece {
    bytes: Arc<[u8]>,
    at: usize,
}

impl Piece {
    /// The sector that stands at `at` in `bytes`; `None` when they end before it does.
    pub(super) fn of(bytes: &Arc<[u8]>, at: usize) -> Option<Self> {
        let there = bytes
            .get(at..)
            .is_some_and(|rest| rest.len() >= SECTOR_BYTES);
        there.then(|| Self {
            bytes: Arc::clone(bytes),
            at,
        })
    }

    /// The 4096 bytes.
    pub(super) fn bytes(&self) -> &[u8] {
        self.bytes
            .get(self.at..)
            .and_then(|rest| rest.get(..SECTOR_BYTES))
            .unwrap_or_default()
    }
}

impl From<[u8; SECTOR_BYTES]> for Piece {
    fn from(sector: [u8; SECTOR_BYTES]) -> Self {
        Self {
            bytes: Arc::new(sector),
            at: 0,
        }
    }
}

/// Sectors and zero ranges by their offset in the file.
#[derive(Clone, Debug, Default)]
pub(super) struct Layers {
    data: BTreeMap<u64, Piece>,
    /// From start to end; disjoint, never touching.
    zeros: BTreeMap<u64, u64>,
}

impl Layers {
    pub(super) fn is_empty(&self) -> bool {
        self.data.is_empty() && self.zeros.is_empty()
    }

    /// How many descriptors it takes to say all this.
    pub(super) fn len(&self) -> usize {
        self.data.len().saturating_add(self.zeros.len())
    }

    /// The sectors of data, by offset.
    pub(super) fn data(&self) -> impl ExactSizeIterator<Item = (u64, &Piece)> {
        self.data.iter().map(|(&offset, sector)| (offset, sector))
    }

    /// The zero ranges, start and end, in order. Sectors of data that lie in one show through.
    pub(super) fn zeros(&self) -> impl ExactSizeIterator<Item = (u64, u64)> {
        self.zeros.iter().map(|(&start, &end)| (start, end))
    }

    /// Every range in here, data and zeros alike, start and end, in no order.
    pub(super) fn extents(&self) -> impl Iterator<Item = (u64, u64)> {
        let data = self
            .data
            .keys()
            .map(|&offset| (offset, offset.saturating_add(SECTOR)));
        data.chain(self.zeros())
    }

    /// Whether anything in here lies between two offsets.
    pub(super) fn touches(&self, start: u64, end: u64) -> bool {
        let from = start.saturating_sub(start % SECTOR);
        let zeros = self
            .zeros
            .range(..end)
            .next_back()
            .is_some_and(|(_, &zero_end)| zero_end > start);
        zeros || self.data.range(from..end).next().is_some()
    }

    /// The offset behind everything in here; 0 when there is nothing.
    pub(super) fn end(&self) -> u64 {
        let data = self
            .data
            .last_key_value()
            .map_or(0, |(&offset, _)| offset.saturating_add(SECTOR));
        data.max(self.zeros.last_key_value().map_or(0, |(_, &end)| end))
    }

    /// Puts one sector.
    pub(super) fn put(&mut self, offset: u64, sector: Piece) {
        self.data.insert(offset, sector);
    }

    /// Zeroes a range of whole sectors.
    pub(super) fn zero(&mut self, mut start: u64, mut end: u64) {
        let covered: Vec<u64> = self
            .data
            .range(start..end)
            .map(|(&offset, _)| offset)
            .collect();
        for offset in covered {
            self.data.remove(&offset);
        }
        while let Some((&other_start, &other_end)) = self.zeros.range(..=end).next_back()
            && other_end >= start
        {
            self.zeros.remove(&other_start);
            start = start.min(other_start);
            end = end.max(other_end);
        }
        self.zeros.insert(start, end);
    }

    /// Lays another set of changes, newer, over this one.
    pub(super) fn cover_with(&mut self, newer: Self) {
        if self.is_empty() {
            *self = newer;
            return;
        }
        for (start, end) in newer.zeros {
            self.zero(start, end);
        }
        self.data.extend(newer.data);
    }

    /// The bytes of the sector at an offset, if it is in here.
    pub(super) fn sector(&self, offset: u64) -> Option<[u8; SECTOR_BYTES]> {
        if let Some(sector) = self.data.get(&offset) {
            return sector.bytes().try_into().ok();
        }
        let (_, &end) = self.zeros.range(..=offset).next_back()?;
        (offset < end).then_some([0; SECTOR_BYTES])
    }
}

/// Reads one whole sector of a file, with zeros behind its end.
pub(super) fn file_sector<S: Storage + ?Sized>(
    storage: &S,
    offset: u64,
) -> io::Result<[u8; SECTOR_BYTES]> {
    let mut sector = [0; SECTOR_BYTES];
    let there = storage.len()?.saturating_sub(offset);
    let there = usize::try_from(there)
        .unwrap_or(usize::MAX)
        .min(SECTOR_BYTES);
    if let Some(inside) = sector.get_mut(..there).filter(|inside| !inside.is_empty()) {
        storage.read_at(offset, inside)?;
    }
    Ok(sector)
}
