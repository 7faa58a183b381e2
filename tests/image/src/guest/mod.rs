//! The disk as a guest sees it: region table, metadata, BAT, payload.
//!
//! Reads the file's current bytes and knows nothing of the log: give it an image *after* replay.
//! Differencing disks are refused, because their parent is not available. Only what the result
//! depends on is checked; every way to fail is a [`GuestError`].
//!
//! Three ways to read: a sector ([`Disk::read`]), the whole disk as bytes or as their hash, and the
//! list of its stretches ([`Disk::extents`]), which says what is stored and where.
//!
//! Cost: holes and absent blocks are never read. [`Disk::sha256`] hashes the whole disk, zeros
//! included, so a disk that is hashed often should be small.

mod error;
mod extents;
mod layout;
mod metadata;
mod parent;

use std::ops::{Range, RangeInclusive};

use sha2::{Digest, Sha256};

use self::metadata::{Structures, state};
use crate::BuiltImage;
use crate::sector::{MIB, SECTOR, SECTOR_BYTES};
use crate::source::Source;

pub use self::error::GuestError;
pub use self::extents::{Contents, Extent, Extents};
pub use self::layout::{Block, BlockKind, Layout};
pub use self::parent::ParentLocator;

const NOT_PRESENT_TO_UNMAPPED: RangeInclusive<u8> = 0..=3;
const FULLY_PRESENT: u8 = 6;
/// Not present, undefined, unmapped: the text allows what the block held before.
const OLD_CONTENTS: [u8; 3] = [0, 1, 3];

/// The virtual disk of an image.
pub struct Disk<S> {
    source: S,
    structures: Structures,
    shows_old_contents: bool,
}

impl<S: Source> Disk<S> {
    /// Reads the structures of an image. Blocks are looked up when they are read.
    ///
    /// # Errors
    /// In this order: region table, regions, metadata table, items, the values of the items, the
    /// BAT's place.
    pub fn open(source: S) -> Result<Self, GuestError> {
        Structures::read(&source).map(|structures| Self {
            source,
            structures,
            shows_old_contents: false,
        })
    }

    /// The same disk by the other reading of the text (section 2.5.1.1): a block that is not
    /// present, undefined or unmapped (states 0, 1, 3) shows what the place holds that its
    /// FileOffsetMB still names, instead of zeros.
    #[must_use]
    pub fn with_old_contents(self) -> Self {
        Self {
            shows_old_contents: true,
            ..self
        }
    }

    /// Whether a block has an old place, so that [`with_old_contents`](Self::with_old_contents) may
    /// show something else.
    ///
    /// # Errors
    /// [`GuestError::Read`].
    pub fn has_old_contents(&self) -> Result<bool, GuestError> {
        let entries = self.structures.stored_bat_entries(&self.source)?;
        Ok(entries
            .iter()
            .any(|&(_, entry)| OLD_CONTENTS.contains(&state(entry)) && entry >= MIB))
    }

    /// The structure that shares a byte with this range of the file: a region, or a block that is
    /// present (HDR-11).
    ///
    /// # Errors
    /// [`GuestError::Read`].
    pub fn structure_in(&self, range: &Range<u64>) -> Result<Option<&'static str>, GuestError> {
        let overlaps = |start: u64, end: u64| start < range.end && end > range.start;
        let named = ["BAT region", "metadata region"]
            .into_iter()
            .zip(&self.structures.regions);
        for (name, region) in named {
            if overlaps(region.start, region.end) {
                return Ok(Some(name));
            }
        }
        let entries = self.structures.stored_bat_entries(&self.source)?;
        let overlapping = entries.iter().any(|&(_, entry)| {
            let start = entry & !(MIB - 1);
            state(entry) == FULLY_PRESENT
                && overlaps(start, start.saturating_add(self.block_bytes()))
        });
        Ok(overlapping.then_some("payload block"))
    }

    pub fn size_bytes(&self) -> u64 {
        self.structures.disk_bytes
    }

    pub fn block_bytes(&self) -> u64 {
        self.structures.block_bytes
    }

    /// Fills `sector` with sector `number` of the disk, zeros past its end. Returns whether
    /// anything is stored there.
    ///
    /// # Errors
    /// [`GuestError::BlockState`], [`GuestError::Outside`], [`GuestError::Read`].
    pub fn read(&self, number: u64, sector: &mut [u8; SECTOR_BYTES]) -> Result<bool, GuestError> {
        sector.fill(0);
        let offset = number
            .checked_mul(SECTOR)
            .filter(|&offset| offset < self.size_bytes());
        let Some(offset) = offset else {
            return Ok(false);
        };
        let Some(block) = self.block(offset / self.block_bytes())? else {
            return Ok(false);
        };
        let stored = self
            .source
            .read_sector((block + offset % self.block_bytes()) / SECTOR, sector)?;
        if let Some(beyond) = sector.get_mut((self.size_bytes() - offset) as usize..) {
            beyond.fill(0); // a disk of 512-byte sectors can end within our sector
        }
        Ok(stored)
    }

    /// SHA-256 over all bytes of the disk.
    ///
    /// # Errors
    /// As [`read`](Self::read).
    pub fn sha256(&self) -> Result<[u8; 32], GuestError> {
        let (mut hash, mut sector) = (Sha256::new(), [0; SECTOR_BYTES]);
        self.walk(&mut sector, |bytes| hash.update(bytes))?;
        Ok(hash.finalize().into())
    }

    /// Passes every sector of the disk that is not all zero to `show`, in order, with its offset; a
    /// disk can end within its last sector. The cost is that of the blocks that are present, so a
    /// disk of any size can be read.
    ///
    /// # Errors
    /// As [`read`](Self::read).
    pub fn each_stored(&self, mut show: impl FnMut(u64, &[u8])) -> Result<(), GuestError> {
        let mut sector = [0; SECTOR_BYTES];
        for (block, _) in self.structures.stored_bat_entries(&self.source)? {
            let Some(place) = self.block(block)? else {
                continue;
            };
            let start = block * self.block_bytes();
            let end = self.size_bytes().min(start + self.block_bytes());
            for at in (start..end).step_by(SECTOR_BYTES) {
                let stored = self
                    .source
                    .read_sector((place + (at - start)) / SECTOR, &mut sector)?;
                let within = &sector[..SECTOR_BYTES.min((end - at) as usize)];
                if stored && within.iter().any(|&byte| byte != 0) {
                    show(at, within);
                }
            }
        }
        Ok(())
    }

    /// # Errors
    /// As [`read`](Self::read); [`GuestError::Value`] when the disk is larger than
    /// [`BuiltImage::DENSE_LIMIT_BYTES`].
    pub fn to_bytes(&self) -> Result<Vec<u8>, GuestError> {
        if self.size_bytes() > BuiltImage::DENSE_LIMIT_BYTES {
            return Err(GuestError::Value {
                what: "size of a disk in memory",
                found: self.size_bytes(),
            });
        }
        let (mut all, mut sector) = (
            Vec::with_capacity(self.size_bytes() as usize),
            [0; SECTOR_BYTES],
        );
        self.walk(&mut sector, |bytes| all.extend_from_slice(bytes))?;
        Ok(all)
    }

    /// Passes all bytes of the disk to `show` in order, in pieces of up to 64 KiB.
    fn walk(
        &self,
        sector: &mut [u8; SECTOR_BYTES],
        mut show: impl FnMut(&[u8]),
    ) -> Result<(), GuestError> {
        let size = self.size_bytes();
        for (block, start) in (0..).zip((0..size).step_by(self.block_bytes() as usize)) {
            let end = size.min(start + self.block_bytes());
            let Some(block) = self.block(block)? else {
                let zeros = [0; 64 << 10];
                (start..end)
                    .step_by(zeros.len())
                    .for_each(|at| show(&zeros[..zeros.len().min((end - at) as usize)]));
                continue;
            };
            for at in (start..end).step_by(SECTOR_BYTES) {
                self.source
                    .read_sector((block + (at - start)) / SECTOR, sector)?;
                show(&sector[..SECTOR_BYTES.min((end - at) as usize)]);
            }
        }
        Ok(())
    }

    /// Where a payload block is in the file; `None` when it reads as zero.
    fn block(&self, block: u64) -> Result<Option<u64>, GuestError> {
        let entry = self.structures.bat_entry(&self.source, block)?;
        self.place(block, entry)
    }

    /// Where a payload block with this BAT entry is in the file.
    fn place(&self, block: u64, entry: u64) -> Result<Option<u64>, GuestError> {
        let (state, offset) = (state(entry), entry & !(MIB - 1));
        let end = offset
            .checked_add(self.block_bytes())
            .filter(|&end| offset >= MIB && end <= self.structures.file_bytes);
        match state {
            FULLY_PRESENT => end.map(|_| Some(offset)).ok_or(GuestError::Outside {
                what: "payload block",
                offset,
            }),
            _ if self.shows_old_contents && OLD_CONTENTS.contains(&state) => {
                Ok(end.map(|_| offset))
            }
            _ if NOT_PRESENT_TO_UNMAPPED.contains(&state) => Ok(None),
            _ => Err(GuestError::BlockState { block, state }),
        }
    }
}
