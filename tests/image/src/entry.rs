//! The recipe of the log: what was written to the ring, item by item.

use serde::{Deserialize, Serialize};

use super::corruption::{Corruption, Tear};
use super::recipe::Checksum;
use super::value::{Guid, is_default};

/// One thing written to the ring.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Item {
    /// A log entry.
    Entry(Entry),
    /// Sectors that are no entry.
    Fill(Fill),
}

/// A log entry. The default is the one that Windows writes when it opens a file: no descriptors,
/// its own tail.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Entry {
    /// Where on the ring it begins.
    #[serde(skip_serializing_if = "is_default")]
    pub at: Place,
    /// SequenceNumber (ENT-5, SEQ-1). Absent: one more than the entry before it in the recipe,
    /// round to zero after 2^64 - 1; [`FIRST_SEQUENCE_NUMBER`](Self::FIRST_SEQUENCE_NUMBER) for the
    /// first.
    #[serde(skip_serializing_if = "is_default")]
    pub sequence_number: Option<u64>,
    /// Tail (ENT-4, SEQ-2, SEQ-4).
    #[serde(skip_serializing_if = "is_default")]
    pub tail: Tail,
    /// LogGuid (ENT-7).
    #[serde(skip_serializing_if = "is_default")]
    pub log_guid: LogGuid,
    /// FlushedFileOffset in bytes (SEQ-8). Absent: the length the image's structures need.
    #[serde(skip_serializing_if = "is_default")]
    pub flushed_file_offset: Option<u64>,
    /// LastFileOffset in bytes (RPL-3). Absent: the length the image's structures need.
    #[serde(skip_serializing_if = "is_default")]
    pub last_file_offset: Option<u64>,
    /// The descriptors, in order; one element can stand for many.
    #[serde(skip_serializing_if = "is_default")]
    pub descriptors: Vec<Descriptor>,
    /// What is wrong or unusual with its bytes.
    #[serde(rename = "bends", skip_serializing_if = "is_default")]
    pub corruptions: Vec<Corruption>,
    /// Its checksum (ENT-2).
    #[serde(skip_serializing_if = "is_default")]
    pub checksum: Checksum,
    /// What of it never reached the disk.
    #[serde(skip_serializing_if = "is_default")]
    pub tears: Vec<Tear>,
}

impl Entry {
    /// SequenceNumber of the first entry of a recipe.
    pub const FIRST_SEQUENCE_NUMBER: u64 = 100;
}

/// Sectors of the ring that are no entry.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Fill {
    /// Where on the ring they begin.
    #[serde(skip_serializing_if = "is_default")]
    pub at: Place,
    /// How many sectors; never more than the ring has.
    #[serde(skip_serializing_if = "is_default")]
    pub sectors: u32,
    /// What they hold.
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
    /// A pattern by this number.
    Pattern(u32),
    /// In every sector the header of a sound-looking entry that claims to be this many bytes long.
    /// All have the same sequence number and a wrong checksum (SEQ-9).
    Claims(u32),
}

/// Where on the ring an item begins.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Place {
    /// Where the item before it ends; the first one at the ring's start.
    #[default]
    After,
    /// At this sector of the ring, counted round it as often as needed.
    Sector(u32),
}

/// What the Tail field of an entry says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Tail {
    /// The entry's own start.
    #[default]
    Own,
    /// The start of the item with this index in the recipe; its own start where there is no such
    /// item.
    Item(u32),
    /// This value, in bytes from the log's start.
    Explicit(u32),
}

/// A LogGuid, in a header or an entry. Both have [`A`](Self::A) unless a recipe says otherwise.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LogGuid {
    /// One generation of the log.
    #[default]
    A,
    /// Another one.
    B,
    /// [`A`](Self::A) with its 16 bytes in the order of its text: a program that mixes up the two
    /// forms takes it for A.
    TextOrder,
    /// No log (HDR-9).
    Zero,
    /// This one.
    Explicit(Guid),
}

/// One descriptor, or several of the same kind with targets one after another.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Descriptor {
    /// A data descriptor and its data sector.
    Data(Data),
    /// A zero descriptor.
    Zero(Zero),
}

/// A data descriptor.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Data {
    /// What it writes to.
    #[serde(skip_serializing_if = "is_default")]
    pub target: Target,
    /// What it writes there.
    #[serde(skip_serializing_if = "is_default")]
    pub content: Content,
    /// How many further data descriptors follow, each with the next sector for its target.
    #[serde(skip_serializing_if = "is_default")]
    pub more: u32,
}

/// A zero descriptor.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Zero {
    /// Where its range begins.
    #[serde(skip_serializing_if = "is_default")]
    pub target: Target,
    /// ZeroLength in bytes (DSC-4).
    #[serde(skip_serializing_if = "is_default")]
    pub length: u64,
    /// How many further zero descriptors follow, each with a range of the same length where the one
    /// before ends.
    #[serde(skip_serializing_if = "is_default")]
    pub more: u32,
}

/// A place in the file, named by what is there. The number counts sectors from the start of the
/// structure, and may run past its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Target {
    /// The payload blocks, counted from the first.
    Payload(u32),
    /// The BAT region.
    Bat(u32),
    /// The metadata region.
    Metadata(u32),
    /// The region tables: 0 is the first copy, 16 the second (DSC-6).
    RegionTable(u32),
    /// Past the end of the image's structures (RPL-2).
    Beyond(u32),
    /// The log itself (DSC-7).
    Log(u32),
    /// The headers: 0 is header 1, 16 header 2 (DSC-6).
    Header(u32),
    /// The file type identifier (DSC-6).
    Identifier(u32),
    /// This offset in bytes.
    At(u64),
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
    /// A pattern that no other descriptor of the recipe has, unless sequence numbers repeat: see
    /// [`pattern`](super::pattern).
    #[default]
    Own,
    /// The pattern by this number.
    Pattern(u32),
    /// Zeros.
    Zeros,
    /// What the image held there when it was made: the write changes nothing, unless something else
    /// did.
    Original,
    /// The first sector of a BAT in which this many payload blocks, from the first on, are present.
    BlockTable(u32),
}
