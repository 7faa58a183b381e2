//! A finished image: a length, and the sectors that are not holes.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Seek, SeekFrom, Write};
use std::sync::Arc;

use super::layout::Layout;
use super::sector::{SECTOR, SECTOR_BYTES, Sector};

/// What a recipe was built into. Sectors are shared: a clone, or a conversion, copies no bytes of
/// the image.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BuiltImage {
    length: u64,
    sectors: Arc<BTreeMap<u64, Sector>>,
    layout: Layout,
    placements: Vec<Placement>,
}

/// Where on the ring an item of the recipe came to stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Placement {
    /// Its first sector.
    pub sector: u32,
    /// How many sectors it was given; it wraps when these reach past the ring's last one.
    pub sectors: u32,
    /// SequenceNumber, when the item is an entry.
    pub sequence_number: Option<u64>,
}

impl Placement {
    /// Its start in bytes from the log's start: what a Tail that names it says.
    pub fn offset(&self) -> u32 {
        self.sector * SECTOR_BYTES as u32
    }

    /// Whether it runs past the last sector of a ring of this many, and on at the first.
    pub fn wraps(&self, ring_sectors: u32) -> bool {
        self.sector + self.sectors > ring_sectors
    }
}

impl BuiltImage {
    /// The most bytes that [`to_bytes`](Self::to_bytes) makes.
    pub const DENSE_LIMIT_BYTES: u64 = 256 << 20;

    /// Cuts the sectors to the length.
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

    /// Length of the file in bytes.
    pub fn length(&self) -> u64 {
        self.length
    }

    /// The sectors that are not holes, by number; a few of them may be all zero.
    pub fn sectors(&self) -> impl Iterator<Item = (u64, &Sector)> {
        self.sectors
            .iter()
            .map(|(&number, sector)| (number, sector))
    }

    /// The sector with this number, unless it is a hole.
    pub fn sector(&self, number: u64) -> Option<&Sector> {
        self.sectors.get(&number)
    }

    /// Where the image's structures are.
    pub fn layout(&self) -> &Layout {
        &self.layout
    }

    /// Where each item of the recipe's log came to stand, by its index. Shorter than the log when
    /// the recipe went beyond [`LIMIT_SECTORS`](super::LIMIT_SECTORS).
    pub fn placements(&self) -> &[Placement] {
        &self.placements
    }

    /// The sectors that are not holes, shared by all that read the image.
    pub fn shared(&self) -> &Arc<BTreeMap<u64, Sector>> {
        &self.sectors
    }

    /// Makes `file` this image: whatever it held is gone, and holes stay holes.
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
            super::sector::put(&mut bytes, (number * SECTOR) as usize, &sector[..]);
        }
        Some(bytes)
    }
}
