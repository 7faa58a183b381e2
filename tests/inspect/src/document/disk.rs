//! The part of an inspection that is about the virtual disk: its sizes, its parent, the places of
//! its blocks.

use serde::Serialize;

use super::decimal;
use super::list::List;
use vhdx_log_image::Guid;

/// The virtual disk, by the metadata and the BAT.
#[derive(Clone, Debug, Serialize)]
pub struct Disk {
    /// Why the metadata cannot be read. Everything else is `null` then.
    pub fault: Option<String>,
    /// The size of the virtual disk in bytes.
    #[serde(serialize_with = "decimal::text")]
    pub size: Option<u64>,
    /// In bytes.
    pub block_size: Option<u32>,
    /// In bytes.
    pub logical_sector_size: Option<u32>,
    /// In bytes; `null` also when the metadata does not say.
    pub physical_sector_size: Option<u32>,
    /// The disk's identity, which a differencing disk's parent locator does not use; `null` also
    /// when the metadata does not say.
    pub id: Option<Guid>,
    /// The parent of a differencing disk.
    pub parent: Option<Parent>,
    /// The blocks that the BAT names.
    pub blocks: Option<Blocks>,
    /// The same before the replay; `null` when there is nothing to replay, or when the metadata
    /// cannot be read before it.
    pub blocks_before_replay: Option<Blocks>,
}

/// The parent of a differencing disk, as its parent locator has it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Parent {
    /// Why the parent locator cannot be read.
    pub fault: Option<String>,
    /// In the locator's order. `parent_linkage` is the DataWriteGuid that the parent has to have;
    /// `relative_path`, `volume_path` and `absolute_win32_path` say where it was.
    pub entries: Vec<ParentEntry>,
}

/// Text from the image: escaped, and cut after 1024 characters.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ParentEntry {
    pub key: String,
    pub value: String,
}

/// The blocks that the BAT places in the file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Blocks {
    /// Why the BAT cannot be read to its end.
    pub fault: Option<String>,
    /// How many payload blocks are fully or partially present.
    pub payload: u64,
    /// How many sector bitmap blocks are present.
    pub sector_bitmaps: u64,
    /// The blocks that lie over the log; none in a valid file (HDR-11).
    pub over_log: List<Block>,
    /// The blocks that end past the end of the file.
    pub beyond_end: List<Block>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Block {
    pub kind: BlockKind,
    /// The number of the payload block, or of the chunk that the bitmap is of; from 0.
    #[serde(serialize_with = "decimal::text")]
    pub number: u64,
    #[serde(serialize_with = "decimal::text")]
    pub offset: u64,
    #[serde(serialize_with = "decimal::text")]
    pub length: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum BlockKind {
    Payload,
    SectorBitmap,
}
