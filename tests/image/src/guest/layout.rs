//! Where a disk's blocks are in the file: for programs that look at an image's structure and not at
//! its data. Differencing disks are welcome here.
//!
//! Contract, for any image: no panic; constant memory; of the BAT, the sectors that the disk's size
//! makes it need, each read once, and holes never. The format allows at most 64 TiB in blocks of
//! 1 MiB, so that is at most 513 MiB, however long the BAT region claims to be.

use std::ops::Range;

use uuid::Uuid;

use super::error::GuestError;
use super::metadata::{Structures, state};
use super::parent::ParentLocator;
use crate::sector::MIB;
use crate::source::Source;

/// The size of a sector bitmap block.
const SECTOR_BITMAP_BYTES: u64 = MIB;

/// The structures of a disk, apart from its blocks.
pub struct Layout {
    pub(super) structures: Structures,
}

/// A block that a BAT entry names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Block {
    pub kind: BlockKind,
    /// The payload block, or the chunk that the bitmap is of; from 0.
    pub number: u64,
    /// The state of the BAT entry, 0 to 7.
    pub state: u8,
    /// In the file.
    pub offset: u64,
    pub length: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BlockKind {
    Payload,
    SectorBitmap,
}

impl Block {
    const FULLY_PRESENT: u8 = 6;
    const PARTIALLY_PRESENT: u8 = 7;

    /// Whether its place in the file is in use.
    pub fn is_present(&self) -> bool {
        match self.kind {
            BlockKind::Payload => {
                [Self::FULLY_PRESENT, Self::PARTIALLY_PRESENT].contains(&self.state)
            }
            BlockKind::SectorBitmap => self.state == Self::FULLY_PRESENT,
        }
    }
}

impl Layout {
    /// Reads region table and metadata.
    ///
    /// # Errors
    /// In this order: region table, regions, metadata table, items, the values of the items, the
    /// BAT's length.
    pub fn read<S: Source + ?Sized>(source: &S) -> Result<Self, GuestError> {
        Structures::with_any_parent(source).map(|structures| Self { structures })
    }

    pub fn size_bytes(&self) -> u64 {
        self.structures.disk_bytes
    }

    pub fn block_bytes(&self) -> u64 {
        self.structures.block_bytes
    }

    pub fn logical_sector_bytes(&self) -> u64 {
        self.structures.logical_sector_bytes
    }

    /// Where the BAT region and the metadata region are in the file.
    pub fn regions(&self) -> &[Range<u64>; 2] {
        &self.structures.regions
    }

    /// `None` when the metadata does not say.
    pub fn physical_sector_bytes(&self) -> Option<u64> {
        self.structures.physical_sector_bytes
    }

    /// The disk's identity (virtual disk ID); `None` when the metadata does not say.
    pub fn id(&self) -> Option<Uuid> {
        self.structures.disk_id
    }

    pub fn has_parent(&self) -> bool {
        self.structures.has_parent
    }

    /// Reads which disk the parent is.
    ///
    /// # Errors
    /// [`GuestError::ItemMissing`], [`GuestError::Value`], [`GuestError::Outside`],
    /// [`GuestError::Read`].
    pub fn parent<S: Source + ?Sized>(&self, source: &S) -> Result<ParentLocator, GuestError> {
        let locator = self.structures.parent_locator;
        let (offset, length) = locator.ok_or(GuestError::ItemMissing("parent locator"))?;
        ParentLocator::read(source, offset, length)
    }

    /// Passes each block whose BAT entry is not zero to `take`, in the BAT's order.
    ///
    /// # Errors
    /// [`GuestError::Read`].
    pub fn for_each_block<S: Source + ?Sized>(
        &self,
        source: &S,
        mut take: impl FnMut(Block),
    ) -> Result<(), GuestError> {
        let payload_entries = self.structures.chunk_ratio();
        self.structures.for_each_entry(source, |index, entry| {
            let (chunk, place) = (index / (payload_entries + 1), index % (payload_entries + 1));
            let (kind, number, length) = match place == payload_entries {
                true => (BlockKind::SectorBitmap, chunk, SECTOR_BITMAP_BYTES),
                false => (
                    BlockKind::Payload,
                    chunk * payload_entries + place,
                    self.block_bytes(),
                ),
            };
            take(Block {
                kind,
                number,
                state: state(entry),
                offset: entry & !(MIB - 1),
                length,
            });
        })
    }
}
