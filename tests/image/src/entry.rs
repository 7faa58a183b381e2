//! The log in a recipe: what was written to the ring, item by item.
//!
//! Every value that is absent is the valid one, so an entry is written out only where it differs.
//! What is wrong with an entry's *bytes* is a [`Corruption`].

use serde::{Deserialize, Serialize};

use super::checksum::Checksum;
use super::corruption::{Corruption, Tear};
use super::geometry::{BatEntry, Block};
use super::value::{LogGuid, is_default};

/// One thing written to the ring.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Item {
    Entry(Entry),
    /// Sectors that are not an entry.
    Fill(Fill),
}

/// A log entry. The default is the entry that Windows writes when it opens a file: no descriptors,
/// its own tail.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Entry {
    #[serde(skip_serializing_if = "is_default")]
    pub at: Place,
    /// SequenceNumber (ENT-5, SEQ-1). Absent: one more than that of the entry before it in the
    /// recipe, wrapping after 2^64 - 1; [`FIRST_SEQUENCE_NUMBER`](Self::FIRST_SEQUENCE_NUMBER) for
    /// the first entry.
    #[serde(skip_serializing_if = "is_default")]
    pub sequence_number: Option<u64>,
    /// Tail (ENT-4, SEQ-2, SEQ-4).
    #[serde(skip_serializing_if = "is_default")]
    pub tail: Tail,
    /// LogGuid (ENT-7).
    #[serde(skip_serializing_if = "is_default")]
    pub log_guid: LogGuid,
    /// FlushedFileOffset in bytes (SEQ-8). Absent: the length that the image's structures need.
    #[serde(skip_serializing_if = "is_default")]
    pub flushed_file_offset: Option<u64>,
    /// LastFileOffset in bytes (RPL-3). Absent: the length that the image's structures need.
    #[serde(skip_serializing_if = "is_default")]
    pub last_file_offset: Option<u64>,
    /// The descriptors, in order. One element can be many descriptors.
    #[serde(skip_serializing_if = "is_default")]
    pub descriptors: Vec<Descriptor>,
    /// What is wrong or unusual about its bytes.
    #[serde(rename = "bends", skip_serializing_if = "is_default")]
    pub corruptions: Vec<Corruption>,
    /// Its checksum (ENT-2).
    #[serde(skip_serializing_if = "is_default")]
    pub checksum: Checksum,
    /// The parts that never reached the disk.
    #[serde(skip_serializing_if = "is_default")]
    pub tears: Vec<Tear>,
}

impl Entry {
    /// SequenceNumber of the first entry of a recipe.
    pub const FIRST_SEQUENCE_NUMBER: u64 = 100;
}

/// Sectors of the ring that are not an entry.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Fill {
    #[serde(skip_serializing_if = "is_default")]
    pub at: Place,
    /// Clamped to what the ring has.
    #[serde(skip_serializing_if = "is_default")]
    pub sectors: u32,
    #[serde(skip_serializing_if = "is_default")]
    pub with: Filling,
}

/// What a [`Fill`] holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Filling {
    /// Zeros.
    #[default]
    Zeros,
    /// The [pattern](super::pattern) of this number.
    Pattern(u32),
    /// In every sector the header of an entry that claims to be this many bytes long, structurally
    /// valid, with the same sequence number in all of them and a wrong checksum (SEQ-9).
    Claims(u32),
}

/// Where on the ring an item starts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Place {
    /// After the end of the item before it; the first item at the ring's start.
    #[default]
    After,
    /// At this sector, modulo the length of the ring.
    Sector(u32),
}

/// The Tail field of an entry.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Tail {
    /// The entry's own start.
    #[default]
    Own,
    /// The start of the item with this index in the recipe; the entry's own start when there is no
    /// such item.
    Item(u32),
    /// This value, in bytes from the log's start.
    Explicit(u32),
}

/// One descriptor, or several of the same kind with consecutive targets.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Descriptor {
    /// A data descriptor and its data sector.
    Data(Data),
    Zero(Zero),
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Data {
    #[serde(skip_serializing_if = "is_default")]
    pub target: Target,
    #[serde(skip_serializing_if = "is_default")]
    pub content: Content,
    /// How many more data descriptors follow, each with the next sector as its target.
    #[serde(skip_serializing_if = "is_default")]
    pub more: u32,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Zero {
    #[serde(skip_serializing_if = "is_default")]
    pub target: Target,
    /// ZeroLength in bytes (DSC-4).
    #[serde(skip_serializing_if = "is_default")]
    pub length: u64,
    /// How many more zero descriptors follow, each with a range of the same length that starts
    /// where the one before ends.
    #[serde(skip_serializing_if = "is_default")]
    pub more: u32,
}

/// A place in the file, named by what is there. The number counts sectors from the start of the
/// structure and may be past its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Target {
    /// From the first payload block on.
    Payload(u32),
    Bat(u32),
    Metadata(u32),
    /// The region tables: 0 is the first copy, 16 the second (DSC-6).
    RegionTable(u32),
    /// From the end of the image's structures on (RPL-2).
    Beyond(u32),
    /// The log itself (DSC-7).
    Log(u32),
    /// The headers: 0 is header 1, 16 header 2 (DSC-6).
    Header(u32),
    /// The file type identifier (DSC-6).
    Identifier(u32),
    /// This offset in bytes.
    At(u64),
    /// The sector of the BAT that holds the entry of this block.
    BatOf(Block),
}

impl Default for Target {
    fn default() -> Self {
        Self::Payload(0)
    }
}

/// What a data descriptor writes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Content {
    /// A [pattern](super::pattern) that no other descriptor of the recipe has, unless sequence
    /// numbers repeat.
    #[default]
    Own,
    /// The [pattern](super::pattern) of this number.
    Pattern(u32),
    /// Zeros.
    Zeros,
    /// What the image held there before the log was written: the write changes nothing, unless
    /// another one did.
    Original,
    /// The first sector of a BAT in which this many payload blocks are present, from the first on.
    BlockTable(u32),
    /// What the image held there before the log was written, with one BAT entry changed.
    BatEntry(BatEntry),
}
