//! Sparse memory: a 64 TiB image with four sectors costs a few KiB.
//!
//! Clones share everything until one of them is written, and then still every sector that was not;
//! so a fuzzer can keep one base image and derive thousands of cases from it.

use std::collections::BTreeMap;
use std::io;
use std::sync::Arc;

use super::{Storage, out_of_range, past_the_end};
use crate::units::SECTOR_BYTES;

/// One 4 KiB sector, shared until written.
pub type Sector = Arc<[u8; SECTOR_BYTES]>;

/// Sectors by their number (offset / 4096), shared until written.
pub type Sectors = Arc<BTreeMap<u64, Sector>>;

const SECTOR: u64 = crate::units::SECTOR;

/// An image in memory that stores only the sectors somebody wrote.
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

    /// As [`from_sectors`](Self::from_sectors), with sectors that others hold too; none is copied.
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

    /// All of them, to be shared with another reader.
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
        let within = usize::try_from(length % SECTOR).unwrap_or(0);
        if let Some(last) = sectors.get_mut(&last)
            && let Some(beyond) = Arc::make_mut(last).get_mut(within..)
        {
            beyond.fill(0);
        }
    }

    fn end_of(&self, offset: u64, length: usize) -> io::Result<u64> {
        u64::try_from(length)
            .ok()
            .and_then(|length| offset.checked_add(length))
            .ok_or_else(|| out_of_range(offset))
    }
}

impl Storage for SparseMemory {
    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<()> {
        if self.end_of(offset, buffer.len())? > self.length {
            return Err(past_the_end(offset, buffer.len()));
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
            offset = number.saturating_add(1).saturating_mul(SECTOR);
        }
        Ok(())
    }

    fn zero(&mut self, offset: u64, length: u64) -> io::Result<()> {
        let end = offset
            .checked_add(length)
            .ok_or_else(|| out_of_range(offset))?;
        if end > self.length {
            return Err(past_the_end(
                offset,
                usize::try_from(length).unwrap_or(usize::MAX),
            ));
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
            let start = number.saturating_mul(SECTOR);
            let from = usize::try_from(offset.saturating_sub(start)).unwrap_or(SECTOR_BYTES);
            let to = usize::try_from(end.saturating_sub(start))
                .unwrap_or(SECTOR_BYTES)
                .min(SECTOR_BYTES);
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
        Ok(next.map(|(number, _)| number.saturating_mul(SECTOR).max(offset)))
    }

    fn lend(&self, offset: u64, limit: usize) -> Option<&[u8]> {
        let (number, within, length) = first_piece(offset, limit);
        let within_file = usize::try_from(self.length.saturating_sub(offset)).unwrap_or(usize::MAX);
        let lent = self
            .sectors
            .get(&number)?
            .get(within..)?
            .get(..length.min(within_file))?;
        (!lent.is_empty()).then_some(lent)
    }
}

/// The sector number, the offset within that sector, and how many of `length` bytes from `offset`
/// on lie in it.
fn first_piece(offset: u64, length: usize) -> (u64, usize, usize) {
    let within = usize::try_from(offset % SECTOR).unwrap_or(0);
    (
        offset / SECTOR,
        within,
        length.min(SECTOR_BYTES.saturating_sub(within)),
    )
}

/// Cuts a buffer that stands for the bytes at `offset` along the sectors: number, offset within,
/// piece.
fn pieces_mut(offset: u64, buffer: &mut [u8]) -> impl Iterator<Item = (u64, usize, &mut [u8])> {
    let (number, within, length) = first_piece(offset, buffer.len());
    let (first, rest) = buffer.split_at_mut(length);
    let following = rest
        .chunks_mut(SECTOR_BYTES)
        .zip(number.saturating_add(1)..)
        .map(|(piece, number)| (number, 0, piece));
    std::iter::once((number, within, first)).chain(following)
}
