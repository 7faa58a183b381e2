//! Which block of the guest's disk is where in the file, and whether that can be.

use std::collections::BTreeMap;
use std::ops::Range;

use vhdx_log_crash::disk::DiskImage;
use vhdx_log_image::guest::{Block, BlockKind, GuestError, Layout};
use vhdx_log_image::{MIB, SECTOR};

use crate::source::Contents;

/// The blocks of a disk.
#[derive(Debug)]
pub struct Structure {
    size_bytes: u64,
    block_bytes: u64,
    /// The place of each payload block that has one, in bytes.
    places: BTreeMap<u64, u64>,
    /// The same the other way round: by place.
    blocks: BTreeMap<u64, u64>,
    problem: Option<String>,
    end: u64,
}

impl Structure {
    /// Reads region table, metadata and BAT of a recovered image.
    ///
    /// # Errors
    /// Why there is no disk in it.
    pub fn read(image: &DiskImage) -> Result<Self, GuestError> {
        let contents = Contents(image);
        let layout = Layout::read(&contents)?;
        if layout.has_parent() {
            return Err(GuestError::HasParent);
        }
        let mut present = Vec::new();
        let mut problem = None;
        layout.for_each_block(&contents, |block| {
            if block.is_present() {
                present.push(block);
            } else if block.state == PARTIALLY_PRESENT || [4, 5].contains(&block.state) {
                let Block { number, state, .. } = block;
                problem.get_or_insert(format!("block {number} has state {state}"));
            }
        })?;
        let problem = problem.or_else(|| misplaced(image, &layout, &present));
        let payload = || {
            present
                .iter()
                .filter(|block| block.kind == BlockKind::Payload)
        };
        Ok(Self {
            size_bytes: layout.size_bytes(),
            block_bytes: layout.block_bytes(),
            places: payload()
                .map(|block| (block.number, block.offset))
                .collect(),
            blocks: payload()
                .map(|block| (block.offset, block.number))
                .collect(),
            end: present.iter().map(end_of).max().unwrap_or(0),
            problem,
        })
    }

    /// What is wrong with the places of the blocks: overlap, past the end, in the log.
    pub fn problem(&self) -> Option<&str> {
        self.problem.as_deref()
    }

    /// The end of the last block.
    pub const fn end(&self) -> u64 {
        self.end
    }

    pub const fn size_bytes(&self) -> u64 {
        self.size_bytes
    }

    /// The sector of the guest's disk that a sector of the file holds, by number.
    pub fn guest_sector(&self, in_file: u64) -> Option<u64> {
        let offset = in_file.checked_mul(SECTOR)?;
        let (&place, &block) = self.blocks.range(..=offset).next_back()?;
        let within = offset - place;
        let at = block.checked_mul(self.block_bytes)?.checked_add(within)?;
        (within < self.block_bytes && at < self.size_bytes).then_some(at / SECTOR)
    }

    /// Where a sector of the guest's disk is in the file, by number; `None` when it reads as zeros.
    pub fn file_sector(&self, of_guest: u64) -> Option<u64> {
        let offset = of_guest * SECTOR;
        let place = self.places.get(&(offset / self.block_bytes))?;
        Some((place + offset % self.block_bytes) / SECTOR)
    }

    /// The sectors of the file in the blocks whose place differs in `other`.
    pub fn moved(&self, other: &Self) -> Vec<Range<u64>> {
        let here = self
            .places
            .iter()
            .filter(|(block, place)| other.places.get(block) != Some(place));
        let sectors = |&place: &u64| place / SECTOR..(place + self.block_bytes) / SECTOR;
        here.map(|(_, place)| sectors(place)).collect()
    }
}

const PARTIALLY_PRESENT: u8 = 7;

fn end_of(block: &Block) -> u64 {
    block.offset.saturating_add(block.length)
}

/// The first block whose place another structure has, or that is past the end of the file.
fn misplaced(image: &DiskImage, layout: &Layout, present: &[Block]) -> Option<String> {
    let [bat, metadata] = layout.regions().clone();
    let log = image.log();
    let taken = [
        (0..MIB, "the headers"),
        (log.start * SECTOR..log.end * SECTOR, "the log"),
        (bat, "the BAT"),
        (metadata, "the metadata"),
    ];
    let mut by_place: Vec<&Block> = present.iter().collect();
    by_place.sort_by_key(|block| block.offset);
    let what = |block: &Block| {
        let kind = match block.kind {
            BlockKind::Payload => "block",
            BlockKind::SectorBitmap => "sector bitmap",
        };
        format!("{kind} {} at {:#x}", block.number, block.offset)
    };
    for block in &by_place {
        let range = block.offset..end_of(block);
        let overlapped = taken
            .iter()
            .find(|(other, _)| other.start < range.end && range.start < other.end);
        if let Some((_, name)) = overlapped {
            return Some(format!("{} is in {name}", what(block)));
        }
        if range.end > image.length() {
            let length = image.length();
            return Some(format!(
                "{} ends at {:#x}; the file has {length:#x} bytes",
                what(block),
                range.end
            ));
        }
    }
    by_place
        .windows(2)
        .find(|pair| end_of(pair[0]) > pair[1].offset)
        .map(|pair| format!("{} and {} share bytes", what(pair[0]), what(pair[1])))
}
