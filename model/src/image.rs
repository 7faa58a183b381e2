//! The file as bytes: a sparse image, changes to it, and the log in it as a ring (section 1 of
//! `corpus/SPEC.md`).
//!
//! Contract: nothing panics and nothing overflows for any offset or length, and cost follows the
//! sectors present (RPL-9).

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::sync::Arc;

/// The unit of the log: 4 KiB.
pub const SECTOR: u64 = 4096;
/// The bytes of one sector.
pub type Bytes = [u8; SECTOR as usize];

static ZEROS: Bytes = [0; SECTOR as usize];

/// `N` bytes at `at`, or zeros when they are not all in the slice, so that no reader can panic.
pub(crate) fn array<const N: usize>(bytes: &[u8], at: usize) -> [u8; N] {
    bytes
        .get(at..)
        .and_then(|rest| rest.first_chunk())
        .copied()
        .unwrap_or([0; N])
}

pub(crate) fn u32_at(bytes: &[u8], at: usize) -> u32 {
    u32::from_le_bytes(array(bytes, at))
}

pub(crate) fn u64_at(bytes: &[u8], at: usize) -> u64 {
    u64::from_le_bytes(array(bytes, at))
}

/// A whole file in memory, of any length in bytes; absent sectors are zero.
///
/// Bytes past the length do not exist: they are dropped when written, and are zero when the image
/// grows. Two images are equal when their lengths and bytes are.
#[derive(Clone, Debug, Default)]
pub struct Image {
    length: u64,
    sectors: Arc<BTreeMap<u64, Arc<Bytes>>>,
}

impl Image {
    /// An image of `length` zero bytes.
    pub fn new(length: u64) -> Self {
        Self {
            length,
            ..Self::default()
        }
    }

    /// An image of `length` bytes with these sectors by number. The sectors may be shared.
    pub fn from_sectors(length: u64, sectors: Arc<BTreeMap<u64, Arc<Bytes>>>) -> Self {
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
        self.sectors
            .iter()
            .map(|(&number, sector)| (number, sector))
    }

    /// The present sectors with these numbers, in order.
    pub(crate) fn present(&self, numbers: Range<u64>) -> impl Iterator<Item = (u64, &Arc<Bytes>)> {
        let sectors = self.sectors.range(numbers);
        sectors.map(|(&number, sector)| (number, sector))
    }

    /// Makes the image exactly `length` bytes long.
    pub fn set_length(&mut self, length: u64) {
        self.length = length;
        let Some(_) = self.sectors.range(length / SECTOR..).next() else {
            return;
        };
        let sectors = Arc::make_mut(&mut self.sectors);
        sectors.split_off(&length.div_ceil(SECTOR));
        if let Some(last) = sectors.get_mut(&(length / SECTOR)) {
            Arc::make_mut(last)[(length % SECTOR) as usize..].fill(0);
        }
    }

    /// Writes `bytes` at `offset`.
    pub fn write(&mut self, offset: u64, bytes: &[u8]) {
        let room = self.length.saturating_sub(offset).min(bytes.len() as u64) as usize;
        let (mut number, mut at, mut rest) =
            (offset / SECTOR, (offset % SECTOR) as usize, &bytes[..room]);
        while !rest.is_empty() {
            let (now, later) = rest.split_at(rest.len().min(SECTOR as usize - at));
            let sector = Arc::make_mut(&mut self.sectors)
                .entry(number)
                .or_insert_with(|| Arc::new(ZEROS));
            Arc::make_mut(sector)[at..at + now.len()].copy_from_slice(now);
            (rest, number, at) = (later, number + 1, 0);
        }
    }

    /// Writes `length` zero bytes at `offset`. The cost is that of the sectors present (RPL-9).
    pub fn zero(&mut self, offset: u64, length: u64) {
        let end = offset.saturating_add(length).min(self.length).max(offset);
        for (&number, sector) in
            Arc::make_mut(&mut self.sectors).range_mut(offset / SECTOR..end.div_ceil(SECTOR))
        {
            let within = |offset: u64| offset.saturating_sub(number * SECTOR).min(SECTOR) as usize;
            Arc::make_mut(sector)[within(offset)..within(end)].fill(0);
        }
    }

    /// The numbers of the sectors whose bytes differ.
    pub fn difference(&self, other: &Image) -> BTreeSet<u64> {
        let same =
            |n| std::ptr::eq(self.bytes(n), other.bytes(n)) || self.bytes(n) == other.bytes(n);
        self.sectors
            .keys()
            .chain(other.sectors.keys())
            .copied()
            .filter(|&number| !same(number))
            .collect()
    }
}

impl PartialEq for Image {
    fn eq(&self, other: &Self) -> bool {
        self.length == other.length && self.difference(other).is_empty()
    }
}

impl Eq for Image {}

/// One change to a file.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Update {
    /// Bytes are written, of any number and at any offset.
    Write {
        /// File offset.
        offset: u64,
        /// The bytes.
        bytes: Vec<u8>,
    },
    /// A range is zeroed.
    Zero {
        /// File offset.
        offset: u64,
        /// Length in bytes.
        length: u64,
    },
    /// The file's length is set.
    SetLength(u64),
}

impl Update {
    /// The range of bytes that is written or zeroed.
    pub fn target(&self) -> Range<u64> {
        match self {
            Self::Write { offset, bytes } => *offset..offset.saturating_add(bytes.len() as u64),
            Self::Zero { offset, length } => *offset..offset.saturating_add(*length),
            Self::SetLength(_) => 0..0,
        }
    }

    /// Makes this change to an image.
    pub fn apply(&self, image: &mut Image) {
        match self {
            Self::Write { offset, bytes } => image.write(*offset, bytes),
            Self::Zero { offset, length } => image.zero(*offset, *length),
            Self::SetLength(length) => image.set_length(*length),
        }
    }
}

/// The log as a ring.
///
/// ```text
///        0       4096     8192                    length
///   ...  | loge  | data  | loge  | data  | data  |  ...    an entry past the end continues at 0
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
        Self {
            image,
            first: offset / SECTOR,
            sectors: length / SECTOR,
        }
    }

    /// Length in bytes.
    pub fn length(&self) -> u64 {
        self.sectors * SECTOR
    }

    /// Where the log is in the file, in bytes.
    pub fn place(&self) -> Range<u64> {
        let start = self.first.saturating_mul(SECTOR);
        start..start.saturating_add(self.length())
    }

    /// Sector `index` of the ring.
    pub fn sector(&self, index: u64) -> &'a Bytes {
        self.image.bytes(self.first.saturating_add(index))
    }

    /// The indices of the sectors that are present.
    pub fn present(&self) -> impl Iterator<Item = u64> + use<'a> {
        let first = self.first;
        let sectors = self
            .image
            .sectors
            .range(first..first.saturating_add(self.sectors));
        sectors.map(move |(number, _)| number - first)
    }
}
