//! The disk as a list of stretches, for those who copy it and do not want to read zeros.
//!
//! Contract: the extents of a range follow one another without a gap, and two neighbors are never
//! one stretch that was split. The BAT is read once, from one end to the other, and where the file
//! has a hole in it, the hole is skipped in one step: a disk of 64 TiB that holds nothing costs
//! what its file holds. Memory: one sector.
//!
//! Blocks must not share their place in the file, or a file of some megabytes could show terabytes
//! of data. What all present blocks have together is therefore limited to what the file can hold.

use std::ops::Range;

use super::error::GuestError;
use super::{Disk, state};
use crate::sector::{SECTOR, SECTOR_BYTES};
use crate::source::Source;

/// How far data reaches at least before a hole in it is looked for.
const GRAIN: u64 = 256 << 10;
/// The state of a block that is all zeros on purpose.
const ZERO: u8 = 2;

/// What a stretch of a disk is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Contents {
    /// Bytes that are stored in the file, from this offset on.
    Data {
        /// In bytes.
        file_offset: u64,
    },
    /// Zeros that were written: the state of the block says so.
    Zero,
    /// Nothing is stored, so it reads as zeros.
    Hole,
}

/// A stretch of a disk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Extent {
    /// Where it begins on the disk, in bytes.
    pub offset: u64,
    /// In bytes, never 0.
    pub length: u64,
    /// What it is.
    pub contents: Contents,
}

impl Extent {
    /// Whether `next`, which begins where this one ends, is the same stretch.
    fn goes_on_with(&self, next: &Self) -> bool {
        match (self.contents, next.contents) {
            (Contents::Data { file_offset }, Contents::Data { file_offset: next }) => {
                file_offset + self.length == next
            }
            (one, other) => one == other,
        }
    }
}

impl<S: Source> Disk<S> {
    /// The stretches of a range of the disk, in order. What is past the end of the disk is left
    /// out.
    pub fn extents(&self, range: Range<u64>) -> Extents<'_, S> {
        Extents {
            disk: self,
            at: range.start,
            end: range.end.min(self.size_bytes()),
            data_left: self.structures.file_bytes,
            bat: [0; SECTOR_BYTES],
            bat_sector: None,
            ahead: None,
        }
    }

    /// What the disk is read from.
    pub const fn source(&self) -> &S {
        &self.source
    }
}

/// The stretches of a disk: [`Disk::extents`]. After an error there are no more.
pub struct Extents<'a, S> {
    disk: &'a Disk<S>,
    at: u64,
    end: u64,
    /// How many bytes of data the rest can have.
    data_left: u64,
    /// The sector of the BAT that was read last, and its number.
    bat: [u8; SECTOR_BYTES],
    bat_sector: Option<u64>,
    /// A stretch that was found and not yet given.
    ahead: Option<Result<Extent, GuestError>>,
}

/// A BAT entry, or a hole where it would be.
enum Entry {
    Stored(u64),
    /// No entry is stored for any block before this one.
    HoleBefore(u64),
}

impl<S: Source> Iterator for Extents<'_, S> {
    type Item = Result<Extent, GuestError>;

    fn next(&mut self) -> Option<Self::Item> {
        let mut extent = match self.ahead.take().or_else(|| self.step())? {
            Ok(extent) => extent,
            Err(error) => return Some(Err(error)),
        };
        loop {
            match self.step() {
                Some(Ok(next)) if extent.goes_on_with(&next) => extent.length += next.length,
                ahead => {
                    self.ahead = ahead;
                    return Some(Ok(extent));
                }
            }
        }
    }
}

impl<S: Source> Extents<'_, S> {
    fn step(&mut self) -> Option<Result<Extent, GuestError>> {
        let offset = self.at;
        if offset >= self.end {
            return None;
        }
        let found = self.piece();
        self.at = match &found {
            Ok((until, _)) => *until,
            Err(_) => self.end,
        };
        Some(found.map(|(until, contents)| Extent {
            offset,
            length: until - offset,
            contents,
        }))
    }

    /// What is at the present place, and up to where.
    fn piece(&mut self) -> Result<(u64, Contents), GuestError> {
        let block_bytes = self.disk.block_bytes();
        let block = self.at / block_bytes;
        let entry = match self.entry(block)? {
            Entry::Stored(entry) => entry,
            Entry::HoleBefore(next) => {
                let until = next.saturating_mul(block_bytes).min(self.end);
                return Ok((until, Contents::Hole));
            }
        };
        let block_end = ((block + 1) * block_bytes).min(self.end);
        let Some(place) = self.disk.place(block, entry)? else {
            let contents = match state(entry) {
                ZERO => Contents::Zero,
                _ => Contents::Hole,
            };
            return Ok((block_end, contents));
        };
        let file_offset = place + self.at % block_bytes;
        let sector = file_offset / SECTOR;
        match self.disk.source.next_stored(sector)? {
            Some(next) if next <= sector => {
                let grain_end = (self.at / GRAIN + 1) * GRAIN;
                let until = block_end.min(grain_end);
                let left = self.data_left.checked_sub(until - self.at);
                self.data_left = left.ok_or(GuestError::SharedPlace { block })?;
                Ok((until, Contents::Data { file_offset }))
            }
            Some(next) => {
                let hole = (next * SECTOR).saturating_sub(file_offset);
                Ok((self.at.saturating_add(hole).min(block_end), Contents::Hole))
            }
            None => Ok((block_end, Contents::Hole)),
        }
    }

    fn entry(&mut self, block: u64) -> Result<Entry, GuestError> {
        let (source, structures) = (&self.disk.source, &self.disk.structures);
        let offset = structures.bat_entry_offset(block);
        let (sector, within) = (offset / SECTOR, (offset % SECTOR) as usize);
        if self.bat_sector != Some(sector) {
            let next = source.next_stored(sector)?;
            if next.is_none_or(|next| next > sector) {
                let next = next.map_or(u64::MAX, |next| structures.first_block_in(next * SECTOR));
                return Ok(Entry::HoleBefore(next.max(block + 1)));
            }
            if !source.read_sector(sector, &mut self.bat)? {
                let next = structures.first_block_in((sector + 1) * SECTOR);
                return Ok(Entry::HoleBefore(next.max(block + 1)));
            }
            self.bat_sector = Some(sector);
        }
        match self.bat[within..].first_chunk() {
            Some(entry) => Ok(Entry::Stored(u64::from_le_bytes(*entry))),
            // A BAT that lies askew.
            None => structures.bat_entry(source, block).map(Entry::Stored),
        }
    }
}
