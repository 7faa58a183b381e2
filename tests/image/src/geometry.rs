//! The recipe of what is around the log: where the structures are, how long they are, and what the
//! BAT says.

use serde::{Deserialize, Serialize};

use super::value::is_default;

/// Where the structures of an image are, in MiB, the format's unit of allocation.
///
/// The log is at the given offset. Metadata region, BAT region and the present payload blocks
/// follow one another from 1 MiB on, skipping the log. Blocks that are to be elsewhere, or in
/// another state, are [`bat`](Self::bat) entries with a place of their own.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Geometry {
    /// 0 is where the headers are (HDR-8): items on the ring's first 80 sectors overwrite them.
    #[serde(skip_serializing_if = "is::<1>")]
    pub log_offset_mib: u32,
    #[serde(skip_serializing_if = "is::<1>")]
    pub log_mib: u32,
    #[serde(skip_serializing_if = "is::<4>")]
    pub disk_mib: u32,
    #[serde(skip_serializing_if = "is::<1>")]
    pub block_mib: u32,
    /// How many blocks are fully present, from the first on.
    #[serde(skip_serializing_if = "is::<2>")]
    pub present_blocks: u32,
    /// Unused space at the end of the file.
    #[serde(skip_serializing_if = "is::<0>")]
    pub spare_mib: u32,
    /// Bytes of the disk after its last whole MiB, rounded down to whole logical sectors.
    #[serde(skip_serializing_if = "is::<0>")]
    pub disk_rest: u32,
    /// LogicalSectorSize: 4096, or else 512.
    #[serde(skip_serializing_if = "is::<512>")]
    pub logical_sector: u32,
    /// PhysicalSectorSize: 512, or else 4096.
    #[serde(skip_serializing_if = "is::<4096>")]
    pub physical_sector: u32,
    /// The disk is a differencing one: HasParent is set, and there is a parent locator.
    #[serde(skip_serializing_if = "is_default")]
    pub has_parent: bool,
    /// BAT entries besides those of the present blocks. Later ones win.
    #[serde(skip_serializing_if = "is_default")]
    pub bat: Vec<BatEntry>,
}

impl Default for Geometry {
    fn default() -> Self {
        Self {
            log_offset_mib: 1,
            log_mib: 1,
            disk_mib: 4,
            block_mib: 1,
            present_blocks: 2,
            spare_mib: 0,
            disk_rest: 0,
            logical_sector: 512,
            physical_sector: 4096,
            has_parent: false,
            bat: Vec::new(),
        }
    }
}

fn is<const DEFAULT: u32>(value: &u32) -> bool {
    *value == DEFAULT
}

/// One entry of the BAT. In an image, a block with a place is there, in any state: it holds the
/// pattern of what was written before.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct BatEntry {
    pub block: Block,
    /// 0 to 7.
    #[serde(skip_serializing_if = "is_default")]
    pub state: u8,
    /// FileOffsetMB: where the block is. 0 is nowhere.
    #[serde(skip_serializing_if = "is_default")]
    pub at_mib: u32,
}

/// What a BAT entry is about, by number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Block {
    /// A payload block.
    Payload(u32),
    /// The sector bitmap block of a chunk.
    Bitmap(u32),
}

impl Default for Block {
    fn default() -> Self {
        Self::Payload(0)
    }
}

impl BatEntry {
    /// A payload block in a state, at this MiB of the file.
    pub const fn payload(index: u32, state: u8, at_mib: u32) -> Self {
        Self {
            block: Block::Payload(index),
            state,
            at_mib,
        }
    }

    /// The sector bitmap block of a chunk, present at this MiB of the file.
    pub const fn bitmap(chunk: u32, at_mib: u32) -> Self {
        const PRESENT: u8 = 6;
        Self {
            block: Block::Bitmap(chunk),
            state: PRESENT,
            at_mib,
        }
    }

    /// The 8 bytes on disk.
    pub fn on_disk(self) -> [u8; 8] {
        (u64::from(self.at_mib) << 20 | u64::from(self.state & 7)).to_le_bytes()
    }
}
