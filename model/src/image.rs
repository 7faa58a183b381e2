//! A sparse image, and the ring of sectors in it that is the log (section 1).

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// The unit of the log: 4 KiB.
pub const SECTOR: u64 = 4096;
/// The bytes of one sector.
pub type Bytes = [u8; SECTOR as usize];

static ZEROS: Bytes = [0; SECTOR as usize];

/// A whole file in memory; absent sectors are zero.
///
/// The length is any number of bytes. Bytes past it do not exist: what is given for them is dropped, and a growth
/// shows zeros there. Two images are equal when their lengths and bytes are.
#[derive(Clone, Debug, Default)]
pub struct Image {
    length: u64,
    sectors: BTreeMap<u64, Arc<Bytes>>,
}

impl Image {
    /// An image of `length` zero bytes.
    pub fn new(length: u64) -> Self {
        Self::from_sectors(length, [])
    }

    /// An image of `length` bytes with these sectors (by number).
    pub fn from_sectors(length: u64, sectors: impl IntoIterator<Item = (u64, Arc<Bytes>)>) -> Self {
        let sectors = sectors.into_iter().collect();
        let mut image = Self { length, sectors };
        image.set_length(length);
        image
    }

    /// Length in bytes.
    pub fn length(&self) -> u64 {
        self.length
    }

    /// Sector `number`, unless it is absent (zero).
    pub fn sector(&self, number: u64) -> Option<&Arc<Bytes>> {
        self.sectors.get(&number)
    }

    /// Sector `number`, zeros when absent.
    pub fn bytes(&self, number: u64) -> &Bytes {
        self.sectors.get(&number).map_or(&ZEROS, |sector| sector)
    }

    /// All present sectors, in order.
    pub fn sectors(&self) -> impl Iterator<Item = (u64, &Arc<Bytes>)> {
        self.sectors.iter().map(|(&number, sector)| (number, sector))
    }

    /// Replaces one sector. Bytes beyond the image's length are dropped.
    pub fn set_sector(&mut self, number: u64, bytes: Arc<Bytes>) {
        self.sectors.insert(number, bytes);
        self.set_length(self.length);
    }

    /// Makes the image at least `length` bytes long.
    pub fn grow_to(&mut self, length: u64) {
        self.length = self.length.max(length);
    }

    /// Makes the image exactly `length` bytes long.
    pub fn set_length(&mut self, length: u64) {
        self.length = length;
        self.sectors.split_off(&length.div_ceil(SECTOR));
        let kept = (length % SECTOR) as usize;
        if let Some(last) = self.sectors.get_mut(&(length / SECTOR))
            && last[kept..] != ZEROS[kept..]
        {
            Arc::make_mut(last)[kept..].fill(0);
        }
    }

    /// Writes `bytes` at `offset`; what falls beyond the length is dropped.
    pub fn write(&mut self, offset: u64, bytes: &[u8]) {
        let room = usize::try_from(self.length.saturating_sub(offset)).unwrap_or(usize::MAX);
        let mut rest = &bytes[..bytes.len().min(room)];
        let (mut number, mut at) = (offset / SECTOR, (offset % SECTOR) as usize);
        while !rest.is_empty() {
            let (now, later) = rest.split_at(rest.len().min(SECTOR as usize - at));
            let sector = self.sectors.entry(number).or_insert_with(|| Arc::new(ZEROS));
            Arc::make_mut(sector)[at..at + now.len()].copy_from_slice(now);
            (rest, number, at) = (later, number + 1, 0);
        }
    }

    /// Writes `length` zero bytes at `offset`; what falls beyond the length is dropped. The cost is that of the
    /// sectors present (RPL-9).
    pub fn zero(&mut self, offset: u64, length: u64) {
        let end = offset.saturating_add(length).min(self.length);
        if offset >= end {
            return;
        }
        for (&number, sector) in self.sectors.range_mut(offset / SECTOR..end.div_ceil(SECTOR)) {
            let start = number * SECTOR;
            let from = offset.saturating_sub(start) as usize;
            let to = (end - start).min(SECTOR) as usize;
            Arc::make_mut(sector)[from..to].fill(0);
        }
    }

    /// The numbers of the sectors whose bytes differ.
    pub fn difference(&self, other: &Image) -> BTreeSet<u64> {
        let numbers = self.sectors.keys().chain(other.sectors.keys()).copied();
        let same = |n| std::ptr::eq(self.bytes(n), other.bytes(n)) || self.bytes(n) == other.bytes(n);
        numbers.filter(|&number| !same(number)).collect()
    }
}

impl PartialEq for Image {
    fn eq(&self, other: &Self) -> bool {
        self.length == other.length && self.difference(other).is_empty()
    }
}

impl Eq for Image {}

/// The log: `sectors` sectors of an image from sector `first` on, taken as a ring.
///
/// ```text
///        0       4096     8192                    length
///   ...  | loge  | data  | loge  | data  | data  |  ...    an entry that passes the end goes on at 0
///        ^ log offset in the file
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Ring<'a> {
    image: &'a Image,
    first: u64,
    sectors: u64,
}

impl<'a> Ring<'a> {
    /// The log at `offset` in an image, both numbers in bytes.
    pub fn of_log(image: &'a Image, offset: u64, length: u64) -> Self {
        Self { image, first: offset / SECTOR, sectors: length / SECTOR }
    }

    /// A whole image as a ring.
    pub fn whole(image: &'a Image) -> Self {
        Self::of_log(image, 0, image.length)
    }

    /// How many sectors the ring has.
    pub fn sectors(&self) -> u64 {
        self.sectors
    }

    /// Length in bytes.
    pub fn length(&self) -> u64 {
        self.sectors * SECTOR
    }

    /// Sector `index` of the ring.
    pub fn sector(&self, index: u64) -> &'a Bytes {
        self.image.bytes(self.first.saturating_add(index))
    }

    /// The indices of the sectors that are present.
    pub fn present(&self) -> impl Iterator<Item = u64> {
        let range = self.first..self.first.saturating_add(self.sectors);
        let first = self.first;
        self.image.sectors.range(range).map(move |(&number, _)| number - first)
    }
}
