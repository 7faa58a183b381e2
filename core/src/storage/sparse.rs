//! Sparse memory: a 64 TiB image with four sectors costs a few KiB.
//!
//! Clones share all sectors, and a clone that is written still shares those that were not, so a
//! fuzzer can keep one base image and derive thousands of cases from it.

use std::collections::BTreeMap;
use std::io;
use std::sync::Arc;

use super::{Storage, out_of_range, past_the_end};
use crate::units::{SECTOR, SECTOR_BYTES, cast, exact};

/// One 4 KiB sector, shared until written.
pub type Sector = Arc<[u8; SECTOR_BYTES]>;

/// Sectors by their number (offset / 4096), shared until written.
pub type Sectors = Arc<BTreeMap<u64, Sector>>;

/// An image in memory that stores only the sectors that were written.
///
/// A length or an offset costs nothing, however large it is. Memory grows by the bytes that a call
/// passes, and by about 100 bytes for each sector they touch.
///
/// ```
/// use vhdx_log::storage::{SparseMemory, Storage};
///
/// let mut image = SparseMemory::new(64 << 40);
/// image.write_at(1 << 40, b"here")?;
/// assert_eq!(image.sectors().count(), 1);
/// assert_eq!(image.next_data(0)?, Some(1 << 40));
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct SparseMemory {
    length: u64,
    sectors: Sectors,
}

impl SparseMemory {
    /// An image of `length` bytes, all zero.
    pub fn new(length: u64) -> Self {
        Self {
            length,
            sectors: Sectors::default(),
        }
    }

    /// An image of `length` bytes that holds the given sectors, by sector number (offset / 4096).
    ///
    /// Sectors past the end are dropped, and bytes of the last sector past the end are zeroed.
    pub fn from_sectors(length: u64, sectors: impl IntoIterator<Item = (u64, Sector)>) -> Self {
        Self::from_shared(length, Arc::new(sectors.into_iter().collect()))
    }

    /// As [`from_sectors`](Self::from_sectors), with sectors that are shared with others; none is
    /// copied.
    pub fn from_shared(length: u64, sectors: Sectors) -> Self {
        let mut image = Self {
            length: u64::MAX,
            sectors,
        };
        image.truncate(length);
        image
    }

    /// The sectors that are stored, in order of their number; all others are zero.
    pub fn sectors(&self) -> impl Iterator<Item = (u64, &Sector)> {
        self.sectors
            .iter()
            .map(|(&number, sector)| (number, sector))
    }

    /// All of them, to share with another reader.
    pub const fn shared(&self) -> &Sectors {
        &self.sectors
    }

    fn truncate(&mut self, length: u64) {
        self.length = length;
        let last = length / SECTOR;
        if self.sectors.range(last..).next().is_none() {
            return;
        }
        let sectors = Arc::make_mut(&mut self.sectors);
        sectors.split_off(&length.div_ceil(SECTOR));
        let within = exact::within_sector(length);
        if let Some(last) = sectors.get_mut(&last)
            && let Some(beyond) = Arc::make_mut(last).get_mut(within..)
        {
            beyond.fill(0);
        }
    }

    fn end_of(&self, offset: u64, length: usize) -> io::Result<u64> {
        offset
            .checked_add(cast::len_u64(length))
            .ok_or_else(|| out_of_range(offset))
    }
}

impl Storage for SparseMemory {
    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<()> {
        if self.end_of(offset, buffer.len())? > self.length {
            return Err(past_the_end(offset, cast::len_u64(buffer.len())));
        }
        for (number, within, piece) in pieces_mut(offset, buffer) {
            match self
                .sectors
                .get(&number)
                .and_then(|sector| sector.get(within..)?.get(..piece.len()))
            {
                Some(source) => piece.copy_from_slice(source),
                None => piece.fill(0),
            }
        }
        Ok(())
    }

    fn write_at(&mut self, offset: u64, bytes: &[u8]) -> io::Result<()> {
        self.length = self.length.max(self.end_of(offset, bytes.len())?);
        let sectors = Arc::make_mut(&mut self.sectors);
        let (mut offset, mut rest) = (offset, bytes);
        while !rest.is_empty() {
            let (number, within, length) = first_piece(offset, rest.len());
            let (piece, after) = rest.split_at(length);
            if let Ok(whole) = <[u8; SECTOR_BYTES]>::try_from(piece) {
                sectors.insert(number, Arc::new(whole));
            } else {
                let sector = sectors
                    .entry(number)
                    .or_insert_with(|| Arc::new([0; SECTOR_BYTES]));
                if let Some(target) = Arc::make_mut(sector)
                    .get_mut(within..)
                    .and_then(|rest| rest.get_mut(..length))
                {
                    target.copy_from_slice(piece);
                }
            }
            rest = after;
            offset = exact::after(offset, length);
        }
        Ok(())
    }

    fn zero(&mut self, offset: u64, length: u64) -> io::Result<()> {
        let end = offset
            .checked_add(length)
            .ok_or_else(|| out_of_range(offset))?;
        if end > self.length {
            return Err(past_the_end(offset, length));
        }
        let numbers = offset / SECTOR..end.div_ceil(SECTOR);
        if numbers.is_empty() {
            return Ok(());
        }
        let touched: Vec<u64> = self
            .sectors
            .range(numbers)
            .map(|(&number, _)| number)
            .collect();
        if touched.is_empty() {
            return Ok(());
        }
        let sectors = Arc::make_mut(&mut self.sectors);
        for number in touched {
            let start = exact::sector_offset(number);
            // Saturates on purpose: the range may begin before this sector.
            let from = cast::to_usize(offset.saturating_sub(start));
            let to = cast::to_usize(exact::distance(start, end).min(SECTOR));
            if from == 0 && to == SECTOR_BYTES {
                sectors.remove(&number);
            } else if let Some(sector) = sectors.get_mut(&number)
                && let Some(target) = Arc::make_mut(sector).get_mut(from..to)
            {
                target.fill(0);
            }
        }
        Ok(())
    }

    fn set_len(&mut self, length: u64) -> io::Result<()> {
        if length < self.length {
            self.truncate(length);
        }
        self.length = length;
        Ok(())
    }

    fn len(&self) -> io::Result<u64> {
        Ok(self.length)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }

    fn next_data(&self, offset: u64) -> io::Result<Option<u64>> {
        let next = self.sectors.range(offset / SECTOR..).next();
        Ok(next.map(|(number, _)| exact::sector_offset(*number).max(offset)))
    }

    fn lend(&self, offset: u64, limit: usize) -> Option<&[u8]> {
        let (number, within, length) = first_piece(offset, limit);
        // Saturates on purpose: `offset` may be past the end.
        let in_file = self.length.saturating_sub(offset);
        let length = cast::to_usize(in_file.min(cast::len_u64(length)));
        let lent = self.sectors.get(&number)?.get(within..)?.get(..length)?;
        (!lent.is_empty()).then_some(lent)
    }
}

/// The sector number, the offset within that sector, and how many of `length` bytes from `offset`
/// on lie in it.
fn first_piece(offset: u64, length: usize) -> (u64, usize, usize) {
    (
        offset / SECTOR,
        exact::within_sector(offset),
        length.min(exact::left_in_sector(offset)),
    )
}

/// Cuts a buffer for the bytes at `offset` at the ends of sectors: sector number, offset within
/// that sector, piece.
fn pieces_mut(offset: u64, buffer: &mut [u8]) -> impl Iterator<Item = (u64, usize, &mut [u8])> {
    let (number, within, length) = first_piece(offset, buffer.len());
    let (first, rest) = buffer.split_at_mut(length);
    let following = rest
        .chunks_mut(SECTOR_BYTES)
        .zip((number..).skip(1))
        .map(|(piece, number)| (number, 0, piece));
    std::iter::once((number, within, first)).chain(following)
}
