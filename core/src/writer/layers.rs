//! Changes that are not yet at their place in the file: whole sectors of data over ranges of zeros
//! over the file.
//!
//! Two maps are enough: a newer range removes the sectors it covers, and a newer sector shows
//! through the range it is in. The log entry of a transaction and the pending changes of a whole
//! log are both such layers. Pure, except for [`file_sector`].
//!
//! All ranges have passed the checks on targets (DSC-5), so their ends fit in 63 bits.

use std::collections::BTreeMap;
use std::io;
use std::sync::Arc;

use crate::storage::Storage;
use crate::units::{SECTOR_BYTES, cast, exact};

/// The new contents of one sector, shared with the transaction if they were a whole sector there.
#[derive(Clone, Debug)]
pub(super) struct Piece {
    bytes: Arc<[u8]>,
    /// Where the sector starts in `bytes`; it ends inside.
    at: usize,
}

impl Piece {
    /// The sector at `at` in `bytes`; `None` when they end before it does.
    pub(super) fn of(bytes: &Arc<[u8]>, at: usize) -> Option<Self> {
        bytes.get(at..)?.first_chunk::<SECTOR_BYTES>()?;
        Some(Self {
            bytes: Arc::clone(bytes),
            at,
        })
    }

    /// The 4096 bytes.
    #[allow(
        clippy::indexing_slicing,
        clippy::expect_used,
        reason = "both ways to make a piece have looked; a panic is better than wrong bytes"
    )]
    pub(super) fn bytes(&self) -> &[u8; SECTOR_BYTES] {
        let sector = self.bytes[self.at..].first_chunk();
        sector.expect("a whole sector")
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

    /// How many descriptors these changes take.
    pub(super) fn len(&self) -> usize {
        exact::together(self.data.len(), self.zeros.len())
    }

    /// The sectors of data, by offset.
    pub(super) fn data(&self) -> impl ExactSizeIterator<Item = (u64, &Piece)> {
        self.data.iter().map(|(&offset, sector)| (offset, sector))
    }

    /// The zero ranges, start and end, in order. Sectors of data inside a range show through.
    pub(super) fn zeros(&self) -> impl ExactSizeIterator<Item = (u64, u64)> {
        self.zeros.iter().map(|(&start, &end)| (start, end))
    }

    /// Every changed range, data and zeros alike, start and end, in no order.
    pub(super) fn extents(&self) -> impl Iterator<Item = (u64, u64)> {
        let data = self
            .data
            .keys()
            .map(|&offset| (offset, exact::next_sector(offset)));
        data.chain(self.zeros())
    }

    /// Whether anything between two offsets is changed.
    pub(super) fn touches(&self, start: u64, end: u64) -> bool {
        let from = exact::sector_start(start);
        let zeros = self
            .zeros
            .range(..end)
            .next_back()
            .is_some_and(|(_, &zero_end)| zero_end > start);
        zeros || self.data.range(from..end).next().is_some()
    }

    /// The end of the last change; 0 when there is none.
    pub(super) fn end(&self) -> u64 {
        let data = self
            .data
            .last_key_value()
            .map_or(0, |(&offset, _)| exact::next_sector(offset));
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

    /// The contents of the sector at an offset, if it is changed.
    pub(super) fn sector(&self, offset: u64) -> Option<[u8; SECTOR_BYTES]> {
        if let Some(sector) = self.data.get(&offset) {
            return Some(*sector.bytes());
        }
        let (_, &end) = self.zeros.range(..=offset).next_back()?;
        (offset < end).then_some([0; SECTOR_BYTES])
    }
}

/// Reads one whole sector of a file, with zeros after the end of the file.
pub(super) fn file_sector<S: Storage + ?Sized>(
    storage: &S,
    offset: u64,
) -> io::Result<[u8; SECTOR_BYTES]> {
    let mut sector = [0; SECTOR_BYTES];
    // Saturates on purpose: the sector may lie past the end of the file.
    let in_file = storage.len()?.saturating_sub(offset);
    let in_file = cast::to_usize(in_file.min(cast::len_u64(SECTOR_BYTES)));
    let (inside, _) = sector.split_at_mut(in_file);
    if !inside.is_empty() {
        storage.read_at(offset, inside)?;
    }
    Ok(sector)
}
