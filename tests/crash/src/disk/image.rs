//! An image on a simulated disk: shared sectors below a few of its own, and hashes that are always
//! up to date.
//!
//! ```text
//!   own    [16]      [512][513]        a handful, sorted; what this state changed
//!   base   [0][16][32][256][257]...    any number, sorted, shared by thousands of states
//! ```
//!
//! A crash state costs what it changes, not what the image holds: the base is shared, sectors are
//! shared, and the two hashes are kept up to date with each change.
//! [`content_hash`](DiskImage::content_hash) recognises a state before anything is recovered.
//! [`visible_hash`](DiskImage::visible_hash) leaves out the two headers and the log: it covers what
//! every reader of the file must see alike (RPL-7).

use std::io;
use std::ops::Range;
use std::sync::Arc;

use vhdx_log::storage::Storage;

use vhdx_log_image::{BuiltImage, HEADER_SECTORS, SECTOR, SECTOR_BYTES};

use super::parts::{end_of, parts, zeroed};
use super::sector::{Sector, Slot, mix};

/// An image in memory, cheap to fork.
#[derive(Clone, Debug)]
pub struct DiskImage {
    base: Arc<Base>,
    /// Sorted by number. `None`: a sector that became zero.
    own: Vec<(u64, Slot)>,
    length: u64,
    hidden: u64,
    visible: u64,
}

#[derive(Debug)]
struct Base {
    /// Sorted by number, none of them zero.
    sectors: Vec<(u64, Arc<Sector>)>,
    /// The log's sectors, by number.
    log: Range<u64>,
}

impl DiskImage {
    /// An image of `length` zero bytes whose log has these sectors, by number.
    pub fn new(length: u64, log: Range<u64>) -> Self {
        let base = Arc::new(Base {
            sectors: Vec::new(),
            log,
        });
        Self {
            base,
            own: Vec::new(),
            length,
            hidden: 0,
            visible: 0,
        }
    }

    /// The image that a recipe was built into.
    pub fn from_built(built: &BuiltImage) -> Self {
        let layout = built.layout();
        let log = layout.log_offset / SECTOR..(layout.log_offset + layout.log_bytes) / SECTOR;
        let mut image = Self::new(built.length(), log);
        for (number, bytes) in built.sectors() {
            image.set(number, Sector::new(bytes));
        }
        image.frozen()
    }

    /// The log's sectors, by number.
    pub fn log(&self) -> Range<u64> {
        self.base.log.clone()
    }

    /// A hash of every byte and the length.
    pub fn content_hash(&self) -> u64 {
        self.hidden ^ self.visible_hash()
    }

    /// A hash of the length and every byte outside the two headers and the log.
    pub fn visible_hash(&self) -> u64 {
        self.visible ^ mix(self.length ^ 0x5851_F42D_4C95_7F2D)
    }

    /// As [`visible_hash`](Self::visible_hash), the length left out.
    pub fn visible_bytes_hash(&self) -> u64 {
        self.visible
    }

    /// Whether a sector is one of those that [`visible_hash`](Self::visible_hash) covers.
    pub fn is_visible(&self, number: u64) -> bool {
        !HEADER_SECTORS.contains(&number) && !self.base.log.contains(&number)
    }

    pub fn sector(&self, number: u64) -> Option<&Arc<Sector>> {
        match self.own.binary_search_by_key(&number, |&(own, _)| own) {
            Ok(index) => self.own[index].1.as_ref(),
            Err(_) => self.base.get(number),
        }
    }

    pub fn contents(&self, number: u64) -> &[u8; SECTOR_BYTES] {
        Sector::contents(self.sector(number))
    }

    /// Replaces one sector, inside the file or not: the length stays.
    pub fn set(&mut self, number: u64, sector: Slot) {
        let change = |old: u64| old ^ contribution(number, sector.as_ref());
        let old = match self.own.binary_search_by_key(&number, |&(own, _)| own) {
            Ok(index) => {
                let old = contribution(number, self.own[index].1.as_ref());
                let delta = change(old);
                self.own[index].1 = sector;
                delta
            }
            Err(index) => {
                let delta = change(contribution(number, self.base.get(number)));
                self.own.insert(index, (number, sector));
                delta
            }
        };
        if self.is_visible(number) {
            self.visible ^= old;
        } else {
            self.hidden ^= old;
        }
    }

    pub fn length(&self) -> u64 {
        self.length
    }

    /// Sets the length and keeps every sector: for an image whose sectors are all set one by one.
    pub fn set_length_only(&mut self, length: u64) {
        self.length = length;
    }

    /// Sets the length. Bytes past it are lost, and zero if the file grows again.
    pub fn set_length(&mut self, length: u64) {
        let shrinks = length < self.length;
        self.length = length;
        if !shrinks {
            return;
        }
        for number in self.present(length.div_ceil(SECTOR)..u64::MAX) {
            self.set(number, None);
        }
        let kept = (length % SECTOR) as usize;
        if kept > 0 {
            let mut bytes = *self.contents(length / SECTOR);
            bytes[kept..].fill(0);
            self.set(length / SECTOR, Sector::new(&bytes));
        }
    }

    /// The numbers of the sectors in a range that are not zero, in order.
    pub fn present(&self, range: Range<u64>) -> Vec<u64> {
        let own = |&(number, _): &(u64, Slot)| number;
        let from = self.own.partition_point(|entry| own(entry) < range.start);
        let until = self.own.partition_point(|entry| own(entry) < range.end);
        let mut numbers: Vec<u64> = self.own[from..until]
            .iter()
            .filter(|(_, sector)| sector.is_some())
            .map(own)
            .collect();
        let overridden = |number| self.own.binary_search_by_key(&number, own).is_ok();
        numbers.extend(
            self.base
                .range(range)
                .map(|&(number, _)| number)
                .filter(|&number| !overridden(number)),
        );
        numbers.sort_unstable();
        numbers
    }

    /// The numbers of the sectors that were set since the image was [frozen](Self::frozen), in
    /// order.
    pub fn own_numbers(&self) -> impl Iterator<Item = u64> {
        self.own.iter().map(|&(number, _)| number)
    }

    /// The numbers of the sectors whose contents differ, in order. Of two images with the same
    /// shared sectors only their own are looked at.
    pub fn difference(&self, other: &Self) -> Vec<u64> {
        let mut numbers: Vec<u64> = if Arc::ptr_eq(&self.base, &other.base) {
            self.own_numbers().chain(other.own_numbers()).collect()
        } else {
            let mut numbers = self.present(0..u64::MAX);
            numbers.extend(other.present(0..u64::MAX));
            numbers
        };
        numbers.sort_unstable();
        numbers.dedup();
        numbers.retain(|&number| self.sector(number) != other.sector(number));
        numbers
    }

    /// The same image with all its sectors in the shared base, so that many states can be forked
    /// from it.
    #[must_use]
    pub fn frozen(&self) -> Self {
        if self.own.is_empty() {
            return self.clone();
        }
        let numbers = self.present(0..u64::MAX);
        let sectors = numbers
            .into_iter()
            .filter_map(|number| Some((number, Arc::clone(self.sector(number)?))))
            .collect();
        let base = Arc::new(Base {
            sectors,
            log: self.log(),
        });
        Self {
            base,
            own: Vec::new(),
            ..*self
        }
    }
}

impl PartialEq for DiskImage {
    /// The same bytes, the same length and the same place of the log.
    fn eq(&self, other: &Self) -> bool {
        self.length == other.length
            && self.log() == other.log()
            && self.content_hash() == other.content_hash()
            && self.difference(other).is_empty()
    }
}

impl Eq for DiskImage {}

impl Base {
    fn get(&self, number: u64) -> Option<&Arc<Sector>> {
        let index = self
            .sectors
            .binary_search_by_key(&number, |&(number, _)| number)
            .ok()?;
        Some(&self.sectors[index].1)
    }

    fn range(&self, range: Range<u64>) -> impl Iterator<Item = &(u64, Arc<Sector>)> {
        let from = self
            .sectors
            .partition_point(|&(number, _)| number < range.start);
        self.sectors[from..]
            .iter()
            .take_while(move |&&(number, _)| number < range.end)
    }
}

/// What a sector adds to an image's hash.
fn contribution(number: u64, sector: Option<&Arc<Sector>>) -> u64 {
    sector.map_or(0, |sector| {
        mix(number.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ sector.hash())
    })
}

impl Storage for DiskImage {
    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<()> {
        if end_of(offset, buffer.len() as u64)? > self.length {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        for part in parts(offset, buffer.len()) {
            let source = &self.contents(part.number)[part.within];
            buffer[part.of_buffer].copy_from_slice(source);
        }
        Ok(())
    }

    fn write_at(&mut self, offset: u64, bytes: &[u8]) -> io::Result<()> {
        self.length = self.length.max(end_of(offset, bytes.len() as u64)?);
        for part in parts(offset, bytes.len()) {
            let sector = part.over(self.contents(part.number), bytes);
            self.set(part.number, sector);
        }
        Ok(())
    }

    fn zero(&mut self, offset: u64, length: u64) -> io::Result<()> {
        let end = end_of(offset, length)?;
        if end > self.length {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        for number in self.present(offset / SECTOR..end.div_ceil(SECTOR)) {
            let sector = zeroed(self.contents(number), number, offset..end);
            self.set(number, sector);
        }
        Ok(())
    }

    fn set_len(&mut self, length: u64) -> io::Result<()> {
        self.set_length(length);
        Ok(())
    }

    fn len(&self) -> io::Result<u64> {
        Ok(self.length)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }

    fn next_data(&self, offset: u64) -> io::Result<Option<u64>> {
        let first = offset / SECTOR;
        let from = self.own.partition_point(|&(number, _)| number < first);
        let own = self.own[from..]
            .iter()
            .find(|(_, sector)| sector.is_some())
            .map(|&(number, _)| number);
        let overridden = |number| {
            self.own[from..]
                .binary_search_by_key(&number, |&(own, _)| own)
                .is_ok()
        };
        let base = self
            .base
            .range(first..own.unwrap_or(u64::MAX))
            .map(|&(number, _)| number);
        let next = base.into_iter().find(|&number| !overridden(number)).or(own);
        Ok(next.map(|number| (number * SECTOR).max(offset)))
    }

    fn lend(&self, offset: u64, limit: usize) -> Option<&[u8]> {
        let within = (offset % SECTOR) as usize;
        let in_file = usize::try_from(self.length.saturating_sub(offset)).unwrap_or(usize::MAX);
        let length = limit.min(SECTOR_BYTES - within).min(in_file);
        (length > 0).then(|| &self.contents(offset / SECTOR)[within..within + length])
    }
}
