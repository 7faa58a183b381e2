//! A finished image: a length, and the sectors that are not holes.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Seek, SeekFrom, Write};
use std::sync::Arc;

use super::layout::Layout;
use super::sector::{SECTOR, SECTOR_BYTES, Sector, put};

/// A finished image. Sectors are shared: a clone or a conversion copies no bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BuiltImage {
    length: u64,
    sectors: Arc<BTreeMap<u64, Sector>>,
    layout: Layout,
    placements: Vec<Placement>,
}

/// Where on the ring an item of the recipe is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Placement {
    pub sector: u32,
    /// It wraps when these reach past the last sector of the ring.
    pub sectors: u32,
    /// `None` when the item is not an entry.
    pub sequence_number: Option<u64>,
}

impl Placement {
    /// Its start in bytes from the start of the log: the value of a Tail that points to it.
    pub fn offset(&self) -> u32 {
        self.sector * SECTOR_BYTES as u32
    }

    /// Whether it continues at the start of a ring of this many sectors.
    pub fn wraps(&self, ring_sectors: u32) -> bool {
        self.sector + self.sectors > ring_sectors
    }
}

impl BuiltImage {
    /// The most bytes that [`to_bytes`](Self::to_bytes) makes.
    pub const DENSE_LIMIT_BYTES: u64 = 256 << 20;

    /// Drops what is past the length.
    pub(super) fn new(
        length: u64,
        mut sectors: BTreeMap<u64, Sector>,
        layout: Layout,
        placements: Vec<Placement>,
    ) -> Self {
        if length < layout.file_bytes {
            sectors.split_off(&length.div_ceil(SECTOR));
            if let Some(last) = sectors.get_mut(&(length / SECTOR)) {
                Sector::make_mut(last)[(length % SECTOR) as usize..].fill(0);
            }
        }
        Self {
            length,
            sectors: Arc::new(sectors),
            layout,
            placements,
        }
    }

    pub fn length(&self) -> u64 {
        self.length
    }

    /// The sectors that are not holes, in order. A few of them may be all zero.
    pub fn sectors(&self) -> impl Iterator<Item = (u64, &Sector)> {
        self.sectors
            .iter()
            .map(|(&number, sector)| (number, sector))
    }

    /// The sector with this number, unless it is a hole.
    pub fn sector(&self, number: u64) -> Option<&Sector> {
        self.sectors.get(&number)
    }

    pub fn layout(&self) -> &Layout {
        &self.layout
    }

    /// Where each item of the recipe's log is, by index. Shorter than the log when the recipe
    /// exceeds [`LIMIT_SECTORS`](super::LIMIT_SECTORS).
    pub fn placements(&self) -> &[Placement] {
        &self.placements
    }

    /// The sectors that are not holes, to be shared with whatever reads the image.
    pub fn shared(&self) -> &Arc<BTreeMap<u64, Sector>> {
        &self.sectors
    }

    /// Replaces the contents of `file` by this image. Holes stay holes.
    ///
    /// # Errors
    /// Any error of the file.
    pub fn write_to(&self, file: &mut File) -> io::Result<()> {
        file.set_len(0)?;
        file.set_len(self.length)?;
        for (number, sector) in self.sectors() {
            let offset = number * SECTOR;
            let within = (self.length - offset).min(SECTOR) as usize;
            if sector[..within].iter().any(|&byte| byte != 0) {
                file.seek(SeekFrom::Start(offset))?;
                file.write_all(&sector[..within])?;
            }
        }
        file.flush()
    }

    /// All bytes of a small image; `None` when it is longer than
    /// [`DENSE_LIMIT_BYTES`](Self::DENSE_LIMIT_BYTES).
    pub fn to_bytes(&self) -> Option<Vec<u8>> {
        if self.length > Self::DENSE_LIMIT_BYTES {
            return None;
        }
        let mut bytes = vec![0; self.length as usize];
        for (number, sector) in self.sectors() {
            put(&mut bytes, (number * SECTOR) as usize, &sector[..]);
        }
        Some(bytes)
    }
}
